"""The idle signal: tells tests when the app has nothing left to do and its last paint is on the terminal.

A token is acquired before work is handed to another thread and released after it. Timers and the watch thread acquire
none, except for a delayed paint. Work on the event loop needs no token: idle also means that the loop has nothing ready
and the screen nothing to paint.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from textual.app import App, ScreenStackError
from textual.worker import WorkerCancelled, WorkerFailed

from reader.tui.terminal.driver import TerminalDriver

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ActiveApp", "Activity", "HasActivity"]

_SECONDS_OF_WRITING = 1.0


class Activity:
    """Work in progress. With ``NEWSREADER_IDLE_FD=n``, becoming idle writes one byte to that descriptor.

    The byte is the number of keys received so far, modulo 256, so a test can tell whether its own key was handled.
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
        """The names of the tokens that have not been released."""
        with self._lock:
            return sorted(self._tokens.elements())

    def begin(self, name: str) -> None:
        """Acquire a token. Call it on any thread, before handing over the work."""
        with self._lock:
            self._tokens[name] += 1
        self._tell()

    def end(self, name: str) -> None:
        """Release a token. Call it on any thread, after the work has posted its messages."""
        with self._lock:
            self._tokens[name] -= 1
        self._tell()

    def key(self) -> None:
        """Acquire the token for a key that the terminal sent."""
        self._keys += 1
        self.begin("key")

    def painted(self) -> None:
        """Count a paint."""
        self._paints += 1

    def open(self) -> None:
        """Start idle detection. Call it on the event loop."""
        self._loop = asyncio.get_running_loop()
        self.note()

    def close(self) -> None:
        """Wake the tasks that wait for idle: the app is exiting."""
        self._over = True
        if self._look is not None:
            self._look.cancel()
        self._release()

    async def idle(self) -> None:
        """Wait until no work is in progress, or the app exits."""
        if self._over:
            return
        self._loop = asyncio.get_running_loop()
        waiter = self._loop.create_future()
        self._waiting.append(waiter)
        self.note()
        await waiter

    def _tell(self) -> None:
        """Schedule ``note`` on the event loop, if a listener waits for idle."""
        if self._loop is not None and (self._waiting or self._file is not None):
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self.note)

    def note(self) -> None:
        """Record that something happened, which delays idle. Call it on the event loop."""
        self._changes += 1
        self._changed.set()
        if (self._waiting or self._file is not None) and not self._over and (self._look is None or self._look.done()):
            self._look = asyncio.ensure_future(self._look_until_idle())

    async def _look_until_idle(self) -> None:
        with contextlib.suppress(ScreenStackError):  # the app has closed its last screen
            await self._wait()
        self._release()

    async def _wait(self) -> None:
        before = -1, -1
        while before != (self._changes, self._paints):
            await self._rest()
            before = self._changes, self._paints
            # Returns only after pending paints.
            await self._refreshed()
            await self._rest()
        if self._file is not None:
            with contextlib.suppress(OSError):  # the listener has closed the descriptor
                os.write(self._file, bytes((self._keys % 256,)))

    async def _rest(self) -> None:
        """Wait until all tokens are released, no worker runs and the event loop has nothing ready."""
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
        while loop._ready:  # noqa: SLF001, ASYNC110 - asyncio has no public way to ask
            await asyncio.sleep(0)

    async def _refreshed(self) -> None:
        self._changed.clear()
        if self._app.screen.call_after_refresh(self._changed.set):
            await self._changed.wait()

    async def _written(self) -> bool:
        """Wait until the last paint is on the terminal; return whether it was not there yet."""
        driver = self._app._driver  # noqa: SLF001 - Textual has no public name for it
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
    """Protocol of an app that tracks its activity."""

    activity: Activity


class ActiveApp(App[None]):
    """App that is not idle while Textual delays a paint."""

    activity: Activity

    def delay_update(self, delay: float = 0.05) -> None:
        """Paint nothing for ``delay`` seconds."""
        self.activity.begin("delayed paint")
        super().delay_update(delay)
        self.set_timer(delay, partial(self.activity.end, "delayed paint"))
