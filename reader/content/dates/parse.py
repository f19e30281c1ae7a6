"""Date parsing: front matter values and paths to UTC datetimes. A date with two readings is rejected, never guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from reader.article import DATE_ONLY

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["date_from_filename", "date_from_path", "is_ambiguous", "is_zero_date", "parse_date"]

# ISO 8601 as datetime.fromisoformat reads it, which accepts any character between date and time and so mistakes the
# zone of 2021-10-02+02:00 for a time.
_ISO = re.compile(r"\d{4}-?(?:\d\d-?\d\d|[Ww]\d\d(?:-?\d)?)(?:[Tt ].*)?", re.ASCII)
_LONGEST_ISO_DATE = len("2021-W39-6")
# 2014-07-01 10:00:02 -0400, also with single-digit months, days and hours, other separators, or without seconds.
_LENIENT = re.compile(
    r"(\d{4})([-/._:])(\d\d?)\2(\d\d?)"
    r"(?:(?:[Tt]|\s+)(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*([Zz]|UTC|GMT|utc|[-+]\d\d?(?::?\d\d)?)?)?",
    re.ASCII,
)
_DATE_AND_ZONE = re.compile(r"(\d{4}-\d\d-\d\d)\s*(?:[Zz]|[-+]\d\d(?::?\d\d)?)", re.ASCII)
_MONTH = re.compile(r"(\d{4})(?:-(\d\d?))?", re.ASCII)
_ORDINAL = re.compile(r"(\d{4})-?(\d{3})", re.ASCII)
_COMPACT = re.compile(r"((?:19|20)\d{6})[T_-]?(\d\d)(\d\d)(\d\d)?", re.ASCII)
_NUMBER = re.compile(r"(\d{9,19})(?:\.\d+)?", re.ASCII)
_ZERO = re.compile(
    r"0000[-/]00[-/]00(?:[T ]00:00(?::00)?.{0,6})?|0001-01-01(?:[T ]00:00(?::00(?:\.0+)?)?.{0,10})?", re.ASCII
)
# What Quarto, R Markdown, Eleventy and LaTeX fill in when they build the page.
_WHEN_BUILT = re.compile(r"\\?today|now|last-modified|(?:git )?(?:last modified|created)|`r [^`]+`", re.IGNORECASE)
_LONGEST = 100

# Seconds since 1970 have 9 or 10 digits, milliseconds 12 or 13, and so on. A number outside these years is not a time.
_FIRST_SECOND = 631_152_000  # 1990
_LAST_SECOND = 4_102_444_800  # 2100
_UNITS = (1, 1_000, 1_000_000, 1_000_000_000)

_IN_NAME = re.compile(r"(\d{4})([-_.])(\d{1,2})\2(\d{1,2})(?:[-_ .T]|\Z)", re.ASCII)
_COMPACT_IN_NAME = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:T?\d{4}(?:\d\d)?)?(?:[-_ .]|\Z)", re.ASCII)
_IN_FOLDERS = re.compile(r"(?:\A|/)((?:19|20)\d\d)/(\d\d?)/(\d\d?)(?:/|\Z)", re.ASCII)
_DAY_IN_FOLDERS = re.compile(r"(?:\A|/)((?:19|20)\d\d)[-/](\d\d)[-/](\d\d)(?=[-_./]|\Z)", re.ASCII)

# october-2 below 2021 or 2021-10.
_NAMED_DAY = re.compile(r"(?:\A|/)((?:19|20)\d\d)(?:[-/]\d\d?)?/([A-Za-z]{3,9})[-_ ](\d\d?)(?=[-_. ]|\Z)", re.ASCII)
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december")  # fmt: skip


def parse_date(value: object, *, day_first: bool | None = None) -> datetime | None:
    """Return the datetime of a value, in UTC without fractional seconds; None if it is not a date.

    A date without a time is midnight in the zone DATE_ONLY. A month or year is its first day. A time without a zone is
    UTC; a time in an unknown zone is dropped and only its date returned. ``day_first`` settles dates such as
    ``03/04/2021``, which are None without it.
    """
    try:
        moment = _moment(value, day_first=day_first)
        return None if moment is None else _in_utc(moment)
    except (ValueError, OverflowError):  # no such day, or outside the range of datetime once converted to UTC
        return None


def is_ambiguous(value: object) -> bool:
    """Return whether a value is a date that ``parse_date`` needs ``day_first`` to read."""
    if type(value) is not str or len(value) > _LONGEST:
        return False
    from reader.content.dates.free_form import has_two_readings  # noqa: PLC0415 - lazy import: 4 ms, rarely needed

    return has_two_readings(value.strip())


def is_zero_date(value: object) -> bool:
    """Return whether a value means "no date", as Hugo (year 1), databases (year 0) and Quarto (``today``) write it."""
    if isinstance(value, date):
        return value.year == value.month == value.day == 1
    text = value.strip() if type(value) is str else ""
    return (_ZERO.fullmatch(text) or _WHEN_BUILT.fullmatch(text)) is not None


def date_from_filename(name: str) -> datetime | None:
    """Return the date at the start of a file name (``2021-10-02-title.md``); None without one.

    ``2021_10_02``, ``2021.10.02`` and ``20211002`` are dates too.
    """
    found = _IN_NAME.match(name)
    if found:
        return _day(found[1], found[3], found[4])
    found = _COMPACT_IN_NAME.match(name)
    return _day(*found.groups()) if found else None


def date_from_path(path: str) -> datetime | None:
    """Return the date in the folders of a path (``2021/10/02/title.md``, ``2021/october-2.md``) or URL, or None."""
    if found := _IN_FOLDERS.search(path) or _DAY_IN_FOLDERS.search(path):
        return _day(*found.groups())
    if found := _NAMED_DAY.search(path):
        year, name, day = found.groups()
        month = next((at for at, month in enumerate(_MONTHS, start=1) if month.startswith(name.lower())), 0)
        return _day(year, str(month), day)
    return None


def _day(year: str, month: str, day: str) -> datetime | None:
    try:
        return datetime(int(year), int(month), int(day), tzinfo=DATE_ONLY)
    except ValueError:
        return None


def _in_utc(moment: datetime) -> datetime:
    zone = moment.tzinfo
    if zone is DATE_ONLY:
        return moment
    if zone is None:
        return moment.replace(microsecond=0, tzinfo=UTC)
    if zone is not UTC:
        moment = moment.astimezone(UTC)
    return moment.replace(microsecond=0) if moment.microsecond else moment


def _moment(value: object, *, day_first: bool | None) -> datetime | None:
    if type(value) is str:
        return _from_text(value, day_first=day_first)
    if isinstance(value, date):
        return _from_date(value)
    if type(value) is list and len(value) == 1 and type(value[0]) is list:
        # YAML reads [[Oct 2nd, 2021]], a link to the note of that day, as a list in a list.
        parts = [part for part in value[0] if not isinstance(part, list | dict)] or [None]
        return _moment(parts[0] if len(parts) == 1 else ", ".join(map(str, parts[:3])), day_first=day_first)
    if type(value) is int and 0 < value < 10**19:
        # 2021 and 20211002, which YAML parses as integers; or a time since 1970.
        return _from_text(f"{value}", day_first=None) if value < 10**8 else _from_number(value)
    if type(value) is float and _FIRST_SECOND <= value < _LAST_SECOND * 1_000:
        return _from_number(int(value))
    return None


def _from_date(value: date) -> datetime | None:
    if value.year == 1 and is_zero_date(value):
        return None
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=DATE_ONLY)


def _from_text(text: str, *, day_first: bool | None) -> datetime | None:
    # Almost all dates have one of these forms: try them before the regular expressions.
    if text[4:5] == text[7:8] == "-" and text[10:11] in {"", "T", " "}:
        try:
            return _dated(text)
        except ValueError:
            pass
    text = text.strip()
    if _ISO.fullmatch(text):
        try:
            return _dated(text.upper())
        except ValueError:
            pass
    if len(text) > _LONGEST or _ZERO.fullmatch(text):
        return None
    for pattern, form in _FORMS:
        if found := pattern.fullmatch(text):
            return form(found)
    from reader.content.dates.free_form import parse_free_date  # noqa: PLC0415 - lazy import: 3 ms, rarely needed

    return parse_free_date(text, day_first=day_first)


def _dated(text: str) -> datetime | None:
    moment = datetime.fromisoformat(text)
    if moment.year == 1 and is_zero_date(moment):
        return None
    return moment.replace(tzinfo=DATE_ONLY) if len(text) <= _LONGEST_ISO_DATE else moment


def _from_number(number: int) -> datetime | None:
    """Return a time written as 20211002133000, or as seconds, milli-, micro- or nanoseconds since 1970."""
    for unit in _UNITS:
        if _FIRST_SECOND <= number // unit < _LAST_SECOND:
            return datetime.fromtimestamp(number // unit, UTC)
    found = _COMPACT.fullmatch(f"{number}")
    return _compact(found) if found else None


def _from_digits(found: re.Match[str]) -> datetime | None:
    return _from_number(int(found[1]))


def _compact(found: re.Match[str]) -> datetime:
    return datetime.fromisoformat(f"{found[1]}T{found[2]}{found[3]}{found[4] or '00'}")


def _from_parts(found: re.Match[str]) -> datetime:
    year, month, day = (int(part) for part in found.group(1, 3, 4))
    date_only = datetime(year, month, day, tzinfo=DATE_ONLY)
    if found[5] is None:
        return date_only
    from reader.content.dates.times import build_moment, split_zone  # noqa: PLC0415 - lazy import: 0.7 ms, not needed for ISO 8601

    hour, minute, second = (int(part or 0) for part in found.group(5, 6, 7))
    zone, _ = split_zone((found[8] or "Z").upper(), frozenset())
    return build_moment(date_only, (hour, minute, second), zone or UTC)


def _month(found: re.Match[str]) -> datetime:
    return datetime(int(found[1]), int(found[2] or 1), 1, tzinfo=DATE_ONLY)


def _day_of_year(found: re.Match[str]) -> datetime | None:
    year, day = int(found[1]), int(found[2])
    moment = datetime(year, 1, 1, tzinfo=DATE_ONLY) + timedelta(days=day - 1)
    return moment if moment.year == year else None


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], datetime | None]], ...] = (
    (_LENIENT, _from_parts),
    (_DATE_AND_ZONE, lambda found: parse_date(found[1])),
    (_MONTH, _month),
    (_ORDINAL, _day_of_year),
    (_COMPACT, _compact),
    (_NUMBER, _from_digits),
)
