"""Which articles are the newest: their words stand in an index of their own as well.

What most articles have in them takes the full-text index its time to look up, and a list shows forty of them. Asked of
the newest articles alone, the first page of any list that has the newest first is there at once, however many articles
there are; where they do not fill it, all are asked.

Owns which ones they are, as SQL; reads no file and writes nothing.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from reader.content import ScannedFile

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

__all__ = ["MIN_ARTICLES", "TARGET_SIZE", "cutoff", "files", "needs_rebuild", "pick_cutoff"]

MIN_ARTICLES = 20_000
"""With fewer articles, all of them can be asked at once."""

TARGET_SIZE = 4_000
"""How many there are when they are chosen. New articles join them, so they are chosen anew when there are many more."""


def cutoff(connection: sqlite3.Connection) -> int | None:
    """Return the second since 1970 from which on every article is one of them; None where there are none."""
    row = connection.execute("SELECT since FROM newest").fetchone()
    return None if row is None else int(row[0])


def needs_rebuild(connection: sqlite3.Connection) -> bool:
    """Say whether they are to be chosen anew."""
    there = cutoff(connection)
    if there is None:
        return _count(connection, -(2**63), MIN_ARTICLES) >= MIN_ARTICLES
    return not TARGET_SIZE // 2 <= _count(connection, there, _most() + 1) <= _most()


def pick_cutoff(connection: sqlite3.Connection) -> int | None:
    """Return from when on articles are the newest; None where too many came at once, or there are too few."""
    sql = "SELECT published FROM article WHERE published IS NOT NULL ORDER BY published DESC LIMIT 1 OFFSET ?"
    row = connection.execute(sql, (TARGET_SIZE - 1,)).fetchone()
    if row is None or _count(connection, row[0], _most() + 1) > _most():
        return None
    return int(row[0])


def _most() -> int:
    return TARGET_SIZE * 4


def _count(connection: sqlite3.Connection, first: int, most: int) -> int:
    sql = "SELECT count(*) FROM (SELECT 1 FROM article WHERE published >= ? LIMIT ?)"
    return int(connection.execute(sql, (first, most)).fetchone()[0])


def files(connection: sqlite3.Connection, first: int) -> Iterator[ScannedFile]:
    """Yield the files of the articles from a second on."""
    sql = "SELECT path, mtime_ns, size FROM article WHERE published >= ? ORDER BY published DESC"
    for path, mtime_ns, size in connection.execute(sql, (first,)).fetchall():
        yield ScannedFile(os.fsdecode(path), mtime_ns, size)
