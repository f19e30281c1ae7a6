"""Cross-process writer lock for database files that are replaced, which SQLite's own locks do not cover.

Uses only the path; does not open the database itself.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import math
import os
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from reader.errors import LockedError, OperationCancelled, StorageError, describe_error
from reader.text import display_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["FOREVER", "LockWait", "wait_for", "writer_lock"]

_T = TypeVar("_T")

_NOTICE_SECONDS = 2.0
_POLL_SECONDS = 0.05
_MAX_PID_BYTES = 20


def _ignore(_message: str) -> None:
    return


class LockWait(Struct, frozen=True):
    """How to wait for another process: up to ``seconds`` without a sign of life from it, or until ``cancelled()``.

    ``notify`` is called once, after two seconds, with a message that names the process.
    """

    seconds: float = 10.0
    cancelled: Callable[[], bool] = lambda: False
    notify: Callable[[str], object] = _ignore
    clock: Callable[[], float] = time.monotonic


FOREVER = LockWait(math.inf)


@contextlib.contextmanager
def writer_lock(path: Path, wait: LockWait | None = None) -> Iterator[None]:
    """Hold the exclusive lock for writing or replacing a file; wait for the current holder to release it.

    The lock is ``flock`` on a file next to ``path``, so it is released when the process dies. Raises LockedError after
    a timeout, OperationCancelled, and StorageError if the file cannot be locked.
    """
    beside = path.with_name(path.name + ".lock")
    descriptor = _acquire(path, beside, LockWait() if wait is None else wait)
    try:
        _write_holder(descriptor, f"{os.getpid()}\n")
        yield
    finally:
        _write_holder(descriptor, "")
        os.close(descriptor)


def _acquire(path: Path, beside: Path, wait: LockWait) -> int:
    try:
        return wait_for(lambda: _try(beside), path, lambda: _holder(beside), wait)
    except OSError as error:
        raise StorageError(f"Cannot lock {display_path(str(path))}: {describe_error(error)}") from error


def wait_for(get: Callable[[], _T | None], path: Path, holder: Callable[[], str], wait: LockWait) -> _T:
    """Call ``get`` until it returns something other than None, while the ``holder`` has locked a file.

    Raises LockedError after a timeout, and OperationCancelled.
    """
    began = alive_at = wait.clock()
    sign = _sign_of_life(path)
    notified = False
    while (result := get()) is None:
        if wait.cancelled():
            raise OperationCancelled
        now = wait.clock()
        if sign != (sign := _sign_of_life(path)):
            alive_at = now
        if now - alive_at >= wait.seconds:
            raise LockedError(f"{display_path(str(path))} is locked by {holder()}")
        if not notified and now - began >= _NOTICE_SECONDS:
            notified = True
            wait.notify(f"Waiting for {holder()}, which has locked {display_path(str(path))}")
        time.sleep(_POLL_SECONDS)
    return result


def _try(beside: Path) -> int | None:
    """Return the locked descriptor, or None if another process holds the lock. Raises OSError."""
    descriptor = _open(beside)
    with contextlib.ExitStack() as on_failure:
        on_failure.callback(os.close, descriptor)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        # A lock on a file that was deleted after it was opened does not keep other processes out.
        if not os.path.samestat(os.fstat(descriptor), os.lstat(beside)):
            return None
        on_failure.pop_all()
    return descriptor


def _open(beside: Path) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        descriptor = os.open(beside, flags, 0o600)
    except OSError as error:
        if error.errno not in {errno.ELOOP, errno.EMLINK}:
            raise
        # A link at this path is not ours: replace the link and leave its target alone.
        beside.unlink()
        descriptor = os.open(beside, flags | os.O_EXCL, 0o600)
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file")
    if stat.S_IMODE(found.st_mode) != 0o600:
        with contextlib.suppress(OSError):  # the umask cleared more, or the file is another user's
            os.fchmod(descriptor, 0o600)
    return descriptor


def _write_holder(descriptor: int, text: str) -> None:
    # Only for the messages of waiting processes, so a full disk does not matter.
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text.encode(), 0)


def _holder(beside: Path) -> str:
    """Return the name of the process that holds the lock, if known."""
    process = b""
    with contextlib.suppress(OSError), open(_open(beside), "rb") as file:
        process = file.read(_MAX_PID_BYTES).strip()
    if not process.isdigit():
        return "another program"
    state = ""
    with contextlib.suppress(OSError):
        # Linux only. The state follows the program's name, which can contain anything.
        state = Path(f"/proc/{int(process)}/stat").read_text(encoding="utf-8", errors="replace").rpartition(") ")[2]
    return f"newsreader (process {int(process)}{', stopped' if state.startswith('T') else ''})"


def _sign_of_life(path: Path) -> tuple[tuple[int, int], ...]:
    """Return a value that changes as long as the holder writes to the database."""
    found = []
    for name in (path, path.with_name(path.name + "-wal")):
        with contextlib.suppress(OSError):
            status = name.stat()
            found.append((status.st_mtime_ns, status.st_size))
    return tuple(found)
