"""Dates in feeds: named zones, days and months in other languages, and invalid dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.feeds.reading.dates import parse_feed_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sat, 02 Oct 2021 13:30:00 GMT", "2021-10-02 13:30"),
        ("Sat, 02 Oct 2021 13:30:00 +0000", "2021-10-02 13:30"),
        ("Sat, 02 Oct 2021 13:30:00 +02:00", "2021-10-02 11:30"),
        ("Sat, 02 Oct 2021 13:30:00 -0330", "2021-10-02 17:00"),
        ("Sat, 2 Oct 2021 13:30 EST", "2021-10-02 18:30"),
        ("Saturday, 02-Oct-21 13:30:00 UTC", "2021-10-02 13:30"),
        ("Sat, 02 Oct 21 13:30:00 EDT", "2021-10-02 17:30"),
        ("Sat, 02 Oct 2021 13:30:00 PST", "2021-10-02 21:30"),
        ("Sat, 02 Oct 2021 13:30:00 CEST", "2021-10-02 11:30"),
        ("Sat, 02 Oct 2021 13:30:00 MSK", "2021-10-02 10:30"),
        ("Sat, 02 Oct 2021 13:30:00 JST", "2021-10-02 04:30"),
        ("Sat, 02 Oct 2021 13:30:00 IST", "2021-10-02 08:00"),
        ("Sat, 02 Oct 2021 13:30:00 ET", "2021-10-02 17:30"),
        ("Sat, 02 Jan 2021 13:30:00 ET", "2021-01-02 18:30"),
        ("Sat, 02 Oct 2021 13:30:00 GMT+7", "2021-10-02 06:30"),
        ("Sat, 02 Oct 2021 13:30:00 GMT-03:30", "2021-10-02 17:00"),
        ("Sat, 02 Oct 2021 13:30:00 UTC+0200", "2021-10-02 11:30"),
        ("Sat, 02 Oct 2021 13:30:00 Europe/Berlin", "2021-10-02 11:30"),
        ("Sat, 02 Jan 2021 13:30:00 America/New_York", "2021-01-02 18:30"),
        ("Sat, 02 Jan 2021 13:30:00 Etc/GMT+5", "2021-01-02 18:30"),
        ("2021-10-02 13:30:00 Asia/Tokyo", "2021-10-02 04:30"),
        ("Sat Oct 02 2021 13:30:00 GMT+0200 (Central European Summer Time)", "2021-10-02 11:30"),
        ("Sat Oct  2 13:30:00 2021", "2021-10-02 13:30"),
        ("Sat Oct 2 13:30:00 EDT 2021", "2021-10-02 17:30"),
        ("October 2, 2021 1:30 PM", "2021-10-02 13:30"),
        ("October 2nd, 2021 at 1:30 p.m. EST", "2021-10-02 18:30"),
        ("Oct. 2, 2021, 12:05 a.m.", "2021-10-02 00:05"),
        ("2 Oct 2021", "2021-10-02 00:00"),
        ("2021-10-02", "2021-10-02 00:00"),
        ("2021-10-02T13:30:00Z", "2021-10-02 13:30"),
        ("2021-10-02T13:30:00.123456+02:00", "2021-10-02 11:30"),
        ("2021-10-02T13:30:00 +0200", "2021-10-02 11:30"),
        ("2021-10-02 13:30:00 CET", "2021-10-02 12:30"),
        ("2021/10/02 13:30", "2021-10-02 13:30"),
        ("20211002T133000Z", "2021-10-02 13:30"),
        ("1633181400", "2021-10-02 13:30"),
        ("1633181400000", "2021-10-02 13:30"),
        ("02.10.2021 13:30", "2021-10-02 13:30"),
        ("25/12/2021", "2021-12-25 00:00"),
        ("12/25/2021 1:30 PM", "2021-12-25 13:30"),
        ("Sa., 02. Okt. 2021 13:30:00 +0200", "2021-10-02 11:30"),
        ("Samstag, 2. Oktober 2021 13:30 Uhr", "2021-10-02 13:30"),
        ("Mi, 10 Mär 2021 13:30:00 MEZ", "2021-03-10 12:30"),
        ("sam, 02 oct 2021 13:30:00 +0200", "2021-10-02 11:30"),
        ("mar., 02 nov. 2021 13:30:00 +0100", "2021-11-02 12:30"),
        ("mar. 2 mars 2021", "2021-03-02 00:00"),
        ("lundi 2 août 2021 à 13h30", "2021-08-02 13:30"),
        ("1er février 2021", "2021-02-01 00:00"),
        ("sáb, 02 oct 2021 13:30:00 +0000", "2021-10-02 13:30"),
        ("2 de enero de 2021", "2021-01-02 00:00"),
        ("dom, 02 mag 2021 13:30:00 +0200", "2021-05-02 11:30"),
        ("Sáb, 02 Out 2021 13:30:00 -0300", "2021-10-02 16:30"),
        ("za, 02 okt 2021 13:30:00 +0200", "2021-10-02 11:30"),
        ("sob., 02 paź 2021 13:30:00 +0200", "2021-10-02 11:30"),
        ("Сб, 02 окт 2021 13:30:00 +0300", "2021-10-02 10:30"),
        ("2 октября 2021 г. 13:30 MSK", "2021-10-02 10:30"),
        ("2021年10月2日 13:30", "2021-10-02 13:30"),
        ("2021년 10월 2일", "2021-10-02 00:00"),
        ("2. 10. 2021 13:30", "2021-10-02 13:30"),
        ("2 d'octubre de 2021", "2021-10-02 00:00"),
        ("2 октомври 2021", "2021-10-02 00:00"),
        ("Sat, 02 Oct 2021 13:30:00 EST5EDT", "2021-10-02 17:30"),
        ("Sat, 02 Oct 2021 13:30:00 (EST)", "2021-10-02 18:30"),
        ("Sat, 02 Oct 2021 13:30:00 +0000 (EST)", "2021-10-02 13:30"),
        ("2021-10-02T13:30:00[Europe/Berlin]", "2021-10-02 11:30"),
        ("2021-10-02T13:30:00+02:00[Europe/Berlin]", "2021-10-02 11:30"),
        ("토, 02 10월 2021 13:30:00 +0900", "2021-10-02 04:30"),
        ("星期六, 02 十月 2021 13:30:00 +0800", "2021-10-02 05:30"),
        ("2 Tháng 10 2021", "2021-10-02 00:00"),
        ("2 أكتوبر 2021", "2021-10-02 00:00"),
        ("Sat, 02 Oct 2021 13:30:60 GMT", "2021-10-02 13:31"),
        ("2 Ekim 2021", "2021-10-02 00:00"),
        ("2. října 2021", "2021-10-02 00:00"),
        ("Sat, 02 Oct 2021 24:00:00 GMT", "2021-10-03 00:00"),
        ("  Sat,\n 02 Oct 2021 13:30:00 GMT ", "2021-10-02 13:30"),
    ],
)
def test_feed_date_parses_to_its_instant(text: str, expected: str) -> None:
    assert parse_feed_date(text) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "03/04/2021",
        "Sat, 32 Oct 2021 13:30:00 GMT",
        "Sat, 02 Oct 2021 25:61:00 GMT",
        "October",
        "2 October",
        "Posted by Jan on the 2nd of the month, 2021",
        "0000-00-00T00:00:00",
        "Mon, 01 Jan 0001 00:00:00 +0000",
        "0001-01-01T00:00:00Z",
        "x" * 10_000,
        "13:30:00",
    ],
)
def test_invalid_feed_date_is_none(text: str) -> None:
    assert parse_feed_date(text) is None


@given(
    st.datetimes(min_value=datetime(1971, 1, 2), max_value=datetime(2049, 12, 30)),  # noqa: DTZ001 - a zone follows
    st.integers(min_value=-14 * 4, max_value=14 * 4),
)
def test_rfc_822_date_with_any_offset_parses_to_its_instant(moment: datetime, quarters: int) -> None:
    moment = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=15 * quarters)))
    assert parse_feed_date(moment.strftime("%a, %d %b %Y %H:%M:%S %z")) == moment


@given(st.text(max_size=60))
def test_any_text_is_a_utc_date_or_none(text: str) -> None:
    found = parse_feed_date(text)
    assert found is None or found.tzinfo is UTC
