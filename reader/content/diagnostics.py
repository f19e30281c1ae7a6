"""What can be wrong with front matter, before anybody knows which file it came from: values, and nothing else."""

from __future__ import annotations

import re

from msgspec import Struct

from reader import text
from reader.errors import ReaderError

__all__ = ["FrontMatterError", "KeyLocator", "ParseIssue", "quoted"]


class ParseIssue(Struct, frozen=True):
    """Something wrong on a line; who makes it says whether the front matter or the file begins at line 1."""

    line: int
    message: str
    field: str = ""


class FrontMatterError(ReaderError):
    """Front matter that yields nothing at all; ``fault`` says where and why."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.fault = ParseIssue(line, message)


def quoted(value: str, cells: int = 60) -> str:
    """Return a value from a file as a message may show it: clean, on one line, in quotes and not long."""
    return f'"{text.truncate(text.sanitize_line(value[: cells * 8]), cells)}"'


_ITEM = re.compile(r"^([ \t]*)-(?=[ \t\n])", re.MULTILINE)


class KeyLocator:
    """Finds keys in one front matter; keeps what it found, since broken files ask for the same key many times."""

    def __init__(self, head: str) -> None:
        self._head = head
        self._keys: dict[str, int] = {}
        self._entries: dict[str, list[int]] = {}

    def of(self, key: str, entry: int = 0, inner: str = "") -> int:
        """Return the line of a key, counted from 0; that of the last one where it is repeated.

        With ``entry`` (from 1), the line of that entry in the key's list; with ``inner``, of that key in the entry.
        Where the exact place cannot be told, the nearest line that holds it; 0 at worst.
        """
        if key not in self._keys:
            self._keys[key] = self._find(key)
        place = self._keys[key]
        if entry:
            if key not in self._entries:
                self._entries[key] = self._tables(key) or self._items(place)
            starts = self._entries[key]
            if entry < len(starts):
                place = self._inner(inner, starts[entry - 1], starts[entry]) if inner else starts[entry - 1]
        return self._head.count("\n", 0, max(place, 0))

    def _find(self, key: str) -> int:
        if self._head.startswith("{"):
            pattern = rf'"{re.escape(key)}"\s*:'
        else:
            pattern = rf"^[\"']?{re.escape(key)}[\"']?[ \t]*[:=]"
        place = -1
        for found in re.finditer(pattern, self._head, re.MULTILINE):
            place = found.start()
        return place

    def _inner(self, key: str, start: int, end: int) -> int:
        name = re.compile(rf"^[ \t-]*[\"']?{re.escape(key)}[\"']?[ \t]*[:=]", re.MULTILINE)
        found = name.search(self._head, start, end)
        return found.start() if found else start

    def _items(self, place: int) -> list[int]:
        """Return where the entries of a YAML block list begin, and where the last one ends at the latest."""
        starts: list[int] = []
        indent = None
        if place >= 0:
            for item in _ITEM.finditer(self._head, self._head.find("\n", place) + 1 or len(self._head)):
                indent = item[1] if indent is None else indent
                if item[1] == indent:
                    starts.append(item.start())
        return [*starts, len(self._head)]

    def _tables(self, key: str) -> list[int]:
        """Return the same for a TOML array of tables; empty where there is none."""
        tables = re.finditer(rf"^[ \t]*\[\[{re.escape(key)}\]\]", self._head, re.MULTILINE)
        starts = [found.start() for found in tables]
        return [*starts, len(self._head)] if starts else []
