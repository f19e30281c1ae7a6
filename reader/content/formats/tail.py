"""Metadata in the last lines of a text, as in exports of Medium, Joplin and Evernote."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from reader.content.formats.lead import add_value

if TYPE_CHECKING:
    from reader.content.frontmatter import FrontMatter

__all__ = ["add_tail", "is_joplin_item"]

_SEARCHED = 2_000  # characters at the end of a text
_LAST_LINES = 400  # characters for a quick check whether a text may be from Medium
_URL = r"\((https?://[^)\s]+)\)(?:\{[^}]*\})?"
_BYLINE = re.compile(
    r"^(?:By|Original(?:ly)? post(?:ed)? by) \[([^\]\n]+)\]\(https://medium\.com/[^)\s]*\)(?:\{[^}]*\})?"
    rf" on \[(?:<time>)?([^\]<\n]+)(?:</time>)?\]{_URL}\.?",
    re.MULTILINE,
)
_CANONICAL = re.compile(rf"^\[Canonical\s+link\]{_URL}", re.MULTILINE)
_AFTER = re.compile(r"\s*(?:Exported from \[Medium\][^\n]*)?\s*")
_TAGGED = re.compile(r"^Tagged in (?=\[)(.+)$", re.MULTILINE)
_TAG = re.compile(r"\[([^\[\]]+)\]\(https://medium\.com/tag/")
_JOPLIN_ITEM = re.compile(r"(?:\A|\n\n)id: ?\w+\n(?:[a-z_]+:[^\n]*\n)+type_: (\d+)\s*\Z")
_JOPLIN_KEYS = {
    "user_created_time": "created",
    "created_time": "created",
    "user_updated_time": "updated",
    "updated_time": "updated",
    "source_url": "original_url",
    "author": "author",
}
_JOPLIN_NOTE = "1"
_EVERNOTE = re.compile(r"\n-{3,}\n#{1,6} NOTE ATTRIBUTES\n((?:>[^\n]*\n?)+)\s*\Z")
_EVERNOTE_TAGS = re.compile(r"\n-{3,}\n#{1,6} TAGS\n([^\n]+)\s*\Z")
_IN_BRACES = re.compile(r"\{([^{}]+)\}")
_EVERNOTE_KEYS = {
    "created date": "created",
    "last evernote update date": "updated",
    "source-url": "original_url",
    "author": "author",
}


def add_tail(matter: FrontMatter) -> FrontMatter:
    """Return front matter with the metadata in the last lines of its body, and remove these lines from the body."""
    end = matter.body[-_LAST_LINES:]
    last = _last_line(end)
    if last.startswith("type_: "):
        return _joplin(matter, matter.body[-_SEARCHED:])
    if last[:1] == ">":
        return _evernote(matter, matter.body[-_SEARCHED:])
    may_be_medium = "medium.com/" in end or "[Canonical" in end
    return _medium(matter, matter.body[-_SEARCHED:]) if may_be_medium else matter


def is_joplin_item(text: str) -> bool:
    """Return whether a Joplin file is a notebook, tag or attachment rather than a note."""
    found = _JOPLIN_ITEM.search(text[-_SEARCHED:]) if _last_line(text[-_LAST_LINES:]).startswith("type_: ") else None
    return found is not None and found[1] != _JOPLIN_NOTE


def _last_line(end: str) -> str:
    return end.rstrip().rpartition("\n")[2]


def _medium(matter: FrontMatter, end: str) -> FrontMatter:
    byline, canonical, tagged = _BYLINE.search(end), _CANONICAL.search(end), _TAGGED.search(end)
    values: dict[str, Any] = {}
    if canonical:
        values["original_url"] = canonical[1]
    if byline:
        values |= {"author": byline[1], "date": byline[2], "original_url": byline[3]} | values
    if byline and tagged:
        values["tags"] = _TAG.findall(tagged[1])
    parts = [found for found in (byline, canonical) if found]
    if not parts or not _AFTER.fullmatch(end, max(found.end() for found in parts)):
        return matter
    start = min(found.start() for found in (*parts, tagged if byline else None) if found)
    return _without(matter, end, start, values)


def _joplin(matter: FrontMatter, end: str) -> FrontMatter:
    found = _JOPLIN_ITEM.search(end)
    if found is None:
        return matter
    pairs = dict(line.split(":", 1) for line in found[0].split("\n") if ":" in line)
    values: dict[str, Any] = {}
    for name, key in _JOPLIN_KEYS.items():
        values[key] = values.get(key) or pairs.get(name, "").strip()
    title, _, body = matter.body.partition("\n")
    if not matter.metadata and not body[:1].strip():
        matter = replace(matter, body=body.lstrip("\n"))
        values["title"] = title.strip()
    return _without(matter, end, found.start(), values)


def _evernote(matter: FrontMatter, end: str) -> FrontMatter:
    found = _EVERNOTE.search(end)
    if found is None:
        return matter
    values: dict[str, Any] = {}
    for line in found[1].split("\n"):
        name, _, value = line[1:].partition(":")
        if key := _EVERNOTE_KEYS.get(name.strip().lower()):
            values.setdefault(key, value.strip())
    start = found.start()
    if tags := _EVERNOTE_TAGS.search(end, 0, start):
        values["tags"] = _IN_BRACES.findall(tags[1])
        start = tags.start()
    return _without(matter, end, start, values)


def _without(matter: FrontMatter, end: str, start: int, values: dict[str, Any]) -> FrontMatter:
    """Return front matter with the values added, and with the body cut at an offset in its end."""
    metadata = dict(matter.metadata)
    for key, value in values.items():
        add_value(metadata, key, value)
    body = matter.body.removesuffix(end[start:]).rstrip().removesuffix("\n---").rstrip()
    return replace(matter, metadata=metadata, body=f"{body}\n")
