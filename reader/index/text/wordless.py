"""Articles whose words are not in the full-text index yet.

A first sync writes the rows of all articles before any words, so that lists, orders and counts are complete early.
Meanwhile, the table ``wordless`` has one row with an ID: all articles from that ID on lack their words.

Defines this in SQL. Does not read files or write words.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from reader.content import ScannedFile
from reader.text import BETWEEN_VALUES, normalize_for_index

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator


__all__ = [
    "DEFER_ALL",
    "WordlessFile",
    "count",
    "defer",
    "files",
    "files_since",
    "first",
    "may_defer",
    "settle",
    "words_of",
]

# Normalizing and writing a text takes as long as a few rows.
_AT_ONCE = 500

DEFER_ALL = """
DELETE FROM wordless;
INSERT INTO wordless SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'article';
"""
"""SQL that defers the words of every article written from now on."""

_SELECT = """
    SELECT article.path, article.mtime_ns, article.size, article.change, article.id, article.published,
        article.body_size, trait.content, entry.title, entry.excerpt,
        coalesce(provider.name, '') || char(10) || coalesce(provider.domain, ''), entry.topics,
        entry.authors, entry.translators
    FROM article JOIN entry ON entry.id = article.id JOIN trait ON trait.id = article.id
    LEFT JOIN provider ON provider.id = article.provider_id
"""


class WordlessFile(ScannedFile, frozen=True):
    """File of an article that lacks its words, and the values that the index has for them.

    ``published`` is in seconds since 1970, ``content`` is the trait of that name; several values of a kind are separate
    lines.
    """

    id: int = 0
    published: int | None = None
    body_size: int = 0
    content: int | None = None
    title: str = ""
    excerpt: str = ""
    provider: str = ""
    topics: str = ""
    people: str = ""

    def words(self, body: str) -> tuple[str, ...]:
        """Return the words of the article, given its body."""
        return words_of(body, self.title, self.excerpt, self.provider, self.topics, self.people)


def words_of(body: str, title: str, excerpt: str, *lines: str) -> tuple[str, ...]:
    """Return the columns of the full-text index; ``lines`` are the columns with one value per line."""
    texts = map(normalize_for_index, (body, title, excerpt))
    return (*texts, *(normalize_for_index(each).replace("\n", BETWEEN_VALUES) for each in lines))


def may_defer(connection: sqlite3.Connection) -> bool:
    """Return whether to write the words of new articles later: if words are missing already, or there is no article."""
    is_empty = connection.execute("SELECT 1 FROM article LIMIT 1").fetchone() is None
    return is_empty or first(connection) is not None


def first(connection: sqlite3.Connection) -> int | None:
    """Return the first ID without words; None if no words are missing."""
    row = connection.execute("SELECT first FROM wordless").fetchone()
    return None if row is None else int(row[0])


def defer(connection: sqlite3.Connection, first_id: int) -> None:
    """Record that articles from an ID on have no words."""
    settle(connection)
    connection.execute("INSERT INTO wordless VALUES (?)", (first_id,))


def settle(connection: sqlite3.Connection) -> None:
    """Record that no words are missing."""
    connection.execute("DELETE FROM wordless")


def count(connection: sqlite3.Connection) -> int:
    """Return the number of articles without words."""
    sql = "SELECT count(*) FROM article WHERE id >= (SELECT first FROM wordless)"
    return int(connection.execute(sql).fetchone()[0])


def files(connection: sqlite3.Connection) -> Iterator[list[ScannedFile]]:
    """Yield the files of the articles without words in the order of their IDs, in portions."""
    start = first(connection)
    while start is not None:
        rows = connection.execute(f"{_SELECT} WHERE article.id >= ? ORDER BY article.id LIMIT ?", (start, _AT_ONCE))
        portion = [*map(_file, rows)]
        if portion:
            yield [*portion]
        start = portion[-1].id + 1 if len(portion) == _AT_ONCE else None


def files_since(connection: sqlite3.Connection, since: int) -> list[list[ScannedFile]]:
    """Return the files of the articles published at ``since`` (seconds since 1970) or later, in portions."""
    rows = connection.execute(f"{_SELECT} WHERE article.published >= ? ORDER BY article.id", (since,))
    found: list[ScannedFile] = [*map(_file, rows)]
    return [found[at : at + _AT_ONCE] for at in range(0, len(found), _AT_ONCE)]


def _file(row: tuple[Any, ...]) -> WordlessFile:
    path, *known, provider, topics, authors, translators = row
    people = "\n".join(filter(None, (authors, translators)))
    return WordlessFile(*(os.fsdecode(path), *known, provider, topics, people))
