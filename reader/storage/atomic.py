"""Reading and atomic writing of newsreader's own small files, in folders private to the user.

Reads never block and are limited in size. Does not interpret the contents.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

__all__ = ["ensure_private_dir", "read_limited", "write_atomic", "write_private_file"]


def ensure_private_dir(path: Path) -> None:
    """Create a folder accessible only to its owner, unless the folder exists. Raises OSError."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def read_limited(path: Path, most: int) -> bytes:
    """Return at most ``most`` bytes of a file; nothing from a pipe without data. Raises OSError."""
    with open(path, "rb", opener=_without_waiting) as file:
        return file.read(most) or b""


def write_private_file(path: Path, content: bytes) -> None:
    """Write a file atomically, creating its private folder if needed. Raises OSError and leaves the old file intact."""
    ensure_private_dir(path.parent)
    write_atomic(path, content)


def _without_waiting(name: str, flags: int) -> int:
    # Opening a named pipe would block until another process opens its other end.
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file atomically, keeping the permissions of the one it replaces.

    Raises OSError, leaving the old file intact and no temporary file behind.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            fresh.chmod(path.stat().st_mode & 0o777)
        fresh.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise
