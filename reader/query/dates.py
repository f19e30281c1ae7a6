"""Dates as users type them, and their conversion to seconds.

A date is stored as typed ("seven days ago", "October 2021") and becomes seconds only when a query runs, using a clock
that the caller passes: except for ``local_clock``, nothing here reads the current time.
"""

from __future__ import annotations

import calendar
import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo

from msgspec import Struct

__all__ = [
    "CalendarDate",
    "Clock",
    "DateExpr",
    "Period",
    "RelativeDate",
    "local_clock",
    "parse_date_expr",
    "resolve_period",
]

# In seconds since 1970: later than any date that can be typed.
_END_OF_TIME = 2**40


class Clock(Struct, frozen=True):
    """Current time (aware), and the time zone in which the user's days begin."""

    now: datetime
    zone: tzinfo


class CalendarDate(Struct, frozen=True):
    """Year, or a month, day, hour, minute or second of it, in UTC or the user's time zone."""

    year: int
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    second: int | None = None
    utc: bool = False

    def __str__(self) -> str:
        parts = (self.month, self.day, self.hour, self.minute, self.second)
        shown = "".join(f"{sign}{part:02d}" for sign, part in zip("--T::", parts, strict=True) if part is not None)
        return f"{self.year:04d}{shown}" + "Z" * self.utc


class RelativeDate(Struct, frozen=True):
    """Number of hours, days, weeks, months or years ago.

    ``unit`` is one of h d w m y; zero days ago is today.
    """

    count: int
    unit: str

    def __str__(self) -> str:
        return "today" if (self.count, self.unit) == (0, "d") else f"{self.count}{self.unit}"


DateExpr = CalendarDate | RelativeDate


class Period(Struct, frozen=True):
    """Period from ``start`` until just before ``end``, in seconds since 1970 UTC.

    ``first_day`` and ``next_day`` are the same bounds for a date without a time, which is stored as midnight UTC and
    names the same day in every time zone. For a period shorter than a day, they equal ``start`` and ``end``.
    """

    start: int
    end: int
    first_day: int
    next_day: int


_CALENDAR = re.compile(
    r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[Tt ](\d{1,2})(?::(\d{2})(?::(\d{2}))?)?([Zz])?)?)?)?", re.ASCII
)
_AGO = re.compile(r"(\d{1,5})([hdwmy])", re.ASCII | re.IGNORECASE)
_DAYS = {"today": RelativeDate(0, "d"), "yesterday": RelativeDate(1, "d")}


def parse_date_expr(text: str) -> DateExpr | None:
    """Parse a date; return None if the text is not a date or names a day that does not exist (30 February)."""
    if text.lower() in _DAYS:
        return _DAYS[text.lower()]
    if found := _AGO.fullmatch(text):
        return RelativeDate(int(found[1]), found[2].lower())
    if not (found := _CALENDAR.fullmatch(text)):
        return None
    month, day, hour, minute, second = (None if part is None else int(part) for part in found.groups()[1:6])
    moment = CalendarDate(int(found[1]), month, day, hour, minute, second, utc=found[7] is not None)
    try:
        _first_second(moment)
    except ValueError:
        return None
    return moment


def resolve_period(moment: DateExpr, clock: Clock) -> Period:
    """Return the period that a date names: an entire month, day, …; for "12h", a single second."""
    if isinstance(moment, RelativeDate):
        return _period_ago(moment, clock)
    zone = UTC if moment.utc else clock.zone
    first = _first_second(moment)
    return _between(first, _next(moment, first), zone, zone if moment.hour is not None else UTC)


def _period_ago(ago: RelativeDate, clock: Clock) -> Period:
    if ago.unit == "h":
        start = int(clock.now.timestamp()) - ago.count * 3600
        return Period(start, start + 1, start, start + 1)
    today = clock.now.astimezone(clock.zone).date()
    first = datetime.combine(_day_ago(today, ago), datetime.min.time())
    return _between(first, _later(first, timedelta(days=1)), clock.zone, UTC)


