"""What a file name tells: the markup of a file, its title, and whether it is a project file rather than an article."""

from __future__ import annotations

import re
from urllib.parse import unquote

from reader.text import display_path

__all__ = [
    "is_error_page",
    "is_markdown",
    "is_project_file",
    "is_rst",
    "may_be_article",
    "stem_of",
    "suffix_of",
    "title_from_path",
]

_MARKDOWN = frozenset({"md", "markdown", "mdown", "mkd", "mkdn", "mdwn", "mdx", "qmd", "rmd"})
# Names of files about a repository, without suffix and language (README.de.md). Names in the second group are also
# ordinary words, so they count only in capitals.
_ABOUT = frozenset(
    {"readme", "license", "licence", "copying", "changelog", "contributing", "contributors", "code_of_conduct",
     "pull_request_template", "issue_template", "security_policy", "third_party_notices"}
)  # fmt: skip
_ABOUT_IN_CAPITALS = frozenset(
    {"AUTHORS", "HISTORY", "CHANGES", "NEWS", "NOTICE", "SECURITY", "SUPPORT", "GOVERNANCE", "MAINTAINERS", "INSTALL",
     "TODO", "AGENTS", "CLAUDE", "CODEOWNERS", "UNLICENSE", "RELEASES", "RELEASING", "CREDITS"}
)  # fmt: skip
_DATE_PREFIX = re.compile(r"\d{4}([-_])\d\d?\1\d\d?(?:[-_ .]+|\Z)", re.ASCII)
_SEPARATORS = re.compile(r"[-_\s]+")
_LANGUAGE = re.compile(
    r"[._-](?:[a-z]{2,3}(?:[_-][a-z]{2,4})?|arabic|chinese|dutch|english|french|german|hindi|italian|japanese|korean"
    r"|persian|polish|portuguese|russian|spanish|turkish|ukrainian|vietnamese)\Z",
    re.IGNORECASE,
)
_TEXT_FOR_PROGRAMS = frozenset(
    {"robots", "humans", "ads", "security", "llms", "llms-full", "cmakelists", "manifest", "sitemap", "urls"}
)
_REQUIREMENTS = re.compile(r"(?:.*[-_.])?(?:requirements|constraints)(?:[-_.].*)?\Z")
_HTML = frozenset({"html", "htm"})
_HTML_HEAD = re.compile(rb"\s*<!--(?:\s*\n\s*\.\. |\{)")
_BINARY = 1_024  # bytes searched for NUL
_ERROR_PAGE = re.compile(r"(?:40[34]|50[0-4x])(?:[._-][a-z]{2,5})?\Z", re.IGNORECASE)


def suffix_of(path: str) -> str:
    """Return the suffix of a path, in lowercase without the dot."""
    return path.rpartition(".")[2].lower()


def is_markdown(path: str) -> bool:
    """Return whether a file has a suffix of Markdown."""
    return suffix_of(path) in _MARKDOWN


def is_rst(path: str) -> bool:
    """Return whether to read a text as reStructuredText: by its suffix, or as plain text, which looks the same."""
    return suffix_of(path) in {"rst", "txt"}


def stem_of(path: str) -> str:
    """Return the name of a file without its suffix; of its folder if the file is the folder's index."""
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0] or name
    # A page bundle: a folder for one article and its images, sometimes in several languages (index.de.md).
    if stem.partition(".")[0] in {"index", "_index"} and folder:
        return folder.rpartition("/")[2]
    return stem


def title_from_path(path: str, limit: int = 1_000) -> str:
    """Return a title derived from a file name: no date or suffix, spaces between words, capitalized.

    A name with spaces was written as a title, so its other punctuation stays. Logseq writes ``___`` for a slash.
    """
    stem = stem_of(path)
    name = _DATE_PREFIX.sub("", stem)
    if not name:
        return stem.replace("_", "-")
    if "%" in name:
        name = unquote(name)
    name = name.replace("___", "/")
    title = display_path(name if " " in name else _SEPARATORS.sub(" ", name))
    return (title[:1].upper() + title[1:])[:limit] or display_path(path) or "?"


def may_be_article(path: str, raw: bytes, encoding: str) -> bool:
    """Return whether the name and first bytes of a file without a fence allow it to be an article."""
    if encoding == "utf-8" and b"\x00" in raw[:_BINARY]:
        return False
    if is_project_file(path):
        return False
    return suffix_of(path) not in _HTML or _HTML_HEAD.match(raw) is not None


def is_project_file(path: str) -> bool:
    """Return whether a file is about its repository (README.md) or meant for programs (robots.txt)."""
    stem = _stem(path)
    if suffix_of(path) == "txt" and (stem.lower() in _TEXT_FOR_PROGRAMS or _REQUIREMENTS.match(stem.lower())):
        return True
    names = {stem, _LANGUAGE.sub("", stem)}
    return any(name.lower().replace("-", "_") in _ABOUT or name in _ABOUT_IN_CAPITALS for name in names)


def is_error_page(path: str) -> bool:
    """Return whether a file is a site's page for an HTTP error, such as 404.md."""
    return _ERROR_PAGE.match(_stem(path)) is not None


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]
