"""Dates as a person writes them, and the seconds they stand for.

A date is kept as it was written ("seven days ago", "October 2021") and becomes seconds only when a query runs, against
a clock that the caller brings: nothing here asks what time it is, but for ``local_clock``.
"""

from __future__ import annotations

import calendar
import re
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

# Later than any date that can be written, in seconds since 1970.
_END_OF_TIME = 2**40


class Clock(Struct, frozen=True):
    """What time it is (aware), and where the reader's days begin."""

    now: datetime
    zone: tzinfo


class CalendarDate(Struct, frozen=True):
    """A year, or a month, day, hour, minute or second of it; in UTC, or in the reader's own zone."""

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
    """So many hours, days, weeks, months or years ago; ``unit`` is one of h d w m y, zero days ago is today."""

    count: int
    unit: str

    def __str__(self) -> str:
        return "today" if (self.count, self.unit) == (0, "d") else f"{self.count}{self.unit}"


DateExpr = CalendarDate | RelativeDate


class Period(Struct, frozen=True):
    """From ``start`` until just before ``end``, in seconds since 1970 UTC.

    ``first_day`` and ``next_day`` are the same for a date without a time: that is kept as midnight UTC, and stays the
    day it names wherever one is. Of a period of less than a day, they are its ``start`` and ``end``.
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
    """Return the date that a text names; None where it names none, the 30th of February included."""
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
    """Return the whole period that a date names: all of a month, a day, …; of "12h", the one second."""
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
    """Return the same day of an earlier week, month or year; of a shorter month, the last day."""
    if ago.unit in "dw":
        days = ago.count * (7 if ago.unit == "w" else 1)
        return date.fromordinal(max(1, today.toordinal() - days))
    months = today.year * 12 + today.month - 1 - ago.count * (12 if ago.unit == "y" else 1)
    year, month = divmod(months, 12)
    if year < 1:
        return date.min
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def _first_second(moment: CalendarDate) -> datetime:
    """Raise ValueError where there is no such day or time."""
    return datetime(  # noqa: DTZ001 - the zone is not known before the query runs
        moment.year,
        1 if moment.month is None else moment.month,
        1 if moment.day is None else moment.day,
        moment.hour or 0,
        moment.minute or 0,
        moment.second or 0,
    )


def _next(moment: CalendarDate, first: datetime) -> datetime | None:
    """Return the first second after a period, as clocks on the wall show it; None after the last year there is."""
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
    # An hour that the clocks leave out counts from before the change, one that they repeat from its first time.
    offset = wall.replace(tzinfo=zone).utcoffset() or timedelta(0)
    return calendar.timegm(wall.timetuple()) - int(offset.total_seconds())


class _LocalZone(tzinfo):
    """The zone of this machine, with its summer time: what the C library knows, so that TZ in any form counts."""

    def utcoffset(self, moment: datetime | None) -> timedelta:
        if moment is None:
            return timedelta(0)
        # The C library fails at the very ends of time.
        naive = moment.replace(tzinfo=None, year=min(max(moment.year, 2), 9998))
        # Not astimezone: in an hour that the clocks leave out it gives the offset of after the change, in some Pythons.
        return timedelta(seconds=round(naive.replace(tzinfo=UTC).timestamp() - naive.timestamp()))

    def dst(self, _moment: datetime | None) -> timedelta | None:
        return None

    def tzname(self, moment: datetime | None) -> str | None:
        return None if moment is None else moment.replace(tzinfo=None).astimezone().tzname()

    def fromutc(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=UTC).astimezone().replace(tzinfo=self)


def local_clock(now: datetime | None = None) -> Clock:
    """Return a clock for this machine's time zone; ``now`` (aware) in place of the present moment."""
    return Clock(datetime.now(UTC) if now is None else now, _LocalZone())
