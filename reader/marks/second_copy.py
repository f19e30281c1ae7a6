"""The second copy of the marks: a database next to the marks file, with a checksum for each row.

Every change is written to both files in one transaction, so that corruption of either is noticed and repaired from the
other. Best effort: if the copy cannot be written, only the marks file is. Both files count a generation up with each
change, which shows the file that lacks one. SQLite commits the marks file first, so a copy that is behind is normal
after a crash, but a marks file that is behind has lost something.
"""

from __future__ import annotations

import contextlib
import sqlite3
import zlib
from enum import Enum, auto
from typing import TYPE_CHECKING

from msgspec import Struct

from reader.storage.atomic import create_private, is_special

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    Tables = Mapping[str, tuple[str, ...]]
    Row = tuple[object, ...]

__all__ = [
    "GENERATION",
    "Comparison",
    "CopyContent",
    "begin_copying",
    "compare",
    "copy_file",
    "count_change",
    "drop_copy",
    "is_busy",
    "read_copy",
    "read_generation",
    "set_generation",
]

GENERATION = (
    "CREATE TABLE IF NOT EXISTS {schema}.generation (id INTEGER PRIMARY KEY CHECK (id = 0), number INTEGER NOT NULL)"
)
_GENERATION_OF = "SELECT number FROM {schema}.generation"
_NEXT = "INSERT INTO {schema}.generation VALUES (0, 1) ON CONFLICT (id) DO UPDATE SET number = number + 1"
_APPLICATION_ID = 0x6E65776E
_BUSY_SECONDS = 5.0


class Comparison(Enum):
    """Result of comparing the marks file with its copy; ``UNKNOWN`` if the copy is missing or behind."""

    EQUAL = auto()
    DIFFERENT = auto()
    UNKNOWN = auto()


class CopyContent(Struct, frozen=True):
    """Readable part of a copy: the rows with a valid checksum, by table and row ID.

    ``complete`` if no row was unreadable or invalid. ``version`` is the version of the marks file.
    """

    generation: int
    version: int
    complete: bool
    rows: Mapping[str, Mapping[object, Row]]


def copy_file(path: Path) -> Path:
    """Return the path of the second copy of a marks file."""
    return path.with_name(f"{path.stem}.copy{path.suffix}")


def compare(path: Path, tables: Tables, *, thorough: bool = False) -> Comparison:
    """Compare an intact marks file with its copy; ``thorough`` also checks every page of the copy.

    Raises ``sqlite3.Error`` if the marks file cannot be read.
    """
    copy = copy_file(path)
    if not copy.exists():
        return Comparison.UNKNOWN
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, timeout=_BUSY_SECONDS, isolation_level=None, uri=True)) as connection:
        try:
            if copy.is_symlink() or is_special(copy):
                return Comparison.DIFFERENT
            connection.execute("ATTACH ? AS copy", (f"{copy.absolute().as_uri()}?mode=ro",))
            return _compare(connection, tables, thorough=thorough)
        except (UnicodeDecodeError, sqlite3.Error) as error:
            # In a folder that is not writable, SQLite may be unable to read a file that once had a log.
            is_unreadable = getattr(error, "sqlite_errorname", "").startswith(_UNREADABLE)
            return Comparison.UNKNOWN if is_unreadable else Comparison.DIFFERENT


def _compare(connection: sqlite3.Connection, tables: Tables, *, thorough: bool) -> Comparison:
    # Read the copy first: a change committed meanwhile then only makes the copy look behind.
    connection.execute("BEGIN")
    if connection.execute("SELECT count(*) FROM copy.sqlite_schema").fetchone() == (0,):
        return Comparison.UNKNOWN  # another process is creating it
    behind = read_generation(connection, "copy") - read_generation(connection, "main")
    if behind < 0:
        return Comparison.UNKNOWN
    if thorough and connection.execute("PRAGMA copy.quick_check(1)").fetchone() != ("ok",):
        return Comparison.DIFFERENT
    equal = behind == 0 and all(_is_equal(connection, table, tables[table]) for table in tables)
    return Comparison.EQUAL if equal else Comparison.DIFFERENT


_UNREADABLE = ("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM", "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_IOERR")


def _is_equal(connection: sqlite3.Connection, table: str, columns: tuple[str, ...]) -> bool:
    key, *values = columns
    ours, copied = (f"({', '.join(f'{name}.{column}' for column in values)})" for name in ("a", "b"))
    sql = (
        f"SELECT 1 FROM main.{table} a LEFT JOIN copy.{table}_copy b USING ({key}) WHERE {ours} IS NOT {copied} LIMIT 1"
    )
    if connection.execute(sql).fetchone() is not None:
        return False
    counts = (f"SELECT count(*) FROM {name}" for name in (f"main.{table}", f"copy.{table}_copy"))
    return len({connection.execute(count).fetchone()[0] for count in counts}) == 1


def read_generation(connection: sqlite3.Connection, schema: str) -> int:
    """Return the number of transactions that have changed the marks, as recorded in a database."""
    row = connection.execute(_GENERATION_OF.format(schema=schema)).fetchone()
    return 0 if row is None else int(row[0])


def begin_copying(connection: sqlite3.Connection, path: Path, tables: Tables) -> None:
    """Attach the copy of the open marks file, and write every later change to it too. Never raises.

    Recreates a copy that is missing, behind or unusable, unless another program has locked it.
    """
    for _attempt in range(2):
        try:
            _attach(connection, path, tables)
        except (OSError, UnicodeDecodeError, sqlite3.Error) as error:
            _detach(connection)
            if is_busy(error):
                return
            drop_copy(path)
        else:
            return


