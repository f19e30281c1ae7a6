"""Opening and copying: the exact URL goes to the browser or clipboard, or a message says why not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tui_driver import opened

from reader.config.schema import Config

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import ReaderEnv


async def test_o_opens_the_original_url(home: Path, world: ReaderEnv) -> None:
    async with opened(home, world) as reading:
        await reading.press("o")
        url = "https://www.harbour-insight.example/harbour-towns-to-know-in-race-towards-better-tides/"
        assert reading.runner.started == [["fake-browser", url]]


async def test_numbers_open_related_urls_outside_the_folder(home: Path, world: ReaderEnv) -> None:
    async with opened(home, world) as reading:
        await reading.press("2", "enter", "3", "enter", "4", "enter")
        press = "https://coastnews.example/press-release/globe-wire/"
        assert [argv[-1] for argv in reading.runner.started] == [
            "https://www.pierweek.example/wood-and-water/tides-and-timber-let-the-repairs-begin/",
            "https://www.seauk.example/resource/event-round-up-north-sea-tide-and-gauge-forum.html",
            f"{press}tide-measurement-ecf3c7b26c7dcc133f0d6a911c24a51d",
        ]


@pytest.mark.parametrize(
    ("keys", "urls", "said", "remark"),
    [
        (("o",), ["https://hub.example/original"], "Opened https://hub.example/original", "the original"),
        (("w",), ["https://hub.example/web"], "Opened https://hub.example/web", "the web URL"),
        (("1", "enter"), ["https://maps.example/map"], "Opened https://maps.example/map", "a link of the body"),
        (("3", "enter"), ["https://abroad.example/road"], "Opened https://abroad.example/road", "a related entry"),
        (("7", "enter"), [], "No link 7", "the harmful link of the body has no number"),
    ],
)
async def test_open_key_opens_its_url(
    shelf: Path, world: ReaderEnv, keys: tuple[str, ...], urls: list[str], said: str, remark: str
) -> None:
    async with opened(shelf, world) as reading:
        await reading.press(*keys)
        assert [argv[1:] for argv in reading.runner.started] == [[url] for url in urls], remark
        assert said in reading.said


async def test_open_keys_without_a_url_show_a_message(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.go_to("mute.md")
        for key in ("o", "w", "O", "y", "Y"):
            await reading.dismiss_message()
            await reading.press(key)
            assert reading.said.startswith("This article"), key
        assert reading.runner.started == []
        assert not reading.entries()[3].read, "an article that was not opened is not marked read"


async def test_article_keys_without_an_article_show_a_message(tmp_path: Path, world: ReaderEnv) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    async with opened(folder, world) as reading:
        for key in ("o", "w", "O", "y", "Y", "e", "r", "s", "L"):
            await reading.dismiss_message()
            await reading.press(key)
            assert reading.said == "No article selected", key


async def test_capital_o_opens_marks_read_and_moves_on(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.press("O")
        assert [argv[-1] for argv in reading.runner.started] == ["https://hub.example/original"]
        assert reading.entries()[0].read
        assert reading.current == reading.opened == "first.md"
        await reading.press("u")
        assert not reading.entries()[0].read


async def test_browser_setting_overrides_the_environment(shelf: Path, world: ReaderEnv) -> None:
    config = Config(mark_read_after=-1, browser=("mine", "--to=%s", "-n"))
    async with opened(shelf, replace(world, config=config)) as reading:
        await reading.press("o")
        assert reading.runner.started == [["mine", "--to=https://hub.example/original", "-n"]]


async def test_url_is_shown_and_copied_without_a_browser(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, replace(world, env={"PATH": ""})) as reading:
        await reading.press("o")
        assert reading.runner.started == []
        assert "No browser" in reading.said
        assert "https://hub.example/original" in reading.text()
        assert reading.app.clipboard == "https://hub.example/original"


async def test_y_copies_the_url_and_capital_y_a_markdown_link(shelf: Path, world: ReaderEnv) -> None:
    (shelf / "first.md").write_text(
        "---\ntitle: 'Stones [and] more'\ndate: 2026-11-10\noriginalUrl: https://first.example/(a)\n---\nx",
        encoding="utf-8",
    )
    async with opened(shelf, world) as reading:
        await reading.press("y")
        assert reading.app.clipboard == "https://hub.example/original"
        await reading.go_to("first.md")
        await reading.press("Y")
        assert reading.app.clipboard == "[Stones \\[and\\] more](<https://first.example/(a)>)"


async def test_edit_without_an_editor_shows_a_message(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.press("e")
        assert reading.said.startswith("No editor")
