"""The marks database as a file: made, guarded, migrated, set aside, attached to the index. Knows no mark's meaning.

What a person did cannot be made again, so no file is ever deleted here. One that is foreign or damaged is renamed,
what can still be read in it is carried over, and the notice says so; one of a later version is left alone.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from reader.errors import StorageError, describe_error
from reader.storage.atomic import ensure_private_dir
from reader.storage.lock import writer_lock
from reader.text import display_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = [
    "APPLICATION_ID",
    "MIGRATIONS",
    "OpenedDatabase",
    "attach",
    "check_writable",
    "is_damage",
    "marks_error",
    "migrate",
    "open_readonly",
    "open_writable",
    "transaction",
]

APPLICATION_ID = 0x6E65776D
_BUSY_SECONDS = 5.0
_COPIED_ROWS = 1_000
# A check of every page takes 3 ms a megabyte. Damage in a larger file is noticed when a write meets it.
_CHECKED_BYTES = 16 << 20

# A row for each article that was ever marked. It is read, starred or kept for later where that time is not null. The
# three ``changed`` times say when a mark was last set or taken away, which is what a merge needs; a row whose marks
# are all gone stays for the same reason. An identity may hold the name of a file, which need not be UTF-8, so it goes
# in and out as bytes.
_COLUMNS = (
    "mark_key",
    "identity",
    "read_at",
    "starred_at",
    "later_at",
    "read_changed",
    "starred_changed",
    "later_changed",
)
_TABLE = """
CREATE TABLE {schema}.mark (
    mark_key INTEGER PRIMARY KEY,
    identity TEXT NOT NULL,
    read_at INTEGER,
    starred_at INTEGER,
    later_at INTEGER,
    read_changed INTEGER,
    starred_changed INTEGER,
    later_changed INTEGER
)
"""
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM {{schema}}.mark"
_INSERT = f"INSERT OR IGNORE INTO {{schema}}.mark ({', '.join(_COLUMNS)}) VALUES (?, CAST(? AS TEXT), ?, ?, ?, ?, ?, ?)"

# What leads from each version to the next; a file's version is the number of steps it has behind it. A step that has
# been released is never edited: whatever changes the table is a further step.
MIGRATIONS: tuple[str, ...] = (_TABLE.format(schema="main"),)


class OpenedDatabase(Struct, frozen=True):
    """A connection that may write, in autocommit mode; ``notice`` tells the person what had to be done for it."""

    connection: sqlite3.Connection
    notice: str = ""


class _FileState(Enum):
    READY = auto()
    EMPTY = auto()
    OLDER = auto()
    NEWER = auto()
    FOREIGN = auto()
    DAMAGED = auto()


def open_writable(path: Path, *, thorough: bool = False) -> OpenedDatabase:
    """Open the marks for writing; makes, migrates or sets aside the file as needed.

    ``thorough`` checks every page of a large file too. Raises StoreError where marks cannot be kept.
    """
    try:
        ensure_private_dir(path.parent)
        _refuse_no_file(path)
        connection = _connect(path)
        with _closed_on_error(connection):
            verdict = _inspect(connection, path, thorough=thorough)
        if verdict is _FileState.READY:
            return _opened(connection)
        connection.close()
        with writer_lock(path):
            return _made_ready(path, thorough=thorough)
    except (OSError, sqlite3.Error) as error:
        raise marks_error(path, error) from error


def _made_ready(path: Path, *, thorough: bool) -> OpenedDatabase:
    """Open a file that was not ready; another process may have been faster, so it is judged again."""
    connection = _connect(path)
    with _closed_on_error(connection):
        verdict = _inspect(connection, path, thorough=thorough)
        if verdict is _FileState.NEWER:
            raise StorageError(
                f"The marks in {_shown(path)} were written by a newer newsreader. They were left as they are; "
                "update newsreader to change them."
            )
        if verdict in {_FileState.EMPTY, _FileState.OLDER}:
            migrate(connection, MIGRATIONS)
    if verdict not in {_FileState.FOREIGN, _FileState.DAMAGED}:
        return _opened(connection)
    connection.close()
    return _replaced(path, verdict)


def _replaced(path: Path, verdict: _FileState) -> OpenedDatabase:
    aside = _quarantine(path)
    rows = _readable_rows(aside) if verdict is _FileState.DAMAGED else {}
    connection = _connect(path)
    with _closed_on_error(connection):
        migrate(connection, MIGRATIONS)
        with transaction(connection):
            connection.executemany(_INSERT.format(schema="main"), rows.values())
    what = "was damaged" if verdict is _FileState.DAMAGED else "belongs to another program"
    saved = f" The marks of {len(rows)} articles were carried over from it." if rows else ""
    return _opened(
        connection, f"The marks file {_shown(path)} {what} and was renamed to {display_path(aside.name)}.{saved}"
    )


def _inspect(connection: sqlite3.Connection, path: Path, *, thorough: bool) -> _FileState:
    try:
        application, version = (_pragma(connection, name) for name in ("application_id", "user_version"))
        objects = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if application != APPLICATION_ID:
            return _FileState.EMPTY if application == 0 and objects == 0 else _FileState.FOREIGN
        if version != len(MIGRATIONS):
            return _FileState.NEWER if version > len(MIGRATIONS) else _FileState.OLDER
        connection.execute(f"{_SELECT.format(schema='main')} LIMIT 0")
        if (thorough or path.stat().st_size <= _CHECKED_BYTES) and _pragma(connection, "quick_check") != "ok":
            return _FileState.DAMAGED
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            return _FileState.DAMAGED
        raise
    # As a file is made, it gets its table first and its journal mode after; a kill may have come between.
    _pragma(connection, "journal_mode = WAL")
    return _FileState.READY


def migrate(connection: sqlite3.Connection, steps: Sequence[str]) -> None:
    """Take the file through the steps it does not have behind it yet: all of them or, on an error, none."""
    with transaction(connection):
        for step in steps[_pragma(connection, "user_version") :]:
            connection.execute(step)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(steps)}")
    _pragma(connection, "journal_mode = WAL")


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Make what is done inside one change: kept as a whole, or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk makes SQLite roll back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _quarantine(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.broken-{number}")).exists():
        number += 1
    # The log goes first: were it left alone beside a fresh file, SQLite would throw it away.
    for suffix in ("-wal", "-journal", "-shm", ""):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
    return aside


def _readable_rows(broken: Path) -> dict[int, tuple[object, ...]]:
    """Read a damaged file from both ends, each time as far as it goes."""
    rows: dict[int, tuple[object, ...]] = {}
    for direction in ("ASC", "DESC"):
        sql = f"{_SELECT.format(schema='main')} ORDER BY mark_key {direction}"
        with (
            contextlib.suppress(sqlite3.DatabaseError),
            contextlib.closing(sqlite3.connect(f"{broken.absolute().as_uri()}?mode=ro", uri=True)) as connection,
        ):
            connection.text_factory = bytes
            for row in connection.execute(sql):
                if isinstance(row[1], bytes) and all(time is None or isinstance(time, int) for time in row[2:]):
                    rows.setdefault(row[0], row)
    return rows


def open_readonly(path: Path) -> sqlite3.Connection:
    """Open the marks for reading only; where there is no file, an empty table.

    Works in folders that cannot be written. Raises StoreError for a file that cannot be read as marks.
    """
    where = path.absolute().as_uri()
    try:
        _refuse_no_file(path)
        if not _has_content(path):
            return _checked_reading(":memory:")
        try:
            return _checked_reading(f"{where}?mode=ro")
        except sqlite3.OperationalError:
            # SQLite wants to write beside a file that had a log once, even to read it. Where nobody can write and
            # there is no log, the file alone is the whole truth.
            if _log_of(path).exists():
                raise
        return _checked_reading(f"{where}?immutable=1")
    except (OSError, sqlite3.Error) as error:
        raise marks_error(path, error, "read") from error


def _checked_reading(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, timeout=_BUSY_SECONDS, isolation_level=None, uri=True)
    with _closed_on_error(connection):
        if uri == ":memory:":
            migrate(connection, MIGRATIONS)
        elif not _readable(connection, "main"):
            raise sqlite3.DatabaseError("the file belongs to another program")
    return connection


def attach(connection: sqlite3.Connection, path: Path | None) -> None:
    """Attach the marks to a connection under the name ``marks``, for its queries to read.

    A missing file is made first, so that marks set later are seen. Where that cannot be, or the file cannot be
    attached, a table in memory stands in for it, with what can be read of the file. Raises ``sqlite3.Error``.
    """
    if path is not None:
        with contextlib.suppress(OSError, StorageError):
            if not _has_content(path):
                open_writable(path).connection.close()
            if path.is_file() and _attach_file(connection, path):
                return
    connection.execute("ATTACH ':memory:' AS marks")
    connection.execute(_TABLE.format(schema="marks"))
    if path is not None:
        _copy(path, connection)


def _attach_file(connection: sqlite3.Connection, path: Path) -> bool:
    with contextlib.suppress(sqlite3.Error):
        connection.execute("ATTACH ? AS marks", (str(path),))
        with contextlib.suppress(sqlite3.Error):
            if _readable(connection, "marks"):
                return True
        connection.execute("DETACH marks")
    return False


def _copy(path: Path, connection: sqlite3.Connection) -> None:
    with contextlib.suppress(StorageError, sqlite3.Error), contextlib.closing(open_readonly(path)) as source:
        source.text_factory = bytes
        rows = source.execute(_SELECT.format(schema="main"))
        while piece := rows.fetchmany(_COPIED_ROWS):
            connection.executemany(_INSERT.format(schema="marks"), piece)


def _readable(connection: sqlite3.Connection, schema: str) -> bool:
    """Say whether these are our marks; a later version may be read as long as it has the same columns."""
    connection.execute(f"{_SELECT.format(schema=schema)} LIMIT 0")
    return bool(_pragma(connection, f"{schema}.application_id") == APPLICATION_ID)


def is_damage(error: BaseException) -> bool:
    """Say whether an error means that the file itself is broken."""
    name = getattr(error, "sqlite_errorname", "")
    return name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or str(error).startswith("no such ")


_UNWRITABLE = "the file or its folder cannot be written."
_ADVICE = (
    ("SQLITE_FULL", " What was kept before is still there."),
    ("SQLITE_BUSY", " Try again."),
    ("SQLITE_LOCKED", " Try again."),
)


def marks_error(path: Path, error: Exception, wish: str = "kept") -> StorageError:
    """Return the sentence for an error of the system or of SQLite; ``wish`` is what was to be done with the marks."""
    name = getattr(error, "sqlite_errorname", "")
    comfort = next((words for beginning, words in _ADVICE if name.startswith(beginning)), "")
    return StorageError(f"The marks in {_shown(path)} cannot be {wish}: {describe_error(error)}.{comfort}")


def _has_content(path: Path) -> bool:
    # An empty file is one that somebody has begun to make; its first transaction puts everything into it.
    return path.exists() and (path.stat().st_size > 0 or _log_of(path).exists())


def _refuse_no_file(path: Path) -> None:
    # Opening a pipe would wait for its other end.
    if path.exists() and not path.is_file():
        raise StorageError(f"Cannot save marks to {_shown(path)}: not a regular file")


def check_writable(path: Path) -> None:
    """Raise StoreError where the file, or what SQLite puts beside it, cannot be written."""
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise StorageError(f"The marks in {_shown(path)} cannot be kept: {_UNWRITABLE}")


def _connect(path: Path) -> sqlite3.Connection:
    # autocommit: transactions are begun by hand, where they are meant. Whoever holds the connection serialises it.
    return sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def _opened(connection: sqlite3.Connection, notice: str = "") -> OpenedDatabase:
    # A mark that was confirmed is on the disk, not only with the system.
    connection.execute("PRAGMA synchronous = FULL")
    return OpenedDatabase(connection, notice)


def _pragma(connection: sqlite3.Connection, text: str) -> Any:
    return connection.execute(f"PRAGMA {text}").fetchone()[0]


@contextlib.contextmanager
def _closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _shown(path: Path) -> str:
    return display_path(str(path))
