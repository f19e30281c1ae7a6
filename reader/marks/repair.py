"""Recovery of data from a corrupt marks file and its copy. Renames files, but never deletes or changes one."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from msgspec import Struct

from reader.marks.second_copy import read_copy
from reader.storage.atomic import is_special

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from reader.marks.second_copy import Row, Tables

__all__ = ["Saved", "connect_readonly", "insert_rows", "quarantine", "save"]

_BUSY_SECONDS = 5.0


class Saved(Struct, frozen=True):
    """Recovered rows by table and row ID, and the generation to continue from.

    ``complete`` if the copy has every row; ``same`` if these are exactly the rows of the marks file;
    ``same_generation`` if file and copy have the same changes.
    """

    rows: Mapping[str, Mapping[object, Row]]
    generation: int
    complete: bool
    same: bool
    copy_version: int
    same_generation: bool


def save(path: Path, tables: Tables, *, is_ours: bool = True) -> Saved:
    """Return the best data readable from a marks file, if it is ``is_ours``, and its copy. Never raises."""
    copy = read_copy(path, tables)
    own_generation, own = _read_file(path, tables) if is_ours else (-1, {table: {} for table in tables})
    rows: dict[str, Mapping[object, Row]] = {}
    for table in tables:
        if own_generation > copy.generation:
            rows[table] = {**copy.rows[table], **own[table]}
        elif copy.complete and own_generation == copy.generation:
            rows[table] = copy.rows[table]
        else:
            rows[table] = {**own[table], **copy.rows[table]}
    generation = max(own_generation, copy.generation, 0)
    return Saved(
        rows,
        generation,
        copy.complete and copy.generation >= own_generation,
        rows == own,
        copy.version,
        copy.generation == own_generation,
    )


def _read_file(path: Path, tables: Tables) -> tuple[int, dict[str, dict[object, Row]]]:
    """Return the generation of a file (-1 if unknown) and its readable rows."""
    rows: dict[str, dict[object, Row]] = {table: {} for table in tables}
    generation: object = -1
    for table, columns in tables.items():
        for direction in ("ASC", "DESC"):
            sql = f"SELECT {', '.join(columns)} FROM {table} ORDER BY {columns[0]} {direction}"
            # A separate connection for each, since an error can make the connection unusable.
            with contextlib.suppress(OSError, sqlite3.Error), _reading(path) as connection:
                for row in connection.execute(sql):
                    if _is_plausible(row):
                        rows[table].setdefault(row[0], row)
    with contextlib.suppress(OSError, sqlite3.Error, TypeError), _reading(path) as connection:
        generation = connection.execute("SELECT number FROM generation").fetchone()[0]
    return generation if isinstance(generation, int) else -1, rows


def _is_plausible(row: Row) -> bool:
    # Key, at most one text, then times and hashes.
    key, text, *numbers = row
    return (
        isinstance(key, int)
        and isinstance(text, bytes | None)
        and all(isinstance(each, int | None) for each in numbers)
    )


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    if is_special(path):
        raise OSError("not a regular file")
    with contextlib.closing(connect_readonly(path)) as connection:
        connection.text_factory = bytes
        yield connection


def connect_readonly(path: Path) -> sqlite3.Connection:
    """Open a database read-only, even in a folder that is not writable. Raises ``sqlite3.Error``."""
    where = path.absolute().as_uri()
    connection = sqlite3.connect(f"{where}?mode=ro", timeout=_BUSY_SECONDS, isolation_level=None, uri=True)
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        # To read a file that ever had a log, SQLite writes next to it. If the folder is not writable and there is no
        # log, the file alone is complete.
        if path.with_name(path.name + "-wal").exists():
            raise
        return sqlite3.connect(f"{where}?immutable=1", isolation_level=None, uri=True)
    except UnicodeDecodeError as error:
        connection.close()
        # SQLite quotes a corrupt schema in its message.
        raise sqlite3.DatabaseError("Could not decode the schema") from error
    except BaseException:  # also if interrupted
        connection.close()
        raise
    return connection


def insert_rows(connection: sqlite3.Connection, table: str, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """Insert recovered rows into a table, which is named with its schema."""
    # An identity is text but need not be valid UTF-8, so it is read as bytes.
    values = ", ".join("CAST(? AS TEXT)" if column == "identity" else "?" for column in columns)
    connection.executemany(f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({values})", rows)


def quarantine(path: Path) -> Path:
    """Rename a file that is no longer used together with its side files, and return its new name. Raises OSError."""
    number = 1
    while (aside := path.with_name(f"{path.name}.broken-{number}")).exists():
        number += 1
    # Rename the log first: SQLite would delete a log that it finds next to a new file.
    for suffix in ("-wal", "-journal", "-shm", ""):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
    return aside
