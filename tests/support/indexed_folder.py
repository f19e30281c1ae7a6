"""A content folder with an index, for tests that change files and query the index."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reader.content import resolve_root
from reader.index.database import IndexFile
from reader.index.search import Search
from reader.index.sync import SyncProgress, sync
from reader.query import Clock, Query, QueryContext, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from reader.index.model import ArticleSummary
    from reader.index.reading.extract import Reader

NOW = datetime(2021, 10, 2, 15, 30, tzinfo=UTC)
# Fields that differ between two indexes of the same files, or are compared in another way.
_OF_THE_INDEX = {"id", "target"}


def article(title: str = "A title", body: str = "", **keys: object) -> str:
    """Return a file in the home schema; keyword arguments are additional keys with YAML values."""
    lines = [f"title: {title}", *(f"{key}: {value}" for key, value in keys.items())]
    return "---\n" + "\n".join(lines) + f"\n---\n{body}"


def request(query: str) -> tuple[Query, QueryContext]:
    """Return the first two arguments of ``Search.ids``."""
    return parse(query), QueryContext(Clock(NOW, UTC))


class IndexFolder:
    """Files below ``root`` and their index; every written file gets a later mtime than the previous one."""

    def __init__(self, base: Path) -> None:
        self.root = base / "content"
        self.root.mkdir(parents=True)
        self.index = IndexFile(base / "cache" / "index.db", base / "marks.db")
        self._time = 1_600_000_000

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self._time += 1
        os.utime(path, (self._time, self._time))
        return path

    def write_many(self, count: int) -> None:
        for number in range(count):
            self.write(f"{number:05}.md", article(f"Number {number}"))

    def sync(self, *, cancelled: Callable[[], bool] = lambda: False, now: float = 0.0) -> SyncProgress:
        """Sync the index and return the last progress report."""
        return self.sync_steps(cancelled=cancelled, now=now)[-1]

    def sync_steps(
        self, *, cancelled: Callable[[], bool] = lambda: False, now: float = 0.0, read: Reader | None = None
    ) -> list[SyncProgress]:
        self.index.prepare()
        place = resolve_root(self.root)
        if read is None:
            return list(sync(self.index, place, cancelled=cancelled, now=lambda: now))
        return list(sync(self.index, place, cancelled=cancelled, now=lambda: now, read=read))

    def search(self) -> Search:
        """Open the index; use it with ``contextlib.closing``."""
        return Search(self.index.connect())

    def titles(self, query: str = "") -> list[str]:
        with closing(self.search()) as search:
            return [entry.title for entry in search.entries(search.ids(*request(query)))]

    def contents(self, words: Iterable[str] = ()) -> list[object]:
        """Return the contents of the index, except row ids, in a form that can be compared."""
        with closing(self.search()) as search:
            entries = search.entries(search.ids(*request("")))
            return [
                [_values(entry) for entry in entries],
                [(entry.path, sorted(map(str, search.problems_of(entry.path)))) for entry in entries],
                [found.path for entry in entries for found in search.backlinks((entry.original_url, entry.web_url))],
                [(entry.path, search.find_by_urls((entry.original_url,)) is not None) for entry in entries],
                search.problems(),
                search.other_files(),
                [(word, search.count(*request(word))) for word in words],
            ]


def _values(entry: ArticleSummary) -> list[object]:
    return [getattr(entry, name) for name in entry.__struct_fields__ if name not in _OF_THE_INDEX]
