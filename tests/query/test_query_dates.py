"""The period of a date in seconds: in the user's time zone, relative to the time of the query."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from reader.query.dates import Clock, local_clock, parse_date_expr, resolve_period

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reader.query.dates import Period

_BERLIN = ZoneInfo("Europe/Berlin")
_NEW_YORK = ZoneInfo("America/New_York")
_SAO_PAULO = ZoneInfo("America/Sao_Paulo")
# 31 March 2021, 00:30 in Berlin; still 30 March in New York.
_NOW = datetime(2021, 3, 30, 22, 30, 15, tzinfo=UTC)


def _utc(found: Period) -> tuple[str, str]:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    start, end = (epoch + timedelta(seconds=second) for second in (found.start, found.end))
    return start.strftime("%Y-%m-%d %H:%M:%S"), end.strftime("%Y-%m-%d %H:%M:%S")


PERIODS = [
    # (date, zone, first second in UTC, first second after it, remark)
    ("2021", UTC, "2021-01-01 00:00:00", "2022-01-01 00:00:00", "a year"),
    ("2021-12", UTC, "2021-12-01 00:00:00", "2022-01-01 00:00:00", "a month at the end of a year"),
    ("2020-02", UTC, "2020-02-01 00:00:00", "2020-03-01 00:00:00", "a February of 29 days"),
    ("2021-2-3", UTC, "2021-02-03 00:00:00", "2021-02-04 00:00:00", "a day without noughts"),
    ("2021-02-03T7", UTC, "2021-02-03 07:00:00", "2021-02-03 08:00:00", "an hour"),
    ("2021-02-03 07:59", UTC, "2021-02-03 07:59:00", "2021-02-03 08:00:00", "a minute"),
    ("2021-02-03T23:59:59", UTC, "2021-02-03 23:59:59", "2021-02-04 00:00:00", "a second"),
    ("2021-02-03", _NEW_YORK, "2021-02-03 05:00:00", "2021-02-04 05:00:00", "a day where it is earlier"),
    ("2021-02-03T10:00Z", _NEW_YORK, "2021-02-03 10:00:00", "2021-02-03 10:01:00", "UTC wherever one is"),
    ("2021", _BERLIN, "2020-12-31 23:00:00", "2021-12-31 23:00:00", "a year where it is later"),
    ("2021-03", _BERLIN, "2021-02-28 23:00:00", "2021-03-31 22:00:00", "a month in which the clocks change"),
    ("2021-03-28", _BERLIN, "2021-03-27 23:00:00", "2021-03-28 22:00:00", "a day of 23 hours"),
    ("2021-10-31", _BERLIN, "2021-10-30 22:00:00", "2021-10-31 23:00:00", "a day of 25 hours"),
    ("2021-10-31T02", _BERLIN, "2021-10-31 00:00:00", "2021-10-31 02:00:00", "an hour that comes twice"),
    ("2021-03-28T02", _BERLIN, "2021-03-28 01:00:00", "2021-03-28 01:00:00", "an hour that is left out"),
    ("2018-11-04", _SAO_PAULO, "2018-11-04 03:00:00", "2018-11-05 02:00:00", "a day that begins at one o'clock"),
    ("today", UTC, "2021-03-30 00:00:00", "2021-03-31 00:00:00", "today"),
    ("today", _BERLIN, "2021-03-30 22:00:00", "2021-03-31 22:00:00", "today, where it is tomorrow"),
    ("Yesterday", _NEW_YORK, "2021-03-29 04:00:00", "2021-03-30 04:00:00", "yesterday, in any case"),
    ("7d", UTC, "2021-03-23 00:00:00", "2021-03-24 00:00:00", "the day seven days ago"),
    ("4d", _BERLIN, "2021-03-26 23:00:00", "2021-03-27 23:00:00", "across a change of the clocks"),
    ("2W", UTC, "2021-03-16 00:00:00", "2021-03-17 00:00:00", "two weeks ago"),
    ("1m", _BERLIN, "2021-02-27 23:00:00", "2021-02-28 23:00:00", "the 31st, a month ago: the last day there was"),
    ("4m", _BERLIN, "2020-11-29 23:00:00", "2020-11-30 23:00:00", "in the year before"),
    ("13m", UTC, "2020-02-29 00:00:00", "2020-03-01 00:00:00", "more months than a year has"),
    ("1y", UTC, "2020-03-30 00:00:00", "2020-03-31 00:00:00", "a year ago"),
    ("12h", UTC, "2021-03-30 10:30:15", "2021-03-30 10:30:16", "twelve hours ago to the second"),
    ("12h", _BERLIN, "2021-03-30 10:30:15", "2021-03-30 10:30:16", "wherever one is"),
    ("0001", UTC, "0001-01-01 00:00:00", "0002-01-01 00:00:00", "the first year there is"),
    ("99999d", UTC, "1747-06-16 00:00:00", "1747-06-17 00:00:00", "before there were clocks"),
    ("99999y", UTC, "0001-01-01 00:00:00", "0001-01-02 00:00:00", "before the first year"),
    ("99999w", UTC, "0104-09-23 00:00:00", "0104-09-24 00:00:00", "long ago"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "zone", "start", "end"), [pytest.param(*row[:4], id=f"{row[0]}: {row[4]}") for row in PERIODS]
)
def test_date_covers_its_entire_period(text: str, zone: ZoneInfo, start: str, end: str) -> None:
    moment = parse_date_expr(text)
    assert moment is not None
    found = resolve_period(moment, Clock(_NOW, zone))
    # Years before 1000 are not padded by every C library.
    assert tuple(side.rjust(19, "0") for side in _utc(found)) == (start, end)


@pytest.mark.parametrize("text", ["9999", "9999-12", "9999-12-31", "9999-12-31T23:59:59"])
@pytest.mark.parametrize("zone", [UTC, _BERLIN, _NEW_YORK])
def test_last_periods_of_the_calendar_have_an_end(text: str, zone: ZoneInfo) -> None:
    moment = parse_date_expr(text)
    assert moment is not None
    found = resolve_period(moment, Clock(_NOW, zone))
    last_second_in_utc = 253_402_300_799
    assert found.start <= last_second_in_utc + 5 * 3_600
    assert found.end > last_second_in_utc + 24 * 3_600


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "21", "20211", "2021-", "2021-00", "2021-10-00", "2021-13", "2021-02-29", "0000", "٢٠٢١"),
        *("2021-02-03T24", "2021-02-03T10:5", "2021-02-03Z", "2021/02/03", "2021-02-03T10:00+01:00"),
        *("7", "d", "7s", "-7d", "123456d", "7d "),
    ],
)
def test_invalid_date_expression_is_none(text: str) -> None:
    assert parse_date_expr(text) is None


@pytest.fixture(params=["Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3"])
def _system_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", str(request.param))
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize("zone", ["XXX-24", "XXX+24", "XXX-24:59:59", "ABC99", "XXX-167", "A-23B-25,M3.5.0,M10.5.0/3"])
def test_local_zone_a_day_from_utc_is_limited(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        clock = local_clock(_NOW)
        shown = _NOW.astimezone(clock.zone)
        assert abs(shown.utcoffset() or timedelta()) < timedelta(days=1)
        assert abs(shown.replace(tzinfo=None) - _NOW.replace(tzinfo=None)) < timedelta(days=1)
        shown.tzname()
        for text in ("today", "2021-02-03", "0001", "9999", "7d"):
            moment = parse_date_expr(text)
            assert moment is not None
            resolve_period(moment, clock)
    time.tzset()


@pytest.mark.usefixtures("_system_zone")
@pytest.mark.parametrize("text", [row[0] for row in PERIODS])
def test_local_clock_resolves_periods_in_any_form_of_tz(text: str) -> None:
    moment = parse_date_expr(text)
    assert moment is not None
    if text.startswith(("0001", "9999")) or text in {"99999d", "99999y", "99999w"}:
        # Before time zones existed, the C library and the zone table may differ by minutes.
        assert resolve_period(moment, local_clock(_NOW)).start < 0
    else:
        assert resolve_period(moment, local_clock(_NOW)) == resolve_period(moment, Clock(_NOW, _BERLIN))


@pytest.mark.usefixtures("_system_zone")
def test_local_clock_has_current_time_and_zone() -> None:
    clock = local_clock()
    assert abs(clock.now.timestamp() - time.time()) < 60
    shown = datetime(2021, 7, 1, 12, tzinfo=UTC).astimezone(clock.zone)
    assert (shown.hour, shown.utcoffset(), shown.tzname()) == (14, timedelta(hours=2), "CEST")
