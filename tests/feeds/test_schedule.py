"""The time of the next fetch of a feed."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.feeds import schedule

_NOW = 1_700_000_000
_HOUR, _DAY = 3600, 86_400


@pytest.mark.parametrize(
    ("gap", "wanted", "server", "conditional", "expected"),
    [
        (_HOUR, 0, 0, True, _HOUR),
        (8 * _HOUR, 0, 0, True, 2 * _HOUR),
        (40 * _DAY, 0, 0, True, _DAY),
        (_HOUR, 0, 0, False, _DAY),
        (_HOUR, 0, 5 * _HOUR, True, 5 * _HOUR),
        (_HOUR, 6 * _HOUR, 0, True, 6 * _HOUR),
        (_HOUR, 60, 0, True, _HOUR),
        (_HOUR, 6 * _HOUR, 0, False, _DAY),
        (_HOUR, 0, 400 * _DAY, True, 7 * _DAY),
        (_HOUR, 30 * _DAY, 0, True, 30 * _DAY),
    ],
)
def test_interval_is_the_longest_of_feed_server_and_setting(
    gap: int, wanted: int, server: int, *, conditional: bool, expected: int
) -> None:
    dates = [_NOW - gap * number for number in range(1, 12)]
    at = schedule.after_success(
        _NOW, "https://n.example/", dates=dates, server=server, wanted=wanted, conditional=conditional
    )
    assert expected <= at - _NOW <= expected * 1.1


@given(st.lists(st.integers(0, 2**40)), st.integers(0, 2**40), st.booleans(), st.text())
def test_interval_is_at_least_an_hour(dates: list[int], server: int, conditional: bool, url: str) -> None:  # noqa: FBT001 - drawn
    at = schedule.after_success(_NOW, url, dates=dates, server=server, wanted=0, conditional=conditional)
    assert at - _NOW >= (_HOUR if conditional else _DAY)
    assert at - _NOW <= 8 * _DAY


def test_feeds_with_the_same_interval_are_due_at_different_times() -> None:
    found = {schedule.after_error(_NOW, f"https://n.example/{number}", 3) for number in range(50)}
    assert len(found) > 40


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("Tue, 14 Nov 2023 22:15:20 GMT", 120),
        ("Tue, 14 Nov 2023 21:15:20 GMT", None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("9" * 50, 30 * _DAY),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, expected: int | None) -> None:
    found = schedule.retry_after({"retry-after": value}, _NOW)
    assert found == (0 if expected is None else _NOW + expected)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"cache-control": "public, max-age=600"}, 600),
        ({"cache-control": 'max-age="600"'}, 600),
        ({"cache-control": "s-maxage=900, max-age=600"}, 600),
        ({"cache-control": "no-cache", "expires": "Tue, 14 Nov 2023 23:13:20 GMT"}, 0),
        ({"expires": "Tue, 14 Nov 2023 23:13:20 GMT"}, 3600),
        ({"expires": "Tue, 14 Nov 2023 23:13:20 GMT", "date": "Tue, 14 Nov 2023 23:03:20 GMT"}, 600),
        ({"expires": "0"}, 0),
        ({"expires": "Mon, 01 Jan 1990 00:00:00 GMT"}, 0),
        ({}, 0),
    ],
)
def test_freshness_comes_from_cache_headers(headers: dict[str, str], expected: int) -> None:
    assert schedule.freshness(headers, _NOW) == expected


@pytest.mark.parametrize("date", ["Tue Nov 14 22:15:20 2023", "Tue, 14 Nov 2023 22:15:20 -0000"])
def test_http_date_without_a_zone_is_in_utc(monkeypatch: pytest.MonkeyPatch, date: str) -> None:
    monkeypatch.setenv("TZ", "XXX+8")
    time.tzset()
    try:
        assert schedule.retry_after({"retry-after": date}, _NOW) == _NOW + 120
        assert schedule.freshness({"expires": date}, _NOW) == 120
    finally:
        monkeypatch.undo()
        time.tzset()
