"""The index brought up to date before a command answers, with a progress bar for whoever watches a terminal."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reader.cli.output import Output
    from reader.cli.world import World
    from reader.index.sync import Progress
    from reader.library import Library

__all__ = ["bring_up_to_date"]

# Who gets an answer sooner than this needs no bar.
_PATIENCE_SECONDS = 0.5
_REDRAW_SECONDS = 0.1
_BAR_CELLS = 24


def bring_up_to_date(library: Library, world: World) -> Progress:
    """Sync the index with the folder and return what that came to."""
    from reader.index.sync import Progress  # noqa: PLC0415 - only here the folder is read

    bar = _Bar(world)
    progress = Progress()
    try:
        for progress in library.sync():
            bar.show(progress)
    finally:
        bar.clear()
    return progress


class _Bar:
    """A line on standard error that is drawn over and over; where that is no terminal, nothing."""

    def __init__(self, world: World) -> None:
        self._err: Output = world.err
        self._seconds = world.seconds
        self._next = world.seconds() + _PATIENCE_SECONDS
        self._cells = 0

    def show(self, progress: Progress) -> None:
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


def _line(progress: Progress) -> str:
    if not progress.to_read:
        return f"Looking for changes: {progress.found:,} files"
    done = round(_BAR_CELLS * progress.read / progress.to_read)
    return f"Reading [{'#' * done}{'.' * (_BAR_CELLS - done)}] {progress.read:,} of {progress.to_read:,} files"
