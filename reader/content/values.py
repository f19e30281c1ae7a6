"""One value out of front matter -> a text, number, truth, URL or list of texts; what it cannot be is a problem.

Every text that leaves this module is clean. Nothing here knows which keys an article has.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time
from html import unescape
from typing import TYPE_CHECKING

from reader import urls
from reader.article import Problem
from reader.content.diagnostics import KeyLocator, quoted
from reader.text import fold, sanitize_line

if TYPE_CHECKING:
    from reader.content.frontmatter import FrontMatter

__all__ = [
    "MAX_LINE",
    "ProblemCollector",
    "describe",
    "scalar",
    "to_bool",
    "to_line",
    "to_number",
    "to_pixels",
    "to_strings",
    "to_url",
]

MAX_LINE = 10_000  # characters
MAX_PROBLEMS = 100  # of one file
_TRUTHS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


class ProblemCollector:
    """Collects the problems of one file and finds their lines."""

    __slots__ = ("_entry", "_first_line", "_lines", "_list", "_path", "problems")

    def __init__(self, path: str, matter: FrontMatter) -> None:
        self._path = path
        self._lines = KeyLocator(matter.head)
        self._first_line = matter.first_line
        self._list = ""
        self._entry = 0
        self.problems: list[Problem] = []
        for fault in matter.faults:
            self.add_at(fault.line, fault.field, fault.message)

    def inside(self, key: str, entry: int) -> ProblemCollector:
        """Return a report on one entry (from 1) of the list under a key; both collect into the same problems."""
        part = ProblemCollector.__new__(ProblemCollector)
        part._path, part._lines, part._first_line = self._path, self._lines, self._first_line  # noqa: SLF001 - its own
        part._list, part._entry, part.problems = key, entry, self.problems  # noqa: SLF001 - its own
        return part

    def add(self, key: str, message: str) -> None:
        """Report something about the value of a key; an empty key means the entry or the file as a whole."""
        if len(self.problems) > MAX_PROBLEMS:
            return
        if self._list:
            line = self._lines.of(self._list, self._entry, key)
            field = f"{self._list}[{self._entry}]" + (f".{key}" if key else "")
        else:
            line = self._lines.of(key)
            field = key
        self.add_at(line + self._first_line, field, message)

    def add_at(self, line: int, field: str, message: str) -> None:
        """Report something on a line of the file; beyond ``MAX_PROBLEMS`` only that there is more."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(self._path, line, field, message))
        elif len(self.problems) == MAX_PROBLEMS:
            self.problems.append(Problem(self._path, line, "", "further problems omitted"))


def scalar(value: object) -> str | None:
    """Return a single value as text, not yet clean; None where it is a list, a mapping or nothing."""
    if type(value) is str:
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        try:
            return str(value)
        except ValueError:  # more digits than Python is willing to write
            return None
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return None


# Titles that went through a web page say "R&amp;D". Only with its semicolon: "&copy=1" is no sign.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def _character(entity: re.Match[str]) -> str:
    return unescape(entity[0])


def to_line(key: str, value: object, report: ProblemCollector, limit: int = MAX_LINE) -> str:
    """Return a value as clean text on one line, at most ``limit`` characters; empty where there is none."""
    if type(value) is str and len(value) <= limit and value.isprintable() and not ("&" in value or "  " in value):
        return value.strip()  # nearly every text: nothing is to be done about it
    if value is None:
        return ""
    text = scalar(value)
    if text is None:
        report.add(key, "expected a string")
        return ""
    text = sanitize_line(_ENTITY.sub(_character, text) if "&" in text else text)
    if len(text) > limit:
        report.add(key, f"truncated to {limit:,} characters")
        return text[:limit].rstrip()
    return text


def to_number(key: str, value: object, report: ProblemCollector) -> float | None:
    """Return a finite number, also from a text such as ``"35"``."""
    if value is None:
        return None
    result = None
    if type(value) is int or type(value) is float:
        result = value
    elif type(value) is str and "_" not in value:
        try:
            result = float(value)
        except ValueError:
            result = None
    try:
        if result is not None and math.isfinite(result):
            return float(result)
    except OverflowError:
        pass
    report.add(key, f"{describe(value)} is not a number")
    return None


def to_pixels(key: str, value: object, report: ProblemCollector) -> int | None:
    """Return a number of pixels; None where it is none or not above zero."""
    size = to_number(key, value, report)
    return int(size) if size is not None and 1 <= size < 2**31 else None


def to_bool(value: object) -> bool | None:
    """Return what a yes or no means, in any of its spellings; None where it is neither."""
    if isinstance(value, bool):
        return value
    if type(value) is str:
        return _TRUTHS.get(value.strip().lower()) if len(value) < 16 else None
    return bool(value) if value in (0, 1) and type(value) is int else None


def to_url(key: str, value: object, report: ProblemCollector, *, paths: bool = False) -> str:
    """Return a URL that is safe to open, as it was written; empty where there is none.

    With ``paths``, an address within the file's own site is no URL, and no problem.
    """
    if value is None:
        return ""
    address = value.strip() if type(value) is str else None
    if address is not None and urls.is_safe(address):
        return address
    if address == "" or (address is not None and paths and not urls.has_scheme(address)):
        return ""
    if address is not None and urls.is_safe(address[: urls.MAX_URL]):
        report.add(key, f"URL longer than {urls.MAX_URL:,} characters; ignored")
    else:
        report.add(key, f"{describe(value)} is not an http or https address that can be opened")
    return ""


def to_strings(key: str, value: object, report: ProblemCollector, *, commas: bool, limit: int) -> tuple[str, ...]:
    """Return a list of clean lines without repetitions, case and accents apart; the first spelling stays.

    A single value is a list of one; with ``commas``, a text is cut at them. ``limit`` is how many are kept.
    """
    if type(value) is str:
        entries: list[object] = [*value.split(",")] if commas else [value]
    else:
        entries = value if isinstance(value, list) else [value]
    found: dict[str, str] = {}
    for entry in entries:
        if len(found) >= limit:
            report.add(key, f"more than {limit:,} entries; rest ignored")
            break
        line = to_line(key, _named(entry), report)
        if line:
            found.setdefault(fold(line) or line, line)
    return tuple(found.values())


def _named(entry: object) -> object:
    # An author may be a mapping with a name.
    return entry.get("name", entry) if isinstance(entry, dict) else entry


def describe(value: object) -> str:
    """Return a value as a message may show it."""
    text = scalar(value)
    if text is not None:
        return quoted(text)
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else "this"
