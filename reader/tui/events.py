"""What happens, as values that go up to the screen: what a worker found, what changed outside, what was asked for.

An ``Event`` is a value that every thread may ``post``; ``Happened`` carries it to the screen's thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from textual.message import Message

if TYPE_CHECKING:
    import threading

    from reader.errors import ReaderError
    from reader.index.database import FileIds
    from reader.index.live import DataVersions
    from reader.index.search import ArticleSummary
    from reader.index.sync import SyncProgress
    from reader.query import QueryContext
    from reader.tui.article.loader import RenderedArticle
    from reader.tui.filter.completion import NameIndex, NameRequest
    from reader.tui.list.query_run import ListResult
    from reader.tui.sidebar.counts import SearchCounts
    from reader.tui.sidebar.pane import SidebarRow
    from reader.tui.state import View

__all__ = [
    "ArticleRendered",
    "Event",
    "FolderChanged",
    "FolderRead",
    "Happened",
    "IndexChanged",
    "IndexChecked",
    "ListOutdated",
    "ListReady",
    "MarksChanged",
    "NamesReady",
    "NewArticlesCounted",
    "ProblemsCounted",
    "ReaderOpened",
    "RescanRequested",
    "RestEnded",
    "SidebarReady",
    "SyncFailed",
    "SyncProgressed",
    "TaskFailed",
    "VersionsSeen",
    "WatchLate",
    "WatchStarted",
    "WorkFailed",
]


class ListReady(Message):
    """The result of list request number ``asked``; ``changed`` if the user changed the view."""

    def __init__(self, asked: int, results: ListResult, *, changed: bool) -> None:
        super().__init__()
        self.asked = asked
        self.results = results
        self.changed = changed


class SidebarReady(Message):
    """The rows of the sidebar for a view, and the saved searches among them."""

    def __init__(self, view: View, rows: list[SidebarRow], saved: SearchCounts) -> None:
        super().__init__()
        self.view = view
        self.rows = rows
        self.saved = saved


class NamesReady(Message):
    """The names that completion can offer at a position of the filter."""

    def __init__(self, wanted: NameRequest, names: NameIndex) -> None:
        super().__init__()
        self.wanted = wanted
        self.names = names


class ArticleRendered(Message):
    """A rendered article; ``fresh`` if it was not the open one before."""

    def __init__(self, entry: ArticleSummary, drawing: RenderedArticle, *, fresh: bool) -> None:
        super().__init__()
        self.entry = entry
        self.drawing = drawing
        self.fresh = fresh


class TaskFailed(Message):
    """A task failed; the error message is shown to the user."""

    def __init__(self, error: ReaderError) -> None:
        super().__init__()
        self.error = error


class Happened(Message):
    """An event on its way to the screen's thread."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event


class Event(Struct, frozen=True):
    """Something that happened."""


class ReaderOpened(Event, frozen=True):
    """The first frame is on the screen. ``empty`` says that the index has no article; ``news`` is what counts as new.

    ``watched`` is set once the folder is watched, or will not be.
    """

    news: QueryContext
    watched: threading.Event
    empty: bool


class RescanRequested(Event, frozen=True):
    """The user wants the folder read, or a file was edited here."""


class FolderChanged(Event, frozen=True):
    """There may be other articles in the folder than before."""


class WatchStarted(Event, frozen=True):
    """From now on no change of the folder is missed."""


class WatchLate(Event, frozen=True):
    """The folder is read although it is not watched yet."""


class RestEnded(Event, frozen=True):
    """The folder may be read again."""


class SyncProgressed(Event, frozen=True):
    """How far reading the folder is. ``list_busy`` says that an answer for the list is awaited."""

    progress: SyncProgress
    seconds: float
    list_busy: bool = False


class SyncFailed(Event, frozen=True):
    """The folder could not be read."""

    error: ReaderError


class FolderRead(Event, frozen=True):
    """A sync has ended."""


class ProblemsCounted(Event, frozen=True):
    """How many problems the folder has after a sync; ``progress`` is None where that failed."""

    problems: int
    progress: SyncProgress | None


class NewArticlesCounted(Event, frozen=True):
    """How many articles have come since the last visit, and how many of them are above the quality named."""

    count: int
    good: int
    above: int


class IndexChecked(Event, frozen=True):
    """Which files are ``shown`` and which are ``on_disk``; ``versions`` where they are the same."""

    shown: FileIds
    on_disk: FileIds
    versions: DataVersions | None


class VersionsSeen(Event, frozen=True):
    """The screen shows the index and the marks as they are now, after it ``followed`` to another file or not."""

    versions: DataVersions | None
    followed: bool


class WorkFailed(Event, frozen=True):
    """Something could not be done, while these files were ``shown`` and those ``on_disk``."""

    error: ReaderError
    shown: FileIds
    on_disk: FileIds


class IndexChanged(Event, frozen=True):
    """What was read from the index before may have changed."""


class MarksChanged(Event, frozen=True):
    """Another process changed marks."""


class ListOutdated(Event, frozen=True):
    """The list has to be asked for again."""
