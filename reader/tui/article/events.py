"""Events of the article room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.tui.events import Event

if TYPE_CHECKING:
    from reader.content import FileStamp
    from reader.errors import ReaderError
    from reader.index.model import ArticleSummary
    from reader.render.style import RenderOptions
    from reader.tui.article.loader import RenderedArticle

__all__ = [
    "ArticleAppeared",
    "ArticleFound",
    "ArticleOpened",
    "ArticleRendered",
    "ArticleSeen",
    "HistoryMoved",
    "LookChanged",
    "PagePainted",
    "ReadTimeUp",
    "RenderFailed",
    "StampRead",
]


class ArticleOpened(Event, frozen=True):
    """The user went to an article, or its data changed; None if there is none. ``look`` is how to render it now.

    ``astray`` if it is not the one under the cursor: a link or the history led to it, and it is not in the list.
    """

    entry: ArticleSummary | None
    look: RenderOptions
    astray: bool = False


class LookChanged(Event, frozen=True):
    """The width of the article pane or the colors have changed."""

    look: RenderOptions


class StampRead(Event, frozen=True):
    """The stamp of an article's file at this moment; None if there is no such file."""

    entry: ArticleSummary
    stamp: FileStamp | None


class ArticleRendered(Event, frozen=True):
    """An article has been rendered."""

    entry: ArticleSummary
    article: RenderedArticle


class RenderFailed(Event, frozen=True):
    """An article could not be rendered."""

    entry: ArticleSummary
    look: RenderOptions
    error: ReaderError


class PagePainted(Event, frozen=True):
    """The page of the open article has been painted; ``following`` is the article that the next key may open."""

    following: ArticleSummary | None


class HistoryMoved(Event, frozen=True):
    """The user went a number of articles forward in the history, or back if it is negative."""

    by: int


class ArticleFound(Event, frozen=True):
    """An article that a link or the history leads to is to be opened."""

    entry: ArticleSummary


class ArticleAppeared(Event, frozen=True):
    """The article pane has become visible."""


class ReadTimeUp(Event, frozen=True):
    """The time after which an article counts as read is over; ``timer`` is the number of the timer."""

    timer: int


class ArticleSeen(Event, frozen=True):
    """The time is over, and the article is visible."""

    timer: int
