"""Screens as plain text, compared with golden/, which UPDATE_GOLDEN=1 rewrites.

Colors are not compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from states import SIZES, visit
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


@pytest.mark.parametrize("size", SIZES)
async def test_main_states_match_golden(sample: Path, world: ReaderEnv, golden: Golden, size: tuple[int, int]) -> None:
    async with opened(sample, world, size=size) as reading:
        screens = [f"=== {state.name}\n{reading.text()}" async for state in visit(reading)]
    golden("states-{}x{}".format(*size), "\n".join(screens))


@pytest.mark.parametrize("size", [WIDE, MEDIUM, NARROW])
async def test_initial_screen_matches_golden(
    sample: Path, world: ReaderEnv, golden: Golden, size: tuple[int, int]
) -> None:
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
        ("no-sidebar-160x50", WIDE, ("t", "G")),
    ],
)
async def test_screen_after_keys_matches_golden(
    sample: Path, world: ReaderEnv, golden: Golden, name: str, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    async with opened(sample, world, size=size) as reading:
        await reading.press(*keys)
        golden(name, reading.text())


async def test_typed_filter_matches_golden(sample: Path, world: ReaderEnv, golden: Golden) -> None:
    async with opened(sample, world, size=WIDE) as reading:
        await reading.start_typing("topic:astronomy q>=70")
        golden("filter-160x50", reading.text())


async def test_invalid_filter_matches_golden(sample: Path, world: ReaderEnv, golden: Golden) -> None:
    async with opened(sample, world, size=MEDIUM) as reading:
        await reading.start_typing("topc:astronomy")
        golden("bad-filter-100x30", reading.text())


@pytest.mark.parametrize("size", [MEDIUM, NARROW])
async def test_empty_folder_matches_golden(
    tmp_path: Path, world: ReaderEnv, golden: Golden, size: tuple[int, int]
) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    async with opened(folder, world, size=size) as reading:
        golden("empty-{}x{}".format(*size), reading.text())


@pytest.mark.parametrize("size", [MEDIUM, NARROW])
async def test_no_results_match_golden(sample: Path, world: ReaderEnv, golden: Golden, size: tuple[int, int]) -> None:
    async with opened(sample, world, size=size, query="nothinglikethis") as reading:
        golden("no-match-{}x{}".format(*size), reading.text())


async def test_problems_match_golden(tmp_path: Path, world: ReaderEnv, golden: Golden) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    for name, text in BROKEN.items():
        (folder / name).write_text(text, encoding="utf-8")
    async with opened(folder, world, size=MEDIUM) as reading:
        golden("with-problems-100x30", reading.text())
        await reading.press("!")
        golden("problems-100x30", reading.text())


async def test_too_small_terminal_matches_golden(sample: Path, world: ReaderEnv, golden: Golden) -> None:
    async with opened(sample, world, size=(30, 8)) as reading:
        golden("too-small-30x8", reading.text())


async def test_home_schema_article_matches_golden(home: Path, world: ReaderEnv, golden: Golden) -> None:
    async with opened(home, world, size=(120, 60)) as reading:
        await reading.press("z")
        golden("home-120x60", reading.text())
