"""Messages from workers to the screen, and the events that rooms react to.

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
    "CountsRequested",
    "CursorMoved",
    "Event",
    "FilterCleared",
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
    """A task failed; the error message is shown to the user."""

    def __init__(self, error: ReaderError) -> None:
        super().__init__()
        self.error = error


class Happened(Message):
    """An event on its way to the UI thread."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event


class Event(Struct, frozen=True):
    """Something that happened."""


class ReaderOpened(Event, frozen=True):
    """The first frame is painted. ``empty`` if the index has no articles; ``news`` defines which articles are new.

    ``watched`` is set once the folder is watched, or cannot be.
    """

    news: QueryContext
    watched: threading.Event
    empty: bool


class RescanRequested(Event, frozen=True):
    """The user asked for a rescan, or edited a file from here."""


class FolderChanged(Event, frozen=True):
    """The folder may have changed."""


class WatchStarted(Event, frozen=True):
    """The folder is watched from now on."""


class WatchLate(Event, frozen=True):
    """The first sync starts before the folder is watched."""


class RestEnded(Event, frozen=True):
    """The pause between two syncs is over."""


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
    """The full text of an article has been kept: in its file, or in the cache."""

    entry: ArticleSummary
    in_file: bool


class IndexChecked(Event, frozen=True):
    """The index files ``shown`` and ``on_disk``; ``versions`` if they are the same."""

    shown: FileIds
    on_disk: FileIds
    versions: DataVersions | None


class VersionsSeen(Event, frozen=True):
    """The screen is up to date with these versions; ``followed`` if it switched to another index file."""

    versions: DataVersions | None
    followed: bool


class WorkFailed(Event, frozen=True):
    """A task failed; ``shown`` and ``on_disk`` are the index files at that moment."""

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
    """The browser has an article; ``go_on`` if the next unread one is to follow."""

    entry: ArticleSummary
    go_on: bool = False


class RowsPainted(Event, frozen=True):
    """The latest change of the list has been painted."""


class LinkFollowed(Event, frozen=True):
    """The user followed a link to an article of the folder, perhaps to a part of it.

    ``notice`` is what the user should know about the choice of the article.
    """

    path: str
    fragment: str = ""
    notice: str = ""


class ArticleRead(Event, frozen=True):
    """An article is to be marked read because the user viewed it."""

    entry: ArticleSummary


class MarkToggled(Event, frozen=True):
    """The user toggles a mark of an article."""

    kind: MarkKind
    entry: ArticleSummary


class ViewChanged(Event, frozen=True):
    """The user changed the view, other than by typing."""

    view: View


class ChoicePicked(Event, frozen=True):
    """The user picked a row of the sidebar, or a topic of an article."""

    choice: SidebarSelection


class ChoiceRenamed(Event, frozen=True):
    """The saved search that the view shows was changed in the config file."""

    choice: SidebarSelection


class FilterTyped(Event, frozen=True):
    """The user typed into the filter."""

    text: str


class FilterLeft(Event, frozen=True):
    """The user stopped typing; unless ``accepted``, the text is as before."""

    accepted: bool


class FilterCleared(Event, frozen=True):
    """The user cleared the filter, the minimum quality and the selection, or replaced them by ``choice``."""

    choice: SidebarSelection


class RowsShown(Event, frozen=True):
    """The list shows other rows, while the user types or not; ``whole`` unless only the first ones are known."""

    changed: bool
    whole: bool
    typing: bool = False


class IndexFollowed(Event, frozen=True):
    """The list shows another index file: ids of the previous one are no longer valid."""


class KindRequested(Event, frozen=True):
    """The user asked for the next kind of facet."""


class CountsRequested(Event, frozen=True):
    """The sidebar needs the counts of the current view."""


class CountsOutdated(Event, frozen=True):
    """The counts must be taken for a view; ``found`` are the ids that its query finds, if they are known."""

    view: View
    typing: bool
    new_since: int | None
    found: array[int] | None


class SidebarReady(Event, frozen=True):
    """The rows of the sidebar for a facet and a selection, and the saved searches among them."""

    kind: FacetKind
    choice: SidebarSelection
    rows: tuple[SidebarRow, ...]
    saved: SearchCounts


class SearchesLoaded(Event, frozen=True):
    """The saved searches in the config file."""

    searches: tuple[SavedSearch, ...]


class MarksSet(Event, frozen=True):
    """Marks were set or removed; ``words`` say so. Without any, the change cannot be undone."""

    change: MarkChange
    words: str


class RowsMarked(Event, frozen=True):
    """The user sets or removes a mark of several articles, given by their ids."""

    kind: MarkKind
    ids: Sequence[int]
    on: bool


class UndoRequested(Event, frozen=True):
    """The user asked to revert the last change of marks."""


class RedoRequested(Event, frozen=True):
    """The user asked to apply the change again that was reverted last."""


class MarksReverted(Event, frozen=True):
    """The last change was reverted, or with ``redo`` applied again."""

    change: MarkChange
    redo: bool = False


class ActionInvoked(Event, frozen=True):
    """An action is to run: by its ``key``, with the count typed before it, by a click or from the palette."""

    action: str
    key: str = ""
    count: int | None = None


class CursorMoved(Event, frozen=True):
    """A key moved the cursor of the list to another article."""
