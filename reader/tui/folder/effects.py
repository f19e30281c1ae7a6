"""Effects of the folder room: sync, watch the folder, check the index files. ``update`` requests them."""

from __future__ import annotations

import contextlib
import contextvars
import math
import threading
import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from reader.config.keymap import fill_keys
from reader.errors import FolderError, ReaderError
from reader.query import Query, combine
from reader.query.ast import Compare, Flag
from reader.storage.lock import LockWait
from reader.tui.events import (
    FolderChanged,
    IndexChecked,
    NewArticlesCounted,
    ProblemsCounted,
    SyncFailed,
    SyncProgressed,
    SyncWaiting,
    VersionsSeen,
    WatchLate,
    WatchStarted,
    WordsProgressed,
)
from reader.tui.jobs import Lane

if TYPE_CHECKING:
    from collections.abc import Callable

    from reader.index.database import FileIds
    from reader.index.sync import SyncProgress
    from reader.query import QueryContext
    from reader.tui.ports import Ports

__all__ = ["CheckIndex", "CountProblems", "FolderWatcher", "Opening", "SeeVersions", "Sync", "WriteWords"]

_BETWEEN_REPORTS = 0.1
_MAX_WAIT_FOR_WATCH = 5.0
_GOOD = 70


class _Signal(Protocol):
    def wait(self, timeout: float) -> bool: ...


class Opening(Struct, frozen=True):
    """Extra work of the first sync: wait until the folder is ``watched``, and count the ``news``."""

    watched: _Signal | None
    news: QueryContext


class Sync(Struct, frozen=True):
    """Sync the index with the folder. ``instead_of`` is a corrupt index to delete first."""

    instead_of: FileIds | None = None
    opening: Opening | None = None

    def run(self, ports: Ports) -> None:
        """Start the sync in its lane, which reports by events."""
        ports.jobs.cancel(Lane.WORDS)
        ports.jobs.submit(Lane.SYNC, lambda cancelled: self._work(ports, cancelled))

    def _work(self, ports: Ports, cancelled: Callable[[], bool]) -> None:
        library = ports.library
        watched = self.opening.watched if self.opening else None
        try:
            if watched is not None and not watched.wait(_MAX_WAIT_FOR_WATCH):
                ports.post(WatchLate())
            if self.instead_of is not None and library.index.files().index == self.instead_of.index:
                library.index.discard()
            began = time.monotonic()
            reported = 0.0
            wait = LockWait(math.inf, notify=lambda message: ports.post(SyncWaiting(message)))
            for progress in library.sync(cancelled=cancelled, wait=wait):
                seconds = time.monotonic() - began
                if progress.done and self.opening and self.opening.news.new_since is not None:
                    ports.post(_count_news(ports, self.opening.news))
                if progress.done or seconds - reported >= _BETWEEN_REPORTS or not reported:
                    reported = seconds
                    ports.post(SyncProgressed(progress, seconds, list_busy=ports.jobs.is_busy(Lane.LIST)))
                if progress.done:
                    break
        except ReaderError as error:
            ports.post(SyncFailed(error))


def _count_news(ports: Ports, context: QueryContext) -> NewArticlesCounted:
    new = Query(Flag("is", ("new",)))
    good = combine(new, Query(Compare("quality", ">", float(_GOOD))))
    with closing(ports.library.search()) as search:
        count, count_of_good = (search.count(query, context) for query in (new, good))
    return NewArticlesCounted(count, count_of_good, _GOOD)


class WriteWords(Struct, frozen=True):
    """Write the words that a first sync postpones."""

    def run(self, ports: Ports) -> None:
        """Start writing in a lane that yields to work the user waits for; reports by events."""
        ports.jobs.submit(Lane.WORDS, lambda cancelled: self._work(ports, cancelled))

    def _work(self, ports: Ports, cancelled: Callable[[], bool]) -> None:
        wait = LockWait(math.inf, notify=lambda message: ports.post(SyncWaiting(message)))
        try:
            for progress in ports.library.write_words(cancelled=cancelled, wait=wait):
                ports.post(WordsProgressed(progress, list_busy=ports.jobs.is_busy(Lane.LIST)))
        except ReaderError as error:
            ports.post(SyncFailed(error))


class CountProblems(Struct, frozen=True):
    """Count the problems after a sync; ``progress`` is None if the sync failed."""

    progress: SyncProgress | None = None

    def run(self, ports: Ports) -> None:
        """Dispatch the count."""
        ports.dispatch(ProblemsCounted(ports.search.totals().problems, self.progress))


class CheckIndex(Struct, frozen=True):
    """Check whether another process changed or replaced the index. Takes microseconds."""

    def run(self, ports: Ports) -> None:
        """Dispatch the result."""
        shown, on_disk = ports.search.files, ports.library.index.files()
        versions = ports.search.versions() if shown == on_disk else None
        ports.dispatch(IndexChecked(shown, on_disk, versions))


class SeeVersions(Struct, frozen=True):
    """Record the current versions of index and marks; ``followed`` if another file has replaced them."""

    followed: bool = False

    def run(self, ports: Ports) -> None:
        """Dispatch the versions."""
        versions = None
        with contextlib.suppress(ReaderError):
            versions = ports.search.versions()
        ports.dispatch(VersionsSeen(versions, followed=self.followed))


class FolderWatcher:
    """The thread that watches the folder."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._stop = _StopEvent()
        self.begun = threading.Event()
        """Set once the folder is watched, or cannot be."""

    def start(self) -> None:
        """Start watching, if a watch is configured."""
        if self._ports.context.watch is None or self._stop.is_set():
            self.begun.set()
            return
        # Not a Textual worker: the thread runs until the app exits, and exiting does not wait for it.
        context = contextvars.copy_context()
        threading.Thread(target=lambda: context.run(self._watch), name="watch").start()

    def close(self) -> None:
        """Tell the thread to end."""
        self._stop.set()
        self.begun.set()

    def _watch(self) -> None:
        ports = self._ports
        assert ports.context.watch is not None  # noqa: S101 - for mypy: start has checked it
        try:
            for changed in ports.context.watch(ports.library.place, self._stop):
                if not self.begun.is_set():
                    self.begun.set()
                    self._tell(lambda: ports.post(WatchStarted()))
                if changed:
                    self._tell(lambda: ports.post(FolderChanged()))
        except FolderError as error:
            hint = fill_keys(" · {key:rescan} rescan", ports.context.keys)
            self._tell(partial(ports.fail, FolderError(f"{error}{hint}")))
        finally:
            self.begun.set()

    def _tell(self, post: Callable[[], object]) -> None:
        # The screen may be closing, with its event loop already closed.
        with contextlib.suppress(RuntimeError):
            if not self._stop.is_set():
                post()


class _StopEvent(threading.Event):
    """Event that also counts as set once the main thread has ended."""

    def is_set(self) -> bool:
        return super().is_set() or not threading.main_thread().is_alive()
