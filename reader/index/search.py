"""Queries over the index: IDs in order, and counts. Never writes to the index.

Another thread can cancel any query: ``cancelled`` is called repeatedly while SQLite works, and a true result ends the
query with ``OperationCancelled``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reader.index.articles import ArticleReader
from reader.index.database import IndexConnection
from reader.index.model import FacetCount, FacetKind, ResultCounts
from reader.index.sql.compiler import compile_query
from reader.index.sql.facets import CREATE_HITS, CountStrategy, count_marks, facet_sql, merge_spellings

if TYPE_CHECKING:
    import sqlite3
    from array import array
    from collections.abc import Callable, Sequence

    from reader.index.sql.compiler import CompiledQuery
    from reader.query import Query, QueryContext

__all__ = ["CountReader", "Search", "count", "count_facets", "needs_words", "select_ids", "tally"]


class CountReader(ArticleReader):
    """Reader of articles, and of counts that need only SQLite."""

    def count(self, query: Query, context: QueryContext, *, cancelled: Callable[[], bool] | None = None) -> int:
        """Return the number of matching articles, at most the query's limit."""
        return count(self._connection, compile_query(query, context), cancelled)

    def facets(
        self,
        query: Query,
        context: QueryContext,
        kind: FacetKind,
        *,
        cancelled: Callable[[], bool] | None = None,
    ) -> list[FacetCount]:
        """Count matching articles by topic, provider, …: largest count first, then by name."""
        return count_facets(self._connection, compile_query(query, context), kind, cancelled)


class Search(CountReader):
    """Queries over one index that need only SQLite."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(IndexConnection(connection))

    def ids(
        self,
        query: Query,
        context: QueryContext,
        *,
        limit: int | None = None,
        pinned: Sequence[int] = (),
        cancelled: Callable[[], bool] | None = None,
    ) -> array[int]:
        """Return the IDs of matching articles in order, at most ``limit`` and the query's own limit.

        Articles with ``pinned`` IDs are included if only their marks keep them from matching.
        """
        return select_ids(self._connection, compile_query(query, context, pinned), limit=limit, cancelled=cancelled)

    def tally(
        self,
        query: Query,
        context: QueryContext,
        kind: FacetKind,
        *,
        cancelled: Callable[[], bool] | None = None,
    ) -> ResultCounts:
        """Count matching articles: all, by mark, and by topic, provider, ….

        Each count is the length of the list narrowed to that value: the query's limit applies to each count separately.
        """
        return tally(self._connection, compile_query(query, context), kind, cancelled)


def needs_words(query: Query, context: QueryContext) -> bool:
    """Return whether the results of a query depend on the full-text index."""
    return compile_query(query, context).needs_words


def select_ids(
    connection: IndexConnection,
    compiled: CompiledQuery,
    *,
    limit: int | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> array[int]:
    """Return the IDs of matching articles in order."""
    most = min((number for number in (limit, compiled.limit) if number is not None), default=-1)
    ids = compiled.ids(most)
    with connection.asking(cancelled):
        return connection.ids(f"SELECT group_concat(id) FROM ({ids.sql})", ids.params)


def count(connection: IndexConnection, compiled: CompiledQuery, cancelled: Callable[[], bool] | None) -> int:
    """Return the number of matching articles, at most the query's limit."""
    where = compiled.where()
    sql = f"FROM article WHERE {where.sql}"
    if compiled.limit is None:
        sql = f"SELECT count(*) {sql}"
    else:
        sql = f"SELECT count(*) FROM (SELECT 1 {sql} LIMIT {compiled.limit:d})"
    with connection.asking(cancelled):
        return int(connection.value(sql, where.params))


def count_facets(
    connection: IndexConnection, compiled: CompiledQuery, kind: FacetKind, cancelled: Callable[[], bool] | None
) -> list[FacetCount]:
    """Count matching articles by the values of one kind."""
    with connection.asking(cancelled):
        matches_all = compiled.matches_all and compiled.limit is None
        scope = CountStrategy.ALL if matches_all else _gather(connection, compiled, limit=compiled.limit)[1]
        return _facets(connection, kind, scope)


def tally(
    connection: IndexConnection, compiled: CompiledQuery, kind: FacetKind, cancelled: Callable[[], bool] | None
) -> ResultCounts:
    """Count matching articles: all, by mark, and by the values of one kind."""
    with connection.asking(cancelled):
        if compiled.matches_all:
            articles, scope = int(connection.value("SELECT count(*) FROM article")), CountStrategy.ALL
        else:
            articles, scope = _gather(connection, compiled, limit=None)
        read, starred, later = connection.execute(count_marks(scope)).fetchone()
        found = _facets(connection, kind, scope)
    most = articles if compiled.limit is None else compiled.limit
    return ResultCounts(
        articles=min(articles, most),
        unread=min(articles - read, most),
        starred=min(starred, most),
        later=min(later, most),
        facets=tuple(FacetCount(facet.name, min(facet.count, most)) for facet in found),
    )


def _gather(connection: IndexConnection, compiled: CompiledQuery, *, limit: int | None) -> tuple[int, CountStrategy]:
    """Store the matches in the table of hits; return their number and the strategy to count them."""
    if limit is None:
        where = compiled.where()
        sql, params = f"SELECT article.id FROM article WHERE {where.sql}", where.params
    else:
        ids = compiled.ids(limit)
        sql, params = ids.sql, ids.params
    connection.execute(CREATE_HITS)
    connection.execute("DELETE FROM temp.hit")
    connection.execute(f"INSERT INTO temp.hit {sql}", params)
    hits = int(connection.value("SELECT count(*) FROM temp.hit"))
    return hits, CountStrategy.of(hits, int(connection.value("SELECT count(*) FROM article")))


def _facets(connection: IndexConnection, kind: FacetKind, scope: CountStrategy) -> list[FacetCount]:
    # One row for all counts: between two rows any other thread may run, which adds up over many rows.
    sql = f"""
        WITH counted (name, articles) AS ({facet_sql(kind, scope)})
        SELECT json_group_array(json_array(name, articles)) FROM counted
    """
    found = json.loads(connection.value(sql))
    return merge_spellings((str(name), int(number)) for name, number in found)
