"""Events of the article room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.tui.events import Event

if TYPE_CHECKING:
    from reader.content import FileStamp
    from reader.errors import ReaderError
    from reader.index.model import ArticleSummary
    from reader.render.anchor import Anchor
    from reader.render.style import RenderOptions
    from reader.tui.article.loader import RenderedArticle

__all__ = [
    "ArticleAppeared",
    "ArticleFound",
    "ArticleOpened",
    "ArticleRendered",
    "ArticleSeen",
    "FindCleared",
    "FindEnded",
    "FindStepped",
    "FindTyped",
    "HistoryMoved",
    "LookAhead",
    "LookChanged",
    "PlaceLeft",
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
    """The stamp of an article's file, None if there is no such file; ``place`` is where the user stopped reading it."""

    entry: ArticleSummary
    stamp: FileStamp | None
    place: Anchor | None = None


class ArticleRendered(Event, frozen=True):
    """An article has been rendered. ``place`` is where the user stopped reading it."""

    entry: ArticleSummary
    article: RenderedArticle
    place: Anchor | None = None


class PlaceLeft(Event, frozen=True):
    """The user has scrolled an article, and goes on or pauses there; None at its beginning or end."""

    path: str
    place: Anchor | None


class RenderFailed(Event, frozen=True):
    """An article could not be rendered."""

    entry: ArticleSummary
    look: RenderOptions
    error: ReaderError


class LookAhead(Event, frozen=True):
    """There is time to render ``following``, the article that the next key may open."""

    following: ArticleSummary | None


class HistoryMoved(Event, frozen=True):
    """The user went a number of articles forward in the history, or back if it is negative."""

    by: int


class ArticleFound(Event, frozen=True):
    """An article that a link or the history leads to is to be opened."""

    entry: ArticleSummary


class FindTyped(Event, frozen=True):
    """The user types a text to find in the article; ``top`` is the first visible line of the page."""

    text: str
    top: int


class FindEnded(Event, frozen=True):
    """The user has entered the text to find, or canceled."""

    accepted: bool


class FindStepped(Event, frozen=True):
    """The user goes ``by`` matches forward, or back if it is negative; the visible lines start at ``top``."""

    by: int
    top: int
    height: int


class FindCleared(Event, frozen=True):
    """The user ends the search in the article."""


class ArticleAppeared(Event, frozen=True):
    """The article pane has become visible."""


class ReadTimeUp(Event, frozen=True):
    """The time after which an article counts as read is over; ``timer`` is the number of the timer."""

    timer: int


class ArticleSeen(Event, frozen=True):
    """The time is over, and the article is visible."""

    timer: int
