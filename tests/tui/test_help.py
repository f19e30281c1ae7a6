"""The help, the page of the query language and the list of themes: searched, run from and previewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tui_driver import MEDIUM, WIDE, opened

from reader.config.actions import ACTIONS
from reader.render.style import Palette
from reader.tui.widgets.help import found_rows, help_rows

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import ReaderEnv


def test_help_finds_entries_by_all_words() -> None:
    rows = help_rows(ACTIONS, Palette())
    assert [row.action(0) for row in found_rows(rows, "Star TOGGLE")] == ["mark.star"]
    assert {"unread.next", "unread.only"} < {row.action(0) for row in found_rows(rows, "unread")}
    assert found_rows(rows, "nothing like this") == []


def test_help_has_every_action_once_in_one_column_or_two() -> None:
    for width in (80, 130):
        rows = help_rows(ACTIONS, Palette(), width)
        actions = [row.action(side) for row in rows for side in (0, 1) if row.action(side)]
        assert sorted(actions) == sorted(action.id for action in ACTIONS)


@pytest.mark.parametrize("size", [MEDIUM, WIDE])
async def test_help_is_searched_by_typing_and_runs_a_line(shelf: Path, world: ReaderEnv, size: tuple[int, int]) -> None:
    async with opened(shelf, world, size=size) as reading:
        await reading.press("?", "/", *"toggle star")
        assert [line for line in reading.lines() if "star" in line and "toggle" in line]
        assert "move down" not in reading.text()
        await reading.press("escape")
        assert "move down" in reading.text()
        await reading.press("/", *"toggle star", "enter")
        assert (reading.has_dialog(), reading.said) == (False, "Starred")


async def test_help_runs_the_entry_that_is_marked_in_two_columns(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=(160, 70)) as reading:
        await reading.press("?")
        (line,) = (line for line in reading.lines() if "▸" in line)
        assert line.index("▸") < line.index("move down")
        await reading.press("l")
        moved = [line for line in reading.lines() if "▸" in line]
        assert not moved or moved[0].index("▸") > moved[0].index("move down")
        await reading.press("escape")
        assert not reading.has_dialog()


async def test_keys_in_help_without_a_match_do_nothing(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        await reading.press("?", "/", *"no such line", "tab", "right", "left", "j", "enter")
        assert reading.has_dialog()
        assert "move down" not in reading.text()


async def test_query_page_is_within_the_reader(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        await reading.press("?", "/", *"full syntax", "enter")
        assert "The query language" in reading.text()
        assert "climate ice" in reading.text()
        await reading.press("G", "escape")
        assert not reading.has_dialog()


async def test_themes_are_shown_under_the_cursor_and_kept_by_enter(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        reading.invoke("theme")
        await reading.settled()
        assert "● nord" in reading.text()
        await reading.press("j")
        assert reading.app.theme == "rose-pine"
        await reading.press("escape")
        assert reading.app.theme == "nord"
        reading.invoke("theme")
        await reading.settled()
        await reading.press("k", "enter")
        assert (reading.app.theme, reading.has_dialog()) == ("monokai", False)


def test_narrow_help_shows_descriptions_whole() -> None:
    rows = help_rows(ACTIONS, Palette(), 49)
    of_actions = [row.line.cell_len for row in rows if row.action(0)]
    assert max(of_actions) <= 49
