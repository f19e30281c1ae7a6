"""Dates in every form found in real folders: the instant, or the day if no time is given."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article import is_date_only
from reader.content.dates import date_from_filename, date_from_path, is_ambiguous, is_zero_date, parse_date
from reader.content.dates.month_names import MONTHS

HALF_PAST_ONE = datetime(2021, 10, 2, 13, 30, tzinfo=UTC)
FIVE_SECONDS = HALF_PAST_ONE.replace(second=5)

TIMES = [
    # JavaScript
    ("Mon Jun 30 2025 06:00:23 GMT+0000 (Coordinated Universal Time)", datetime(2025, 6, 30, 6, 0, 23, tzinfo=UTC)),
    ("Sat Oct 02 2021 15:30:05 GMT+0200 (Central European Summer Time)", FIVE_SECONDS),
    ("Sat Oct 02 2021 06:30:05 GMT-0700 (PDT)", FIVE_SECONDS),
    ("Sat, 02 Oct 2021 13:30:05 GMT", FIVE_SECONDS),
    ("2021-10-02T13:30:05.000Z", FIVE_SECONDS),
    # Go
    ("2021-10-02 13:30:00 +0000 UTC", HALF_PAST_ONE),
    ("2021-10-02 06:30:00 -0700 PDT", HALF_PAST_ONE),
    ("2021-10-02 10:30:00 -0300 -03", HALF_PAST_ONE),
    ("2021-10-02 13:30:05.123456789 +0000 UTC m=+0.000012345", FIVE_SECONDS),
    ("Sat Oct 02 13:30:05 +0000 2021", FIVE_SECONDS),
    ("02 Oct 21 13:30 UTC", HALF_PAST_ONE),
    ("02 Oct 21 15:30 +0200", HALF_PAST_ONE),
    # ANSI C, the shell, RFC 850, web servers, cameras
    ("Sat Oct  2 13:30:05 2021", FIVE_SECONDS),
    ("Sat Oct  2 13:30:05 UTC 2021", FIVE_SECONDS),
    ("Sat Oct  2 06:30:05 PDT 2021", FIVE_SECONDS),
    ("Sat Oct  2 01:30:05 PM UTC 2021", FIVE_SECONDS),
    ("Sat  2 Oct 15:30:05 CEST 2021", FIVE_SECONDS),
    ("Saturday, 02-Oct-21 13:30:05 GMT", FIVE_SECONDS),
    ("Sunday, 06-Nov-94 08:49:37 GMT", datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)),
    ("Sat, 02 Oct 21 13:30:05 +0000", FIVE_SECONDS),
    ("02/Oct/2021:13:30:05 +0000", FIVE_SECONDS),
    ("2021:10:02 13:30:05", FIVE_SECONDS),
    ("2021/10/02 13:30:05", FIVE_SECONDS),
    ("2013/01/30 16:32:17", datetime(2013, 1, 30, 16, 32, 17, tzinfo=UTC)),
    # Offsets and zones
    ("2015-03-17 10:00:00 -4", datetime(2015, 3, 17, 14, tzinfo=UTC)),
    ("2021-10-02 15:30:00 +2", HALF_PAST_ONE),
    ("2021-10-02 15:30:00 +02", HALF_PAST_ONE),
    ("2021-10-02T15:30+02", HALF_PAST_ONE),
    ("2021-10-02 19:00:00 +0530", HALF_PAST_ONE),
    ("2021-10-02 19:00:00+05:30", HALF_PAST_ONE),
    ("2021-10-02 08:30:00 UTC-05:00", HALF_PAST_ONE),
    ("2015-09-04 12:40:00 UTC-03:00", datetime(2015, 9, 4, 15, 40, tzinfo=UTC)),
    ("2021-10-02 20:30:00 GMT+7", HALF_PAST_ONE),
    ("2021-10-02 20:30 UTC+07", HALF_PAST_ONE),
    ("2021-10-02 08:30:00 EST", HALF_PAST_ONE),
    ("2021-10-02 09:30:00 EDT", HALF_PAST_ONE),
    ("2021-10-02 06:30:00 PDT", HALF_PAST_ONE),
    ("2021-10-02 15:30 CEST", HALF_PAST_ONE),
    ("2021-10-02 22:30:05 JST", FIVE_SECONDS),
    ("2021-10-02 09:30 America/New_York", HALF_PAST_ONE),
    ("2021-10-02T15:30:05 Europe/Berlin", FIVE_SECONDS),
    ("2021-10-02 10:30 (America/Argentina/Buenos_Aires)", HALF_PAST_ONE),
    ("October 2, 2021 9:30 AM ET", HALF_PAST_ONE),
    # As people write them
    ("July 9, 2021 10:18 AM", datetime(2021, 7, 9, 10, 18, tzinfo=UTC)),
    ("October 2, 2021 1:30 PM", HALF_PAST_ONE),
    ("October 2, 2021, 1:30:05 p.m.", FIVE_SECONDS),
    ("Oct 2, 2021 at 1:30pm", HALF_PAST_ONE),
    ("October 2, 2021 @ 13:30", HALF_PAST_ONE),
    ("October 2nd 2021, 1:30 pm", HALF_PAST_ONE),
    ("13:30, 2 October 2021 (UTC)", HALF_PAST_ONE),
    ("2 October 2021 12 AM", datetime(2021, 10, 2, tzinfo=UTC)),
    ("2 October 2021 12:05 pm", datetime(2021, 10, 2, 12, 5, tzinfo=UTC)),
    ("2. Oktober 2021 um 13:30 Uhr", HALF_PAST_ONE),
    ("2021年10月2日 13:30:05", FIVE_SECONDS),
    ("2021年10月2日(土) 13時30分", HALF_PAST_ONE),
    ("2021년 10월 2일 오후 1:30", HALF_PAST_ONE),
    ("2021年10月2日 下午1:30", HALF_PAST_ONE),
    ("2021. 10. 2. 오전 12:30", datetime(2021, 10, 2, 0, 30, tzinfo=UTC)),
    ("2021-10-02T06:30:05-07:00[America/Los_Angeles]", FIVE_SECONDS),
    ("2021-10-02T13:30:05Z[UTC]", FIVE_SECONDS),
    ("<2021-10-02 Sat 13:30>", HALF_PAST_ONE),
    ("[2021-10-02 Sat 13:30]", HALF_PAST_ONE),
    ("1:30 PM · Oct 2, 2021", HALF_PAST_ONE),
    ("samedi 2 octobre 2021 à 13h30", HALF_PAST_ONE),
    # Since 1970, and in digits alone
    (1633181405, FIVE_SECONDS),
    ("1633181405", FIVE_SECONDS),
    (1633181405000, FIVE_SECONDS),
    ("1633181405123", FIVE_SECONDS),
    (1633181405123456, FIVE_SECONDS),
    (1633181405.5, FIVE_SECONDS),
    (1614350275750, datetime(2021, 2, 26, 14, 37, 55, tzinfo=UTC)),
    (20211002133005, FIVE_SECONDS),
    ("202110021330", HALF_PAST_ONE),
    ("20211002T133005", FIVE_SECONDS),
    ("20211002-133005", FIVE_SECONDS),
    # Midnight that is written is a time.
    ("2024-08-07 17:00:00 -0700", datetime(2024, 8, 8, tzinfo=UTC)),
    ("2021-10-02T00:00:00Z", datetime(2021, 10, 2, tzinfo=UTC)),
    ("2021-10-02 00:00", datetime(2021, 10, 2, tzinfo=UTC)),
]

DAYS = [
    "2021-10-02",
    date(2021, 10, 2),
    20211002,
    "2021-10-2",
    "2021/10/02",
    "2021.10.02",
    "2021_10_02",
    "2021. 10. 02.",
    "2021-10-02+02:00",
    "2021-10-02-04:00",
    "2021-10-02-04",
    "2021-10-02Z",
    "2021-W39-6",
    "Oct 02 2021",
    "Oct 2, 2021",
    "Oct. 2, 2021",
    "October 2, 2021",
    "October 2 2021",
    "2 October 2021",
    "02 Oct 2021",
    "2 Oct, 2021",
    "2-Oct-2021",
    "02/Oct/2021",
    "2021-Oct-02",
    "2021 October 2",
    "October 2nd, 2021",
    "the 2nd of October 2021",
    "2nd of October, 2021",
    "Saturday, October 2, 2021",
    "Sat Oct 02 2021",
    "Sat, 2 Oct 2021",
    "SATURDAY 2 OCTOBER 2021",
    "2021年10月2日",
    "2021年10月02日(土)",
    "2021年10月2日 星期六",
    "令和3年10月2日",
    "２０２１年１０月２日",
    "2021년 10월 2일",
    "2021년 10월 2일 토요일",
    "2021. 10. 2.",
    "2. Oktober 2021",
    "Samstag, 2. Oktober 2021",
    "2 octobre 2021",
    "samedi 2 octobre 2021",
    "2 de octubre de 2021",
    "sábado, 2 de outubro de 2021",
    "2 ottobre 2021",
    "2 oktober 2021",
    "2. oktober 2021",
    "2. lokakuuta 2021",
    "2 października 2021",
    "2. října 2021",
    "2 октября 2021 г.",
    "2 жовтня 2021 р.",
    "2 Ekim 2021",
    "2021. október 2.",
    "2 Οκτωβρίου 2021",
    "[[2021-10-02]]",
    [["2021-10-02"]],
    [["Oct 2nd", 2021]],
    "[[Oct 2nd, 2021]]",
    "[[2021/10/02]]",
    "<2021-10-02 Sat>",
    "ngày 2 tháng 10 năm 2021",
    # A time with an ambiguous zone: India, Ireland or Israel?
    "2021-10-02 23:30 IST",
    "Sat, 02 Oct 2021 23:30:05 BST",
    "2021-10-02 13:30 Area/Nowhere",
]


@pytest.mark.parametrize(("value", "expected"), TIMES)
def test_free_form_time_parses_to_its_instant(value: object, expected: datetime) -> None:
    moment = parse_date(value)
    assert moment == expected
    assert moment is not None
    assert not is_date_only(moment)


@pytest.mark.parametrize("value", DAYS)
def test_free_form_day_parses_as_date_only(value: object) -> None:
    moment = parse_date(value)
    assert moment == datetime(2021, 10, 2, tzinfo=UTC)
    assert is_date_only(moment)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Jul 08 2022", date(2022, 7, 8)),
        ("2006年3月11日", date(2006, 3, 11)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("May 07, 2024", date(2024, 5, 7)),
        ("1er mars 2021", date(2021, 3, 1)),
        ("1º de marzo de 2021", date(2021, 3, 1)),
        ("mar. 2 mars 2021", date(2021, 3, 2)),
        ("21st Sept. 2021", date(2021, 9, 21)),
        ("23rd June 2021", date(2021, 6, 23)),
        ("11th May, 2020", date(2020, 5, 11)),
        ("October 2021", date(2021, 10, 1)),
        ("2021年10月", date(2021, 10, 1)),
        ("Oct, 2021", date(2021, 10, 1)),
        ("10/2021", date(2021, 10, 1)),
        ("10.2021", date(2021, 10, 1)),
        ("2021/10", date(2021, 10, 1)),
        ("25/12/2021", date(2021, 12, 25)),
        ("12/25/2021", date(2021, 12, 25)),
        ("25.12.2021", date(2021, 12, 25)),
        ("13-04-2021", date(2021, 4, 13)),
        ("07/17/2023", date(2023, 7, 17)),
        ("03/03/2021", date(2021, 3, 3)),
    ],
)
def test_unambiguous_form_parses_as_date_only(value: str, expected: date) -> None:
    moment = parse_date(value)
    assert moment is not None
    assert moment.date() == expected
    assert is_date_only(moment)


@pytest.mark.parametrize("value", ["03/04/2021", "3.4.2021", "04-03-2021", "3/4/2021, 9:30:05 AM", "03/04/2021 13:30"])
def test_ambiguous_date_parses_only_with_known_order(value: str) -> None:
    assert parse_date(value) is None
    assert is_ambiguous(value)
    first, second = (int(part) for part in value.replace("/", " ").replace(".", " ").replace("-", " ").split()[:2])
    for day_first, month, day in ((True, second, first), (False, first, second)):
        moment = parse_date(value, day_first=day_first)
        assert moment is not None
        assert (moment.month, moment.day) == (month, day)


@pytest.mark.parametrize(
    "value",
    [
        "03/04/21",
        "02 Oct 21",
        "2 listopad 2021",
        "Oct Nov 2021",
        "2 October",
        "October 2",
        "2021-10-02 - 2021-10-05",
        "October 2-5, 2021",
        "Spring 2021",
        "not before October 2, 2021",
        "October 2, 2021 (or later)",
        "2 October 2021 25:00",
        "2 October 2021 13:61",
        "2 October 2021 14:00 AM",
        "31 June 2021",
        "2021年13月2日",
        "2021-10-02 12:00 +99",
        "2021-10-2 12:00:00 +0275",
        "2023-01-29 18:30:22 2023 -0800",
        "[2021]",
        [["2021-10-02"], ["2021-10-03"]],
        [[["2021-10-02", {}]]],
        [[]],
        "[[]]",
        "13/2021",
        "v2021.10",
        "12/2021/10",
        "1.2.3",
        123456789,
        "123456789",
        99999999999999999,
        1e300,
        float("nan"),
        float("inf"),
        "0000-00-00",
        "0000-00-00 00:00:00",
        "0001-01-01T00:00:00Z",
        "0001-01-01 00:00:00 +0000 UTC",
        "0001-01-01",
        date(1, 1, 1),
        datetime(1, 1, 1, tzinfo=UTC),
    ],
)
def test_invalid_date_is_none_and_not_ambiguous(value: object) -> None:
    assert parse_date(value) is None
    assert not is_ambiguous(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0001-01-01T00:00:00Z", True),
        ("0001-01-01 00:00:00 +0000 UTC", True),
        ("0001-01-01", True),
        ("0000-00-00 00:00:00", True),
        ("0000-00-00", True),
        (datetime(1, 1, 1, tzinfo=UTC), True),
        (date(1, 1, 1), True),
        ("0001-01-02", False),
        ("today", True),
        ("Last-Modified", True),
        ("git Last Modified", True),
        ("Created", True),
        ("\\today", True),
        ("last created", False),
        ("`r Sys.Date()`", True),
        ("`r`", False),
        ("today or so", False),
        ("2001-01-01", False),
        ("", False),
        (0, False),
    ],
)
def test_zero_date_is_recognized_in_its_spellings(value: object, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_zero_date(value) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2021-10-02-title", True),
        ("2021-10-2-title", True),
        ("2021_10_02", True),
        ("2021_10_02_title", True),
        ("2021.10.02 title", True),
        ("20211002-x", True),
        ("20211002", True),
        ("20211002T1330 note", True),
        ("202110021330 note", True),
        ("2021-10-02T13-30", True),
        ("20211302-x", False),
        ("20210231-x", False),
        ("2021100-x", False),
        ("202110021-x", False),
        ("12345678-x", False),
        ("2021-10_02", False),
    ],
)
def test_date_from_filename_accepts_usual_separators(name: str, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    moment = date_from_filename(name)
    assert (moment == datetime(2021, 10, 2, tzinfo=UTC)) is expected
    assert moment is None or is_date_only(moment)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("2021/10/02/title", True),
        ("inside-rust/2021/10/02/title", True),
        ("/blog/2021/10/02", True),
        ("/2021/10/2/", True),
        ("articles/2021/10/02/title/index.md", True),
        ("https://example.org/2021/10/02/title.html", True),
        ("blog/2021-10-02-title", True),
        ("/2021-10-02/", True),
        ("2021/10/title", False),
        ("2021/13/02/title", False),
        ("v2021/10/02", False),
        ("/12021-10-02", False),
        ("releases/1.2021.10", False),
    ],
)
def test_date_from_path_reads_year_month_day_folders(path: str, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    assert (date_from_path(path) == datetime(2021, 10, 2, tzinfo=UTC)) is expected


WORDS = [
    "Oct",
    "2nd",
    "2021",
    "12:30",
    "PM",
    "+2",
    "GMT",
    "(UTC)",
    "2",
    "年",
    "월",
    "/",
    "-",
    ".",
    ",",
    "of",
    "IST",
    "٢",
]


@given(st.lists(st.sampled_from(WORDS), max_size=8), st.sampled_from(["", " "]), st.sampled_from([True, False, None]))
def test_free_form_words_parse_without_an_exception(words: list[str], gap: str, order: bool | None) -> None:  # noqa: FBT001 - drawn
    moment = parse_date(gap.join(words), day_first=order)
    assert moment is None or (moment.utcoffset() is not None and not moment.microsecond)


@given(st.text(max_size=100))
def test_parsed_text_is_never_also_ambiguous(text: str) -> None:
    assert is_ambiguous(text) in {True, False}
    assert parse_date(text) is None or not is_ambiguous(text)


def test_month_names_cover_all_months_without_ambiguous_ones() -> None:
    assert sorted(set(MONTHS.values())) == list(range(1, 13))
    assert "listopad" not in MONTHS
