"""What the article pane shows, the history of opened articles, and when an article counts as read. Pure.

``effects`` does the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.marks import MarkKind
from reader.text import sanitize_line
from reader.tui.article.effects import CheckStamp, FindArticle, OpenAgain, OpenAtCursor, Render, Reveal
from reader.tui.article.events import (
    ArticleAppeared,
    ArticleFound,
    ArticleOpened,
    ArticleRendered,
    ArticleSeen,
    HistoryMoved,
    LookChanged,
    PagePainted,
    ReadTimeUp,
    RenderFailed,
    StampRead,
)
from reader.tui.article.targets import find_heading
from reader.tui.events import (
    ArticleRead,
    CursorMoved,
    FullTextKept,
    IndexChanged,
    LinkFollowed,
    MarkToggled,
    OriginalOpened,
    ReaderOpened,
    RowsPainted,
    RowsShown,
    VersionsSeen,
)
from reader.tui.list.effects import CheckPainted
from reader.tui.ports import Fail, Publish, Say, WakeAfter

if TYPE_CHECKING:
    from reader.index.model import ArticleSummary
    from reader.render.links import PageLink
    from reader.render.style import RenderOptions
    from reader.tui.article.loader import RenderedArticle
    from reader.tui.events import Event
    from reader.tui.ports import Effect

    Step = tuple["OpenArticle", tuple[Effect, ...]]

__all__ = ["OpenArticle", "PageCache", "ShownPage", "update"]

_MOST_HISTORY = 200
_MOST_PAGES = 8
# Over all pages: the page of a 1 MB article would use more memory than rendering it again is worth.
_MOST_LINES = 20_000
# A larger article is not rendered ahead: a user who opens another one would have to wait for it.
_MOST_BYTES_AHEAD = 64 * 1024


class PageCache(Struct, frozen=True):
    """The last few pages, oldest first, each for an article as it was in the index."""

    pages: tuple[tuple[int, str, RenderedArticle], ...] = ()

    def put(self, entry: ArticleSummary, rendered: RenderedArticle) -> PageCache:
        """Return the cache with a page added, and the oldest ones beyond the limits dropped."""
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
    """A page in the pane, scrolled to its beginning if ``top``, to ``row`` if that is set, else where it was."""

    article: RenderedArticle
    top: bool
    row: int | None = None


class OpenArticle(Struct, frozen=True):
    """The open article (``entry``), how it is rendered (``look``) and what the pane shows of it.

    ``astray`` if it is not the one under the cursor. ``shown`` is None while the pane still shows another article;
    ``waiting`` will be shown once the list is painted. ``rendering`` is the article in the works, and its look.
    ``back`` and ``forward`` are the history, as paths. ``part`` is the path and the part of an article that a link led
    to, until it is shown.

    ``timer`` is the number of the running timer that marks the article read; ``settled`` if it must not: the article
    has been marked, or the user has decided. With a negative ``mark_read_after`` no timer runs.
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
    timer: int = 0
    settled: bool = False

    @property
    def page(self) -> RenderedArticle | None:
        """The page of the open article, if the pane shows it."""
        return None if self.shown is None else self.shown.article

    @property
    def links(self) -> tuple[PageLink, ...]:
        """The links on the page; empty until it is shown."""
        return () if self.page is None else self.page.page.links

    @property
    def is_timed(self) -> bool:
        """Whether the article is to be marked read once it has been visible for a while."""
        return self.mark_read_after >= 0 and self.entry is not None and not self.entry.read and not self.settled


def update(article: OpenArticle, event: Event, now: float) -> Step:  # noqa: ARG001 - the signature of all rooms
    """Return the state after an event, and the effects to run."""
    match event:
        case ArticleAppeared() | ReadTimeUp() | ArticleSeen() | MarkToggled() | OriginalOpened():
            return _update_read(article, event)
        case LinkFollowed() | HistoryMoved() | ArticleFound() | CursorMoved() | RowsShown():
            return _go(article, event)
        case StampRead() | ArticleRendered() | RenderFailed() | FullTextKept():
            return _update_page(article, event)
    return _update_view(article, event)


