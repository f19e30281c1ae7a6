"""The index file: opening, validating, locking and rebuilding it, and connections to it. Knows nothing of articles.

A file that is not an index, is corrupt or has another version is discarded and rebuilt: its content can always be read
from the folder again. Several processes can open an index simultaneously; SQLite's write-ahead log isolates them.

A replaced file is not followed automatically: IDs of one file mean nothing in another, so the owner of the IDs decides
when to call ``follow``.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from reader.errors import CorruptIndexError, LockedError, OperationCancelled, StorageError, describe_error
from reader.index.id_sets import parse_ids
from reader.index.schema import APPLICATION_ID, FORGET_STAMPS, SCHEMA, VERSION
from reader.index.sql import functions
from reader.marks.reading import AttachedMarks, attach
from reader.storage.atomic import create_private, ensure_private_dir, is_special
from reader.storage.lock import LockWait, writer_lock
from reader.text import display_path

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from reader.content import ReadOptions
    from reader.content.site import Site

__all__ = [
    "NO_FILE",
    "WRONG_VALUE",
    "DataVersions",
    "FileIds",
    "FollowingConnection",
    "IndexConnection",
    "IndexFile",
    "is_corruption",
    "note_options",
    "write_error",
]

NO_FILE = (0, 0)
_BUSY_SECONDS = 30.0
# Number of SQLite virtual-machine steps between two calls of ``cancelled``: about a millisecond.
_STEPS_BETWEEN_LOOKS = 20_000
WRONG_VALUE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""Errors caused by a value of an impossible type: a corrupt byte can turn a path into NULL."""
# Messages about a corrupt schema, and about text with corrupt bytes.
_DAMAGE = (
    "no such table",
    "no such column",
    "Could not decode to UTF-8",
    "invalid fts5 file format",
    "vtable constructor failed",
)
_SIDE_FILES = ("-wal", "-shm", "-journal")


class FileIds(Struct, frozen=True):
    """The device and inode of the index file and the marks file; NO_FILE for a missing one."""

    index: tuple[int, int]
    marks: tuple[int, int]


