"""The visible part of titles in the list, in terminals of common sizes."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

import pytest
from tui_driver import opened

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import ReaderEnv, TuiDriver

    from reader.storage.session import Session

# Headlines of typical length: 52 to 96 characters.
_HEADLINES = (
    "City council approves plan to rebuild the harbour bridge",
    "What the new data on coastal erosion means for small towns along the northern shore",
    "Researchers publish the most detailed map of the seabed so far",
    "Open source maintainers agree on a common format for security reports after two years of talks",
    "How a village library became the busiest place in the valley",
    "Weekly update: release notes, fixed bugs and what comes next for the project",
    "Train line between the two capitals reopens after eighteen months of repairs",
    "Why the price of coffee keeps rising although harvests are good",
)
_SIZES = {(80, 24): 32, (100, 30): 32, (120, 40): 32, (160, 50): 45}


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """Return a folder of ordinary news: dates of two years, providers and topics, no quality."""
    folder = tmp_path / "news"
    folder.mkdir()
    for number in range(64):
        month, day = number % 11 + 1, number % 28 + 1
        (folder / f"{number:02}.md").write_text(
            f"---\ntitle: '{_HEADLINES[number % len(_HEADLINES)]}'\ndate: {2026 - number % 2}-{month:02}-{day:02}\n"
            "provider: The Harbour Times\ntopics: [Local news]\n---\nText.\n",
            encoding="utf-8",
        )
    return folder


def visible_characters(reading: TuiDriver) -> list[int]:
    """Return the number of visible characters of the title in each row."""
    rows = zip(reading.lines_of("articles"), reading.entries(), strict=False)
    return [max(n for n in range(len(entry.title) + 1) if entry.title[:n] in row) for row, entry in rows]


@pytest.mark.parametrize(("size", "least"), _SIZES.items())
async def test_median_row_of_news_shows_enough_of_its_title(
    news: Path, world: ReaderEnv, size: tuple[int, int], least: int
) -> None:
    async with opened(news, world, size=size) as reading:
        assert median(visible_characters(reading)) >= least, reading.text()


@pytest.mark.parametrize(("size", "least"), _SIZES.items())
async def test_long_titles_beside_a_quality_show_as_much(
    sample: Path, world: ReaderEnv, size: tuple[int, int], least: int
) -> None:
    async with opened(sample, world, size=size) as reading:
        rows = zip(visible_characters(reading), reading.entries(), strict=False)
        shares = [shown / min(least, len(entry.title)) for shown, entry in rows if entry.title.isascii()]
        assert median(shares) >= 1, reading.text()
        assert min(shares) >= 0.8, "a state symbol takes some room"


async def test_columns_picked_in_the_dialog_are_saved(sample: Path, world: ReaderEnv) -> None:
    saved: list[Session] = []
    async with opened(sample, replace(world, save_session=saved.append), size=(160, 50)) as reading:
        assert "19 Nov" in reading.lines_of("articles")[0]
        await reading.press("C", "j", "j", "space")
        assert "□ date" in reading.text()
        assert "19 Nov" not in reading.lines_of("articles")[0]
        await reading.press("escape", "q")
    assert saved[-1].columns == "mark,quality,title,provider"
    async with opened(sample, replace(world, session=saved[-1]), size=(160, 50)) as reading:
        assert "19 Nov" not in reading.lines_of("articles")[0]
        await reading.press("C", "space", "escape")
        assert "19 Nov" in reading.lines_of("articles")[0]
