"""Several values chosen in the sidebar, the unread filter, and the sort menu over a sort: in the filter."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from live_folder import write
from tui_driver import USUAL, opened

from reader.tui.list.view import ALL, SidebarSelection

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import ReaderEnv

    from reader.storage.session import Session

ROADS, MAPS = SidebarSelection("topic", "Roads"), SidebarSelection("topic", "Maps")


def test_selection_adds_and_excludes_values() -> None:
    one = ROADS.toggled(ROADS, excluded=False)
    assert (one.any_of, one.label) == (("Roads",), "Roads")
    two = one.toggled(MAPS, excluded=False)
    assert (two.any_of, two.label) == (("Roads", "Maps"), "Roads + Maps")
    assert str(two.query()) == "topic:Roads OR topic:Maps"
    without = two.toggled(MAPS, excluded=True)
    assert (without.any_of, without.none_of, without.label) == (("Roads",), ("Maps",), "Roads −Maps")
    assert str(without.query()) == "topic:Roads -topic:Maps"
    assert without.toggled(MAPS, excluded=True) == one
    assert one.toggled(ROADS, excluded=False) == ROADS, "a single value is a plain choice again"
    year = SidebarSelection("date", "2021")
    assert two.toggled(year, excluded=True) == SidebarSelection("date", none_of=("2021",)), "one kind at a time"
    assert str(SidebarSelection("date", any_of=("2021", "2022")).query()) == "on:2021 OR on:2022"


async def test_space_adds_a_topic_and_e_excludes_one(shelf: Path, world: ReaderEnv) -> None:
    saved: list[Session] = []
    async with opened(shelf, replace(world, save_session=saved.append), size=USUAL) as reading:
        await reading.press("E")
        assert reading.said == "Exclude topics in the sidebar"
        reading.go("sidebar")
        for key, said in (("E", "This row cannot be excluded"), ("space", "This row cannot be added")):
            await reading.press(key)
            assert (reading.said, reading.page_top) == (said, 0)
        await reading.choose("Stones")
        reading.go("sidebar")
        await reading.press("space")
        assert reading.paths() == ["second.md"]
        await reading.press("k", "k", "j")
        assert reading.view.choice == SidebarSelection("topic", any_of=("Stones",)), (
            "moving the cursor keeps the added values"
        )
        await reading.choose("Maps")
        await reading.press("space")
        assert set(reading.paths()) == {"hub.md", "draft.md", "second.md"}
        assert "Stones + Maps" in reading.title
        await reading.choose("Roads")
        await reading.press("E")
        assert reading.paths() == ["draft.md"]
        signs = {line.split()[0].strip("+−▌"): line[0] for line in reading.lines_of("sidebar") if line.strip()}
        assert (signs["Maps"], signs["Stones"], signs["Roads"]) == ("+", "+", "−")
        await reading.press("h", "Q")
    async with opened(shelf, replace(world, session=saved[-1]), size=USUAL) as reading:
        assert reading.paths() == ["draft.md"]
        await reading.press("F")
        assert reading.view.choice == ALL


async def test_sidebar_scrolls_no_further_than_it_must(tmp_path: Path, world: ReaderEnv) -> None:
    for number in range(60):
        write(tmp_path / "content", f"{number:02}.md", day=99 - number, more=f"topics: [Topic {number:02}]\n")
    async with opened(tmp_path / "content", world, size=(120, 24)) as reading:
        height = len(reading.lines_of("sidebar"))
        await reading.press("1", "0", "j")
        await reading.click_text("Topic 10")  # in the article
        assert (reading.sidebar_line, reading.top("sidebar")) == ("Topic 10", 0)
        await reading.press("h", "h", "2", "0", "j")
        below = reading.sidebar_lines.index("Topic 30") + 3 - height
        assert (reading.sidebar_line, reading.top("sidebar")) == ("Topic 30", below)
        await reading.press("1", "0", "k")
        assert (reading.sidebar_line, reading.top("sidebar")) == ("Topic 20", below)
        await reading.scroll("sidebar", 0)
        await reading.press("r")
        assert (reading.sidebar_line, reading.top("sidebar")) == ("Topic 20", 0), "new counts do not scroll"
        await reading.press("F")
        assert (reading.sidebar_line, reading.top("sidebar")) == ("All", 0)


async def test_i_toggles_the_unread_filter(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=USUAL) as reading:
        await reading.press("r", "i")
        assert (reading.filter_text, len(reading.paths())) == ("is:unread", 5)
        await reading.press("i")
        assert (reading.filter_text, len(reading.paths())) == ("", 6)


async def test_sort_menu_rewrites_the_sort_in_the_filter(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=USUAL) as reading:
        await reading.type("road sort:date")
        await reading.press("S", "q")
        assert reading.filter_text == "road sort:quality"
        assert reading.paths() == ["second.md", "first.md"]
