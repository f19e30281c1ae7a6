"""The TUI in a web page: actions that the visitor's browser performs, and actions that are disabled."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tui_driver import opened

from reader.errors import OpenUrlError, ReaderError
from reader.external.page import DESCRIPTOR, MOST_BYTES, READ_ONLY, Page, enter_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tui_driver import ReaderEnv

    Asked = Callable[[], list[object]]


@pytest.fixture
def page() -> Iterator[tuple[Page, Asked]]:
    """A page, and a function that returns the requests to it since the last call."""
    reads, writes = os.pipe()
    os.set_blocking(reads, False)

    def asked() -> list[object]:
        try:
            return [json.loads(line) for line in os.read(reads, 100_000).splitlines()]
        except BlockingIOError:
            return []

    yield Page(writes), asked
    os.close(reads)
    os.close(writes)


async def test_page_opens_and_copies_in_the_browser_of_the_visitor(
    shelf: Path, world: ReaderEnv, page: tuple[Page, Asked]
) -> None:
    shown, asked = page
    async with opened(shelf, replace(world, page=shown)) as reading:
        assert ["title", "(6) shelf"] in asked()
        await reading.press("o")
        assert asked() == [["open", "https://hub.example/original"]]
        assert reading.said == "Opened https://hub.example/original"
        await reading.press("y")
        assert asked() == [["copy", "https://hub.example/original"]]
        await reading.press("r")
        assert asked() == [["title", "(5) shelf"]]
        assert reading.runner.started == []


async def test_no_key_starts_a_program_on_the_server(shelf: Path, world: ReaderEnv, page: tuple[Page, Asked]) -> None:
    marked = shelf.parent / "started"
    env = {**world.env, "EDITOR": f"touch {marked}", "BROWSER": f"touch {marked}"}
    async with opened(shelf, replace(world, env=env, page=page[0])) as reading:
        for key in ("e", "|", "ctrl+s"):
            await reading.dismiss_message()
            await reading.press(key)
            assert reading.said == "Not available in the browser: it would happen on the server", key
            assert not reading.has_dialog(), key
        await reading.press("o", "w", "O")
        assert not marked.exists()


async def test_read_only_visitor_changes_nothing(shelf: Path, world: ReaderEnv, page: tuple[Page, Asked]) -> None:
    config_file = shelf.parent / "config.toml"
    shown = replace(world, page=Page(page[0].descriptor, read_only=True), config_file=config_file)
    async with opened(shelf, shown) as reading:
        for key in ("r", "s", "L"):
            await reading.dismiss_message()
            await reading.press(key)
            assert reading.said == "Read-only: marks cannot be changed here", key
        reading.let_read_time_pass()
        await reading.press("A", "y")
        assert not any(entry.read or entry.starred or entry.later for entry in reading.entries())
        await reading.dismiss_message()
        await reading.press("U")
        assert reading.said == "Read-only: feeds cannot be changed here"
        await reading.press("/", *"roads", "enter", "'", "a", *"name", "enter")
        assert "Read-only: saved searches cannot be changed here" in reading.text()
    assert not config_file.exists()
    assert not (shelf / "feeds.toml").exists()


def test_page_opens_only_web_urls(page: tuple[Page, Asked]) -> None:
    shown, asked = page
    with pytest.raises(OpenUrlError, match="Not an http"):
        shown.open("javascript:alert(1)")
    assert asked() == []


def test_page_gets_the_terminal_input_of_keys(page: tuple[Page, Asked]) -> None:
    shown, asked = page
    shown.set_keys({"back": "escape", "move.top": "g g", "mark.star": "s", "help": "f1"})
    assert asked() == [["keys", {"back": "\x1b", "move.top": "gg", "mark.star": "s"}]]


def test_page_gets_no_text_beyond_its_limit(page: tuple[Page, Asked]) -> None:
    with pytest.raises(ReaderError, match="Too long for the browser"):
        page[0].copy("x" * MOST_BYTES)
    assert page[1]() == []


def test_closed_page_causes_no_error(page: tuple[Page, Asked]) -> None:
    descriptor = os.dup(page[0].descriptor)
    os.close(descriptor)
    Page(descriptor).copy("text")


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, None),
        ({DESCRIPTOR: "x"}, None),
        ({DESCRIPTOR: "9"}, Page(9)),
        ({DESCRIPTOR: "9", READ_ONLY: "1"}, Page(9, read_only=True)),
    ],
)
def test_page_comes_from_the_environment(environ: dict[str, str], expected: Page | None) -> None:
    assert enter_page(environ) == expected
