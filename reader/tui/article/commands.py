"""Commands of the article room: reading, opening and copying."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.tui.article.events import HistoryMoved
from reader.tui.article.targets import Copied, FolderArticle, Refusal, WebPage, what_would_open
from reader.tui.events import ChoicePicked, CursorMoved, LinkFollowed, OriginalOpened
from reader.tui.external import CopyText, EditArticle, OpenUrl
from reader.tui.feeds.events import ChangesAsked, FullTextAsked
from reader.tui.input.invocation import on_article
from reader.tui.input.keyboard import CommandAsked, LinkNumberAsked

if TYPE_CHECKING:
    from collections.abc import Callable

    from reader.index.model import ArticleSummary
    from reader.tui.events import Event
    from reader.tui.input.invocation import Command, Commands, Invocation, Widgets
    from reader.tui.list.pane import ArticleList
    from reader.tui.store import Store

__all__ = ["opening_commands", "reading_commands"]


def reading_commands(store: Store, widgets: Widgets) -> Commands:
    """Return the commands that move through articles."""
    article, articles = widgets.article, widgets.articles

    def unread(step: int, times: int = 1) -> None:
        _go_to_unread(store, articles, step, times)

    def page(_invocation: Invocation) -> None:
        if store.state.layout.current == "sidebar" and (added := widgets.sidebar.toggled(excluded=False)):
            store.dispatch(ChoicePicked(added))
            return
        if store.state.article.entry is not None and store.state.article.page is None:
            return  # the pane still shows the end of the previous article
        if article.at_end:
            unread(1)
        else:
            article.move("page_down")

    return {
        "article.page": page,
        "article.down": lambda invocation: article.move("down", invocation.times),
        "article.up": lambda invocation: article.move("up", invocation.times),
        "unread.next": lambda invocation: unread(1, invocation.times),
        "unread.previous": lambda invocation: unread(-1, invocation.times),
        "article.changes": _about(store, ChangesAsked),
        "article.full_text": _about(store, FullTextAsked),
        "history.back": lambda invocation: store.dispatch(HistoryMoved(-invocation.times)),
        "history.forward": lambda invocation: store.dispatch(HistoryMoved(invocation.times)),
    }


def _go_to_unread(store: Store, articles: ArticleList, step: int, times: int) -> None:
    """Go to the next unread article (the previous one if ``step`` is negative), ``times`` times.

    At the end of the list it continues from the other end; a count stops there.
    """
    row, is_around = articles.cursor, False
    for _time in range(min(times, articles.row_count)):
        following = articles.unread_from(row, step)
        if following is None and row == articles.cursor:
            following, is_around = articles.unread_from(-1 if step > 0 else articles.row_count, step), True
        if following is None:
            break
        row = following
    if row == articles.cursor:
        store.ports.say("No other unread articles")
        return
    if is_around:
        store.ports.say("Continued at the top" if step > 0 else "Continued at the bottom")
    articles.put_cursor(row)
    store.dispatch(CursorMoved())


def _about(store: Store, asked: Callable[[ArticleSummary], Event]) -> Command:
    """Return a command that dispatches an event about the open article."""

    def act(invocation: Invocation) -> None:
        if invocation.entry is not None:
            store.dispatch(asked(invocation.entry))

    return on_article(store, act)


def opening_commands(store: Store, _widgets: Widgets) -> Commands:
    """Return the commands that leave the reader, or follow a link."""
    ports = store.ports

    def opening(action: str) -> Command:
        return on_article(store, lambda invocation: _open(store, action, invocation))

    def number(_invocation: Invocation) -> None:
        store.dispatch(LinkNumberAsked(tuple(link.number for link in store.state.article.links)))

    def link(invocation: Invocation) -> None:
        if invocation.count is not None:
            _open(store, "open.link", invocation)

    def edit(invocation: Invocation) -> None:
        if invocation.entry is not None:
            EditArticle(invocation.entry).run(ports)

    def pipe(invocation: Invocation) -> None:
        ports.context.require_program()
        if invocation.entry is not None:
            store.dispatch(CommandAsked(invocation.entry))

    return {
        **{action: opening(action) for action in ("open", "open.web", "open.next", "copy.url", "copy.markdown")},
        "open.link": link,
        "open.hint": number,
        "edit": on_article(store, edit),
        "pipe": on_article(store, pipe),
    }


def _open(store: Store, action: str, invocation: Invocation) -> None:
    """Open or copy what an action leads to, or show why not."""
    ports, entry = store.ports, invocation.entry
    match what_would_open(entry, store.state.article.links, action, invocation.count):
        case WebPage(url=url):
            opened = None if entry is None else OriginalOpened(entry, go_on=action == "open.next")
            OpenUrl(url, opened).run(ports)
        case FolderArticle(path=path, fragment=fragment, notice=notice):
            store.dispatch(LinkFollowed(path, fragment, notice))
        case Copied(text=text):
            CopyText(text).run(ports)
        case Refusal(reason=reason, warning=warning):
            ports.say(reason, warning=warning)
