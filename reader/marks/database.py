"""The marks database file: creating, validating, migrating and restoring it.

Does not interpret marks. They cannot be recreated, so no marks file is ever deleted here. A foreign or corrupt file is
renamed, its rows are restored from the second copy and from its readable parts, and the notice tells the user. A file
of a newer version stays unchanged.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from enum import Enum, auto
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from reader.errors import StorageError, describe_error
from reader.marks.places import CARRY_OVER
from reader.marks.repair import insert_rows, quarantine, save
from reader.marks.schema import APPLICATION_ID, MIGRATIONS, TABLES, is_ours
from reader.marks.second_copy import (
    Comparison,
    begin_copying,
    compare,
    copy_file,
    drop_copy,
    is_busy,
    read_generation,
    set_generation,
)
from reader.storage.atomic import create_private, ensure_private_dir, is_special
from reader.storage.lock import LockWait, wait_for, writer_lock
from reader.text import display_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from reader.marks.repair import Saved

__all__ = [
    "FileState",
    "OpenedDatabase",
    "check_writable",
    "closed_on_error",
    "has_content",
    "inspect_file",
    "is_corruption",
    "marks_error",
    "migrate",
    "open_writable",
    "refuse_special",
    "transaction",
]

_BUSY_SECONDS = 5.0
# Checking every page takes 3 ms per megabyte. In a larger file, corruption is found only when a write hits it.
_CHECKED_BYTES = 16 << 20


class OpenedDatabase(Struct, frozen=True):
    """Writable connection in autocommit mode; ``notice`` tells the user what was done to open the file."""

    connection: sqlite3.Connection
    notice: str = ""


class FileState(Enum):
    """State of a file; ``UNCOPIED`` if its copy is missing or behind, ``UNLIKE_COPY`` if one of the two is corrupt."""

    READY = auto()
    EMPTY = auto()
    OLDER = auto()
    NEWER = auto()
    FOREIGN = auto()
    DAMAGED = auto()
    UNLIKE_COPY = auto()
    UNCOPIED = auto()


_USABLE = frozenset({FileState.READY, FileState.UNCOPIED})
_BY_COPY = MappingProxyType(
    {
        Comparison.EQUAL: FileState.READY,
        Comparison.UNKNOWN: FileState.UNCOPIED,
        Comparison.DIFFERENT: FileState.UNLIKE_COPY,
    }
)


def open_writable(
    path: Path, *, thorough: bool = False, wait: LockWait | None = None, may_lose: bool = True
) -> OpenedDatabase:
    """Open the marks for writing; create, migrate or restore the file as necessary.

    ``thorough`` checks every page even of a large file. Raises StorageError if marks cannot be saved and, unless
    ``may_lose``, if a corrupt file cannot be restored completely.
    """
    try:
        ensure_private_dir(path.parent)
        refuse_special(path)
        create_private(path)
        connection = _connect(path)
        with closed_on_error(connection):
            _wait_for_writer(connection, path, LockWait(_BUSY_SECONDS) if wait is None else wait)
            verdict = inspect_file(connection, path, thorough=thorough)
        if verdict in _USABLE:
            return _opened(connection, path)
        connection.close()
        with writer_lock(path, wait):
            return _made_ready(path, thorough=thorough, may_lose=may_lose)
    except (OSError, sqlite3.Error) as error:
        raise marks_error(path, error) from error


def _wait_for_writer(connection: sqlite3.Connection, path: Path, wait: LockWait) -> None:
    """Wait until no other program writes to the file. Raises LockedError after a timeout."""

    def is_free() -> bool | None:
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            # The inspection finds any other error.
            return None if is_busy(error) else False
        return True

    connection.execute("PRAGMA busy_timeout = 0")
    wait_for(is_free, path, lambda: "another program", wait)
    connection.execute(f"PRAGMA busy_timeout = {round(_BUSY_SECONDS * 1000)}")


def _made_ready(path: Path, *, thorough: bool, may_lose: bool) -> OpenedDatabase:
    """Open a file that was not ready. Inspect it again, since another process may have prepared it first."""
    connection = _connect(path)
    with closed_on_error(connection):
        verdict = inspect_file(connection, path, thorough=thorough)
        if verdict in _USABLE:
            return _opened(connection, path)
        saved = save(path, TABLES, is_ours=verdict is not FileState.FOREIGN)
        # Another version of newsreader would have changed the tables and the version of the copy.
        is_version_damaged = (
            saved.copy_version == len(MIGRATIONS) and saved.same_generation and _has_our_schema(connection)
        )
        if verdict is FileState.NEWER and not is_version_damaged:
            raise StorageError(
                f"The marks in {_shown(path)} were written by a newer newsreader. They were left as they are; "
                "update newsreader to change them."
            )
        if (verdict is FileState.EMPTY and not any(saved.rows.values())) or (
            verdict is FileState.OLDER and not is_version_damaged
        ):
            migrate(connection, MIGRATIONS)
            return _opened(connection, path)
    connection.close()
    is_copy_damaged = verdict is FileState.UNLIKE_COPY and saved.same
    if not (may_lose or saved.complete or is_copy_damaged):
        count = _articles(len(saved.rows["mark"]))
        raise StorageError(f"The marks in {_shown(path)} are corrupt; those of {count} can be read")
    return _restored(path, verdict, saved)


def _restored(path: Path, verdict: FileState, saved: Saved) -> OpenedDatabase:
    if verdict is FileState.UNLIKE_COPY and saved.same:
        drop_copy(path)
        notice = f"The second copy {_shown(copy_file(path))} of the marks was corrupt and was written again."
        return _opened(_connect(path), path, notice)
    # An empty file has nothing to save; it may just have been created.
    aside = None if verdict is FileState.EMPTY else quarantine(path)
    create_private(path)
    connection = _connect(path)
    with closed_on_error(connection):
        migrate(connection, MIGRATIONS)
        with transaction(connection):
            for table, columns in TABLES.items():
                insert_rows(connection, f"main.{table}", columns, saved.rows[table].values())
            connection.execute(CARRY_OVER.format(schema="main"))
            set_generation(connection, saved.generation + 1)
    return _opened(connection, path, _restoration_notice(path, verdict, aside, len(saved.rows["mark"])))


def _restoration_notice(path: Path, verdict: FileState, aside: Path | None, count: int) -> str:
    what = {FileState.FOREIGN: "belongs to another program", FileState.EMPTY: "was missing"}.get(verdict, "was corrupt")
    renamed = "" if aside is None else f" and was renamed to {display_path(aside.name)}"
    restored = f" The marks of {_articles(count)} were restored." if count else ""
    return f"The marks file {_shown(path)} {what}{renamed}.{restored}"


def _articles(count: int) -> str:
    return "1 article" if count == 1 else f"{count} articles"


def inspect_file(connection: sqlite3.Connection, path: Path, *, thorough: bool = False) -> FileState:
    """Return the state of a file. Raises ``sqlite3.Error`` unless the error means corruption."""
    try:
        application, version = (_pragma(connection, name) for name in ("application_id", "user_version"))
        objects = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if application != APPLICATION_ID:
            return FileState.EMPTY if application == 0 and objects == 0 else FileState.FOREIGN
        if version != len(MIGRATIONS):
            return FileState.NEWER if version > len(MIGRATIONS) else FileState.OLDER
        is_ours(connection, "main")
        if (thorough or path.stat().st_size <= _CHECKED_BYTES) and _pragma(connection, "quick_check") != "ok":
            return FileState.DAMAGED
        return _BY_COPY[compare(path, TABLES, thorough=thorough)]
    except UnicodeDecodeError:
        # SQLite quotes a corrupt schema in its message.
        return FileState.DAMAGED
    except sqlite3.DatabaseError as error:
        if is_corruption(error):
            return FileState.DAMAGED
        raise


def _has_our_schema(connection: sqlite3.Connection) -> bool:
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as ours:
        migrate(ours, MIGRATIONS)
        schemas = [
            set(each.execute("SELECT CAST(name AS BLOB), CAST(sql AS BLOB) FROM sqlite_schema"))
            for each in (connection, ours)
        ]
    return schemas[0] == schemas[1]


def migrate(connection: sqlite3.Connection, steps: Sequence[str]) -> None:
    """Apply the missing migration steps: all of them or, on an error, none."""
    with transaction(connection):
        for step in steps[_pragma(connection, "user_version") :]:
            connection.execute(step)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(steps)}")
    _pragma(connection, "journal_mode = WAL")


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the block as one transaction on the marks file: committed completely or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    before = _generation(connection)
    try:
        yield
        _commit(connection, before)
    except BaseException:  # also if interrupted
        # SQLite rolls back automatically if the disk is full.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _commit(connection: sqlite3.Connection, before: int) -> None:
    changed = _generation(connection)
    try:
        connection.execute("COMMIT")
    except sqlite3.Error:
        # SQLite commits the marks file first. If only the second copy failed, the change is saved and the copy is
        # behind.
        if connection.in_transaction or changed == before or _generation(connection) != changed:
            raise


def _generation(connection: sqlite3.Connection) -> int:
    try:
        return read_generation(connection, "main")
    except sqlite3.Error:
        return 0  # the table does not exist yet, or cannot be read


def is_corruption(error: BaseException) -> bool:
    """Return whether an error means that the file is corrupt."""
    name = getattr(error, "sqlite_errorname", "")
    return name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or str(error).startswith(
        ("no such ", "Could not decode")
    )


_ADVICE = (
    ("SQLITE_FULL", "; saved marks are not lost"),
    ("SQLITE_BUSY", "; try again"),
    ("SQLITE_LOCKED", "; try again"),
)


def marks_error(path: Path, error: Exception, verb: str = "save") -> StorageError:
    """Return the StorageError for an OS or SQLite error; ``verb`` is the operation on the marks that failed."""
    name = getattr(error, "sqlite_errorname", "")
    advice = next((words for beginning, words in _ADVICE if name.startswith(beginning)), "")
    return StorageError(f"Cannot {verb} the marks in {_shown(path)}: {describe_error(error)}{advice}")


def has_content(path: Path) -> bool:
    """Return whether the file has any content."""
    # An empty file means that another process is creating it; its first transaction adds the entire content.
    return path.exists() and (path.stat().st_size > 0 or _log_of(path).exists())


def refuse_special(path: Path) -> None:
    """Raise StorageError if the marks file, or a file next to it, is not a regular file."""
    # Opening a pipe would block until its other end is open.
    if is_special(path):
        raise StorageError(f"Cannot use the marks in {_shown(path)}: not a regular file, or one next to it is not")


def check_writable(path: Path) -> None:
    """Raise StorageError if the file, or the files that SQLite creates next to it, cannot be written."""
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise StorageError(f"Cannot save the marks in {_shown(path)}: file or folder is not writable")


def _connect(path: Path) -> sqlite3.Connection:
    # Autocommit: transactions are begun explicitly. The owner of the connection serializes its use.
    return sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def _opened(connection: sqlite3.Connection, path: Path, notice: str = "") -> OpenedDatabase:
    with closed_on_error(connection):
        # WAL mode is set after the schema is created; repeat it in case the process was killed in between.
        _pragma(connection, "journal_mode = WAL")
        # A confirmed mark must be on disk, not only in the operating system's cache.
        connection.execute("PRAGMA main.synchronous = FULL")
        begin_copying(connection, path, TABLES)
    return OpenedDatabase(connection, notice)


def _pragma(connection: sqlite3.Connection, text: str) -> Any:
    return connection.execute(f"PRAGMA {text}").fetchone()[0]


@contextlib.contextmanager
def closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    """Close the connection if the block fails."""
    try:
        yield
    except BaseException:  # also if interrupted
        connection.close()
        raise


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _shown(path: Path) -> str:
    return display_path(str(path))
