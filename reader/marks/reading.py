"""Read access to marks: opened alone, or attached to the index.

Creates a missing file, and restores a corrupt one if nothing is lost. Otherwise the file is not changed.
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from msgspec import Struct

from reader.errors import StorageError
from reader.marks.database import (
    FileState,
    closed_on_error,
    has_content,
    inspect_file,
    is_corruption,
    marks_error,
    migrate,
    open_writable,
    refuse_special,
)
from reader.marks.places import CARRY_OVER
from reader.marks.repair import connect_readonly, insert_rows, save
from reader.marks.schema import CREATE_TABLES, MIGRATIONS, TABLES, is_ours
from reader.storage.lock import LockWait

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["AttachedMarks", "attach", "open_readonly", "prepare_reading"]

# A query does not wait for a process that is creating the file: until that is done, there are no marks.
_AT_ONCE = LockWait(0.0)


class AttachedMarks(Struct, frozen=True):
    """Marks that a query sees; ``complete`` unless some may be missing, which ``notice`` explains."""

    notice: str = ""
    complete: bool = True


def open_readonly(path: Path) -> sqlite3.Connection:
    """Open the marks read-only. If there is no file, open an empty table in memory.

    Works in folders that are not writable. Raises StorageError if the file cannot be read as marks.
    """
    try:
        refuse_special(path)
        return _checked_reading(path if has_content(path) else None)
    except (OSError, sqlite3.Error) as error:
        raise marks_error(path, error, "read") from error


def _checked_reading(path: Path | None) -> sqlite3.Connection:
    if path is None:
        connection = sqlite3.connect(":memory:", isolation_level=None)
        migrate(connection, MIGRATIONS)
        return connection
    connection = connect_readonly(path)
    with closed_on_error(connection):
        # Version 1 had no other table.
        if not is_ours(connection, "main", ("mark",)):
            raise sqlite3.DatabaseError("the file belongs to another program")
    return connection


def attach(connection: sqlite3.Connection, path: Path | None, *, check: bool = True) -> AttachedMarks:
    """Attach the marks to a connection under the name ``marks``, read-only.

    Creates a missing file first, so that marks set later are visible; with ``check``, repairs a corrupt one. If the
    file cannot be created or attached, a table in memory replaces it, filled with the file's readable rows. Raises
    ``sqlite3.Error``.
    """
    if path is None:
        _attach_memory(connection)
        return AttachedMarks()
    try:
        found = prepare_reading(path, check=check)
        if path.is_file() and _attach_file(connection, path):
            return found
        # A newer version may have other tables, and a read-only folder may hold another process's log.
        open_readonly(path).close()
    except (OSError, StorageError) as error:
        found = AttachedMarks(str(error), complete=False)
    _attach_memory(connection)
    for table, rows in save(path, TABLES).rows.items():
        insert_rows(connection, f"marks.{table}", TABLES[table], rows.values())
    connection.execute(CARRY_OVER.format(schema="marks"))
    return found


def prepare_reading(path: Path, *, check: bool = True) -> AttachedMarks:
    """Create the file, or restore it if nothing is lost. Raises StorageError if it cannot be read, OSError.

    A file with losses waits for the next change of a mark, so that every command reports it until then.
    """
    refuse_special(path)
    if has_content(path):
        try:
            with contextlib.closing(connect_readonly(path)) as connection:
                verdict = inspect_file(connection, path, thorough=False) if check else FileState.READY
        except sqlite3.Error as error:
            if not is_corruption(error):
                raise marks_error(path, error, "read") from error
            verdict = FileState.DAMAGED
        if verdict is FileState.READY:
            return AttachedMarks()
    else:
        verdict = FileState.EMPTY
    try:
        opened = open_writable(path, wait=_AT_ONCE, may_lose=False)
    except StorageError:
        # The marks are intact; only the file, its copy or its next version cannot be written.
        if verdict in {FileState.EMPTY, FileState.UNCOPIED, FileState.OLDER, FileState.NEWER}:
            return AttachedMarks()
        raise
    opened.connection.close()
    return AttachedMarks(opened.notice)


def _attach_memory(connection: sqlite3.Connection) -> None:
    connection.execute("ATTACH ':memory:' AS marks")
    for statement in CREATE_TABLES:
        connection.execute(statement.format(schema="marks"))


def _attach_file(connection: sqlite3.Connection, path: Path) -> bool:
    with contextlib.suppress(sqlite3.Error):
        connection.execute("ATTACH ? AS marks", (str(path),))
        with contextlib.suppress(sqlite3.Error):
            if is_ours(connection, "marks"):
                return True
        connection.execute("DETACH marks")
    return False
