"""Queries over the index: IDs in order, rows by ID, and counts. Reads the index and never writes it.

Everything runs on the connection that the caller passes and can be cancelled from another thread: ``cancelled`` is
called repeatedly while SQLite works, and a true result ends the query with ``OperationCancelled``.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from reader import urls
from reader.article import DATE_ONLY, Provider
from reader.errors import CorruptIndexError, OperationCancelled, StorageError, describe_error
from reader.index.database import is_corruption
from reader.index.id_sets import parse_ids
from reader.index.model import (
    SELECT_PROBLEMS,
    ArticleSummary,
    FacetCount,
    FacetKind,
    IndexStats,
    ResultCounts,
    read_problem,
)
from reader.index.records import TARGET, TARGET_COLUMNS, target_of
from reader.index.sql import functions
from reader.index.sql.compiler import compile_query
from reader.index.sql.facets import CREATE_HITS, CountStrategy, count_marks, facet_sql, merge_spellings
from reader.problems import NOTES

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from reader.index.sql.compiler import CompiledQuery
    from reader.marks import MarkTarget
    from reader.problems import Problem
    from reader.query import Query, QueryContext

__all__ = ["Search"]

# Number of SQLite virtual-machine steps between two calls of ``cancelled``: about a millisecond.
_STEPS_BETWEEN_LOOKS = 20_000
_EPOCHS = (datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=DATE_ONLY))
_MARKS_OF_NOTES = ", ".join("?" * len(NOTES))


class Search:
    """Queries over one index through one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._is_closed = False
        self._in_use = threading.RLock()
        functions.register(connection)

    def close(self) -> None:
        """Cancel running queries and close the connection; closing it while in use would crash Python."""
        self._is_closed = True
        with self._in_use:
            self._connection.close()

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
        return self._select_ids(compile_query(query, context, pinned), limit=limit, cancelled=cancelled)

    def _select_ids(
        self, statement: CompiledQuery, *, limit: int | None = None, cancelled: Callable[[], bool] | None
    ) -> array[int]:
        most = min((number for number in (limit, statement.limit) if number is not None), default=-1)
        sql = (
            f"SELECT article.id FROM article {statement.joins} WHERE {statement.where} "
            f"ORDER BY {statement.order_by} LIMIT {most:d}"
        )
        with self._asking(cancelled):
            return self._ids(f"SELECT group_concat(id) FROM ({sql})", statement.params)

    def count(self, query: Query, context: QueryContext, *, cancelled: Callable[[], bool] | None = None) -> int:
        """Return the number of matching articles, at most the query's limit."""
        statement = compile_query(query, context)
        sql = f"FROM article {statement.joins} WHERE {statement.where}"
        if statement.limit is None:
            sql = f"SELECT count(*) {sql}"
        else:
            sql = f"SELECT count(*) FROM (SELECT 1 {sql} LIMIT {statement.limit:d})"
        with self._asking(cancelled):
            return int(self._connection.execute(sql, statement.params).fetchone()[0])

    def entries(self, ids: Sequence[int]) -> list[ArticleSummary]:
        """Return the articles with these IDs, in this order; IDs that no longer exist are omitted."""
        marks = ", ".join("?" * len(ids))
        with self._asking(None):
            rows = self._connection.execute(f"{_ENTRY} WHERE article.id IN ({marks})", tuple(ids)).fetchall()
        by_id = {row[TARGET_COLUMNS]: row for row in rows}
        return [_entry(by_id[article_id]) for article_id in ids if article_id in by_id]

    def first_unread(self, ids: Sequence[int]) -> int | None:
        """Return the position (from 0) of the first unread article in ``ids``; None if there is none."""
        sql = """
            SELECT wanted.key FROM json_each(?) AS wanted JOIN article ON article.id = wanted.value
            LEFT JOIN marks.mark AS mark ON mark.mark_key = article.mark_key
            WHERE mark.read_at IS NULL ORDER BY wanted.key LIMIT 1
        """
        with self._asking(None):
            row = self._connection.execute(sql, (json.dumps(list(ids)),)).fetchone()
        return None if row is None else int(row[0])

    def targets(self, ids: Iterable[int]) -> list[MarkTarget]:
        """Return the keys under which the marks of these articles are stored, in no particular order."""
        wanted = json.dumps(list(ids))
        sql = f"""
            SELECT {TARGET} FROM json_each(?) AS wanted JOIN article ON article.id = wanted.value
            JOIN entry ON entry.id = article.id JOIN trait ON trait.id = article.id
        """
        with self._asking(None):
            return [target_of(row) for row in self._connection.execute(sql, (wanted,))]

    def at_path(self, path: str) -> ArticleSummary | None:
        """Return the article at a path in the folder, or None."""
        with self._asking(None):
            row = self._connection.execute(f"{_ENTRY} WHERE article.path = ?", (os.fsencode(path),)).fetchone()
        return None if row is None else _entry(row)

    def at_urls(self, urls: Iterable[str]) -> ArticleSummary | None:
        """Return the article with any of these URLs, the newest if there are several; None if there is none."""
        found = self._linked("address", urls)
        return found[0] if found else None

    def mentioning(self, urls: Iterable[str]) -> list[ArticleSummary]:
        """Return the articles whose related list contains any of these URLs, newest first."""
        return self._linked("mention", urls)

    def facets(
        self,
        query: Query,
        context: QueryContext,
        kind: FacetKind,
        *,
        cancelled: Callable[[], bool] | None = None,
    ) -> list[FacetCount]:
        """Count matching articles by topic, provider, …: largest count first, then by name."""
        statement = compile_query(query, context)
        with self._asking(cancelled):
            matches_all = statement.is_everything and statement.limit is None
            scope = CountStrategy.ALL if matches_all else self._gather(statement, limit=statement.limit)[1]
            return self._facets(kind, scope)

    def tally(
        self,
        query: Query,
        context: QueryContext,
        kind: FacetKind,
        *,
        cancelled: Callable[[], bool] | None = None,
    ) -> ResultCounts:
        """Count matching articles: all, by mark, and by topic, provider, ….

        Each count is the length of the list if it were narrowed to it: the query's limit applies to each count
        separately.
        """
        return self._tally(compile_query(query, context), kind, cancelled)

    def _tally(self, statement: CompiledQuery, kind: FacetKind, cancelled: Callable[[], bool] | None) -> ResultCounts:
        with self._asking(cancelled):
            if statement.is_everything:
                articles, scope = self._count("SELECT count(*) FROM article"), CountStrategy.ALL
            else:
                articles, scope = self._gather(statement, limit=None)
            read, starred, later = self._connection.execute(count_marks(scope)).fetchone()
            found = self._facets(kind, scope)
        most = articles if statement.limit is None else statement.limit
        return ResultCounts(
            articles=min(articles, most),
            unread=min(articles - read, most),
            starred=min(starred, most),
            later=min(later, most),
            facets=tuple(FacetCount(facet.name, min(facet.count, most)) for facet in found),
        )

    def problems(self) -> list[Problem]:
        """Return every problem, notes included, sorted by path and line."""
        with self._asking(None):
            return sorted(map(read_problem, self._connection.execute(SELECT_PROBLEMS)))

    def problems_of(self, path: str) -> list[Problem]:
        """Return the problems of one file, sorted by line."""
        sql = f"{SELECT_PROBLEMS} WHERE path = ?"
        with self._asking(None):
            return sorted(map(read_problem, self._connection.execute(sql, (os.fsencode(path),))))

    def plain_paths(self) -> list[str]:
        """Return the files without front matter, sorted by path."""
        with self._asking(None):
            return [os.fsdecode(row[0]) for row in self._connection.execute("SELECT path FROM plain ORDER BY path")]

    def totals(self) -> IndexStats:
        """Return the totals of the index."""
        with self._asking(None):
            row = self._connection.execute(
                "SELECT (SELECT count(*) FROM article), (SELECT count(*) FROM plain), "
                f"(SELECT count(*) FROM problem WHERE code NOT IN ({_MARKS_OF_NOTES}))",
                NOTES,
            ).fetchone()
        return IndexStats(*row)

    def _gather(self, statement: CompiledQuery, *, limit: int | None) -> tuple[int, CountStrategy]:
        """Store the matches in the table of hits; return their number and the strategy to count them."""
        run = self._connection.execute
        order = "" if limit is None else f"ORDER BY {statement.order_by} LIMIT {limit:d}"
        run(CREATE_HITS)
        run("DELETE FROM temp.hit")
        run(
            f"INSERT INTO temp.hit SELECT article.id FROM article {statement.joins} WHERE {statement.where} {order}",
            statement.params,
        )
        hits = self._count("SELECT count(*) FROM temp.hit")
        return hits, CountStrategy.of(hits, self._count("SELECT count(*) FROM article"))

    def _ids(self, sql: str, params: tuple[object, ...] = ()) -> array[int]:
        # One row for all IDs: between two rows any other thread may run, and with many rows that takes seconds.
        return parse_ids(self._connection.execute(sql, params).fetchone()[0])

    def _count(self, sql: str) -> int:
        return int(self._connection.execute(sql).fetchone()[0])

    def _facets(self, kind: FacetKind, scope: CountStrategy) -> list[FacetCount]:
        # One row for all counts: between two rows any other thread may run, which adds up over many rows.
        sql = f"""
            WITH counted (name, articles) AS ({facet_sql(kind, scope)})
            SELECT json_group_array(json_array(name, articles)) FROM counted
        """
        (found,) = self._connection.execute(sql).fetchone()
        return merge_spellings((str(name), int(count)) for name, count in json.loads(found))

    def _linked(self, table: str, addresses: Iterable[str]) -> list[ArticleSummary]:
        keys = tuple({urls.key(url) for url in addresses if url})
        marks = ", ".join("?" * len(keys))
        sql = (
            f"{_ENTRY} WHERE article.id IN (SELECT article_id FROM {table} WHERE url_key IN ({marks})) "
            "ORDER BY article.published DESC, article.path"
        )
        with self._asking(None):
            return [_entry(row) for row in self._connection.execute(sql, keys)] if keys else []

    @contextmanager
    def _asking(self, cancelled: Callable[[], bool] | None) -> Iterator[None]:
        """Convert SQLite's errors to ours, and stop the query when ``cancelled()`` is true or the search is closed."""
        with self._in_use:
            if self._is_closed or (cancelled is not None and cancelled()):
                raise OperationCancelled
            if cancelled is not None:
                self._connection.set_progress_handler(lambda: self._is_closed or cancelled(), _STEPS_BETWEEN_LOOKS)
            try:
                yield
            except sqlite3.Error as error:
                if getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
                    raise OperationCancelled from error
                kind = CorruptIndexError if is_corruption(error) else StorageError
                raise kind(f"The index cannot be read: {describe_error(error)}.") from error
            finally:
                if cancelled is not None:
                    self._connection.set_progress_handler(None, 0)


