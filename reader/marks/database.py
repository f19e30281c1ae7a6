"""The marks database file: creating, validating, migrating, quarantining and attaching it.

Does not interpret marks. They cannot be recreated, so no file is ever deleted here. A foreign or corrupt file is
renamed, the readable rows of a corrupt one are carried over, and the notice reports it; a file of a newer version is
left unchanged.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from reader.errors import StorageError, describe_error
from reader.marks import places
from reader.storage.atomic import ensure_private_dir
from reader.storage.lock import LockWait, writer_lock
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
# A query does not wait for a process that creates the file: until that is done, there are no marks.
_AT_ONCE = LockWait(0.0)
# Checking every page takes 3 ms per megabyte. In a larger file, corruption is found only when a write meets it.
_CHECKED_BYTES = 16 << 20

# One row for each article that was ever marked; it is read, starred or in read later if that time is not NULL. The
# three ``changed`` times say when a mark was last set or removed, which a merge needs; for the same reason, a row whose
# marks are all removed stays. An identity may contain a file name, which need not be valid UTF-8, so it is written and
# read as bytes.
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

_SELECT_PLACES = f"SELECT {', '.join(places.COLUMNS)} FROM {{schema}}.place"
_INSERT_PLACES = (
    f"INSERT OR IGNORE INTO {{schema}}.place ({', '.join(places.COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

# Steps from each version to the next; a file's version is the number of steps applied to it. Never edit a released
# step: every change to the tables is another step.
MIGRATIONS: tuple[str, ...] = tuple(step.format(schema="main") for step in (_TABLE, *places.TABLE, places.CARRY_OVER))
_FIRST_VERSION = 1


class OpenedDatabase(Struct, frozen=True):
    """A writable connection in autocommit mode; ``notice`` tells the user what was done to open the file."""

    connection: sqlite3.Connection
    notice: str = ""


class _FileState(Enum):
    READY = auto()
    EMPTY = auto()
    OLDER = auto()
    NEWER = auto()
    FOREIGN = auto()
    DAMAGED = auto()


def open_writable(path: Path, *, thorough: bool = False, wait: LockWait | None = None) -> OpenedDatabase:
    """Open the marks for writing; create, migrate or quarantine the file as needed.

    ``thorough`` checks every page of a large file, too. Raises StorageError if marks cannot be saved.
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
        with writer_lock(path, wait):
            return _made_ready(path, thorough=thorough)
    except (OSError, sqlite3.Error) as error:
        raise marks_error(path, error) from error


def _made_ready(path: Path, *, thorough: bool) -> OpenedDatabase:
    """Open a file that was not ready; inspect it again, since another process may have prepared it first."""
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
    is_ours = verdict is _FileState.DAMAGED
    rows = _readable_rows(aside, _SELECT, "mark_key") if is_ours else {}
    seen = _readable_rows(aside, _SELECT_PLACES, "id") if is_ours else {}
    connection = _connect(path)
    with _closed_on_error(connection):
        migrate(connection, MIGRATIONS)
        with transaction(connection):
            connection.executemany(_INSERT.format(schema="main"), rows.values())
            connection.executemany(_INSERT_PLACES.format(schema="main"), seen.values())
            connection.execute(places.CARRY_OVER.format(schema="main"))
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
        for select in (_SELECT, _SELECT_PLACES):
            connection.execute(f"{select.format(schema='main')} LIMIT 0")
        if (thorough or path.stat().st_size <= _CHECKED_BYTES) and _pragma(connection, "quick_check") != "ok":
            return _FileState.DAMAGED
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            return _FileState.DAMAGED
        raise
    # WAL mode is set after the schema is created; repeat it in case the process was killed in between.
    _pragma(connection, "journal_mode = WAL")
    return _FileState.READY


