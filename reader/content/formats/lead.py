"""Metadata in the text below the title, as read-later services and note-taking programs export it.

A group of lines such as ``- Author: [[Jane Doe]]`` counts as metadata if most of its labels are known and it is at the
start of the text or below a heading such as "Metadata" there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from reader import urls
from reader.content.dates.parse import is_ambiguous, parse_date
from reader.content.formats.labels import (
    ALSO_KNOWN,
    DATE_KEYS,
    LABELS,
    clean_value,
    is_known,
    is_strong,
    normalize_label,
    split_line,
)
from reader.content.formats.prose import credited_url, plain_text

if TYPE_CHECKING:
    from reader.content.frontmatter import FrontMatter

__all__ = ["add_lead", "add_value"]

_SEARCHED = 12_000  # characters at the start of a text
_MAX_LINES = 200
_MAX_PREAMBLE = 40  # lines
_MAX_UNKNOWN = 10  # lines with unknown labels before the first known one
# A quick check, because most texts begin with prose.
_MAY_BEGIN = re.compile(r"\s*(?:[#!*>\[<_`|%-]|[^\n:：.,]{1,40}(?:：|::?(?:[ \t]|\n)))")
_HEADING = re.compile(r"[ ]{0,3}(?:- )?(#{1,6})[ \t]+(.+?)[ \t#]*\Z")
_SECTION = re.compile(
    r"\W*(?:[\w ]{0,20}\b)?(?:meta-?[ ]?data|properties|(?:article|document|source) info(?:rmation)?)\W*\Z",
    re.IGNORECASE,
)
_IMAGE = re.compile(
    r"[ \t]*!\[[^\]]*\]\(<?(\S+?)>?(?:[ \t]+\"[^\"]*\")?\)[ \t]*\Z|[ \t]*<img\b[^>]*\bsrc=\"([^\"]+)\"[^>]*>[ \t]*\Z"
)
_MARKUP = re.compile(
    r"[ \t]*</?(?:div|p|center|br|details|summary|span|a)\b[^>]*>[ \t]*\Z|[ \t]*(?:-{3,}|\*{3,}|_{3,})[ \t]*\Z"
    r"|>[ \t]*(?:\[![\w-]+\][^\n]*)?\Z"
)
# A link to the parent page.
_NAVIGATION = re.compile(r"[^\w\n]*\[[^\[\]]*\]\([^()\s]*\)[^\w\n]*\Z")
# Between the metadata and the text.
_RULE = re.compile(r"(?:-{3,}|\*{3,}|_{3,})[ \t]*\Z")
_TAGS = re.compile(r"(?:Tags?:[ \t]*)?(#[^\s#]+(?:[ \t,]+#[^\s#]+)*)[ \t]*\Z")
_WIKI_LINK_LINE = re.compile(r"\[\[([^\[\]]+)\]\][ \t]*\Z")
_MORE_TAGS = re.compile(r"[ \t]*,[ \t]*#")
_TABLE_RULE = re.compile(r"\|[ \t]*:?-+:?[ \t]*\|[ \t]*:?-+:?[ \t]*\|[ \t]*\Z")
_BOX = re.compile(r">[ \t]*(?:\[![\w-]+\].*)?\Z")
_COLUMNS = 2
# Headings of the second column in a table of metadata. In a table about fields, it is a type or description.
_VALUE_HEADS = frozenset({"", "value", "values", "detail", "details", "info", "information", "content", "内容", "值"})
_ITEM = re.compile(r"[ \t]+[-*+][ \t]+(.+)\Z")
_SERVICES = frozenset({"omnivore", "readwise", "pocket", "instapaper", "matter", "raindrop"})
_ORIGINAL = re.compile(
    r"^[ \t>*-]*\[(?:Read Original|Read original|View original|阅读原文|原文链接)\]"
    r"\((https?://[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)[ \t\\]*$",
    re.MULTILINE,
)
_SYNCED = re.compile(r"[Hh]ighlights first synced by \[\[Readwise\]\](?: on)? \[\[([^\[\]\n]{6,40})\]\]")
_MAX_FAR = 1_000  # characters
# Keys in exports of Omnivore, which escapes the URLs in its texts.
_OMNIVORE = frozenset({"id", "date_saved", "omnivore_url"})
_ESCAPED_URL = re.compile(r"https?:(?:&#x2F;|&#47;)[^\s)\]>\"]*")
_LIMITS = {
    "author": 300,
    "authors": 4_000,
    "site": 200,
    "category": 200,
    "type": 60,
    "lang": 30,
    "tags": 1_000,
    "slug": 300,
}
_MAX_DATE = 60
# Keys of a head that already say the same.
_SAME = {
    "author": ("author", "authors", "by", "creator"),
    "authors": ("author", "authors", "by", "creator"),
    "original_url": ("original_url", "originalUrl", "source_url"),
    "published_at": ("published_at", "publishedDateTime", "date_published", "publishDate"),
    "date_saved": ("date_saved", "dateSaved", "saved"),
    "site": ("site", "site_name", "provider", "publisher"),
    "summary": ("summary", "description", "excerpt"),
    "image": ("image", "cover", "images", "banner"),
    "lang": ("lang", "language"),
    "updated": ("updated", "modified", "lastmod", "date modified"),
    "created": ("created", "date created", "date"),
}


class _Entry(Struct, frozen=True):
    """Key, its value and its line."""

    line: int
    key: str
    value: Any


def add_lead(matter: FrontMatter, text: str) -> FrontMatter:
    """Return front matter with the metadata in the first lines of its body, and remove these lines from the body.

    ``text`` is the entire file.
    """
    if not _OMNIVORE.isdisjoint(matter.metadata) and ":&#" in matter.body:
        matter = replace(matter, body=_ESCAPED_URL.sub(_unescaped, matter.body))
    body = matter.body
    if _MAY_BEGIN.match(body):
        lead = _Lead(body[:_SEARCHED].split("\n", _MAX_LINES))
        if lead.read():
            matter = _merged(matter, lead, text)
    has_original = any(key in matter.metadata for key in _SAME["original_url"])
    if not has_original and (original := _find_original(matter.body)):
        matter = replace(matter, metadata={**matter.metadata, "original_url": original})
    if "synced by [[Readwise]]" in matter.body[:_MAX_FAR] and (synced := _SYNCED.search(matter.body)):
        matter = replace(matter, metadata={"date_saved": synced[1], **matter.metadata})
    return matter


def _find_original(body: str) -> str:
    """Return the URL of a link to the original near the start or end of a text."""
    for part in (body[:_MAX_FAR], body[-_MAX_FAR:]):
        if ("riginal](" in part or "原文" in part) and (found := _ORIGINAL.search(part)) and urls.is_safe(found[1]):
            return found[1]
    url = credited_url(body)
    return url if urls.is_safe(url) else ""


def _unescaped(found: re.Match[str]) -> str:
    return found[0].replace("&#x2F;", "/").replace("&#47;", "/").replace("&amp;", "&")


class _Lead:
    """Reader of the lines at the start of a body; ``dropped`` are the lines that contain only metadata."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._at = 0
        self._section = -1
        self._known = 0
        self._total = 0
        self._marked = False
        self._heading = -1
        self._has_cover = False
        self._table = -1
        self.title = ""
        self.entries: list[_Entry] = []
        self.dropped: set[int] = set()

    def read(self) -> bool:
        """Read the lines and return whether they contain metadata."""
        while self._preamble():
            self._group()
        if not self._is_metadata():
            return False
        heading = plain_text(self.title).casefold()
        title = next((str(entry.value) for entry in self.entries if entry.key == "title"), "").casefold()
        if heading and title and (title.startswith(heading.rstrip("….")) or heading.startswith(f"{title} by ")):
            self.dropped.add(self._heading)
        if self._section >= 0:
            self.dropped.add(self._section)
        self._drop_table()
        self._drop_box()
        self._drop_rules()
        return True

    def _drop_box(self) -> None:
        """Drop the rest of a box if all its other lines are dropped."""
        top = end = next((at for at in sorted(self.dropped) if self._lines[at][:1] == ">"), -1)
        while top > 0 and self._lines[top - 1][:1] == ">":
            top -= 1
        while 0 <= end < len(self._lines) and self._lines[end][:1] == ">":
            end += 1
        left = set(range(top, end)) - self.dropped
        if top >= 0 and all(_BOX.match(self._lines[at]) for at in left):
            self.dropped |= left

    def _drop_table(self) -> None:
        """Drop the header lines of a table that has no rows left."""
        rows = range(self._table + 2, self._at)
        if self._table >= 0 and self.dropped.issuperset(at for at in rows if self._lines[at][:1] == "|"):
            self.dropped |= {self._table, self._table + 1}

    def _drop_rules(self) -> None:
        """Drop the rule below the metadata, and a rule above it in the first line."""
        numbers = range(len(self._lines))
        below = next((at for at in numbers[max(self.dropped) + 1 :] if self._lines[at].strip()), -1)
        if below >= 0 and _RULE.match(self._lines[below]):
            self.dropped.add(below)
            first = next(at for at in numbers if self._lines[at].strip())
            if _RULE.match(self._lines[first]):
                self.dropped.add(first)

    def _preamble(self) -> bool:
        """Advance to the next line of metadata; return whether there is one before the text begins."""
        while self._at < min(len(self._lines), _MAX_PREAMBLE + self._total):
            line = self._lines[self._at]
            if heading := _HEADING.match(line):
                if not self._take_heading(heading):
                    return False
            elif self._take_mark(line):
                pass
            elif line[:1] == "|" and self._table < 0:
                if not self._take_table_head(line):
                    return False
            elif line.strip() and not _MARKUP.match(line) and (self._is_label(line) or not _NAVIGATION.match(line)):
                return self._is_label(line)
            self._at += 1
        return False

    def _take_mark(self, line: str) -> bool:
        """Take a line that is an image, tags or a link to a note; return whether it is any of these."""
        if image := _IMAGE.match(line):
            self._has_cover = self._has_cover or "rw-book-cover" in line
            self._take(_Entry(self._at, "image", image[1] or image[2]), known=False)
        elif tags := _TAGS.match(line):
            self._take(_Entry(self._at, "tags", _without_services(tags[1])), known=False)
        elif link := _WIKI_LINK_LINE.match(line):
            if link[1].casefold() in _SERVICES:
                self.dropped.add(self._at)
        elif line[:2] == "%%":
            self._skip_comment(line)
        else:
            return False
        return True

    def _skip_comment(self, line: str) -> None:
        """Skip to the last line of an Obsidian comment."""
        if line.count("%%") == 1:
            rest = range(self._at + 1, len(self._lines))
            self._at = next((at for at in rest if "%%" in self._lines[at]), self._at)

    def _take_heading(self, heading: re.Match[str]) -> bool:
        # "# Character Properties" at the top is a title.
        may_be_section = len(heading[1]) > 1 or self._heading >= 0 or " " not in heading[2].strip()
        if may_be_section and _SECTION.match(heading[2]) and self._section < 0:
            self._section = self._at
            return True
        # In an outline, headings can hold fields.
        if self._heading < 0 and not self._is_label(self._lines[self._at]):
            self._heading, self.title = self._at, heading[2]
            return not self._total
        return False

    def _take_table_head(self, line: str) -> bool:
        """Skip the two header lines of a table of metadata; return whether there is one."""
        cells = [cell.strip(" \t*_").casefold() for cell in line.strip().strip("|").split("|")]
        rule = "".join(self._lines[self._at + 1 : self._at + 2])
        if len(cells) != _COLUMNS or not _TABLE_RULE.match(rule):
            return False
        self._table = self._at
        self._at += 1
        return cells[1] in _VALUE_HEADS or self._section >= 0

    def _is_label(self, line: str) -> bool:
        """Return whether a line has a label, and this label or one in the lines directly below is known."""
        if split_line(line) is None:
            return False
        for below in self._lines[self._at : self._at + _MAX_UNKNOWN]:
            found = split_line(below)
            if found is None:
                break
            if is_known(found.label):
                return True
        return self._section >= 0

    def _group(self) -> None:
        """Read lines up to the first one without a label."""
        while self._at < len(self._lines):
            line = self._lines[self._at]
            found = split_line(line)
            if found is None:
                if not self._continues(line):
                    return
            else:
                self._total += 1
                self._marked = self._marked or found.marked
                self._field(normalize_label(found.label), found.value)
            self._at += 1

    def _field(self, label: str, value: str) -> None:
        key = LABELS.get(label, "")
        cleaned = clean_value(key, value) if key and _is_plausible(key, value) else None
        if cleaned is not None:
            self._take(_Entry(self._at, key, cleaned), known=True)
        elif key and not value.strip("[] "):
            # A list may follow.
            self._take(_Entry(self._at, key, []), known=True)
        elif label in ALSO_KNOWN:
            self._known += 1
            if "omnivore.app" in value or value.startswith("kindle:"):
                self.dropped.add(self._at)

    def _continues(self, line: str) -> bool:
        """Take the values of a line that continues the label above it; return whether it does."""
        last = self.entries[-1] if self.entries else None
        if _MORE_TAGS.match(line):
            self._take(_Entry(self._at, "tags", _without_services(line.strip(" ,\t"))), known=False)
            return True
        item = _ITEM.match(line)
        if item is None or last is None or last.line != self._at - 1 or not isinstance(last.value, list):
            return False
        values = clean_value(last.key, item[1])
        self.entries[-1] = _Entry(
            self._at, last.key, [*last.value, *(values if isinstance(values, list) else [values])]
        )
        self.dropped.add(self._at)
        return True

    def _take(self, entry: _Entry, *, known: bool) -> None:
        self._known += known
        self.entries.append(entry)
        self.dropped.add(self._at)

    def _is_metadata(self) -> bool:
        fields = [entry.key for entry in self.entries if entry.key != "image"]
        if not self._total:
            # Tags below the title, without a label, or Readwise's image of a cover.
            return self._has_cover or (self._heading >= 0 and "tags" in fields)
        if not fields:
            return False
        if self._section >= 0:
            return self._known >= 2 or 2 * self._known >= self._total
        if self._known >= 2:
            return 2 * self._known > self._total
        below_title = self._heading >= 0 or self._marked
        return below_title and self._total == 1 and any(map(_is_enough, self.entries))