_ENTRY = f"""
    SELECT {TARGET}, article.id, article.path, entry.title, entry.excerpt,
        article.published, article.published_date_only, article.updated, article.updated_date_only,
        entry.original_url, entry.web_url, article.quality, article.heat,
        entry.topics, category.name, type.name, language.name, entry.authors, entry.series,
        provider.name, provider.domain, article.draft, article.secured, article.unreadable,
        article.related_count, article.image_count, article.problem_count,
        mark.read_at, mark.starred_at, mark.later_at
    FROM article
    JOIN entry ON entry.id = article.id
    JOIN trait ON trait.id = article.id
    LEFT JOIN label AS category ON category.id = article.category_id
    LEFT JOIN label AS type ON type.id = article.type_id
    LEFT JOIN label AS language ON language.id = article.language_id
    LEFT JOIN provider ON provider.id = article.provider_id
    LEFT JOIN marks.mark AS mark ON mark.mark_key = article.mark_key
"""


def _entry(row: tuple[Any, ...]) -> ArticleSummary:
    (
        article_id, path, title, excerpt, published, published_date_only, updated,
        updated_date_only, original_url, web_url, quality, heat, topics, category, type_, language, authors, series,
        provider, domain, draft, secured, unreadable, related, images, problems, read, starred, later,
    ) = row[TARGET_COLUMNS:]  # fmt: skip
    return ArticleSummary(
        id=article_id,
        target=target_of(row),
        path=os.fsdecode(path),
        title=title,
        excerpt=excerpt,
        published_at=_moment(published, published_date_only),
        updated_at=_moment(updated, updated_date_only),
        original_url=original_url,
        web_url=web_url,
        quality=quality,
        heat=heat,
        topics=_split(topics),
        category=category or "",
        type=type_ or "",
        language=language or "",
        authors=_split(authors),
        series=_split(series),
        provider=Provider(provider or "", domain or ""),
        draft=bool(draft),
        secured=bool(secured),
        unreadable=bool(unreadable),
        related_count=related,
        image_count=images,
        problem_count=problems,
        read=read is not None,
        starred=starred is not None,
        later=later is not None,
    )


def _moment(seconds: int | None, date_only: int) -> datetime | None:
    # Not fromtimestamp(): it rejects years that the platform's C library does not support.
    return None if seconds is None else _EPOCHS[date_only] + timedelta(seconds=seconds)


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()
