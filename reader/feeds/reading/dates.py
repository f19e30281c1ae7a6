"""Dates in feeds: the forms of ``content.dates``, plus named zones, and days and months in other languages.

A numeric date with two readings is rejected, never guessed.
"""

from __future__ import annotations

import re
import zoneinfo
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from reader.content.dates import parse_date
from reader.feeds.reading.months import MONTHS, month_names_to_english
from reader.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["parse_feed_date"]

_LONGEST = 120  # characters
_FIRST_YEAR = 1000
_TIME = re.compile(
    r"(?<![\d:.+-])(\d{1,2})\s?[:h時时시]\s?(\d{1,2})(?:\s?[:m分분]\s?(\d{1,2})(?:[.,]\d+)?)?(?:\s*[s秒초分분](?![^\W\d_]))?(?![\d:])"
    r"\s*([ap]\.?\s?m\b\.?)?"
)
# A dot between hour and minute, which only the year before it tells from a date.
_DOTTED_TIME = re.compile(r"(?<!\d)\d{4}\S{0,2}\s(?:[^\d\s]{1,6}\s)?(\d{1,2})\.(\d{2})(?:\.(\d{2}))?()(?![\d.])")
_OFFSET = re.compile(r"(?:\b(?:gmt|utc|ut|z)\s*|(?<=\s)|\A)([+-])\s?(\d{1,2}):?(\d{2})?(?::?00)?(?!\d)")
_COMMENT = re.compile(r"\([^()]*\)")
_AREA = re.compile(r"\b[A-Za-z_]+/[A-Za-z_]+(?:/[A-Za-z_]+)?(?:[+-]\d{1,2})?")
_CJK = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号]")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?!\d)")
_EPOCH = re.compile(r"(?:/Date\()?(\d{9,10}(?:\.\d+)?|\d{12,13})(?:\)/)?")
_POSIX_ZONE = re.compile(r"\b(EST5EDT|CST6CDT|MST7MDT|PST8PDT)\b")
# Includes combining marks, which are not letters to Python.
_WORD = re.compile(r"[^\W\d_][^\s\d_.,،、;:/|()\[\]+–—-]*\.?")
_LETTERS = re.compile(r"[A-Za-z]{2}")
_NUMBER = re.compile(r"\d+")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|re|º|ª|°)\b")
# Words between the parts of a date, and the first words of weekdays of two words.
_FILLER_WORDS = """
a alle as at d da de del den der di do el feira g god h i kl klo la las le lúc m ngày o ob of om on ore t the thứ u uhr
um w г. год р. в يوم יום
"""
_FILLERS = frozenset(fold(word.rstrip(".")) for word in _FILLER_WORDS.split())

# Hours east of Greenwich. IST is India's: Irish and Israeli feeds send offsets.
_ZONES_BY_OFFSET = """
-12 aoe
-11 nut
-10 hst hast
-9.5 mart
-9 akst hdt gamt
-8 pst akdt
-7 mst pdt
-6 cst mdt galt
-5 est cdt cot pet ect
-4 edt ast clt bot gyt
-3.5 nst
-3 brt art adt clst uyt gft srt
-2.5 ndt
-2 fnt
-1 azot cvt
0 z ut utc gmt wet azost
1 bst cet hnec wat met mez west
2 cest mest mesz haec eet cat sast
3 eest msk мск eat trt idt
4 msd gst samt azt get mut ret sct
4.5 aft irdt
5 pkt uzt yekt mvt tjt tmt
5.5 ist
5.75 npt
6 bdt btt omst
6.5 mmt
7 wib ict novt krat hovt
8 hkt sgt awst myt pht wita irkt ulat bnt
9 jst kst wit yakt tlt
9.5 acst
10 aest vlat chst pgt
10.5 acdt
11 aedt magt sakt sret nct sbt vut
12 nzst pett anat tvt
12.75 chast
13 nzdt tot
13.75 chadt
14 lint
"""
_ZONES = {name: float(line.split()[0]) for line in _ZONES_BY_OFFSET.strip().splitlines() for name in line.split()[1:]}
# Abbreviations whose offset changes with the season, or has changed since.
_REGIONS = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
    "almt": "Asia/Almaty",
    "pyt": "America/Asuncion",
    "vet": "America/Caracas",
    "wgt": "America/Nuuk",
    "fjt": "Pacific/Fiji",
    "sst": "Pacific/Pago_Pago",
    "irst": "Asia/Tehran",
}
# Names in words → abbreviations: in general, of the standard time, of the summer time.
_ZONE_WORDS = {
    "eastern": ("et", "est", "edt"),
    "central": ("ct", "cst", "cdt"),
    "mountain": ("mt", "mst", "mdt"),
    "pacific": ("pt", "pst", "pdt"),
    "western european": ("wet", "wet", "west"),
    "central european": ("cet", "cet", "cest"),
    "eastern european": ("eet", "eet", "eest"),
    "british": ("bst", "gmt", "bst"),
    "greenwich": ("gmt", "gmt", "bst"),
    "coordinated universal": ("utc", "utc", "utc"),
    "moscow": ("msk", "msk", "msd"),
    "india": ("ist", "ist", "ist"),
    "china": ("hkt", "hkt", "hkt"),
    "japan": ("jst", "jst", "jst"),
    "korea": ("kst", "kst", "kst"),
    "australian eastern": ("aest", "aest", "aedt"),
    "new zealand": ("nzst", "nzst", "nzdt"),
}
_ZONE_IN_WORDS = re.compile(
    rf"\b({'|'.join(sorted(_ZONE_WORDS, key=len, reverse=True))})(?: (standard|mean|daylight|summer))? time\b"
)


