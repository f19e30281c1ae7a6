"""The small files that newsreader keeps for itself, and the folders they are in, which are nobody else's business.

A file is read without waiting and never beyond a bound; it is written as a whole or not at all. Knows nothing of what
is in it.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

__all__ = ["ensure_private_dir", "read_limited", "write_atomic", "write_private_file"]


def ensure_private_dir(path: Path) -> None:
    """Make a folder that only its owner may look into, unless there is one. Raises OSError."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def read_limited(path: Path, most: int) -> bytes:
    """Return what is in a file, ``most`` bytes of it at the most; of a pipe or the like, nothing. Raises OSError."""
    with open(path, "rb", opener=_without_waiting) as file:
        return file.read(most) or b""


def write_private_file(path: Path, content: bytes) -> None:
    """Put a file in the place of another one, in a private folder. Raises OSError, and nothing has changed then."""
    ensure_private_dir(path.parent)
    write_atomic(path, content)


def _without_waiting(name: str, flags: int) -> int:
    # Opening a pipe would wait for its other end.
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def write_atomic(path: Path, content: bytes) -> None:
    """Put a file in the place of another one, which keeps its permissions. Raises OSError, and leaves no trace then."""
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
