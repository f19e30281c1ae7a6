"""One right to write, among all processes, for files that SQLite's own locks cannot guard: those that get replaced.

Knows a path and nothing of what is in the file.
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
# How long a wait goes on before the one who waits is asked whether it still matters.
_LOOK_SECONDS = 0.25


@contextlib.contextmanager
def writer_lock(path: Path, cancelled: Callable[[], bool] | None = None) -> Iterator[None]:
    """Hold the right to write or replace a file; waits for whoever has it. Raises ``sqlite3.Error``, OSError.

    Waits half a minute; with ``cancelled``, as long as it takes, and raises Cancelled once that says yes. The lock is a
    transaction on an empty database beside the file, so a process that dies gives it back.
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
            # Nothing of ours is ever in that file.
            os.truncate(beside, 0)
        elif last_try or not name.startswith("SQLITE_BUSY"):
            raise
        return False
    return True
