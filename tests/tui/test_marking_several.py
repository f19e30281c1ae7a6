"""Marks of several articles at once: by a count, by a selection, above and below the cursor; one step to undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tui_driver import MEDIUM, opened

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import ReaderEnv, TuiDriver


@pytest.fixture
def row(tmp_path: Path) -> Path:
    """Eight articles, the newest first."""
    folder = tmp_path / "row"
    folder.mkdir()
    for number in range(8):
        text = f"---\ntitle: Article {number}\ndate: 2026-01-{20 - number}\n---\nWords.\n"
        (folder / f"{number}.md").write_text(text, encoding="utf-8")
    return folder


def read(reading: TuiDriver) -> list[bool]:
    return [entry.read for entry in reading.entries()]


async def test_count_marks_that_many_articles_from_the_cursor(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world, size=MEDIUM) as reading:
        rows = len(reading.paths())
        await reading.press("j", "3", "r")
        assert read(reading) == [False, True, True, True] + [False] * (rows - 4)
        assert reading.said == "Marked 3 read · u undo"
        await reading.press("2", "r")
        assert sum(read(reading)) == 1, "as the one under the cursor is toggled"
        await reading.press("u", "u")
        assert not any(read(reading))
        await reading.press("9", "9", "9", "s")
        assert [entry.starred for entry in reading.entries()] == [False] + [True] * (rows - 1)


async def test_selection_grows_with_the_cursor_and_is_marked_as_one(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world, size=MEDIUM) as reading:
        rows = len(reading.paths())
        await reading.press("2", "j", "V", "k")
        assert f"2 selected · 2/{rows}" in reading.text()
        assert sum(line.startswith("▌") for line in reading.lines_of("articles")) == 2
        assert "Esc end selection" in reading.lines()[-1]
        await reading.press("L")
        assert reading.said == "Added 2 to read later · u undo"
        assert [entry.later for entry in reading.entries()][:4] == [False, True, True, False]
        assert "selected" not in reading.text()
        await reading.press("u")
        assert not any(entry.later for entry in reading.entries())


async def test_escape_ends_the_selection_before_the_filter(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world, size=MEDIUM, query="words") as reading:
        await reading.press("V", "j", "escape")
        assert ("selected" in reading.text(), reading.filter_text) == (False, "words")
        await reading.press("V", "V")
        assert "selected" not in reading.text()


async def test_selection_stays_with_its_articles_when_the_list_changes(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world, size=MEDIUM) as reading:
        await reading.press("j", "V", "j")
        (row / "newest.md").write_text("---\ntitle: New\ndate: 2026-11-22\n---\n", encoding="utf-8")
        await reading.press("R")
        assert "2 selected · 4/" in reading.text()
        await reading.press("r")
        assert read(reading)[:5] == [False, False, True, True, False]


async def test_all_above_or_below_are_marked_read(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world, size=MEDIUM) as reading:
        rows = len(reading.paths())
        await reading.press("2", "j", "M", "k")
        assert read(reading) == [True, True] + [False] * (rows - 2)
        await reading.press("M", "j")
        assert read(reading) == [True, True, False] + [True] * (rows - 3)
        await reading.press("g", "g", "M", "k")
        assert reading.said == "No articles above"