def _update_view(article: OpenArticle, event: Event) -> Step:
    match event:
        case ArticleOpened():
            return _open(article, event)
        case LookChanged() | ReaderOpened():
            begun = article.begun or isinstance(event, ReaderOpened)
            look = event.look if isinstance(event, LookChanged) else article.look
            return _draw(replace(article, begun=begun, look=look))
        case RowsPainted() if article.waiting is not None:
            return replace(article, shown=article.waiting, waiting=None, part=("", "")), ()
        case PagePainted(following=following):
            return _look_ahead(article, following)
        case IndexChanged() | VersionsSeen(followed=True):
            return replace(article, cache=PageCache(), rendering=None), ()
    return article, ()


def _update_page(article: OpenArticle, event: StampRead | ArticleRendered | RenderFailed | FullTextKept) -> Step:
    match event:
        case StampRead():
            return _use_stamp(article, event)
        case ArticleRendered(entry=entry, article=rendered):
            return _take(article, entry, rendered)
        case FullTextKept():
            return _draw(replace(article, cache=PageCache()), again=True)
        case RenderFailed(entry=entry, look=look, error=error):
            if article.rendering == (entry.id, entry.path, look):
                article = replace(article, rendering=None)
            return article, (Fail(error),)


def _go(article: OpenArticle, event: LinkFollowed | HistoryMoved | ArticleFound | CursorMoved | RowsShown) -> Step:
    match event:
        case LinkFollowed():
            return _follow(article, event)
        case HistoryMoved(by=by):
            return _move(article, by)
        case ArticleFound(entry=entry):
            return article, (Reveal(entry),)
        case CursorMoved():
            return replace(article, astray=False), (OpenAtCursor(picked=True),)
        case RowsShown():
            return _follow_rows(article, event)


def _follow_rows(article: OpenArticle, event: RowsShown) -> Step:
    """Keep an article that is astray until the view changes; else open the one under the cursor."""
    if article.astray and not event.changed and article.entry is not None:
        return article, (OpenAgain(article.entry),)
    # While the user types, rows come before the article: the next letter may lead to another one.
    return replace(article, astray=False), (OpenAtCursor(),) if event.whole or not event.typing else ()


# Pages.


def _open(article: OpenArticle, event: ArticleOpened) -> Step:
    entry, before, look = event.entry, article.entry, event.look
    article = replace(article, astray=event.astray)
    if entry is None:
        closed = replace(article, entry=None, shown=None, waiting=None, settled=False)
        return _restart_timer(closed)
    if before == entry and article.page is not None and article.page.look.found == look.found:
        return article, ()
    opened = replace(article, entry=entry, look=look, waiting=None)
    if before is not None and before.path == entry.path:
        # With another id its file has been indexed again, so it is read again, too.
        return _draw(opened, again=before.id != entry.id)
    opened, effects = _draw(replace(opened, shown=None, settled=False))
    opened, timer = _restart_timer(opened)
    return opened, (*effects, *timer)


def _draw(article: OpenArticle, *, again: bool = False) -> Step:
    """Show the open article with the current look: from the cache if its file has not changed, else rendered."""
    entry, look = article.entry, article.look
    if entry is None or look is None or look.width <= 0 or not article.begun:
        return article, ()
    article = replace(article, waiting=None)
    if article.cache.get(entry, look) is not None:
        return article, (CheckStamp(entry),)
    return _render(article, entry, look, None if again else article.page)


def _render(article: OpenArticle, entry: ArticleSummary, look: RenderOptions, before: RenderedArticle | None) -> Step:
    wanted = entry.id, entry.path, look
    if article.rendering == wanted:
        return article, ()
    return replace(article, rendering=wanted), (Render(entry, look, before),)


def _use_stamp(article: OpenArticle, event: StampRead) -> Step:
    entry, stamp, look = event.entry, event.stamp, article.look
    if look is None:
        return article, ()
    cached = article.cache.get(entry, look)
    if article.entry == entry:
        if cached is None or cached.opened.stamp != stamp:
            return _render(article, entry, look, article.page)
        placed, effects = _place(article, cached)
        return replace(article, waiting=placed), (CheckPainted(), *effects)
    if cached is None and _is_idle(article) and stamp is not None and stamp.size <= _MOST_BYTES_AHEAD:
        return _render(article, entry, look, None)
    return article, ()


