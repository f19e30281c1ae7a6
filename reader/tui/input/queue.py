"""Serialized key events: each key is delivered after the previous one was handled, to the screen that it led to.

Over a slow connection several keys arrive together. Textual would deliver all of them to the widget that has the focus
at that moment, so ``Sq`` would quit instead of sorting by quality. Does not interpret keys.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.command import CommandPalette
from textual.worker import WorkerError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from textual.app import App
    from textual.dom import DOMNode
    from textual.events import Key, Paste
    from textual.screen import Screen
    from textual.worker import Worker

    from reader.tui.activity import Activity

__all__ = ["InputQueue"]

# Maximum wait for a key to be handled: a widget that is removed may never report it.
_MOST_SECONDS = 0.5
# Maximum number of keys typed ahead; more are ignored.
_MOST_WAITING = 10_000


class InputQueue:
    """Queue of keys typed ahead. ``give`` delivers a key to the focused widget."""

    def __init__(self, app: App[Any], activity: Activity, give: Callable[[Key | Paste], Awaitable[None]]) -> None:
        self._app = app
        self._activity = activity
        self._give = give
        self._waiting: deque[Key | Paste] = deque()
        self._waits_since: float | None = None
        self._turn = 0
        self._is_over = False
        # The screen that got the last key, and the nodes that may handle it, from the focused widget up to the app.
        self._window: Screen[Any] | None = None
        self._way: list[DOMNode] = []
        self._search: asyncio.Task[None] | None = None

    def close(self) -> None:
        """Deliver no more keys: the user typed the rest for the program that follows the app."""
        self._is_over = True
        self._waiting.clear()

    async def take(self, key: Key | Paste) -> None:
        """Deliver a key or pasted text, now or after earlier ones."""
        if self._is_over or len(self._waiting) >= _MOST_WAITING:
            return
        self._waiting.append(key)
        self._activity.key()
        if self._waits_since is None or time.monotonic() - self._waits_since > _MOST_SECONDS:
            await self._go_on(waits=self._waits_since is None)

    async def _go_on(self, *, waits: bool = True) -> None:
        self._turn += 1
        self._waits_since = None
        while self._waiting:
            if any(node.message_queue_size for node in self._way):
                way, self._way = self._way, []
                await self._follow(way, self._wait())
                return
            window = self._app.screen
            if waits and isinstance(window, CommandPalette) and (searches := self._searches(window)):
                # Enter would run a command found for less of the text.
                self._search = asyncio.create_task(self._after(searches, self._wait()))
                return
            if not window.is_mounted or self._window not in {window, None}:
                self._window = window
                window.call_after_refresh(self._app.call_later, self._arrive, self._wait())
                return
            self._window, self._way = window, (self._app.focused or window).ancestors_with_self
            await self._give(self._waiting.popleft())
            self._activity.end("key")

    def _wait(self) -> int:
        self._waits_since = time.monotonic()
        return self._turn

    async def _follow(self, way: list[DOMNode], turn: int) -> None:
        """Visit the nodes on the path of a key, each after its queued messages: then the key has been handled."""
        for place, node in enumerate(way):
            if node.call_later(self._follow, way[place + 1 :], turn):
                return
        await self._arrive(turn)

    def _searches(self, palette: Screen[Any]) -> list[Worker[Any]]:
        return [worker for worker in self._app.workers if worker.node is palette and not worker.is_finished]

    async def _after(self, searches: list[Worker[Any]], turn: int) -> None:
        for search in searches:
            with suppress(WorkerError):  # canceled by the next search
                await search.wait()
        self._app.call_later(self._arrive, turn)

    async def _arrive(self, turn: int) -> None:
        if turn == self._turn:
            await self._go_on()
