"""Characters whose width differs between terminals: text after them stays in its column."""

from __future__ import annotations

from unicodedata import combining

import pyte
import pytest
from rich.cells import cell_len

from reader.tui.list.row import STATE_SIGNS
from reader.tui.terminal.columns import set_columns

SIGNS = (
    "हिन्दी", "ภาษาไทยก็ดี", "السَّلام", "لا", "❤️", "1️⃣", "👍🏽", "👨\u200d👩\u200d👧", "🇩🇪",
    "e\u0301", "\u0301", "\u0301\u0302a", "⌛", "☎", "🫠",
)  # fmt: skip


def _drawn(data: str) -> list[str]:
    screen = pyte.Screen(40, 3)
    pyte.Stream(screen).feed(data)
    return [screen.buffer[1][column].data for column in range(40)]


@pytest.fixture(params=["of this emulator", "one for all", "two for emoji and marks"])
def table(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A width function of a terminal."""
    if request.param == "one for all":
        monkeypatch.setattr("pyte.screens.wcwidth", lambda _sign: 1)
    elif request.param == "two for emoji and marks":
        monkeypatch.setattr("pyte.screens.wcwidth", lambda sign: 2 if ord(sign) > 0xFFFF or combining(sign) else 1)
    return str(request.param)


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("sign", SIGNS)
def test_border_stays_aligned_after_characters_of_unsure_width(sign: str) -> None:
    text = f"a {sign} b {sign}"
    line = f"\x1b[2;1H\x1b[31m|\x1b[0m{text:<8}\x1b[1m"
    end = 1 + cell_len(f"{text:<8}")
    drawn = _drawn(set_columns(f"{line}#\x1b[0mrest"))
    assert "".join(drawn[end : end + 5]) == "#rest"
    assert drawn[0] == "|"


@pytest.mark.parametrize(
    "text",
    ["plain", "Größe – “ja” …", "漢字 한글 かな", "│ ★ ◆ ▲", "".join(STATE_SIGNS.values()), "Привет", "ελληνικά"],
)
def test_text_of_known_width_is_unchanged(text: str) -> None:
    data = f"\x1b[2;3H\x1b[1m{text}\x1b[0m"
    assert set_columns(data) == data


def test_cells_left_by_a_narrow_character_are_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyte.screens.wcwidth", lambda _sign: 1)
    drawn = _drawn("\x1b[2;1Hxxxxxxxx" + set_columns("\x1b[2;1Ha👍b"))
    assert "".join(drawn[:8]) == "a👍 bxxxx"
