"""History of the filters that the user has entered, newest first, in its own file.

Best effort: if the file is missing, corrupt or not writable, only the history of other sessions is lost, without an
error. Several processes can share the file; the last writer wins.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reader.storage.atomic import read_limited, write_private_file
from reader.text import sanitize_line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["FilterHistory"]

_MOST_ENTRIES = 200
# In characters: a longer filter was pasted, not typed.
_MOST_LENGTH = 2_000
# In bytes: more than the entries ever need in practice.
_MOST_READ = 4_000_000


class FilterHistory:
    """Distinct filters, newest first. Only in memory if there is no file or it cannot be written.

    The file contains one JSON string per line, newest first.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._unsaved: tuple[str, ...] = ()

    def past(self) -> tuple[str, ...]:
        """Return the filters used before, including those saved by other processes."""
        return _distinct((*self._unsaved, *_read(self._path)))

    def add(self, text: str) -> None:
        """Add a filter as the newest entry and save the history."""
        entries = _distinct((text, *self.past()))
        if entries[:1] == self.past()[:1]:
            return
        self._unsaved = () if self._path is not None and _write(self._path, entries) else entries


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    known = dict.fromkeys(text for text in map(sanitize_line, texts) if text and len(text) <= _MOST_LENGTH)
    return tuple(known)[:_MOST_ENTRIES]


def _read(path: Path | None) -> list[str]:
    if path is None:
        return []
    try:
        content = read_limited(path, _MOST_READ)
    except OSError:
        return []
    return [text for text in map(_entry, content.decode("utf-8", "replace").split("\n")) if text]


def _entry(line: str) -> str:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    return value if isinstance(value, str) else ""


def _write(path: Path, entries: Iterable[str]) -> bool:
    """Replace the file atomically. Return whether it could be written."""
    content = "".join(f"{json.dumps(entry)}\n" for entry in entries)
    try:
        write_private_file(path, content.encode())
    except OSError:
        return False
    return True
