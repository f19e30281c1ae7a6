"""Headings: brackets step through them, and the contents dialog goes to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tui_driver import MEDIUM, NARROW, opened

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import ReaderEnv, TuiDriver

TEXT = "\n\n".join("Plain words." for _ in range(20))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "headed"
    folder.mkdir()
    long = "A heading of so many words that it takes more than one line of a narrow pane"
    body = f"{TEXT}\n\n## First\n\n{TEXT}\n\n### Deeper [here](https://a.example)\n\n{TEXT}\n\n## {long}\n\n{TEXT}\n"
    (folder / "a.md").write_text(f"---\ntitle: Headed\ndate: 2026-02-02\n---\n{body}", encoding="utf-8")
    (folder / "b.md").write_text(f"---\ntitle: Plain\ndate: 2026-01-01\n---\n{TEXT}\n", encoding="utf-8")
    return folder


def top(reading: TuiDriver) -> str:
    return reading.lines_of("article")[0].strip()


async def test_brackets_go_to_the_next_and_previous_heading(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world, size=NARROW) as reading:
        await reading.press("l", "]", "]")
        assert top(reading) == "First"
        await reading.press("]", "]")
        assert top(reading) == "Deeper here[1]"
        await reading.press("]", "]")
        assert top(reading).startswith("A heading of so many")
        await reading.press("j", "[", "[")
        assert top(reading).startswith("A heading of so many"), "the one above the first line"
        await reading.press("2", "[", "[")
        assert top(reading) == "First"
        await reading.press("[", "[")
        assert reading.said == "No previous heading"
        await reading.press("G", "]", "]")
        assert reading.said == "No next heading"


async def test_contents_start_at_the_current_heading_and_lead_to_one(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world, size=MEDIUM) as reading:
        await reading.press("l", "]", "]", "c")
        for words in ("First", "  Deeper here", "A heading of", "Links"):
            assert any(f"│  {words}" in line for line in reading.lines()), words
        await reading.press("j", "enter")
        assert (top(reading), reading.focus) == ("Deeper here[1]", "article")
        await reading.press("c", "escape")
        assert top(reading) == "Deeper here[1]"


async def test_article_without_headings_shows_a_message(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world, size=MEDIUM) as reading:
        await reading.press("j", "c")
        assert reading.said == "No headings in this article"
        assert not reading.has_dialog()
        await reading.press("]", "]")
        assert reading.said == "No headings in this article"
