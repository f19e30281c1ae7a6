"""Dates in feeds: the forms of ``content.dates``, plus named zones, and days and months in other languages.

A numeric date with two readings is rejected, never guessed.
"""

from __future__ import annotations

import re
import zoneinfo
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from reader.content.dates import parse_date
from reader.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["parse_feed_date"]

_LONGEST = 120  # characters
_FIRST_YEAR = 1000
_TIME = re.compile(
    r"(?<![\d:.+-])(\d{1,2})\s?[:h時时시]\s?(\d{1,2})(?:\s?[:m分분]\s?(\d{1,2})(?:[.,]\d+)?)?\s*[s秒초分분]?(?![\d:])"
    r"\s*([ap]\.?\s?m\b\.?)?"
)
_OFFSET = re.compile(r"(?:\b(?:gmt|utc|ut|z)\s*|(?<=\s)|\A)([+-])\s?(\d{1,2}):?(\d{2})?(?::?00)?(?!\d)")
_COMMENT = re.compile(r"\([^()]*\)")
_AREA = re.compile(r"\b[A-Za-z_]+/[A-Za-z_]+(?:/[A-Za-z_]+)?(?:[+-]\d{1,2})?")
_CJK = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号]")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?!\d)")
_EPOCH = re.compile(r"\d{9,10}|\d{12,13}|\d{9,10}\.\d+")
_CJK_MONTH = re.compile(r"(?<!\d)(\d{1,2})\s?[月월]|(十?[一二三四五六七八九十])月|th[aá]ng\s(\d{1,2})")
_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_POSIX_ZONE = re.compile(r"\b(EST5EDT|CST6CDT|MST7MDT|PST8PDT)\b")
_WORD = re.compile(r"[^\W\d_]+\.?")
_NUMBER = re.compile(r"\d+")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|re|º|ª|°)\b")
# Words that can appear between the parts of a date.
_FILLERS = frozenset(
    {
        "at",
        "um",
        "the",
        "of",
        "de",
        "del",
        "di",
        "do",
        "da",
        "den",
        "der",
        "le",
        "el",
        "kl",
        "klo",
        "uhr",
        "o",
        "a",
        "t",
        "om",
        "w",
        "г",
        "год",
        "р",
        "в",
        "on",
        "h",
        "i",
        "ngày",
        "lúc",
    }
)

# One paragraph per month.
_MONTHS = """
january januar janvier enero gennaio janeiro januari styczeń stycznia январь января січня tammikuu tammikuuta
leden ledna január ianuarie ocak ιανουαρίου ιανουάριος gen jän jänner ene sty gener януари يناير ינואר

february februar février febrero febbraio fevereiro februari luty lutego февраль февраля лютого helmikuu
helmikuuta únor února február februarie şubat φεβρουαρίου φεβρουάριος fév fev lut úno febrer февруари فبراير
פברואר

march märz mars marzo março maart marzec marca март марта березня maaliskuu maaliskuuta březen března marec
március martie mart μαρτίου μάρτιος mrt mär maret marts bře març märts مارس מרץ

april avril abril aprile kwiecień kwietnia апрель апреля квітня huhtikuu huhtikuuta duben dubna április
aprilie nisan απριλίου απρίλιος abr kwi dub apríl април أبريل אפריל aprill

may mai mayo maggio maio mei maj maja май мая травня toukokuu toukokuuta květen května május mayıs μαΐου μάιος
mag kvě máj maig مايو מאי

june juni juin junio giugno junho czerwiec czerwca июнь июня червня kesäkuu kesäkuuta červen června június
iunie haziran ιουνίου ιούνιος giu cze jún juny юни يونيو יוני

july juli juillet julio luglio julho lipiec lipca июль июля липня heinäkuu heinäkuuta červenec července július
iulie temmuz ιουλίου ιούλιος lug lip júl juliol юли يوليو יולי

august août agosto augustus sierpień sierpnia август августа серпня elokuu elokuuta srpen srpna augusztus
ağustos αυγούστου αύγουστος ago aoû sie srp augusti agustus agost أغسطس אוגוסט

september septembre septiembre settembre setembro wrzesień września сентябрь сентября вересня syyskuu
syyskuuta září szeptember septembrie eylül σεπτεμβρίου σεπτέμβριος sept set wrz zář setembre септември سبتمبر
ספטמבר

october oktober octobre octubre ottobre outubro październik października октябрь октября жовтня lokakuu
lokakuuta říjen října október octombrie ekim οκτωβρίου οκτώβριος okt ott out paź říj октомври أكتوبر אוקטובר

november novembre noviembre novembro listopad listopada ноябрь ноября marraskuu marraskuuta listopadu
noiembrie kasım νοεμβρίου νοέμβριος lis листопада ноември نوفمبر נובמבר

december dezember décembre diciembre dicembre dezembro grudzień grudnia декабрь декабря грудня joulukuu
joulukuuta prosinec prosince decembrie aralık δεκεμβρίου δεκέμβριος dez déc dic gru des desember pro desembre
декември ديسمبر דצמבר
"""
# Hours east of Greenwich. IST is India's: Irish and Israeli feeds send offsets.
_ZONES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0),
    **dict.fromkeys(("bst", "cet", "hnec", "wat", "met", "mez", "west"), 1),
    **dict.fromkeys(("cest", "mest", "mesz", "haec", "eet", "cat", "sast"), 2),
    **dict.fromkeys(("eest", "msk", "eat", "trt", "idt"), 3),
    **dict.fromkeys(("msd", "gst", "samt"), 4),
    **dict.fromkeys(("pkt", "uzt", "yekt"), 5),
    **dict.fromkeys(("ist",), 5.5),
    **dict.fromkeys(("npt",), 5.75),
    **dict.fromkeys(("wib", "ict", "novt"), 7),
    **dict.fromkeys(("hkt", "sgt", "awst", "myt", "pht", "wita"), 8),
    **dict.fromkeys(("jst", "kst", "wit"), 9),
    **dict.fromkeys(("acst",), 9.5),
    **dict.fromkeys(("aest",), 10),
    **dict.fromkeys(("acdt",), 10.5),
    **dict.fromkeys(("aedt",), 11),
    **dict.fromkeys(("nzst",), 12),
    **dict.fromkeys(("nzdt",), 13),
    **dict.fromkeys(("ndt",), -2.5),
    **dict.fromkeys(("brt", "art", "adt", "clst", "uyt"), -3),
    **dict.fromkeys(("nst",), -3.5),
    **dict.fromkeys(("edt", "ast", "clt", "bot"), -4),
    **dict.fromkeys(("est", "cdt", "cot", "pet"), -5),
    **dict.fromkeys(("cst", "mdt"), -6),
    **dict.fromkeys(("mst", "pdt"), -7),
    **dict.fromkeys(("pst", "akdt"), -8),
    **dict.fromkeys(("akst",), -9),
    **dict.fromkeys(("hst",), -10),
}
_REGIONS = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}


