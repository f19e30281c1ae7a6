"""Borders stay aligned, whatever width a terminal uses for Hindi, Thai, Arabic, emoji and combining marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from live_folder import write
from sweep import TIMES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from play import Stage
    from pty_session import PtySession

TEXTS = (
    "हिन्दी में लेख क्षेत्र",
    "ภาษาไทยก็ดี น้ำใจ",
    "السَّلامُ عليكم لا إله",
    "❤️ 1️⃣ ✈️ hearts",
    "👍🏽 👨\u200d👩\u200d👧 🇩🇪 people",
    "\u0301\u0302 marks e\u0301",
)
WIDTHS: dict[str, Callable[[str], int] | None] = {
    "of the emulator": None,
    "one cell each": lambda _sign: 1,
    "emoji and marks of two cells": lambda sign: 2 if ord(sign) >= 0x1F000 or 0x300 <= ord(sign) < 0xE80 else 1,
}
_EDGES = frozenset("│┃")


def _borders(session: PtySession, size: tuple[int, int]) -> list[tuple[int, ...]]:
    """Return the columns of the borders in each row that has borders."""
    # Cells instead of lines: the emulator has no lines with half of a wide character.
    rows = [[session.cells[y][x].data for x in range(size[0])] for y in range(size[1])]
    found = (tuple(x for x, sign in enumerate(row) if sign in _EDGES) for row in rows)
    return [columns for columns in found if columns]


# A sweep combines all, a sample each size with one table.
@pytest.mark.sweep
@pytest.mark.parametrize(
    ("size", "table"),
    [
        (size, table)
        for at, size in enumerate(((160, 50), (100, 30), (60, 20)))
        for number, table in enumerate(WIDTHS)
        if TIMES > 1 or number == at
    ],
    ids=str,
)
def test_borders_stay_aligned_beside_characters_of_unsure_width(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], table: str
) -> None:
    if (width := WIDTHS[table]) is not None:
        monkeypatch.setattr("pyte.screens.wcwidth", width)
    for number in range(1, 31):
        words = TEXTS[number % len(TEXTS)]
        title, text = f"{words} {number}", f"{words} " * 150
        write(tmp_path / "content", f"{number:02}.md", day=9_000 - number, title=title, text=text)
    play = stage.open(tmp_path / "content", "--fresh", size=size)
    for keys in ("", "j", "j", "5 j", "J", "J", "k"):
        if keys:
            play.press(*keys.split())
        rows = _borders(play.session, size)
        assert len(rows) > size[1] // 2
        assert len(set(rows)) <= 2, rows
