"""Condition of a query as a tree of parts, and its conversion to SQL as the last step.

Every part is true or false for every article, never NULL: a missing value matches no comparison, so it matches the
negation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from msgspec import Struct

from reader.index.text import TEXT_INDEX

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["EVERYTHING", "Group", "Negated", "Part", "SqlFragment", "Words", "any_part", "joined", "print_sql"]

# SQLite's parser fails at about thirty nested parentheses and at a thousand terms in a row. A part that exceeds a
# fraction of that becomes a separate table expression.
_MOST_LEVELS = 6
_MOST_TERMS = 100


class SqlFragment(Struct, frozen=True):
    """Test in SQL; ``levels`` is its nesting depth of parentheses.

    ``scans_texts`` is true if it scans the text of every article, which takes as long for a few results as for many.
    """

    sql: str
    params: tuple[object, ...] = ()
    levels: int = 1
    scans_texts: bool = False


class Words(Struct, frozen=True):
    """A search in the full-text index."""

    match: str


class Group(Struct, frozen=True):
    """Parts joined with AND or OR (``word``)."""

    word: str
    parts: tuple[Part, ...]


class Negated(Struct, frozen=True):
    """The negation of a part."""

    part: Part


Part = SqlFragment | Words | Group | Negated

EVERYTHING = SqlFragment("1")


def joined(word: str, parts: Sequence[Part]) -> Part:
    """Join parts with AND or OR (``word``), without parts that do not narrow the result."""
    if word == "AND":
        parts = [part for part in parts if part != EVERYTHING] or [EVERYTHING]
    elif EVERYTHING in parts:
        return EVERYTHING
    return parts[0] if len(parts) == 1 else Group(word, tuple(parts))


def any_part(part: Part, is_wanted: Callable[[SqlFragment | Words], bool]) -> bool:
    """Return whether a part is or contains a wanted test."""
    match part:
        case Group():
            return any(any_part(inner, is_wanted) for inner in part.parts)
        case Negated():
            return any_part(part.part, is_wanted)
        case _:
            return is_wanted(part)


def print_sql(part: Part, *, recent: bool = False) -> SqlFragment:
    """Return the SQL of a part. With ``recent``, words are searched only in the newest articles."""
    return _Printer(TEXT_INDEX.condition(recent=recent)).entire(part)


class _Printer:
    """Printer of a condition and the table expressions that it needs."""

    def __init__(self, words: str) -> None:
        self._words = words
        self._tables: list[str] = []
        self._table_params: tuple[object, ...] = ()

    def entire(self, part: Part) -> SqlFragment:
        printed = self._part(part)
        if not self._tables:
            return printed
        tables = ", ".join(self._tables)
        sql = f"article.id IN (WITH {tables} SELECT article.id FROM article WHERE {printed.sql})"
        return SqlFragment(sql, self._table_params + printed.params)

    def _part(self, part: Part) -> SqlFragment:
        match part:
            case SqlFragment():
                return part
            case Words():
                return SqlFragment(self._words, (part.match,))
            case Negated():
                printed = self._part(part.part)
                return SqlFragment(f"(NOT {printed.sql})", printed.params, printed.levels + 1)
            case Group():
                return self._group([self._part(inner) for inner in part.parts], part.word)
        assert_never(part)

    def _group(self, parts: Sequence[SqlFragment], word: str) -> SqlFragment:
        while len(parts) > _MOST_TERMS:
            chunks = [parts[at : at + _MOST_TERMS] for at in range(0, len(parts), _MOST_TERMS)]
            parts = [self._as_table(self._group(chunk, word)) for chunk in chunks]
        if len(parts) == 1:
            return parts[0]
        sql = f"({f' {word} '.join(part.sql for part in parts)})"
        levels = max(part.levels for part in parts) + 1
        joined = SqlFragment(sql, tuple(param for part in parts for param in part.params), levels)
        return joined if levels < _MOST_LEVELS else self._as_table(joined)

    def _as_table(self, part: SqlFragment) -> SqlFragment:
        name = f"part{len(self._tables)}"
        self._tables.append(f"{name}(id) AS (SELECT article.id FROM article WHERE {part.sql})")
        self._table_params += part.params
        return SqlFragment(f"article.id IN (SELECT id FROM {name})")
