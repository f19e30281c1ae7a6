"""The SGR optimizer: fewer bytes give the same screen."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.tui.terminal.driver import SgrOptimizer

_ROOM = (12, 6)
_PARTS = (
    "1",
    "2",
    "3",
    "4",
    "7",
    "9",
    "22",
    "31",
    "39",
    "42",
    "95",
    "104",
    "38;5;9",
    "48;5;200",
    "38;2;1;2;3",
    "48;2;9;8;7",
)
_styles = st.lists(st.sampled_from(_PARTS), max_size=3).map(lambda parts: f"\x1b[{';'.join(parts)}m")
_moves = st.sampled_from(["", "", "\x1b[2;3H", "\r\n", "\x1b[1;1H\r\n"])
_ends = st.sampled_from(["\x1b[0m", "\x1b[0m", "\x1b[0m", "\x1b[m", ""])
_piece = st.tuples(_styles, st.sampled_from(["a", "bc", "界", " ", ""]), _ends, _moves).map("".join)
_writes = st.lists(st.lists(_piece | st.sampled_from(["x", "\x1b[?2026h"]), max_size=6).map("".join), max_size=4)


def _screen(writes: list[str]) -> list[list[object]]:
    screen = pyte.Screen(*_ROOM)
    stream = pyte.Stream(screen)
    for data in writes:
        stream.feed(data)
    return [[screen.buffer[row][column] for column in range(_ROOM[0])] for row in range(_ROOM[1])]


@given(_writes)
def test_shortened_output_gives_the_same_screen(writes: list[str]) -> None:
    optimizer = SgrOptimizer()
    assert _screen([optimizer.shorten(data) for data in writes]) == _screen(writes)


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        pytest.param("plain", "plain", id="plain text"),
        pytest.param("\x1b[1ma\x1b[0m\x1b[1mb\x1b[0m", "\x1b[1mab\x1b[0m", id="the same style"),
        pytest.param("\x1b[31;40ma\x1b[0m\x1b[32;40mb\x1b[0m", "\x1b[31;40ma\x1b[32mb\x1b[0m", id="another color"),
        pytest.param("\x1b[31ma\x1b[0m\x1b[2;3H\x1b[31mb\x1b[0m", "\x1b[31ma\x1b[2;3Hb\x1b[0m", id="elsewhere"),
        pytest.param("\x1b[1;31ma\x1b[0m\x1b[31mb\x1b[0m", "\x1b[1;31ma\x1b[0;31mb\x1b[0m", id="no longer bold"),
        pytest.param("\x1b[31ma\x1b[0mb", "\x1b[31ma\x1b[0mb", id="a style that ends before plain text"),
        pytest.param(
            "\x1b[31ma\x1b[0m\x1b[22;31mb", "\x1b[31ma\x1b[0;22;31mb", id="rare attributes are sent completely"
        ),
    ],
)
def test_only_changed_attributes_are_sent(given_: str, expected: str) -> None:
    assert SgrOptimizer().shorten(given_) == expected


def test_style_carries_over_to_the_next_write() -> None:
    optimizer = SgrOptimizer()
    assert optimizer.shorten("\x1b[31ma") == "\x1b[31ma"
    assert optimizer.shorten("\x1b[0m\x1b[31mb") == "b"
