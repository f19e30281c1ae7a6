"""What workers tell the screen."""

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
    """The answer to the question numbered ``asked``; ``changed`` where the person asked something else."""

    def __init__(self, asked: int, results: ListResult, *, changed: bool) -> None:
        super().__init__()
        self.asked = asked
        self.results = results
        self.changed = changed


class SidebarReady(Message):
    """The lines of the sidebar for a view, and the saved searches among them."""

    def __init__(self, view: View, rows: list[SidebarRow], saved: SearchCounts) -> None:
        super().__init__()
        self.view = view
        self.rows = rows
        self.saved = saved


class NamesReady(Message):
    """The names that can stand in a place of the filter."""

    def __init__(self, wanted: NameRequest, names: NameIndex) -> None:
        super().__init__()
        self.wanted = wanted
        self.names = names


class ArticleRendered(Message):
    """An article, read and drawn; ``fresh`` where it was not on the screen before."""

    def __init__(self, entry: ArticleSummary, drawing: RenderedArticle, *, fresh: bool) -> None:
        super().__init__()
        self.entry = entry
        self.drawing = drawing
        self.fresh = fresh


class SyncProgressed(Message):
    """How far reading the folder is."""

    def __init__(self, progress: SyncProgress, seconds: float) -> None:
        super().__init__()
        self.progress = progress
        self.seconds = seconds


class TaskFailed(Message):
    """Something could not be done; the error's sentence is for the person."""

    def __init__(self, error: ReaderError) -> None:
        super().__init__()
        self.error = error


class SyncFailed(TaskFailed):
    """The folder could not be read."""


class NewArticlesCounted(Message):
    """How many articles have come since the last visit, and how many of them are above the quality named."""

    def __init__(self, count: int, good: int, above: int) -> None:
        super().__init__()
        self.count = count
        self.good = good
        self.above = above


class WatchStarted(Message):
    """From now on no change of the folder is missed."""


class FolderChanged(Message):
    """There may be other articles in the folder than before."""
