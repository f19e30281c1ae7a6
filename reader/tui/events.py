"""Messages from workers to the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from reader.errors import ReaderError
    from reader.index.search import ArticleSummary
    from reader.index.sync import SyncProgress
    from reader.tui.article.loader import RenderedArticle
    from reader.tui.filter.completing import NameRequest
    from reader.tui.filter.completion import NameIndex
    from reader.tui.list.query_run import ListResult
    from reader.tui.sidebar.counts import SearchCounts
    from reader.tui.sidebar.pane import SidebarRow
    from reader.tui.state import View

__all__ = [
    "ArticleRendered",
    "FolderChanged",
    "ListReady",
    "NamesReady",
    "NewArticlesCounted",
    "SidebarReady",
    "SyncFailed",
    "SyncProgressed",
    "TaskFailed",
    "WatchStarted",
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


class SyncProgressed(Message):
    """The progress of a sync after a number of seconds."""

    def __init__(self, progress: SyncProgress, seconds: float) -> None:
        super().__init__()
        self.progress = progress
        self.seconds = seconds


class TaskFailed(Message):
    """A task failed; the error message is shown to the user."""

    def __init__(self, error: ReaderError) -> None:
        super().__init__()
        self.error = error


class SyncFailed(TaskFailed):
    """The sync failed."""


class NewArticlesCounted(Message):
    """The number of articles added since the last session, and of those with a quality above ``above``."""

    def __init__(self, count: int, good: int, above: int) -> None:
        super().__init__()
        self.count = count
        self.good = good
        self.above = above


class WatchStarted(Message):
    """The folder is watched: from now on no change is missed."""


class FolderChanged(Message):
    """The articles in the folder may have changed."""
