"""The reading position is kept across articles, restarts, resizes and edits; zen mode is kept too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tui_driver import MEDIUM, NARROW, opened

from reader.storage.reading_places import ReadingPlaces

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import ReaderEnv, TuiDriver

    from reader.storage.session import Session


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two long articles; paragraphs are wrapped differently at each width."""
    folder = tmp_path / "long"
    folder.mkdir()
    for number, name in enumerate(("a", "b")):
        body = "\n\n".join(f"{name}{number:02} {'word ' * 25}" for number in range(60))
        text = f"---\ntitle: {name}\ndate: 2026-02-0{9 - number}\n---\n{body}\n"
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


def first(reading: TuiDriver) -> str:
    """Return the first word of the first visible paragraph."""
    text = " ".join(reading.lines_of("article"))
    return next(word for word in text.split() if len(word) == 3 and word[1:].isdigit())


async def read_to(reading: TuiDriver, paragraph: str) -> None:
    """Find a paragraph, and put it at the top."""
    await reading.press("l", "/", *paragraph, "enter", "escape")
    lines = reading.lines_of("article")
    await reading.press(*str(next(at for at, line in enumerate(lines) if paragraph in line)), "J", "escape")
    assert first(reading) == paragraph


async def test_article_opens_at_the_saved_position(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world, size=MEDIUM) as reading:
        await read_to(reading, "a20")
        await reading.press("j")
        assert first(reading) == "b00"
        await reading.press("k")
        assert first(reading) == "a20"
        await reading.press("l", "g", "g", "escape", "j", "k")
        assert first(reading) == "a00", "from the beginning if it was left there"


async def test_article_read_to_its_end_starts_at_its_beginning(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world, size=MEDIUM) as reading:
        await reading.press("l", "G", "escape", "j", "k")
        assert first(reading) == "a00"


async def test_place_survives_restart_resize_and_edit(folder: Path, world: ReaderEnv, tmp_path: Path) -> None:
    file = tmp_path / "state" / "p.db"
    async with opened(folder, replace(world, reading_places=ReadingPlaces(file)), size=MEDIUM) as reading:
        await read_to(reading, "a20")
        reading.app.exit()
    async with opened(folder, replace(world, reading_places=ReadingPlaces(file)), size=NARROW) as reading:
        await reading.press("l")
        assert first(reading) == "a20"
        await reading.press("escape", "j", "k")
        text = (folder / "a.md").read_text(encoding="utf-8").replace("a10 word", "new\n\nnewer\n\na10 words")
        (folder / "a.md").write_text(text, encoding="utf-8")
        await reading.press("R", "l")
        assert first(reading) == "a20"


async def test_resize_keeps_the_paragraph(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world, size=MEDIUM) as reading:
        await read_to(reading, "a30")
        for size in ((60, 20), (160, 50), (81, 24), (100, 30)):
            await reading.pilot.resize_terminal(*size)
            await reading.settled()
            if size[0] > 60:
                assert first(reading) == "a30", size
        await reading.press("l", "z")
        assert first(reading) == "a30"


async def test_position_is_saved_while_reading(folder: Path, world: ReaderEnv, tmp_path: Path) -> None:
    places = ReadingPlaces(tmp_path / "state" / "p.db")
    async with opened(folder, replace(world, reading_places=places), size=MEDIUM) as reading:
        await reading.press("l", "9", "J")
        await reading.let_saving_time_pass()
        assert places.get("a.md") is not None


async def test_zen_mode_is_saved(folder: Path, world: ReaderEnv) -> None:
    saved: list[Session] = []
    async with opened(folder, replace(world, save_session=saved.append), size=MEDIUM) as reading:
        await reading.press("z")
        reading.app.exit()
    async with opened(folder, replace(world, session=saved[-1]), size=MEDIUM) as reading:
        assert reading.panes == ["article"]
        await reading.press("escape")
        assert (reading.panes, reading.focus) == (["articles", "article"], "articles")
    async with opened(folder, replace(world, session=saved[-1]), size=MEDIUM, query="b00") as reading:
        assert reading.focus == "articles", "a startup query shows the list"
