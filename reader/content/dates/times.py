"""Times of day and time zones as people and programs write them: offsets, abbreviations, names (``Area/City``)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["UNKNOWN_ZONE", "build_moment", "split_zone"]

UNKNOWN_ZONE = timezone(timedelta(0), "unknown")
"""Marker for an ambiguous time zone, such as IST (India, Ireland, Israel)."""

_MAX_HOURS = 15
_OFFSET = re.compile(
    r"\s*(?:(?:UTC|GMT|UT|Z|[A-Z]{3,4}(?=[-+]\d\d))\s?)?([-+\u2212])(\d\d?)(?::?(\d\d)(?::?\d\d)?)?(?![\d:])"
    r"(?:\s(?:[A-Z]{2,5}|[-+]\d\d(?:\d\d)?)(?![\w:]))?",  # Go repeats the zone by name: -0700 PDT
    re.ASCII,
)
_NAME = re.compile(r"\s*\(?([A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+-]+){1,2}|[A-Za-z]{1,5})\)?(?![\w/])", re.ASCII)
_UNKNOWN = re.compile(r"[A-Z]{3,5}", re.ASCII)

# Hours from UTC of the abbreviations with one meaning, or with a meaning in RFC 822 (CST is Chicago's).
_HOURS: Mapping[str, float] = MappingProxyType(
    {
        **dict.fromkeys(("Z", "UTC", "GMT", "UT", "WET"), 0),
        **dict.fromkeys(("CET", "WEST", "MEZ"), 1),
        **dict.fromkeys(("CEST", "EET", "MESZ", "SAST"), 2),
        **dict.fromkeys(("EEST", "MSK"), 3),
        **dict.fromkeys(("AEST",), 10),
        **dict.fromkeys(("AEDT",), 11),
        **dict.fromkeys(("JST", "KST"), 9),
        "AWST": 8,
        "ACST": 9.5,
        "ACDT": 10.5,
        "NZST": 12,
        "NZDT": 13,
        "HKT": 8,
        "SGT": 8,
        "PHT": 8,
        "WIB": 7,
        "EST": -5,
        "EDT": -4,
        "CST": -6,
        "CDT": -5,
        "MST": -7,
        "MDT": -6,
        "PST": -8,
        "PDT": -7,
        "AKST": -9,
        "AKDT": -8,
        "HST": -10,
        "BRT": -3,
        "ART": -3,
        "NPT": 5.75,
    }
)
_CITIES: Mapping[str, str] = MappingProxyType(
    {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles"}
)


def build_moment(day: datetime, clock: tuple[int, int, int], zone: tzinfo) -> datetime:
    """Return the datetime of a time (hour, minute, second) on a day in a zone.

    24:00:00 and a leap second (:60), which ISO 8601 allows and datetime rejects, are rolled over. Raises ValueError for
    a time that does not exist.
    """
    hour, minute, second = clock
    extra = timedelta(days=clock == (24, 0, 0), seconds=second == 60)
    hour, second = 0 if extra.days else hour, 59 if extra.seconds else second
    return day.replace(hour=hour, minute=minute, second=second, tzinfo=zone) + extra


def split_zone(text: str, words: frozenset[str]) -> tuple[tzinfo | None, str]:
    """Return the zone at the start of a text (None without one) and the rest of the text.

    A capitalized word that is neither a zone nor one of ``words`` (lowercase) gives UNKNOWN_ZONE. Raises ValueError for
    an offset that exists nowhere.
    """
    if found := _OFFSET.match(text):
        return _offset(found), text[found.end() :]
    if found := _NAME.match(text):
        zone = _named(found[1])
        if zone is None and _UNKNOWN.fullmatch(found[1]) and found[1].lower() not in words:
            zone = UNKNOWN_ZONE
        if zone is not None:
            return zone, text[found.end() :]
    return None, text


def _offset(found: re.Match[str]) -> tzinfo:
    hours, minutes = int(found[2]), int(found[3] or 0)
    if hours > _MAX_HOURS or minutes > 59:
        raise ValueError(found[0])
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(offset if found[1] == "+" else -offset) if offset else UTC


def _named(name: str) -> tzinfo | None:
    hours = _HOURS.get(name.upper())
    if hours is not None:
        return timezone(timedelta(hours=hours)) if hours else UTC
    city = _CITIES.get(name, name)
    if "/" not in city:
        return None
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - lazy import: 3 ms, rarely needed

    try:
        return ZoneInfo(city)
    except (KeyError, ValueError, OSError):  # no such place, or a system without time zones
        return UNKNOWN_ZONE
