"""State of the article room: the open article, its page, the history and the search. Plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.tui.article.find import Find

if TYPE_CHECKING:
    from reader.index.model import ArticleSummary
    from reader.render.highlight import Match
    from reader.render.links import PageLink
    from reader.render.style import RenderOptions
    from reader.tui.article.loader import RenderedArticle

__all__ = ["OpenArticle", "PageCache", "ShownPage"]

_MOST_PAGES = 8
# In total: caching the page of a 1 MB article would use more memory than is worth it.
_MOST_LINES = 20_000


class PageCache(Struct, frozen=True):
    """Cache of the last few pages, oldest first, each with the version of the article in the index at that time."""

    pages: tuple[tuple[int, str, RenderedArticle], ...] = ()

    def put(self, entry: ArticleSummary, rendered: RenderedArticle) -> PageCache:
        """Return the cache with a page added and the oldest ones beyond the limits dropped."""
        others = (page for page in self.pages if page[:2] != (entry.id, entry.path))
        pages = (*others, (entry.id, entry.path, rendered))[-_MOST_PAGES:]
        while sum(len(page.page.lines) for _id, _path, page in pages) > _MOST_LINES:
            pages = pages[1:]
        return PageCache(pages)

    def get(self, entry: ArticleSummary, look: RenderOptions) -> RenderedArticle | None:
        """Return the page of an article for these render options, or None if it is not cached."""
        found = (page for article_id, path, page in self.pages if (article_id, path) == (entry.id, entry.path))
        return next((page for page in found if page.look == look), None)


class ShownPage(Struct, frozen=True):
    """Page in the pane, scrolled to its beginning if ``top``, to ``row`` if that is set, else to where it was.

    ``hit`` is the current match, scrolled into view if ``reveal``.
    """

    article: RenderedArticle
    top: bool = False
    row: int | None = None
    hit: Match = ()
    reveal: bool = False


class OpenArticle(Struct, frozen=True):
    """Open article (``entry``), how to render it (``look``), and its page in the pane (``shown``).

    ``astray`` if it is not the article under the cursor. ``shown`` is None while the pane still shows another article;
    ``waiting`` is shown once the list is painted. ``rendering`` is the article being rendered, and its look. ``back``
    and ``forward`` are the history, as paths. ``part`` is the path and part of an article that a link led to, until it
    is shown. ``find`` is the search in the article.

    ``timer`` is the number of the running timer that marks the article read. ``settled`` if no timer may, because the
    article was marked or the user decided. No timer runs with a negative ``mark_read_after``, or before the user has
    ``moved``: they may not be there.
    """

    mark_read_after: float = -1.0
    begun: bool = False
    look: RenderOptions | None = None
    entry: ArticleSummary | None = None
    astray: bool = False
    shown: ShownPage | None = None
    waiting: ShownPage | None = None
    rendering: tuple[int, str, RenderOptions] | None = None
    cache: PageCache = PageCache()
    back: tuple[str, ...] = ()
    forward: tuple[str, ...] = ()
    part: tuple[str, str] = ("", "")
    find: Find = Find()
    timer: int = 0
    settled: bool = False
    moved: bool = False

    @property
    def page(self) -> RenderedArticle | None:
        """The page of the open article if the pane shows it."""
        return None if self.shown is None else self.shown.article

    @property
    def current_page(self) -> RenderedArticle | None:
        """The page of the open article if the pane shows it and its file has not been indexed again since."""
        page = self.page
        return page if page is not None and self.entry is not None and page.opened.version == self.entry.id else None

    @property
    def links(self) -> tuple[PageLink, ...]:
        """The links on the page; empty until it is shown."""
        return () if self.page is None else self.page.page.links

    @property
    def drawn_look(self) -> RenderOptions | None:
        """How the open article is rendered, with the matches of the search if there is one."""
        sought, look = self.find.sought, self.look
        return look if look is None or sought is None else replace(look, sought=sought)

    @property
    def hits(self) -> tuple[Match, ...] | None:
        """The matches on the page; None until they are known."""
        return self.page.page.hits if self.page is not None and self.page.look == self.drawn_look else None

    @property
    def is_searched(self) -> bool:
        """Whether there are matches to step through: of a search, or of the filter unless the user dismissed them."""
        return bool(self.find.text) or not (self.find.ended or not self.hits)

    @property
    def is_timed(self) -> bool:
        """Whether to mark the article read once it has been visible for a while."""
        return (
            self.moved
            and self.mark_read_after >= 0
            and self.entry is not None
            and not self.entry.read
            and not self.settled
        )
