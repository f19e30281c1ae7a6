"""Syntax tree of a query, and its canonical spelling.

``all_of``, ``any_of`` and ``negate`` combine expressions so that equal meanings have equal trees: no And inside And, no
Or inside Or, no Not of a Not. For every query built this way, ``parse(str(query)) == query``.
"""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec import Struct

from reader.query.dates import CalendarDate, Clock, DateExpr, RelativeDate
from reader.text import split_words

__all__ = [
    "ANYWHERE",
    "And",
    "Compare",
    "Expr",
    "Flag",
    "Match",
    "Not",
    "Or",
    "Query",
    "QueryContext",
    "Range",
    "Regex",
    "SortKey",
    "TextValue",
    "Value",
    "all_of",
    "any_of",
    "negate",
    "positive_texts",
]

# The field of a word without one: it searches title, excerpt, body, provider, topics and authors.
ANYWHERE = ""

# Text that needs no quotes. Extra quotes do no harm.
_PLAIN = re.compile(r"[^\W_][\w.+#@'-]*")
_KEYWORDS = frozenset({"and", "or", "not"})
_DATE_WORDS = {">=": "since", "<": "before", ">": "after", "=": "on"}


class TextValue(Struct, frozen=True):
    """Word, phrase or name as typed; with ``prefix``, its last word is only the beginning of a word."""

    text: str
    prefix: bool = False

    def __str__(self) -> str:
        star = "*" * self.prefix
        # Text without words needs quotes, since a minus before it would not negate it.
        if _PLAIN.fullmatch(self.text) and self.text.lower() not in _KEYWORDS and split_words(self.text):
            return self.text + star
        escaped = self.text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"{star}'


class Regex(Struct, frozen=True):
    """Regular expression in RE2 syntax, without the enclosing slashes."""

    pattern: str

    def __str__(self) -> str:
        return f"/{self.pattern.replace('/', chr(92) + '/')}/"


Value = TextValue | Regex


class Match(Struct, frozen=True):
    """Test that the field contains any of the values; the field's kind defines how."""

    field: str
    values: tuple[Value, ...]

    def __str__(self) -> str:
        return (f"{self.field}:" if self.field else "") + ",".join(map(str, self.values))


class Compare(Struct, frozen=True):
    """Test that the field has a value for which the comparison holds; ``operator`` is one of = != < <= > >=."""

    field: str
    operator: str
    value: float | DateExpr

    def __str__(self) -> str:
        word = _DATE_WORDS.get(self.operator) if self.field == "date" else None
        return (f"{word}:" if word else f"{self.field}{self.operator}") + _shown(self.value)


class Range(Struct, frozen=True):
    """Test that the field has a value between the ends, inclusive.

    None is an open end. The ends can be in either order.
    """

    field: str
    low: float | DateExpr | None
    high: float | DateExpr | None

    def __str__(self) -> str:
        return f"{self.field}:{_shown(self.low)}..{_shown(self.high)}"


class Flag(Struct, frozen=True):
    """Test that any of the named flags is set; ``field`` is "is" or "has"."""

    field: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.field}:{','.join(self.names)}"


class Not(Struct, frozen=True):
    """The negation of its operand."""

    operand: Expr

    def __str__(self) -> str:
        return f"-({self.operand})" if isinstance(self.operand, And | Or) else f"-{self.operand}"


class And(Struct, frozen=True):
    """Conjunction: matches what every operand matches."""

    operands: tuple[Expr, ...]

    def __str__(self) -> str:
        return " ".join([f"({part})" if isinstance(part, Or) else str(part) for part in self.operands])


class Or(Struct, frozen=True):
    """Disjunction: matches what any operand matches."""

    operands: tuple[Expr, ...]

    def __str__(self) -> str:
        return " OR ".join([str(part) for part in self.operands])


Expr = Match | Compare | Range | Flag | Not | And | Or


class SortKey(Struct, frozen=True):
    """Sort key, in its natural direction or reversed."""

    key: str
    reverse: bool = False

    def __str__(self) -> str:
        return "-" * self.reverse + self.key


class Query(Struct, frozen=True):
    """Query for articles, with their order and maximum number. Without an expression, it finds all articles."""

    expr: Expr | None = None
    sort: tuple[SortKey, ...] = ()
    limit: int | None = None

    def __str__(self) -> str:
        parts = [] if self.expr is None else [str(self.expr)]
        if self.sort:
            parts.append(f"sort:{','.join(map(str, self.sort))}")
        if self.limit is not None:
            parts.append(f"limit:{self.limit}")
        return " ".join(parts)


def _shown(value: float | DateExpr | None) -> str:
    if value is None:
        return ""
    if isinstance(value, CalendarDate | RelativeDate):
        return str(value)
    return f"{Decimal(repr(value)).normalize():f}"


def all_of(parts: tuple[Expr, ...]) -> Expr:
    """Join one or more expressions with AND."""
    flat = tuple(inner for part in parts for inner in (part.operands if isinstance(part, And) else (part,)))
    return flat[0] if len(flat) == 1 else And(flat)


def any_of(parts: tuple[Expr, ...]) -> Expr:
    """Join one or more expressions with OR."""
    flat = tuple(inner for part in parts for inner in (part.operands if isinstance(part, Or) else (part,)))
    return flat[0] if len(flat) == 1 else Or(flat)


def negate(part: Expr) -> Expr:
    """Return the negation of an expression."""
    return part.operand if isinstance(part, Not) else Not(part)


def positive_texts(expr: Expr | None) -> list[tuple[str, TextValue]]:
    """Return (field, text) for every text to match that is not negated, in the order written."""
    found: list[tuple[str, TextValue]] = []
    waiting = [] if expr is None else [expr]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Match):
            found.extend((part.field, value) for value in part.values if isinstance(value, TextValue))
        elif isinstance(part, And | Or):
            waiting.extend(reversed(part.operands))
    return found


class QueryContext(Struct, frozen=True):
    """Inputs of a query other than its text.

    ``new_since`` is the time, in seconds since 1970, after which an article added to the index is new; if None, no
    article is new. ``default_sort`` is the order of a query that names none.
    """

    clock: Clock
    new_since: int | None = None
    default_sort: tuple[SortKey, ...] = (SortKey("date"),)
