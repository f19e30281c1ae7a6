"""Metadata that MDX files export as a JavaScript object, as in Next.js blogs: ``export const meta = {…}``."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from reader.content import yaml as yaml_parser
from reader.content.frontmatter import FrontMatter
from reader.content.salvage import has_known_key, salvage_json

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["parse_exports"]

_SEARCHED = 20_000  # characters
_IMPORT = r"import\b[^\n]*\n\s*"
_EXPORT = re.compile(
    rf"\s*(?:{_IMPORT}){{0,50}}export[ \t]+const[ \t]+(?:meta|metadata|frontmatter|frontMatter|page|post)[ \t]*"
    r"(?::[ \t]*\w+[ \t]*)?=[ \t]*(\{\n(?:[^\n]*\n)*?\}|\{[^\n]*\})[ \t]*;?[ \t]*(?=\n|\Z)"
)
_IMPORTED_FILE = re.compile(r"import[ \t]+(\w+)[ \t]+from[ \t]+[\"']([^\"'\n]+\.\w{2,5})[\"']")
_STRING = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`"
_PART = re.compile(
    rf"(?P<string>{_STRING})"
    rf"|(?:new[ \t]+Date|require|Date\.parse)\(\s*(?P<argument>{_STRING})\s*\)"
    r"|(?P<remark>//[^\n]*|/\*.*?\*/)"
    r"|(?<=[:\[,])(?P<before>\s*)(?P<name>[A-Za-z_$][\w$.]*)(?=\s*[,}\]\n])",
    re.DOTALL,
)
_SHORTHAND = re.compile(r"^([ \t]*)(\w+)(,?[ \t]*)$", re.MULTILINE)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_ESCAPED = {"n": " ", "t": " ", "r": " ", "\n": ""}
_WORDS = frozenset({"true", "false", "null"})


def parse_exports(text: str) -> FrontMatter | None:
    """Return the exported metadata and the body of a text, or None if it does not begin with imports and exports."""
    found = _EXPORT.match(text[:_SEARCHED])
    if found is None:
        return None
    files = dict(_IMPORTED_FILE.findall(text[: found.start(1)]))
    written = _SHORTHAND.sub(r"\1\2: \2\3", found[1])
    head = _PART.sub(lambda part: _as_json(part, files), written)
    salvaged = salvage_json(head, yaml_parser.default_parser())
    if not has_known_key(salvaged.metadata):
        return None
    before = text.count("\n", 0, found.start(1))
    faults = tuple(replace(fault, line=fault.line + before) for fault in salvaged.faults)
    return FrontMatter(salvaged.metadata, text[found.end() :].strip(), head, before + 1, faults)


def _as_json(part: re.Match[str], files: Mapping[str, str]) -> str:
    if part["remark"]:
        return "\n" * part["remark"].count("\n")
    if string := part["string"] or part["argument"]:
        return _string(string)
    name = part["name"]
    if name in _WORDS:
        return part[0]
    # The values of other identifiers are in other files. In a list, such identifiers usually name authors.
    is_listed = part.string[part.start() - 1] in "[,"
    value = files.get(name, name if is_listed else None)
    return part["before"] + json.dumps(value)


def _string(written: str) -> str:
    """Return a JavaScript string as a JSON string, with spaces for line breaks; the values of ``${…}`` are unknown."""
    text = _ESCAPE.sub(_unescaped, written[1:-1]).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if written[0] == "`":
        text = re.sub(r"\$\{[^{}]*\}", "…", re.sub(r"\s*\n\s*", " ", text))
    return json.dumps(text, ensure_ascii=False)


def _unescaped(escape: re.Match[str]) -> str:
    code = escape[1]
    if len(code) > 1:
        return chr(int(code[1:], 16))
    return _ESCAPED.get(code, code)
