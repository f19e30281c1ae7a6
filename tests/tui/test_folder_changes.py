"""Changes of the folder under the open TUI: a rescan shows them, and the cursor keeps its article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_driver import MEDIUM, NARROW, opened

from reader.tui.list.effects import FindRows

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from tui_driver import ReaderEnv

    from reader.tui.ports import Ports

NEWER = "---\ntitle: Fresh\ndate: 2026-11-22\noriginalUrl: https://fresh.example/\n---\nNew.\n"


def empty(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


def move(folder: Path, name: str) -> None:
    folder.rename(folder.with_name(name))


async def test_emptied_folder_shows_a_message(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        empty(shelf)
        await reading.press("R")
        assert reading.paths() == []
        assert "No articles in this folder." in reading.text()
        (shelf / "fresh.md").write_text(NEWER, encoding="utf-8")
        await reading.press("R")
        assert reading.paths() == ["fresh.md"]
        assert reading.opened == "fresh.md"


async def test_new_folder_is_not_called_empty_before_its_list_is_known(
    shelf: Path, world: ReaderEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests: list[tuple[FindRows, Ports]] = []
    find = FindRows.run
    monkeypatch.setattr(FindRows, "run", lambda request, ports: requests.append((request, ports)))
    async with opened(shelf, world, size=NARROW) as reading:
        assert not reading.is_syncing()
        assert requests
        await reading.press("enter")
        assert "Indexing folder…" in reading.text()
        assert "No articles" not in reading.text()
        monkeypatch.setattr(FindRows, "run", find)
        find(*requests[-1])
        await reading.settled()
        assert reading.opened == reading.current


async def test_new_article_above_does_not_move_the_cursor(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        await reading.go_to("second.md")
        (shelf / "fresh.md").write_text(NEWER, encoding="utf-8")
        await reading.press("R")
        assert reading.paths()[0] == "fresh.md"
        assert reading.current == reading.opened == "second.md"


async def test_removed_current_file_moves_the_cursor_to_the_next_one(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        await reading.go_to("second.md")
        (shelf / "second.md").unlink()
        await reading.press("R")
        assert "second.md" not in reading.paths()
        assert reading.current == reading.opened == "mute.md", "the next article"


async def test_changed_open_article_is_updated(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        text = (shelf / "hub.md").read_text(encoding="utf-8")
        (shelf / "hub.md").write_text(text.replace("Where roads meet.", "Where paths cross, too."), encoding="utf-8")
        await reading.press("R")
        assert "Where paths cross, too." in reading.page()


async def test_missing_folder_is_an_error_message_and_the_list_stays(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        move(shelf, "elsewhere")
        await reading.press("R")
        assert "shelf" in reading.said
        assert len(reading.paths()) == 6


async def test_single_file_can_be_opened(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf / "first.md", world, size=MEDIUM) as reading:
        assert reading.paths() == ["first.md"]
        assert "Stones." in reading.page()
