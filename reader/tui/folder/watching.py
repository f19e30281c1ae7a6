"""Detection of outside changes: files added or removed, marks set elsewhere, an index replaced by another process.

A separate thread watches the folder; everything else is polled once a second, which costs microseconds.
"""

from __future__ import annotations

import contextlib
import contextvars
import threading
from typing import TYPE_CHECKING

from reader.config.keymap import fill_keys
from reader.errors import CorruptIndexError, FolderError, ReaderError
from reader.tui.events import FolderChanged, TaskFailed, WatchStarted

if TYPE_CHECKING:
    from textual.message import Message

    from reader.content.watch import Watch
    from reader.index.database import FileIds
    from reader.index.live import DataVersions
    from reader.tui.screen import MainScreen

__all__ = ["Watching"]

_SECONDS_BETWEEN_LOOKS = 1.0


class Watching:
    """Detector of outside changes that triggers the updates for them. With ``watch`` None the folder is not watched."""

    def __init__(self, screen: MainScreen, watch: Watch | None) -> None:
        self._screen = screen
        self._watch = watch
        self._stop = _Stop()
        self._versions: DataVersions | None = None
        self._followed: FileIds | None = None
        self._broken: FileIds | None = None
        self.begun = threading.Event()
        """Set once the folder is watched, or will not be."""

    def start(self) -> None:
        """Start polling and watching. Called after the first frame."""
        self._screen.set_interval(_SECONDS_BETWEEN_LOOKS, self.look)
        if self._watch is None or self._stop.is_set():
            self.begun.set()
            return
        # Not a Textual worker: the thread runs until the program ends, and nothing may wait for it.
        context = contextvars.copy_context()
        threading.Thread(target=lambda: context.run(self._watch_folder), name="watch").start()

    def close(self) -> None:
        """Ask the thread to end."""
        self._stop.set()
        self.begun.set()

    def _watch_folder(self) -> None:
        assert self._watch is not None  # noqa: S101 - checked by start
        try:
            for news in self._watch(self._screen.library.place, self._stop):
                if not self.begun.is_set():
                    self.begun.set()
                    self._post(WatchStarted())
                if news:
                    self._post(FolderChanged())
        except FolderError as error:
            hint = fill_keys(" · {key:rescan} rescan", self._screen.setup.keys)
            self._post(TaskFailed(FolderError(f"{error}{hint}")))
        finally:
            self.begun.set()

    def _post(self, message: Message) -> None:
        # The screen may be closing, with its event loop already closed.
        with contextlib.suppress(RuntimeError):
            if not self._stop.is_set():
                self._screen.post_message(message)

    @property
    def may_follow(self) -> bool:
        """Whether to switch to a new index file: not while a sync fills it and the old one can still be read."""
        return not self._screen.syncing.under_way or self._broken is not None or not self._screen.articles.ids

    def note(self) -> None:
        """Record the current data versions as seen."""
        with contextlib.suppress(ReaderError):
            self._versions = self._screen.search.versions()

    def look(self) -> None:
        """Check whether another process has changed the marks or the index."""
        screen = self._screen
        if screen.search.is_outdated:
            self._follow()
            return
        before = self._versions
        try:
            now = self._versions = screen.search.versions()
        except ReaderError as error:
            screen.post_message(TaskFailed(error))
            return
        if before is None:
            return
        if now.marks != before.marks:
            screen.marks_changed()
        if now.index != before.index and not screen.syncing.under_way:
            screen.reading.forget()
            screen.finding.refresh()

    def _follow(self) -> None:
        screen = self._screen
        files = screen.library.index.files()
        if files.index == screen.search.files.index:
            # Only the marks file was replaced, which needs no sync.
            screen.finding.refresh()
        elif files != self._followed and not screen.syncing.under_way:
            # Sync the new index first; the list refresh after the sync switches to it.
            self._followed = files
            screen.syncing.start()

    def failed(self, error: ReaderError) -> None:
        """Show an error, and rebuild a corrupt index."""
        screen = self._screen
        if not isinstance(error, CorruptIndexError):
            screen.say(str(error), warning=True)
        elif screen.search.is_outdated:
            self._follow()
        elif self._broken != screen.search.files:
            self._broken = screen.search.files
            screen.say("Index was corrupt; rebuilding…", warning=True)
            screen.syncing.start(instead_of=self._broken)

    def followed(self) -> None:
        """Record that the screen has switched to another index file."""
        self._broken = None
        self.note()


class _Stop(threading.Event):
    """Event that also counts as set once the main thread has ended."""

    def is_set(self) -> bool:
        return super().is_set() or not threading.main_thread().is_alive()
