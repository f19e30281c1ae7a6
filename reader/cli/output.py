"""Output streams, their width and colors, and the progress bar.

Characters that the encoding lacks are replaced. A closed pipe raises BrokenPipeError; other write errors, such as a
full disk, raise OutputError.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING, Protocol, TextIO

from msgspec import Struct

from reader.errors import ReaderError, describe_error
from reader.storage.lock import LockWait

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from reader.index.sync import SyncProgress
    from reader.library import Library

__all__ = [
    "OutputError",
    "OutputStream",
    "OutputStyle",
    "ProgressContext",
    "detect_style",
    "lock_wait",
    "pager_command",
    "plural",
    "print_paged",
    "sync_with_progress",
]

_DEFAULT_WIDTH = 100


class OutputError(ReaderError):
    """Output cannot be written."""


class ProgressContext(Protocol):
    """Where waiting and progress are shown, and the clock that paces them."""

    @property
    def err(self) -> OutputStream:
        """Standard error."""

    @property
    def seconds(self) -> Callable[[], float]:
        """A monotonic clock."""


class OutputStyle(Struct, frozen=True):
    """How to format lines: ``width`` in cells, ``color``, and ``unicode`` or ASCII only."""

    width: int = _DEFAULT_WIDTH
    color: bool = False
    unicode: bool = True


class OutputStream:
    """Standard output or standard error."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.wrote = False
        self.is_terminal = stream.isatty()

    def line(self, text: str = "") -> None:
        """Write a line. Raises BrokenPipeError, OutputError."""
        self.write(text + "\n")

    def write(self, text: str) -> None:
        """Write a string unchanged. Raises BrokenPipeError, OutputError."""
        self.wrote = True
        with self._reporting():
            self._stream.buffer.write(self._bytes(text))

    def flush(self) -> None:
        """Flush the buffer. Raises BrokenPipeError, OutputError."""
        with self._reporting():
            self._stream.flush()

    def discard(self) -> None:
        """Drop buffered output, so that Python does not try to flush it again at exit."""
        with contextlib.suppress(OSError, ValueError):
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, self._stream.fileno())
            os.close(null)

    @property
    def encoding(self) -> str:
        """The encoding of the stream, as Python spells it."""
        return self._stream.encoding.lower().replace("_", "-")

    @contextlib.contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(f"Cannot write output: {describe_error(error)}") from error

    def _bytes(self, text: str) -> bytes:
        # File names that are not UTF-8 reach a pipe unchanged; on a terminal their bytes could be control sequences.
        errors = "replace" if self.is_terminal else "surrogateescape"
        try:
            return text.encode(self.encoding, errors)
        except UnicodeEncodeError:
            return text.encode(self.encoding, "replace")


def detect_style(output: OutputStream, environ: Mapping[str, str]) -> OutputStyle:
    """Return the style for a stream, from its encoding and the environment."""
    unicode = output.encoding in {"utf-8", "utf8", "utf-16", "utf-32", "utf-8-sig"}
    if not output.is_terminal:
        return OutputStyle(unicode=unicode)
    color = not environ.get("NO_COLOR") and environ.get("TERM", "dumb") != "dumb"
    return OutputStyle(max(20, shutil.get_terminal_size((_DEFAULT_WIDTH, 24)).columns), color, unicode)


# Short syncs show no progress bar.
_SHOW_AFTER_SECONDS = 0.5
_REDRAW_SECONDS = 0.1
_BAR_CELLS = 24


def lock_wait(context: ProgressContext) -> LockWait:
    """Return how a command waits for another process: for a limited time, with a message."""

    def notify(message: str) -> None:
        context.err.line(f"newsreader: {message}")
        context.err.flush()

    return LockWait(notify=notify, clock=context.seconds)


def sync_with_progress(library: Library, context: ProgressContext, *, words: bool = True) -> SyncProgress:
    """Sync the index with the folder, showing a progress bar, and return the final progress. Raises LockedError.

    Without ``words``, words that are written after the articles are left to a later sync.
    """
    from reader.index.sync import SyncProgress  # noqa: PLC0415 - lazy import: 32 ms, `--cached` reads no files

    bar = _ProgressBar(context)
    progress = SyncProgress()
    try:
        with contextlib.closing(library.sync(wait=lock_wait(context))) as steps:
            for progress in steps:
                bar.show(progress)
                if progress.done and not words:
                    break
    finally:
        bar.clear()
    return progress


class _ProgressBar:
    """Progress bar on standard error; prints nothing unless it is a terminal."""

    def __init__(self, context: ProgressContext) -> None:
        self._err: OutputStream = context.err
        self._seconds = context.seconds
        self._next = context.seconds() + _SHOW_AFTER_SECONDS
        self._cells = 0

    def show(self, progress: SyncProgress) -> None:
        if not self._err.is_terminal or self._seconds() < self._next:
            return
        self._next = self._seconds() + _REDRAW_SECONDS
        self._draw(_progress_line(progress)[: shutil.get_terminal_size().columns - 1])

    def clear(self) -> None:
        if self._cells:
            self._draw("")
            self._err.write("\r")
            self._err.flush()

    def _draw(self, text: str) -> None:
        # Overwrite the previous line with spaces, which every terminal supports.
        self._err.write("\r" + text.ljust(self._cells))
        self._err.flush()
        self._cells = len(text)


def _progress_line(progress: SyncProgress) -> str:
    if progress.to_word:
        return f"Indexing words {_bar(progress.worded, progress.to_word)} articles"
    if progress.to_read:
        return f"Indexing {_bar(progress.read, progress.to_read)} files"
    return f"Scanning: {progress.found:,} files"


def _bar(done: int, of: int) -> str:
    cells = round(_BAR_CELLS * done / of)
    return f"[{'#' * cells}{'.' * (_BAR_CELLS - cells)}] {done:,}/{of:,}"


def plural(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 article``, ``2,000 articles``."""
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s"


def pager_command(env: Mapping[str, str]) -> tuple[str, ...]:
    """Return ``$PAGER`` with its arguments, else ``less``; empty if the user wants no pager."""
    try:
        command = tuple(shlex.split(env.get("PAGER", "less")))
    except ValueError:
        return ()
    return () if command in {(), ("cat",)} else command


def print_paged(lines: Sequence[str], out: OutputStream, env: Mapping[str, str]) -> None:
    """Print lines, through the pager if they do not fit on the terminal. Raises BrokenPipeError, OutputError."""
    command = pager_command(env)
    if out.is_terminal and command and len(lines) >= shutil.get_terminal_size().lines:
        text = "\n".join(lines) + "\n"
        try:
            # The options that git uses: quit if it fits, keep colors, leave the text on the screen.
            subprocess.run(command, input=text.encode(out.encoding, "replace"), env={"LESS": "FRX", **env}, check=False)  # noqa: S603 - the user's own pager
        except OSError:
            pass  # not installed: print as usual
        else:
            return
    for line in lines:
        out.line(line)
