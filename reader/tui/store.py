"""The state of the rooms. It changes in one way: ``dispatch`` passes an event to each room's ``update``."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from msgspec import Struct

from reader.errors import ReaderError
from reader.tui.article import update as article
from reader.tui.events import Happened, TaskFailed
from reader.tui.external import suspended
from reader.tui.folder import update as folder
from reader.tui.jobs import Jobs
from reader.tui.ports import Ports

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.screen import Screen

    from reader.index.live import LiveSearch
    from reader.index.model import ArticleSummary
    from reader.library import Library
    from reader.tui.events import Event
    from reader.tui.jobs import Lane
    from reader.tui.ports import AppContext, Speak

__all__ = ["ScreenHooks", "State", "Store"]


class State(Struct, frozen=True):
    """The state of all rooms."""

    folder: folder.Folder
    article: article.OpenArticle


class ScreenHooks(Struct, frozen=True):
    """What the store calls: ``show`` with the state before if it changed, before the effects run; ``react`` after them.

    ``awaits_painting`` returns whether the list has changed since it was painted, ``list_empty`` whether it is empty.
    """

    say: Speak
    show: Callable[[State], None]
    react: Callable[[Event], None]
    awaits_painting: Callable[[], bool]
    list_empty: Callable[[], bool]


class Store:
    """The rooms' state, and the ports that their effects run with."""

    def __init__(self, screen: Screen[None], library: Library, context: AppContext, hooks: ScreenHooks) -> None:
        self.state = State(folder.Folder(), article.OpenArticle(context.config.mark_read_after))
        self._screen = screen
        self._hooks = hooks
        self._connections: dict[Lane, LiveSearch] = {}
        self.ports = Ports(
            library=library,
            search=library.live_search(),
            connect=self._connect,
            may_follow=lambda: self.folder.may_follow(list_empty=hooks.list_empty()),
            context=context,
            jobs=Jobs(screen, hooks.awaits_painting),
            say=hooks.say,
            dispatch=self.dispatch,
            post=lambda event: screen.post_message(Happened(event)),
            wake=self._wake,
            fail=lambda error: screen.post_message(TaskFailed(error)),
            copy=screen.app.copy_to_clipboard,
            suspend=lambda: suspended(screen.app),
        )

    def close(self) -> None:
        """Close all index connections."""
        for connection in (self.ports.search, *self._connections.values()):
            connection.close()

    @property
    def folder(self) -> folder.Folder:
        """The state of the folder room."""
        return self.state.folder

    @property
    def article(self) -> article.OpenArticle:
        """The state of the article room."""
        return self.state.article

    def _connect(self, lane: Lane) -> LiveSearch:
        if lane not in self._connections:
            self._connections[lane] = self.ports.library.live_search()
        return self._connections[lane]

    def _wake(self, seconds: float, event: Event) -> None:
        if seconds:
            self._screen.set_timer(seconds, lambda: self.dispatch(event))
        else:
            # Textual timers cannot have an interval of zero.
            self._screen.call_later(self.dispatch, event)

    def entries(self, ids: Sequence[int]) -> list[ArticleSummary]:
        """Return articles by their ids; report an index that cannot be read, and return none."""
        try:
            return self.ports.search.entries(ids)
        except ReaderError as error:
            self.ports.fail(error)
            return []

    def dispatch(self, event: Event) -> None:
        """Update the rooms and run their effects. Call it on the UI thread."""
        before, now = self.state, time.monotonic()
        folder_after, of_folder = folder.update(before.folder, event, now)
        article_after, of_article = article.update(before.article, event, now)
        if folder_after is not before.folder or article_after is not before.article:
            self.state = State(folder_after, article_after)
            self._hooks.show(before)
        for effect in (*of_folder, *of_article):
            effect.run(self.ports)
        self._hooks.react(event)
