"""PyYAML-based fallback for YAML the fast parser rejects; also the source of user-facing YAML errors.

Resolves plain scalars as YAML 1.2 does (no dates, no yes/no booleans, no base-60 numbers), reports duplicate keys and
unknown tags instead of failing, and limits the cost of aliases, merge keys and nesting. Builds only dicts, lists,
strings, numbers, booleans and None. Does not know about delimiters or files: lines count from 1 in the given text.
"""

from __future__ import annotations

import re
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import yaml

from reader import text as gate
from reader.content.diagnostics import FrontMatterError, ParseIssue, quoted
from reader.content.yaml_subset import MAX_DEPTH, is_plain_subset
from reader.problems import Code

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

__all__ = ["MAX_SIZE", "load_strict", "parse_number"]

MAX_SIZE = 1024 * 1024  # characters and values of a text with all aliases expanded
_MAX_FAULTS = 100
# Message of PyYAML versions with their own depth limit. Their lookahead may reach it before our check reaches ours.
_NESTED_TOO_DEEP = "nesting depth"

_PREFIX = "tag:yaml.org,2002:"
# PyYAML rejects these characters. Sanitizing would remove them from every value anyway, so remove them before parsing.
# The characters in _OLD_BREAKS break lines in YAML 1.1 but not in 1.2.
_UNWELCOME = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_OLD_BREAKS = re.compile("[\x85\u2028\u2029]")

_NULL = re.compile(r"(?:~|null|Null|NULL|)\Z")
_BOOL = re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")
_INT = re.compile(r"[-+]?(?:[0-9][0-9_]*|0o[0-7_]+|0x[0-9a-fA-F_]+|0b[01_]+)\Z")
_FLOAT = re.compile(
    r"(?:[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*|[0-9][0-9_]*(?=[eE]))(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z"
)
_MERGE = re.compile(r"<<\Z")
_BASES = {"0x": 16, "0o": 8, "0b": 2}

_Base: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_strict(text: str) -> tuple[object, tuple[ParseIssue, ...]]:
    """Return the value of a YAML text and the recoverable problems found.

    Raises FrontMatterError if the text cannot be parsed.
    """
    text = _OLD_BREAKS.sub(" ", _UNWELCOME.sub("", text)).replace("\r\n", "\n").replace("\r", "\n")
    try:
        if not is_plain_subset(text):
            _bound(text)
        loader = _Loader(text)
        try:
            value = loader.get_single_data()
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise _to_front_matter_error(error) from error
    except RecursionError as error:  # only with the pure-Python loader of PyYAML
        raise FrontMatterError(1, Code.TOO_DEEP, str(MAX_DEPTH)) from error
    return value, tuple(loader.faults)


