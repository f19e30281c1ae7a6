"""Reading of broken front matter key by key, so that one bad line does not spoil the others.

The source is split at each key in the first column, and the parts are parsed separately. A part that still cannot be
parsed is reported, and read as text if it is a single line.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from reader import text as gate
from reader.content.diagnostics import FrontMatterError, ParseIssue
from reader.content.dialects import KEYS, MERGED, normalize_key
from reader.problems import Code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    _Parse = Callable[[str], tuple[object, tuple[ParseIssue, ...]]]

__all__ = ["Salvaged", "has_known_key", "is_prose", "salvage_json", "salvage_toml", "salvage_yaml"]

_LISTS = MERGED | {"aliases", "authors", "category"}
_MAX_PARTS = 500
_MAX_FAULTS = 100
_LONGEST_KEY_IN_WORDS = 3
_LONGEST_TEXT = 4_000

_YAML_KEY = re.compile(r"""("[^"\n]*"|'[^'\n]*'|[^\s"'#\-\[\]{}&*!|>%@`:,][^:\n]{0,99}?)[ \t]*:(?=[ \t\n]|\Z)""")
# Without the blank that YAML demands; not a URL.
_TIGHT_KEY = re.compile(r"([A-Za-z][\w-]{0,40}):(?=[^\s:/])")
_TOML_KEY = re.compile(r"""([A-Za-z0-9_.-]+|"[^"\n]*"|'[^'\n]*')[ \t]*=""")
# Lines that TOML can have after a blank line; the last ones close a list or text over several lines.
_TOML_START = re.compile(rf"{_TOML_KEY.pattern}|\[\[?[\w\"'.-]|[\]}}\"',]")
_TOML_TABLE = re.compile(r"\[\[?[^\[\]\n]+\]\]?[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
_COMMENT = re.compile(r"[ \t]*(?:#|\Z|\n)")
_ENTRY = re.compile(r"[ \t]*-[ \t]+(.*)")
_TABS = re.compile(r"^\t+", re.MULTILINE)
_BRACES = re.compile(r"\s*\{(.*)\}\s*", re.DOTALL)
_JSON_KEY = re.compile(r'^("[^"\n]*")[ \t]*:[ \t]*', re.MULTILINE)
_COMMA_BETWEEN_KEYS = re.compile(r',[ \t]*(?=(?:\n[ \t]*)*\n["\'\w/]|\s*\Z)')


class Salvaged(Struct, frozen=True):
    """Keys and values that could be read, and problems, whose lines count from the start of the source.

    ``end`` is the offset where prose begins and the front matter therefore ends; None if no prose follows. ``is_clean``
    means that every part began with a key.
    """

    metadata: dict[str, Any]
    faults: tuple[ParseIssue, ...]
    end: int | None = None
    is_clean: bool = True


class _Part(Struct, frozen=True):
    """Key with the lines of its value; ``key`` is empty for lines before the first key."""

    key: str
    source: str
    line: int
    value_at: int = 0


def has_known_key(metadata: dict[str, Any]) -> bool:
    """Return whether any of the keys is known."""
    return any(type(key) is str and normalize_key(key) in KEYS for key in metadata)


def is_prose(metadata: dict[str, Any], head: str) -> bool:
    """Return whether a mapping is really prose with a colon in it, between two horizontal rules."""
    if not metadata or has_known_key(metadata):
        return False
    if head.startswith(("\n", " \n")):
        return True
    return any(type(key) is str and len(key.split()) > _LONGEST_KEY_IN_WORDS for key in metadata)


def salvage_yaml(head: str, parse: _Parse) -> Salvaged:
    """Return the readable parts of a YAML text that cannot be parsed as a whole."""
    end = _prose_begins(head, _yaml_key)
    return replace(_read_parts(head[:end], parse), end=end)


def _read_parts(head: str, parse: _Parse) -> Salvaged:
    parts = list(_yaml_parts(head))
    metadata: dict[str, Any] = {}
    faults: list[ParseIssue] = []
    for part in parts[:_MAX_PARTS]:
        value, found = _read_yaml(part, parse)
        faults += found
        if isinstance(value, dict):
            for key, each in value.items():
                if key in metadata:
                    faults.append(ParseIssue(part.line, Code.DUPLICATE_KEY, field=gate.sanitize_line(str(key))[:100]))
                metadata[key] = each
    clean = bool(parts) and all(part.key for part in parts)
    return Salvaged(metadata, tuple(faults[:_MAX_FAULTS]), None, clean)


def _yaml_key(line: str) -> re.Match[str] | None:
    """Return the key at the start of a line. Without a blank after its colon, only a known key is one."""
    tight = None if (found := _YAML_KEY.match(line)) else _TIGHT_KEY.match(line)
    return tight if tight and normalize_key(tight[1]) in KEYS else found


def _prose_begins(head: str, key: Callable[[str], re.Match[str] | None]) -> int | None:
    """Return the offset of the first line after a blank line that is not a key, list item or comment."""
    offset, blank = 0, False
    for line in head.splitlines(keepends=True):
        begins = blank and line.strip() and not line[0].isspace() and not key(line)
        if begins and (not line.startswith(("-", "#")) or line.startswith(("--", "# ", "##"))):
            return offset
        blank = not line.strip()
        offset += len(line)
    return None


def _yaml_parts(head: str) -> Iterator[_Part]:
    lines: list[str] = []
    key, start, value_at = "", 1, 0
    for number, line in enumerate(head.splitlines(keepends=True), start=1):
        found = _yaml_key(line)
        stray = not found and line.strip() and not line[0].isspace() and not line.startswith(("-", "#", "]", "}"))
        if found or (stray and (key or not any(map(str.strip, lines)))):
            if any(map(str.strip, lines)):
                yield _Part(key, "".join(lines), start, value_at)
            lines, start = [], number
            key, value_at = (found[1].strip("\"'"), found.end()) if found else ("", 0)
        elif not lines:
            start = number
        lines.append(line)
    if any(map(str.strip, lines)):
        yield _Part(key, "".join(lines), start, value_at)


def _read_yaml(part: _Part, parse: _Parse) -> tuple[object, list[ParseIssue]]:
    field = gate.sanitize_line(part.key)[:100]
    if not part.key and all(map(_COMMENT.match, part.source.splitlines())):
        return {}, []
    try:
        value, faults = _parse_part(part.source, parse)
    except FrontMatterError as error:
        # A parser reports an unclosed quote or bracket on a later line than its own.
        line = part.line + min(max(error.fault.line, 1), part.source.rstrip().count("\n") + 1) - 1
        text = _as_text(part)
        if not part.key or text is None or len(part.source) > _LONGEST_TEXT:
            return {}, [ParseIssue(line, error.fault.code, error.fault.args, field)]
        why = error.fault.args or (error.fault.message,)
        return {part.key: text}, [ParseIssue(line, Code.READ_AS_TEXT, why, field)]
    return value, [replace(fault, line=fault.line + part.line - 1) for fault in faults]


def _parse_part(source: str, parse: _Parse) -> Any:
    """Parse a part, if necessary with tabs replaced by spaces. Raises FrontMatterError."""
    try:
        value, faults = parse(source)
    except FrontMatterError:
        if not _TABS.search(source):
            raise
        value, faults = parse(_TABS.sub(lambda tabs: "  " * len(tabs[0]), source))
    if not isinstance(value, dict):
        raise FrontMatterError(1, Code.SYNTAX, "expected a key and a colon")
    return value, faults


def _as_text(part: _Part) -> object:
    """Return the value of a part that is not YAML: a single line as text, lines with hyphens as a list; else None."""
    first, _, following = part.source[part.value_at :].partition("\n")
    rest = [line for line in following.split("\n") if not _COMMENT.match(line)]
    if not rest:
        return _bare(first.strip(), part.key)
    entries = [_ENTRY.fullmatch(line) for line in rest]
    if not first.strip() and all(entries):
        return [_bare(entry[1].strip()) for entry in entries if entry]
    return None


def _bare(text: str, key: str = "") -> object:
    """Return a text without its quotes. If the key can have a list, read one in brackets, even unclosed."""
    is_list = text.startswith("[") and ("]" not in text or (text.endswith("]") and "]], [[" not in text))
    if is_list and all(place.field in _LISTS for place in KEYS.get(normalize_key(key), ())):
        return [_unquoted(part.strip()) for part in text.strip("[]").split(",") if part.strip()]
    return _unquoted(text)


def _unquoted(text: str) -> str:
    quote = text[:1]
    if quote in {'"', "'"} and len(text) > 1 and text.endswith(quote):
        return text[1:-1]
    return text[1:] if quote in {'"', "'"} and text.count(quote) == 1 else text


def salvage_json(head: str, parse: _Parse) -> Salvaged:
    """Return the readable parts of a JSON object that cannot be parsed as a whole; ``parse`` parses YAML.

    Without its braces and the commas between its keys, an object is YAML with one key per line.
    """
    found = _BRACES.fullmatch(head)
    keys = textwrap.dedent(found[1] if found else head)
    if "\n" not in keys.strip():
        return _salvage_json_line(f"{{{keys.strip()}}}", parse)
    return _read_parts(_COMMA_BETWEEN_KEYS.sub("", _JSON_KEY.sub(r"\1: ", keys)), parse)


def _salvage_json_line(head: str, parse: _Parse) -> Salvaged:
    try:
        value, _ = parse(head)
    except FrontMatterError:
        value = None
    return Salvaged(value if isinstance(value, dict) else {}, ())


def salvage_toml(head: str, parse: Callable[[str], dict[str, Any]]) -> Salvaged:
    """Return the readable parts of a TOML text that cannot be parsed as a whole."""
    end = _prose_begins(head, _TOML_START.match)
    return replace(_read_toml(head[:end], parse), end=end)


def _read_toml(head: str, parse: Callable[[str], dict[str, Any]]) -> Salvaged:
    metadata: dict[str, Any] = {}
    faults: list[ParseIssue] = []
    parts = list(_toml_parts(head))
    for part in parts[:_MAX_PARTS]:
        try:
            value = parse(part.source)
        except FrontMatterError as error:
            line = part.line + max(error.fault.line, 1) - 1
            text = part.source[part.value_at :].strip() if part.value_at else ""
            if not 0 < len(text) <= _LONGEST_TEXT or "\n" in text or text.startswith(("'''", '"""', "{")):
                faults.append(ParseIssue(line, error.fault.code, error.fault.args, part.key))
                continue
            faults.append(ParseIssue(line, Code.READ_AS_TEXT, error.fault.args, part.key))
            value = {part.key: _bare(text, part.key)}
        for key, each in value.items():
            known = metadata.get(key)
            if part.value_at and key in metadata:
                faults.append(ParseIssue(part.line, Code.DUPLICATE_KEY, field=part.key))
            if isinstance(known, list) and isinstance(each, list):
                metadata[key] = known + each
            else:
                metadata[key] = {**known, **each} if isinstance(known, dict) and isinstance(each, dict) else each
    return Salvaged(metadata, tuple(faults[:_MAX_FAULTS]), None, bool(parts) and all(part.key for part in parts))


def _toml_parts(head: str) -> Iterator[_Part]:
    """Yield each key before the first table, then each table with its keys."""
    lines: list[str] = []
    key, start, value_at, in_table = "", 1, 0, False
    for number, line in enumerate(head.splitlines(keepends=True), start=1):
        table = _TOML_TABLE.match(line)
        found = None if in_table else _TOML_KEY.match(line)
        if table or found:
            if any(map(str.strip, lines)):
                yield _Part(key, "".join(lines), start, value_at)
            lines, start = [], number
            in_table = in_table or table is not None
            key, value_at = (found[1].strip("\"'"), found.end()) if found else (line.strip("[] \t\n"), 0)
        lines.append(line)
    if any(map(str.strip, lines)):
        yield _Part(key, "".join(lines), start, value_at)
