"""The folder changes under the reader: read again, it shows what is there, and the cursor keeps its article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_driver import MEDIUM, opened

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import ReaderEnv

NEWER = "---\ntitle: Fresh\ndate: 2026-11-22\noriginalUrl: https://fresh.example/\n---\nNew.\n"


def empty(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


def move(folder: Path, name: str) -> None:
    folder.rename(folder.with_name(name))


async def test_a_folder_that_became_empty_says_so(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        empty(shelf)
        await reading.press("R")
        assert reading.paths() == []
        assert "No articles in this folder." in reading.text()
        (shelf / "fresh.md").write_text(NEWER, encoding="utf-8")
        await reading.press("R")
        assert reading.paths() == ["fresh.md"]
        assert reading.opened == "fresh.md"


async def test_a_new_article_above_does_not_move_the_reader(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        await reading.go_to("second.md")
        (shelf / "fresh.md").write_text(NEWER, encoding="utf-8")
        await reading.press("R")
        assert reading.paths()[0] == "fresh.md"
        assert reading.current == reading.opened == "second.md"


async def test_a_file_removed_under_the_cursor_leaves_the_cursor_in_its_place(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        await reading.go_to("second.md")
        (shelf / "second.md").unlink()
        await reading.press("R")
        assert "second.md" not in reading.paths()
        assert reading.current == reading.opened == "mute.md", "the one that followed it"


async def test_a_change_of_the_open_article_is_shown(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        text = (shelf / "hub.md").read_text(encoding="utf-8")
        (shelf / "hub.md").write_text(text.replace("Where roads meet.", "Where paths cross, too."), encoding="utf-8")
        await reading.press("R")
        assert "Where paths cross, too." in reading.page()


async def test_a_folder_that_is_gone_is_a_sentence_and_the_list_stays(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        move(shelf, "elsewhere")
        await reading.press("R")
        assert "shelf" in reading.said
        assert len(reading.paths()) == 6


async def test_a_single_file_can_be_opened(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf / "first.md", world, size=MEDIUM) as reading:
        assert reading.paths() == ["first.md"]
        assert "Stones." in reading.page()