def parse_feed_date(text: str) -> datetime | None:
    """Return the datetime of a feed's date, in UTC without fractional seconds; None if it is not a date."""
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST:
        return None
    try:
        found = _parse(text)
    except (ValueError, OverflowError):
        return None
    # Some programs write the year 1 for a date that is not set.
    return found if found is not None and found.year >= _FIRST_YEAR else None


def _parse(text: str) -> datetime | None:
    if epoch := _EPOCH.fullmatch(text):
        return _from_epoch(epoch[1])
    if not text[:4].isdigit():
        return _parse_loose(text)
    # A word can be a zone that content.dates does not know.
    parsers = (_parse_loose, parse_date) if _LETTERS.search(text) else (parse_date, _parse_loose)
    return next((found for parse in parsers if (found := parse(text)) is not None), None)


def _from_epoch(text: str) -> datetime | None:
    seconds = float(text)
    return datetime.fromtimestamp(seconds / 1000 if len(text.partition(".")[0]) > 10 else seconds, UTC).replace(
        microsecond=0
    )


def _parse_loose(text: str) -> datetime | None:
    area = _AREA.search(text) or _POSIX_ZONE.search(text)
    comment = _COMMENT.search(text)
    rest = _POSIX_ZONE.sub(" ", _AREA.sub(" ", _COMMENT.sub(" ", text))).casefold()
    rest = _ZONE_IN_WORDS.sub(_zone_abbreviation, re.sub(r"\bd['’]|['’]", "", rest))
    rest = re.sub(r"(?<=\d)t(?=\d)", " ", rest)
    clock, rest = _take_time(rest)
    has_zone = _names_zone(rest)
    zone, rest = _take_zone(rest, area[0] if area else "", clock is not None)
    if zone is UTC and comment and not has_zone:
        zone, _ = _take_zone(comment[0].casefold().strip("()"), "", clock is not None)
    day = _take_day(_ORDINAL.sub("", rest))
    if day is None:
        return None
    moment = datetime(*day, tzinfo=zone) + (clock or timedelta())
    return moment.astimezone(UTC)


def _zone_abbreviation(found: re.Match[str]) -> str:
    in_general, standard, summer = _ZONE_WORDS[found[1]]
    return standard if found[2] in {"standard", "mean"} else summer if found[2] else in_general


def _take_time(text: str) -> tuple[timedelta | None, str]:
    found = _TIME.search(text) or _DOTTED_TIME.search(text)
    if found is None:
        return None, text
    hour, minute, second = (int(part or 0) for part in found.group(1, 2, 3))
    if found[4]:
        hour = hour % 12 + (12 if found[4][0] == "p" else 0)
    if hour > 24 or minute > 59 or second > 60:
        raise ValueError(text)
    return timedelta(hours=hour, minutes=minute, seconds=second), f"{text[: found.start(1)]} {text[found.end() :]}"


def _take_zone(text: str, area: str, has_time: bool) -> tuple[timezone | zoneinfo.ZoneInfo, str]:  # noqa: FBT001 - one fact about the text
    if area and has_time and (region := _region(area)):
        return region, text
    found = _OFFSET.search(text) if has_time else None
    if found is not None:
        text = f"{text[: found.start()]} {text[found.end() :]}"
        offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        if offset < timedelta(hours=24):
            return timezone(offset if found[1] == "+" else -offset), text
    for word in reversed(_WORD.findall(text)):
        name = word.rstrip(".")
        if name in _REGIONS and (region := _region(_REGIONS[name])):
            return region, text
        if name in _ZONES and name not in MONTHS:
            return timezone(timedelta(hours=_ZONES[name])), text
    return UTC, text


def _names_zone(text: str) -> bool:
    return _OFFSET.search(text) is not None or any(word in {"z", "ut", "utc", "gmt"} for word in _WORD.findall(text))


def _region(name: str) -> zoneinfo.ZoneInfo | None:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _take_day(text: str) -> tuple[int, int, int] | None:
    """Return year, month and day from a date without its time and zone."""
    for pattern, order in ((_CJK, (1, 2, 3)), (_YEAR_FIRST, (1, 3, 4))):
        if found := pattern.search(text):
            year, month, day = (int(found[number]) for number in order)
            return year, month, day
    text = month_names_to_english(text)
    if found := _DAY_FIRST.search(text):
        return _numeric_day(int(found[1]), int(found[3]), _year(found[4]), found[2])
    return _named_day(text)


def _numeric_day(first: int, second: int, year: int, separator: str) -> tuple[int, int, int] | None:
    if separator == "." or first > 12 or first == second:
        return year, second, first
    return (year, first, second) if second > 12 else None


def _named_day(text: str) -> tuple[int, int, int] | None:
    words = [word.rstrip(".") for word in _WORD.findall(text)]
    months = [MONTHS[fold(word)] for word in words if fold(word) in MONTHS]
    if not months or not _is_date(words):
        return None
    numbers = _NUMBER.findall(text)
    if len(numbers) != 2:
        return None
    day, year = numbers
    if len(day) == 4:
        day, year = year, day
    # A weekday can look like a month: "mar." is Tuesday in French, and the weekday comes first.
    return _year(year), months[-1], int(day)


def _is_date(words: Sequence[str]) -> bool:
    """Return whether words are a month, with nothing else but a weekday, a zone and fillers."""
    others = [word for word in words if fold(word) not in MONTHS and fold(word) not in _FILLERS]
    return len([word for word in others if word not in _ZONES and word not in _REGIONS]) <= 1


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        # Years of the Buddhist era, as in Thailand, are 543 ahead.
        return year - 543 if year > 2400 else year
    # As in RFC 2822, two digits below 50 belong to this century.
    return year + (2000 if year < 50 else 1900)
