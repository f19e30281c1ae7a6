"""Heads without a fence, as in Pelican, MultiMarkdown, Nikola, Franklin, reStructuredText, Logseq, Go's website."""

from __future__ import annotations

import re
import tomllib
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from reader.content import frontmatter
from reader.content.dialects import KEYS, normalize_key
from reader.content.formats.labels import LABELS, clean_value, is_known, normalize_label
from reader.content.formats.mdx import parse_exports
from reader.content.formats.names import is_rst
from reader.content.formats.prose import plain_text
from reader.content.frontmatter import FrontMatter

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["parse_head"]

_MAX_LINES = 200
_FIELD = re.compile(r"[ ]{0,3}([A-Za-z][\w .-]{0,38}):(?:[ \t]+(.*))?[ \t]*\Z")
_CONTINUED = re.compile(r"(?: {4}|\t)[ \t]*(\S.*)\Z")
_NIKOLA = re.compile(r"\.\.[ \t]+([A-Za-z_][\w-]*):(?!:)[ \t]*(.*)\Z")
_RST_FIELD = re.compile(r"[ \t]*:([\w][\w -]*):(?:[ \t]+(.*))?\Z")
_RST_LINE = re.compile(r"""([=\-~^"'*+#:.`_])\1{2,}[ \t]*\Z""")
_POST = re.compile(r"(?:\.\.[ \t]+post::|`{3,}[ \t]*\{post\})[ \t]*(.*)\Z")
_FRANKLIN = re.compile(r"@def[ \t]+(\w+)[ \t]*=[ \t]*(.*\S)[ \t]*\Z")
_JULIA_DATE = re.compile(r"Date\((\d{4}),[ ]?(\d\d?),[ ]?(\d\d?)\)")
_LOGSEQ = re.compile(r"(?:- )?([\w][\w.?/-]{0,40})::(?:[ \t]+(.*))?\Z")
_CLOSED = re.compile(
    r"[A-Za-z][\w-]{0,30}:[ \t]+\S[^\n]*\n(?:[^\s-][^\n]*\n|[ \t]*- [^\n]*\n|[ \t]+\S[^\n]*\n){1,60}---[ \t]*\n"
)
# A code block at the top of a text, as in RustSec advisories and Bitcoin proposals.
_CODE_BLOCK = re.compile(
    r"\s*(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>toml|ya?ml|json|)[ \t]*\n"
    r"(?P<head>[^\n].*?\n)(?P=fence)[ \t]*(?:\n|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_FENCES = {"toml": "+++\n", "yaml": "---\n", "yml": "---\n", "json": ""}
_DATES = frozenset({"date", "created", "published"})  # fields
# Definitions of links that serve as comments: [//]: # (key: value), [#]: key: "value", [_metadata_:key]: - "value".
_REMARK = re.compile(
    r"\[(?:#|//|comment|_metadata_:(?P<key>[\w-]+))\]:[ \t]+(?:(?:#|<>|-)[ \t]+)?(?P<open>[\"'(])?(?P<text>.*?)[ \t]*\Z"
)
_REMARK_FIELD = re.compile(r"([A-Za-z][\w -]{0,38}):[ \t]*([\"'(])?(.*?)[\"')]*[ \t]*\Z")
_REMARK_KEYS = {"via": "via_url", "publisher": "published_by"}
_GO = re.compile(r"\s*<!--(?=\{\s*\")")
# Nikola marks drafts with a tag rather than a key.
_NIKOLA_DRAFTS = frozenset({"draft", "private"})
# Nikola's names for the markup of a post, which are not topics.
_NO_TYPES = frozenset({"text", "rest", "markdown", "html"})

# Labels, separated by blank lines, of a service that converts pages to Markdown.
_SPACED = frozenset({"urlsource", "publishedtime", "markdowncontent"})

# Number of the line, key, value.
_Fields = list[tuple[int, str, Any]]


def parse_head(path: str, text: str) -> FrontMatter | None:
    """Return the head and body of a text that does not begin with a fence, or None if it has no head."""
    if _GO.match(text):
        return _go(text)
    if (closed := _CLOSED.match(text)) and closed[0].count(":") > 1:
        return _closed(text)
    if (exported := parse_exports(text)) or (exported := _code_block(text)):
        return exported
    lines = text.split("\n", _MAX_LINES)
    start = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    if start == len(lines):
        return None
    readers: tuple[_Reader, ...] = (_nikola, _logseq, _pandoc, _franklin, _remarks)
    if is_rst(path) or _POST.match(lines[start]):
        readers = (*readers, _restructured)
    for read in (*readers, _plain):
        if found := read(lines, start):
            fields, end = found
            return _matter(fields, lines, end)
    return None


if TYPE_CHECKING:
    _Reader = Callable[[list[str], int], tuple[_Fields, int] | None]


def _matter(fields: _Fields, lines: list[str], end: int) -> FrontMatter:
    metadata = {key: value for _, key, value in fields if value}
    keys = {number: key for number, key, _ in fields}
    head = "".join(f"{keys[number]}:\n" if number in keys else "\n" for number in range(end))
    return FrontMatter(metadata, "\n".join(lines[end:]).lstrip("\n"), head, 1)


def _go(text: str) -> FrontMatter | None:
    """Read a JSON object in a comment."""
    start = text.index("{")
    found = frontmatter.parse(text[start:])
    if found is None or not found.body.lstrip().startswith("-->"):
        return None
    before = text.count("\n", 0, start)
    faults = tuple(replace(fault, line=fault.line + before) for fault in found.faults)
    body = found.body.lstrip().removeprefix("-->").lstrip("\n")
    return FrontMatter(found.metadata, body, found.head, found.first_line + before, faults, readable=found.readable)


def _closed(text: str) -> FrontMatter | None:
    """Read YAML with a fence only below it, as in old Hexo posts."""
    found = frontmatter.parse("---\n" + text)
    if found is None or not found.readable:
        return None
    if 2 * sum(is_known(str(key)) for key in found.metadata) <= len(found.metadata):
        return None
    return replace(found, first_line=1, faults=tuple(replace(fault, line=fault.line - 1) for fault in found.faults))


def _code_block(text: str) -> FrontMatter | None:
    """Read a code block that has a title or a date. In TOML, they can be in its first table."""
    block = _CODE_BLOCK.match(text) if text.lstrip()[:3] in {"```", "~~~"} else None
    if block is None:
        return None
    head, body = block["head"], block.string[block.end() :].lstrip("\n")
    start = block.string.count("\n", 0, block.start("head"))
    fence = _FENCES.get(block["language"].lower())
    if fence is None:
        lines = dedent(head).rstrip().split("\n")
        plain = _plain(lines, 0)
        if plain is None or plain[1] < len(lines):
            return None
        return replace(_matter(plain[0], lines, len(lines)), body=body, first_line=start + 1)
    found = frontmatter.parse(f"{fence}{head}{fence}")
    if found is None or not found.readable:
        return None
    metadata = found.metadata
    first = next(iter(metadata.values()), None)
    if type(first) is dict and fence == _FENCES["toml"]:
        metadata = {**metadata, **first}
    names = {normalize_key(str(key)) for key in metadata}
    if "title" not in names and not any(place.field in _DATES for name in names for place in KEYS.get(name, ())):
        return None
    moved = start + 1 - found.first_line
    faults = tuple(replace(fault, line=fault.line + moved) for fault in found.faults)
    return FrontMatter(metadata, body, found.head, start + 1, faults)


def _pandoc(lines: list[str], start: int) -> tuple[_Fields, int] | None:
    """Read a Pandoc title block: title, authors and date, each on a line with a percent sign."""
    fields: _Fields = []
    at = start
    for key in ("title", "authors", "date"):
        if at == len(lines) or not lines[at].startswith("% "):
            break
        value = lines[at][2:].strip()
        fields.append((at, key, [name.strip() for name in value.split(";")] if key == "authors" else value))
        at += 1
    return (fields, at) if len(fields) > 1 else None


def _franklin(lines: list[str], start: int) -> tuple[_Fields, int] | None:
    """Read lines such as ``@def title = "…"``. The values are Julia, whose strings and lists look like TOML."""
    fields: _Fields = []
    at = start
    while at < len(lines) and (found := _FRANKLIN.match(lines[at])):
        try:
            value = tomllib.loads(f"value = {found[2]}")["value"]
        except ValueError:
            date = _JULIA_DATE.fullmatch(found[2])
            value = "-".join(f"{int(part):02}" for part in date.groups()) if date else found[2]
        fields.append((at, found[1], value))
        at += 1
    return (fields, at) if fields else None


def _remarks(lines: list[str], start: int) -> tuple[_Fields, int] | None:
    """Read definitions of links that serve as comments."""
    fields: _Fields = []
    at = start
    while at < len(lines) and lines[at][:1] == "[" and (remark := _REMARK.match(lines[at])):
        text = remark["text"].rstrip("\"')") if remark["open"] else remark["text"]
        if key := remark["key"]:
            fields.append((at, key, text))
        elif field := _REMARK_FIELD.match(text):
            key = field[1].strip()
            fields.append((at, _REMARK_KEYS.get(key, key), field[3] if field[2] else field[3].strip()))
        at += 1
    return (fields, at) if any(is_known(key) for _, key, _ in fields) else None


def _nikola(lines: list[str], start: int) -> tuple[_Fields, int] | None:
    """Read lines such as ``.. title: …``, which may be inside a comment."""
    at = start
    commented = lines[at].strip() == "<!--"
    at += commented
    fields: _Fields = []
    while at < len(lines) and (found := _NIKOLA.match(lines[at].strip() if commented else lines[at])):
        fields.append((at, found[1].lower(), found[2].strip()))
        at += 1
    if not any(key in {"title", "slug", "date", "tags"} for _, key, _ in fields):
        return None
    if commented and at < len(lines) and lines[at].strip() == "-->":
        at += 1
    return _nikola_drafts([_nikola_field(field) for field in fields]), at


def _nikola_field(field: tuple[int, str, Any]) -> tuple[int, str, Any]:
    number, key, value = field
    if key == "type" and value in _NO_TYPES:
        return number, key, ""
    if key == "tags":
        return number, key, [tag.strip() for tag in value.split(",") if tag.strip()]
    return number, key, value


def _nikola_drafts(fields: _Fields) -> _Fields:
    """Return fields with the key ``draft`` for the tags that mean it."""
    tags = next((value for _, key, value in fields if key == "tags"), ())
    if _NIKOLA_DRAFTS.isdisjoint(tags):
        return fields
    at = next(at for at, key, _ in fields if key == "tags")
    kept = [tag for tag in tags if tag not in _NIKOLA_DRAFTS]
    return [*(field for field in fields if field[1] != "tags"), (at, "draft", True), (at, "tags", kept)]


def _logseq(lines: list[str], start: int) -> tuple[_Fields, int] | None:
    """Read the properties of a page, lines such as ``tags:: #one, [[two]]``."""
    fields: _Fields = []
    at = start
    while at < len(lines) and (found := _LOGSEQ.match(lines[at].strip())):
        if at > start and lines[at].startswith("- "):
            break
        fields.append((at, *_logseq_field(found[1], (found[2] or "").strip())))
        at += 1
    if not fields or (at < len(lines) and lines[at].strip() and not lines[at].startswith(("-", "#", "\t"))):
        return None
    known = sum(is_known(key) for _, key, _ in fields)
    return (_with_original_title(fields), at) if known or len(fields) > 1 else None


def _with_original_title(fields: _Fields) -> _Fields:
    """Return fields with the title of the work instead of the page's, such as Zotero's ``@leeBends2021``."""
    original = next((value for _, key, value in fields if key == "original-title"), "")
    return [
        (number, key, original if original and key == "title" and str(value).startswith("@") else value)
        for number, key, value in fields
    ]


def _logseq_field(label: str, value: str) -> tuple[str, Any]:
    key = LABELS.get(normalize_label(label))
    if "zotero://" in value or (label == "deck" and value.startswith("[[")):
        return label, ""  # links into a program, and a deck of flash cards
    if key is None:
        names = clean_value("tags", value) if normalize_label(label) in {"alias", "aliases"} else None
        return label, names or clean_value("site", value)
    return ("url" if key == "original_url" else key), clean_value(key, value)


def _restructured(lines: list[str], start: int) -> tuple[_Fields, int] | None:
    """Read reStructuredText fields above or below the title, or the options of a ``post`` directive."""
    title, at = _rst_title(lines, start)
    at = _skip_blank(lines, at)
    fields: _Fields = []
    post = _POST.match(lines[at]) if at < len(lines) else None
    if post:
        fields.append((at, "date", post[1].strip()))
        at += 1
    found, at = _rst_fields(lines, at, indented=post is not None)
    fields += found
    known = sum(is_known(key) for _, key, _ in fields)
    if not fields or not 2 * known >= len(fields):
        return None
    if not title and post:
        title, _ = _rst_title(lines, _skip_blank(lines, at))
    if title and all(key != "title" for _, key, _ in fields):
        fields.append((start, "title", title))
    return fields, at


def _skip_blank(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _rst_title(lines: list[str], at: int) -> tuple[str, int]:
    """Return the title on a line, and the index of the line after its underline."""
    line, below, after = (*lines[at : at + 3], "", "", "")[:3]
    if _RST_LINE.match(line) and below.strip() and after.rstrip() == line.rstrip():
        return plain_text(below.strip()), at + 3
    if line.strip() and _RST_LINE.match(below):
        return plain_text(line.strip()), at + 2
    return "", at


def _rst_fields(lines: list[str], at: int, *, indented: bool) -> tuple[_Fields, int]:
    fields: _Fields = []
    while at < len(lines):
        line = lines[at]
        found = _RST_FIELD.match(line)
        if found and (indented or not line[:1].isspace()):
            fields.append((at, found[1].strip().lower(), _list_of(found[1].lower(), (found[2] or "").strip())))
        elif fields and line[:1].isspace() and line.strip() and isinstance(fields[-1][2], str):
            number, key, value = fields[-1]
            fields[-1] = number, key, f"{value} {line.strip()}".strip()
        elif not (line.startswith("```") and indented):
            break
        at += 1
    return fields, at


def _plain(lines: list[str], start: int) -> tuple[_Fields, int] | None:
    """Read lines such as ``Title: …`` up to the first line of another form."""
    fields: _Fields = []
    at = start
    while at < len(lines):
        if found := _FIELD.match(lines[at]):
            fields.append((at, found[1].strip(), (found[2] or "").strip()))
        elif fields and (more := _CONTINUED.match(lines[at])):
            number, key, value = fields[-1]
            fields[-1] = number, key, f"{value} {more[1].strip()}".strip()
        elif not (fields and _is_known_field(lines[at : at + 2])):
            break
        at += 1
    labels = [normalize_label(key) for _, key, _ in fields]
    known = sum(is_known(label) for label in labels)
    ends = at == len(lines) or not lines[at].strip()
    if not fields or 2 * known <= len(fields) or (known < 2 and not (ends and labels == ["title"])):
        return None
    return [(number, key, _list_of(normalize_label(key), value)) for number, key, value in fields], at


def _is_known_field(lines: list[str]) -> bool:
    """Return whether a blank line and a line with a known label follow."""
    found = _FIELD.match(lines[1]) if len(lines) > 1 and not lines[0].strip() else None
    return found is not None and normalize_label(found[1]) in _SPACED


def _list_of(label: str, value: str) -> Any:
    """Return a value as a list if its label can name several people."""
    if label != "authors" or ">" in value:
        return value
    return [name.strip() for name in value.split(";" if ";" in value else ",") if name.strip()]
