"""Marks in the TUI: saved and counted immediately, undone and redone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from live_folder import write_many
from tui_driver import opened

from reader.config.schema import Config

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import ReaderEnv, TuiDriver


def marks(reading: TuiDriver, path: str = "hub.md") -> str:
    entry = next(entry for entry in reading.entries() if entry.path == path)
    return "".join(letter for letter, on in (("r", entry.read), ("s", entry.starred), ("L", entry.later)) if on)


@pytest.mark.parametrize(
    ("key", "line", "before", "after"), [("r", "Unread", 6, 5), ("s", "Starred", 0, 1), ("L", "Read later", 0, 1)]
)
async def test_mark_key_toggles_and_counts_a_mark(
    shelf: Path, world: ReaderEnv, key: str, line: str, before: int, after: int
) -> None:
    async with opened(shelf, world) as reading:
        assert reading.counts()[line] == before
        await reading.press(key)
        assert marks(reading) == key
        assert reading.counts()[line] == after
        await reading.press(key)
        assert marks(reading) == ""
        assert reading.counts()[line] == before


async def test_undo_and_redo_go_step_by_step(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.press("r", "s", "L")
        assert marks(reading) == "rsL"
        for expected in ("rs", "r", ""):
            await reading.press("u")
            assert marks(reading) == expected
        await reading.press("u")
        assert reading.said == "Nothing to undo"
        for expected in ("r", "rs", "rsL"):
            await reading.press("ctrl+r")
            assert marks(reading) == expected
        await reading.press("ctrl+r")
        assert reading.said == "Nothing to redo"


async def test_marks_are_saved_for_the_next_start(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.press("s", "j", "r")
    async with opened(shelf, world) as reading:
        assert (marks(reading), marks(reading, "first.md")) == ("s", "r")


async def test_a_marks_all_listed_articles_after_confirmation(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.type("topic:roads")
        await reading.press("A")
        assert "Mark 3 listed articles as read?" in reading.text()
        await reading.press("n")
        assert reading.counts()["Unread"] == 3
        await reading.press("A", "y")
        assert reading.counts()["Unread"] == 0
        assert reading.said.startswith("Marked 3 read")
        await reading.press("F")
        assert [entry.path for entry in reading.entries() if entry.read] == ["hub.md", "first.md", "second.md"]
        await reading.press("u")
        assert not any(entry.read for entry in reading.entries()), "undo reverts all of them in one step"


async def test_a_with_an_empty_list_shows_a_message(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, query="nothinglikethis") as reading:
        await reading.press("A")
        assert reading.said == "The list is empty"


async def test_n_moves_to_the_next_unread_article(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.go_to("first.md")
        await reading.press("r")
        await reading.go_to("second.md")
        await reading.press("r", "g", "g", "n")
        assert reading.current == reading.opened == "mute.md"
        await reading.press("N")
        assert reading.current == "hub.md"
        await reading.press("N")
        assert reading.current == reading.paths()[-1]
        assert reading.said == "Continued at the bottom"
        await reading.press("n")
        assert (reading.current, reading.said) == ("hub.md", "Continued at the top")


async def test_article_just_read_stays_in_the_unread_list(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.choose("Unread")
        await reading.press("j", "r")
        assert "first.md" in reading.paths()
        assert reading.current == "first.md"
        await reading.choose("All")
        await reading.choose("Unread")
        assert "first.md" not in reading.paths()


async def test_article_visible_long_enough_is_marked_read(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, replace(world, config=Config(mark_read_after=0))) as reading:
        await reading.press("j")
        await reading.pilot.pause()
        await reading.settled()
        assert marks(reading, "first.md") == "r"
        await reading.press("u")
        assert marks(reading, "first.md") == ""
        assert reading.said == "Undone: marked read"


async def test_next_unread_article_is_found_at_any_distance(tmp_path: Path, world: ReaderEnv) -> None:
    folder = tmp_path / "many"
    write_many(folder, "a", range(300))
    async with opened(folder, world) as reading:
        await reading.press("A", "y", "G", "r", "g", "g", "n")
        assert reading.cursor == 299
        await reading.press("g", "g", "r", "G", "N")
        assert reading.cursor == 0
        await reading.press("N")
        assert reading.cursor == 299
        await reading.press("r", "n")
        assert (reading.cursor, reading.said) == (0, "Continued at the top")
        await reading.press("n")
        assert (reading.cursor, reading.said) == (0, "No other unread articles")