def _is_plausible(key: str, value: str) -> bool:
    """Return whether a key can have this value: a sentence may begin like a label."""
    if key in DATE_KEYS:
        return len(value) <= _MAX_DATE and any(letter.isdigit() for letter in value)
    return bool(value) and len(value) <= _LIMITS.get(key, 10_000)


def _is_enough(entry: _Entry) -> bool:
    """Return whether one line is enough to be metadata: a sentence may begin with ``Updated:`` and a date."""
    is_date = entry.key in DATE_KEYS
    return is_strong(entry.key) and (not is_date or parse_date(entry.value) is not None or is_ambiguous(entry.value))


def _without_services(tags: str) -> list[str]:
    """Return tags without the ones that read-later services add to their exports."""
    names = clean_value("tags", tags) or []
    return [name for name in names if name.casefold() not in _SERVICES]


def _merged(matter: FrontMatter, lead: _Lead, text: str) -> FrontMatter:
    metadata = dict(matter.metadata)
    authors = [entry.value for entry in lead.entries if entry.key == "author" and type(entry.value) is str]
    if len(authors) > 1:
        add_value(metadata, "author", authors)
    for entry in lead.entries:
        add_value(metadata, entry.key, entry.value)
    lines = matter.body.split("\n")
    first = text.count("\n", 0, max(0, text.find(matter.body[:_SEARCHED], len(matter.head)))) + 1
    before = "\n" * (first - matter.first_line - matter.head.count("\n"))
    head = matter.head + before + "".join(f"{_key_line(line, lead)}\n" for line in range(max(lead.dropped) + 1))
    body = "\n".join(line for number, line in enumerate(lines) if number not in lead.dropped)
    # The apparent fence was a rule above the metadata.
    faults = () if not matter.fenced and 0 in lead.dropped else matter.faults
    return replace(matter, metadata=metadata, body=body, head=head, faults=faults)


def add_value(metadata: dict[str, Any], key: str, value: Any) -> None:
    """Add a value to the head, unless it is empty or the head has the same information under another key."""
    if value and key == "tags":
        _add_tags(metadata, value)
    elif value and not any(metadata.get(same) for same in _SAME.get(key, (key,))):
        metadata[key] = value


def _add_tags(metadata: dict[str, Any], tags: list[str]) -> None:
    """Add tags to the head's own, under a key that the head does not use."""
    key = next((key for key in ("tags", "topics", "keywords", "tag") if not metadata.get(key)), "")
    if key:
        metadata[key] = tags


def _key_line(line: int, lead: _Lead) -> str:
    """Return a head line that stands in for a line of the body, so that problems are reported on the latter."""
    return next((f"{entry.key}:" for entry in lead.entries if entry.line == line), "")