def _take(article: OpenArticle, entry: ArticleSummary, rendered: RenderedArticle) -> Step:
    """Cache a rendered article, and show it if it is still the open one and its look the current one."""
    if article.rendering == (entry.id, entry.path, rendered.look):
        article = replace(article, rendering=None, cache=article.cache.put(entry, rendered))
    current = article.entry
    if current is None or (current.id, current.path) != (entry.id, entry.path) or rendered.look != article.look:
        return article, ()
    placed, effects = _place(article, rendered)
    return replace(article, shown=placed, waiting=None, part=("", "")), effects


def _place(article: OpenArticle, rendered: RenderedArticle) -> tuple[ShownPage, tuple[Effect, ...]]:
    """Return a page at the part that a link led to, else at its beginning if it is another article's."""
    path, part = article.part
    is_sought = bool(part) and path == rendered.path
    row = find_heading(rendered.page, part) if is_sought else None
    effects = (_no_heading(part),) if is_sought and row is None else ()
    return ShownPage(rendered, top=article.page is None, row=row), effects


def _look_ahead(article: OpenArticle, following: ArticleSummary | None) -> Step:
    """Render the article that the next key will probably open."""
    look = article.look
    if following is None or look is None or look.width <= 0 or not _is_idle(article):
        return article, ()
    return article, () if article.cache.get(following, look) is not None else (CheckStamp(following),)


def _is_idle(article: OpenArticle) -> bool:
    return article.waiting is None and article.rendering is None


# History.


def _follow(article: OpenArticle, link: LinkFollowed) -> Step:
    back = article.back
    if article.entry is not None:
        if link.fragment and article.page is not None and article.entry.path == link.path:
            return _go_to_part(article, article.page, link.fragment)
        back = (*back[-_MOST_HISTORY:], article.entry.path)
    followed = replace(article, back=back, forward=(), part=(link.path, link.fragment))
    return followed, (FindArticle(link.path), *((Say(link.notice),) if link.notice else ()))


def _go_to_part(article: OpenArticle, page: RenderedArticle, fragment: str) -> Step:
    row = find_heading(page.page, fragment)
    if row is None:
        return article, (_no_heading(fragment),)
    return replace(article, shown=ShownPage(page, top=False, row=row)), ()


def _no_heading(fragment: str) -> Say:
    return Say(f'No heading "{sanitize_line(fragment)}" in this article')


def _move(article: OpenArticle, by: int) -> Step:
    """Go back in the history if ``by`` is negative, else forward."""
    source, target = list(article.back), list(article.forward)
    if by > 0:
        source, target = target, source
    if not source:
        return article, (Say("No next article" if by > 0 else "No previous article"),)
    path = "" if article.entry is None else article.entry.path
    for _ in range(min(abs(by), len(source))):
        if path:
            target.append(path)
        path = source.pop()
    back, forward = (target, source) if by > 0 else (source, target)
    return replace(article, back=tuple(back), forward=tuple(forward)), (FindArticle(path),)


# When an article is read.


def _update_read(article: OpenArticle, event: Event) -> Step:
    match event:
        case ArticleAppeared():
            return _restart_timer(article)
        case ArticleSeen(timer=timer) if timer == article.timer and article.is_timed and article.entry is not None:
            return _mark_read(article, article.entry)
        case MarkToggled(kind=MarkKind.READ, entry=entry) | OriginalOpened(entry=entry, go_on=True):
            return _settle(article, entry), ()
        case OriginalOpened(entry=entry, go_on=False) if article.mark_read_after >= 0 and not entry.read:
            return _mark_read(article, entry)
    return article, ()


def _restart_timer(article: OpenArticle) -> Step:
    article = replace(article, timer=article.timer + 1)
    if not article.is_timed:
        return article, ()
    return article, (WakeAfter(article.mark_read_after, ReadTimeUp(article.timer)),)


def _mark_read(article: OpenArticle, entry: ArticleSummary) -> Step:
    return _settle(article, entry), (Publish(ArticleRead(entry)),)


def _settle(article: OpenArticle, entry: ArticleSummary) -> OpenArticle:
    """Return the state in which the timer does not mark this article: the user has decided whether it is read."""
    if article.entry is None or article.entry.path != entry.path:
        return article
    return replace(article, settled=True)
