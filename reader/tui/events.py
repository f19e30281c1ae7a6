"""Messages from workers to the screen, and events that rooms react to.

Any thread may post an ``Event``; ``Happened`` carries it to the UI thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from textual.message import Message

if TYPE_CHECKING:
    import threading
    from array import array
    from collections.abc import Sequence

    from reader.config.schema import SavedSearch
    from reader.errors import ReaderError
    from reader.index.database import DataVersions, FileIds
    from reader.index.model import ArticleSummary, FacetKind
    from reader.index.sync import SyncProgress
    from reader.marks import MarkChange, MarkKind
    from reader.query import QueryContext
    from reader.tui.list.view import SidebarSelection, View
    from reader.tui.sidebar.counts import SearchCounts, SidebarRow

__all__ = [
    "ActionInvoked",
    "ArticleRead",
    "ChoicePicked",
    "ChoiceRenamed",
    "CountsOutdated",
    "CountsPainted",
    "CountsRequested",
    "CursorMoved",
    "Event",
    "FilterCleared",
    "FilterExpected",
    "FilterLeft",
    "FilterTyped",
    "FolderChanged",
    "FolderRead",
    "FullTextKept",
    "Happened",
    "IndexChanged",
    "IndexChecked",
    "IndexFollowed",
    "KindRequested",
    "LinkFollowed",
    "ListOutdated",
    "MarkToggled",
    "MarksChanged",
    "MarksReverted",
    "MarksSet",
    "NewArticlesCounted",
    "OriginalOpened",
    "ProblemsCounted",
    "ReaderOpened",
    "RedoRequested",
    "RescanRequested",
    "RestEnded",
    "RowsMarked",
    "RowsPainted",
    "RowsShown",
    "SearchesLoaded",
    "SidebarReady",
    "SyncFailed",
    "SyncProgressed",
    "SyncWaiting",
    "TaskFailed",
    "UndoRequested",
    "VersionsSeen",
    "ViewChanged",
    "WatchLate",
    "WatchStarted",
    "WordsProgressed",
    "WorkFailed",
]


class TaskFailed(Message):
    """A task failed; the user sees the error message."""

    def __init__(self, error: ReaderError) -> None:
        super().__init__()
        self.error = error


class Happened(Message):
    """Message that carries an event to the UI thread."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event


class Event(Struct, frozen=True):
    """Base class of events."""


class ReaderOpened(Event, frozen=True):
    """The first frame is painted. ``empty`` if the index has no articles; ``news`` defines which articles are new.

    ``watched`` is set once the folder is watched or cannot be watched.
    """

    news: QueryContext
    watched: threading.Event
    empty: bool


class RescanRequested(Event, frozen=True):
    """The user asked for a rescan, or edited a file from within the reader."""


class FolderChanged(Event, frozen=True):
    """The folder may have changed."""


class WatchStarted(Event, frozen=True):
    """Watching the folder has begun."""


class WatchLate(Event, frozen=True):
    """The first sync starts before the folder is watched."""


class RestEnded(Event, frozen=True):
    """The pause between two syncs has ended."""


class SyncProgressed(Event, frozen=True):
    """The progress of a sync. ``list_busy`` if a list request is running or waiting."""

    progress: SyncProgress
    seconds: float
    list_busy: bool = False


class WordsProgressed(Event, frozen=True):
    """The words of some articles of a first sync have been written. ``list_busy`` as in SyncProgressed."""

    progress: SyncProgress
    list_busy: bool = False


class SyncWaiting(Event, frozen=True):
    """A sync waits for another process; ``message`` names it."""

    message: str


class SyncFailed(Event, frozen=True):
    """A sync failed."""

    error: ReaderError


class FolderRead(Event, frozen=True):
    """A sync has ended."""


class ProblemsCounted(Event, frozen=True):
    """The number of problems after a sync; ``progress`` is None if the sync failed."""

    problems: int
    progress: SyncProgress | None


class NewArticlesCounted(Event, frozen=True):
    """The number of articles since the last visit, and of those with a quality above ``above``."""

    count: int
    good: int
    above: int


class FullTextKept(Event, frozen=True):
    """The full text of an article has been saved in its file or in the cache."""

    entry: ArticleSummary
    in_file: bool


class IndexChecked(Event, frozen=True):
    """The index files ``shown`` and ``on_disk``; ``versions`` if they are the same."""

    shown: FileIds
    on_disk: FileIds
    versions: DataVersions | None


