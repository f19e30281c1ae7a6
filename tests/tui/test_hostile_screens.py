"""Articles with markup and control characters: the TUI shows them literally and obeys none."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sweep import sample
from tui_driver import MEDIUM, NARROW, WIDE, opened

from reader.text import sanitize

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import ReaderEnv, TuiDriver

MARKUP = "[/] [@click=app.quit]out[/] [link=file:///x] [bold red]x[/] \\[y] {z}"
CONTROL = "a\x1b[2J\x1b]0;t\x07b\x9bc\u202ed\u2066e\x00f\u200bg"
ATTACKS = [MARKUP, CONTROL, "[", "]", "[/nothing]", "[@", "[$error]", "[on red", "[#fff]", "\\[", "[link='"]


def hostile(attack: str) -> str:
    """Return an article with an attack in every field; JSON is valid YAML, and can hold any character."""
    url = "https://bad.example/[/]%5B@click=app.quit%5D"
    fields: dict[str, object] = {
        "title": f"T {attack}",
        "excerpt": f"E {attack}",
        "date": "2026-11-22",
        "originalUrl": url,
        "quality": attack,
        "heat": f"{attack} hot",
        "topics": [f"P {attack}", "plain"],
        "category": f"C {attack}",
        "type": f"Y {attack}",
        "language": attack,
        "authors": [f"A {attack}"],
        "provider": {"name": f"N {attack}", "domain": attack},
        "images": [{"url": url, "alt": f"I {attack}"}],
        "related": [{"title": f"R {attack}", "originalUrl": url + "2", "excerpt": attack, "type": attack}],
        f"x{attack}": attack,
    }
    return f"---\n{json.dumps(fields)}\n---\nB {attack}\n\n<b>{attack}</b>\n\n[link {attack}]({url}3)\n"


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    folder = tmp_path / "trap"
    folder.mkdir()
    for number, attack in enumerate(ATTACKS):
        (folder / f"{number:02} [@click=app.quit]\x1b[2J.md").write_text(hostile(attack), encoding="utf-8")
    return folder


def assert_harmless(reading: TuiDriver) -> None:
    assert reading.app.return_code is None
    for line in reading.lines():
        assert sanitize(line) == line, "the screen has a control character"


@pytest.mark.sweep
@pytest.mark.parametrize("size", sample([WIDE, MEDIUM, NARROW], 1, 2))
async def test_hostile_articles_can_be_listed_and_opened(trap: Path, world: ReaderEnv, size: tuple[int, int]) -> None:
    async with opened(trap, world, size=size) as reading:
        assert len(reading.paths()) == len(ATTACKS)
        for _ in ATTACKS:
            await reading.press("enter", "G")
            assert_harmless(reading)
            await reading.press("escape", "y", "Y", "o", "s", "j")
            assert_harmless(reading)
        await reading.press("!", "j", "G")
        assert_harmless(reading)
        await reading.press("enter")
        assert_harmless(reading)


async def test_markup_is_shown_literally_in_every_pane(trap: Path, world: ReaderEnv) -> None:
    async with opened(trap, world, size=(250, 60)) as reading:
        await reading.go_to(next(entry.path for entry in reading.entries() if entry.title == f"T {MARKUP}"))
        row = reading.lines()[1 + reading.cursor]
        assert "T [/] [@click=app.quit]out[/] [link=file:///x] [bo" in row[:130], "in the list"
        page = " ".join(reading.page().split())
        for letter in "TPCYANIR":
            assert f"{letter} {MARKUP}" in page, letter
        for letter in "EB":
            written = f"{letter} {MARKUP}".replace("\\[", "[")
            assert written in page, "excerpt and body are Markdown"
        await reading.press("!")
        assert '"[/] [@click=app.quit]out[/] [link=file:///x] [b' in reading.text()


async def test_hostile_topic_can_be_chosen(trap: Path, world: ReaderEnv) -> None:
    async with opened(trap, world, size=(250, 60)) as reading:
        for attack in ATTACKS:
            label = next(line for line in reading.sidebar_lines if line.startswith(f"P {sanitize(attack)[:9]}"))
            await reading.choose(label)
            assert label in reading.title
            assert label in reading.lines()[0], "the title of the list shows it literally"
            assert_harmless(reading)
            assert len(reading.paths()) == 1
        for _ in range(3):
            await reading.press("T")
            assert_harmless(reading)


async def test_hostile_filter_is_plain_text(trap: Path, world: ReaderEnv) -> None:
    async with opened(trap, world) as reading:
        for attack in (MARKUP, CONTROL, *ATTACKS[2:]):
            await reading.start_typing(attack)
            assert_harmless(reading)
            await reading.press("escape", "escape")
            assert not reading.is_typing()


async def test_hostile_url_is_only_shown_and_copied(trap: Path, world: ReaderEnv) -> None:
    async with opened(trap, replace(world, env={}), size=(250, 60)) as reading:
        await reading.press("o")
        assert "https://bad.example/[/]%5B@click=app.quit%5D" in reading.lines()[-1]
        assert reading.app.clipboard == "https://bad.example/[/]%5B@click=app.quit%5D"
        assert_harmless(reading)


async def test_clicks_on_hostile_text_do_nothing(trap: Path, world: ReaderEnv) -> None:
    async with opened(trap, world, size=(250, 60)) as reading:
        await reading.go_to(next(entry.path for entry in reading.entries() if entry.title == f"T {MARKUP}"))
        await reading.press("enter")
        for y, line in enumerate(reading.lines()):
            at = line.rfind("click=app.quit")
            if at > 0 and "bad.example" not in line:
                await reading.pilot.click(offset=(at, y))
                await reading.settled()
        assert_harmless(reading)
