"""Cross-process writer lock for database files that are replaced, which SQLite's own locks do not cover.

Works on the path alone; does not open the database itself.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from typing import TYPE_CHECKING

from reader.errors import OperationCancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["writer_lock"]

_WAIT_SECONDS = 30.0
# How long one attempt waits before the time limit and ``cancelled`` are checked.
_LOOK_SECONDS = 0.25


@contextlib.contextmanager
def writer_lock(path: Path, cancelled: Callable[[], bool] | None = None) -> Iterator[None]:
    """Hold the exclusive lock for writing or replacing a file, waiting for the current holder to release it.

    Waits up to 30 seconds; with ``cancelled``, without a time limit until it returns True. Raises OperationCancelled,
    ``sqlite3.Error``, OSError. The lock is a transaction on an empty database next to the file, so it is released when
    the process dies.
    """
    with contextlib.closing(_locked(path.with_name(path.name + ".lock"), cancelled)) as lock:
        try:
            yield
        finally:
            lock.execute("ROLLBACK")


def _locked(beside: Path, cancelled: Callable[[], bool] | None) -> sqlite3.Connection:
    lock = sqlite3.connect(beside, timeout=_LOOK_SECONDS, isolation_level=None, check_same_thread=False)
    until = time.monotonic() + _WAIT_SECONDS
    with contextlib.ExitStack() as on_error:
        on_error.callback(lock.close)
        while not _taken(lock, beside, last_try=cancelled is None and time.monotonic() > until):
            if cancelled is not None and cancelled():
                raise OperationCancelled
        on_error.pop_all()
    return lock


def _taken(lock: sqlite3.Connection, beside: Path, *, last_try: bool) -> bool:
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.DatabaseError as error:
        name = error.sqlite_errorname
        if name.startswith("SQLITE_NOTADB"):
            # Some other content: the lock file never contains any of our data, so empty it and try again.
            os.truncate(beside, 0)
        elif last_try or not name.startswith("SQLITE_BUSY"):
            raise
        return False
    return True
