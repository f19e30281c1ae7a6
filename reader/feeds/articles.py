"""Articles in the ledger: their files, the keys that identify their entries, and earlier texts."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec import Struct

from reader.feeds.identity import Known

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

__all__ = ["SCHEMA", "ArticleRecord", "Articles", "record_of"]

SCHEMA = """
CREATE TABLE article (
    id INTEGER PRIMARY KEY, feed INTEGER NOT NULL, path TEXT NOT NULL DEFAULT '', state TEXT NOT NULL,
    digest BLOB, pending BLOB, fingerprint BLOB NOT NULL, title TEXT NOT NULL, url TEXT NOT NULL, guid TEXT NOT NULL,
    published_at INTEGER, first_seen INTEGER NOT NULL, updated_at INTEGER, beside TEXT NOT NULL DEFAULT ''
);
CREATE INDEX article_path ON article (path);
CREATE INDEX article_feed ON article (feed, published_at);
CREATE INDEX article_pending ON article (id) WHERE pending IS NOT NULL;
CREATE TABLE article_key (key TEXT NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (key, article)) WITHOUT ROWID;
CREATE TABLE carrier (article INTEGER NOT NULL, feed INTEGER NOT NULL, PRIMARY KEY (article, feed)) WITHOUT ROWID;
CREATE TABLE revision (id INTEGER PRIMARY KEY, article INTEGER NOT NULL, replaced_at INTEGER NOT NULL, content BLOB);
CREATE INDEX revision_article ON revision (article);
"""
_ARTICLE = "id, feed, path, state, digest, pending, fingerprint, title, url, guid, published_at, first_seen, beside"


_Record = TypeVar("_Record", bound=Struct)


def record_of(kind: type[_Record], row: Sequence[object]) -> _Record:
    """Return the record in a row. Raises msgspec.ValidationError if a corrupt value has the wrong type."""
    return msgspec.convert(dict(zip(kind.__struct_fields__, row, strict=True)), kind)


class ArticleRecord(Struct, frozen=True):
    """Article that a fetch wrote or decided not to write.

    ``state`` is ``written``, ``deleted`` (by the user), ``pruned`` or ``dropped``. ``digest`` is the hash of the file
    as written, ``pending`` its compressed content until it is written, and ``beside`` the file that holds the new
    version of an article that the user edited.
    """

    id: int
    feed: int
    path: str
    state: str
    digest: bytes | None
    pending: bytes | None
    fingerprint: bytes
    title: str
    url: str
    guid: str
    published_at: int | None
    first_seen: int
    beside: str = ""

    @property
    def content(self) -> bytes:
        """The content that has not been written yet."""
        return zlib.decompress(self.pending or b"")


class Articles:
    """Articles of a ledger. Raises ``sqlite3.Error``, which the ledger's ``transaction`` turns into StorageError."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database

    def find(self, key: str) -> tuple[Known, ...]:
        """Return the articles with a key."""
        rows = self._db.execute(
            "SELECT id, title, url, guid, published_at FROM article_key JOIN article ON article = id "
            "WHERE key = ? ORDER BY id",
            (key,),
        )
        return tuple(Known(row[0], row[1], row[2], row[3], _moment(row[4])) for row in rows)

    def get(self, number: int) -> ArticleRecord:
        """Return an article by its ID."""
        row = self._db.execute(f"SELECT {_ARTICLE} FROM article WHERE id = ?", (number,)).fetchone()
        return record_of(ArticleRecord, row)

    def of_feed(self, feed: int) -> tuple[ArticleRecord, ...]:
        """Return the articles of a feed, oldest first."""
        rows = self._db.execute(f"SELECT {_ARTICLE} FROM article WHERE feed = ? ORDER BY published_at, id", (feed,))
        return tuple(record_of(ArticleRecord, row) for row in rows)

    def pending(self) -> tuple[ArticleRecord, ...]:
        """Return the articles whose files have not been written yet."""
        rows = self._db.execute(f"SELECT {_ARTICLE} FROM article WHERE pending IS NOT NULL ORDER BY id").fetchall()
        return tuple(record_of(ArticleRecord, row) for row in rows)

    def with_beside(self) -> tuple[ArticleRecord, ...]:
        """Return the articles that have a new version next to the file that the user edited."""
        rows = self._db.execute(f"SELECT {_ARTICLE} FROM article WHERE beside != '' ORDER BY path").fetchall()
        return tuple(record_of(ArticleRecord, row) for row in rows)

    def find_by_path(self, path: str) -> ArticleRecord | None:
        """Return the article of a file; None if no fetch wrote it."""
        row = self._db.execute(f"SELECT {_ARTICLE} FROM article WHERE path = ? AND path != ''", (path,)).fetchone()
        return record_of(ArticleRecord, row) if row else None

    def add(self, article: ArticleRecord) -> int:
        """Add an article and return its ID; the record's own ID is ignored."""
        names = _ARTICLE.split(", ")[1:]
        marks = ", ".join("?" * len(names))
        values = [getattr(article, name) for name in names]
        cursor = self._db.execute(f"INSERT INTO article ({', '.join(names)}) VALUES ({marks})", values)
        return int(cursor.lastrowid or 0)

    def save(self, article: ArticleRecord) -> None:
        """Save an article."""
        names = _ARTICLE.split(", ")[1:]
        values = [getattr(article, name) for name in names]
        self._db.execute(
            f"UPDATE article SET {', '.join(f'{name} = ?' for name in names)} WHERE id = ?", (*values, article.id)
        )

    def add_keys(self, article: int, feed: int, keys: Iterable[str]) -> None:
        """Add keys to an article, and a feed that carries it."""
        self._db.executemany("INSERT OR IGNORE INTO article_key VALUES (?, ?)", [(key, article) for key in keys])
        self._db.execute("INSERT OR IGNORE INTO carrier VALUES (?, ?)", (article, feed))

    def carriers(self, article: int) -> tuple[str, ...]:
        """Return the URLs of the feeds that carry an article, starting with the one where it was first found."""
        rows = self._db.execute(
            "SELECT feed.url FROM carrier JOIN feed ON feed.id = carrier.feed "
            "JOIN article ON article.id = carrier.article WHERE carrier.article = ? "
            "ORDER BY carrier.feed != article.feed, feed.id",
            (article,),
        )
        return tuple(row[0] for row in rows)

    def add_revision(self, article: int, content: bytes, at: int) -> None:
        """Save the text that a file had before it was rewritten."""
        self._db.execute(
            "INSERT INTO revision (article, replaced_at, content) VALUES (?, ?, ?)",
            (article, at, zlib.compress(content)),
        )
        self._db.execute("UPDATE article SET updated_at = ? WHERE id = ?", (at, article))

    def revisions(self, article: int) -> tuple[tuple[int, bytes], ...]:
        """Return the earlier texts of an article and when each was replaced, latest first."""
        rows = self._db.execute(
            "SELECT replaced_at, content FROM revision WHERE article = ? ORDER BY id DESC", (article,)
        ).fetchall()
        return tuple((row[0], zlib.decompress(row[1])) for row in rows)

    def dates(self, feed: int, newest: int = 30) -> tuple[int, ...]:
        """Return the publication dates of a feed's newest articles, latest first."""
        rows = self._db.execute(
            "SELECT published_at FROM article WHERE feed = ? AND published_at IS NOT NULL "
            "ORDER BY published_at DESC LIMIT ?",
            (feed, newest),
        )
        return tuple(row[0] for row in rows)

    def counts(self, feed: int, since: int) -> tuple[int, int]:
        """Return how many articles of a feed were written in total, and how many since a time."""
        row = self._db.execute(
            "SELECT count(*), count(*) FILTER (WHERE coalesce(published_at, first_seen) >= ?) FROM carrier "
            "JOIN article ON article.id = carrier.article WHERE carrier.feed = ? AND state != 'dropped'",
            (since, feed),
        ).fetchone()
        return int(row[0]), int(row[1])


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
