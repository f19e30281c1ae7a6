"""Date parsing: front matter values and file names to UTC datetimes. Ambiguous forms are rejected, never guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["date_from_filename", "parse_date"]

# 2014-07-01 10:00:02 -0400; also single-digit months, days and hours, Z, UTC or GMT as the offset, and no seconds.
_LENIENT = re.compile(
    r"(\d{4})[-/](\d\d?)[-/](\d\d?)"
    r"(?:(?:[Tt]|\s+)(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*([Zz]|UTC|GMT|utc|[-+]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
_MONTH = re.compile(r"(\d{4})(?:-(\d\d))?", re.ASCII)
_ORDINAL = re.compile(r"(\d{4})-?(\d{3})", re.ASCII)
_RFC_2822 = re.compile(
    r"(?:[A-Za-z]{3,9},?\s+)?\d{1,2}\s+[A-Za-z]{3}[a-z]*\s+\d{4}(?:\s+\d\d?:\d\d(?::\d\d)?(?:\s+[-+A-Za-z0-9() ]+)?)?",
    re.ASCII,
)
_IN_NAME = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[-_ .]|\Z)", re.ASCII)
_LONGEST = 64


def parse_date(value: object) -> datetime | None:
    """Return the datetime that a value denotes, in UTC without fractional seconds; None if it is not a date.

    A date without a time is midnight UTC, a time without a zone is UTC, and a month or year is its first day.
    """
    try:
        moment = _moment(value)
        return None if moment is None else _in_utc(moment)
    except (ValueError, OverflowError):  # no such day, or outside the range of datetime once converted to UTC
        return None


def date_from_filename(name: str) -> datetime | None:
    """Return the date at the start of a file name (``2021-10-02-title.md``) as midnight UTC; None without one."""
    found = _IN_NAME.match(name)
    return parse_date(f"{found[1]}-{found[2]}-{found[3]}") if found else None


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment.replace(microsecond=0, tzinfo=UTC)
    return moment.astimezone(UTC).replace(microsecond=0)


def _moment(value: object) -> datetime | None:
    if type(value) is str:
        return _from_text(value)
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if type(value) is int and 0 < value < 10**8:  # 2021 and 20211002, which YAML parses as integers
        return _from_text(f"{value}")
    return None


def _from_text(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        text = text.strip()
    if len(text) > _LONGEST:
        return None
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        pass
    return next((form(found) for pattern, form in _FORMS if (found := pattern.fullmatch(text))), None)


def _from_parts(found: re.Match[str]) -> datetime:
    year, month, day = (int(part) for part in found.group(1, 2, 3))
    hour, minute, second = (int(part or 0) for part in found.group(4, 5, 6))
    # ISO 8601 allows 24:00:00 and leap seconds (:60), which datetime rejects: roll them over.
    extra = timedelta(days=hour == 24 and not minute and not second, seconds=second == 60)
    hour, second = 0 if extra.days else hour, 59 if extra.seconds else second
    zone = (found[7] or "Z").upper()
    offset = "+00:00" if zone in {"Z", "UTC", "GMT"} else zone
    return datetime.fromisoformat(f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{offset}") + extra


def _month(found: re.Match[str]) -> datetime:
    return datetime(int(found[1]), int(found[2] or 1), 1, tzinfo=UTC)


def _day_of_year(found: re.Match[str]) -> datetime | None:
    year, day = int(found[1]), int(found[2])
    moment = datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=day - 1)
    return moment if moment.year == year else None


def _from_mail(found: re.Match[str]) -> datetime:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - lazy import: slow and rarely needed

    return parsedate_to_datetime(found[0])


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], datetime | None]], ...] = (
    (_LENIENT, _from_parts),
    (_MONTH, _month),
    (_ORDINAL, _day_of_year),
    (_RFC_2822, _from_mail),
)
