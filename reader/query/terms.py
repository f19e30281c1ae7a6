"""Parser of one term of a query: its field, comparison and values, from its token.

Every error that concerns a single term is detected here and raised as QueryError with its position.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.errors import QueryError
from reader.query.ast import ANYWHERE, Compare, Expr, Flag, Match, Range, Regex, SortKey, TextValue, Value
from reader.query.dates import DateExpr, RelativeDate, parse_date_expr
from reader.query.fields import (
    SORTS,
    FieldKind,
    FieldSpec,
    closest_field,
    closest_match,
    find_field,
    find_flag,
    flags_of,
)
from reader.query.lexer import is_web_address
from reader.query.regex import compile_pattern
from reader.text import fold, sanitize_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reader.query.lexer import Token, ValuePart

__all__ = ["LimitDirective", "SortDirective", "parse_term"]

_NUMBER = re.compile(r"-?(?:\d{1,15}(?:\.\d{0,6})?|\.\d{1,6})", re.ASCII)
_LIMIT = re.compile(r"0{0,9}[1-9]\d{0,8}", re.ASCII)
_DATE_OPERATORS = {"since": ">=", "before": "<", "on": "=", "after": ">"}
# Per list: more than users type, and within SQLite's limits.
_MOST_VALUES = 100
_PATTERN_FIELDS = frozenset({"title", "excerpt"})


class SortDirective(Struct, frozen=True):
    """The keys of ``sort:``; not part of the expression."""

    keys: tuple[SortKey, ...]


class LimitDirective(Struct, frozen=True):
    """The number of ``limit:``; not part of the expression."""

    count: int


def parse_term(token: Token) -> Expr | SortDirective | LimitDirective:
    """Parse one term. Raises QueryError."""
    if token.fault is not None:
        raise token.fault
    if not token.field:
        return _bare(token.pieces[0])
    field = find_field(token.field)
    if field is None:
        raise _unknown_field(token)
    if token.operator not in {":", "="} and not field.is_ordered:
        raise _cannot_compare(token, field)
    if len(token.pieces) > _MOST_VALUES:
        message = f"{field.name}: more than {_MOST_VALUES} values"
        raise _fault(token.pieces[_MOST_VALUES], message, "fewer values")
    return _READERS[field.kind](token, field)


def _bare(piece: ValuePart) -> Match:
    if not piece.quoted and not piece.pattern and is_web_address(piece.text):
        return Match("url", (TextValue(piece.text),))
    return Match(ANYWHERE, (_value(piece),))


def _value(piece: ValuePart) -> Value:
    if not piece.pattern:
        return TextValue(piece.text, piece.prefix)
    try:
        compile_pattern(piece.text)
    except QueryError as error:
        raise QueryError(str(error), start=piece.start, end=piece.end, expected="a regular expression") from error
    return Regex(piece.text)


def _words(token: Token, field: FieldSpec) -> Match:
    for piece in token.pieces:
        if piece.pattern and field.name not in _PATTERN_FIELDS:
            raise _fault(
                piece, "regular expressions work only in title:, excerpt: or without a field", "a word or a phrase"
            )
    return Match(field.name, tuple(map(_value, token.pieces)))


def _names(token: Token, field: FieldSpec) -> Match:
    for piece in token.pieces:
        if not fold(piece.text) and not piece.prefix:
            raise _fault(piece, f"{field.name}: expected {field.expects}", field.expects)
    return Match(field.name, tuple(TextValue(piece.text, piece.prefix) for piece in token.pieces))


def _parts(token: Token, field: FieldSpec) -> Match:
    # A substring can be followed by anything, so a star after it has no effect.
    return _names(replace(token, pieces=tuple(replace(piece, prefix=False) for piece in token.pieces)), field)


def _number(token: Token, field: FieldSpec) -> Compare | Range:
    return _ordered(token, field, _read_number)


def _read_number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _date(token: Token, field: FieldSpec) -> Compare | Range:
    found = _ordered(token, field, parse_date_expr)
    if field.name in _DATE_OPERATORS:
        if isinstance(found, Range):
            raise _fault(token.pieces[0], f"{field.name}: expected a single date; use date: for ranges", field.expects)
        found = Compare("date", _DATE_OPERATORS[field.name], found.value)
    if isinstance(found, Compare) and found.operator in {"=", "!="} and _is_instant(found.value):
        shown = _shown(token.pieces[0].text)
        raise _fault(token.pieces[0], f"{shown} is a point in time; use since:{shown}", field.expects)
    return found


def _is_instant(value: object) -> bool:
    return isinstance(value, RelativeDate) and value.unit == "h"


def _ordered(token: Token, field: FieldSpec, read: Callable[[str], float | DateExpr | None]) -> Compare | Range:
    """Return a comparison or a range, with its values parsed by ``read``."""
    piece = token.pieces[0]
    operator = "=" if token.operator == ":" else token.operator
    low, dots, high = piece.text.partition("..")
    if not dots:
        value = read(piece.text)
        if value is None:
            raise _wrong_value(piece, field)
        return Compare(field.name, operator, value)
    ends = [read(end) if end else None for end in (low, high)]
    unreadable = (low and ends[0] is None) or (high and ends[1] is None)
    if operator != "=" or not (low or high) or unreadable:
        raise _wrong_value(piece, field)
    return Range(field.name, ends[0], ends[1])


def _flag(token: Token, field: FieldSpec) -> Flag:
    names = []
    for piece in token.pieces:
        flag = find_flag(field.name, piece.text)
        if flag is None:
            known = [name for flag in flags_of(field.name) for name in (flag.name, *flag.aliases)]
            raise _unknown(piece, f"{field.name}:", known, ", ".join(flag.name for flag in flags_of(field.name)))
        names.append(flag.name)
    return Flag(field.name, tuple(names))


def _sort(token: Token, _field: FieldSpec) -> SortDirective:
    keys = []
    for piece in token.pieces:
        name = piece.text.removeprefix("-").lower()
        alias = find_field(name)
        key = alias.name if alias else name
        if key not in {known.name for known in SORTS}:
            known = [known.name for known in SORTS]
            raise _unknown(piece, "sort:", known, ", ".join(known))
        keys.append(SortKey(key, piece.text.startswith("-")))
    return SortDirective(tuple(keys))


def _limit(token: Token, field: FieldSpec) -> LimitDirective:
    piece = token.pieces[0]
    if not _LIMIT.fullmatch(piece.text):
        raise _wrong_value(piece, field)
    return LimitDirective(int(piece.text))


_READERS: Mapping[FieldKind, Callable[[Token, FieldSpec], Expr | SortDirective | LimitDirective]] = MappingProxyType(
    {
        FieldKind.WORDS: _words,
        FieldKind.NAME: _names,
        FieldKind.PART: _parts,
        FieldKind.NUMBER: _number,
        FieldKind.DATE: _date,
        FieldKind.FLAG: _flag,
        FieldKind.SORT: _sort,
        FieldKind.LIMIT: _limit,
    }
)


def _shown(text: str) -> str:
    text = sanitize_line(text)
    return text if len(text) <= 40 else text[:39] + "…"


def _fault(piece: ValuePart, message: str, expected: str) -> QueryError:
    return QueryError(message, start=piece.start, end=piece.end, expected=expected)


def _wrong_value(piece: ValuePart, field: FieldSpec) -> QueryError:
    return _fault(piece, f'{field.name}: expected {field.expects}, got "{_shown(piece.text)}"', field.expects)


def _unknown(piece: ValuePart, field: str, known: list[str], expected: str) -> QueryError:
    typed = piece.text.removeprefix("-")
    # The name that completion offers for these letters, rather than a shorter alias.
    begun = next((name for name in known if typed and name.startswith(typed.lower())), "")
    close = begun or closest_match(typed, known)
    hint = f"did you mean {close}?" if close else f"expected {expected}"
    message = f'{field} unknown value "{_shown(piece.text)}"; {hint}'
    return QueryError(message, start=piece.start, end=piece.end, expected=expected, nearest=close)


def _unknown_field(token: Token) -> QueryError:
    close = closest_field(token.field)
    hint = f"did you mean {close}:?" if close else "quote it to search for the text"
    return QueryError(
        f'unknown field "{_shown(token.field)}"; {hint}',
        start=token.start,
        end=token.start + len(token.field),
        expected="the name of a field",
        nearest=close,
    )


def _cannot_compare(token: Token, field: FieldSpec) -> QueryError:
    example = f"-{field.name}:" if token.operator == "!=" and field.kind is not FieldKind.DATE else f"{field.name}:"
    start = token.start + len(token.field)
    return QueryError(
        f"{field.name}: does not support {token.operator}; use {example}…",
        start=start,
        end=token.value_start,
        expected=":",
    )
