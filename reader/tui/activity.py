"""The idle signal: tells tests when the app has nothing left to do and its last paint is on the terminal.

A token is taken before work is handed on and given back after it. Timers and the watch thread take none. What the
event loop runs needs no token: idle also means that the loop has nothing ready and the screen nothing to paint.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any, Protocol

from textual.app import ScreenStackError
from textual.worker import WorkerCancelled, WorkerFailed

from reader.tui.terminal.driver import TerminalDriver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import App

__all__ = ["Activity", "HasActivity"]

_SECONDS_OF_WRITING = 1.0


class Activity:
    """What is under way. With ``NEWSREADER_IDLE_FD=n`` each turn to idle writes one byte to that descriptor.

    The byte is the number of keys taken so far, modulo 256: a test knows whether it answers the key it sent.
    """

    def __init__(self, app: App[Any], env: Mapping[str, str]) -> None:
        self._app = app
        self._file = int(env["NEWSREADER_IDLE_FD"]) if "NEWSREADER_IDLE_FD" in env else None
        self._lock = threading.Lock()
        self._tokens: Counter[str] = Counter()
        self._changes = self._paints = self._keys = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._look: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._waiting: list[asyncio.Future[None]] = []
        self._over = False

    @property
    def under_way(self) -> list[str]:
        """The names of the tokens not given back."""
        with self._lock:
            return sorted(self._tokens.elements())

    def begin(self, name: str) -> None:
        """Take a token; from any thread, before the work is handed on."""
        with self._lock:
            self._tokens[name] += 1
        self._tell()

    def end(self, name: str) -> None:
        """Give a token back; from any thread, after what the work posts."""
        with self._lock:
            self._tokens[name] -= 1
        self._tell()

    def key(self) -> None:
        """Take the token of a key that the terminal sent."""
        self._keys += 1
        self.begin("key")

    def painted(self) -> None:
        """Count a paint."""
        self._paints += 1

    def open(self) -> None:
        """Begin to watch for idle, on the event loop."""
        self._loop = asyncio.get_running_loop()
        self.note()

    def close(self) -> None:
        """Release what waits for idle: the app leaves."""
        self._over = True
        if self._look is not None:
            self._look.cancel()
        self._release()

    async def idle(self) -> None:
        """Wait until nothing is under way, or the app leaves."""
        if self._over:
            return
        self._loop = asyncio.get_running_loop()
        waiter = self._loop.create_future()
        self._waiting.append(waiter)
        self.note()
        await waiter

    def _tell(self) -> None:
        """Wake the look, where there is one: without a listener nothing is scheduled."""
        if self._loop is not None and (self._waiting or self._file is not None):
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self.note)

    def note(self) -> None:
        """Take note that something happened: idle begins later. On the event loop."""
        self._changes += 1
        self._changed.set()
        if (self._waiting or self._file is not None) and not self._over and (self._look is None or self._look.done()):
            self._look = asyncio.ensure_future(self._look_until_idle())

    async def _look_until_idle(self) -> None:
        with contextlib.suppress(ScreenStackError):  # the app has left its last screen
            await self._wait()
        self._release()

    async def _wait(self) -> None:
        before = -1, -1
        while before != (self._changes, self._paints):
            await self._rest()
            before = self._changes, self._paints
            # Whatever is to be painted is painted before this returns.
            await self._refreshed()
            await self._rest()
        if self._file is not None:
            with contextlib.suppress(OSError):  # the listener has gone
                os.write(self._file, bytes((self._keys % 256,)))

    async def _rest(self) -> None:
        """Wait until no token is out, no worker runs and the event loop has nothing ready."""
        while True:
            await self._drain()
            workers = [worker for worker in self._app.workers if not worker.is_finished]
            if self.under_way:
                self._changed.clear()
                await self._changed.wait()
            elif workers:
                with contextlib.suppress(WorkerCancelled, WorkerFailed):
                    await self._app.workers.wait_for_complete(workers)
            elif not await self._written():
                return

    async def _drain(self) -> None:
        loop: Any = asyncio.get_running_loop()
        await asyncio.sleep(0)
        while loop._ready:  # noqa: SLF001, ASYNC110 - asyncio does not say otherwise whether anything is ready
            await asyncio.sleep(0)

    async def _refreshed(self) -> None:
        self._changed.clear()
        if self._app.screen.call_after_refresh(self._changed.set):
            await self._changed.wait()

    async def _written(self) -> bool:
        """Wait for the terminal to take what was painted; say whether there was anything to wait for."""
        driver = self._app._driver  # noqa: SLF001 - Textual has no other name for it
        if not isinstance(driver, TerminalDriver) or driver.is_written:
            return False
        await asyncio.to_thread(driver.wait_until_written, _SECONDS_OF_WRITING)
        return True

    def _release(self) -> None:
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)


class HasActivity(Protocol):
    """An app whose activity is known."""

    activity: Activity
