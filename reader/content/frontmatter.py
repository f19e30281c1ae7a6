"""Front matter parsing: split a file's text into metadata and body with python-frontmatter handlers.

Defines the delimiters, the three formats (YAML, TOML, JSON) and the size limits. Each handler can be passed to
``frontmatter.parse`` and ``frontmatter.load``. Does not interpret keys. This module imports the parsers, which is slow:
import it only when there is a file to read.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from typing import TYPE_CHECKING, Any

import frontmatter
from frontmatter.default_handlers import JSONHandler, YAMLHandler
from msgspec import Struct
from msgspec.structs import replace

from reader import text as gate
from reader.content import yaml as yaml_parser
from reader.content.diagnostics import FrontMatterError, KeyLocator, ParseIssue
from reader.content.salvage import Salvaged, has_known_key, is_prose, salvage_json, salvage_toml, salvage_yaml
from reader.content.yaml_subset import MAX_DEPTH
from reader.problems import Code

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "MAX_CHARACTERS",
    "MAX_KEY_PARTS",
    "FrontMatter",
    "JsonHandler",
    "TomlHandler",
    "YamlHandler",
    "handler_for",
    "parse",
]

MAX_CHARACTERS = 256 * 1024
MAX_KEY_PARTS = 64  # in a dotted TOML key; parsing time is quadratic in this number

# An object in JavaScript, as Eleventy takes it, is a flow mapping in YAML.
_YAML_OPEN = re.compile(r"-{3,}[ \t]*(?:ya?ml|js|javascript)?[ \t]*(?:\n|\Z)", re.IGNORECASE)
_TOML_OPEN = re.compile(r"(?:\+{3,}[ \t]*(?:toml)?|-{3,}[ \t]*toml)[ \t]*(?:\n|\Z)", re.IGNORECASE)
_FENCED_JSON_OPEN = re.compile(r"(?:-{3,}|\+{3,}|;{3,})[ \t]*json[ \t]*(?:\n|\Z)|;{3,}[ \t]*(?:\n|\Z)", re.IGNORECASE)
_YAML_CLOSE = re.compile(r"\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
# Blank lines, spaces and byte order marks before the first fence.
_BEFORE_FENCE = re.compile(r"[\s\ufeff\u200b]{0,1000}")
_MOST_BLANKS = 3  # before a fence: more would make it a code block
# Templates also start with a brace, but a second brace or a percent sign follows.
_JSON_OPEN = re.compile(r'\{(?:\s*["}]|[ \t]*(?:\n|\Z))')
# An object on the first line, or one whose closing brace is on a line of its own.
_JSON_END = re.compile(r"\A[^\n]*\}[ \t]*$|^\}[ \t]*$", re.MULTILINE)
_MAX_FAULTS = 100
_TOML_LINE = re.compile(r" \(at line (\d+), column \d+\)\Z| \(at end of document\)\Z")
_TOML_KEY_PART = r"""\.[ \t]*(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')[ \t]*"""
_TOML_LONG_KEY = re.compile(f"(?:{_TOML_KEY_PART}){{{MAX_KEY_PARTS}}}")


class FrontMatter(Struct, frozen=True):
    """Parsed front matter and body of a file.

    ``head`` is the source of the front matter, which starts on line ``first_line`` of the file. The lines in ``faults``
    count from the start of the file. If the front matter could not be parsed at all, ``readable`` is false and
    ``metadata`` empty. If the text begins with a fence but has no front matter, ``fenced`` is false.
    """

    metadata: dict[str, Any]
    body: str
    head: str = ""
    first_line: int = 2
    faults: tuple[ParseIssue, ...] = ()
    readable: bool = True
    fenced: bool = True


class YamlHandler(YAMLHandler):
    """Handler for YAML between ``---`` and ``---`` or ``...``; ``engine`` is the YAML parser.

    A fence can be longer than three characters and can name the language.
    """

    FM_BOUNDARY = _YAML_OPEN

    def __init__(self, engine: yaml_parser.YamlParser | None = None) -> None:
        super().__init__()
        self.engine = engine or yaml_parser.default_parser()
        self.first_line = 2
        self.head = ""
        self.rest = ""
        self.faults: tuple[ParseIssue, ...] = ()

    def split(self, text: str) -> tuple[str, str]:
        """Split a text at its delimiters. Raises FrontMatterError if the closing one is missing."""
        start = text.find("\n") + 1 or len(text)
        close = _closing(text, start - 1)
        if close is None:
            self.head, self.rest = "", text[start:]
            raise FrontMatterError(0, Code.UNCLOSED, text[:3])
        self.head = text[start : max(start, close.start() + 1)]
        self.rest = text[close.end() :]
        return self.head, self.rest

    def load(self, fm: str, **_options: object) -> dict[str, Any]:
        """Parse YAML. Raises FrontMatterError if it is invalid, too long or not a mapping."""
        _bound_length(fm)
        value, self.faults = self.engine(fm)
        return _keys_and_values(value)


def _closing(text: str, start: int) -> re.Match[str] | None:
    """Return the closing fence: one as long as the opening fence if there is any, else one of any length."""
    if text.startswith("---\n") and (usual := _YAML_CLOSE.search(text, start)):
        return usual
    character = text[0]
    length = len(text) - len(text.lstrip(character))
    dots = r"|\.\.\." if character == "-" else ""
    exact = re.compile(rf"\n(?:{re.escape(character)}{{{length}}}{dots})[ \t]*(?:\n|\Z)").search(text, start)
    return exact or re.compile(rf"\n{re.escape(character)}{{3,}}[ \t]*(?:\n|\Z)").search(text, start)


class TomlHandler(YamlHandler):
    """Handler for TOML between two ``+++`` lines, or after ``---toml``."""

    FM_BOUNDARY = _TOML_OPEN
    START_DELIMITER = END_DELIMITER = "+++"

    def load(self, fm: str, **_options: object) -> dict[str, Any]:
        """Parse TOML. Raises FrontMatterError if it is invalid or exceeds a limit."""
        _bound_length(fm)
        if _TOML_LONG_KEY.search(fm):
            raise FrontMatterError(1, Code.LONG_KEY, str(MAX_KEY_PARTS))
        try:
            value = tomllib.loads(fm)
        except RecursionError as error:
            raise FrontMatterError(1, Code.TOO_DEEP, str(MAX_DEPTH)) from error
        except ValueError as error:
            message = str(error)
            place = _TOML_LINE.search(message)
            line = int(place[1]) if place and place[1] else fm.count("\n") + 1
            raise FrontMatterError(line, Code.SYNTAX, gate.sanitize_line(_TOML_LINE.sub("", message))[:500]) from error
        _bound_depth(value)
        return value


class FencedJsonHandler(YamlHandler):
    """Handler for JSON between fences that name the language, or between ``;;;`` lines."""

    FM_BOUNDARY = _FENCED_JSON_OPEN

    def load(self, fm: str, **_options: object) -> dict[str, Any]:
        """Parse JSON. The braces of the outermost object can be missing."""
        handler = JsonHandler()
        text = fm.strip()
        handler.head, _ = handler.split(text if text.startswith("{") else f"{{{text}}}")
        value = handler.load(handler.head)
        self.faults = handler.faults
        return value


class JsonHandler(JSONHandler):
    """Handler for a JSON object at the start of a text; the JSON parser finds its closing brace."""

    FM_BOUNDARY = _JSON_OPEN

    def __init__(self) -> None:
        super().__init__()
        self.first_line = 1
        self.head = ""
        self.rest = ""
        self.faults: tuple[ParseIssue, ...] = ()

    def split(self, text: str) -> tuple[str, str]:
        """Split a text after its first JSON value. Raises FrontMatterError if the value is invalid."""
        self.rest = text
        _, end = self._decode(text, json.JSONDecoder())
        self.head, self.rest = text[:end], text[end:]
        return self.head, self.rest

    def load(self, fm: str, **_options: object) -> dict[str, Any]:
        """Parse JSON. For a duplicate key, record a problem and use the last value."""
        value, _ = self._decode(fm, json.JSONDecoder(object_pairs_hook=self._object))
        _bound_depth(value)
        return _keys_and_values(value)

    def _decode(self, text: str, decoder: json.JSONDecoder) -> tuple[Any, int]:
        try:
            return decoder.raw_decode(text[:MAX_CHARACTERS])
        except json.JSONDecodeError as error:
            if len(text) > MAX_CHARACTERS:
                _bound_length(text)
            raise FrontMatterError(error.lineno, Code.SYNTAX, gate.sanitize_line(error.msg)) from error
        except RecursionError as error:
            raise FrontMatterError(1, Code.TOO_DEEP, str(MAX_DEPTH)) from error
        except ValueError as error:  # an integer with more digits than Python converts
            raise FrontMatterError(1, Code.SYNTAX, gate.sanitize_line(str(error))[:500]) from error

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(pairs)
        if len(values) < len(pairs):
            repeated = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]
            places = KeyLocator(self.head)
            for name in repeated[: _MAX_FAULTS - len(self.faults)]:
                # The JSON decoder reports no position for a pair, so find the line by the key's name.
                line = places.of(name) + 1
                fault = ParseIssue(line, Code.DUPLICATE_KEY, field=gate.sanitize_line(name)[:100])
                self.faults = (*self.faults, fault)
        return values


