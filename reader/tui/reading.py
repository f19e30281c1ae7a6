"""Which article is open: read and drawn off the screen's thread, with back and forward, and its numbered links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.errors import ReaderError
from reader.render.article import Look
from reader.tui.desk import draw, read_article
from reader.tui.latest import Latest
from reader.tui.messages import Drawn, Failed

if TYPE_CHECKING:
    from collections.abc import Callable

    from reader.index.search import Entry
    from reader.render.article import PageLink
    from reader.tui.desk import Opened
    from reader.tui.main_screen import MainScreen

__all__ = ["Reading"]

_MOST_HISTORY = 200


class Reading:
    """Owns the open article and the way that led to it."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._search = screen.library.search()
        self._drawer = Latest(screen, "article")
        self._back: list[str] = []
        self._forward: list[str] = []
        self._opened: Opened | None = None
        self._links: tuple[PageLink, ...] = ()
        self.current: Entry | None = None

    def close(self) -> None:
        """Close the connection."""
        self._search.close()

    @property
    def shown(self) -> bool:
        """Whether the open article is the one that is drawn."""
        return self._opened is not None and self.current is not None and self._opened.article.path == self.current.path

    def show(self, entry: Entry | None) -> None:
        """Open an article, or none."""
        if entry is None:
            self.current, self._opened, self._links = None, None, ()
            self._screen.article.show_text("")
            return
        fresh = self.current is None or self.current.path != entry.path
        if not fresh and self.current == entry and self._opened is not None:
            return
        self.current = entry
        self._draw(fresh=fresh)

    def redraw(self) -> None:
        """Draw the open article again: the room, the colours or the filter have changed."""
        if self.current is not None:
            self._draw(fresh=False)

    def _draw(self, *, fresh: bool) -> None:
        entry, screen, search = self.current, self._screen, self._search
        known = None if fresh else self._opened
        look = self._look()
        if entry is None or look.width <= 0:
            return

        def work(cancelled: Callable[[], bool]) -> None:
            try:
                opened = known or read_article(search, screen.library, entry, look)
                if not cancelled():
                    screen.post_message(Drawn(entry.path, opened, draw(opened, look), fresh=fresh))
            except ReaderError as error:
                screen.post_message(Failed(error))

        self._drawer.submit(work)

    def _look(self) -> Look:
        screen = self._screen
        room = screen.article.scrollable_content_region.width
        return Look(min(room, screen.measure), screen.zone, screen.palette, screen.articles.found)

    def take(self, message: Drawn) -> None:
        """Show a drawn article, if it is still the open one."""
        if self.current is None or message.path != self.current.path:
            return
        before = self._opened
        self._opened, self._links = message.opened, message.page.links
        fresh = message.fresh or before is None or before.article.path != message.path
        self._screen.article.show(message.page, top=fresh)

    def reload(self, entry: Entry) -> None:
        """Read the open article from its file again."""
        self._opened = None
        self.current = entry
        self._draw(fresh=False)

    def link(self, number: int) -> PageLink | None:
        """Return the link of a number on the page, None where it has none."""
        return next((link for link in self._links if link.number == number), None) if self.shown else None

    def follow(self, path: str) -> None:
        """Open another article of the folder; ``back`` leads here again."""
        if self.current is not None:
            self._back = [*self._back[-_MOST_HISTORY:], self.current.path]
        self._forward.clear()
        self._go(path)

    def back(self) -> bool:
        """Open the article that was left last; say whether there was one."""
        return self._step(self._back, self._forward)

    def forward(self) -> bool:
        """Undo ``back``; say whether there was one."""
        return self._step(self._forward, self._back)

    def _step(self, source: list[str], target: list[str]) -> bool:
        if not source:
            return False
        if self.current is not None:
            target.append(self.current.path)
        self._go(source.pop())
        return True

    def _go(self, path: str) -> None:
        entry = self._screen.search.at_path(path)
        if entry is None:
            self._screen.say("That article is no longer in the folder.", warning=True)
            return
        self._screen.reveal(entry)
