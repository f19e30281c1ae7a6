"""The day of an article in the user's time zone: from the file through the index to the list and to queries."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from indexed_folder import IndexFolder, article

from reader.query import Clock, QueryContext, parse
from reader.render.format import format_date, format_datetime

FILES = {
    "day": "2024-08-07",
    "month": "2024-08",
    "zoned": "2024-08-07+14:00",
    "evening": "2024-08-07 17:00:00 -0700",  # midnight UTC, on the 8th
    "midnight": "2024-08-07T00:00:00Z",
    "noon": "2024-08-07 12:00",
}
ZONES = ("America/Los_Angeles", "UTC", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> IndexFolder:
    made = IndexFolder(tmp_path_factory.mktemp("zones"))
    for name, when in FILES.items():
        made.write(f"{name}.md", article(name, date=f'"{when}"'))
    made.sync()
    return made


def _context(zone: str) -> QueryContext:
    return QueryContext(Clock(datetime(2024, 8, 20, 12, tzinfo=UTC), ZoneInfo(zone)))


@pytest.mark.parametrize(
    ("zone", "midnight", "noon", "evening"),
    [
        ("America/Los_Angeles", "6 Aug 2024 17:00", "7 Aug 2024 05:00", "7 Aug 2024 17:00"),
        ("UTC", "7 Aug 2024 00:00", "7 Aug 2024 12:00", "8 Aug 2024 00:00"),
        ("Pacific/Kiritimati", "7 Aug 2024 14:00", "8 Aug 2024 02:00", "8 Aug 2024 14:00"),
    ],
)
def test_time_is_shown_in_the_time_zone_of_the_user(
    folder: IndexFolder, zone: str, midnight: str, noon: str, evening: str
) -> None:
    with closing(folder.search()) as search:
        entries = search.entries(search.ids(parse("evening OR midnight OR noon"), _context(zone)))
    shown = {entry.title: format_datetime(entry.published_at, ZoneInfo(zone)) for entry in entries}
    assert shown == {"midnight": midnight, "noon": noon, "evening": evening}


@pytest.mark.parametrize("zone", ZONES)
def test_date_without_time_is_the_same_day_in_every_zone(folder: IndexFolder, zone: str) -> None:
    with closing(folder.search()) as search:
        entries = search.entries(search.ids(parse("day OR zoned"), _context(zone)))
    assert [format_datetime(entry.published_at, ZoneInfo(zone)) for entry in entries] == ["7 Aug 2024"] * 2


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", [f"2024-08-{day:02}" for day in (1, 6, 7, 8)])
def test_query_for_a_day_matches_the_dates_shown_in_the_list(folder: IndexFolder, zone: str, day: str) -> None:
    with closing(folder.search()) as search:
        entries = search.entries(search.ids(parse(""), _context(zone)))
        found = {entry.title for entry in search.entries(search.ids(parse(f"on:{day}"), _context(zone)))}
        between = {entry.title for entry in search.entries(search.ids(parse(f"date:{day}..{day}"), _context(zone)))}
    wanted = format_date(datetime.fromisoformat(day), UTC)
    shown = {entry.title for entry in entries if format_date(entry.published_at, ZoneInfo(zone)) == wanted}
    assert found == between == shown


def test_midnight_utc_is_the_day_before_in_los_angeles(folder: IndexFolder) -> None:
    def found(query: str) -> set[str]:
        with closing(folder.search()) as search:
            ids = search.ids(parse(query), _context("America/Los_Angeles"))
            return {entry.title for entry in search.entries(ids)}

    assert found("on:2024-08-07") == {"day", "zoned", "evening", "noon"}
    assert found("on:2024-08-08") == set()
    assert found("since:2024-08-07") == {"day", "zoned", "evening", "noon"}
    assert found("before:2024-08-07") == {"month", "midnight"}
    assert found("-on:2024-08-07") == {"month", "midnight"}
