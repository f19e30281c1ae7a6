"""Questions to an index that changes under one's eyes: others write into it, and may put another file in its place.

Nothing is followed by itself: ids of one file mean nothing in another, so whoever holds ids says when to go over.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from reader.index.search import Search
from reader.index.store import NO_FILE
from reader.query import functions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reader.index.store import Files, IndexFile

__all__ = ["LiveSearch", "Versions"]


class Versions(Struct, frozen=True):
    """Two numbers that change when another connection has changed the index or the marks."""

    index: int
    marks: int


class LiveSearch(Search):
    """Questions to whichever file was the index when it was opened, or followed to, last."""

    def __init__(self, index: IndexFile) -> None:
        self._index = index
        # Asked first: were the file replaced in between, this one would count as outdated and be followed again.
        self.files: Files = index.files()
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
        self._connection.close()
        self._connection, self.files = connection, files
        return True

    def versions(self) -> Versions:
        """Return what to compare with a later answer, as long as no other file is followed. Raises StoreError."""
        with self._asking(None):
            index, marks = (
                self._connection.execute(f"PRAGMA {schema}.data_version").fetchone()[0] for schema in ("main", "marks")
            )
        return Versions(index, marks)

    def last_id(self) -> int:
        """Return the highest id of an article, 0 where there is none."""
        with self._asking(None):
            return int(self._connection.execute("SELECT coalesce(max(id), 0) FROM article").fetchone()[0])

    def arrivals(self, after: int, since: int) -> set[int]:
        """Return the articles above an id that came into the index at ``since`` (seconds since 1970) or later.

        A changed article has a new id too, but still the time it came.
        """
        with self._asking(None):
            rows = self._connection.execute("SELECT id FROM article WHERE id > ? AND added >= ?", (after, since))
            return {row[0] for row in rows}

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Answer all questions inside from one state of the index, whatever others write meanwhile."""
        with self._asking(None):
            self._connection.execute("BEGIN")
        try:
            yield
        finally:
            # A broken file ends the transaction by itself.
            if self._connection.in_transaction:
                with self._asking(None):
                    self._connection.execute("COMMIT")
