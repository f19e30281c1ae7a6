"""The state of the rooms, and the one way that it changes: an event comes up, each room's ``update`` answers it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from reader.errors import ReaderError
from reader.tui.events import Happened, TaskFailed
from reader.tui.folder import update as folder
from reader.tui.jobs import Jobs
from reader.tui.ports import Ports

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.screen import Screen

    from reader.index.search import ArticleSummary
    from reader.library import Library
    from reader.tui.events import Event
    from reader.tui.ports import AppContext, Speak

__all__ = ["Store"]


class Store:
    """Owns the rooms' state and the ports that their effects run with.

    ``show`` is called where the state is another, before effects run; ``react`` gets every event, after them.
    """

    def __init__(
        self,
        screen: Screen[None],
        library: Library,
        context: AppContext,
        *,
        say: Speak,
        show: Callable[[], None],
        react: Callable[[Event], None],
    ) -> None:
        self.folder = folder.Folder()
        self._show = show
        self._react = react
        self.ports = Ports(
            library=library,
            search=library.live_search(),
            context=context,
            jobs=Jobs(screen),
            say=say,
            dispatch=self.dispatch,
            post=lambda event: screen.post_message(Happened(event)),
            wake=lambda seconds, event: screen.set_timer(seconds, lambda: self.dispatch(event)),
            fail=lambda error: screen.post_message(TaskFailed(error)),
        )

    def entries(self, ids: Sequence[int]) -> list[ArticleSummary]:
        """Return articles by their ids; none where the index cannot be read, which is reported."""
        try:
            return self.ports.search.entries(ids)
        except ReaderError as error:
            self.ports.fail(error)
            return []

    def dispatch(self, event: Event) -> None:
        """Let every room react to an event, at once. Called on the screen's thread."""
        before = self.folder
        self.folder, effects = folder.update(before, event, time.monotonic())
        if self.folder is not before:
            self._show()
        for effect in effects:
            effect.run(self.ports)
        self._react(event)
