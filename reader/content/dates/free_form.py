"""Dates in free form: as mail, JavaScript, Go and the shell print them, and as people write them in many languages.

A date is accepted only if every part of it is understood and it has exactly one reading. ``03/04/2021`` has two, so it
needs ``day_first``. Imported only for dates that are not ISO 8601.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, tzinfo
from types import MappingProxyType
from typing import TYPE_CHECKING

from reader.article import DATE_ONLY
from reader.content.dates.month_names import MONTHS, WEEKDAYS
from reader.content.dates.times import UNKNOWN_ZONE, build_moment, split_zone
from reader.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["has_two_readings", "parse_free_date"]

# 2006年3月11日, 2006년 3월 11일, 令和3年10月2日
_EASTERN = re.compile(
    r"(?:(令和|平成|昭和)\s?(元|\d{1,2})|(?<!\d)(\d{4}))\s?[年년]\s?(\d\d?)\s?[月월](?:\s?(\d\d?)\s?[日일号號])?"
)
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}  # the year before the first
_EASTERN_WEEKDAY = re.compile(
    "[月火水木金土日]曜日?|星期[一二三四五六日天]|[周週][一二三四五六日]|[월화수목금토일]요일"
)
_NOON = {"오전": "a", "上午": "a", "午前": "a", "오후": "p", "下午": "p", "午後": "p"}
_TIME = re.compile(
    r"(?<![\d:.])(?:(오전|오후|上午|下午|午前|午後)\s?)?(\d\d?)\s?(?:[h:時时点點]|시(?!\w))\s?(\d\d)(?!\d)"
    r"(?:\s?[:m分분]\s?(\d\d)(?!\d)(?:[.,]\d{1,9})?)?\s?[s秒초分분]?(?:\s?([AaPp])\.?[Mm]\b\.?)?"
)
_HOUR = re.compile(
    r"(?<![\d:.])(?:(오전|오후|上午|下午|午前|午後)\s?)?(\d\d?)()()(?:\s?([AaPp])\.?[Mm]\b\.?|(?<=\d)[시時时点])"
)
_BEFORE_TIME = re.compile(r"(?<=\d{4}):(?=\d\d:\d\d)|(?<=\d)[Tt](?=\d)")  # 02/Oct/2021:13:30:00
# [[Oct 2nd, 2021]] links to a note of that day; <2021-10-02 Sat> and [2021-10-02 Sat] are Org's.
_BRACKETS = re.compile(r"\[\[(.*)\]\]|<(.*)>|\[(\d.*)\]")
_REGION = re.compile(r"(?<=[\dZz])\[[\w/+-]+\]\Z")  # 2021-10-02T13:30:00-07:00[America/Los_Angeles]
_MONOTONIC = re.compile(r"\s+m=[-+][\d.]+\Z")  # the clock reading that Go appends
_COMMENT = re.compile(r"\s*\(([^()]*)\)")
_VIETNAMESE_MONTH = re.compile(r"\bthang (\d\d?)\b")
_TOKEN = re.compile(r"\d+|[^\W\d_][^\s\d,./\\_|@;()\-\u2010-\u2015]*")
_GAP = re.compile(r"[\s,./\\_|@\-\u00b7\u2010-\u2015\u2022]*")
_AFTER_NUMBER = frozenset({"st", "nd", "rd", "th", "er", "o", "a", "e"})
_FILLERS = frozenset(
    {"of", "the", "on", "at", "de", "del", "d", "da", "do", "den", "der", "le", "el", "um", "uhr", "kl", "klo", "a"}
    | {"г", "года", "в", "о", "р", "року", "roku", "r", "ngay", "nam"}
)
_BOTH = frozenset({"mar"})  # a month in English; Tuesday in French and Spanish
# Order of day (or unnamed month), named month and year in the text → positions of year, month and day.
_SHAPES: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "DMY": (2, 1, 0),
        "MDY": (2, 0, 1),
        "YMD": (0, 1, 2),
        "YDM": (0, 2, 1),
        "YDD": (0, 1, 2),
        "MY": (1, 0),
        "DY": (1, 0),
        "YM": (0, 1),
        "YD": (0, 1),
    }
)
_WORDS = frozenset(MONTHS) | WEEKDAYS | _FILLERS


def parse_free_date(text: str, *, day_first: bool | None = None) -> datetime | None:
    """Return the datetime written in a text, in its own zone; None if it is not a date or has two readings.

    The zone is DATE_ONLY without a time, and UTC for a time without a zone. ``day_first`` settles ``03/04/2021``.
    Raises ValueError for a day, time or zone that does not exist.
    """
    if not text.isascii():
        text = _simplified(text)
    if brackets := _BRACKETS.fullmatch(text):
        text = brackets[1] or brackets[2] or brackets[3] or ""
    text = _BEFORE_TIME.sub(" ", _MONOTONIC.sub("", _REGION.sub("", text)))
    comment = _COMMENT.search(text)
    if comment is not None:
        text = text[: comment.start()] + " " + text[comment.end() :]
    time = _TIME.search(text) or _HOUR.search(text)
    zone: tzinfo | None = None
    if time is not None:
        zone, after = split_zone(text[time.end() :], _WORDS)
        text = f"{text[: time.start()]} {after}"
    # JavaScript explains its offset: (Coordinated Universal Time). Other parentheses must hold a zone or a weekday.
    if comment is not None and zone is None and not _is_weekday(comment[1]):
        zone, rest = split_zone(comment[1], _WORDS)
        if zone is None or rest:
            return None
    day = _day(fold(text), day_first=day_first, short_year=zone is not None)
    if day is None or time is None or zone is UNKNOWN_ZONE:
        return day
    return build_moment(day, _clock(time), zone or UTC)


def has_two_readings(text: str) -> bool:
    """Return whether a text is a date that needs ``day_first`` to be read."""
    try:
        readings = {parse_free_date(text, day_first=order) for order in (True, False)}
        return parse_free_date(text) is None and None not in readings
    except ValueError:
        return False


def _is_weekday(comment: str) -> bool:
    word = fold(comment)
    return word in WEEKDAYS or word in "月火水木金土日월화수목금토일"


def _simplified(text: str) -> str:
    """Return a text with East Asian digits and punctuation as ASCII, and East Asian dates as year-month-day."""
    text = unicodedata.normalize("NFKC", text)
    if any(sign.isdigit() and not sign.isascii() for sign in text):
        raise ValueError(text)  # digits of another script, which may use another calendar
    return _EASTERN_WEEKDAY.sub(" ", _EASTERN.sub(_in_order, text))


def _in_order(found: re.Match[str]) -> str:
    era, count, year, month, day = found.groups()
    year = year or str(_ERAS[era] + (1 if count == "元" else int(count)))
    return f" {year}-{month}-{day} " if day else f" {year}-{month} "


def _clock(found: re.Match[str]) -> tuple[int, int, int]:
    half = found[5] or _NOON.get(found[1] or "", "")
    hour, minute, second = (int(part or 0) for part in found.group(2, 3, 4))
    if half.lower() == "p" and hour < 12:
        hour += 12
    elif half.lower() == "a" and hour >= 12:
        if hour > 12:
            raise ValueError(found[0])
        hour = 0
    return hour, minute, second


def _day(text: str, *, day_first: bool | None, short_year: bool) -> datetime | None:
    """Return the day in a folded text without time or zone, at midnight in the zone DATE_ONLY."""
    parts = _parts(_VIETNAMESE_MONTH.sub(_english_month, text) if "thang" in text else text)
    if parts is None:
        return None
    kept = [part for part in parts if part not in WEEKDAYS]
    short_year = short_year or len(kept) < len(parts)
    if sum(part in MONTHS for part in kept) == 2 and kept[0] in _BOTH:
        kept = kept[1:]
    shape = "".join(map(_kind, kept))
    values = [MONTHS.get(part) or int(part) for part in kept]
    if shape == "DDY":
        return _in_either_order(values, day_first=day_first)
    if shape == "DMD" and short_year and len(kept[2]) == 2:
        values[2] += 2000 if values[2] < 69 else 1900
        shape = "DMY"
    order = _SHAPES.get(shape)
    return None if order is None else _date(*(values[at] for at in order))


def _kind(part: str) -> str:
    if part in MONTHS:
        return "M"
    return {1: "D", 2: "D", 4: "Y"}.get(len(part), "?")


def _parts(text: str) -> list[str] | None:
    """Return the numbers, months and weekdays of a text; None if it contains anything else."""
    parts: list[str] = []
    at = _GAP.match(text).end()  # type: ignore[union-attr] # matches the empty string
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            return None
        word = found[0].removeprefix("d'").removeprefix("d\u2019").rstrip(":")
        if word.isdigit() or word in MONTHS or word in WEEKDAYS:
            parts.append(word)
        elif word not in _FILLERS and not (word in _AFTER_NUMBER and text[at - 1 : at].isdigit()):
            return None
        at = _GAP.match(text, found.end()).end()  # type: ignore[union-attr] # matches the empty string
    return parts


def _in_either_order(values: list[int], *, day_first: bool | None) -> datetime | None:
    first, second, year = values
    if first == second or first > 12 or second > 12:
        day_first = first > 12
    if day_first is None:
        return None
    return _date(year, second, first) if day_first else _date(year, first, second)


def _english_month(found: re.Match[str]) -> str:
    names = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    return names[int(found[1]) - 1]


def _date(year: int, month: int, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=DATE_ONLY)