def is_busy(error: BaseException) -> bool:
    """Return whether an error means that another program has locked a file."""
    return getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _attach(connection: sqlite3.Connection, path: Path, tables: Tables) -> None:
    copy = copy_file(path)
    if copy.is_symlink() or is_special(copy):
        raise OSError("not a regular file")
    create_private(copy)
    connection.create_function("row_sum", -1, _row_sum, deterministic=True)
    connection.execute("ATTACH ? AS copy", (str(copy),))
    connection.execute("PRAGMA copy.journal_mode = WAL")
    # Only the marks file decides what is saved; the copy may lose its last changes in a power failure.
    connection.execute("PRAGMA copy.synchronous = NORMAL")
    version = connection.execute("PRAGMA main.user_version").fetchone()[0]
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not _is_current(connection, version):
            _fill(connection, tables, version)
        connection.execute("COMMIT")
    except BaseException:  # also if interrupted
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    for table, columns in tables.items():
        _add_triggers(connection, table, columns)


def _is_current(connection: sqlite3.Connection, version: int) -> bool:
    pragmas = ("application_id", "user_version")
    if [connection.execute(f"PRAGMA copy.{name}").fetchone()[0] for name in pragmas] != [_APPLICATION_ID, version]:
        return False
    return read_generation(connection, "copy") == read_generation(connection, "main")


def _fill(connection: sqlite3.Connection, tables: Tables, version: int) -> None:
    names = connection.execute("SELECT name FROM copy.sqlite_schema WHERE type = 'table'").fetchall()
    for (name,) in names:
        connection.execute(f'DROP TABLE copy."{name}"')
    connection.execute(GENERATION.format(schema="copy"))
    connection.execute("INSERT INTO copy.generation VALUES (0, ?)", (read_generation(connection, "main"),))
    for table, (key, *values) in tables.items():
        connection.execute(f"CREATE TABLE copy.{table}_copy ({key} INTEGER PRIMARY KEY, {', '.join(values)}, row_sum)")
        connection.execute(f"INSERT INTO copy.{table}_copy SELECT {_with_sum((key, *values))} FROM main.{table}")
    connection.execute(f"PRAGMA copy.application_id = {_APPLICATION_ID}")
    connection.execute(f"PRAGMA copy.user_version = {version}")


def _add_triggers(connection: sqlite3.Connection, table: str, columns: tuple[str, ...]) -> None:
    key = columns[0]
    new, old = (f"DELETE FROM {table}_copy WHERE {key} = {row}.{key};" for row in ("new", "old"))
    new += f"INSERT INTO {table}_copy SELECT {_with_sum(tuple(f'new.{column}' for column in columns))};"
    for event, statements in (("INSERT", new), ("UPDATE", old + new), ("DELETE", old)):
        connection.execute(
            f"CREATE TEMP TRIGGER copy_{table}_{event} AFTER {event} ON main.{table} BEGIN {statements} END"
        )


def _with_sum(columns: tuple[str, ...]) -> str:
    # As blobs, since Python cannot read text that is not UTF-8.
    return f"{', '.join(columns)}, row_sum({', '.join(f'CAST({column} AS BLOB)' for column in columns)})"


def _row_sum(*values: bytes | None) -> int:
    return zlib.crc32(b"".join(b"-" if value is None else b"%d:%s" % (len(value), value) for value in values))


def count_change(connection: sqlite3.Connection) -> None:
    """Count a transaction that changes the marks, before it is committed."""
    connection.execute(_NEXT.format(schema="main"))
    if any(name == "copy" for _number, name, _file in connection.execute("PRAGMA database_list")):
        connection.execute(_NEXT.format(schema="copy"))


def set_generation(connection: sqlite3.Connection, number: int) -> None:
    """Set the generation of a restored marks file."""
    connection.execute("INSERT OR REPLACE INTO main.generation VALUES (0, ?)", (number,))


def _detach(connection: sqlite3.Connection) -> None:
    with contextlib.suppress(sqlite3.Error):
        connection.execute("DETACH copy")


def drop_copy(path: Path) -> None:
    """Delete the copy, which can be recreated at any time."""
    for suffix in ("-wal", "-shm", "-journal", ""):
        name = copy_file(path)
        with contextlib.suppress(OSError):
            name.with_name(name.name + suffix).unlink()


def read_copy(path: Path, tables: Tables) -> CopyContent:
    """Return the readable part of a marks file's copy. Never raises."""
    copy = copy_file(path)
    rows: dict[str, dict[object, Row]] = {table: {} for table in tables}
    generation, version, complete = -1, -1, False
    with contextlib.suppress(OSError, UnicodeDecodeError, sqlite3.Error):
        if copy.is_symlink() or is_special(copy):
            raise OSError("not a regular file")
        uri = f"{copy.absolute().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, isolation_level=None, uri=True)) as connection:
            connection.text_factory = bytes
            for table, columns in tables.items():
                _read_rows(connection, table, columns, rows[table])
            counts = [connection.execute(f"SELECT count(*) FROM {table}_copy").fetchone()[0] for table in tables]
            complete = counts == [len(rows[table]) for table in tables]
            generation = read_generation(connection, "main")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
    return CopyContent(generation, version, complete, rows)


def _read_rows(connection: sqlite3.Connection, table: str, columns: tuple[str, ...], rows: dict[object, Row]) -> None:
    """Read a table from both ends, each time until the first error."""
    for direction in ("ASC", "DESC"):
        sql = (
            f"SELECT {', '.join(columns)}, row_sum, {', '.join(f'CAST({column} AS BLOB)' for column in columns)} "
            f"FROM {table}_copy ORDER BY {columns[0]} {direction}"
        )
        with contextlib.suppress(UnicodeDecodeError, sqlite3.Error):
            for row in connection.execute(sql):
                size = len(columns)
                if row[size] == _row_sum(*row[size + 1 :]):
                    rows[row[0]] = row[:size]
