"""Search over an index that other processes may update or replace, with cached lists of IDs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.index.database import DataVersions, FollowingConnection
from reader.index.id_sets import CachedOrder, Selection, bitmap, parse_ids
from reader.index.model import FacetKind, ResultCounts
from reader.index.search import CountReader, select_ids, tally
from reader.index.sql.compiler import compile_query
from reader.index.sql.facets import SELECT_MARKED_IDS, members_sql, merge_spellings
from reader.index.text import TEXT_INDEX, recent

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from pyroaring import BitMap

    from reader.index.database import FileIds, IndexFile
    from reader.index.model import IndexProfile
    from reader.index.sql.compiler import CompiledQuery
    from reader.query import Query, QueryContext

__all__ = ["LiveSearch", "SharedMembers"]


# With more names, lists of their articles would use too much memory for the time they save.
_MOST_NAMES = 5_000
_MOST_ORDERS = 3

_Members = tuple[tuple[str, "BitMap"], ...]
_Version = tuple["FileIds", int]


class SharedMembers:
    """Members of each facet, for connections to the same index in several threads."""

    def __init__(self) -> None:
        self._latest: tuple[_Version | None, dict[FacetKind, _Members | None]] = None, {}

    def of(self, version: _Version | None) -> dict[FacetKind, _Members | None]:
        """Return the members known for a version of an index file. They are only added to."""
        known, members = self._latest
        if known != version:
            members = {}
            self._latest = version, members
        return members


class _Cache:
    """Lists of IDs for one version of an index file. Call ``refresh`` in the transaction that uses them.

    Words, which a first sync writes after the articles, do not change the lists.
    """

    def __init__(self, connection: FollowingConnection, shared: SharedMembers) -> None:
        self._connection = connection
        self._shared = shared
        self._version: _Version | None = None
        self._orders: dict[tuple[str, str], CachedOrder] = {}
        self._left: tuple[BitMap | None] | None = None
        self._marked: tuple[int, tuple[BitMap, ...]] | None = None
        self._profile: IndexProfile | None = None

    def refresh(self) -> None:
        """Clear the lists if the index has changed."""
        version = self._connection.files, int(self._connection.value("SELECT changes FROM folder"))
        if self._version != version:
            self._version = version
            self._orders.clear()
            self._left = None
            self._marked = None
            self._profile = None

    def profile(self, read: Callable[[], IndexProfile]) -> IndexProfile:
        """Return the profile of the index; call ``read`` unless it is cached."""
        self.refresh()
        if self._profile is None:
            self._profile = read()
        return self._profile

    def known_order(self, compiled: CompiledQuery) -> CachedOrder | None:
        """Return all articles in the order of a query, if that is known already."""
        self.refresh()
        return self._orders.get((compiled.order.joins, compiled.order.by))

    def order(self, compiled: CompiledQuery) -> CachedOrder:
        """Return all articles in the order of a query."""
        self.refresh()
        key = (compiled.order.joins, compiled.order.by)
        order = self._orders.pop(key, None)
        if order is None:
            sql = f"SELECT article.id FROM article {compiled.order.joins} ORDER BY {compiled.order.by}"
            order = CachedOrder(self._connection.ids(f"SELECT group_concat(id) FROM ({sql})"))
            while len(self._orders) >= _MOST_ORDERS:
                del self._orders[next(iter(self._orders))]
        self._orders[key] = order
        return order

    def members(self, kind: FacetKind) -> _Members | None:
        """Return the article IDs of each topic, provider, …; None if there are too many names."""
        known = self.known_members()
        if kind not in known:
            rows = self._connection.execute(members_sql(kind)).fetchmany(_MOST_NAMES + 1)
            members = tuple((str(name), bitmap(parse_ids(ids))) for name, ids in rows)
            known[kind] = members if len(members) <= _MOST_NAMES else None
        return known[kind]

    def known_members(self) -> dict[FacetKind, _Members | None]:
        """Return the members that are known already, as ``members``, by kind."""
        self.refresh()
        return self._shared.of(self._version)

    def marked(self) -> tuple[BitMap, ...]:
        """Return the articles that are read, starred and saved to read later."""
        self.refresh()
        version = int(self._connection.value("PRAGMA marks.data_version"))
        if self._marked is None or self._marked[0] != version:
            row = self._connection.execute(SELECT_MARKED_IDS).fetchone()
            self._marked = version, tuple(bitmap(parse_ids(ids)) for ids in row)
        return self._marked[1]

    def articles_left(self) -> BitMap | None:
        """Return the articles that exist, or None if none was ever removed.

        The words of removed articles stay in the full-text index, so its matches must be filtered.
        """
        self.refresh()
        if self._left is None:
            number, last = self._connection.execute(
                "SELECT (SELECT count(*) FROM article), (SELECT max(seq) FROM sqlite_sequence WHERE name = 'article')"
            ).fetchone()
            everything = "SELECT group_concat(id) FROM article"
            is_complete = last is None or number == last
            self._left = (None if is_complete else bitmap(self._connection.ids(everything)),)
        return self._left[0]


class LiveSearch(CountReader):
    """Queries over the file that was the index when it was opened or last followed.

    Orders of all articles are cached: SQLite takes three times as long to match and sort in one query.
    """

    def __init__(self, index: IndexFile, shared: SharedMembers | None = None) -> None:
        connection = FollowingConnection(index)
        super().__init__(connection)
        self._connection: FollowingConnection = connection
        self._cache = _Cache(connection, shared or SharedMembers())

    @property
    def files(self) -> FileIds:
        """The index and marks files that are searched."""
        return self._connection.files

    @property
    def is_stale(self) -> bool:
        """Whether another file has replaced the index or the marks since then."""
        return self._connection.is_stale

    def follow(self) -> bool:
        """Switch to the current files, and return whether they have changed. Raises StorageError."""
        return self._connection.follow()

    def snapshot(self) -> AbstractContextManager[None]:
        """Run all queries in the block on one snapshot of the index, whatever other processes write meanwhile."""
        return self._connection.snapshot()

    def versions(self) -> DataVersions:
        """Return numbers to compare with a later call, unless ``follow`` has switched files. Raises StorageError."""
        return self._connection.versions()

    def profile(self) -> IndexProfile:
        """Return what the articles have in common."""
        with self._connection.asking():
            return self._cache.profile(super().profile)

    def ids(
        self,
        query: Query,
        context: QueryContext,
        *,
        limit: int | None = None,
        pinned: Sequence[int] = (),
        cancelled: Callable[[], bool] | None = None,
    ) -> array[int]:
        """Return the IDs of matching articles in order, as ``Search.ids``; callers must not modify them."""
        compiled = compile_query(query, context, pinned)
        if limit is not None:
            return select_ids(self._connection, compiled, limit=limit, cancelled=cancelled)
        return self._select(compiled, cancelled).all()

    def select(self, query: Query, context: QueryContext, *, cancelled: Callable[[], bool] | None = None) -> Selection:
        """Return the same articles as ``ids``, but with the first IDs available before the rest."""
        return self._select(compile_query(query, context), cancelled)

    def _select(self, compiled: CompiledQuery, cancelled: Callable[[], bool] | None) -> Selection:
        if compiled.limit is not None or compiled.order.is_ranked:
            return Selection(CachedOrder(select_ids(self._connection, compiled, cancelled=cancelled)))
        with self._connection.snapshot(), self._connection.asking(cancelled):
            order = self._cache.order(compiled)
            return Selection(order) if compiled.matches_all else Selection(order, self._matches(compiled))

    def first(
        self, query: Query, context: QueryContext, most: int, *, cancelled: Callable[[], bool] | None = None
    ) -> array[int] | None:
        """Return the first ``most`` of the ``ids``, or None if too few of the recent articles match.

        The time this takes does not depend on the number of articles.
        """
        compiled = compile_query(query, context)
        is_simple = compiled.limit is None and compiled.order.is_newest_first
        if not is_simple or compiled.scans_texts or not compiled.has_words:
            return None
        with self._connection.asking(cancelled):
            since = recent.cutoff(self._connection)
            if since is None:
                return None
            where = compiled.where(recent=True)
            sql = (
                f"SELECT article.id FROM article WHERE article.published >= {since:d} AND {where.sql} "
                f"ORDER BY {compiled.order.by} LIMIT {most:d}"
            )
            found = self._connection.ids(f"SELECT group_concat(id) FROM ({sql})", where.params)
        return found if len(found) == most else None

    def is_excluded(self, query: Query, context: QueryContext, article_id: int) -> bool:
        """Return whether a recent article does not match. False means that it may match."""
        compiled = compile_query(query, context)
        if compiled.scans_texts:
            return False
        with self._connection.asking():
            since = recent.cutoff(self._connection)
            if since is None:
                return False
            where = compiled.where(recent=True)
            row = self._connection.execute(
                f"SELECT {where.sql} FROM article WHERE article.id = ? AND article.published >= ?",
                (*where.params, article_id, since),
            ).fetchone()
        return row is not None and not row[0]

    def tally(
        self,
        query: Query,
        context: QueryContext,
        kind: FacetKind,
        *,
        cancelled: Callable[[], bool] | None = None,
        found: array[int] | BitMap | None = None,
    ) -> ResultCounts:
        """Count matching articles, as ``Search.tally``; ``found`` are their IDs if the caller has them already."""
        compiled = compile_query(query, context)
        if compiled.limit is not None or (compiled.matches_all and (found is None or not self.has_members(kind))):
            return tally(self._connection, compiled, kind, cancelled)
        with self._connection.snapshot(), self._connection.asking(cancelled):
            members = self._cache.members(kind)
            if members is None:
                return tally(self._connection, compiled, kind, cancelled)
            return self._count_members(self._matches(compiled) if found is None else bitmap(found), members)

    def _count_members(self, hits: BitMap, members: _Members) -> ResultCounts:
        read, starred, later = (hits & marked for marked in self._cache.marked())
        facets, read_facets = (
            tuple(
                merge_spellings(
                    (name, number) for name, ids in members if (number := ids.intersection_cardinality(some))
                )
            )
            for some in (hits, read)
        )
        return ResultCounts(len(hits), len(hits) - len(read), len(starred), len(later), facets, read_facets)

    def _matches(self, compiled: CompiledQuery) -> BitMap:
        if compiled.words is None:
            where = compiled.where()
            sql = f"SELECT group_concat(article.id) FROM article WHERE {where.sql}"
            return bitmap(self._connection.ids(sql, where.params))
        # Also looking up each match in the article table would take SQLite three times as long.
        found = bitmap(self._connection.ids(TEXT_INDEX.ids, (compiled.words,)))
        left = self._cache.articles_left()
        return found if left is None else found & left

    def prepare_selection(self, query: Query, context: QueryContext, cancelled: Callable[[], bool]) -> None:
        """Cache what finding articles in the order of this query needs."""
        with self._connection.snapshot(), self._connection.asking(cancelled):
            self._cache.order(compile_query(query, context)).prepare()

    def prepare_tally(self, kind: FacetKind, cancelled: Callable[[], bool]) -> None:
        """Cache what counting articles by the values of this kind needs."""
        with self._connection.snapshot(), self._connection.asking(cancelled):
            self._cache.members(kind)

    def has_members(self, kind: FacetKind) -> bool:
        """Return whether counting by the values of this kind needs no further preparation."""
        with self._connection.asking():
            return self._cache.known_members().get(kind) is not None

    def cached_order(self, query: Query, context: QueryContext) -> CachedOrder | None:
        """Return all articles in the order of a query, if that is cached."""
        with self._connection.asking():
            return self._cache.known_order(compile_query(query, context))