def migrate(connection: sqlite3.Connection, steps: Sequence[str]) -> None:
    """Apply the migration steps that the file lacks: all of them or, on an error, none."""
    with transaction(connection):
        for step in steps[_pragma(connection, "user_version") :]:
            connection.execute(step)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(steps)}")
    _pragma(connection, "journal_mode = WAL")


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the block as one transaction: committed completely or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite rolls back automatically if the disk is full.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _quarantine(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.broken-{number}")).exists():
        number += 1
    # The log goes first: SQLite would delete a log that is alone next to a new file.
    for suffix in ("-wal", "-journal", "-shm", ""):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
    return aside


def _readable_rows(broken: Path, select: str, key: str) -> dict[int, tuple[object, ...]]:
    """Read a table of a corrupt file from both ends, each time until the first error, and return its rows by key."""
    rows: dict[int, tuple[object, ...]] = {}
    for direction in ("ASC", "DESC"):
        sql = f"{select.format(schema='main')} ORDER BY {key} {direction}"
        with (
            contextlib.suppress(sqlite3.DatabaseError),
            contextlib.closing(sqlite3.connect(f"{broken.absolute().as_uri()}?mode=ro", uri=True)) as connection,
        ):
            connection.text_factory = bytes
            for row in connection.execute(sql):
                if isinstance(row[1], bytes | None) and all(each is None or isinstance(each, int) for each in row[2:]):
                    rows.setdefault(row[0], row)
    return rows


def open_readonly(path: Path) -> sqlite3.Connection:
    """Open the marks for reading only; without a file, open an empty table in memory.

    Works in folders that are not writable. Raises StorageError if the file cannot be read as marks.
    """
    where = path.absolute().as_uri()
    try:
        _refuse_no_file(path)
        if not _has_content(path):
            return _checked_reading(":memory:")
        try:
            return _checked_reading(f"{where}?mode=ro")
        except sqlite3.OperationalError:
            # SQLite writes next to a file that had a log once, even to read it. If the folder is not writable and there
            # is no log, the file alone is complete.
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

    A missing file is created first, so that marks set later are visible. If the file cannot be created or attached, a
    table in memory replaces it, filled with the rows that can be read from the file. Raises ``sqlite3.Error``.
    """
    if path is not None:
        with contextlib.suppress(OSError, StorageError):
            if not _has_content(path):
                open_writable(path, wait=_AT_ONCE).connection.close()
            if path.is_file() and _attach_file(connection, path):
                return
            if path.is_file() and _is_older(path):
                open_writable(path, wait=_AT_ONCE).connection.close()
                if _attach_file(connection, path):
                    return
    connection.execute("ATTACH ':memory:' AS marks")
    for statement in (_TABLE, *places.TABLE):
        connection.execute(statement.format(schema="marks"))
    if path is not None:
        _copy(path, connection)


def _attach_file(connection: sqlite3.Connection, path: Path) -> bool:
    with contextlib.suppress(sqlite3.Error):
        connection.execute("ATTACH ? AS marks", (str(path),))
        with contextlib.suppress(sqlite3.Error):
            if _readable(connection, "marks"):
                connection.execute(f"{_SELECT_PLACES.format(schema='marks')} LIMIT 0")
                return True
        connection.execute("DETACH marks")
    return False


def _is_older(path: Path) -> bool:
    with contextlib.suppress(sqlite3.Error), contextlib.closing(_connect(path)) as connection:
        return _readable(connection, "main") and _pragma(connection, "user_version") < len(MIGRATIONS)
    return False


def _copy(path: Path, connection: sqlite3.Connection) -> None:
    with contextlib.suppress(StorageError, sqlite3.Error), contextlib.closing(open_readonly(path)) as source:
        source.text_factory = bytes
        _copy_rows(source.execute(_SELECT.format(schema="main")), connection, _INSERT)
        if _pragma(source, "user_version") != _FIRST_VERSION:
            _copy_rows(source.execute(_SELECT_PLACES.format(schema="main")), connection, _INSERT_PLACES)
        connection.execute(places.CARRY_OVER.format(schema="marks"))


def _copy_rows(rows: sqlite3.Cursor, connection: sqlite3.Connection, insert: str) -> None:
    while piece := rows.fetchmany(_COPIED_ROWS):
        connection.executemany(insert.format(schema="marks"), piece)


def _readable(connection: sqlite3.Connection, schema: str) -> bool:
    """Return whether these are our marks; a newer version is readable as long as it has the same columns."""
    connection.execute(f"{_SELECT.format(schema=schema)} LIMIT 0")
    return bool(_pragma(connection, f"{schema}.application_id") == APPLICATION_ID)


def is_damage(error: BaseException) -> bool:
    """Return whether an error means that the file is corrupt."""
    name = getattr(error, "sqlite_errorname", "")
    return name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or str(error).startswith("no such ")


_UNWRITABLE = "the file or its folder cannot be written."
_ADVICE = (
    ("SQLITE_FULL", " What was kept before is still there."),
    ("SQLITE_BUSY", " Try again."),
    ("SQLITE_LOCKED", " Try again."),
)


def marks_error(path: Path, error: Exception, wish: str = "kept") -> StorageError:
    """Return the StorageError for an OS or SQLite error; ``wish`` is what was to be done with the marks."""
    name = getattr(error, "sqlite_errorname", "")
    comfort = next((words for beginning, words in _ADVICE if name.startswith(beginning)), "")
    return StorageError(f"The marks in {_shown(path)} cannot be {wish}: {describe_error(error)}.{comfort}")


def _has_content(path: Path) -> bool:
    # An empty file is one that another process has begun to create; its first transaction adds the entire content.
    return path.exists() and (path.stat().st_size > 0 or _log_of(path).exists())


def _refuse_no_file(path: Path) -> None:
    # Opening a pipe would block until its other end is opened.
    if path.exists() and not path.is_file():
        raise StorageError(f"Cannot save marks to {_shown(path)}: not a regular file")


def check_writable(path: Path) -> None:
    """Raise StorageError if the file, or the files that SQLite puts next to it, cannot be written."""
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise StorageError(f"The marks in {_shown(path)} cannot be kept: {_UNWRITABLE}")


def _connect(path: Path) -> sqlite3.Connection:
    # Autocommit: transactions are begun explicitly. The owner of the connection serializes its use.
    return sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def _opened(connection: sqlite3.Connection, notice: str = "") -> OpenedDatabase:
    # A confirmed mark must be on disk, not only in the cache of the operating system.
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