class IndexFile:
    """Index on disk, with the marks that belong to it. Opens connections but holds none.

    ``marks`` is the path of the marks database; with None, each connection has its own empty one in memory.
    """

    def __init__(self, path: Path, marks: Path | None = None) -> None:
        self.path = path
        self.marks = marks
        self.attached: AttachedMarks | None = None
        """The marks as the first connection found them."""

    def prepare(self, wait: LockWait | None = None) -> None:
        """Ensure that a usable index of this version exists; create an empty one if necessary.

        Raises StorageError if the cache folder cannot be used.
        """
        try:
            ensure_private_dir(self.path.parent)
            if self._is_ours():
                create_private(self.path)
            else:
                with writer_lock(self.path, wait):
                    if not self._is_ours():
                        self._replace()
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"Cannot use the index {_shown(self.path)}: {describe_error(error)}") from error

    def files(self) -> FileIds:
        """Return the device and inode of the current index and marks files."""
        return FileIds(_which(self.path), NO_FILE if self.marks is None else _which(self.marks))

    def discard(self, wait: LockWait | None = None) -> None:
        """Replace a corrupt index with an empty one. Raises StorageError if that fails.

        A process that has the old file open still sees the old content: if the index is intact, use
        ``invalidate_stamps``.
        """
        try:
            with writer_lock(self.path, wait):
                self._replace()
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"Cannot use the index {_shown(self.path)}: {describe_error(error)}") from error

    def invalidate_stamps(self, wait: LockWait | None = None) -> None:
        """Make the next sync read every file again. Raises StorageError if the index cannot be written."""
        try:
            with writer_lock(self.path, wait), contextlib.closing(_connect(self.path)) as connection:
                connection.executescript(f"BEGIN IMMEDIATE; {FORGET_STAMPS} COMMIT;")
        except sqlite3.Error as error:
            if not is_corruption(error):
                raise StorageError(f"Cannot use the index {_shown(self.path)}: {describe_error(error)}") from error
            self.discard(wait)

    def is_damaged_by(self, error: Exception) -> bool:
        """Return whether an error reports or results from corruption of the index file."""
        if isinstance(error, sqlite3.Error):
            return is_corruption(error)
        try:
            with contextlib.closing(_connect(self.path)) as connection:
                return not _is_sound(connection)
        except sqlite3.Error as other:
            return is_corruption(other)

    def connect(self) -> sqlite3.Connection:
        """Open a connection with the marks attached, in autocommit mode. Only one thread at a time may use it.

        Raises StorageError if the index cannot be opened or the marks cannot be read.
        """
        try:
            connection = _connect(self.path)
        except sqlite3.Error as error:
            raise StorageError(f"Cannot open the index {_shown(self.path)}: {describe_error(error)}") from error
        try:
            # Comparing the marks with their copy takes time, and later connections would find the same.
            found = attach(connection, self.marks, check=self.attached is None)
            self.attached = self.attached or found
        except sqlite3.Error as error:
            connection.close()
            raise StorageError(f"Cannot read the marks in {_shown(self.marks)}: {describe_error(error)}") from error
        return connection

    def _is_ours(self) -> bool:
        # Do not follow a link: its target is not ours to write.
        if not self.path.is_file() or self.path.is_symlink() or is_special(self.path):
            return False
        try:
            with contextlib.closing(_connect(self.path)) as connection:
                found = [
                    connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
                ]
                connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
        except sqlite3.DatabaseError as error:
            if _is_busy(error):
                raise
            return False
        return found == [APPLICATION_ID, VERSION]

    def _replace(self) -> None:
        fresh = self.path.with_name(self.path.name + ".new")
        every = (fresh, *(_beside(fresh, suffix) for suffix in _SIDE_FILES))
        for name in every:
            _clear(name)
        try:
            create_private(fresh)
            with contextlib.closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
                connection.executescript(
                    f"BEGIN; {SCHEMA} PRAGMA application_id = {APPLICATION_ID};PRAGMA user_version = {VERSION}; COMMIT;"
                )
            for suffix in _SIDE_FILES:
                _clear(_beside(self.path, suffix))
            if _is_folder(self.path):
                _quarantine(self.path)
            fresh.replace(self.path)
        except BaseException:  # also if interrupted
            for name in every:
                with contextlib.suppress(OSError):
                    name.unlink()
            raise
        with contextlib.closing(_connect(self.path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")


class DataVersions(Struct, frozen=True):
    """Two numbers that change when another connection changes the index or the marks."""

    index: int
    marks: int


class IndexConnection:
    """Connection that one thread at a time uses, within ``asking``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        functions.register(connection)
        self._connection = connection
        self._is_closed = False
        self._in_use = threading.RLock()

    def close(self) -> None:
        """Cancel running queries and close the connection; closing it while in use would crash Python."""
        self._is_closed = True
        with self._in_use:
            self._connection.close()

    @contextlib.contextmanager
    def asking(self, cancelled: Callable[[], bool] | None = None) -> Iterator[None]:
        """Convert SQLite's errors to ours. Stop the query once ``cancelled()`` is true or the connection closes."""
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
                raise kind(f"Cannot read the index: {describe_error(error)}") from error
            except WRONG_VALUE as error:
                if _is_sound(self._connection):
                    raise
                raise CorruptIndexError("Cannot read the index: file is corrupt") from error
            finally:
                if cancelled is not None:
                    self._connection.set_progress_handler(None, 0)

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """Run all queries in the block on one snapshot of the index, whatever other processes write meanwhile."""
        with self.asking():
            is_inside = self._connection.in_transaction
            if not is_inside:
                self._connection.execute("BEGIN")
        try:
            yield
        finally:
            if not is_inside:
                with self.asking():
                    # SQLite ends the transaction automatically if the file is corrupt.
                    if self._connection.in_transaction:
                        self._connection.execute("COMMIT")

    def execute(self, sql: str, params: Sequence[object] = ()) -> sqlite3.Cursor:
        """Execute a statement."""
        return self._connection.execute(sql, params)

    def value(self, sql: str, params: Sequence[object] = ()) -> Any:
        """Return the first column of the first row."""
        return self._connection.execute(sql, params).fetchone()[0]

    def ids(self, sql: str, params: Sequence[object] = ()) -> array[int]:
        """Return the IDs that a query yields as one string.

        One row for all IDs: between two rows any other thread may run, and with many rows that takes seconds.
        """
        return parse_ids(self.value(sql, params))

    def versions(self) -> DataVersions:
        """Return numbers to compare with a later call. Raises StorageError."""
        with self.asking():
            return DataVersions(self.value("PRAGMA main.data_version"), self.value("PRAGMA marks.data_version"))


class FollowingConnection(IndexConnection):
    """Connection to the file that was the index when it was opened or last followed; ``files`` are its files."""

    def __init__(self, index: IndexFile) -> None:
        self._index = index
        # Read before connecting: if the file is replaced in between, this connection counts as stale and follows again.
        self.files: FileIds = index.files()
        super().__init__(index.connect())

    @property
    def is_stale(self) -> bool:
        """Whether another file has replaced the index or the marks since then."""
        return self._index.files() != self.files

    def follow(self) -> bool:
        """Switch to the current files, and return whether they have changed. Raises StorageError.

        If the index is missing, the old file stays in use.
        """
        files = self._index.files()
        if files == self.files or files.index == NO_FILE:
            return False
        connection = self._index.connect()
        functions.register(connection)
        with self._in_use:
            self._connection.close()
            self._connection, self.files = connection, files
            if self._is_closed:
                connection.close()
        return True


def note_options(connection: sqlite3.Connection, options: ReadOptions, site: Site) -> None:
    """Note how files are read, and forget the stamps of files that were read in another way."""
    known = connection.execute("SELECT options FROM reading").fetchone()
    wanted = (f"{options} {site.fingerprint}",)
    if known != wanted:
        connection.executescript(f"BEGIN; {FORGET_STAMPS if known else ''} DELETE FROM reading;")
        connection.execute("INSERT INTO reading VALUES (?)", wanted)
        connection.execute("COMMIT")


def is_corruption(error: sqlite3.Error) -> bool:
    """Return whether an error means that the index file is corrupt and must be rebuilt."""
    name = getattr(error, "sqlite_errorname", "")
    return name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or str(error).startswith(_DAMAGE)


def write_error(path: Path, error: sqlite3.Error) -> StorageError:
    """Return the error for an index that cannot be written."""
    if _is_busy(error):
        return LockedError(f"{_shown(path)} is locked by another program")
    return StorageError(f"Cannot write the index: {describe_error(error)}")


def _is_sound(connection: sqlite3.Connection) -> bool:
    """Return whether SQLite finds no error in the index. Takes seconds in a large one."""
    try:
        return bool(connection.execute("PRAGMA main.integrity_check(1)").fetchone() == ("ok",))
    except sqlite3.Error as error:
        return not is_corruption(error)


def _is_busy(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _connect(path: Path) -> sqlite3.Connection:
    # Autocommit: transactions are begun explicitly.
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    with contextlib.ExitStack() as on_error:
        on_error.callback(connection.close)
        try:
            connection.execute("PRAGMA synchronous = NORMAL")
        except UnicodeDecodeError as error:
            # SQLite quotes a corrupt schema in its message.
            damage = sqlite3.DatabaseError("malformed database schema")
            damage.sqlite_errorname = "SQLITE_CORRUPT"
            raise damage from error
        connection.execute("PRAGMA temp_store = MEMORY")
        on_error.pop_all()
    return connection


def _which(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return NO_FILE
    return found.st_dev, found.st_ino


def _clear(path: Path) -> None:
    if _is_folder(path):
        _quarantine(path)
    else:
        path.unlink(missing_ok=True)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _quarantine(folder: Path) -> None:
    # The folder is not ours and may contain the user's files, so rename it instead of deleting it.
    number = 1
    while os.path.lexists(aside := folder.with_name(f"{folder.name}.aside-{number}")):
        number += 1
    folder.rename(aside)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _shown(path: Path | None) -> str:
    return display_path(str(path))
