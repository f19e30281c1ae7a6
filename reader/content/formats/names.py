"""File names that say what a file is: its markup, and whether it belongs to the project rather than to its articles."""

from __future__ import annotations

import re

__all__ = ["is_error_page", "is_markdown", "is_project_file", "is_rst", "suffix_of"]

_MARKDOWN = frozenset({"md", "markdown", "mdown", "mkd", "mkdn", "mdwn", "mdx", "qmd", "rmd"})
# Names of files about a repository, without the suffix and the language (README.de.md). Those of the second group are
# also ordinary words, so they count in capitals only.
_ABOUT = frozenset(
    {"readme", "license", "licence", "copying", "changelog", "contributing", "contributors", "code_of_conduct",
     "pull_request_template", "issue_template", "security_policy", "third_party_notices"}
)  # fmt: skip
_ABOUT_IN_CAPITALS = frozenset(
    {"AUTHORS", "HISTORY", "CHANGES", "NEWS", "NOTICE", "SECURITY", "SUPPORT", "GOVERNANCE", "MAINTAINERS", "INSTALL",
     "TODO", "AGENTS", "CLAUDE", "CODEOWNERS", "UNLICENSE", "RELEASES", "RELEASING", "CREDITS"}
)  # fmt: skip
_LANGUAGE = re.compile(r"[._-](?:[a-z]{2,3}(?:[_-][a-z]{2,4})?|[a-z]{5,10})\Z", re.IGNORECASE)
_TEXT_FOR_PROGRAMS = frozenset(
    {"robots", "humans", "ads", "security", "llms", "llms-full", "cmakelists", "manifest", "sitemap", "urls"}
)
_REQUIREMENTS = re.compile(r"(?:.*[-_.])?(?:requirements|constraints)(?:[-_.].*)?\Z")
_ERROR_PAGE = re.compile(r"[45]\d\d(?:[._-][a-z]{2,5})?\Z", re.IGNORECASE)


def suffix_of(path: str) -> str:
    """Return the suffix of a path in lowercase, without its dot."""
    return path.rpartition(".")[2].lower()


def is_markdown(path: str) -> bool:
    """Return whether a file is Markdown by its suffix."""
    return suffix_of(path) in _MARKDOWN


def is_rst(path: str) -> bool:
    """Return whether a file is reStructuredText by its suffix."""
    return suffix_of(path) == "rst"


def is_project_file(path: str) -> bool:
    """Return whether a file is about its repository, such as README.md, or written for programs, such as robots.txt."""
    stem = _stem(path)
    if suffix_of(path) == "txt" and (stem.lower() in _TEXT_FOR_PROGRAMS or _REQUIREMENTS.match(stem.lower())):
        return True
    names = {stem, _LANGUAGE.sub("", stem)}
    return any(name.lower().replace("-", "_") in _ABOUT or name in _ABOUT_IN_CAPITALS for name in names)


def is_error_page(path: str) -> bool:
    """Return whether a file is the page that a site shows for an HTTP error, such as 404.md."""
    return _ERROR_PAGE.match(_stem(path)) is not None


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]
