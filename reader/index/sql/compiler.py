"""Compiler from queries to SQL over the index tables. Pure: opens nothing, and takes the time from the context.

Every condition is true or false for every article, never NULL: a missing value matches no comparison, and so matches
its negation. The words of one group become one full-text match, since that is what takes the time.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, assert_never

from msgspec import Struct
from msgspec.structs import replace

from reader.index.sql.conditions import SqlFragment, comparison, flags, match_any, range_between
from reader.index.sql.fulltext import IN_FTS, IN_RECENT_FTS, fts_match
from reader.index.sql.ordering import NEWEST_FIRST, order
from reader.query.ast import And, Compare, Expr, Flag, Match, Not, Or, Query, Range
from reader.query.relaxation import ignoring_marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reader.query.ast import QueryContext

__all__ = ["CompiledQuery", "compile_query"]

# SQLite's parser fails at about thirty nested parentheses, and at a thousand terms in a row. What exceeds a fraction of
# that becomes a table expression of its own.
_MOST_LEVELS = 6
_MOST_TERMS = 100
_EVERYTHING = "1"


class CompiledQuery(Struct, frozen=True):
    """The parts of ``SELECT … FROM article {joins} WHERE {where} ORDER BY {order_by} LIMIT {limit}``.

    ``params`` are those of ``joins`` (``params_of_joins`` of them), then those of ``where``. The joins neither add nor
    remove rows, and ``where`` does not need them.
    """

    where: str
    params: tuple[object, ...]
    joins: str
    params_of_joins: int
    order_by: str
    limit: int | None

    @property
    def words(self) -> str | None:
        """The full-text match if that is the entire condition, otherwise None."""
        return str(self.params[self.params_of_joins]) if self.where == IN_FTS else None

    @property
    def is_newest_first(self) -> bool:
        """Whether the order is newest first, with no other sort keys."""
        return self.order_by == NEWEST_FIRST

    @property
    def where_newest(self) -> str:
        """The condition, for a query over the newest articles only."""
        # Safe to replace: the SQL contains no text typed by the user, all of which is in the parameters.
        return self.where.replace(IN_FTS, IN_RECENT_FTS)

    @property
    def reads_texts(self) -> bool:
        """Whether it searches the texts of all articles, which takes as long for only a few of them."""
        return "FROM entry" in self.where

    @property
    def is_everything(self) -> bool:
        """Whether it finds every article, up to its limit."""
        return self.where == _EVERYTHING


def compile_query(query: Query, context: QueryContext, pinned: Sequence[int] = ()) -> CompiledQuery:
    """Compile a query to SQL.

    Articles with ``pinned`` IDs match too if only their marks keep them from matching.
    """
    if pinned:
        return _with_pinned(query, context, pinned)
    where = SqlFragment(_EVERYTHING) if query.expr is None else _SqlBuilder(context).whole(query.expr)
    asked = order(query.sort or context.default_sort, query.expr)
    return CompiledQuery(where.sql, asked.params + where.params, asked.joins, len(asked.params), asked.by, query.limit)


class _SqlBuilder:
    """Builder of one query's condition, and of the table expressions that it needs."""

    def __init__(self, context: QueryContext) -> None:
        self._context = context
        self._tables: list[str] = []
        self._table_params: tuple[object, ...] = ()

    def whole(self, expr: Expr) -> SqlFragment:
        part = self._part(expr)
        if not self._tables:
            return part
        tables = ", ".join(self._tables)
        sql = f"article.id IN (WITH {tables} SELECT article.id FROM article WHERE {part.sql})"
        return SqlFragment(sql, self._table_params + part.params)

    def _part(self, expr: Expr) -> SqlFragment:
        match expr:
            case And() | Or():
                return self._joined(expr)
            case Not():
                part = self._part(expr.operand)
                return SqlFragment(f"(NOT {part.sql})", part.params, part.levels + 1)
            case Match():
                return match_any(expr)
            case Compare():
                return comparison(expr, self._context.clock)
            case Range():
                return range_between(expr, self._context.clock)
            case Flag():
                return flags(expr, self._context.new_since)
        assert_never(expr)

    def _joined(self, expr: And | Or) -> SqlFragment:
        word = "AND" if isinstance(expr, And) else "OR"
        parts: list[SqlFragment] = []
        matches: list[str] = []
        for operand in expr.operands:
            match = fts_match(operand)
            if match is None:
                parts.append(self._part(operand))
            else:
                matches.append(match)
        if matches:
            # First, since a full-text match finds few rows, fast.
            parts.insert(0, SqlFragment(IN_FTS, (f" {word} ".join(matches),)))
        return self._group(parts, word)

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


def _with_pinned(query: Query, context: QueryContext, ids: Sequence[int]) -> CompiledQuery:
    statement = compile_query(query, context)
    # Without an order, the only parameters are those of the condition.
    wide = compile_query(replace(ignoring_marks(query), sort=(), limit=None), replace(context, default_sort=()))
    held = f"article.id IN (SELECT value FROM json_each(?)) AND {wide.where}"
    return replace(
        statement,
        where=f"({statement.where} OR ({held}))",
        params=(*statement.params, json.dumps(list(ids)), *wide.params),
    )
