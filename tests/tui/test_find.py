"""Search in the article: the view follows while the user types, n and N step, Esc ends the search."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tui_driver import MEDIUM, NARROW, opened

from reader.tui.article.find_dialog import FindDialog

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import ReaderEnv, TuiDriver


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """Two articles; the first has "needle" in lines 30, 60 and 90, each in a paragraph of its own."""
    folder = tmp_path / "long"
    folder.mkdir()
    words = {30: "a needle here", 60: "Needle again", 90: "last needle"}
    body = "\n\n".join(words.get(number, f"plain {number}") for number in range(100))
    (folder / "a.md").write_text(f"---\ntitle: Haystack\ndate: 2026-02-02\n---\n{body}\n", encoding="utf-8")
    (folder / "b.md").write_text("---\ntitle: Other\ndate: 2026-01-01\n---\nno such thing\n", encoding="utf-8")
    return folder


def visible(reading: TuiDriver, text: str) -> bool:
    return any(text in line for line in reading.lines_of("article"))


def place(reading: TuiDriver) -> str:
    """Return where the search is, from the bottom line; empty while it does not say so."""
    found = re.search(r"\d+/\d+|No match for \S+", reading.lines()[-1])
    return found[0] if found else ""


async def test_find_scrolls_while_typing_and_enter_keeps_the_position(long: Path, world: ReaderEnv) -> None:
    async with opened(long, world, size=MEDIUM) as reading:
        await reading.press("l", "/", "n")
        assert visible(reading, "plain 0"), "the first n is on the first page"
        await reading.press(*"eedle")
        assert visible(reading, "a needle here")
        assert reading.lines()[-1].rstrip().endswith("1/3")
        await reading.press("x")
        assert visible(reading, "plain 0"), "back at the start of the search"
        assert 'No match for "needlex"' in reading.lines()[-1]
        await reading.press("backspace", "enter")
        assert (visible(reading, "a needle here"), place(reading)) == (True, "1/3")
        assert reading.pane == "article"


async def test_find_steps_with_n_and_wraps_around(long: Path, world: ReaderEnv) -> None:
    async with opened(long, world, size=NARROW) as reading:
        await reading.press("l", "/", *"needle", "enter", "n")
        assert (visible(reading, "Needle again"), place(reading)) == (True, "2/3")
        await reading.press("2", "n")
        assert (visible(reading, "a needle here"), reading.said) == (True, "1/3 · continued at the top")
        await reading.press("N")
        assert (visible(reading, "last needle"), reading.said) == (True, "3/3 · continued at the bottom")
        await reading.press("g", "g", "n")
        assert place(reading) == "1/3", "from what is visible"
        assert reading.opened == "a.md"


async def test_escape_ends_find_and_then_leaves_the_article(long: Path, world: ReaderEnv) -> None:
    async with opened(long, world, size=MEDIUM) as reading:
        await reading.press("l", "/", *"needle", "enter")
        assert "1/3 · n next match" in reading.lines()[-1]
        await reading.press("h")
        assert place(reading) == "", "the keys are those of the list"
        await reading.press("l", "2", "N", "escape")
        assert (place(reading), reading.said) == ("", ""), "it ends at once"
        assert (reading.focus, reading.opened) == ("article", "a.md")
        assert visible(reading, "Needle again"), "the place is kept"
        await reading.press("n")
        assert (reading.focus, reading.opened) == ("article", "b.md")
        await reading.press("escape")
        assert reading.focus == "articles"


async def test_canceled_find_restores_the_scroll_position(long: Path, world: ReaderEnv) -> None:
    async with opened(long, world, size=MEDIUM) as reading:
        await reading.press("l", "5", "J")
        before = reading.page_top
        for key in ("escape", "ctrl+c"):
            await reading.press("/", *"last", key)
            assert (reading.has_dialog(), reading.page_top, reading.app.return_code) == (False, before, None)
        assert not any(style_is_found(reading))


def style_is_found(reading: TuiDriver) -> list[bool]:
    return [bool(part.style and part.style.underline) for line in reading.page_segments() for part in line]


async def test_find_starts_with_the_words_of_the_filter(long: Path, world: ReaderEnv) -> None:
    async with opened(long, world, size=MEDIUM) as reading:
        await reading.type("needle")
        await reading.press("enter", "n")
        assert (visible(reading, "a needle here"), place(reading)) == (True, "1/3")
        await reading.press("n")
        assert place(reading) == "2/3"
        await reading.press("escape", "n")
        assert reading.said == "No other unread articles"


async def test_last_search_text_is_reused_in_another_article(long: Path, world: ReaderEnv) -> None:
    async with opened(long, world, size=MEDIUM) as reading:
        await reading.press("l", "/", *"such", "enter")
        assert reading.lines()[-1].endswith(' No match for "such" · Esc end search · / find · ? help ')
        await reading.press("escape", "n", "/", "enter")
        assert (reading.opened, place(reading)) == ("b.md", "1/1")


async def test_keys_typed_ahead_of_find_are_not_lost(long: Path, world: ReaderEnv) -> None:
    async with opened(long, world, size=MEDIUM) as reading:
        await reading.press_at_once("l", "/", *"needle", "enter", "n")
        assert (visible(reading, "Needle again"), place(reading)) == (True, "2/3")


async def test_match_is_marked_after_a_resize(long: Path, world: ReaderEnv) -> None:
    async with opened(long, world, size=MEDIUM) as reading:
        await reading.press("l", "/", *"again", "enter", "z")
        assert visible(reading, "Needle again")
        await reading.press("n")
        assert reading.said == "1/1 · continued at the top"


async def test_count_that_arrives_before_the_dialog_is_laid_out_is_shown(long: Path, world: ReaderEnv) -> None:
    async with opened(long, world, size=MEDIUM) as reading:
        dialog = FindDialog("", lambda _text: None)
        reading.app.push_screen(dialog)
        dialog.show_count("7/9")
        await reading.settled()
        assert reading.lines()[-1].rstrip().endswith("7/9")
