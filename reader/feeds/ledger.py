"""Ledger: database of feeds between fetches, with validators, times and written articles. In the state folder.

The content of a file is committed here before it is written. If the process is killed, the next one finishes its work.
Raises StorageError.
"""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from reader.errors import StorageError, describe_error
from reader.feeds.articles import SCHEMA, Articles, record_of
from reader.storage.atomic import ensure_private_dir
from reader.text import display_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["Answer", "FeedRecord", "Ledger", "open_ledger"]

_VERSION = 2
_SCHEMA = """
CREATE TABLE feed (
    id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, title TEXT NOT NULL DEFAULT '', site_url TEXT NOT NULL DEFAULT '',
    etag TEXT NOT NULL DEFAULT '', last_modified TEXT NOT NULL DEFAULT '', folder TEXT NOT NULL DEFAULT '',
    next_at INTEGER NOT NULL DEFAULT 0, tried_at INTEGER NOT NULL DEFAULT 0, succeeded_at INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '', errors INTEGER NOT NULL DEFAULT 0, retired INTEGER NOT NULL DEFAULT 0,
    moved_to TEXT NOT NULL DEFAULT '', moved_days TEXT NOT NULL DEFAULT '', request TEXT NOT NULL DEFAULT '',
    min_interval INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE host (name TEXT PRIMARY KEY, wait_until INTEGER NOT NULL);
"""
_ADDED_IN_2 = """
CREATE TABLE answer (
    feed INTEGER PRIMARY KEY, url TEXT NOT NULL, headers BLOB NOT NULL, body BLOB NOT NULL, given_at INTEGER NOT NULL
);
"""
_FEED = (
    "id, url, title, site_url, etag, last_modified, folder, next_at, tried_at, succeeded_at, error, errors, retired, "
    "moved_to, moved_days, request, min_interval"
)


class FeedRecord(Struct, frozen=True):
    """State of a feed; times are Unix times, 0 = never.

    ``request`` is the URL that the validators belong to, ``moved_days`` are the days on which it redirected to
    ``moved_to``, and ``min_interval`` is the interval in seconds that the server asked for.
    """

    id: int
    url: str
    title: str = ""
    site_url: str = ""
    etag: str = ""
    last_modified: str = ""
    folder: str = ""
    next_at: int = 0
    tried_at: int = 0
    succeeded_at: int = 0
    error: str = ""
    errors: int = 0
    retired: int = 0
    moved_to: str = ""
    moved_days: str = ""
    request: str = ""
    min_interval: int = 0


