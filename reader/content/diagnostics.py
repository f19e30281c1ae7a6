"""Problems found while parsing front matter, before their file is known, and lookup of the lines of keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from reader import text
from reader.errors import ReaderError
from reader.problems import Problem

if TYPE_CHECKING:
    from reader.problems import Code

__all__ = ["FrontMatterError", "KeyLocator", "ParseIssue", "quoted"]


class ParseIssue(Struct, frozen=True):
    """Problem on a line. The producer decides whether lines count from the start of the front matter or of the file."""

    line: int
    code: str
    args: tuple[str, ...] = ()
    field: str = ""

    @property
    def message(self) -> str:
        """The message, without line and field."""
        return Problem("", self.line, self.field, self.code, self.args).message


class FrontMatterError(ReaderError):
    """Front matter that cannot be parsed at all; ``fault`` holds the line and the reason."""

    def __init__(self, line: int, code: Code, *args: str) -> None:
        self.fault = ParseIssue(line, code, args)
        super().__init__(self.fault.message)


def quoted(value: str, cells: int = 60) -> str:
    """Return a value from a file for a message: sanitized, on one line, quoted and truncated."""
    return f'"{text.truncate(text.sanitize_line(value[: cells * 8]), cells)}"'


_NEXT_KEY = re.compile(r"^[^\s\-#\]}]", re.MULTILINE)
_ITEM = re.compile(r"^([ \t]*)-(?=[ \t\n])", re.MULTILINE)


class KeyLocator:
    """Locator of keys in the source of a file's front matter.

    Results are cached, because many problems of a malformed file can concern the same key.
    """

    def __init__(self, head: str) -> None:
        self._head = head
        self._keys: dict[str, int] = {}
        self._entries: dict[str, list[int]] = {}

    def of(self, key: str, entry: int = 0, inner: str = "") -> int:
        """Return the line of a key, counted from 0; that of its last occurrence if it is repeated.

        With ``entry`` (from 1), return the line of that entry in the key's list; with ``inner`` too, the line of that
        key in the entry. If the exact line cannot be determined, return the closest enclosing line, or 0.
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

    def region(self, key: str) -> str:
        """Return the source of a key's value and the text before it on its line; a dot separates key and inner key."""
        outer, dot, inner = key.partition(".")
        place = self._find(outer)
        if place < 0 and (table := re.search(rf"^\[+[ \t]*{re.escape(outer)}[ \t]*\]", self._head, re.MULTILINE)):
            place = table.start()
        if place < 0:
            return ""
        if dot and (found := re.compile(rf"[\"']?{re.escape(inner)}[\"']?[ \t]*[:=]").search(self._head, place)):
            return self._head[found.end() :]
        end = (
            None
            if self._head.startswith("{")
            else _NEXT_KEY.search(self._head, self._head.find("\n", place) + 1 or len(self._head))
        )
        return self._head[place + len(outer) : end.start() if end else len(self._head)]

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
        """Return the offsets of the entries of a YAML block list, and an upper limit for the end of the last one."""
        starts: list[int] = []
        indent = None
        if place >= 0:
            for item in _ITEM.finditer(self._head, self._head.find("\n", place) + 1 or len(self._head)):
                indent = item[1] if indent is None else indent
                if item[1] == indent:
                    starts.append(item.start())
        return [*starts, len(self._head)]

    def _tables(self, key: str) -> list[int]:
        """Return the offsets of the tables of a TOML array of tables and the end of the text; empty if none."""
        tables = re.finditer(rf"^[ \t]*\[\[{re.escape(key)}\]\]", self._head, re.MULTILINE)
        starts = [found.start() for found in tables]
        return [*starts, len(self._head)] if starts else []
