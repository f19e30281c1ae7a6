"""Whole screens as plain text, kept in golden/ and rewritten with UPDATE_GOLDEN=1.

They are blind to colour, as some people are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tui_driver import MEDIUM, NARROW, WIDE, opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tui_driver import ReaderEnv

    Golden = Callable[[str, str], None]

BROKEN = {
    "good.md": "---\ntitle: A good one\ndate: 2026-01-31\n---\nText.\n",
    "bad-date.md": "---\ntitle: When?\ndate: someday\nquality: very\n---\nText.\n",
    "broken.md": "---\ntitle: [unfinished\n---\nText.\n",
    "no-title.md": "---\ndate: 2026-01-01\n---\nText.\n",
}


@pytest.mark.parametrize("size", [WIDE, MEDIUM, NARROW])
async def test_the_first_screen(sample: Path, world: ReaderEnv, golden: Golden, size: tuple[int, int]) -> None:
    async with opened(sample, world, size=size) as reading:
        golden("main-{}x{}".format(*size), reading.text())


@pytest.mark.parametrize(
    ("name", "size", "keys"),
    [
        ("article-60x20", NARROW, ("j", "j", "enter")),
        ("sidebar-60x20", NARROW, ("t",)),
        ("sidebar-100x30", MEDIUM, ("t", "j", "j")),
        ("zen-100x30", MEDIUM, ("j", "z")),
        ("help-100x30", MEDIUM, ("?",)),
        ("help-60x20", NARROW, ("?",)),
        ("sort-100x30", MEDIUM, ("S",)),
        ("mark-all-100x30", MEDIUM, ("A",)),
        ("floor-100x30", MEDIUM, ("+", "+", "+", "S", "Q")),
        ("no-problems-100x30", MEDIUM, ("!",)),
        ("no-sidebar-160x50", WIDE, ("t", "G")),
    ],
)
async def test_a_screen_after_some_keys(
    sample: Path, world: ReaderEnv, golden: Golden, name: str, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    async with opened(sample, world, size=size) as reading:
        await reading.press(*keys)
        golden(name, reading.text())


async def test_a_filter_that_is_being_typed(sample: Path, world: ReaderEnv, golden: Golden) -> None:
    async with opened(sample, world, size=WIDE) as reading:
        await reading.start_typing("topic:astronomy q>=70")
        golden("filter-160x50", reading.text())


async def test_a_filter_that_cannot_be_understood(sample: Path, world: ReaderEnv, golden: Golden) -> None:
    async with opened(sample, world, size=MEDIUM) as reading:
        await reading.start_typing("topc:astronomy")
        golden("bad-filter-100x30", reading.text())


@pytest.mark.parametrize("size", [MEDIUM, NARROW])
async def test_an_empty_folder(tmp_path: Path, world: ReaderEnv, golden: Golden, size: tuple[int, int]) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    async with opened(folder, world, size=size) as reading:
        golden("empty-{}x{}".format(*size), reading.text())


@pytest.mark.parametrize("size", [MEDIUM, NARROW])
async def test_no_match(sample: Path, world: ReaderEnv, golden: Golden, size: tuple[int, int]) -> None:
    async with opened(sample, world, size=size, query="nothinglikethis") as reading:
        golden("no-match-{}x{}".format(*size), reading.text())


async def test_problems(tmp_path: Path, world: ReaderEnv, golden: Golden) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    for name, text in BROKEN.items():
        (folder / name).write_text(text, encoding="utf-8")
    async with opened(folder, world, size=MEDIUM) as reading:
        golden("with-problems-100x30", reading.text())
        await reading.press("!")
        golden("problems-100x30", reading.text())


async def test_a_terminal_that_is_too_small(sample: Path, world: ReaderEnv, golden: Golden) -> None:
    async with opened(sample, world, size=(30, 8)) as reading:
        golden("too-small-30x8", reading.text())


async def test_the_first_article_there_was(home: Path, world: ReaderEnv, golden: Golden) -> None:
    async with opened(home, world, size=(120, 60)) as reading:
        await reading.press("z")
        golden("home-120x60", reading.text())
