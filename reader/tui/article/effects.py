"""Effects of the article room: render in a worker thread, check files, find articles. ``update`` requests them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from reader.errors import OperationCancelled, ReaderError
from reader.render.anchor import Anchor
from reader.tui.article.events import ArticleFound, ArticleOpened, ArticleRendered, RenderFailed, StampRead
from reader.tui.events import ListOutdated
from reader.tui.jobs import Lane
from reader.tui.list.events import ArticlePicked

if TYPE_CHECKING:
    from collections.abc import Callable

    from reader.index.model import ArticleSummary
    from reader.render.style import RenderOptions
    from reader.tui.article.loader import RenderedArticle
    from reader.tui.ports import Ports

__all__ = ["CheckStamp", "FindArticle", "OpenAgain", "OpenAtCursor", "Render", "Reveal", "SavePlace"]


class Render(Struct, frozen=True):
    """Render an article. ``before`` is its page with a different look; without it, the file is read."""

    entry: ArticleSummary
    look: RenderOptions
    before: RenderedArticle | None

    def run(self, ports: Ports) -> None:
        """Start the work in its lane, which dispatches the result as an event."""
        follow = ports.may_follow()
        ports.jobs.submit(Lane.ARTICLE, lambda cancelled: self._work(ports, cancelled, follow=follow))

    def _work(self, ports: Ports, cancelled: Callable[[], bool], *, follow: bool) -> None:
        from reader.tui.article.loader import read_article, render_article  # noqa: PLC0415 - lazy import: 107 ms, would delay the first frame

        before = self.before
        try:
            search = ports.connect(Lane.ARTICLE)
            if follow:
                search.follow()
            opened = before.opened if before else read_article(search, ports.library, self.entry, self.look)
            if not cancelled():
                place = _place_in(ports, self.entry.path)
                ports.post(ArticleRendered(self.entry, render_article(opened, self.look, before), place))
        except OperationCancelled:
            raise
        except ReaderError as error:
            ports.post(RenderFailed(self.entry, self.look, error))


class CheckStamp(Struct, frozen=True):
    """Check whether the file of an article has changed. Takes microseconds."""

    entry: ArticleSummary

    def run(self, ports: Ports) -> None:
        """Dispatch the stamp."""
        path = self.entry.path
        ports.dispatch(StampRead(self.entry, ports.library.stamp(path), _place_in(ports, path)))


class SavePlace(Struct, frozen=True):
    """Save the place where the user stopped reading an article; None deletes it."""

    path: str
    place: Anchor | None

    def run(self, ports: Ports) -> None:
        """Write the place."""
        place = None if self.place is None else msgspec.json.encode(self.place)
        ports.context.places.put(self.path, place, int(ports.context.clock().now.timestamp()))


def _place_in(ports: Ports, path: str) -> Anchor | None:
    saved = ports.context.places.get(path)
    try:
        return None if saved is None else msgspec.json.decode(saved, type=Anchor)
    except msgspec.MsgspecError:
        return None


class FindArticle(Struct, frozen=True):
    """Look up an article of the folder to open it."""

    path: str

    def run(self, ports: Ports) -> None:
        """Dispatch the article, or show a message that it is gone."""
        entry = ports.search.find_by_path(self.path)
        if entry is None:
            ports.say("Article was removed", warning=True)
        else:
            ports.dispatch(ArticleFound(entry))


class OpenAtCursor(Struct, frozen=True):
    """Open the article under the cursor; ``picked`` if the user went to it."""

    picked: bool = False

    def run(self, ports: Ports) -> None:
        """Dispatch it."""
        articles = ports.articles()
        entry = articles.current
        if self.picked:
            ports.dispatch(ArticlePicked("" if entry is None else entry.path))
        if self.picked and entry is None and articles.rows:
            # Its file has just been indexed again with a new ID, so the list is out of date.
            ports.dispatch(ListOutdated())
        else:
            ports.dispatch(ArticleOpened(entry, ports.look()))


class OpenAgain(Struct, frozen=True):
    """Open the current version of an article that is not under the cursor."""

    entry: ArticleSummary

    def run(self, ports: Ports) -> None:
        """Dispatch it with its marks."""
        entry = ports.search.find_by_path(self.entry.path) or self.entry
        ports.dispatch(ArticleOpened(entry, ports.look(), astray=True))


class Reveal(Struct, frozen=True):
    """Open an article, and move the cursor to it if it is in the list."""

    entry: ArticleSummary

    def run(self, ports: Ports) -> None:
        """Move the cursor, and dispatch the article."""
        articles = ports.articles()
        row = articles.rows.row_of(self.entry.id)
        if row is not None:
            ports.dispatch(ArticlePicked(self.entry.path))
            articles.put_cursor(row)
        ports.dispatch(ArticleOpened(self.entry, ports.look(), astray=row is None))
