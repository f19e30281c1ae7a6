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
    "PagePainted",
    "PlaceLeft",
    "ReadTimeUp",
    "RenderFailed",
    "StampRead",
]


class ArticleOpened(Event, frozen=True):
    """The user went to an article, or its data changed; None if there is none. ``look`` is how to render it now.

    ``astray`` if a link or the history led to the article and it is not in the list, so the cursor is elsewhere.
    """

    entry: ArticleSummary | None
    look: RenderOptions
    astray: bool = False


class LookChanged(Event, frozen=True):
    """The width of the article pane or the colors have changed."""

    look: RenderOptions


class StampRead(Event, frozen=True):
    """The stamp of an article's file was read, None if it is gone; ``place`` is where the user stopped reading."""

    entry: ArticleSummary
    stamp: FileStamp | None
    place: Anchor | None = None


class ArticleRendered(Event, frozen=True):
    """An article has been rendered. ``place`` is where the user stopped reading it."""

    entry: ArticleSummary
    article: RenderedArticle
    place: Anchor | None = None


class PlaceLeft(Event, frozen=True):
    """The user scrolled an article, and leaves it or pauses; None at its beginning or end."""

    path: str
    place: Anchor | None


class RenderFailed(Event, frozen=True):
    """An article could not be rendered."""

    entry: ArticleSummary
    look: RenderOptions
    error: ReaderError


class LookAhead(Event, frozen=True):
    """There is time to render ``following``, the article that the next key is likely to open."""

    following: ArticleSummary | None


class PagePainted(Event, frozen=True):
    """The page that was last shown has been painted."""


class HistoryMoved(Event, frozen=True):
    """The user went ``by`` articles forward in the history, or back if it is negative."""

    by: int


class ArticleFound(Event, frozen=True):
    """The article that a link or the history leads to was found."""

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
    """The time after which an article counts as read has passed; ``timer`` is the number of the timer."""

    timer: int


class ArticleSeen(Event, frozen=True):
    """The time has passed, and the article is visible."""

    timer: int
