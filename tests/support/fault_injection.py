"""A failing disk: the n-th system or SQLite call fails, once or with all that follow.

Only system calls for files below one folder count, so that Python's own still work.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import sqlite3
import stat
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["OS_ERRORS", "SQLITE_ERRORS", "Fault", "FaultyDisk"]

OS_ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EINTR, errno.EMFILE, errno.EROFS)
SQLITE_ERRORS = (
    "SQLITE_BUSY",
    "SQLITE_FULL",
    "SQLITE_IOERR_WRITE",
    "SQLITE_CORRUPT",
    "SQLITE_IOERR_READ",
    "SQLITE_CANTOPEN",
    "SQLITE_READONLY",
    "SQLITE_NOMEM",
)
_DAMAGE = frozenset({"SQLITE_CORRUPT"})
# After these errors, SQLite has already rolled back the entire transaction.
_ROLLED_BACK = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_READ", "SQLITE_NOMEM"})
_BY_NAME = ("open", "stat", "lstat", "mkdir", "replace", "rename", "unlink", "scandir", "truncate", "chmod")
_BY_NUMBER = ("read", "write", "fsync", "fstat")


@dataclass(frozen=True, slots=True)
class Fault:
    """The call that fails (counted from 1; 0 for none), the errors, and whether all calls after it fail too."""

    at: int
    system: int = errno.EIO
    sqlite: str = "SQLITE_IOERR_WRITE"
    lasting: bool = False


@dataclass(slots=True)
class FaultyDisk:
    """A disk whose files below ``base`` fail as ``fault`` describes."""

    base: Path
    fault: Fault
    calls: int = 0
    failed: list[str] = field(default_factory=list)

    def refuses(self, what: str) -> bool:
        """Count a call, and return whether it fails."""
        self.calls += 1
        fault = self.fault
        fails = self.calls == fault.at or (fault.lasting and 0 < fault.at < self.calls)
        if fails:
            self.failed.append(what)
        return fails

    @contextmanager
    def failing(self) -> Iterator[FaultyDisk]:
        """Make the calls of the with block fail."""
        with pytest.MonkeyPatch.context() as patch:
            for name in _BY_NAME:
                patch.setattr(os, name, self._by_name(name, getattr(os, name)))
            for name in _BY_NUMBER:
                patch.setattr(os, name, self._by_number(name, getattr(os, name)))
            patch.setattr(os, "access", self._access(os.access))
            opened = self._opened(io.open)
            patch.setattr(io, "open", opened)
            patch.setattr(builtins, "open", opened)
            patch.setattr(sqlite3, "connect", self._connect(sqlite3.connect))
            yield self

    def check_system(self, what: str) -> None:
        """Raise if a system call should fail."""
        if self.refuses(what):
            raise OSError(self.fault.system, os.strerror(self.fault.system))

    def check_sqlite(self, what: str, connection: sqlite3.Connection | None = None) -> None:
        """Raise if a call to SQLite should fail."""
        if not self.refuses(what):
            return
        name = self.fault.sqlite
        if connection is not None and name in _ROLLED_BACK:
            sqlite3.Connection.rollback(connection)
        error = (sqlite3.DatabaseError if name in _DAMAGE else sqlite3.OperationalError)(f"as if {name}")
        error.sqlite_errorname = name
        error.sqlite_errorcode = getattr(sqlite3, name)
        raise error

    def _is_ours(self, name: object) -> bool:
        if isinstance(name, int):
            return True
        return isinstance(name, str | bytes | os.PathLike) and os.fsdecode(name).startswith(str(self.base))

    def _by_name(self, what: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(name: Any = ".", *arguments: Any, **options: Any) -> Any:
            if self._is_ours(name) or options.get("dir_fd") is not None:
                self.check_system(f"{what} {name}")
            return real(name, *arguments, **options)

        return call

    def _access(self, real: Callable[..., bool]) -> Callable[..., bool]:
        def call(name: Any, *arguments: Any, **options: Any) -> bool:
            # os.access never raises: it returns False.
            return not (self._is_ours(name) and self.refuses(f"access {name}")) and real(name, *arguments, **options)

        return call

    def _by_number(self, what: str, real: Callable[..., Any]) -> Callable[..., Any]:
        fstat = os.fstat

        def call(number: int, *arguments: Any) -> Any:
            # No pipe: those are between processes, and Python's own are among them.
            if stat.S_ISREG(fstat(number).st_mode):
                self.check_system(what)
            return real(number, *arguments)

        return call

    def _opened(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(name: Any, *arguments: Any, **options: Any) -> Any:
            if not self._is_ours(name):
                return real(name, *arguments, **options)
            if not isinstance(name, int) and "opener" not in options:
                self.check_system(f"open {name}")
            return _File(real(name, *arguments, **options), self)

        return call

    def _connect(self, real: Callable[..., Any]) -> Callable[..., Any]:
        disk = self

        class Connection(_Connection):
            pass

        Connection.disk = disk

        def call(database: Any, *arguments: Any, **options: Any) -> Any:
            disk.check_sqlite(f"connect {database}")
            return real(database, *arguments, factory=Connection, **options)

        return call


class _File:
    """An open file whose reads and writes fail with the disk."""

    def __init__(self, file: Any, disk: FaultyDisk) -> None:
        self._file = file
        self._disk = disk

    def __getattr__(self, name: str) -> Any:
        if name in {"read", "readline", "readlines", "write", "flush"}:
            self._disk.check_system(f"file {name}")
        return getattr(self._file, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()


class _Connection(sqlite3.Connection):
    disk: FaultyDisk

    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(factory or _Cursor)


class _Cursor(sqlite3.Cursor):
    """A cursor that fails before it does anything, since SQLite rolls back a failed statement itself."""

    def _check(self, what: str) -> None:
        connection = self.connection
        assert isinstance(connection, _Connection)
        connection.disk.check_sqlite(what, connection)

    def execute(self, sql: str, *arguments: Any) -> Any:
        self._check(sql)
        return super().execute(sql, *arguments)

    def executemany(self, sql: str, *arguments: Any) -> Any:
        self._check(sql)
        return super().executemany(sql, *arguments)

    def executescript(self, sql: str) -> Any:
        self._check(sql)
        return super().executescript(sql)

    def fetchone(self) -> Any:
        self._check("fetchone")
        return super().fetchone()

    def fetchall(self) -> Any:
        self._check("fetchall")
        return super().fetchall()

    def fetchmany(self, *arguments: Any) -> Any:
        self._check("fetchmany")
        return super().fetchmany(*arguments)
