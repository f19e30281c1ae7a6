"""Controller of the article pane: the open article, rendered in a worker thread, its history and numbered links."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from reader.errors import OperationCancelled, ReaderError
from reader.render.style import RenderOptions
from reader.tui.article.page_cache import PageCache
from reader.tui.events import ArticleRendered, TaskFailed
from reader.tui.jobs import Lane

if TYPE_CHECKING:
    from collections.abc import Callable

    from reader.index.model import ArticleSummary
    from reader.render.page import PageLink
    from reader.tui.article.loader import RenderedArticle
    from reader.tui.screen import MainScreen

__all__ = ["Reading"]

_MOST_HISTORY = 200
_MOST_BYTES_AHEAD = 64 * 1024


class Reading:
    """Controller that owns the open article and the history of articles opened before it."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._search = screen.library.live_search()
        self._jobs = screen.store.ports.jobs
        self._back: list[str] = []
        self._forward: list[str] = []
        self._drawing: RenderedArticle | None = None
        self._begun = False
        self._waiting: Callable[[], None] | None = None
        # What is being rendered; when the user opens it meanwhile, it need not be rendered twice.
        self._under_way: tuple[ArticleSummary, RenderOptions] | None = None
        self._kept = PageCache()
        self.current: ArticleSummary | None = None

    def begin(self) -> None:
        """Enable rendering, which the first frame does not wait for."""
        self._begun = True
        self.redraw()

    def close(self) -> None:
        """Close the index connection."""
        self._search.close()

    @property
    def shown(self) -> bool:
        """Whether the pane shows the page of the open article."""
        return self._drawn is not None

    @property
    def is_waiting(self) -> bool:
        """Whether an article will be rendered or shown once the list is painted."""
        return self._waiting is not None

    @property
    def _drawn(self) -> RenderedArticle | None:
        """The rendered open article; None while the pane still shows another one."""
        drawing, current = self._drawing, self.current
        return drawing if drawing is not None and current is not None and drawing.path == current.path else None

    def show(self, entry: ArticleSummary | None) -> None:
        """Open an article; None empties the pane."""
        if entry is None:
            self.current = self._drawing = self._waiting = None
            self._screen.article.show_text("")
            return
        fresh = self.current is None or self.current.path != entry.path
        drawing = self._drawn
        if self.current == entry and drawing is not None and drawing.look.found == self._screen.articles.found:
            return
        self.current = entry
        if fresh:
            # An article that is opened again starts at its top, even if the pane was hidden meanwhile.
            self._drawing = None
            if not self._screen.article.display:
                self._screen.article.show_text("")
        self._draw(fresh=fresh)

    def redraw(self) -> None:
        """Render the open article again: the width, the colors or the filter have changed."""
        if self.current is not None:
            self._draw(fresh=False)

    def _draw(self, *, fresh: bool, again: bool = False) -> None:
        entry, screen = self.current, self._screen
        look = self._look()
        if entry is None or look.width <= 0 or not self._begun:
            return
        self._waiting = None  # it may be for another article
        kept = self._kept.get(entry, look)
        if kept is not None and kept.opened.stamp == screen.library.stamp(entry.path):
            self._waiting = partial(self._show, kept, top=fresh or self._drawn is None)
        elif not (self._jobs.is_busy(Lane.ARTICLE) and self._under_way == (entry, look)):
            before = None if fresh or again else self._drawn
            self._waiting = partial(self._submit, entry, look, before, fresh=fresh)
        if not screen.articles.awaits_painting:
            self.start()

    def _submit(
        self, entry: ArticleSummary, look: RenderOptions, before: RenderedArticle | None, *, fresh: bool
    ) -> None:
        screen, search = self._screen, self._search
        follow = screen.may_follow
        self._under_way = entry, look

        def work(cancelled: Callable[[], bool]) -> None:
            # Lazy import: loading the Markdown parser would delay the first frame.
            from reader.tui.article.loader import read_article, render_article  # noqa: PLC0415 - startup time

            try:
                if follow:
                    search.follow()
                opened = before.opened if before else read_article(search, screen.library, entry, look)
                if not cancelled():
                    screen.post_message(ArticleRendered(entry, render_article(opened, look, before), fresh=fresh))
            except OperationCancelled:
                raise
            except ReaderError as error:
                screen.post_message(TaskFailed(error))

        self._jobs.submit(Lane.ARTICLE, work)

    def start(self) -> None:
        """Render the waiting article, now that the list is painted; in parallel, both would run at half speed."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting()

    def _look(self) -> RenderOptions:
        screen = self._screen
        room = screen.article.scrollable_content_region.width
        return RenderOptions(min(room, screen.measure), screen.zone, screen.palette, screen.articles.found)

    def take(self, message: ArticleRendered) -> None:
        """Cache a rendered article, and show it if it is still the open one."""
        if self._under_way == (message.entry, message.drawing.look):
            self._under_way = None
            self._kept.put(message.entry, message.drawing)
        if self.current is None or message.entry.path != self.current.path:
            return
        self._show(message.drawing, top=message.fresh or self._drawn is None)

    def _show(self, drawing: RenderedArticle, *, top: bool) -> None:
        self._drawing = drawing
        self._screen.article.show(drawing.page, top=top)
        self._screen.call_after_refresh(self._look_ahead)

    def _look_ahead(self) -> None:
        """Render the article that the next key will probably open."""
        self._screen.articles.paint_ahead()
        following = self._screen.articles.following
        look = self._look()
        if following is None or look.width <= 0 or self._waiting or self._under_way:
            return
        stamp = self._screen.library.stamp(following.path)
        # Not a large one: a user who opens another article would have to wait for it.
        if stamp is not None and stamp.size <= _MOST_BYTES_AHEAD and self._kept.get(following, look) is None:
            self._submit(following, look, None, fresh=True)

    def forget(self) -> None:
        """Drop all rendered articles: the folder has changed."""
        self._kept.forget()
        self._under_way = None

    def reload(self, entry: ArticleSummary) -> None:
        """Read the open article from its file again, keeping the scroll position."""
        self.current = entry
        self._draw(fresh=False, again=True)

    @property
    def link_numbers(self) -> tuple[int, ...]:
        """The numbers of the links on the page; empty until it is rendered."""
        return tuple(link.number for link in self.links)

    @property
    def links(self) -> tuple[PageLink, ...]:
        """The links on the page; empty until it is rendered."""
        drawing = self._drawn
        return () if drawing is None else drawing.page.links

    def follow(self, path: str) -> None:
        """Open another article of the folder; ``back`` returns to the current one."""
        if self.current is not None:
            self._back = [*self._back[-_MOST_HISTORY:], self.current.path]
        self._forward.clear()
        self._go(path)

    def back(self, times: int = 1) -> bool:
        """Go back up to ``times`` articles in the history; return whether there was one to go back to."""
        return self._step(self._back, self._forward, times)

    def forward(self, times: int = 1) -> bool:
        """Undo ``back``; return whether there was anything to undo."""
        return self._step(self._forward, self._back, times)

    def _step(self, source: list[str], target: list[str], times: int) -> bool:
        if not source:
            return False
        path = "" if self.current is None else self.current.path
        for _ in range(min(times, len(source))):
            if path:
                target.append(path)
            path = source.pop()
        self._go(path)
        return True

    def _go(self, path: str) -> None:
        entry = self._screen.search.at_path(path)
        if entry is None:
            self._screen.say("Article was removed", warning=True)
            return
        self._screen.reveal(entry)
