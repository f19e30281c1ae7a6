"""Keymap and screen have the same actions, and no key crashes the TUI at any width."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sweep import TIMES, sample
from tui_driver import MEDIUM, NARROW, opened

from reader.config.actions import ACTIONS
from reader.config.schema import THEMES

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import ReaderEnv

    from reader.tui.layout import PaneName


async def test_screen_has_exactly_the_actions_of_the_keymap(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        assert reading.actions == {key.id for key in ACTIONS}


PLACES: list[tuple[tuple[int, int], PaneName]] = [
    # Low screens, since painting is most of the work.
    ((120, 14), "articles"),
    ((80, 14), "article"),
    ((80, 14), "sidebar"),
    ((40, 12), "articles"),
    ((60, 14), "article"),
    ((60, 14), "sidebar"),
    ((30, 8), "articles"),
]


@pytest.mark.sweep
@pytest.mark.parametrize(("size", "pane"), PLACES)
async def test_no_key_crashes_the_tui(shelf: Path, world: ReaderEnv, size: tuple[int, int], pane: PaneName) -> None:
    """Presses each key in one of the places, or in each during a sweep, and closes what it opens."""
    keys = [item.split() for key in ACTIONS for item in key.keys if not key.id.startswith("quit")]
    first, step = (0, 1) if TIMES > 1 else (PLACES.index((size, pane)), len(PLACES))
    async with opened(shelf, world, size=size) as reading:
        for strokes in keys[first::step]:
            reading.go(pane)
            await reading.press(*strokes)
            for _ in range(3):
                if reading.has_dialog() or reading.is_typing():
                    await reading.press("escape")
            assert not reading.has_dialog(), strokes
            assert reading.app.return_code is None, strokes


@pytest.mark.sweep
async def test_no_key_crashes_in_an_empty_folder(tmp_path: Path, world: ReaderEnv) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    async with opened(folder, world, size=NARROW) as reading:
        keys = [item for key in ACTIONS for item in key.keys if not key.id.startswith("quit")]
        for item in sample(keys, -(-len(keys) // 3)):
            await reading.press(*item.split())
            for _ in range(3):
                if reading.has_dialog() or reading.is_typing():
                    await reading.press("escape")
            assert reading.app.return_code is None, item


async def test_help_lists_every_action(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=(120, 200)) as reading:
        await reading.press("?")
        screen = reading.text()
        for key in ACTIONS:
            assert key.description in screen, key.id
        await reading.press("?")
        assert not reading.has_dialog()


async def test_palette_finds_and_runs_a_command(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=(120, 50)) as reading:
        await reading.press("ctrl+p")
        assert reading.has_dialog()
        await reading.press(*"raise minimum")
        await reading.app.workers.wait_for_complete()
        await reading.pilot.pause()
        assert "Raise minimum quality" in reading.text()
        await reading.press("down", "enter")
        assert not reading.has_dialog()
        assert "quality ≥ 10" in reading.title


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (100, 50)])
async def test_dialog_is_no_higher_than_its_lines(folder: Path, world: ReaderEnv, size: tuple[int, int]) -> None:
    async with opened(folder, world, size=size) as reading:
        reading.invoke("theme")
        await reading.settled()
        lines = [line.partition("╭─ Color theme")[0:3:2] for line in reading.lines()]
        top = next(row for row, (_before, after) in enumerate(lines) if after)
        left = len(lines[top][0]) + 1
        bottom = next(row for row, line in enumerate(reading.lines()) if "Enter choose" in line)
        shown = [line[left : left + 30].strip() for line in reading.lines()[top + 1 : bottom]]
        assert all(shown), shown
        assert "● nord" in shown
        assert len(shown) == min(len(THEMES), size[1] // 2)


async def test_every_theme_shows_the_same_text(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        before = reading.text()
        assert len(reading.app.available_themes) > 10
        for theme in reading.app.available_themes:
            reading.app.theme = theme
            await reading.settled()
            assert reading.text() == before, theme


async def test_problem_opens_its_article(shelf: Path, world: ReaderEnv) -> None:
    (shelf / "odd.md").write_text("---\ntitle: An odd one\ndate: someday\n---\nText.\n", encoding="utf-8")
    async with opened(shelf, world, size=MEDIUM) as reading:
        assert "1 problem (!)" in reading.text()
        await reading.press("!")
        assert "odd.md:3" in reading.text()
        assert '"someday" is not a date' in reading.text()
        await reading.press("enter")
        assert reading.opened == reading.current == "odd.md"
        await reading.press("(")
        assert reading.opened == "hub.md"


async def test_problems_key_without_problems_says_so(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        await reading.press("!")
        assert reading.said == "No problems in the files of this folder"
        assert not reading.has_dialog()


async def test_bottom_line_under_a_dialog_names_no_keys_of_the_list(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        assert "s star" in reading.lines()[-1]
        await reading.press("S")
        assert "s star" not in reading.lines()[-1]
        await reading.press("escape")
        assert "s star" in reading.lines()[-1]


async def test_hints_show_newsboat_keys(shelf: Path, world: ReaderEnv) -> None:
    newsboat = replace(world, config=replace(world.config, keymap="newsboat"))
    async with opened(shelf, newsboat, size=MEDIUM, query="nothinglikethis") as reading:
        assert "^f clear all filters / edit filter" in " ".join(reading.page().split())
        assert "lower minimum quality" not in reading.page()
        await reading.press("+")
        assert "- lower minimum quality" in reading.page()
        await reading.press("ctrl+f")
        assert reading.paths()


@pytest.mark.parametrize("key", ["|", "?", "S", "A", ":", "C"])
async def test_ctrl_c_leaves_a_prompt_or_dialog_and_then_the_reader(shelf: Path, world: ReaderEnv, key: str) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        await reading.press(key)
        assert reading.has_dialog()
        await reading.press("ctrl+c")
        assert not reading.has_dialog()
        assert not reading.has_ended()
        await reading.press("ctrl+c")
        assert reading.has_ended()
