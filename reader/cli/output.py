"""Lines to standard output and standard error, as bytes: what can be shown there, how wide it is, whether in colour.

Writing never fails for a character that the other end has no room for. A pipe that was closed raises BrokenPipeError; a
full disk and the like raise OutputError.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING, TextIO

from msgspec import Struct

from reader.errors import ReaderError, describe_error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reader.cli.context import CliContext
    from reader.index.sync import SyncProgress
    from reader.library import Library

__all__ = ["OutputError", "OutputStream", "OutputStyle", "detect_style", "sync_with_progress"]

_WIDTH_OF_A_FILE = 100


class OutputError(ReaderError):
    """What was found cannot be written where it should go."""


class OutputStyle(Struct, frozen=True):
    """How lines may look: ``width`` in cells, in colour or not, with any character or in ASCII only."""

    width: int = _WIDTH_OF_A_FILE
    color: bool = False
    unicode: bool = True


class OutputStream:
    """One of the two streams to write to."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.wrote = False
        self.is_terminal = stream.isatty()

    def line(self, text: str = "") -> None:
        """Write a line. Raises BrokenPipeError, OutputError."""
        self.write(text + "\n")

    def write(self, text: str) -> None:
        """Write a text as it is. Raises BrokenPipeError, OutputError."""
        self.wrote = True
        with self._reporting():
            self._stream.buffer.write(self._bytes(text))

    def flush(self) -> None:
        """Let the other end have everything that was written. Raises BrokenPipeError, OutputError."""
        with self._reporting():
            self._stream.flush()

    def abandon(self) -> None:
        """Drop what could not be written, so that nobody tries again when the program ends."""
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)

    @property
    def encoding(self) -> str:
        """The name of the encoding that is written, as Python spells it."""
        return self._stream.encoding.lower().replace("_", "-")

    @contextlib.contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(f"The output cannot be written: {describe_error(error)}.") from error

    def _bytes(self, text: str) -> bytes:
        # A file name that is not UTF-8 goes into a pipe as it is; a terminal might take its bytes for commands.
        errors = "replace" if self.is_terminal else "surrogateescape"
        try:
            return text.encode(self.encoding, errors)
        except UnicodeEncodeError:
            return text.encode(self.encoding, "replace")


def detect_style(output: OutputStream, environ: Mapping[str, str]) -> OutputStyle:
    """Decide how lines for an output may look."""
    unicode = output.encoding in {"utf-8", "utf8", "utf-16", "utf-32", "utf-8-sig"}
    if not output.is_terminal:
        return OutputStyle(unicode=unicode)
    color = not environ.get("NO_COLOR") and environ.get("TERM", "dumb") != "dumb"
    return OutputStyle(max(20, shutil.get_terminal_size((_WIDTH_OF_A_FILE, 24)).columns), color, unicode)


# Who gets an answer sooner than this needs no bar.
_PATIENCE_SECONDS = 0.5
_REDRAW_SECONDS = 0.1
_BAR_CELLS = 24


def sync_with_progress(library: Library, world: CliContext) -> SyncProgress:
    """Sync the index with the folder and return what that came to."""
    from reader.index.sync import SyncProgress  # noqa: PLC0415 - only here the folder is read

    bar = _ProgressBar(world)
    progress = SyncProgress()
    try:
        for progress in library.sync():
            bar.show(progress)
    finally:
        bar.clear()
    return progress


class _ProgressBar:
    """A line on standard error that is drawn over and over; where that is no terminal, nothing."""

    def __init__(self, world: CliContext) -> None:
        self._err: OutputStream = world.err
        self._seconds = world.seconds
        self._next = world.seconds() + _PATIENCE_SECONDS
        self._cells = 0

    def show(self, progress: SyncProgress) -> None:
        if not self._err.is_terminal or self._seconds() < self._next:
            return
        self._next = self._seconds() + _REDRAW_SECONDS
        self._draw(_line(progress)[: shutil.get_terminal_size().columns - 1])

    def clear(self) -> None:
        if self._cells:
            self._draw("")
            self._err.write("\r")
            self._err.flush()

    def _draw(self, text: str) -> None:
        # Spaces wipe what stood there; no terminal lacks them.
        self._err.write("\r" + text.ljust(self._cells))
        self._err.flush()
        self._cells = len(text)


def _line(progress: SyncProgress) -> str:
    if not progress.to_read:
        return f"Looking for changes: {progress.found:,} files"
    done = round(_BAR_CELLS * progress.read / progress.to_read)
    return f"Reading [{'#' * done}{'.' * (_BAR_CELLS - done)}] {progress.read:,} of {progress.to_read:,} files"
