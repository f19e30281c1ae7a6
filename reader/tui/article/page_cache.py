"""Cache of recently rendered articles and of those rendered ahead, so that opening one of them is immediate."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reader.index.model import ArticleSummary
    from reader.render.style import RenderOptions
    from reader.tui.article.loader import RenderedArticle

__all__ = ["PageCache"]

_MOST = 8
# Over all pages: the page of a 1 MB article would use more memory than rendering it again is worth.
_MOST_LINES = 20_000


class PageCache:
    """The last few pages, each for an article as it was in the index. The caller clears them when the index changes."""

    def __init__(self) -> None:
        self._drawings: dict[tuple[int, str], RenderedArticle] = {}

    def put(self, entry: ArticleSummary, drawing: RenderedArticle) -> None:
        """Add a page, and drop the oldest ones beyond the limits."""
        key = entry.id, entry.path
        self._drawings.pop(key, None)
        self._drawings[key] = drawing
        while len(self._drawings) > _MOST or self._lines() > _MOST_LINES:
            del self._drawings[next(iter(self._drawings))]

    def get(self, entry: ArticleSummary, look: RenderOptions) -> RenderedArticle | None:
        """Return the page of an article for these render options, or None if it is not cached."""
        drawing = self._drawings.get((entry.id, entry.path))
        return drawing if drawing is not None and drawing.look == look else None

    def forget(self) -> None:
        """Drop all pages."""
        self._drawings.clear()

    def _lines(self) -> int:
        return sum(len(drawing.page.lines) for drawing in self._drawings.values())
