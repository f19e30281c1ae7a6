"""Places where the user stopped reading articles of a content folder: a small database in the state folder.

Best effort: if the file is missing, corrupt or not writable, places last until the program ends, without an error.
Several processes can share the file. Only the caller interprets the values of places.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from reader.storage.atomic import create_private, ensure_private_dir, is_special

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")

__all__ = ["MAX_PLACES", "ReadingPlaces"]

MAX_PLACES = 5_000
"""Maximum number of saved places; those of the least recently read articles are deleted."""
_MOST_UNSAVED = 500
_WRITES_BETWEEN_TRIMS = 64
_BUSY_SECONDS = 0.2
_VERSION = 1
# SQLite's messages about a corrupt file may not be UTF-8.
_FAILURES = (sqlite3.Error, OSError, UnicodeDecodeError)
_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS place (path BLOB PRIMARY KEY, place BLOB NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS place_at ON place (at);
PRAGMA user_version = {_VERSION};
COMMIT;
"""


class ReadingPlaces:
    """Places by path of the article, newest last. Safe to use from any thread."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None
        self._unsaved: dict[str, bytes] = {}
        self._writes = 0

    def get(self, path: str) -> bytes | None:
        """Return the place in an article; None if the user has not begun it or has read it to the end."""
        with self._lock:
            if path in self._unsaved:
                return self._unsaved[path] or None
            if self._db is None and (self._file is None or not self._file.exists()):
                return None
            with suppress(*_FAILURES):
                return self._attempt(lambda db: _read(db, path))
            return None

    def put(self, path: str, place: bytes | None, now: int) -> None:
        """Save the place in an article; None deletes it."""
        with self._lock:
            self._unsaved.pop(path, None)
            try:
                self._attempt(lambda db: self._write(db, path, place, now))
            except _FAILURES:
                self._unsaved[path] = place or b""
                while len(self._unsaved) > _MOST_UNSAVED:
                    del self._unsaved[next(iter(self._unsaved))]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._db is not None:
                self._db.close()
            self._db = None

    def _write(self, db: sqlite3.Connection, path: str, place: bytes | None, now: int) -> None:
        name = os.fsencode(path)
        if place is None:
            db.execute("DELETE FROM place WHERE path = ?", (name,))
            return
        db.execute("INSERT OR REPLACE INTO place VALUES (?, ?, ?)", (name, place, now))
        if self._writes % _WRITES_BETWEEN_TRIMS == 0:
            old = "SELECT path FROM place ORDER BY at DESC LIMIT -1 OFFSET ?"
            db.execute(f"DELETE FROM place WHERE path IN ({old})", (MAX_PLACES,))
        self._writes += 1

    def _attempt(self, act: Callable[[sqlite3.Connection], T]) -> T:
        """Read or write. Replace a corrupt file with an empty one first. Raises ``_FAILURES``."""
        if self._file is None:
            raise FileNotFoundError
        try:
            return act(self._opened(self._file))
        except sqlite3.OperationalError:
            raise
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            if self._db is not None:
                self._db.close()
                self._db = None
            _delete(self._file)
            return act(self._opened(self._file))

    def _opened(self, file: Path) -> sqlite3.Connection:
        if self._db is None:
            self._db = _open(file)
        return self._db


def _read(db: sqlite3.Connection, path: str) -> bytes | None:
    row = db.execute("SELECT place FROM place WHERE path = ?", (os.fsencode(path),)).fetchone()
    return row[0] if row is not None and isinstance(row[0], bytes) else None


def _open(file: Path) -> sqlite3.Connection:
    ensure_private_dir(file.parent)
    if file.is_symlink() or is_special(file):
        raise FileExistsError(file)
    create_private(file)
    db = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=_BUSY_SECONDS)
    try:
        _prepare(db, file)
    except BaseException:  # also if interrupted
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection, file: Path) -> None:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version > _VERSION:
        raise FileExistsError(file)  # written by a later version, and not ours to change
    if version < _VERSION:
        db.executescript(f"PRAGMA journal_mode = WAL;{_SCHEMA}")
    # A power failure may lose the last place, but nothing has to wait for the disk.
    db.execute("PRAGMA synchronous = NORMAL")


def _delete(file: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