class VersionsSeen(Event, frozen=True):
    """The screen shows these versions; ``followed`` if it switched to another index file."""

    versions: DataVersions | None
    followed: bool


class WorkFailed(Event, frozen=True):
    """A task failed; ``shown`` and ``on_disk`` are the index files at that time."""

    error: ReaderError
    shown: FileIds
    on_disk: FileIds


class IndexChanged(Event, frozen=True):
    """Data read from the index may be out of date."""


class MarksChanged(Event, frozen=True):
    """Another process changed marks."""


class ListOutdated(Event, frozen=True):
    """The list must be queried again."""


class OriginalOpened(Event, frozen=True):
    """The browser has opened an article; ``go_on`` to continue with the next unread one."""

    entry: ArticleSummary
    go_on: bool = False


class RowsPainted(Event, frozen=True):
    """The latest change of the list has been painted."""


class CountsPainted(Event, frozen=True):
    """The latest counts of the sidebar have been painted, or the sidebar is hidden."""


class LinkFollowed(Event, frozen=True):
    """The user followed a link to an article in the folder or to a part of one.

    ``notice`` tells the user about the choice between several articles.
    """

    path: str
    fragment: str = ""
    notice: str = ""


class ArticleRead(Event, frozen=True):
    """The user has viewed an article long enough to mark it read."""

    entry: ArticleSummary


class MarkToggled(Event, frozen=True):
    """The user toggled a mark of an article."""

    kind: MarkKind
    entry: ArticleSummary


class ViewChanged(Event, frozen=True):
    """The user changed the view, other than by typing."""

    view: View


class ChoicePicked(Event, frozen=True):
    """The user picked a row of the sidebar, or a topic of an article."""

    choice: SidebarSelection


class ChoiceRenamed(Event, frozen=True):
    """The saved search shown in the view was changed in the config file."""

    choice: SidebarSelection


class FilterTyped(Event, frozen=True):
    """The user typed into the filter."""

    text: str


class FilterLeft(Event, frozen=True):
    """The user stopped typing; unless ``accepted``, the text is restored."""

    accepted: bool


class FilterExpected(Event, frozen=True):
    """The list has been open for a while, and a filter may follow: its first letter should not have to wait."""


class FilterCleared(Event, frozen=True):
    """The user cleared the filter, the minimum quality and the selection, or replaced them by ``choice``."""

    choice: SidebarSelection


class RowsShown(Event, frozen=True):
    """The list shows other rows, perhaps while the user types; ``whole`` unless only the first ones are known."""

    changed: bool
    whole: bool
    typing: bool = False


class IndexFollowed(Event, frozen=True):
    """The list shows another index file: IDs of the previous one are no longer valid."""


class KindRequested(Event, frozen=True):
    """The user asked for the next kind of facet."""


class CountsRequested(Event, frozen=True):
    """The sidebar needs the counts of the current view."""


class CountsOutdated(Event, frozen=True):
    """The counts for a view are out of date; ``found`` are the IDs that its query finds, if known."""

    view: View
    typing: bool
    new_since: int | None
    found: array[int] | None


class SidebarReady(Event, frozen=True):
    """The sidebar's rows for a facet and a selection are ready, with the saved searches among them."""

    kind: FacetKind
    choice: SidebarSelection
    rows: tuple[SidebarRow, ...]
    saved: SearchCounts


class SearchesLoaded(Event, frozen=True):
    """The saved searches were loaded from the config file."""

    searches: tuple[SavedSearch, ...]


class MarksSet(Event, frozen=True):
    """Marks were set or removed; ``words`` is the message. Without one, the change cannot be undone."""

    change: MarkChange
    words: str


class RowsMarked(Event, frozen=True):
    """The user set or removed a mark on several articles, given by their IDs."""

    kind: MarkKind
    ids: Sequence[int]
    on: bool


class UndoRequested(Event, frozen=True):
    """The user asked to revert the last change of marks."""


class RedoRequested(Event, frozen=True):
    """The user asked to reapply the change that was reverted last."""


class MarksReverted(Event, frozen=True):
    """The last change was reverted or, with ``redo``, reapplied."""

    change: MarkChange
    redo: bool = False


class ActionInvoked(Event, frozen=True):
    """The user invoked an action by its ``key`` (with the count typed before it), a click or the palette."""

    action: str
    key: str = ""
    count: int | None = None


class CursorMoved(Event, frozen=True):
    """A key moved the cursor of the list to another article."""
