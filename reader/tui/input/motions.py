"""Implementations of the actions that take a count: motions, next unread article, back and forward, links."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from reader.tui.screen import MainScreen
    from reader.tui.widgets.virtual_list import Motion

    Repeatable: TypeAlias = Callable[[int | None], None]
    """Takes the count that was typed, or None."""

__all__ = ["motions", "next_unread", "open_link"]

_MOTIONS: tuple[Motion, ...] = ("down", "up", "top", "bottom", "half_down", "half_up", "page_down", "page_up")


def motions(screen: MainScreen) -> dict[str, Repeatable]:
    """Return the callback of each action that takes a count, by action id."""
    reading = screen.reading

    def scroll(motion: Motion) -> Repeatable:
        return lambda count: screen.article.move(motion, count or 1)

    def step(go: Callable[[int], bool], nothing: str) -> Repeatable:
        return lambda count: None if go(count or 1) else screen.say(nothing)

    def link(count: int | None) -> None:
        if count is not None:
            open_link(screen, count)

    return {
        **{f"move.{motion}": _move(screen, motion) for motion in _MOTIONS},
        "article.down": scroll("down"),
        "article.up": scroll("up"),
        "unread.next": lambda count: next_unread(screen, 1, count or 1),
        "unread.previous": lambda count: next_unread(screen, -1, count or 1),
        "history.back": step(reading.back, "No previous article"),
        "history.forward": step(reading.forward, "No next article"),
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


def open_link(screen: MainScreen, number: int) -> None:
    """Follow a numbered link: in the article pane if it leads to an article of the folder, else in the browser."""
    link = screen.reading.link(number)
    if link is None:
        screen.say(f"No link {number}")
    elif link.path:
        screen.reading.follow(link.path)
    else:
        screen.opening.url(link.url)