def _bound_length(head: str) -> None:
    if len(head) > MAX_CHARACTERS:
        raise FrontMatterError(1, Code.TOO_LONG, str(MAX_CHARACTERS // 1024))


def _bound_depth(value: object) -> None:
    """Raise FrontMatterError if lists and mappings are nested too deeply. (YAML is checked before it is parsed.)"""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for each in level for inner in _inside(each) if isinstance(inner, dict | list)]
        if not level:
            return
    raise FrontMatterError(1, Code.TOO_DEEP, str(MAX_DEPTH))


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _keys_and_values(value: object) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise FrontMatterError(1, Code.NOT_A_MAPPING)
    return value


def handler_for(text: str, engine: yaml_parser.YamlParser | None = None) -> YamlHandler | JsonHandler | None:
    """Return the handler that matches the start of a text, or None if it does not start with front matter."""
    if _YAML_OPEN.match(text):
        return YamlHandler(engine)
    if _TOML_OPEN.match(text):
        return TomlHandler(engine)
    if _JSON_OPEN.match(text):
        return JsonHandler()
    return FencedJsonHandler(engine) if _FENCED_JSON_OPEN.match(text) else None


def parse(text: str, engine: yaml_parser.YamlParser | None = None) -> FrontMatter | None:
    r"""Return the front matter and body of a text, or None if it does not start with a fence.

    Line endings must be ``\n``. ``engine`` parses YAML; None selects the best available parser. Broken front matter is
    read as far as possible. A text that begins with a fence but has no front matter is all body.
    """
    start = 0 if text.startswith("---\n") else _fence_at(text)
    fenced = text[start:]
    handler = handler_for(fenced, engine)
    if handler is None:
        return _all_body(text, fenced, start) if fenced.startswith(("---", "+++")) else None
    handler.first_line += text.count("\n", 0, start)
    before = handler.first_line - 1
    try:
        metadata, body = frontmatter.parse(fenced, handler=handler)
    except FrontMatterError as error:
        return _rescue(text, fenced, handler, error, engine)
    if isinstance(handler, YamlHandler) and is_prose(metadata, handler.head):
        return _all_body(text, fenced, start)
    faults = tuple(replace(fault, line=fault.line + before) for fault in handler.faults)
    return FrontMatter(metadata, body, handler.head, handler.first_line, faults)


def _fence_at(text: str) -> int:
    """Return the offset of the first fence after any blank lines; 0 if the text begins with anything else."""
    blank = _BEFORE_FENCE.match(text)
    at = blank.end() if blank else 0
    line = text.rfind("\n", 0, at) + 1
    indented = len(text[line:at].strip("\ufeff\u200b")) > _MOST_BLANKS or "\t" in text[line:at]
    return 0 if indented else at


def _all_body(text: str, fenced: str, start: int) -> FrontMatter:
    """Return a text that begins with a fence but has no front matter: all of it is body."""
    line = text.count("\n", 0, start) + 1
    fault = ParseIssue(line, Code.NOT_FRONT_MATTER, (fenced[:3],))
    return FrontMatter({}, text.strip("\ufeff").strip(), "", line, (fault,), fenced=False)


def _rescue(
    text: str,
    fenced: str,
    handler: YamlHandler | JsonHandler,
    error: FrontMatterError,
    engine: yaml_parser.YamlParser | None,
) -> FrontMatter:
    """Return the readable parts of front matter that cannot be parsed as a whole."""
    before = handler.first_line - 1
    start = len(text) - len(fenced)
    fault = replace(error.fault, line=error.fault.line + before)
    if isinstance(handler, JsonHandler | FencedJsonHandler) and fault.code == Code.SYNTAX:
        return _rescue_json(handler, fault, engine)
    if isinstance(handler, YamlHandler) and fault.code in _SALVAGEABLE:
        unclosed = fault.code == Code.UNCLOSED
        head = handler.rest[:MAX_CHARACTERS] if unclosed else handler.head
        found = _salvage(handler, head)
        if is_prose(found.metadata, head):
            return _all_body(text, fenced, start)
        if has_known_key(found.metadata) or (found.metadata and found.is_clean and not unclosed):
            faults = tuple(replace(each, line=each.line + before) for each in found.faults)
            if unclosed or found.end is not None:
                faults = (ParseIssue(before, Code.UNCLOSED, (fenced[:3],)), *faults)
            body = handler.rest if found.end is None else fenced[fenced.find("\n") + 1 + found.end :]
            body = "" if unclosed and found.end is None else body
            return FrontMatter(found.metadata, body.strip(), head[: found.end], handler.first_line, faults)
        if not found.is_clean or unclosed:
            return _all_body(text, fenced, start)
    return FrontMatter({}, handler.rest, handler.head, handler.first_line, (fault,), readable=False)


def _rescue_json(
    handler: JsonHandler | FencedJsonHandler, fault: ParseIssue, engine: yaml_parser.YamlParser | None
) -> FrontMatter:
    """Return the readable parts of a JSON object that cannot be parsed as a whole."""
    head, body = handler.head, handler.rest
    if isinstance(handler, JsonHandler) and (end := _JSON_END.search(body, 0, MAX_CHARACTERS)):
        head, body = body[: end.end()], body[end.end() :]
    found = salvage_json(head, engine or yaml_parser.default_parser())
    if not has_known_key(found.metadata):
        return FrontMatter({}, handler.rest, handler.head, handler.first_line, (fault,), readable=False)
    before = handler.first_line - 1
    faults = tuple(replace(each, line=each.line + before) for each in found.faults) or (fault,)
    return FrontMatter(found.metadata, body.strip(), head, handler.first_line, faults)


_SALVAGEABLE = frozenset({Code.SYNTAX, Code.UNCLOSED, Code.NOT_A_MAPPING})


def _salvage(handler: YamlHandler, head: str) -> Salvaged:
    if isinstance(handler, TomlHandler):
        return salvage_toml(head, handler.load)
    return salvage_yaml(head, handler.engine)
