"""Questions to an index that changes under one's eyes: others write into it, and may put another file in its place.

Nothing is followed by itself: ids of one file mean nothing in another, so whoever holds ids says when to go over.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from reader.index import recent
from reader.index.database import NO_FILE
from reader.index.facets import SELECT_MARKED_IDS, FacetKind, ResultCounts, members_sql, merge_spellings
from reader.index.id_sets import CachedOrder, IdSet, Selection, parse_ids
from reader.index.search import Search
from reader.index.sql import functions
from reader.index.sql.compiler import compile_query
from reader.index.sql.fulltext import RANKED

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from reader.index.database import FileIds, IndexFile
    from reader.index.sql.compiler import CompiledQuery
    from reader.query import Query, QueryContext

__all__ = ["DataVersions", "LiveSearch"]


# Beyond that many names the lists of who belongs to them would take more memory than they save time.
_MOST_NAMES = 5_000
_MOST_ORDERS = 3
# Looked at by nobody: it stands for what is still to be asked for.
_UNKNOWN = IdSet((), 0)

_Members = tuple[tuple[str, "array[int]"], ...]


class DataVersions(Struct, frozen=True):
    """Two numbers that change when another connection has changed the index or the marks."""

    index: int
    marks: int


class LiveSearch(Search):
    """Questions to whichever file was the index when it was opened, or followed to, last."""

    def __init__(self, index: IndexFile) -> None:
        self._index = index
        # Asked first: were the file replaced in between, this one would count as outdated and be followed again.
        self.files: FileIds = index.files()
        self._kept_of: tuple[FileIds, int] | None = None
        self._orders: dict[tuple[str, str], CachedOrder] = {}
        self._members: dict[FacetKind, _Members | None] = {}
        self._left: IdSet | None = _UNKNOWN
        super().__init__(index.connect())

    @property
    def is_outdated(self) -> bool:
        """Whether another file has taken the place of the index, or of the marks, since."""
        return self._index.files() != self.files

    def follow(self) -> bool:
        """Go over to the files that are there now, and say whether they are others. Raises StoreError.

        Where the index is missing, the old one is as good as it gets.
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
        """Return the ids of matching articles in order, as ``Search.ids``; callers must not modify them.

        Orders of all articles are cached: SQLite takes three times as long to match and sort in one query.
        """
        statement = compile_query(query, context, pinned)
        if limit is not None:
            return self._select_ids(statement, limit=limit, cancelled=cancelled)
        return self._select(statement, cancelled).all()

    def select(self, query: Query, context: QueryContext, *, cancelled: Callable[[], bool] | None = None) -> Selection:
        """Find the same articles as ``ids``, whose first ids are available before the rest."""
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
        """Count as ``Search.tally``; ``found`` are the matching ids, if the caller knows them already."""
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
            # To look each of them up among the articles as well would take SQLite three times as long.
            found = self._ids("SELECT group_concat(rowid) FROM words WHERE words MATCH ?", (statement.words,))
            left = self._articles_left()
            return found if left is None else left.among(found)
        params = statement.params[statement.params_of_joins :]
        return self._ids(f"SELECT group_concat(article.id) FROM article WHERE {statement.where}", params)

    def _articles_left(self) -> IdSet | None:
        """Return which articles there are, since the words of those that are gone stay; None where none is gone."""
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
        """Return who belongs to which topic, provider, …; None where there are too many of these."""
        self._forget_what_was()
        if kind not in self._members:
            rows = self._connection.execute(members_sql(kind)).fetchmany(_MOST_NAMES + 1)
            members = tuple((str(name), parse_ids(ids, "I")) for name, ids in rows)
            self._members[kind] = members if len(members) <= _MOST_NAMES else None
        return self._members[kind]

    def _forget_what_was(self) -> None:
        """Keep nothing of an index that has changed. Asked in the transaction that goes on to use what is kept."""
        version = int(self._connection.execute("PRAGMA main.data_version").fetchone()[0])
        if self._kept_of != (self.files, version):
            self._kept_of = (self.files, version)
            self._orders.clear()
            self._members.clear()
            self._left = _UNKNOWN

    def versions(self) -> DataVersions:
        """Return what to compare with a later answer, as long as no other file is followed. Raises StoreError."""
        with self._asking(None):
            index, marks = (
                self._connection.execute(f"PRAGMA {schema}.data_version").fetchone()[0] for schema in ("main", "marks")
            )
        return DataVersions(index, marks)

    def last_id(self) -> int:
        """Return the highest id of an article, 0 where there is none."""
        with self._asking(None):
            return int(self._connection.execute("SELECT coalesce(max(id), 0) FROM article").fetchone()[0])

    def arrivals(self, after: int, since: int) -> dict[int, str]:
        """Return the articles above an id that came into the index at ``since`` (seconds since 1970) or later.

        They come as ids with paths. A changed article has a new id too, but still the time it came.
        """
        sql = "SELECT id, path FROM article WHERE id > ? AND added >= ?"
        with self._asking(None):
            return {row[0]: os.fsdecode(row[1]) for row in self._connection.execute(sql, (after, since))}

    def with_paths(self, paths: Iterable[str]) -> dict[int, str]:
        """Return the articles that have these paths, as ids with paths."""
        found: dict[int, str] = {}
        with self._asking(None):
            for path in paths:
                row = self._connection.execute("SELECT id FROM article WHERE path = ?", (os.fsencode(path),)).fetchone()
                if row is not None:
                    found[row[0]] = path
        return found

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Answer all questions inside from one state of the index, whatever others write meanwhile."""
        with self._asking(None):
            is_inside = self._connection.in_transaction
            if not is_inside:
                self._connection.execute("BEGIN")
        try:
            yield
        finally:
            if not is_inside:
                with self._asking(None):
                    # A broken file ends the transaction by itself.
                    if self._connection.in_transaction:
                        self._connection.execute("COMMIT")
