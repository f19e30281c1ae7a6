"""The article pane: every field, following related articles and going back, and moving between panes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from live_folder import write
from tui_driver import MEDIUM, NARROW, WIDE, opened

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import ReaderEnv


async def test_home_schema_article_shows_every_field(home: Path, world: ReaderEnv) -> None:
    async with opened(home, world) as reading:
        page = " ".join(reading.page().split())
        for words, remark in [
            ("These harbour towns are doing pretty well in the research of tides", "title"),
            ("As sailors say, a tide table has become wealth today", "excerpt"),
            ("Harbour Insight · harbour-insight.example", "provider and domain"),
            ("2 Oct 2021 13:30", "date"),
            ("quality 35", "quality"),
            ("Draft", "draft mark"),
            ("Encrypted", "the text is encrypted"),
            ("Tide Tables · Sea", "both topics"),
            ("900×500 · cached", "the image's size"),
            ("pierWeek · 30 Sep 2021 19:42 · quality 67", "the first related entry"),
            ("With help from better tide tables", "its excerpt"),
            ("seaUK · 28 Sep 2021 11:57 · quality 37", "the second"),
            ("On 23 rd September, during 2021 Harbour Week", "its excerpt"),
            ("Associated Coast · 29 Sep 2021 12:22 quality 26", "the third, on two lines"),
            ("Tiny Buoy Measurement Board", "its excerpt"),
        ]:
            assert words in page, remark
        assert "Harbour-Towns-to-Know.jpg · 900×500 · cached · cdn.harbour-insight.example" in page, "no address"
        assert "heat" not in page, "heat was not measured"
        assert "w0qfNCuIY8Wc" not in page, "the encrypted text is never printed"


async def test_related_articles_of_the_folder_are_marked_and_open_here(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        assert reading.opened == "hub.md"
        page = reading.page()
        assert "The first road ◆" in page
        assert "A road abroad" in page
        assert "A road abroad ◆" not in page
        await reading.press("4", "enter")
        assert reading.opened == reading.current == "second.md"
        assert reading.runner.started == []


async def test_back_and_forward_follow_the_history(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.press("2", "enter")
        assert reading.opened == "first.md"
        assert "Referenced by" in reading.page()
        await reading.press("1", "enter")
        assert reading.opened == "hub.md", "the article that links to it"
        await reading.press("(")
        assert reading.opened == reading.current == "first.md"
        await reading.press("(")
        assert reading.opened == reading.current == "hub.md"
        await reading.press("(")
        assert reading.opened == "hub.md"
        assert "No previous article" in reading.said
        await reading.press(")", ")")
        assert reading.opened == reading.current == "hub.md"
        await reading.press(")")
        assert "No next article" in reading.said


async def test_related_article_hidden_by_the_filter_is_shown(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.type("topic:maps")
        assert reading.paths() == ["hub.md", "draft.md"]
        await reading.press("2", "enter")
        assert reading.opened == "first.md"
        assert (reading.paths(), reading.current) == (["hub.md", "draft.md"], "hub.md")
        await reading.press("(")
        assert reading.opened == reading.current == "hub.md"


async def test_article_that_can_no_longer_be_read_shows_the_problem(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        (shelf / "second.md").unlink()
        await reading.go_to("second.md")
        assert "cannot read file: No such file or directory" in reading.page()


async def test_zen_mode_shows_only_the_article_at_every_width(shelf: Path, world: ReaderEnv) -> None:
    for size in (WIDE, MEDIUM, NARROW):
        async with opened(shelf, world, size=size) as reading:
            await reading.press("z")
            assert "Where roads meet." in reading.text()
            assert "Topics ─" not in reading.text()
            assert "newest first" not in reading.text()
            await reading.press("escape")
            assert "newest first" in reading.text()


async def test_narrow_terminal_shows_one_pane_at_a_time(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=NARROW) as reading:
        assert "Where roads meet." not in reading.text()
        await reading.press("enter")
        assert "Where roads meet." in reading.text()
        assert "newest first" not in reading.text()
        await reading.press("escape")
        assert "newest first" in reading.text()
        await reading.press("t")
        assert "Starred" in reading.text()
        assert "newest first" not in reading.text()
        await reading.press("t")
        assert "newest first" in reading.text()


async def test_tab_and_arrows_move_between_panes(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        panes = []
        for key in ("tab", "tab", "tab", "shift+tab", "h", "h", "l", "right", "l"):
            await reading.press(key)
            panes.append(reading.pane)
        expected = ["article", "sidebar", "articles", "sidebar", "sidebar", "sidebar", "articles", "article", "article"]
        assert panes == expected
        focused = reading.app.focused
        assert focused is not None
        assert focused.id == "article"


@pytest.mark.parametrize("pane", ["articles", "article", "sidebar"])
async def test_resizing_keeps_article_and_pane(sample: Path, world: ReaderEnv, pane: str) -> None:
    keys = {"articles": (), "article": ("enter",), "sidebar": ("h",)}[pane]
    async with opened(sample, world) as reading:
        await reading.press("j", "j", "j", *keys)
        before = (reading.current, reading.opened, reading.pane)
        assert before[2] == pane
        for size in (NARROW, MEDIUM, (30, 8), (40, 12), WIDE):
            await reading.pilot.resize_terminal(*size)
            await reading.settled()
            assert (reading.current, reading.opened, reading.pane) == before, size
            assert len(reading.lines()) == size[1]
        screen = reading.text()
        assert all(name in screen for name in ("Topics", "newest first", "Every sequence")), screen


async def test_page_is_rewrapped_to_a_new_width(shelf: Path, world: ReaderEnv) -> None:
    (shelf / "hub.md").write_text("---\ntitle: Long\ndate: 2026-11-20\n---\n" + "word " * 100, encoding="utf-8")
    async with opened(shelf, world, size=(220, 40)) as reading:
        widest = max(len(line) for line in reading.page().split("\n"))
        assert 70 < widest <= 90, "text width is limited in a wide terminal"
        await reading.pilot.resize_terminal(*NARROW)
        await reading.settled()
        await reading.press("enter")
        assert max(len(line) for line in reading.page().split("\n")) <= 56


async def test_article_is_scrolled_from_the_list(sample: Path, world: ReaderEnv) -> None:
    async with opened(sample, world, size=MEDIUM) as reading:
        await reading.press("J", "J", "J", "K")
        assert reading.page_top == 2
        assert reading.cursor == 0
        await reading.press("enter", "G")
        assert reading.lines_of("article")[-1].rstrip() == reading.page().split("\n")[-1].rstrip()
        await reading.press("g", "g")
        assert reading.page_top == 0


@pytest.mark.parametrize("size", [(160, 50), (120, 30), (80, 24), (60, 20), (40, 12)])
async def test_text_has_a_gutter_before_the_scroll_bar_and_is_centered_in_zen_mode(
    folder: Path, world: ReaderEnv, size: tuple[int, int]
) -> None:
    write(folder, "long.md", day=99, text="Five words of equal length " * 400)
    async with opened(folder, world, size=size) as reading:
        await reading.press("enter", "J")
        for width, left in ((reading.region("article").width, None), (min(size[0], 94), (size[0] - 94) // 2)):
            lines = reading.lines_of("article")
            assert {line[-1] for line in lines} == {" "}
            assert max(len(line.rstrip()) for line in lines) > len(lines[0]) - 10, "no more room is lost"
            assert reading.region("article").width == width
            assert left is None or reading.region("article").x == max(0, left)
            await reading.press("z")


async def test_q_leaves_zen_mode_and_pane_and_then_quits(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.press("z", "q")
        assert reading.panes == ["sidebar", "articles", "article"]
        await reading.press("h", "q")
        assert reading.pane == "articles"
        assert reading.app.return_code is None
        await reading.press("q")
        assert reading.app.return_code == 0
