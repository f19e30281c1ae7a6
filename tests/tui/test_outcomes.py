"""Every key shows a result: what it did, or why it did nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tui_driver import MEDIUM, NARROW, WIDE, opened

from reader.storage.session import Session

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import ReaderEnv


async def test_rescan_reports_what_changed(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        await reading.press("R")
        assert reading.said == "Nothing changed"
        for name in ("one.md", "two.md"):
            (shelf / name).write_text("---\ntitle: New\n---\n", encoding="utf-8")
        (shelf / "first.md").write_text("---\ntitle: Another title\n---\n", encoding="utf-8")
        (shelf / "mute.md").unlink()
        await reading.press("R")
        assert reading.said == "2 new, 1 changed, 1 removed"


@pytest.mark.parametrize(("keys", "unbound"), [
    (("x",), "x"), (("é",), "é"), (("ctrl+t",), "^t"), (("g", "x"), "gx"), (("5", "x"), "x"), (("delete",), "Delete"),
    (("g", "escape"), ""), (("5", "escape"), ""),
])  # fmt: skip
async def test_unbound_key_is_named(shelf: Path, world: ReaderEnv, keys: tuple[str, ...], unbound: str) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        await reading.press(*keys)
        assert reading.said == (f'"{unbound}" is not bound · ? help' if unbound else "")


async def test_marking_what_is_marked_already_changes_nothing(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        await reading.press("A", "y", "A", "y")
        assert reading.said == "Nothing changed"


@pytest.mark.parametrize("size", [WIDE, MEDIUM, NARROW])
async def test_facet_key_opens_a_hidden_sidebar(shelf: Path, world: ReaderEnv, size: tuple[int, int]) -> None:
    async with opened(shelf, world, size=size) as reading:
        if size == WIDE:
            await reading.press("t")
        assert "sidebar" not in reading.panes
        await reading.press("T")
        assert "sidebar" in reading.panes
        assert reading.sidebar_title == "Topics"
        await reading.press("T")
        assert reading.sidebar_title == "Providers"
        await reading.press("z", "T")
        assert "sidebar" in reading.panes


async def test_dialog_is_not_covered_by_an_earlier_warning(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=NARROW) as reading:
        await reading.press("d")
        assert reading.notifications() == ["No earlier version: this article is not from a feed"]
        await reading.press("?")
        assert reading.notifications() == []


async def test_ctrl_c_leaves_the_filter_and_not_the_program(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        await reading.type("road")
        await reading.press("/", "x", "ctrl+c")
        assert not reading.is_typing()
        assert reading.filter_text == "road*"
        assert reading.app.return_code is None


@pytest.mark.parametrize("size", [WIDE, MEDIUM, NARROW])
async def test_quit_leaves_zen_article_and_filter_line_first(
    shelf: Path, world: ReaderEnv, size: tuple[int, int]
) -> None:
    async with opened(shelf, world, size=size) as reading:
        await reading.press("enter", "z", "q")
        assert (reading.pane, reading.panes[-1:]) == ("article", ["article"])
        await reading.press("q")
        assert reading.pane == "articles"
        await reading.press("/", "q")
        assert (reading.filter_text, reading.is_typing()) == ("q", True)
        await reading.press("escape", "q")
        assert reading.app.return_code == 0


@pytest.mark.parametrize(
    "keys", ["/ r o a d enter", "i", "+", "/ r o a d enter enter q", "/ r o a d enter enter z q q", "V j q i"]
)
async def test_q_clears_a_filter_before_it_quits(shelf: Path, world: ReaderEnv, keys: str) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        await reading.press(*keys.split())
        assert not reading.view.matches_all
        await reading.press("q")
        assert (reading.view.matches_all, reading.app.return_code) == (True, None)
        await reading.press("q")
        assert reading.app.return_code == 0


async def test_q_quits_from_the_filter_of_the_start_in_any_order(shelf: Path, world: ReaderEnv) -> None:
    session = Session(query="road", min_quality=10)
    for query, first in (("road", Session()), ("", session)):
        async with opened(shelf, replace(world, session=first), query=query, size=MEDIUM) as reading:
            await reading.press("S", "t", "enter", "q", "q")
            assert (reading.view.typed, reading.app.return_code) == ("road", 0)


async def test_capital_q_quits_from_anywhere_and_keeps_the_filter(shelf: Path, world: ReaderEnv) -> None:
    saved: list[Session] = []
    async with opened(shelf, replace(world, save_session=saved.append), size=MEDIUM) as reading:
        await reading.type("road")
        await reading.press("enter", "z", "Q")
        assert reading.app.return_code == 0
    assert (saved[-1].query, saved[-1].zen) == ("road*", True)
