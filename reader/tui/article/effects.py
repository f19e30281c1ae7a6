"""Effects of the article room: render in a worker thread, check files, find articles. ``update`` decides when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from reader.errors import OperationCancelled, ReaderError
from reader.tui.article.events import ArticleFound, ArticleRendered, RenderFailed, StampRead
from reader.tui.events import RowsPainted
from reader.tui.jobs import Lane

if TYPE_CHECKING:
    from collections.abc import Callable

    from reader.index.model import ArticleSummary
    from reader.render.style import RenderOptions
    from reader.tui.article.loader import RenderedArticle
    from reader.tui.ports import Ports

__all__ = ["CheckStamp", "FindArticle", "Render", "ShowWhenPainted"]


class Render(Struct, frozen=True):
    """Render an article. ``before`` is its page with another look; without one, its file is read."""

    entry: ArticleSummary
    look: RenderOptions
    before: RenderedArticle | None

    def run(self, ports: Ports) -> None:
        """Start the work in its lane; the result is an event."""
        follow = ports.may_follow()
        ports.jobs.submit(Lane.ARTICLE, lambda cancelled: self._work(ports, cancelled, follow=follow))

    def _work(self, ports: Ports, cancelled: Callable[[], bool], *, follow: bool) -> None:
        # Lazy import: loading the Markdown parser would delay the first frame.
        from reader.tui.article.loader import read_article, render_article  # noqa: PLC0415 - startup time

        before = self.before
        try:
            search = ports.connect(Lane.ARTICLE)
            if follow:
                search.follow()
            opened = before.opened if before else read_article(search, ports.library, self.entry, self.look)
            if not cancelled():
                ports.post(ArticleRendered(self.entry, render_article(opened, self.look, before)))
        except OperationCancelled:
            raise
        except ReaderError as error:
            ports.post(RenderFailed(self.entry, self.look, error))


class CheckStamp(Struct, frozen=True):
    """Check whether the file of an article has changed. Takes microseconds."""

    entry: ArticleSummary

    def run(self, ports: Ports) -> None:
        """Dispatch the stamp."""
        ports.dispatch(StampRead(self.entry, ports.library.stamp(self.entry.path)))


class ShowWhenPainted(Struct, frozen=True):
    """Show the waiting page now, unless the list is still to be painted: rows come before the article."""

    def run(self, ports: Ports) -> None:
        """Dispatch ``RowsPainted`` if nothing else will."""
        if not ports.jobs.awaits_painting():
            ports.dispatch(RowsPainted())


class FindArticle(Struct, frozen=True):
    """Look up an article of the folder to open it."""

    path: str

    def run(self, ports: Ports) -> None:
        """Dispatch the article, or say that it is gone."""
        try:
            entry = ports.search.at_path(self.path)
        except ReaderError as error:
            ports.fail(error)
            return
        if entry is None:
            ports.say("Article was removed", warning=True)
        else:
            ports.dispatch(ArticleFound(entry))
