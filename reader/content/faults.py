"""What can be wrong with front matter, before anybody knows which file it came from: values, and nothing else."""

from __future__ import annotations

from msgspec import Struct

from reader import text
from reader.errors import ReaderError

__all__ = ["Fault", "FrontMatterError", "quoted"]


class Fault(Struct, frozen=True):
    """Something wrong on a line; who makes it says whether the front matter or the file begins at line 1."""

    line: int
    message: str
    field: str = ""


class FrontMatterError(ReaderError):
    """Front matter that yields nothing at all; ``fault`` says where and why."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.fault = Fault(line, message)


def quoted(value: str, cells: int = 60) -> str:
    """Return a value from a file as a message may show it: clean, on one line, in quotes and not long."""
    return f'"{text.shorten(text.clean_line(value[: cells * 8]), cells)}"'
