"""Compiler from queries to conditions and orders over the index tables.

Pure: opens nothing, and takes the time from the context. The words of a group become a single full-text match, since
full-text matches take most of the time.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, assert_never

from msgspec import Struct

from reader.index.sql.conditions import comparison, flags, match_any, range_between
from reader.index.sql.ordering import OrderBy, order
from reader.index.sql.parts import EVERYTHING, Negated, Part, SqlFragment, Words, any_part, joined, print_sql
from reader.index.text import TEXT_INDEX
from reader.query.ast import And, Compare, Expr, Flag, Match, Not, Or, Query, Range
from reader.query.relaxation import ignoring_marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reader.query.ast import QueryContext

__all__ = ["CompiledQuery", "compile_query"]


class CompiledQuery(Struct, frozen=True):
    """The parts of ``SELECT … FROM article {order.joins} WHERE {condition} ORDER BY {order.by} LIMIT {limit}``.

    The joins neither add nor remove rows, and the condition does not need them.
    """

    condition: Part
    order: OrderBy
    limit: int | None

    @property
    def words(self) -> str | None:
        """The full-text match if that is the entire condition, otherwise None."""
        return self.condition.match if isinstance(self.condition, Words) else None

    @property
    def has_words(self) -> bool:
        """Whether a full-text match is part of the condition."""
        return any_part(self.condition, lambda test: isinstance(test, Words))

    @property
    def needs_words(self) -> bool:
        """Whether its results depend on the full-text index."""
        return self.has_words or self.order.is_ranked

    @property
    def scans_texts(self) -> bool:
        """Whether it scans the text of every article, which takes as long for a few results as for many."""
        return any_part(self.condition, lambda test: isinstance(test, SqlFragment) and test.scans_texts)

    @property
    def matches_all(self) -> bool:
        """Whether it finds every article, up to its limit."""
        return self.condition == EVERYTHING

    def where(self, *, recent: bool = False) -> SqlFragment:
        """Return the condition in SQL; with ``recent``, for a query over the newest articles only."""
        return print_sql(self.condition, recent=recent)

    def ids(self, most: int = -1) -> SqlFragment:
        """Return SQL that selects the IDs in order, at most ``most``; with -1, all of them."""
        where = self.where()
        sql = (
            f"SELECT article.id FROM article {self.order.joins} WHERE {where.sql} ORDER BY {self.order.by} "
            f"LIMIT {most:d}"
        )
        return SqlFragment(sql, (*self.order.params, *where.params))


def compile_query(query: Query, context: QueryContext, pinned: Sequence[int] = ()) -> CompiledQuery:
    """Compile a query.

    Articles with ``pinned`` IDs match too if only their marks keep them from matching.
    """
    condition = _condition(query.expr, context)
    if pinned:
        ids = SqlFragment("article.id IN (SELECT value FROM json_each(?))", (json.dumps(list(pinned)),))
        wide = _condition(ignoring_marks(query).expr, context)
        condition = joined("OR", (condition, joined("AND", (ids, wide))))
    return CompiledQuery(condition, order(query.sort or context.default_sort, query.expr), query.limit)


def _condition(expr: Expr | None, context: QueryContext) -> Part:
    return EVERYTHING if expr is None else _part(expr, context)


def _part(expr: Expr, context: QueryContext) -> Part:
    match expr:
        case And() | Or():
            return _joined(expr, context)
        case Not():
            return Negated(_part(expr.operand, context))
        case Match():
            return match_any(expr)
        case Compare():
            return comparison(expr, context.clock)
        case Range():
            return range_between(expr, context.clock)
        case Flag():
            return flags(expr, context.new_since)
    assert_never(expr)


def _joined(expr: And | Or, context: QueryContext) -> Part:
    word = "AND" if isinstance(expr, And) else "OR"
    parts: list[Part] = []
    matches: list[str] = []
    for operand in expr.operands:
        match = TEXT_INDEX.match(operand)
        if match is None:
            parts.append(_part(operand, context))
        else:
            matches.append(match)
    if matches:
        # First, since a full-text match finds few rows and is fast.
        parts.insert(0, Words(TEXT_INDEX.joined(matches, word)))
    return joined(word, parts)
