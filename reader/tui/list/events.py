"""Events that only the list room reacts to; those that cross rooms are in ``reader.tui.events``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.tui.events import Event

if TYPE_CHECKING:
    from reader.index.database import FileIds
    from reader.tui.list.query_run import ListResult, NewArticles
    from reader.tui.list.view import View

__all__ = [
    "ArticlePicked",
    "ColumnsChosen",
    "FilterFinished",
    "ListOpened",
    "ListReady",
    "ListScrolled",
    "NewArticlesFound",
    "RowsLocated",
    "RowsOutdated",
]


class ColumnsChosen(Event, frozen=True):
    """The user chose columns; none are automatic."""

    columns: tuple[str, ...]


class ListOpened(Event, frozen=True):
    """The list is laid out, and the first frame follows. Articles added since ``new_since`` are new."""

    new_since: int | None


class FilterFinished(Event, frozen=True):
    """The user finished typing, which turned the view ``before`` into another one."""

    before: View
    view: View


class ArticlePicked(Event, frozen=True):
    """The user moved the cursor to an article, or to none."""

    path: str


class ListScrolled(Event, frozen=True):
    """The user scrolled: ``top`` is the first visible row."""

    top: int


class ListReady(Event, frozen=True):
    """The result of list request number ``asked``; ``changed`` if the user changed the view.

    ``cursor`` is the row of the cursor when the request was made.
    """

    asked: int
    result: ListResult
    changed: bool
    cursor: int


class RowsLocated(Event, frozen=True):
    """The same result, ready to show, with the row of the cursor and the index files of the rows shown.

    ``kept`` is the ID of the article to move the cursor to; ``moved_to`` is its path if the user has gone there since.
    """

    asked: int
    result: ListResult
    changed: bool
    kept: int | None
    cursor: int
    files: FileIds
    moved_to: str | None = None


class NewArticlesFound(Event, frozen=True):
    """The new articles among the rows shown; ``top`` is the first visible row."""

    news: NewArticles
    top: int


class RowsOutdated(Event, frozen=True):
    """Some of the rows shown are no longer in the index."""
