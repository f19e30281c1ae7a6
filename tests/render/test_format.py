"""Numbers, dates, long paths and URLs formatted for display."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from rich.console import Console
from rich.text import Text

from reader.article import DATE_ONLY
from reader.render.format import (
    DATE_CELLS,
    format_count,
    format_date,
    format_datetime,
    format_number,
    quality_bar,
    wrap_text,
)
from reader.render.style import Palette

EAST = timezone(timedelta(hours=14))
WEST = timezone(-timedelta(hours=12))


@pytest.mark.parametrize(
    ("when", "zone", "this_year", "day_shown", "moment_shown", "remark"),
    [
        (None, UTC, 2021, "", "", "no date"),
        (datetime(2021, 10, 2, 13, 30, tzinfo=UTC), UTC, None, "2 Oct 2021", "2 Oct 2021 13:30", "a time"),
        (datetime(2021, 10, 2, 13, 30, tzinfo=UTC), UTC, 2021, "2 Oct", "2 Oct 2021 13:30", "of this year"),
        (datetime(2021, 10, 2, 13, 30, tzinfo=UTC), EAST, None, "3 Oct 2021", "3 Oct 2021 03:30", "far east"),
        (datetime(2021, 10, 2, 3, 30, tzinfo=UTC), WEST, None, "1 Oct 2021", "1 Oct 2021 15:30", "far west"),
        (datetime(2021, 10, 2, tzinfo=DATE_ONLY), WEST, None, "2 Oct 2021", "2 Oct 2021", "a bare date is no time"),
        (datetime(2021, 10, 2, tzinfo=DATE_ONLY), EAST, None, "2 Oct 2021", "2 Oct 2021", "nowhere"),
        (datetime(2021, 10, 2, tzinfo=UTC), WEST, None, "1 Oct 2021", "1 Oct 2021 12:00", "midnight UTC is a time"),
        (datetime(2021, 12, 31, 20, tzinfo=UTC), EAST, 2022, "1 Jan", "1 Jan 2022 10:00", "the reader's own year"),
        (datetime(1, 1, 1, 1, tzinfo=UTC), WEST, None, "1 Jan 1", "1 Jan 1 01:00", "the first day of all"),
        (datetime(9999, 12, 31, 23, tzinfo=UTC), EAST, None, "31 Dec 9999", "31 Dec 9999 23:00", "the last one"),
    ],
)
def test_dates_are_formatted_in_the_time_zone(
    when: datetime | None, zone: timezone, this_year: int | None, day_shown: str, moment_shown: str, remark: str
) -> None:
    assert format_date(when, zone, this_year) == day_shown, remark
    assert format_datetime(when, zone) == moment_shown, remark
    assert len(day_shown) <= DATE_CELLS


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (35, "35"), (35.0, "35"), (67.5, "67.5"), (0.25, "0.2"), (1e6, "1000000"), (1.5e26, "1.5e+26")],
)
def test_number_is_formatted_without_needless_digits(value: float, shown: str) -> None:
    assert format_number(value) == shown


def test_count_is_formatted_with_thousands_separators() -> None:
    assert [format_count(value) for value in (0, 999, 1000, 103112)] == ["0", "999", "1,000", "103,112"]


@pytest.mark.parametrize(
    ("quality", "block"), [(0, "▁"), (12, "▁"), (13, "▂"), (50, "▅"), (99, "█"), (100, "█"), (250, "█"), (-5, "▁")]
)
def test_quality_bar_height_follows_the_quality(quality: float, block: str) -> None:
    assert quality_bar(quality) == block


def test_quality_has_one_of_three_colors() -> None:
    palette = Palette(good="green", fair="white", poor="red")
    assert [palette.quality(value) for value in (100, 67, 66, 34, 33, 0)] == [
        *("green", "green"),
        *("white", "white"),
        *("red", "red"),
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Some words that are wrapped as always.", ["Some words that are", "wrapped as always."]),
        ("a-long-folder/another/the-file.md", ["a-long-folder/", "another/the-file.md"]),
        ("My Notes/a-long-folder/the-file.md", ["My Notes/", "a-long-folder/", "the-file.md"]),
        ("See https://a.example/some/page now", ["See", "https://a.example/", "some/page now"]),
        ("https://a.example/x/some-page", ["https://a.example/x/", "some-page"]),
        ("folder/the-very-long-name-of-a-file.md", ["folder/", "the-very-long-name-", "of-a-file.md"]),
        ("https://a.example/?first=1&second=2", ["https://a.example/", "?first=1&second=2"]),
        ("https://a.example/the_long_name_of_it", ["https://a.example/", "the_long_name_of_it"]),
        (r"C:\Users\me\Documents\notes.md", ["C:\\Users\\me\\", "Documents\\notes.md"]),
        ("文章/二〇二六/十一月/文件.md", ["文章/二〇二六/", "十一月/文件.md"]),
        ("这是一段没有空格的很长的文字/也有斜线", ["这是一段没有空格的很", "长的文字/也有斜线"]),
        ("x" * 45, ["x" * 20, "x" * 20, "x" * 5]),
        ("one\n\nsome/" + "y" * 18, ["one", "", "some/", "y" * 18]),
    ],
)
def test_long_path_or_url_is_broken_after_a_slash_or_sign(text: str, shown: list[str]) -> None:
    lines = [line.plain.rstrip() for line in wrap_text(Text(text), 20, Console(width=20))]
    assert lines == shown
