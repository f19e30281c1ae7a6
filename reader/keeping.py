"""The small files that newsreader keeps for itself, and the folders they are in, which are nobody else's business.

A file is read without waiting and never beyond a bound; it is written as a whole or not at all. Knows nothing of what
is in it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from reader.replacing import replace_file

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["keep", "private_folder", "read_kept"]


def private_folder(path: Path) -> None:
    """Make a folder that only its owner may look into, unless there is one. Raises OSError."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def read_kept(path: Path, most: int) -> bytes:
    """Return what is in a file, ``most`` bytes of it at the most; of a pipe or the like, nothing. Raises OSError."""
    with open(path, "rb", opener=_without_waiting) as file:
        return file.read(most) or b""


def keep(path: Path, content: bytes) -> None:
    """Put a file in the place of another one, in a private folder. Raises OSError, and nothing has changed then."""
    private_folder(path.parent)
    replace_file(path, content)


def _without_waiting(name: str, flags: int) -> int:
    # Opening a pipe would wait for its other end.
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))
