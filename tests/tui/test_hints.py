"""The bottom line shows keys for the current pane."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tui_driver import MEDIUM, WIDE, opened

from reader.config.actions import ACTIONS
from reader.config.keymap import apply_overrides
from reader.config.schema import KeyOverride
from reader.tui.input.hints import fitting, hints_for
from reader.tui.list.row import STATE_SIGNS

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import ReaderEnv

PLACES = ("sidebar", "articles", "filtered", "empty", "no match", "no hit", "no article", "article", "filter")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("cells", range(0, 200, 9))
def test_hints_fit_and_keep_their_order(place: str, cells: int) -> None:
    hints = hints_for(place, ACTIONS)
    shown = fitting(hints, cells)
    assert shown[-1] == hints[-1]
    assert list(shown) == [hint for hint in hints if hint in shown]
    assert len(shown) == 1 or len(" · ".join(hint.text for hint in shown)) <= cells


def test_narrow_filter_line_still_says_how_to_leave_it() -> None:
    assert [hint.text for hint in fitting(hints_for("filter", ACTIONS), 28)] == ["Enter keep", "Esc cancel"]


def test_hint_uses_the_bound_key_and_is_omitted_without_one() -> None:
    keys = apply_overrides(ACTIONS, (KeyOverride("filter", ("ctrl+f",)), KeyOverride("mark.star", ())))
    texts = [hint.text for hint in hints_for("articles", keys)]
    assert "^f filter" in texts
    assert not any("star" in text for text in texts)


async def test_bottom_line_has_the_keys_of_the_current_pane(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=(160, 30)) as reading:
        assert "Enter read · / filter · s star · n next unread" in reading.lines()[-1]
        await reading.press("l")
        assert "Space page · Esc back" in reading.lines()[-1]
        await reading.press("h", "h")
        assert "Enter list · Space add · E exclude · T next kind" in reading.lines()[-1]
        await reading.press("/")
        assert "Enter keep · Tab complete · ↑ history · Esc cancel" in reading.lines()[-1]
        await reading.press("escape")
        assert reading.lines()[-1].rstrip().endswith("? help")
        await reading.press("escape", "i")
        assert "Enter read · Esc clear filter · / filter" in reading.lines()[-1]


async def test_bottom_line_of_an_empty_list_has_only_keys_that_do_something(tmp_path: Path, world: ReaderEnv) -> None:
    async with opened(tmp_path, world, size=MEDIUM) as reading:
        assert reading.lines()[-1].split("  ")[-1].strip() == "a subscribe · R rescan · q quit · ? help"
        await reading.type("nothing")
        assert reading.lines()[-1].endswith(" Esc clear filter · / edit filter · ? help ")
        await reading.press("l")
        assert reading.lines()[-1].endswith(" Esc back · ? help ")


async def test_long_filter_is_not_truncated_by_the_keys(shelf: Path, world: ReaderEnv) -> None:
    text = "roads OR maps OR hubs OR topic:traffic OR harbour"
    async with opened(shelf, world, size=MEDIUM, query=text) as reading:
        assert text in reading.lines()[-1]
        assert reading.lines()[-1].rstrip().endswith("? help")


async def test_click_on_a_key_runs_it(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=WIDE) as reading:
        await reading.click_text("s star")
        assert reading.said == "Starred"
        await reading.dismiss_message()
        await reading.click_text("filter · s star")
        assert reading.is_typing()
        await reading.press("x")
        await reading.click_text("Esc cancel")
        assert (reading.is_typing(), reading.filter_text) == (False, "")
        await reading.click_text("? help")
        assert reading.has_dialog()


async def test_hints_setting_hides_the_keys(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, replace(world, config=replace(world.config, hints=False)), size=MEDIUM) as reading:
        assert reading.lines()[-1].strip() == "/ Filter"


async def test_list_and_article_show_the_position(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        rows = len(reading.paths())
        assert f" 1/{rows} " in reading.lines()[-2]
        await reading.press("j", "j")
        assert f" 3/{rows} " in reading.lines()[-2]
        assert " 100 % " not in reading.lines()[-2], "an entirely visible page has no position"
        await reading.type("nothinglikethis")
        assert "/" not in reading.lines()[-2]


async def test_position_in_an_article_is_the_percentage_down_to_the_last_line(sample: Path, world: ReaderEnv) -> None:
    async with opened(sample, world, size=MEDIUM) as reading:
        await reading.press("l", "G")
        assert " 100 % " in reading.lines()[-2]
        await reading.press("g", "g")
        whole, seen = len(reading.page().splitlines()), len(reading.lines_of("article"))
        assert f" {100 * seen // whole} % " in reading.lines()[-2]


async def test_sidebar_shows_unread_beside_total(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=WIDE) as reading:
        topic, total = next((label, count) for label, count in reading.counts().items() if label == "Roads")
        lines = [line for line in reading.lines_of("sidebar") if topic in line]
        assert lines[0].split() == [topic, str(total)], "no article is read"
        await reading.type("topic:roads ")
        await reading.press("r")
        lines = [line for line in reading.lines_of("sidebar") if topic in line]
        assert lines[0].split() == [topic, f"{(total or 0) - 1}/{total}"]
        await reading.press("A", "y")
        lines = [line for line in reading.lines_of("sidebar") if topic in line]
        assert lines[0].split() == [topic, f"0/{total}"]


async def test_help_has_a_legend_and_two_columns_in_a_wide_terminal(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=(160, 70)) as reading:
        await reading.press("?")
        assert any("move down" in line and "toggle read" in line for line in reading.lines())
        assert all(sign in reading.text() for sign in STATE_SIGNS.values())
    async with opened(shelf, world, size=(100, 120)) as reading:
        await reading.press("?")
        assert not any("move down" in line and "toggle read" in line for line in reading.lines())
        assert "draft; locked" in reading.text()
