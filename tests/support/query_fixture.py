"""Articles in an in-memory index, for tests of queries."""

from __future__ import annotations

import os
import sqlite3
import weakref
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reader import urls
from reader.content import LoadResult, ScannedFile
from reader.index.schema import SCHEMA
from reader.index.sql.compiler import compile_query
from reader.index.sql.functions import register
from reader.index.writer import IndexWriter, build_record
from reader.marks.reading import attach
from reader.marks.traits import identity_at
from reader.problems import Problem
from reader.query import Clock, QueryContext

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from reader.article import Article
    from reader.query import Query

NOW = datetime(2021, 10, 2, 15, 30, tzinfo=UTC)
# The last visit of the user, in seconds since 1970: articles added later are new.
LAST_VISIT = 1_000
ROOT = "/content"


@dataclass(frozen=True, slots=True)
class Item:
    """An article, with what index and marks store about it."""

    article: Article
    added: int = LAST_VISIT
    problems: int = 0
    marks: frozenset[str] = field(default_factory=frozenset)


def context(zone: tzinfo = UTC, now: datetime = NOW, new_since: int | None = LAST_VISIT) -> QueryContext:
    return QueryContext(Clock(now, zone), new_since)


class QueryFixture:
    """An index with these items."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.items = tuple(items)
        # The garbage collector may close it in any thread.
        self.connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self.connection.close)
        self.connection.executescript(SCHEMA)
        attach(self.connection, None)
        register(self.connection)
        writer = IndexWriter(self.connection, ROOT)
        for item in self.items:
            path = item.article.path
            problems = tuple(Problem(path, line, "", "wrong") for line in range(item.problems))
            writer.put([build_record(ScannedFile(path, 1, 1), LoadResult(item.article, problems))], item.added)
            self._mark(item)

    def _mark(self, item: Item) -> None:
        times = [1 if mark in item.marks else None for mark in ("read", "starred", "later")]
        identity = identity_at(f"{ROOT}/{item.article.path}")
        self.connection.execute(
            "INSERT OR REPLACE INTO marks.mark (mark_key, identity, read_at, starred_at, later_at)"
            " VALUES (?, ?, ?, ?, ?)",
            (urls.digest(identity), identity.encode("utf-8", "surrogatepass"), *times),
        )

    def found(self, query: Query, asked: QueryContext) -> list[str]:
        """Return the paths that a query finds, in its order."""
        statement = compile_query(query, asked)
        ids = statement.ids(-1 if statement.limit is None else statement.limit)
        paths = "SELECT path FROM article WHERE id = ?"
        rows = self.connection.execute(ids.sql, ids.params).fetchall()
        return [os.fsdecode(self.connection.execute(paths, row).fetchone()[0]) for row in rows]

    def forget(self, paths: Sequence[str]) -> None:
        """Take articles out, as when their files are gone; their words stay in the full-text table."""
        IndexWriter(self.connection, ROOT).remove(paths)
        self.items = tuple(item for item in self.items if item.article.path not in paths)

    def close(self) -> None:
        self.connection.close()
