"""Marks in the TUI: each belongs to one article, and stays with it when its file changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from live_folder import write
from tui_driver import opened

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import ReaderEnv, TuiDriver

LINK = "link: https://example.org/podcast\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "notes"


def starred(reading: TuiDriver) -> list[str]:
    return sorted(entry.path for entry in reading.entries() if entry.starred)


async def star(reading: TuiDriver, path: str) -> None:
    await reading.go_to(path)
    await reading.press("s")


def _renamed(folder: Path) -> Path:
    return folder.rename(folder.with_name("elsewhere"))


@pytest.mark.parametrize("same", ["link", "title", "text"])
async def test_star_is_shown_at_one_of_two_similar_articles(folder: Path, world: ReaderEnv, same: str) -> None:
    for number in (1, 2):
        title = "Weekly notes" if same == "title" else f"Episode {number}"
        text = "The same." if same == "text" else f"Of {number}."
        write(folder, f"{number}.md", day=number, title=title, text=text, more=LINK if same == "link" else "")
    async with opened(folder, world) as reading:
        await star(reading, "1.md")
        assert starred(reading) == ["1.md"]
        assert reading.counts()["Starred"] == 1
        await reading.press("u")
        assert starred(reading) == []
        await star(reading, "2.md")
        await reading.press("R")
        assert starred(reading) == ["2.md"]


async def test_article_with_a_corrected_title_keeps_its_star(folder: Path, world: ReaderEnv) -> None:
    write(folder, "a.md", title="Wekly notes")
    async with opened(folder, world) as reading:
        await star(reading, "a.md")
        write(folder, "a.md", title="Weekly notes", text="Another text, too.")
        await reading.press("R")
        assert [(entry.title, entry.starred) for entry in reading.entries()] == [("Weekly notes", True)]


async def test_article_with_a_renamed_file_keeps_its_star(folder: Path, world: ReaderEnv) -> None:
    write(folder, "a.md", title="A", more=LINK)
    write(folder, "b.md", title="B", more=LINK)
    async with opened(folder, world) as reading:
        await star(reading, "a.md")
        (folder / "archive").mkdir()
        (folder / "a.md").rename(folder / "archive" / "2001.md")
        await reading.press("R")
        assert starred(reading) == ["archive/2001.md"]
        await star(reading, "archive/2001.md")
        assert starred(reading) == []
        await reading.press("u")
        assert starred(reading) == ["archive/2001.md"]


async def test_renamed_folder_keeps_its_stars(folder: Path, world: ReaderEnv) -> None:
    for number in range(3):
        write(folder, f"{number}/index.md", day=number, text=f"Text {number}.")
    async with opened(folder, world) as reading:
        await star(reading, "1/index.md")
    async with opened(_renamed(folder), world) as reading:
        assert starred(reading) == ["1/index.md"]


async def test_two_folders_share_marks_of_an_article_but_not_of_a_file_name(folder: Path, world: ReaderEnv) -> None:
    other = folder.with_name("other")
    write(folder, "index.md", title="Home", text="Of one.")
    write(other, "index.md", title="Home", text="Of two.")
    write(folder, "episode.md", title="Episode", more=LINK)
    write(other, "copied.md", title="Episode", more=LINK)
    async with opened(folder, world) as reading:
        await star(reading, "index.md")
        await star(reading, "episode.md")
    async with opened(other, world) as reading:
        assert starred(reading) == ["copied.md"]
        await star(reading, "copied.md")
    async with opened(folder, world) as reading:
        assert starred(reading) == ["index.md"]


async def test_copied_file_has_no_star(folder: Path, world: ReaderEnv) -> None:
    original = write(folder, "a.md", title="A", more=LINK)
    async with opened(folder, world) as reading:
        await star(reading, "a.md")
        (folder / "b.md").write_bytes(original.read_bytes())
        await reading.press("R")
        assert starred(reading) == ["a.md"]
