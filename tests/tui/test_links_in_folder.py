"""Links between the articles of a folder, followed in the TUI."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tui_driver import MEDIUM, WIDE, opened

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import ReaderEnv

START = (
    """---
title: Start
date: 2026-11-05
---
See [the guide](guide.md), [its end](guide.md#the-end) and [below](#further-down), [[Twin]] and [[Nowhere]],
<https://abroad.example/> and [a picture](map.png).

"""
    + "A paragraph.\n\n" * 60
    + "## Further down[1]\n\n"
    + "More.\n\n" * 60
)
GUIDE = "---\ntitle: The guide\ndate: 2026-11-04\n---\n" + "A step.\n\n" * 60 + "## The end!\n\n" + "Rest.\n\n" * 60


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    folder = tmp_path / "linked"
    for name, text in {
        "start.md": START,
        "guide.md": GUIDE,
        "a/twin.md": "---\ntitle: One\ndate: 2026-11-03\n---\n",
        "b/twin.md": "---\ntitle: Two\ndate: 2026-11-02\n---\n",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


async def test_link_to_a_file_opens_its_article_and_back_returns(linked: Path, world: ReaderEnv) -> None:
    async with opened(linked, world, size=MEDIUM) as reading:
        await reading.go_to("start.md")
        await reading.press("1", "enter")
        assert (reading.opened, reading.page_top) == ("guide.md", 0)
        assert "Start ◆" in reading.page()
        await reading.press("(")
        assert reading.opened == "start.md"
        await reading.press(")")
        assert reading.opened == "guide.md"
        assert reading.runner.started == []


async def test_links_within_the_folder_are_marked(linked: Path, world: ReaderEnv) -> None:
    async with opened(linked, world, size=WIDE) as reading:
        await reading.go_to("start.md")
        links = reading.page().partition("\nLinks\n")[2].partition("\n\n")[0]
        assert [line.strip() for line in links.splitlines()] == [
            "1 the guide ◆", "guide.md",
            "2 its end ◆", "guide.md",
            "3 below ◆", "#further-down",
            "4 Twin ◆", "a/twin.md · 1 more of this name",
            "5 Nowhere", "[[Nowhere]] · not in this folder",
            "6 https://abroad.example/",
            "7 a picture", "map.png · not an article",
        ]  # fmt: skip


async def test_link_to_a_heading_scrolls_there(linked: Path, world: ReaderEnv) -> None:
    async with opened(linked, world, size=MEDIUM) as reading:
        await reading.go_to("start.md")
        await reading.press("2", "enter")
        assert reading.opened == "guide.md"
        assert "The end!" in reading.page().splitlines()[reading.page_top]
        await reading.press("(")
        assert (reading.opened, reading.page_top) == ("start.md", 0)
        await reading.press("3", "enter")
        assert reading.opened == "start.md"
        assert "Further down" in reading.page().splitlines()[reading.page_top]
        await reading.press(")")
        assert reading.opened == "guide.md"


async def test_link_to_a_missing_heading_opens_the_article_with_a_message(tmp_path: Path, world: ReaderEnv) -> None:
    (tmp_path / "one.md").write_text("# One\n\n[a](two.md#gone) [b](two.md#there)\n", encoding="utf-8")
    (tmp_path / "two.md").write_text("# Two\n\nText.\n\n## There\n", encoding="utf-8")
    async with opened(tmp_path, world, size=MEDIUM) as reading:
        await reading.go_to("one.md")
        await reading.press("2", "enter")
        assert (reading.opened, reading.said) == ("two.md", "")
        await reading.go_to("one.md")
        await reading.press("1", "enter")
        assert (reading.opened, reading.page_top) == ("two.md", 0)
        assert reading.said == 'No heading "gone" in this article'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "## The bends {#bends}"),
        ("a.md", "## The *bends* {: #bends .wide }"),
        ("a.md", '## <a name="bends"></a>The bends'),
        ("a.html", '<h2 id="bends">The bends</h2>'),
        ("a.md", "## Bends"),
    ],
)
async def test_link_to_the_id_of_a_heading_scrolls_there(
    tmp_path: Path, world: ReaderEnv, name: str, text: str
) -> None:
    paragraph = "<p>Text.</p>\n\n" * 30
    title = "---\ntitle: One\n---\n" + ('<a href="#bends">x</a>\n\n' if name.endswith("html") else "[x](#bends)\n\n")
    (tmp_path / name).write_text(f"{title}{paragraph}{text}\n\n{paragraph}", encoding="utf-8")
    async with opened(tmp_path, world, size=MEDIUM) as reading:
        await reading.go_to(name)
        await reading.press("1", "enter")
        assert "ends" in reading.page().splitlines()[reading.page_top]
        assert "{" not in reading.page()


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("4", '2 articles are called "Twin"; this is the nearest'),
        ("5", 'Not in this folder: "Nowhere"'),
        ("7", 'Not an article: "map.png"'),
    ],
)
async def test_missing_or_ambiguous_link_shows_a_message(
    linked: Path, world: ReaderEnv, number: str, said: str
) -> None:
    async with opened(linked, world, size=MEDIUM) as reading:
        await reading.go_to("start.md")
        await reading.press(number, "enter")
        assert reading.said == said
        assert reading.opened == ("a/twin.md" if number == "4" else "start.md")
        assert reading.runner.started == []
