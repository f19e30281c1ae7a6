"""The newest articles, whose words are also in a separate small full-text index.

A term that most articles contain takes long to look up in the main full-text index, but a list shows only forty rows. A
query over just the newest articles returns the first page of any newest-first list immediately, however many articles
there are. If they do not fill the page, the query runs over all articles.

Defines in SQL which articles are the newest. Does not read files or write to the index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

    from reader.index.database import IndexConnection

__all__ = ["MIN_ARTICLES", "TARGET_SIZE", "cutoff", "needs_rebuild", "pick_cutoff"]

MIN_ARTICLES = 20_000
"""With fewer articles, queries over all of them are fast enough."""

TARGET_SIZE = 4_000
"""Number of newest articles when picked. New ones are added, so they are picked again when there are many more."""


def cutoff(connection: sqlite3.Connection | IndexConnection) -> int | None:
    """Return the cutoff, in seconds since 1970: articles published from then on are the newest.

    Returns None if no articles are picked.
    """
    row = connection.execute("SELECT since FROM newest").fetchone()
    return None if row is None else int(row[0])


def needs_rebuild(connection: sqlite3.Connection) -> bool:
    """Return whether the newest articles must be picked again."""
    there = cutoff(connection)
    if there is None:
        return _count(connection, -(2**63), MIN_ARTICLES) >= MIN_ARTICLES
    return not TARGET_SIZE // 2 <= _count(connection, there, _most() + 1) <= _most()


def pick_cutoff(connection: sqlite3.Connection) -> int | None:
    """Return a new cutoff for the newest articles.

    Returns None if there are too few articles, or too many with the same publication time.
    """
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
