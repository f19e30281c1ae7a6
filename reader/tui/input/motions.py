"""Implementations of the actions that take a count: motions, next unread article, back and forward, links."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from reader.marks import MarkKind
from reader.tui.article.targets import Copied, FolderArticle, Refusal, WebPage, what_would_open
from reader.tui.events import HistoryMoved, LinkFollowed, OriginalOpened
from reader.tui.external import CopyText, OpenUrl

if TYPE_CHECKING:
    from collections.abc import Callable

    from reader.index.model import ArticleSummary
    from reader.tui.screen import MainScreen
    from reader.tui.widgets.virtual_list import Motion

    Repeatable: TypeAlias = Callable[[int | None], None]
    """Takes the count that was typed, or None."""

__all__ = ["after_opening", "motions", "next_unread", "run_target"]

_MOTIONS: tuple[Motion, ...] = ("down", "up", "top", "bottom", "half_down", "half_up", "page_down", "page_up")


def motions(screen: MainScreen) -> dict[str, Repeatable]:
    """Return the callback of each action that takes a count, by action id."""

    def scroll(motion: Motion) -> Repeatable:
        return lambda count: screen.article.move(motion, count or 1)

    def step(direction: int) -> Repeatable:
        return lambda count: screen.store.dispatch(HistoryMoved(direction * (count or 1)))

    def link(count: int | None) -> None:
        if count is not None:
            run_target(screen, None, "open.link", count)

    return {
        **{f"move.{motion}": _move(screen, motion) for motion in _MOTIONS},
        "article.down": scroll("down"),
        "article.up": scroll("up"),
        "unread.next": lambda count: next_unread(screen, 1, count or 1),
        "unread.previous": lambda count: next_unread(screen, -1, count or 1),
        "history.back": step(-1),
        "history.forward": step(1),
        "open.link": link,
    }


def _move(screen: MainScreen, motion: Motion) -> Repeatable:
    def act(count: int | None) -> None:
        pane, articles = screen.panes.in_use, screen.articles
        before = articles.cursor
        if count is not None and motion in {"top", "bottom"}:
            pane.go_to(count)
        else:
            pane.move(motion, count or 1)
        if articles.cursor != before:
            # Do not wait for the Moved message: the next key may already be for this article.
            screen.open_current()

    return act


def next_unread(screen: MainScreen, step: int, times: int = 1) -> None:
    """Go to the next unread article in the list (the previous one if ``step`` is negative), ``times`` times."""
    articles = screen.articles
    row, found = articles.cursor, None
    while times and (following := articles.unread_from(row, step)) is not None:
        row = found = following
        times -= 1
    if found is None:
        screen.say("No unread articles below" if step > 0 else "No unread articles above")
    else:
        articles.put_cursor(found)
        screen.open_current()


def run_target(screen: MainScreen, entry: ArticleSummary | None, action: str, number: int | None = None) -> None:
    """Open or copy what an action leads to, or show why not."""
    ports = screen.store.ports
    match what_would_open(entry, screen.store.article.links, action, number):
        case WebPage(url=url) if entry is not None and action != "open.link":
            OpenUrl(url, OriginalOpened(entry, go_on=action == "open.next")).run(ports)
        case WebPage(url=url):
            OpenUrl(url).run(ports)
        case FolderArticle(path=path):
            screen.store.dispatch(LinkFollowed(path))
        case Copied(text=text):
            CopyText(text).run(ports)
        case Refusal(reason=reason, warning=warning):
            screen.say(reason, warning=warning)


def after_opening(screen: MainScreen, entry: ArticleSummary) -> None:
    """Mark an article read whose original was opened, and go to the next unread one."""
    if not entry.read:
        screen.marking.toggle(MarkKind.READ, entry)
    next_unread(screen, 1)
