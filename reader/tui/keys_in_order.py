"""Keys to the screen, one after the other: each goes to the window and the pane that the one before has led to.

Over a slow line several keys come at once, and Textual would give all of them to whatever has the focus at that moment:
``Sq`` would not sort by quality, but leave. Owns the keys until it is their turn; what they mean is up to the window.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from textual.app import App
    from textual.dom import DOMNode
    from textual.events import Key
    from textual.screen import Screen

__all__ = ["KeysInOrder"]

# A widget that goes away may take the word with it that it is done with a key.
_MOST_SECONDS = 0.5


class KeysInOrder:
    """The keys that were typed ahead. ``give`` hands one to what has the focus."""

    def __init__(self, app: App[Any], give: Callable[[Key], Awaitable[None]]) -> None:
        self._app = app
        self._give = give
        self._waiting: deque[Key] = deque()
        self._given_at: float | None = None
        self._turn = 0

    @property
    def busy(self) -> bool:
        """Whether a key is still under way."""
        return self._given_at is not None

    async def take(self, key: Key) -> None:
        """Give a key, now or after those before it."""
        self._waiting.append(key)
        if self._given_at is None or time.monotonic() - self._given_at > _MOST_SECONDS:
            self._turn += 1
            await self._next(self._turn)

    async def _next(self, turn: int) -> None:
        if turn != self._turn:
            return
        self._given_at = time.monotonic() if self._waiting else None
        if not self._waiting:
            return
        window = self._app.screen
        if not window.is_mounted:
            self._wait_for(window)
            return
        way = (self._app.focused or window).ancestors_with_self
        await self._give(self._waiting.popleft())
        await self._follow(way, window, turn)

    async def _follow(self, way: list[DOMNode], window: Screen[Any], turn: int) -> None:
        """Go the way of the key, from the focus up to the app: whoever comes along has taken it or passed it on."""
        for place, node in enumerate(way):
            if node.call_later(self._follow, way[place + 1 :], window, turn):
                return
        if self._app.screen is window:
            await self._next(turn)
        else:
            self._wait_for(self._app.screen)

    def _wait_for(self, window: Screen[Any]) -> None:
        window.call_after_refresh(self._app.call_later, self._next, self._turn)
