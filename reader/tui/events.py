"""What workers tell the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from reader.errors import ReaderError
    from reader.index.search import Entry
    from reader.index.sync import Progress
    from reader.tui.article.loader import Drawing
    from reader.tui.filter.completing import Wanted
    from reader.tui.filter.completion import Names
    from reader.tui.list.query_run import Results
    from reader.tui.sidebar.counts import Tally
    from reader.tui.sidebar.pane import SidebarRow
    from reader.tui.state import View

__all__ = [
    "Counted",
    "Drawn",
    "Failed",
    "FolderChanged",
    "FolderWatched",
    "Found",
    "Named",
    "NewSince",
    "SyncFailed",
    "Synced",
]


class Found(Message):
    """The answer to the question numbered ``asked``; ``changed`` where the person asked something else."""

    def __init__(self, asked: int, results: Results, *, changed: bool) -> None:
        super().__init__()
        self.asked = asked
        self.results = results
        self.changed = changed


class Counted(Message):
    """The lines of the sidebar for a view, and the saved searches among them."""

    def __init__(self, view: View, rows: list[SidebarRow], saved: Tally) -> None:
        super().__init__()
        self.view = view
        self.rows = rows
        self.saved = saved


class Named(Message):
    """The names that can stand in a place of the filter."""

    def __init__(self, wanted: Wanted, names: Names) -> None:
        super().__init__()
        self.wanted = wanted
        self.names = names


class Drawn(Message):
    """An article, read and drawn; ``fresh`` where it was not on the screen before."""

    def __init__(self, entry: Entry, drawing: Drawing, *, fresh: bool) -> None:
        super().__init__()
        self.entry = entry
        self.drawing = drawing
        self.fresh = fresh


class Synced(Message):
    """How far reading the folder is."""

    def __init__(self, progress: Progress, seconds: float) -> None:
        super().__init__()
        self.progress = progress
        self.seconds = seconds


class Failed(Message):
    """Something could not be done; the error's sentence is for the person."""

    def __init__(self, error: ReaderError) -> None:
        super().__init__()
        self.error = error


class SyncFailed(Failed):
    """The folder could not be read."""


class NewSince(Message):
    """How many articles have come since the last visit, and how many of them are above the quality named."""

    def __init__(self, count: int, good: int, above: int) -> None:
        super().__init__()
        self.count = count
        self.good = good
        self.above = above


class FolderWatched(Message):
    """From now on no change of the folder is missed."""


class FolderChanged(Message):
    """There may be other articles in the folder than before."""
