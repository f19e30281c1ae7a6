"""Robust terminal input: a terminal can send invalid UTF-8, unknown key codes and impossible sizes.

Some of these make Textual's own input reader raise an error, which ends the program.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import select
from typing import TYPE_CHECKING

from textual import events
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.keys import Keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from textual.message import Message

__all__ = ["InputParser", "read_input"]

_BYTES = 4096
_SECONDS_BETWEEN_LOOKS = 0.1
# Columns or rows. No terminal is larger, and Textual holds a list of all lines.
_MOST_CELLS = 5_000


class InputParser(XTermParser):
    """Parser of keys, mouse reports and terminal responses that ignores meaningless input."""

    def feed(self, data: str) -> Iterator[Message]:
        """Yield the events of some input, ignoring impossible sizes."""
        for message in super().feed(data):
            if not isinstance(message, events.Resize) or _is_possible(message.size):
                yield message

    def parse_mouse_code(self, code: str) -> Message | None:
        """Return the event of a mouse report; None if it is meaningless."""
        try:
            return super().parse_mouse_code(code)
        except (ArithmeticError, ValueError):  # pixels of a terminal without a size
            return None

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:  # noqa: FBT001, FBT002 - as in Textual
        try:
            return list(super()._sequence_to_key_events(sequence, alt))
        except (ValueError, OverflowError):  # not the code of a character
            return [events.Key(Keys.Ignore, sequence)]


def _is_possible(size: tuple[int, int]) -> bool:
    return all(0 < cells <= _MOST_CELLS for cells in size)


def read_input(file: int, process: Callable[[Message], object], is_over: Callable[[], bool]) -> None:
    """Pass the events of a terminal to ``process`` until the terminal is closed or ``is_over()``."""
    parser = InputParser()
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    try:
        while not is_over():
            is_ready = select.select([file], [], [], _SECONDS_BETWEEN_LOOKS)[0]
            if is_ready:
                if not (raw := os.read(file, _BYTES)):
                    return
                # Half a character decodes to an empty string, which the parser would treat as the end of its input.
                if data := decode(raw):
                    for message in parser.feed(data):
                        process(message)
            for message in parser.tick():
                process(message)
    finally:
        with contextlib.suppress(EOFError, ParseError):
            for _message in parser.feed(""):
                pass
