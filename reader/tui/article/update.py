"""Updates of the article room: the page shown, the history, and when an article counts as read. Pure.

``effects`` does the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from reader.marks import MarkKind
from reader.render.anchor import row_of
from reader.text import sanitize_line
from reader.tui.article.effects import CheckStamp, FindArticle, OpenAgain, OpenAtCursor, Render, Reveal, SavePlace
from reader.tui.article.events import (
    ArticleAppeared,
    ArticleFound,
    ArticleOpened,
    ArticleRendered,
    ArticleSeen,
    FindCleared,
    FindEnded,
    FindStepped,
    FindTyped,
    HistoryMoved,
    LookAhead,
    LookChanged,
    PlaceLeft,
    ReadTimeUp,
    RenderFailed,
    StampRead,
)
from reader.tui.article.state import OpenArticle, PageCache, ShownPage
from reader.tui.article.targets import find_heading
from reader.tui.events import (
    ActionInvoked,
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
from reader.tui.jobs import Lane
from reader.tui.ports import CheckPainted, Fail, Publish, Say, WakeAfter

if TYPE_CHECKING:
    from reader.index.model import ArticleSummary
    from reader.render.anchor import Anchor
    from reader.render.style import RenderOptions
    from reader.tui.article.loader import RenderedArticle
    from reader.tui.events import Event
    from reader.tui.ports import Effect

    Step = tuple["OpenArticle", tuple[Effect, ...]]

__all__ = ["update"]

_MOST_HISTORY = 200
# A larger article is not rendered ahead: a user who opens a different one would have to wait for it.
_MOST_BYTES_AHEAD = 64 * 1024

# Actions that show that the user is present and reading.
_MOVES = ("move.", "article.", "unread.", "history.", "pane.", "zen")


def update(article: OpenArticle, event: Event, now: float) -> Step:  # noqa: ARG001 - the signature of all rooms
    """Return the state after an event, and the effects to run."""
    match event:
        case ArticleAppeared() | ReadTimeUp() | ArticleSeen() | MarkToggled() | OriginalOpened() | ActionInvoked():
            return _update_read(article, event)
        case LinkFollowed() | HistoryMoved() | ArticleFound() | CursorMoved() | RowsShown():
            return _go(article, event)
        case StampRead() | ArticleRendered() | RenderFailed() | FullTextKept():
            return _update_page(article, event)
        case FindTyped() | FindEnded() | FindStepped() | FindCleared():
            return _update_find(article, event)
        case PlaceLeft(path=path, place=place):
            return article, (SavePlace(path, place),)
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
        case LookAhead(following=following):
            return _look_ahead(article, following)
        case IndexChanged() | VersionsSeen(followed=True):
            return replace(article, cache=PageCache(), rendering=None), ()
    return article, ()


def _update_page(article: OpenArticle, event: StampRead | ArticleRendered | RenderFailed | FullTextKept) -> Step:
    match event:
        case StampRead():
            return _use_stamp(article, event)
        case ArticleRendered():
            return _take(article, event)
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
            return replace(article, astray=False, moved=True), (OpenAtCursor(picked=True),)
        case RowsShown():
            return _follow_rows(article, event)


def _follow_rows(article: OpenArticle, event: RowsShown) -> Step:
    """Keep an astray article until the view changes; otherwise open the one under the cursor."""
    if article.astray and not event.changed and article.entry is not None:
        return article, (OpenAgain(article.entry),)
    # While the user types, rows take precedence: the next letter may lead to another article.
    return replace(article, astray=False), (OpenAtCursor(),) if event.whole or not event.typing else ()


# Pages.


def _open(article: OpenArticle, event: ArticleOpened) -> Step:
    entry, before, look = event.entry, article.entry, event.look
    article = replace(article, astray=event.astray)
    if entry is None:
        closed = replace(article, entry=None, shown=None, waiting=None, settled=False)
        return _restart_timer(closed)
    opened = replace(article, entry=entry, look=look, waiting=None)
    if before == entry and article.current_page is not None and article.current_page.look == opened.drawn_look:
        return article, ()
    if before is not None and before.path == entry.path:
        is_same_search = bool(article.find.text) or (article.look is not None and article.look.found == look.found)
        opened = opened if is_same_search else replace(opened, find=article.find.forgotten())
        return _draw(opened)
    opened, effects = _draw(replace(opened, shown=None, settled=False, find=article.find.forgotten()))
    opened, timer = _restart_timer(opened)
    return opened, (*effects, *timer)


def _draw(article: OpenArticle, *, again: bool = False) -> Step:
    """Show the open article with the current look, from the cache if its file has not changed.

    Its file is read ``again``, or if it was indexed again since.
    """
    entry, look = article.entry, article.drawn_look
    if entry is None or look is None or look.width <= 0 or not article.begun:
        return article, ()
    article = replace(article, waiting=None)
    if article.cache.get(entry, look) is not None:
        return article, (CheckStamp(entry),)
    return _render(article, entry, look, None if again else article.current_page)


def _render(article: OpenArticle, entry: ArticleSummary, look: RenderOptions, before: RenderedArticle | None) -> Step:
    wanted = entry.id, entry.path, look
    if article.rendering == wanted:
        return article, ()
    return replace(article, rendering=wanted), (Render(entry, look, before),)


def _use_stamp(article: OpenArticle, event: StampRead) -> Step:
    entry, stamp = event.entry, event.stamp
    look = article.drawn_look if article.entry == entry else article.look
    if look is None:
        return article, ()
    cached = article.cache.get(entry, look)
    if article.entry == entry:
        if cached is None or cached.opened.stamp != stamp:
            return _render(article, entry, look, article.current_page)
        article, shown, said = _placed(article, cached, event.place)
        return replace(article, waiting=shown), (CheckPainted(Lane.LIST, RowsPainted()), *said)
    if cached is None and _is_idle(article) and stamp is not None and stamp.size <= _MOST_BYTES_AHEAD:
        return _render(article, entry, look, None)
    return article, ()


def _take(article: OpenArticle, event: ArticleRendered) -> Step:
    """Cache a rendered article, and show it if the article is still open and its look is current."""
    entry, rendered = event.entry, event.article
    if article.rendering == (entry.id, entry.path, rendered.look):
        article = replace(article, rendering=None, cache=article.cache.put(entry, rendered))
    current = article.entry
    if current is None or (current.id, current.path) != (entry.id, entry.path) or rendered.look != article.drawn_look:
        return article, ()
    article, shown, said = _placed(article, rendered, event.place)
    return replace(article, shown=shown, waiting=None, part=("", "")), said


def _placed(
    article: OpenArticle, rendered: RenderedArticle, place: Anchor | None
) -> tuple[OpenArticle, ShownPage, tuple[Effect, ...]]:
    """Position a page: at the part that a link led to, at a match, where the user stopped reading, or at its beginning.

    A new page of the article that is already shown keeps its position.
    """
    path, part = article.part
    is_sought = bool(part) and path == rendered.path
    row = find_heading(rendered.page, part) if is_sought else None
    said = (_no_heading(part),) if is_sought and row is None else ()
    if not is_sought and place is not None and article.page is None:
        row = row_of(rendered.page.lines, place)
    before, hits = article.find, rendered.page.hits
    find = before.placed(hits)
    if find.typing and find.at is None:
        row = find.origin
    reveal = find.at is not None and (before.at is None or before.steps != 0)
    hit = () if find.at is None else hits[find.at]
    shown = ShownPage(rendered, top=article.page is None, row=row, hit=hit, reveal=reveal)
    return replace(article, find=find), shown, said


def _look_ahead(article: OpenArticle, following: ArticleSummary | None) -> Step:
    """Render the article that the next key is likely to open."""
    look = article.look
    if following is None or look is None or look.width <= 0 or not _is_idle(article):
        return article, ()
    return article, () if article.cache.get(following, look) is not None else (CheckStamp(following),)


def _is_idle(article: OpenArticle) -> bool:
    is_shown = article.current_page is not None and article.hits is not None
    return is_shown and article.waiting is None and article.rendering is None


# Search.


def _update_find(article: OpenArticle, event: FindTyped | FindEnded | FindStepped | FindCleared) -> Step:
    find = article.find
    match event:
        case FindTyped(text=text, top=top):
            return _draw(replace(article, find=find.typed(text, top)))
        case FindEnded(accepted=True):
            return replace(article, find=find.entered()), (Say(""),)
        case FindEnded():
            shown = None if article.page is None else ShownPage(article.page, row=find.origin)
            return _draw(replace(article, find=find.canceled(), shown=shown))
        case FindStepped():
            return _step(article, event)
        case FindCleared():
            shown = None if article.page is None else ShownPage(article.page)
            article, effects = _draw(replace(article, find=find.cleared(), shown=shown))
            return article, (Say(""), *effects)


def _step(article: OpenArticle, step: FindStepped) -> Step:
    hits = article.hits
    if hits is None:
        return replace(article, find=replace(article.find, steps=article.find.steps + step.by)), ()
    if not hits or article.page is None:
        return article, (Say(""),)
    find, is_around = article.find.stepped(hits, step)
    # The bottom line shows the current match unless a message covers it.
    words = f"{find.words(hits)} · continued at the {'top' if step.by > 0 else 'bottom'}" if is_around else ""
    shown = ShownPage(article.page, hit=hits[find.at or 0], reveal=True)
    return replace(article, find=find, shown=shown), (Say(words),)


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
    return replace(article, shown=ShownPage(page, row=row)), ()


def _no_heading(fragment: str) -> Say:
    return Say(f'No heading "{sanitize_line(fragment)}" in this article')


def _move(article: OpenArticle, by: int) -> Step:
    """Go forward in the history, or back if ``by`` is negative."""
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
        case ActionInvoked(action=action) if not article.moved and action.startswith(_MOVES):
            return _restart_timer(replace(article, moved=True))
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
    """Return the state in which the timer no longer marks this article, since the user decided whether it is read."""
    if article.entry is None or article.entry.path != entry.path:
        return article
    return replace(article, settled=True)