class _AliasExpansionCounter:
    """Counter of the size that a text, fed event by event, would have with all aliases expanded."""

    def __init__(self) -> None:
        self._sizes = [0]
        self._anchors: list[str | None] = [None]
        self._known: dict[str, int] = {}

    def add(self, event: yaml.Event) -> None:
        """Count an event. Raises FrontMatterError if the text is nested too deeply or expands to too much."""
        if isinstance(event, yaml.CollectionStartEvent):
            self._sizes.append(1)
            self._anchors.append(event.anchor)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._count(self._anchors.pop(), self._sizes.pop())
        elif isinstance(event, yaml.ScalarEvent):
            self._count(event.anchor, len(event.value) + 1)
        elif isinstance(event, yaml.AliasEvent):
            self._count(None, self._known.get(str(event.anchor), 0) + 1)
        if len(self._sizes) > MAX_DEPTH + 1:
            raise FrontMatterError(_line(event), Code.TOO_DEEP, str(MAX_DEPTH))
        if self._sizes[-1] > MAX_SIZE:
            raise FrontMatterError(_line(event), Code.ALIASES_EXPAND, str(MAX_SIZE // 1024**2))

    def _count(self, anchor: str | None, size: int) -> None:
        self._sizes[-1] += size
        if anchor is not None:
            self._known[anchor] = size


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _bound(text: str) -> None:
    measure = _AliasExpansionCounter()
    loader = _Base(text)
    try:
        while loader.check_event():
            measure.add(loader.get_event())
    finally:
        loader.dispose()


def _to_front_matter_error(error: yaml.YAMLError) -> FrontMatterError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    parts = [getattr(error, "context", None), getattr(error, "problem", None)]
    message = ", ".join(part for part in parts if part) or str(error)
    line = mark.line + 1 if mark else 1
    if _NESTED_TOO_DEEP in message:
        return FrontMatterError(line, Code.TOO_DEEP, str(MAX_DEPTH))
    return FrontMatterError(line, Code.SYNTAX, gate.sanitize_line(message)[:500])


def parse_number(text: str) -> int | float:
    """Return the number written in a YAML scalar; a decimal integer of more than 4,000 characters is infinite.

    Raises ValueError if it is not a number.
    """
    plain = text.replace("_", "")
    if _INT.match(text):
        base = _BASES.get(plain.lstrip("+-")[:2], 10)
        if base == 10 and len(plain) > 4000:
            return float("-inf" if plain[0] == "-" else "inf")
        return int(plain, base)
    if _FLOAT.match(text):
        return float(re.sub(r"\.(?=[iInN])", "", plain))
    raise ValueError("not a number")


class _Loader(_Base):  # type: ignore[misc]  # the base class is chosen at runtime
    """Loader that builds only plain values and collects problems in ``faults``."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - overrides PyYAML's attribute
    yaml_constructors: dict[str | None, Any] = {}  # noqa: RUF012 - overrides PyYAML's attribute

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.faults: list[ParseIssue] = []
        self._looked_at: set[int] = set()

    def note(self, node: yaml.Node, code: Code, *args: str, field: str = "") -> None:
        """Record a problem with a node, unless ``_MAX_FAULTS`` are recorded already."""
        if len(self.faults) < _MAX_FAULTS:
            self.faults.append(ParseIssue(node.start_mark.line + 1, code, args, field))

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        """Return a dict. For a duplicate key, record a problem and use the last value."""
        if not isinstance(node, yaml.MappingNode):
            raise yaml.constructor.ConstructorError(None, None, "expected a mapping", node.start_mark)
        self._note_repeated(node)
        self.flatten_mapping(node)
        mapping: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.note(key_node, Code.NON_SCALAR_KEY)
                continue
            mapping[self.construct_object(key_node, deep=True)] = self.construct_object(value_node, deep=deep)
        return mapping

    def _note_repeated(self, node: yaml.MappingNode) -> None:
        # Check each node only once, before merging: merged keys may legitimately repeat the node's own.
        if id(node) in self._looked_at:
            return
        self._looked_at.add(id(node))
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != f"{_PREFIX}merge":
                name = (key.tag, key.value)
                if name in seen:
                    self.note(key, Code.DUPLICATE_KEY, field=gate.sanitize_line(key.value)[:100])
                seen.add(name)

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Resolve merge keys by inserting the merged pairs before the mapping's own."""
        own = [pair for pair in node.value if pair[0].tag != f"{_PREFIX}merge"]
        if len(own) == len(node.value):
            return
        self._note_repeated(node)
        sources = [pair[1] for pair in node.value if pair[0].tag == f"{_PREFIX}merge"]
        node.value = own  # before resolving the sources: one of them may be this node itself
        parts: list[list[tuple[yaml.Node, yaml.Node]]] = [own]
        for source in self._merge_sources(sources):
            self.flatten_mapping(source)
            parts.append(source.value)
        # The last value of a key wins: the mapping's own value, else the first source's.
        node.value = [pair for part in reversed(parts) for pair in part]

    def _merge_sources(self, nodes: list[yaml.Node]) -> Iterator[yaml.MappingNode]:
        for node in nodes:
            for source in node.value if isinstance(node, yaml.SequenceNode) else [node]:
                if isinstance(source, yaml.MappingNode):
                    yield source
                else:
                    self.note(source, Code.NOT_MERGEABLE, field="<<")


def _scalar(loader: _Loader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


def _null(loader: _Loader, node: yaml.ScalarNode) -> None:
    loader.construct_scalar(node)


def _boolean(loader: _Loader, node: yaml.ScalarNode) -> bool | str:
    text = _scalar(loader, node)
    if _BOOL.match(text):
        return text.lower() == "true"
    loader.note(node, Code.INVALID_BOOLEAN, quoted(text))
    return text


def _number(loader: _Loader, node: yaml.ScalarNode) -> int | float | str:
    text = _scalar(loader, node)
    try:
        number = parse_number(text)
        return float(number) if node.tag == f"{_PREFIX}float" else number
    except (ValueError, OverflowError):
        loader.note(node, Code.NOT_A_NUMBER, quoted(text))
        return text


def _sequence(loader: _Loader, node: yaml.SequenceNode) -> Iterator[list[Any]]:
    values: list[Any] = []
    yield values
    values.extend(loader.construct_sequence(node))


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Iterator[dict[Hashable, Any]]:
    values: dict[Hashable, Any] = {}
    yield values
    values.update(loader.construct_mapping(node))


def _unknown(loader: _Loader, node: yaml.Node) -> Any:
    loader.note(node, Code.UNKNOWN_TAG, quoted(str(node.tag)))
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return loader.construct_scalar(node)


def _binary(loader: _Loader, node: yaml.Node) -> Any:
    """Return text in base64, as Ruby writes text whose encoding it does not know."""
    if isinstance(node, yaml.ScalarNode):
        try:
            return b64decode("".join(node.value.split()), validate=True).decode()
        except ValueError:
            pass
    return _unknown(loader, node)


def _register_types(loader: type[Any]) -> None:
    numeric = list("-+0123456789.")
    for tag, pattern, first in (
        ("null", _NULL, ["~", "n", "N", ""]),
        ("bool", _BOOL, list("tTfF")),
        ("int", _INT, numeric),
        ("float", _FLOAT, numeric),
        ("merge", _MERGE, ["<"]),
    ):
        loader.add_implicit_resolver(_PREFIX + tag, pattern, first)
    for tag, constructor in (
        ("null", _null),
        ("bool", _boolean),
        ("int", _number),
        ("float", _number),
        ("str", _scalar),
        ("timestamp", _scalar),
        ("merge", _scalar),
        ("seq", _sequence),
        ("map", _mapping),
    ):
        loader.add_constructor(_PREFIX + tag, constructor)
    for tag in ("!binary", f"{_PREFIX}binary"):
        loader.add_constructor(tag, _binary)
    loader.add_constructor(None, _unknown)


_register_types(_Loader)
