"""Rows of the list: their columns, and their exact width."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from factories import entry
from msgspec.structs import replace
from rich.cells import cell_len
from rich.style import Style

from reader.article import DATE_ONLY, Provider
from reader.config.schema import COLUMNS
from reader.index.model import IndexProfile
from reader.marks import MarkTarget
from reader.render.style import Palette
from reader.tui.list.columns import plan_row
from reader.tui.list.columns_dialog import toggled
from reader.tui.list.row import RowOptions, RowStyles, paint_entry

THIS_YEAR = IndexProfile(years=(2021, 2021))
SEVERAL_YEARS = IndexProfile(years=(2014, 2021))


def _row(width: int = 60, profile: IndexProfile = THIS_YEAR, columns: tuple[str, ...] = (), **values: Any) -> str:
    summary = replace(entry(MarkTarget(1, "a")), **values)
    options = RowOptions(plan_row(width, profile, 2021, columns), UTC, 2021, lambda _title: ())
    segments = paint_entry(summary, RowStyles(Palette(), Style()), options, cursor=False)
    return "".join(segment.text for segment in segments)


def _cells(width: int, profile: IndexProfile = THIS_YEAR, columns: tuple[str, ...] = ()) -> dict[str, int]:
    return {column.name: column.cells for column in plan_row(width, profile, 2021, columns).columns}


@pytest.mark.parametrize(
    ("path", "language", "shown"),
    [
        ("de/a.md", "de", "A title de"),
        ("i18n/pt-BR/docs/a.md", "pt-BR", "A title pt-BR"),
        ("index.ko.md", "ko", "A title ko"),
        ("a.md", "de", "A title"),
        ("modern/a.md", "de", "A title"),
        ("de/a.md", "", "A title"),
    ],
)
def test_title_is_followed_by_the_language_of_a_translation(path: str, language: str, shown: str) -> None:
    row = _row(columns=("title",), path=path, language=language)
    assert " ".join(row.split()) == shown
    assert row.startswith("A title")


@pytest.mark.parametrize(
    ("values", "sign"),
    [
        ({"draft": True}, "✎"),
        ({"secured": True}, "⚿"),
        ({"unreadable": True}, "✗"),
        ({"problem_count": 2}, "!"),
        ({"updated_at": datetime(2021, 10, 3, tzinfo=UTC)}, "↻"),
        ({"draft": True, "problem_count": 1, "language": "de", "path": "de/a.md"}, "de ✎!"),
        ({"updated_at": datetime(2021, 10, 2, 18, tzinfo=UTC)}, ""),
        ({}, ""),
    ],
)
def test_state_is_a_symbol_at_the_end_of_the_title(values: dict[str, Any], sign: str) -> None:
    row = _row(published_at=datetime(2021, 10, 2, tzinfo=UTC), **values)
    assert row[11:].split("A title")[1].strip() == sign
    assert row.endswith(f"{sign} "), "at the right edge"


def test_state_of_most_articles_is_not_shown() -> None:
    profile = IndexProfile(years=(2021, 2021), unusual=("draft",))
    assert "⚿" not in _row(profile=profile, secured=True)
    assert "✎" in _row(profile=profile, secured=True, draft=True)


@pytest.mark.parametrize("width", range(1, 130, 3))
@pytest.mark.parametrize("columns", [(), COLUMNS, tuple(reversed(COLUMNS)), ("title", "topics")])
def test_row_has_exactly_the_given_width(width: int, columns: tuple[str, ...]) -> None:
    values = {"title": "題名" * 40, "draft": True, "path": "zh-Hant/a.md", "language": "zh-Hant", "quality": 100.0}
    row = _row(width, SEVERAL_YEARS, columns, **values, topics=("東京" * 20,), minutes=10)
    assert cell_len(row) == width


@pytest.mark.parametrize("columns", [(), ("title",), ("title", "provider"), ("title", "topics")])
def test_row_ends_with_a_blank_before_the_scroll_bar(columns: tuple[str, ...]) -> None:
    values: Any = {"title": "long" * 40, "provider": Provider("n" * 40, "nasa.gov"), "topics": ("topic" * 9,)}
    assert _row(columns=columns, **values).endswith("… ")


def test_date_without_time_is_shown_as_its_day() -> None:
    assert " 2 Oct " in _row(published_at=datetime(2021, 10, 2, tzinfo=DATE_ONLY))


def test_dates_are_aligned_in_a_column() -> None:
    dates = [datetime(2021, 10, 2, tzinfo=UTC), datetime(2021, 11, 12, tzinfo=UTC), datetime(2014, 1, 3, tzinfo=UTC)]
    shown = [_row(70, SEVERAL_YEARS, ("date", "title"), published_at=date)[:12] for date in dates]
    assert shown == [" 2 Oct      ", "12 Nov      ", " 3 Jan 2014 "]


def test_date_column_is_narrow_if_all_dates_are_of_this_year() -> None:
    assert _cells(60)["date"] == 6
    assert _cells(60, SEVERAL_YEARS)["date"] == 11


def test_columns_empty_in_the_folder_are_omitted() -> None:
    assert list(_cells(60, IndexProfile(has_quality=False, years=None))) == ["mark", "title"]
    assert _row(30, IndexProfile(has_quality=False, years=None))[4:11] == "A title"


@pytest.mark.parametrize(("width", "cells"), [(80, 5), (60, 5), (59, 3), (54, 3), (50, 1), (40, 1)])
def test_quality_column_shrinks_with_the_width(width: int, cells: int) -> None:
    assert _cells(width, SEVERAL_YEARS)["quality"] == cells
    shown = {5: " 67 ▆", 3: " 67", 1: "▆"}[cells]
    assert shown in _row(width, SEVERAL_YEARS, quality=67.0)
    assert ("67" in _row(width, SEVERAL_YEARS, quality=67.0)) == (cells > 1)


@pytest.mark.parametrize(
    ("quality", "shown"),
    [
        (7.0, "  7"),
        (67.0, " 67"),
        (67.6, " 68"),
        (99.9, "100"),
        (999.0, "999"),
        (1_000.0, ">1k"),
        (2e26, ">1k"),
        (-5.4, " -5"),
        (-99.0, "-99"),
        (-100.0, " <0"),
        (-0.2, "  0"),
    ],
)
def test_quality_is_rounded_to_three_cells_and_never_cut(quality: float, shown: str) -> None:
    assert _row(columns=("quality", "title"), quality=quality)[:3] == shown


@pytest.mark.parametrize("width", range(2, 200))
@pytest.mark.parametrize("profile", [THIS_YEAR, SEVERAL_YEARS, IndexProfile(has_quality=False)])
def test_title_gets_at_least_half_of_the_width(width: int, profile: IndexProfile) -> None:
    assert _cells(width, profile)["title"] * 2 >= width


def test_provider_is_shown_only_if_long_titles_fit() -> None:
    assert "provider" not in _cells(95, SEVERAL_YEARS)
    assert _cells(106, SEVERAL_YEARS)["title"] >= 60
    assert "NASA" in _row(106, SEVERAL_YEARS, provider=Provider("NASA", "nasa.gov"))


def test_chosen_columns_are_shown_in_order_if_they_fit() -> None:
    chosen = ("title", "provider", "reading_time")
    row = _row(60, THIS_YEAR, chosen, provider=Provider("", "nasa.gov"), minutes=5)
    assert row == f"{'A title':<34}nasa.gov            5 min "
    assert list(_cells(30, THIS_YEAR, chosen)) == ["title"]


@pytest.mark.parametrize(
    ("columns", "name", "after"),
    [
        ((), "topics", ("mark", "date", "quality", "title", "provider", "topics")),
        ((), "provider", ("mark", "date", "quality", "title")),
        (("title", "date"), "", ()),
        (("title", "date"), "mark", ("mark", "title", "date")),
        (("title", "date"), "quality", ("title", "date", "quality")),
        (("date", "title"), "reading_time", ("date", "title", "reading_time")),
    ],
)
def test_toggled_column_keeps_its_place(columns: tuple[str, ...], name: str, after: tuple[str, ...]) -> None:
    assert toggled(columns, name) == after
