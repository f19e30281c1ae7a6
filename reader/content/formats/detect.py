"""Parsing of files that do not begin with a fence, and of metadata in the text below front matter."""

from __future__ import annotations

import re

from msgspec.structs import replace

from reader.content import frontmatter
from reader.content.formats import heads
from reader.content.formats.lead import add_lead
from reader.content.formats.names import is_markdown, is_rst, stem_of, suffix_of
from reader.content.formats.prose import excerpt, find_title, first_words
from reader.content.formats.tail import add_tail, is_joplin_item
from reader.content.frontmatter import FrontMatter

__all__ = ["complete", "parse", "parse_body"]

_HASH_TAGS = re.compile(
    r"^(tags?|topics?|keywords|categor(?:y|ies)):[ \t]+(#[^\s#]+(?:[ \t,]+#[^\s#]+)*)[ \t,]*$",
    re.IGNORECASE | re.MULTILINE,
)
_MIN_WORDS = 5
_WORD = re.compile(r"[^\W\d_]{2,}")
# YAML that is not front matter: its first line is no text.
_DIRECTIVE = re.compile(r"---[ \t]*\n%(?:YAML|TAG) ")
_ISSUE = re.compile(
    r"(?!(?:.*[-_])?(?:doc|document|draft|file|image|img|note|page|scan|text|untitled)s?[-_]+\d)"
    r"(?:.*[-_])?[^\W\d_]{3,}[-_]+\d{1,4}",
    re.IGNORECASE,
)
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def parse(path: str, text: str) -> FrontMatter | None:
    """Return the metadata and body of a text without a fence, or None if it is not an article."""
    if not text.strip() or is_joplin_item(text):
        return None
    matter = heads.parse_head(path, text)
    if matter is None:
        if not _is_prose(path, text):
            return None
        matter = FrontMatter({}, text, "", 1)
    return _titled(path, complete(matter, text))


def parse_body(path: str, text: str, matter: FrontMatter) -> FrontMatter:
    """Return the metadata and body of a text that begins with a fence but has no front matter.

    ``matter`` has the entire text as its body; below a line of dashes, there can be another kind of head.
    """
    return _titled(path, complete(heads.parse_head(path, text) or matter, text))


def complete(matter: FrontMatter, text: str) -> FrontMatter:
    """Return front matter completed with the metadata in its body and its comments; ``text`` is the entire file."""
    if not matter.readable:
        return matter
    if ": #" in matter.head:
        matter = _with_hash_tags(matter)
    if matter.body.startswith("---\n") and matter.fenced:
        matter = _with_second_head(matter)
    return add_tail(add_lead(matter, text))


def _with_second_head(matter: FrontMatter) -> FrontMatter:
    """Return front matter merged with a clipped page's own below it, if both have a title, a source or the like."""
    second = frontmatter.parse(matter.body)
    if second is None or not second.fenced or matter.metadata.keys().isdisjoint(second.metadata):
        return matter
    used = {key: value for key, value in matter.metadata.items() if value or value == 0}
    return replace(matter, metadata=second.metadata | used, body=second.body)


def _with_hash_tags(matter: FrontMatter) -> FrontMatter:
    """Return front matter with tags such as ``tags: #one #two``, which YAML treats as a comment."""
    found = {
        line[1]: [tag.strip(",#") for tag in line[2].split()]
        for line in _HASH_TAGS.finditer(matter.head)
        if line[1] in matter.metadata and matter.metadata[line[1]] is None
    }
    return replace(matter, metadata=matter.metadata | found) if found else matter


def _is_prose(path: str, text: str) -> bool:
    """Return whether a text without metadata is an article: any Markdown, or other text that contains a sentence."""
    if is_markdown(path) or suffix_of(path) == "rst":
        return True
    if suffix_of(path) != "txt":
        return False
    paragraph = excerpt(text, rst=True)
    return len(_WORD.findall(paragraph)) >= _MIN_WORDS or len(_WIDE.findall(paragraph)) >= 2 * _MIN_WORDS


def _titled(path: str, matter: FrontMatter) -> FrontMatter:
    title = _title(path, matter)
    return replace(matter, metadata={**matter.metadata, "title": title}) if title else matter


def _title(path: str, matter: FrontMatter) -> str:
    """Return the title found in the text; empty if the file name is just as good."""
    if any(key.lower() == "title" for key in matter.metadata) or _DIRECTIVE.match(matter.body):
        return ""
    rst = is_rst(path)
    heading = find_title(matter.body, any_level=True, rst=rst)
    if heading:
        return heading
    # A file name with spaces or a number, such as issue-98, was written as a title.
    is_title = " " in path.rpartition("/")[2] or _ISSUE.fullmatch(stem_of(path))
    return "" if is_title else first_words(matter.body, rst=rst)
