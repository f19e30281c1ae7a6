"""Articles that were drawn lately, or ahead of time, so that whoever steps to one of them waits for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reader.index.search import ArticleSummary
    from reader.render.style import RenderOptions
    from reader.tui.article.loader import RenderedArticle

__all__ = ["PageCache"]

_MOST = 8
# Of all of them together: those of a body of a megabyte would be worth more memory than time.
_MOST_LINES = 20_000


class PageCache:
    """The last few drawings, each for its article as the index knew it. They hold until the index has changed."""

    def __init__(self) -> None:
        self._drawings: dict[tuple[int, str], RenderedArticle] = {}

    def put(self, entry: ArticleSummary, drawing: RenderedArticle) -> None:
        """Keep a drawing, and let the oldest ones go."""
        key = entry.id, entry.path
        self._drawings.pop(key, None)
        self._drawings[key] = drawing
        while len(self._drawings) > _MOST or self._lines() > _MOST_LINES:
            del self._drawings[next(iter(self._drawings))]

    def get(self, entry: ArticleSummary, look: RenderOptions) -> RenderedArticle | None:
        """Return the drawing of an article in a look; None where there is none."""
        drawing = self._drawings.get((entry.id, entry.path))
        return drawing if drawing is not None and drawing.look == look else None

    def forget(self) -> None:
        """Keep none of them."""
        self._drawings.clear()

    def _lines(self) -> int:
        return sum(len(drawing.page.lines) for drawing in self._drawings.values())
