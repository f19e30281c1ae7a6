"""Reading and atomic writing of newsreader's own small files, in folders private to the user.

Reads never block and are limited in size. Does not interpret the contents.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

__all__ = [
    "create_private",
    "ensure_private_dir",
    "is_special",
    "read_limited",
    "write_atomic",
    "write_private_file",
]

_SIDE_FILES = ("-wal", "-shm", "-journal")


def ensure_private_dir(path: Path) -> None:
    """Create a folder accessible only to its owner, unless the folder exists. Raises OSError."""
    try:
        path.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        if not path.is_dir():
            raise
    else:
        # Under a strict umask, not even the owner could use it.
        path.chmod(0o700)


def create_private(path: Path) -> None:
    """Create an empty file that only its owner can access, or restrict an existing file of the user. Raises OSError.

    SQLite gives the files next to a database the database's permissions.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    found = path.stat()
    if stat.S_ISREG(found.st_mode) and stat.S_IMODE(found.st_mode) != 0o600 and found.st_uid == os.geteuid():
        path.chmod(0o600)


def is_special(database: Path) -> bool:
    """Return whether a database, or a file next to it, is something other than a regular file.

    SQLite would wait for the other end of a pipe. The database can be a link, but the files next to it cannot.
    """
    if os.path.lexists(database) and not database.is_file():
        return True
    for suffix in _SIDE_FILES:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            if not stat.S_ISREG(database.with_name(database.name + suffix).lstat().st_mode):
                return True
    return False


def read_limited(path: Path, most: int) -> bytes:
    """Return at most ``most`` bytes of a file; nothing from a pipe without data. Raises OSError."""
    with open(path, "rb", opener=_without_waiting) as file:
        return file.read(most) or b""


def write_private_file(path: Path, content: bytes, *, keep_mode: bool = False) -> None:
    """Write a file atomically, creating its private folder if necessary. Raises OSError and leaves the old file intact.

    Only its owner can read the file. With ``keep_mode``, it keeps the permissions of the file that it replaces.
    """
    ensure_private_dir(path.parent)
    write_atomic(path, content, keep_mode=keep_mode)


def _without_waiting(name: str, flags: int) -> int:
    # Opening a named pipe would block until another process opens its other end.
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def write_atomic(path: Path, content: bytes, *, keep_mode: bool = False) -> None:
    """Write a file atomically. Replace a link at its path instead of following it.

    Raises OSError, leaving the old file intact and no temporary file behind.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o600)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if keep_mode and path.exists():
            fresh.chmod(path.stat().st_mode & 0o777)
        fresh.replace(path)
    except BaseException:  # also if interrupted
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise
