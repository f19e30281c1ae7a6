"""Numbers and dates as people read them: short, aligned, in the reader's own time zone."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

__all__ = ["DATE_CELLS", "format_count", "format_date", "format_datetime", "format_number", "quality_bar"]

DATE_CELLS = 11
"""The width of the widest ``format_date``, in cells."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_BARS = "▁▂▃▄▅▆▇█"


def format_date(when: datetime | None, zone: tzinfo, this_year: int | None = None) -> str:
    """Return ``2 Oct 2021``, without the year where it is ``this_year``; nothing for no date."""
    if when is None:
        return ""
    local = _local(when, zone)
    short = f"{local.day} {_MONTHS[local.month - 1]}"
    return short if local.year == this_year else f"{short} {local.year}"


def format_datetime(when: datetime | None, zone: tzinfo) -> str:
    """Return ``2 Oct 2021 13:30``; only the day where the file named only a day."""
    if when is None:
        return ""
    if _is_bare_date(when):
        return format_date(when, zone)
    return f"{format_date(when, zone)} {_local(when, zone):%H:%M}"


def _is_bare_date(when: datetime) -> bool:
    return when.astimezone(UTC).timetz().isoformat() == "00:00:00+00:00"


def _local(when: datetime, zone: tzinfo) -> datetime:
    """Return the reader's own time, but a date without a time stays the day that it names."""
    if _is_bare_date(when):
        return when
    try:
        return when.astimezone(zone)
    except (OverflowError, ValueError):
        # The first and last day of the calendar have no other zone.
        return when


def format_number(value: float) -> str:
    """Return a number without needless digits: ``35``, ``67.5``."""
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"


def format_count(value: int) -> str:
    """Return ``103,112``."""
    return f"{value:,}"


def quality_bar(quality: float) -> str:
    """Return a block as high as the quality, of 100."""
    return _BARS[max(0, min(len(_BARS) - 1, int(quality / 100 * len(_BARS))))]
