"""The state of the rooms. It changes in one way: ``dispatch`` passes an event to each room's ``update``."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from msgspec import Struct

from reader.errors import ReaderError
from reader.tui.events import Happened, TaskFailed
from reader.tui.external import suspended
from reader.tui.folder import update as folder
from reader.tui.jobs import Jobs
from reader.tui.ports import Ports

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.screen import Screen

    from reader.index.model import ArticleSummary
    from reader.library import Library
    from reader.tui.events import Event
    from reader.tui.ports import AppContext, Speak

__all__ = ["ScreenHooks", "Store"]


class ScreenHooks(Struct, frozen=True):
    """What the store calls: ``show`` if the state changed, before the effects run; ``react`` after them, always.

    ``awaits_painting`` returns whether the list has changed since it was painted.
    """

    say: Speak
    show: Callable[[], None]
    react: Callable[[Event], None]
    awaits_painting: Callable[[], bool]


class Store:
    """The rooms' state, and the ports that their effects run with."""

    def __init__(self, screen: Screen[None], library: Library, context: AppContext, hooks: ScreenHooks) -> None:
        self.folder = folder.Folder()
        self._hooks = hooks
        self.ports = Ports(
            library=library,
            search=library.live_search(),
            context=context,
            jobs=Jobs(screen, hooks.awaits_painting),
            say=hooks.say,
            dispatch=self.dispatch,
            post=lambda event: screen.post_message(Happened(event)),
            wake=lambda seconds, event: screen.set_timer(seconds, lambda: self.dispatch(event)),
            fail=lambda error: screen.post_message(TaskFailed(error)),
            copy=screen.app.copy_to_clipboard,
            suspend=lambda: suspended(screen.app),
        )

    def entries(self, ids: Sequence[int]) -> list[ArticleSummary]:
        """Return articles by their ids; report an index that cannot be read, and return none."""
        try:
            return self.ports.search.entries(ids)
        except ReaderError as error:
            self.ports.fail(error)
            return []

    def dispatch(self, event: Event) -> None:
        """Update the rooms and run their effects. Call it on the UI thread."""
        before = self.folder
        self.folder, effects = folder.update(before, event, time.monotonic())
        if self.folder is not before:
            self._hooks.show()
        for effect in effects:
            effect.run(self.ports)
        self._hooks.react(event)
