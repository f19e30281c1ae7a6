"""Saved searches: counted in the sidebar, chosen, saved, renamed and deleted; the config file is not written."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sweep import sample
from tui_driver import MEDIUM, NARROW, WIDE, opened

from reader.config.load import load_config
from reader.config.schema import SavedSearch
from reader.errors import QueryError
from reader.query import SortKey, parse
from reader.tui.list.view import SidebarSelection, View
from reader.tui.sidebar.saved_searches import SavedSearchesDialog

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from tui_driver import ReaderEnv, TuiDriver

SIZES = [WIDE, MEDIUM, NARROW]
SETTINGS = """\
# What I look at.
text_width = 70   # narrow

[searches]
"the best" = "quality>=80 sort:quality"   # every morning
roads = "topic:Roads"
"""


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "config" / "config.toml"
    file.parent.mkdir()
    file.write_text(SETTINGS, encoding="utf-8")
    return file


@asynccontextmanager
async def reading_with(
    folder: Path, world: ReaderEnv, settings: Path, *, size: tuple[int, int] = WIDE
) -> AsyncIterator[TuiDriver]:
    """Open the TUI with the settings of a config file."""
    config = replace(load_config(settings), mark_read_after=-1)
    async with opened(folder, replace(world, config=config, config_file=settings), size=size) as reading:
        yield reading


def saved(settings: Path) -> dict[str, str]:
    return {search.name: search.query for search in load_config(settings).searches}


def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def dialog(reading: TuiDriver) -> SavedSearchesDialog:
    found = next(screen for screen in reading.app.screen_stack if isinstance(screen, SavedSearchesDialog))
    assert reading.app.screen is found, "the dialog is on top"
    return found


def message(reading: TuiDriver) -> str:
    """Return the message below the list of the dialog."""
    words = dialog(reading).query_one("#message")
    return str(words.render()) if words.display else ""


async def answer(reading: TuiDriver, text: str) -> None:
    """Replace the suggestion of the prompt by a text, and accept."""
    await reading.press("ctrl+a", "ctrl+k", *text, "enter")


async def test_searches_are_above_the_topics_with_counts_of_the_folder(
    shelf: Path, world: ReaderEnv, settings: Path
) -> None:
    async with reading_with(shelf, world, settings) as reading:
        assert reading.sidebar_lines[:8] == [
            "All",
            "Unread",
            "Starred",
            "Read later",
            "─ searches ─",
            "the best",
            "roads",
            "─ topics ─",
        ]
        whole = reading.counts()
        await reading.type("title:hub")
        assert reading.counts()["All"] == 1
        assert [reading.counts()[name] for name in ("the best", "roads")] == [whole["the best"], whole["roads"]]


async def test_search_count_is_the_number_of_matches(shelf: Path, world: ReaderEnv, settings: Path) -> None:
    async with reading_with(shelf, world, settings) as reading:
        for name, query in (("the best", "quality>=80"), ("roads", "topic:Roads")):
            await reading.type(query)
            found = set(reading.paths())
            await reading.press("F")
            assert reading.counts()[name] == len(found) > 0
            await reading.choose(name)
            assert set(reading.paths()) == found
            assert name in reading.title
            await reading.press("F")


async def test_sidebar_without_searches_has_no_heading(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        assert "─ searches ─" not in reading.sidebar_lines


async def test_search_counts_follow_marks_and_files(shelf: Path, world: ReaderEnv, settings: Path) -> None:
    write(settings, '[searches]\nunread = "is:unread"\n')
    async with reading_with(shelf, world, settings) as reading:
        total = reading.counts()["All"]
        assert reading.counts()["unread"] == total
        await reading.press("r")
        assert reading.counts()["unread"] == (total or 0) - 1
        (shelf / "more.md").write_text("---\ntitle: One more\n---\n", encoding="utf-8")
        await reading.press("R")
        assert reading.counts()["unread"] == total


async def test_invalid_search_has_no_count_and_shows_an_error(shelf: Path, world: ReaderEnv, settings: Path) -> None:
    write(settings, '[searches]\n"[@click=app.quit]bad[/]" = "topc:AI"\n')
    async with reading_with(shelf, world, settings) as reading:
        before = reading.paths()
        assert reading.counts()["[@click=app.quit]bad[/]"] is None
        await reading.choose("[@click=app.quit]bad[/]")
        assert 'Saved search "[@click=app.quit]bad[/]": ' in reading.said
        assert reading.paths() == before, "the last valid list stays"
        await reading.press("escape", "F")
        assert reading.said == ""


@pytest.mark.sweep
@pytest.mark.parametrize("size", sample(SIZES, 1, 1))
async def test_enter_in_the_dialog_chooses_a_search(
    shelf: Path, world: ReaderEnv, settings: Path, size: tuple[int, int]
) -> None:
    async with reading_with(shelf, world, settings, size=size) as reading:
        await reading.press("'")
        assert "the best" in reading.text()
        assert "topic:Roads" in reading.text()
        await reading.press("j", "enter")
        assert reading.view.choice == SidebarSelection("search", "roads", "topic:Roads")
        assert "roads" in reading.title
        await reading.press("'")
        assert dialog(reading).query_one("#searches").cursor == 1, "the cursor starts at the chosen search"  # type: ignore[attr-defined] # a list
        await reading.press("escape")
        assert not reading.has_dialog()
        assert "roads" in reading.title


@pytest.mark.parametrize("size", [*SIZES, (40, 10)])
async def test_searches_dialog_matches_golden(
    sample: Path, world: ReaderEnv, golden: Callable[[str, str], None], size: tuple[int, int]
) -> None:
    searches = (
        SavedSearch("good and new", "is:unread quality>=70"),
        SavedSearch("stars, and everything that goes about them", "topic:Astronomy OR topic:Physics sort:-date"),
        SavedSearch("[b]data[/b] データ", "データ"),
    )
    config = replace(world.config, searches=searches)
    async with opened(sample, replace(world, config=config), size=size) as reading:
        await reading.press("'", "j")
        golden("searches-{}x{}".format(*size), reading.text())


@pytest.mark.sweep
@pytest.mark.parametrize("size", sample(SIZES, 1, 2))
async def test_search_chosen_from_an_article_shows_the_list(
    shelf: Path, world: ReaderEnv, settings: Path, size: tuple[int, int]
) -> None:
    async with reading_with(shelf, world, settings, size=size) as reading:
        await reading.press("enter", "'", "enter")
        assert reading.pane == "articles"
        assert "the best" in reading.text()


async def test_double_click_chooses_a_search(shelf: Path, world: ReaderEnv, settings: Path) -> None:
    async with reading_with(shelf, world, settings) as reading:
        await reading.press("'")
        await reading.click(dialog(reading).query_one("#searches"), 3, 1)
        await reading.click(dialog(reading).query_one("#searches"), 3, 1, times=2)
        assert reading.view.choice.value == "roads"


@pytest.mark.sweep
@pytest.mark.parametrize("size", sample(SIZES, 1, 0))
async def test_filter_saved_as_a_search_appears_in_the_sidebar(
    shelf: Path, world: ReaderEnv, settings: Path, size: tuple[int, int]
) -> None:
    async with reading_with(shelf, world, settings, size=size) as reading:
        await reading.type("title:hub")
        await reading.press("'", "a")
        await answer(reading, "my hub")
        assert message(reading) == ""
        assert "my hub" in reading.text()
        assert saved(settings)["my hub"] == "title:hub"
        assert text_of(settings) == SETTINGS
        await reading.press("enter")
        assert reading.view == View(choice=SidebarSelection("search", "my hub", "title:hub")), (
            "the search replaces the filter"
        )
        assert reading.filter_text == ""
        await reading.press("F")
        assert reading.counts()["my hub"] == 1


async def test_choice_minimum_quality_and_sort_are_saved_with_the_filter(
    shelf: Path, world: ReaderEnv, settings: Path
) -> None:
    async with reading_with(shelf, world, settings) as reading:
        await reading.choose("Roads")
        await reading.type("road")
        await reading.press("+", "S", "t")
        found = reading.paths()
        await reading.press("'", "a")
        await answer(reading, "all of it")
        await reading.press("escape", "F", "S", "d")
        assert reading.paths() != found
        await reading.choose("all of it")
        assert reading.paths() == found


async def test_saving_under_an_existing_name_needs_confirmation(shelf: Path, world: ReaderEnv, settings: Path) -> None:
    async with reading_with(shelf, world, settings) as reading:
        await reading.type("hub")
        await reading.press("'", "a")
        await answer(reading, "roads")
        assert 'Replace saved search "roads"?' in reading.text()
        await reading.press("n")
        assert saved(settings)["roads"] == "topic:Roads"
        await reading.press("a")
        await answer(reading, "roads")
        await reading.press("y")
        assert saved(settings)["roads"] == "hub"
        await reading.press("escape", "F")
        assert reading.counts()["roads"] == 1


async def test_empty_view_is_not_saved(shelf: Path, world: ReaderEnv, settings: Path) -> None:
    async with reading_with(shelf, world, settings) as reading:
        await reading.press("'", "a")
        assert "Nothing to save" in message(reading)
        assert text_of(settings) == SETTINGS


async def test_invalid_view_is_not_saved(shelf: Path, world: ReaderEnv, settings: Path) -> None:
    write(settings, SETTINGS + 'bad = "topc:AI"\n')
    async with reading_with(shelf, world, settings) as reading:
        await reading.choose("bad")
        await reading.press("'", "a")
        assert 'Cannot save filter: Saved search "bad": ' in message(reading)
        assert text_of(settings) == SETTINGS + 'bad = "topc:AI"\n'


async def test_canceled_or_empty_prompt_changes_nothing(shelf: Path, world: ReaderEnv, settings: Path) -> None:
    async with reading_with(shelf, world, settings) as reading:
        await reading.type("hub")
        await reading.press("'", "a", "x", "escape", "a", "space", "enter", "r", "escape", "d", "n")
        assert message(reading) == ""
        assert text_of(settings) == SETTINGS


@pytest.mark.sweep
@pytest.mark.parametrize("size", sample(SIZES, 1, 1))
async def test_renamed_search_stays_chosen(
    shelf: Path, world: ReaderEnv, settings: Path, size: tuple[int, int]
) -> None:
    async with reading_with(shelf, world, settings, size=size) as reading:
        await reading.choose("roads")
        found = reading.paths()
        await reading.press("'", "r")
        await answer(reading, "streets [/]")
        assert "streets [/]" in reading.text()
        assert saved(settings) == {"the best": "quality>=80 sort:quality", "streets [/]": "topic:Roads"}
        await reading.press("escape")
        assert reading.view.choice.value == "streets [/]"
        assert reading.sidebar_line == "streets [/]"
        assert reading.paths() == found


async def test_renaming_to_an_existing_name_is_an_error(shelf: Path, world: ReaderEnv, settings: Path) -> None:
    async with reading_with(shelf, world, settings) as reading:
        await reading.press("'", "r")
        await answer(reading, "roads")
        assert "already" in message(reading)
        assert text_of(settings) == SETTINGS
        await reading.press("escape")
        assert not reading.has_dialog()


@pytest.mark.sweep
@pytest.mark.parametrize("size", sample(SIZES, 1, 2))
async def test_search_is_deleted_after_confirmation(
    shelf: Path, world: ReaderEnv, settings: Path, size: tuple[int, int]
) -> None:
    async with reading_with(shelf, world, settings, size=size) as reading:
        everything = reading.paths()
        await reading.choose("roads")
        await reading.press("'", "d")
        assert 'Delete saved search "roads"?' in reading.text()
        await reading.press("y")
        assert saved(settings) == {"the best": "quality>=80 sort:quality"}
        assert text_of(settings) == SETTINGS
        await reading.press("d", "y")
        assert saved(settings) == {}
        assert message(reading) == "No saved searches yet"
        await reading.press("enter", "r", "d", "j", "escape")
        assert reading.paths() == everything, "a deleted search is no longer chosen"
        assert "─ searches ─" not in reading.sidebar_lines


async def test_dialog_shows_searches_written_by_others(shelf: Path, world: ReaderEnv, settings: Path) -> None:
    async with reading_with(shelf, world, settings) as reading:
        await reading.choose("roads")
        write(settings, '[searches]\nroads = "title:hub"\nmaps = "topic:Maps"\n')
        await reading.press("'", "escape")
        assert list(reading.counts())[4:6] == ["roads", "maps"]
        assert reading.paths() == ["hub.md"], "the chosen search has its new query"


def misspell(file: Path) -> None:
    write(file, "theme = 7\n")


def make_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


BROKEN: list[tuple[str, Callable[[Path], None], str]] = [
    ("an error in the file", misspell, "config.toml:1: theme"),
    ("a folder in its place", make_folder, "Not a regular file"),
]


@pytest.mark.parametrize(("remark", "breaking", "said"), BROKEN, ids=[case[0] for case in BROKEN])
async def test_invalid_config_file_is_an_error_and_keeps_its_content(
    shelf: Path, world: ReaderEnv, settings: Path, remark: str, breaking: Callable[[Path], None], said: str
) -> None:
    async with reading_with(shelf, world, settings, size=NARROW) as reading:
        breaking(settings)
        await reading.press("'")
        assert said in message(reading), remark
        assert "roads" in reading.text(), "the loaded searches stay"
        await reading.press("j", "enter")
        assert "roads" in reading.title
        await reading.press("'", "d", "y")
        assert said in message(reading), remark


async def test_unwritable_searches_file_is_an_error_message(shelf: Path, world: ReaderEnv, tmp_path: Path) -> None:
    (tmp_path / "nowhere").write_text("a file where the folder should be", encoding="utf-8")
    async with opened(shelf, replace(world, config_file=tmp_path / "nowhere" / "config.toml")) as reading:
        await reading.type("hub")
        await reading.press("'", "a")
        await answer(reading, "mine")
        assert "Cannot " in message(reading)


async def test_saving_without_a_config_file_is_an_error_message(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.type("hub")
        await reading.press("'", "a")
        await answer(reading, "mine")
        assert message(reading) == "No config file to save to"


async def test_first_saved_search_creates_the_file(shelf: Path, world: ReaderEnv, tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.toml"
    async with opened(shelf, replace(world, config_file=file)) as reading:
        await reading.type("hub")
        await reading.press("'", "a")
        await answer(reading, "mine")
        assert saved(file) == {"mine": "hub"}


DATE, QUALITY = SortKey("date"), SortKey("quality")
SAVED = SidebarSelection("search", "mine", "topic:AI sort:quality limit:5")
TEXTS = [
    (View(), "", "everything"),
    (View(typed="  q>70  climate "), "q>70  climate", "the filter as typed"),
    (View(choice=SidebarSelection("topic", "Facebook AI")), 'topic:"Facebook AI"', "a topic"),
    (View(choice=SidebarSelection("date", "2021")), "on:2021", "a year"),
    (View(typed="climate", min_quality=70), "quality>=70 climate", "a minimum quality"),
    (View(sort=(QUALITY, DATE)), "sort:quality,date", "an order"),
    (View(typed="sort:title", sort=(QUALITY,)), "sort:title", "an order that was typed"),
    (View(choice=SAVED), "topic:AI sort:quality limit:5", "a saved search"),
    (View(choice=SAVED, typed="new"), "topic:AI new sort:quality limit:5", "more than a saved search"),
    (View(choice=SAVED, sort=(SortKey("heat"),), sort_first=True), "topic:AI sort:heat limit:5", "with another sort"),
    (View(choice=SAVED, sort_first=True), "topic:AI limit:5", "with the default sort"),
]


@pytest.mark.parametrize(("view", "text", "remark"), TEXTS, ids=[case[2] for case in TEXTS])
def test_view_as_query_text_finds_the_same(view: View, text: str, remark: str) -> None:
    assert view.to_query_text() == text, remark
    alone = View(typed=text)
    assert parse(text).expr == view.query().expr
    assert alone.order() == view.order()
    assert alone.query().limit == view.query().limit


def test_view_of_an_invalid_search_names_it_in_the_error() -> None:
    view = View(choice=SidebarSelection("search", SavedSearch("mine", "(").name, "("))
    with pytest.raises(QueryError, match='Saved search "mine": '):
        view.to_query_text()
