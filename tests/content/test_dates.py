from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article import DATE_ONLY
from reader.content.dates import date_from_filename, parse_date

NOON = datetime(2021, 10, 2, 12, 30, 5, tzinfo=UTC)
MINUTE = NOON.replace(second=0)
DAY = datetime(2021, 10, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected", "remark"),
    [
        ("2021-10-02T12:30:05Z", NOON, "ISO 8601, the home schema's"),
        ("2021-10-02T12:30:05.999999Z", NOON, "whole seconds"),
        ("2021-10-02T12:30:05,5Z", NOON, "a decimal comma"),
        ("2021-10-02t12:30:05z", NOON, "small letters"),
        ("2021-10-02T14:30:05+02:00", NOON, "an offset"),
        ("2021-10-02T14:30:05+02", NOON, "a short one"),
        ("20211002T123005Z", NOON, "the basic form"),
        ("2021-10-02T12:30:05", NOON, "a naive time is UTC"),
        ("2021-10-02 12:30:05", NOON, "a space between"),
        ("2021-10-02T12:30Z", MINUTE, "no seconds"),
        ("2021-10-02", DAY, "a bare date is midnight UTC"),
        ("20211002", DAY, "the basic form of it"),
        (20211002, DAY, "which YAML takes for a number"),
        ("2021-W39-6", DAY, "week dates"),
        ("2021-275", DAY, "days of the year"),
        ("2021-10", datetime(2021, 10, 1, tzinfo=UTC), "a month begins on its first day"),
        ("2021", datetime(2021, 1, 1, tzinfo=UTC), "a year too"),
        (2021, datetime(2021, 1, 1, tzinfo=UTC), "as a number"),
        ("2021-10-02 08:30:05 -0400", NOON, "Jekyll's and Hugo's form"),
        ("2021-10-02 08:30:05 -04:00", NOON, "with a colon"),
        ("2021-10-02 08:30:05-04", NOON, "without a space"),
        ("2021-10-02  08:30 -0400", MINUTE, "two spaces, no seconds"),
        ("2021-10-02 12:30:05 UTC", NOON, "a named zone"),
        ("2021-10-02 12:30:05 GMT", NOON, "its old name"),
        ("2021-10-2", DAY, "one digit"),
        ("2021/10/02", DAY, "slashes, year first"),
        ("2021/10/02 9:30", datetime(2021, 10, 2, 9, 30, tzinfo=UTC), "an hour of one digit"),
        (" 2021-10-02 ", DAY, "spaces around"),
        ("Sat, 02 Oct 2021 08:30:05 -0400", NOON, "RFC 2822"),
        ("2 Oct 2021 12:30:05 GMT", NOON, "without the weekday"),
        ("Sat, 02 Oct 2021 08:30:05 EDT", NOON, "a zone with a name"),
        ("Sat, 02 Oct 2021 12:30:05 -0000", NOON, "a zone that is not known is UTC"),
        ("2021-10-01T24:00:00Z", DAY, "midnight at a day's end"),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC), "a leap second"),
        (date(2021, 10, 2), DAY, "TOML's date"),
        (datetime(2021, 10, 2, 12, 30, 5, 7), NOON, "TOML's local time"),  # noqa: DTZ001 - that is what it is
        (datetime(2021, 10, 2, 8, 30, 5, tzinfo=timezone(timedelta(hours=-4))), NOON, "TOML's moment"),
        ("1969-07-20T20:17:40Z", datetime(1969, 7, 20, 20, 17, 40, tzinfo=UTC), "before 1970"),
    ],
)
def test_date_parses_in_every_form(value: object, expected: datetime, remark: str) -> None:
    assert parse_date(value) == expected, remark


@pytest.mark.parametrize(
    ("value", "remark"),
    [
        ("", "nothing"),
        ("soon", "a word"),
        ("2021-13-01", "no such month"),
        ("2021-02-30", "no such day"),
        ("2021-02-30 10:00:00 -0400", "the same in the loose form"),
        ("2021-366", "no such day of the year"),
        ("2021-000", "nor that"),
        ("2021-10-02T25:00:00Z", "no such hour"),
        ("24:00", "a time alone"),
        (time(12, 30), "TOML's time alone"),
        ("12:30:05", "the same as text"),
        ("10/02/2021", "which is the month?"),
        ("0001-01-01T00:00:00+14:00", "before the first year there is"),
        ("9999-12-31T23:59:59-14:00", "after the last"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), "out of range in TOML"),
        ("31 Feb 2021 10:00:00 +0000", "no such day in RFC 2822"),
        ("2 Oct 2021 10:00:00 +999999999999", "an offset that cannot be"),
        ("2023-01-29 18:30:22 2023 -0800", "too much of it"),
        (16331778, "too few seconds since 1970"),
        (0, "a number"),
        (-2021, "a negative one"),
        (10**400, "a huge one"),
        (20.21, "a broken one"),
        (True, "a truth"),
        (None, "nothing at all"),
        (["2021-10-02"], "a list"),
        ("\u0662\u0660\u0662\u0661-\u0661\u0660-\u0660\u0662", "digits Python would take, and ISO 8601 does not"),
        ("2021-10-02" + " " * 100_000 + "x", "a long one"),
    ],
)
def test_invalid_date_parses_to_none(value: object, remark: str) -> None:
    assert parse_date(value) is None, remark


@given(st.text(st.sampled_from("0123456789-/:.,TZWtz+ OctSatUTCGM"), max_size=40))
def test_parsed_date_is_in_utc_without_microseconds(value: str) -> None:
    moment = parse_date(value)
    assert moment is None or (moment.tzinfo in {UTC, DATE_ONLY} and not moment.microsecond)


ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(timezones=ZONES, min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)))  # noqa: DTZ001 - bounds are naive
def test_datetime_survives_isoformat_round_trip(moment: datetime) -> None:
    expected = moment.astimezone(UTC).replace(microsecond=0)
    assert parse_date(moment) == expected
    assert parse_date(moment.isoformat()) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2021-10-02-title", DAY),
        ("2021-10-2-title", DAY),
        ("2021-10-02", DAY),
        ("2021-10-02_title", DAY),
        ("2021-13-02-title", None),
        ("title-2021-10-02", None),
        ("2021-10-021", None),
        ("20211302-title", None),
    ],
)
def test_date_from_filename_reads_leading_date(name: str, expected: datetime | None) -> None:
    assert date_from_filename(name) == expected
