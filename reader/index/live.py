"""Search over an index that other processes may update or replace.

A replaced file is not followed automatically: IDs of one file mean nothing in another, so the owner of the IDs decides
when to call ``follow``.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from reader.index import recent
from reader.index.database import NO_FILE
from reader.index.id_sets import CachedOrder, IdSet, Selection, parse_ids
from reader.index.model import FacetKind, ResultCounts
from reader.index.search import Search
from reader.index.sql import functions
from reader.index.sql.compiler import compile_query
from reader.index.sql.facets import SELECT_MARKED_IDS, members_sql, merge_spellings
from reader.index.sql.fulltext import RANKED

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from reader.index.database import FileIds, IndexFile
    from reader.index.sql.compiler import CompiledQuery
    from reader.query import Query, QueryContext

__all__ = ["DataVersions", "LiveSearch"]


# With more names, the lists of their articles would take too much memory for the time they save.
_MOST_NAMES = 5_000
_MOST_ORDERS = 3
# Never read: a placeholder for a value that has not been queried yet.
_UNKNOWN = IdSet((), 0)

_Members = tuple[tuple[str, "array[int]"], ...]


class DataVersions(Struct, frozen=True):
    """Two numbers that change when another connection changes the index or the marks."""

    index: int
    marks: int


class LiveSearch(Search):
    """Queries over the file that was the index when it was opened or last followed."""

    def __init__(self, index: IndexFile) -> None:
        self._index = index
        # Read before connecting: if the file is replaced in between, this one counts as outdated and is followed again.
        self.files: FileIds = index.files()
        self._kept_of: tuple[FileIds, int] | None = None
        self._orders: dict[tuple[str, str], CachedOrder] = {}
        self._members: dict[FacetKind, _Members | None] = {}
        self._left: IdSet | None = _UNKNOWN
        super().__init__(index.connect())

    @property
    def is_outdated(self) -> bool:
        """Whether another file has replaced the index, or the marks, since."""
        return self._index.files() != self.files

    def follow(self) -> bool:
        """Switch to the current files, and return whether they are different ones. Raises StorageError.

        If the index is missing, the old file stays in use.
        """
        files = self._index.files()
        if files == self.files or files.index == NO_FILE:
            return False
        connection = self._index.connect()
        functions.register(connection)
        with self._in_use:
            self._connection.close()
            self._connection, self.files = connection, files
            if self._is_closed:
                connection.close()
        return True

    def ids(
        self,
        query: Query,
        context: QueryContext,
        *,
        limit: int | None = None,
        pinned: Sequence[int] = (),
        cancelled: Callable[[], bool] | None = None,
    ) -> array[int]:
        """Return the IDs of matching articles in order, as ``Search.ids``; callers must not modify them.

        Orders of all articles are cached: SQLite takes three times as long to match and sort in one query.
        """
        statement = compile_query(query, context, pinned)
        if limit is not None:
            return self._select_ids(statement, limit=limit, cancelled=cancelled)
        return self._select(statement, cancelled).all()

    def select(self, query: Query, context: QueryContext, *, cancelled: Callable[[], bool] | None = None) -> Selection:
        """Return the same articles as ``ids``, with the first IDs available before the rest."""
        return self._select(compile_query(query, context), cancelled)

    def _select(self, statement: CompiledQuery, cancelled: Callable[[], bool] | None) -> Selection:
        if statement.limit is not None or RANKED in statement.joins:
            return Selection(self._select_ids(statement, cancelled=cancelled))
        with self.steady(), self._asking(cancelled):
            order = self._order(statement)
            return Selection(order.ids) if statement.is_everything else order.select(self._matches(statement))

    def first(
        self, query: Query, context: QueryContext, most: int, *, cancelled: Callable[[], bool] | None = None
    ) -> array[int] | None:
        """Return the first ``most`` of the ``ids``, or None if the recent articles do not have that many matches.

        The time this takes does not depend on the number of articles.
        """
        statement = compile_query(query, context)
        if statement.limit is not None or not statement.is_newest_first or statement.reads_texts:
            return None
        if statement.where_newest == statement.where:
            return None
        with self._asking(cancelled):
            since = recent.cutoff(self._connection)
            if since is None:
                return None
            sql = (
                f"SELECT article.id FROM article WHERE article.published >= {since:d} AND {statement.where_newest} "
                f"ORDER BY {statement.order_by} LIMIT {most:d}"
            )
            found = self._ids(f"SELECT group_concat(id) FROM ({sql})", statement.params)
        return found if len(found) == most else None

    def is_left_out(self, query: Query, context: QueryContext, article_id: int) -> bool:
        """Return whether a recent article does not match. False means that it may match."""
        statement = compile_query(query, context)
        if statement.reads_texts:
            return False
        with self._asking(None):
            since = recent.cutoff(self._connection)
            if since is None:
                return False
            params = statement.params[statement.params_of_joins :]
            row = self._connection.execute(
                f"SELECT {statement.where_newest} FROM article WHERE article.id = ? AND article.published >= ?",
                (*params, article_id, since),
            ).fetchone()
        return row is not None and not row[0]

    def tally(
        self,
        query: Query,
        context: QueryContext,
        kind: FacetKind,
        *,
        cancelled: Callable[[], bool] | None = None,
        found: array[int] | None = None,
    ) -> ResultCounts:
        """Count as ``Search.tally`` does; ``found`` are the matching IDs if the caller has them already."""
        statement = compile_query(query, context)
        if statement.is_everything or statement.limit is not None:
            return self._tally(statement, kind, cancelled)
        with self.steady(), self._asking(cancelled):
            members = self._members_of(kind)
            if members is None:
                return self._tally(statement, kind, cancelled)
            return self._count_members(self._matches(statement) if found is None else found, members)

    def _count_members(self, found: array[int], members: _Members) -> ResultCounts:
        hits = IdSet(found, self.last_id())
        marked = self._connection.execute(SELECT_MARKED_IDS).fetchone()
        read, starred, later = (hits.count(parse_ids(ids)) for ids in marked)
        counted = ((name, hits.count(ids)) for name, ids in members)
        names = merge_spellings((name, count) for name, count in counted if count)
        return ResultCounts(len(found), len(found) - read, starred, later, tuple(names))

    def _matches(self, statement: CompiledQuery) -> array[int]:
        if statement.words is not None:
            # Looking up each match in the article table as well would take SQLite three times as long.
            found = self._ids("SELECT group_concat(rowid) FROM words WHERE words MATCH ?", (statement.words,))
            left = self._articles_left()
            return found if left is None else left.among(found)
        params = statement.params[statement.params_of_joins :]
        return self._ids(f"SELECT group_concat(article.id) FROM article WHERE {statement.where}", params)

    def _articles_left(self) -> IdSet | None:
        """Return which articles exist, or None if none was ever removed.

        The full-text rows of removed articles stay in the index, so matches must be filtered.
        """
        self._forget_what_was()
        if self._left is _UNKNOWN:
            count, last = self._connection.execute(
                "SELECT (SELECT count(*) FROM article), (SELECT max(seq) FROM sqlite_sequence WHERE name = 'article')"
            ).fetchone()
            everything = "SELECT group_concat(id) FROM article"
            self._left = None if last is None or count == last else IdSet(self._ids(everything), last)
        return self._left

    def knows_order(self, query: Query, context: QueryContext) -> bool:
        """Return whether the order of a query is cached."""
        statement = compile_query(query, context)
        with self._asking(None):
            self._forget_what_was()
        return (statement.joins, statement.order_by) in self._orders

    def _order(self, statement: CompiledQuery) -> CachedOrder:
        self._forget_what_was()
        key = (statement.joins, statement.order_by)
        order = self._orders.pop(key, None)
        if order is None:
            sql = f"SELECT article.id FROM article {statement.joins} ORDER BY {statement.order_by}"
            order = CachedOrder(self._ids(f"SELECT group_concat(id) FROM ({sql})"))
            while len(self._orders) >= _MOST_ORDERS:
                del self._orders[next(iter(self._orders))]
        self._orders[key] = order
        return order

    def _members_of(self, kind: FacetKind) -> _Members | None:
        """Return the article IDs of each topic, provider, …; None if there are too many names."""
        self._forget_what_was()
        if kind not in self._members:
            rows = self._connection.execute(members_sql(kind)).fetchmany(_MOST_NAMES + 1)
            members = tuple((str(name), parse_ids(ids, "I")) for name, ids in rows)
            self._members[kind] = members if len(members) <= _MOST_NAMES else None
        return self._members[kind]

    def _forget_what_was(self) -> None:
        """Clear the caches if the index has changed.

        Call it in the transaction that then uses the caches.
        """
        version = int(self._connection.execute("PRAGMA main.data_version").fetchone()[0])
        if self._kept_of != (self.files, version):
            self._kept_of = (self.files, version)
            self._orders.clear()
            self._members.clear()
            self._left = _UNKNOWN

    def versions(self) -> DataVersions:
        """Return numbers to compare with a later call, unless ``follow`` has switched files. Raises StorageError."""
        with self._asking(None):
            index, marks = (
                self._connection.execute(f"PRAGMA {schema}.data_version").fetchone()[0] for schema in ("main", "marks")
            )
        return DataVersions(index, marks)

    def last_id(self) -> int:
        """Return the highest article ID, or 0 if there are no articles."""
        with self._asking(None):
            return int(self._connection.execute("SELECT coalesce(max(id), 0) FROM article").fetchone()[0])

    def arrivals(self, after: int, since: int) -> dict[int, str]:
        """Return the articles above an ID that were added to the index at ``since`` (seconds since 1970) or later.

        The result maps IDs to paths. A changed article has a new ID, too, but keeps the time it was added.
        """
        sql = "SELECT id, path FROM article WHERE id > ? AND added >= ?"
        with self._asking(None):
            return {row[0]: os.fsdecode(row[1]) for row in self._connection.execute(sql, (after, since))}

    def with_paths(self, paths: Iterable[str]) -> dict[int, str]:
        """Return the articles that have these paths, as a mapping from IDs to paths."""
        found: dict[int, str] = {}
        with self._asking(None):
            for path in paths:
                row = self._connection.execute("SELECT id FROM article WHERE path = ?", (os.fsencode(path),)).fetchone()
                if row is not None:
                    found[row[0]] = path
        return found

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Run all queries in the block on one snapshot of the index, whatever other processes write meanwhile."""
        with self._asking(None):
            is_inside = self._connection.in_transaction
            if not is_inside:
                self._connection.execute("BEGIN")
        try:
            yield
        finally:
            if not is_inside:
                with self._asking(None):
                    # SQLite ends the transaction automatically if the file is corrupt.
                    if self._connection.in_transaction:
                        self._connection.execute("COMMIT")