def _between(first: datetime, after: datetime | None, zone: tzinfo, zone_of_days: tzinfo) -> Period:
    return Period(
        _seconds(first, zone), _seconds(after, zone), _seconds(first, zone_of_days), _seconds(after, zone_of_days)
    )


def _day_ago(today: date, ago: RelativeDate) -> date:
    """Return the same day of an earlier week, month or year; in a shorter month, the last day."""
    if ago.unit in "dw":
        days = ago.count * (7 if ago.unit == "w" else 1)
        return date.fromordinal(max(1, today.toordinal() - days))
    months = today.year * 12 + today.month - 1 - ago.count * (12 if ago.unit == "y" else 1)
    year, month = divmod(months, 12)
    if year < 1:
        return date.min
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def _first_second(moment: CalendarDate) -> datetime:
    """Return the first second of a date. Raises ValueError if there is no such day or time."""
    return datetime(  # noqa: DTZ001 - the zone is not known before the query runs
        moment.year,
        1 if moment.month is None else moment.month,
        1 if moment.day is None else moment.day,
        moment.hour or 0,
        moment.minute or 0,
        moment.second or 0,
    )


def _next(moment: CalendarDate, first: datetime) -> datetime | None:
    """Return the first second after a period, in wall-clock time; None after the last supported year."""
    if moment.month is None:
        return first.replace(year=first.year + 1) if first.year < 9999 else None
    if moment.day is None:
        return _later(first, timedelta(days=calendar.monthrange(first.year, first.month)[1]))
    if moment.hour is None:
        return _later(first, timedelta(days=1))
    if moment.minute is None:
        return _later(first, timedelta(hours=1))
    return _later(first, timedelta(minutes=1) if moment.second is None else timedelta(seconds=1))


def _later(moment: datetime, step: timedelta) -> datetime | None:
    try:
        return moment + step
    except OverflowError:
        return None


def _seconds(wall: datetime | None, zone: tzinfo) -> int:
    if wall is None:
        return _END_OF_TIME
    # For a time skipped by a clock change, use the offset before the change; for a repeated time, its first occurrence.
    offset = wall.replace(tzinfo=zone).utcoffset() or timedelta(0)
    return calendar.timegm(wall.timetuple()) - int(offset.total_seconds())


# POSIX allows TZ=XXX-24, datetime less than a day.
_MAX_OFFSET = timedelta(days=1) - timedelta(seconds=1)


class _LocalZone(tzinfo):
    """The local time zone with daylight saving time, from the C library, so that TZ in any form works."""

    def utcoffset(self, moment: datetime | None) -> timedelta:
        if moment is None:
            return timedelta(0)
        # The C library fails in the first and last years that datetime supports.
        naive = moment.replace(tzinfo=None, year=min(max(moment.year, 2), 9998))
        # Not astimezone(): for a skipped time, some Python versions return the offset after the change.
        offset = timedelta(seconds=round(naive.replace(tzinfo=UTC).timestamp() - naive.timestamp()))
        return max(-_MAX_OFFSET, min(_MAX_OFFSET, offset))

    def dst(self, _moment: datetime | None) -> timedelta | None:
        return None

    def tzname(self, moment: datetime | None) -> str | None:
        with suppress(ValueError):
            return None if moment is None else moment.replace(tzinfo=None).astimezone().tzname()
        return None

    def fromutc(self, moment: datetime) -> datetime:
        try:
            return moment.replace(tzinfo=UTC).astimezone().replace(tzinfo=self)
        except ValueError:
            return moment + self.utcoffset(moment)


def local_clock(now: datetime | None = None) -> Clock:
    """Return a clock for the local time zone; ``now`` (aware) replaces the current time."""
    return Clock(datetime.now(UTC) if now is None else now, _LocalZone())
