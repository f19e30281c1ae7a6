"""The command palette: its commands and their order."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from textual.command import Hit
from tui_driver import MEDIUM, opened

from reader.config.schema import SavedSearch
from reader.tui.input import queue
from reader.tui.input.palette import Command, CommandProvider, ranked

if TYPE_CHECKING:
    from pathlib import Path

    from textual.command import Hits
    from tui_driver import ReaderEnv


async def test_palette_runs_a_typed_alias(shelf: Path, world: ReaderEnv) -> None:
    for name in ("q", "quit", "wq"):
        async with opened(shelf, world, size=MEDIUM) as reading:
            await reading.type("road")
            await reading.press("enter", ":", *name)
            await reading.app.workers.wait_for_complete()
            await reading.pilot.pause()
            await reading.press("enter")
            assert reading.app.return_code == 0, name


async def test_enter_waits_for_the_search_of_the_palette(
    shelf: Path, world: ReaderEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    search, asked, found = CommandProvider.search, asyncio.Event(), asyncio.Event()

    async def slow(self: CommandProvider, query: str) -> Hits:
        if len(query) > 1:
            asked.set()
            await found.wait()
        async for hit in search(self, query):
            yield hit

    monkeypatch.setattr(CommandProvider, "search", slow)
    async with opened(shelf, world, size=MEDIUM) as reading:
        letters = ("space" if letter == " " else letter for letter in "theme: dracula")
        pressing = asyncio.create_task(reading.press_at_once(":", *letters, "enter"))
        await asked.wait()
        await reading.pilot.pause()  # until Enter has been handled, if it does not wait
        assert reading.app.theme == "nord"
        found.set()
        await pressing
        await reading.until(lambda: reading.app.theme == "dracula", "the command for the entire text has run")


async def test_search_that_never_ends_does_not_hold_the_keys(
    shelf: Path, world: ReaderEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def endless(_self: CommandProvider, _query: str) -> Hits:
        await asyncio.Event().wait()
        yield Hit(1, "never", lambda: None)

    monkeypatch.setattr(CommandProvider, "search", endless)
    monkeypatch.setattr(queue, "_MOST_SECONDS", 0.0)
    async with opened(shelf, world, size=MEDIUM) as reading:
        await reading.press(":")
        await reading.pilot.press("x", "y", "escape", "ctrl+c")
        await reading.until(lambda: reading.app.return_code == 0, "the keys close the palette and quit")


async def test_palette_goes_to_a_row_by_number(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        await reading.press(":", "3")
        await reading.app.workers.wait_for_complete()
        await reading.pilot.pause()
        assert "Go to row 3" in reading.text()
        await reading.press("enter")
        assert (reading.cursor, reading.opened) == (2, reading.paths()[2])


async def test_palette_lists_searches_and_themes_but_no_textual_commands(shelf: Path, world: ReaderEnv) -> None:
    config = replace(world.config, searches=(SavedSearch("Good ones", "quality>=70"),))
    async with opened(shelf, replace(world, config=config), size=(120, 200)) as reading:
        await reading.press("ctrl+p")
        await reading.app.workers.wait_for_complete()
        await reading.pilot.pause()
        text = reading.text()
        assert "Search: Good ones" in text
        assert "Theme: nord (current)" in text
        assert re.search(r"Toggle star +s ", text)
        assert not any(word in text.lower() for word in ("maximize", "screenshot", "show keys"))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("q", "Quit, keep the filter"),
        ("WQ", "Quit, keep the filter"),
        ("star", "Toggle star"),
        ("toggle", "Toggle zen mode"),
        ("theme: gr", "Theme: gruvbox"),
        ("nxtunr", "Next unread article"),
        ("theme", "Color theme…"),
        ("mark.st", "Toggle star"),
    ],
)
def test_palette_puts_the_best_match_first(typed: str, first: str) -> None:
    names = ["Next unread article", "Toggle zen mode", "Toggle star", "Theme: nord", "Theme: gruvbox"]
    commands = [
        *(Command(name, lambda: None, id="mark.star" if "star" in name else "") for name in names),
        Command("Go back / clear filter / quit", lambda: None, "q"),
        Command("Quit, keep the filter", lambda: None, "Q", ("q", "wq")),
        Command("Color theme…", lambda: None, aliases=("theme",)),
    ]
    assert ranked(commands, typed)[0][1].name == first
    assert not ranked(commands, "zzz")


def test_palette_lists_scattered_letters_only_without_better_matches() -> None:
    commands = [Command(name, lambda: None) for name in ("Mark all as read", "Theme: ansi-dark")]
    assert [command.name for _, command in ranked(commands, "mark")] == ["Mark all as read"]
    assert [command.name for _, command in ranked(commands, "tark")] == ["Theme: ansi-dark"]