class Answer(Struct, frozen=True):
    """Response that has not been processed yet; ``given_at`` is a Unix time."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    given_at: int

    @property
    def is_conditional(self) -> bool:
        """Whether the server supports validators."""
        return bool(self.headers.get("etag") or self.headers.get("last-modified"))


@contextmanager
def open_ledger(path: Path) -> Iterator[Ledger]:
    """Open a ledger for the block. Raises StorageError, also if the block meets corrupt data."""
    with closing(Ledger(path)) as ledger, ledger.reporting():
        yield ledger


class Ledger:
    """Database of one content folder. Only one process at a time writes to it; the caller holds the lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            ensure_private_dir(path.parent)
        except OSError as error:
            raise StorageError(f"Cannot write {display_path(str(path))}: {describe_error(error)}") from error
        with self.reporting():
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("PRAGMA journal_mode = PERSIST")  # a fifth less CPU time for each commit than DELETE
            self._prepare()
        self.articles = Articles(self._db)

    def _prepare(self) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > _VERSION:
            raise StorageError(f"{display_path(str(self._path))} was written by a newer newsreader")
        if version < _VERSION:
            missing = _ADDED_IN_2 if version else f"{_SCHEMA}{SCHEMA}{_ADDED_IN_2}"
            self._db.executescript(f"BEGIN IMMEDIATE; {missing} PRAGMA user_version = {_VERSION}; COMMIT;")

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    @contextmanager
    def transaction(self, *, undo: bool = False) -> Iterator[None]:
        """Commit all changes made inside the block, or none after an error or with ``undo``."""
        with self.reporting():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("ROLLBACK" if undo else "COMMIT")
            except BaseException:  # also if interrupted
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def reporting(self) -> Iterator[None]:
        """Convert errors of SQLite and about corrupt values. Raises StorageError."""
        try:
            yield
        except sqlite3.Error as error:
            raise StorageError(f"Cannot write {display_path(str(self._path))}: {describe_error(error)}") from error
        except (UnicodeDecodeError, zlib.error, msgspec.MsgspecError) as error:
            raise StorageError(f"Cannot read {display_path(str(self._path))}: file is corrupt") from error

    def feed(self, url: str) -> FeedRecord:
        """Return the record of a feed; add one if the feed is new."""
        with self.reporting():
            self._db.execute("INSERT OR IGNORE INTO feed (url) VALUES (?)", (url,))
            row = self._db.execute(f"SELECT {_FEED} FROM feed WHERE url = ?", (url,)).fetchone()
        return record_of(FeedRecord, row)

    def feeds(self) -> tuple[FeedRecord, ...]:
        """Return all feeds ever recorded."""
        return tuple(record_of(FeedRecord, row) for row in self._db.execute(f"SELECT {_FEED} FROM feed ORDER BY id"))

    def save_feed(self, feed: FeedRecord) -> None:
        """Save the record of a feed."""
        names = _FEED.split(", ")[1:]
        values = [getattr(feed, name) for name in names]
        with self.reporting():
            self._db.execute(
                f"UPDATE feed SET {', '.join(f'{name} = ?' for name in names)} WHERE id = ?", (*values, feed.id)
            )

    def forget_feed(self, url: str) -> None:
        """Forget times and validators of a feed. Its articles stay known, so that none comes back as new."""
        feed = self.feed(url)
        self.save_feed(FeedRecord(feed.id, url, feed.title, feed.site_url, folder=feed.folder))
        self.drop_answer(feed.id)

    def keep_answer(self, url: str, answer: Answer) -> None:
        """Save a response and its validators until the feed is fetched."""
        feed = self.feed(url)
        row = (feed.id, answer.url, msgspec.json.encode(answer.headers), zlib.compress(answer.body), answer.given_at)
        with self.transaction():
            self._db.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?)", row)
            etag, modified = (answer.headers.get(name, "") for name in ("etag", "last-modified"))
            self.save_feed(replace(feed, etag=etag, last_modified=modified, request=answer.url))

    def answer(self, feed: int) -> Answer | None:
        """Return the response saved for a feed."""
        row = self._db.execute("SELECT url, headers, body, given_at FROM answer WHERE feed = ?", (feed,)).fetchone()
        if row is None:
            return None
        headers = msgspec.json.decode(row[1], type=dict[str, str])
        return Answer(row[0], headers, zlib.decompress(row[2]), row[3])

    def drop_answer(self, feed: int) -> None:
        """Delete the response saved for a feed."""
        with self.reporting():
            self._db.execute("DELETE FROM answer WHERE feed = ?", (feed,))

    def free_url(self, url: str) -> None:
        """Free a URL for a feed that moved to it: rename a feed recorded under that URL before."""
        with self.reporting():
            self._db.execute("UPDATE feed SET url = url || '#' || id WHERE url = ?", (url,))

    def waits(self) -> dict[str, int]:
        """Return host → time until which it asked to wait."""
        return dict(self._db.execute("SELECT name, wait_until FROM host").fetchall())

    def save_wait(self, host: str, until: int) -> None:
        """Save the time until which a host asked to wait."""
        with self.reporting():
            self._db.execute("INSERT OR REPLACE INTO host VALUES (?, ?)", (host, until))