def _month_names() -> dict[str, int]:
    names: dict[str, int] = {}
    for number, words in enumerate(_MONTHS.split("\n\n"), start=1):
        for word in map(fold, words.split()):
            names.setdefault(word, number)
            # Abbreviations of three letters or more; English comes first, so that it wins.
            for length in range(3, len(word)):
                names.setdefault(word[:length], number)
    return names


_MONTH = _month_names()
_ENGLISH = tuple(words.split()[0] for words in _MONTHS.split("\n\n"))


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
    if _EPOCH.fullmatch(text):
        return _from_epoch(text)
    if text[:4].isdigit() and not _AREA.search(text) and (found := parse_date(text)) is not None:
        return found
    return _parse_loose(text)


def _from_epoch(text: str) -> datetime | None:
    seconds = float(text)
    return datetime.fromtimestamp(seconds / 1000 if len(text.partition(".")[0]) > 10 else seconds, UTC).replace(
        microsecond=0
    )


def _parse_loose(text: str) -> datetime | None:
    area = _AREA.search(text) or _POSIX_ZONE.search(text)
    comment = _COMMENT.search(text)
    rest = _POSIX_ZONE.sub(" ", _AREA.sub(" ", _COMMENT.sub(" ", text))).casefold()
    rest = re.sub(r"\bd['’]|['’]", "", rest)
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


def _take_time(text: str) -> tuple[timedelta | None, str]:
    found = _TIME.search(text)
    if found is None:
        return None, text
    hour, minute, second = (int(part or 0) for part in found.group(1, 2, 3))
    if found[4]:
        hour = hour % 12 + (12 if found[4][0] == "p" else 0)
    if hour > 24 or minute > 59 or second > 60:
        raise ValueError(text)
    return timedelta(hours=hour, minutes=minute, seconds=second), f"{text[: found.start()]} {text[found.end() :]}"


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
        if name in _ZONES and name not in _MONTH:
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
    text = _CJK_MONTH.sub(_english_month, text)
    if found := _DAY_FIRST.search(text):
        return _numeric_day(int(found[1]), int(found[3]), _year(found[4]), found[2])
    return _named_day(text)


def _english_month(found: re.Match[str]) -> str:
    number = _NUMERALS.index(found[2]) + 1 if found[2] else int(found[1] or found[3])
    return f" {_ENGLISH[number - 1]} " if 1 <= number <= 12 else found[0]


def _numeric_day(first: int, second: int, year: int, separator: str) -> tuple[int, int, int] | None:
    if separator == "." or first > 12 or first == second:
        return year, second, first
    return (year, first, second) if second > 12 else None


def _named_day(text: str) -> tuple[int, int, int] | None:
    words = [word.rstrip(".") for word in _WORD.findall(text)]
    months = [_MONTH[fold(word)] for word in words if fold(word) in _MONTH]
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
    others = [word for word in words if fold(word) not in _MONTH and fold(word) not in _FILLERS]
    return len([word for word in others if word not in _ZONES and word not in _REGIONS]) <= 1


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    # As in RFC 2822, two digits below 50 belong to this century.
    return year + (2000 if year < 50 else 1900)
