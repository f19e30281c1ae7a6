"""Conversion of single front matter values to strings, numbers, booleans, URLs and lists of strings.

A value that cannot be converted is reported as a problem. Converted strings are sanitized. Does not know the keys of an
article.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time
from html import unescape
from typing import TYPE_CHECKING

from reader import urls
from reader.content.diagnostics import KeyLocator, quoted
from reader.problems import Code, Problem
from reader.text import fold, sanitize_line

if TYPE_CHECKING:
    from reader.content.frontmatter import FrontMatter

__all__ = [
    "MAX_LINE",
    "ProblemCollector",
    "clean_line",
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
MAX_PROBLEMS = 100  # per file
_MOST_DIGITS = 4_000
_LONGEST_FIELD = 120
# Unquoted only: a quoted value is a string.
_TOKEN = re.compile(r"(?<![^\s,\[{:=])[^\s,\[\]{}\"'#:=]+")
_NOT_FINITE = frozenset({"inf", "+inf", "-inf", "nan", "+nan", "-nan", "infinity", "-infinity"})
_DIGIT = re.compile(r"[0-9]", re.ASCII)
_TRUTHS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


class ProblemCollector:
    """Collector of the problems of a file; looks up their lines."""

    __slots__ = ("_entry", "_first_line", "_lines", "_list", "_path", "_read", "problems")

    def __init__(self, path: str, matter: FrontMatter) -> None:
        self._path = path
        self._lines = KeyLocator(matter.head)
        self._first_line = matter.first_line
        self._list = ""
        self._entry = 0
        self._read: dict[str, int] = {}
        self.problems: list[Problem] = []
        for fault in matter.faults:
            self.add_at(fault.line, fault.field, fault.code, *fault.args)

    def inside(self, key: str, entry: int) -> ProblemCollector:
        """Return a collector for one entry (from 1) of the list under a key; both share one list of problems."""
        part = ProblemCollector.__new__(ProblemCollector)
        part._path, part._lines, part._first_line = self._path, self._lines, self._first_line  # noqa: SLF001 - same class
        part._list, part._entry, part.problems = key, entry, self.problems  # noqa: SLF001 - same class
        part._read = {}  # noqa: SLF001 - same class
        return part

    def as_written(self, key: str, value: object) -> str | None:
        """Return the file's spelling of a key's number or boolean, such as ``1.10``; None if it is not found.

        Repeated calls for a key return its values in the order of the file.
        """
        if self._list:
            return None
        region = self._lines.region(key)
        for token in _TOKEN.finditer(region, self._read.get(key, 0)):
            if _denotes(token[0], value):
                self._read[key] = token.end()
                return token[0]
        return None

    def add(self, key: str, code: Code, *args: str) -> None:
        """Add a problem with the value of a key; with the entire entry or file if the key is empty."""
        if len(self.problems) > MAX_PROBLEMS:
            return
        if self._list:
            line = self._lines.of(self._list, self._entry, key)
            field = f"{self._list}[{self._entry}]" + (f".{key}" if key else "")
        else:
            line = self._lines.of(key)
            field = key
        self.add_at(line + self._first_line, field, code, *args)

    def add_at(self, line: int, field: str, code: str, *args: str) -> None:
        """Add a problem on a line of the file. Beyond ``MAX_PROBLEMS``, add one final note that more were omitted."""
        if not field.isprintable() or len(field) > _LONGEST_FIELD:
            field = sanitize_line(field)[:_LONGEST_FIELD]
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(self._path, line, field, code, args))
        elif len(self.problems) == MAX_PROBLEMS:
            self.problems.append(Problem(self._path, line, "", Code.MORE_PROBLEMS))


def scalar(value: object) -> str | None:
    """Return a scalar as an unsanitized string; None for a list, a mapping or None."""
    if type(value) is str:
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        try:
            return str(value)
        except ValueError:  # an integer with more digits than Python converts
            return None
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return None


# Titles taken from web pages contain entities such as "R&amp;D". Require the semicolon: "&copy=1" is not an entity.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def _character(entity: re.Match[str]) -> str:
    return unescape(entity[0])


def to_line(key: str, value: object, report: ProblemCollector, limit: int = MAX_LINE) -> str:
    """Return a value as a sanitized single line, truncated to ``limit`` characters; empty if it is None or invalid."""
    if type(value) is str and len(value) <= limit and value.isprintable() and not ("&" in value or "  " in value):
        return value.strip()  # fast path for nearly all strings: nothing to sanitize
    if value is None:
        return ""
    text = value if type(value) is str else _spelled(key, value, report)
    if text is None:
        report.add(key, Code.NOT_A_STRING)
        return ""
    text = clean_line(text)
    if len(text) > limit:
        report.add(key, Code.TRUNCATED, f"{limit:,}")
        return text[:limit].rstrip()
    return text


def _spelled(key: str, value: object, report: ProblemCollector) -> str | None:
    written = report.as_written(key, value) if isinstance(value, int | float) else None
    return scalar(value) if written is None else written


def _denotes(token: str, value: object) -> bool:
    """Return whether a word of the source is a number or boolean."""
    if isinstance(value, bool):
        return token.lower() == str(value).lower()
    plain = token.replace("_", "")
    if not _DIGIT.search(plain):
        is_finite = not isinstance(value, float) or math.isfinite(value)
        return not is_finite and plain.lower().replace(".", "") in _NOT_FINITE
    if len(plain) > _MOST_DIGITS:
        return False
    for read in (int, float, lambda text: int(text, 0)):
        try:
            return bool(read(plain) == value)
        except ValueError:
            continue
    return False


def clean_line(text: str) -> str:
    """Return a text as a sanitized single line, with HTML entities replaced."""
    return sanitize_line(_ENTITY.sub(_character, text) if "&" in text else text)


def to_number(key: str, value: object, report: ProblemCollector) -> float | None:
    """Return a finite number, also from a string such as ``"35"``; None if the value is missing or not a number."""
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
    report.add(key, Code.NOT_A_NUMBER, describe(value))
    return None


def to_pixels(key: str, value: object, report: ProblemCollector) -> int | None:
    """Return a size in pixels; None if the value is not a number from 1 to 2**31 - 1."""
    size = to_number(key, value, report)
    return int(size) if size is not None and 1 <= size < 2**31 else None


def to_bool(value: object) -> bool | None:
    """Return a value as a boolean, also yes/no, on/off or 1/0; None if it is not one."""
    if isinstance(value, bool):
        return value
    if type(value) is str:
        return _TRUTHS.get(value.strip().lower()) if len(value) < 16 else None
    return bool(value) if value in (0, 1) and type(value) is int else None


def to_url(key: str, value: object, report: ProblemCollector, *, paths: bool = False) -> str:
    """Return a URL that is safe to open, as written; empty for any other value.

    With ``paths``, a path within the file's site also gives an empty string but is not reported as a problem.
    """
    if value is None:
        return ""
    address = value.strip() if type(value) is str else None
    if address is not None and urls.is_safe(address):
        return address
    if address == "" or (address is not None and paths and not urls.has_scheme(address)):
        return ""
    if address is not None and urls.is_safe(address[: urls.MAX_URL]):
        report.add(key, Code.LONG_URL, f"{urls.MAX_URL:,}")
    else:
        report.add(key, Code.NOT_A_URL, describe(value))
    return ""


def to_strings(key: str, value: object, report: ProblemCollector, *, limit: int) -> tuple[str, ...]:
    """Return a list of sanitized lines without duplicates.

    Comparison ignores case and accents, and the first spelling wins. A single value is a list of one. Entries beyond
    ``limit`` are ignored and reported.
    """
    entries = value if isinstance(value, list) else [value]
    found: dict[str, str] = {}
    for entry in entries:
        if len(found) >= limit:
            report.add(key, Code.TOO_MANY, f"{limit:,}")
            break
        line = to_line(key, _named(entry), report)
        if line:
            found.setdefault(fold(line) or line, line)
    return tuple(found.values())


def _named(entry: object) -> object:
    # An entry, such as a series, can be a mapping with a name.
    return entry.get("name", entry.get("title", entry)) if isinstance(entry, dict) else entry


def describe(value: object) -> str:
    """Return a short description of a value for a message."""
    text = scalar(value)
    if text is not None:
        return quoted(text)
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else "this"
