"""Parsing of terminal input: keys as Textual events, and meaningless input ignored."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events

from reader.tui.terminal.keyboard_input import InputParser, read_input

if TYPE_CHECKING:
    from textual.message import Message


def _parsed(data: str) -> list[Message]:
    return list(InputParser().feed(data))


def _keys(data: str) -> list[str]:
    return [message.key for message in _parsed(data) if isinstance(message, events.Key)]


def _read(*pieces: bytes) -> list[str]:
    """Return the keys in pieces of input that arrive one after another."""
    waiting = list(pieces)
    found: list[str] = []
    ours, theirs = os.pipe()

    def is_over() -> bool:
        if not waiting:
            return True
        os.write(theirs, waiting.pop(0))
        return False

    try:
        read_input(
            ours, lambda message: found.append(message.key) if isinstance(message, events.Key) else None, is_over
        )
    finally:
        os.close(ours)
        os.close(theirs)
    return found


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        ("j", ["j"]),
        ("\x1b[A\x1b[B", ["up", "down"]),
        ("\x1b[97;5u", ["ctrl+a"]),
        ("\x1b[1114112uj", ["j"]),
        ("\x1b[1114112;2uj", ["j"]),
        ("\x1b[99999999999999999999uj", ["j"]),
        ("\x1b[97;2;1114112uj", ["j"]),
    ],
)
def test_key_code_of_no_character_is_ignored(data: str, keys: list[str]) -> None:
    assert _keys(data) == keys


@pytest.mark.parametrize("size", ["0;0", "0;80", "24;0", "99999;99999", "24;5001"])
def test_impossible_size_is_ignored(size: str) -> None:
    assert _parsed(f"\x1b[48;{size};0;0tj")[:-1] == []
    assert _keys(f"\x1b[48;{size};0;0tj") == ["j"]


def test_possible_size_is_reported() -> None:
    (resized,) = _parsed("\x1b[48;24;80;480;800t")
    assert isinstance(resized, events.Resize)
    assert resized.size == (80, 24)


def test_mouse_report_without_pixels_is_ignored() -> None:
    messages = _parsed("\x1b[48;24;80;0;0t\x1b[<0;10;10Mj")
    assert [type(message) for message in messages] == [events.Resize, events.Key]


@pytest.mark.parametrize(
    ("pieces", "keys"),
    [
        ([b"\xe6\x97", b"\xa5j"], ["日", "j"]),
        ([b"\xe6\x97", b"j"], ["\ufffd", "j"]),
        ([b"\xff\xfe", b"j"], ["\ufffd", "\ufffd", "j"]),
        ([b"\xed\xa0\x80j"], ["\ufffd", "\ufffd", "\ufffd", "j"]),
        ([b"\x1b[M\xff\xff\xffj"], ["j"]),
    ],
)
def test_invalid_utf8_becomes_replacement_characters(pieces: list[bytes], keys: list[str]) -> None:
    found = _read(*pieces)
    assert [{"replacement_character": "\ufffd"}.get(key, key) for key in found] == keys


@given(st.binary(max_size=40))
def test_any_input_is_parsed(data: bytes) -> None:
    _read(data, b"\x1b\\", b"j")


def test_closed_terminal_ends_the_input() -> None:
    ours, theirs = os.pipe()
    os.write(theirs, b"j")
    os.close(theirs)
    keys: list[str] = []
    looks = iter(range(100))
    try:
        read_input(
            ours,
            lambda message: keys.append(message.key) if isinstance(message, events.Key) else None,
            lambda: next(looks, None) is None,
        )
    finally:
        os.close(ours)
    assert keys == ["j"]
    assert next(looks) < 5
