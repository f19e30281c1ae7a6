"""Mouse clicks in each pane and dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_driver import MEDIUM, opened

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import ReaderEnv


async def test_click_on_a_row_selects_it_and_double_click_enters(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.click_text("The second road  ")
        assert reading.current == reading.opened == "second.md"
        panes = [reading.pane]
        await reading.click("articles", 10, 2, times=2)
        assert reading.current == "first.md"
        assert [*panes, reading.pane] == ["articles", "article"]


async def test_click_on_a_sidebar_line_chooses_it(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.click_text("Stones")
        assert reading.paths() == ["second.md"]
        assert "Stones" in reading.title
        await reading.click("sidebar", 3, 5)
        assert reading.paths() == ["second.md"], "a heading cannot be chosen"
        await reading.click_text("All ")
        assert len(reading.paths()) == 6


async def test_click_on_a_link_follows_it(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.click_text("a map[1]")
        await reading.click_text("A road abroad")
        await reading.click_text("https://hub.example/original")
        await reading.click_text("https://hub.example/web")
        assert [argv[-1] for argv in reading.runner.started] == [
            "https://maps.example/map",
            "https://abroad.example/road",
            "https://hub.example/original",
            "https://hub.example/web",
        ]
        await reading.click_text("The first road ◆")
        assert reading.opened == reading.current == "first.md"


async def test_click_on_other_text_follows_no_link(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.click_text("trap](javascript")
        await reading.click_text("Where roads meet.")
        assert reading.runner.started == []
        assert reading.opened == "hub.md"
        assert reading.pane == "article"


async def test_click_on_a_topic_of_the_article_chooses_it(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        await reading.click_text("Maps")
        assert reading.paths() == ["hub.md", "draft.md"]
        assert reading.opened == "hub.md"


async def test_double_click_in_a_dialog_chooses(shelf: Path, world: ReaderEnv) -> None:
    (shelf / "odd.md").write_text("---\ntitle: An odd one\ndate: someday\n---\nText.\n", encoding="utf-8")
    async with opened(shelf, world, size=MEDIUM) as reading:
        await reading.press("!")
        await reading.click_text("odd.md:3")
        await reading.click(reading.app.screen.query_one("LineList"), 5, 0, times=2)
        assert reading.opened == "odd.md"


async def test_burst_of_clicks_closes_a_dialog_once(shelf: Path, world: ReaderEnv) -> None:
    (shelf / "odd.md").write_text("---\ntitle: An odd one\ndate: someday\n---\nText.\n", encoding="utf-8")
    async with opened(shelf, world, size=MEDIUM) as reading:
        for key in ("S", "!", "'", "A", "?", "ctrl+p"):
            for row in range(6, 24, 5):
                await reading.press(key)
                assert reading.has_dialog(), key
                await reading.click_at_once(50, row, times=3)
                assert reading.app.broken is None, (key, row)
                await reading.press("escape", "escape", "escape")
                assert not reading.has_dialog(), (key, row)
