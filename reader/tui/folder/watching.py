"""What happens outside: files that come and go, marks made elsewhere, an index that another process replaces.

The folder is watched by a thread of its own; everything else is looked at once a second, which costs microseconds.
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
    """Sees changes and has them taken in. ``watch`` is what watches the folder, None for nothing."""

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
        """Begin. Called when the first frame is on the screen."""
        self._screen.set_interval(_SECONDS_BETWEEN_LOOKS, self.look)
        if self._watch is None or self._stop.is_set():
            self.begun.set()
            return
        # No worker of the screen: this one never ends, and nobody waits for it.
        context = contextvars.copy_context()
        threading.Thread(target=lambda: context.run(self._watch_folder), name="watch").start()

    def close(self) -> None:
        """End the thread, soon."""
        self._stop.set()
        self.begun.set()

    def _watch_folder(self) -> None:
        assert self._watch is not None  # noqa: S101 - start has looked
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
        # The screen may be on its way out, and its event loop closed.
        with contextlib.suppress(RuntimeError):
            if not self._stop.is_set():
                self._screen.post_message(message)

    @property
    def may_follow(self) -> bool:
        """Whether to go over to a new index file: not while it is filled, as long as the old one can be read."""
        return not self._screen.syncing.under_way or self._broken is not None or not self._screen.articles.ids

    def note(self) -> None:
        """Take things as they are now for known."""
        with contextlib.suppress(ReaderError):
            self._versions = self._screen.search.versions()

    def look(self) -> None:
        """See whether marks, or the index, have been changed elsewhere."""
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
            # Only the marks: they can be asked at once.
            screen.finding.refresh()
        elif files != self._followed and not screen.syncing.under_way:
            # Filled from the folder first; that its list is asked for then leads over to it.
            self._followed = files
            screen.syncing.start()

    def failed(self, error: ReaderError) -> None:
        """Say what could not be done; have a broken index made anew."""
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
        """Take note that the screen has gone over to another file."""
        self._broken = None
        self.note()


class _Stop(threading.Event):
    """Set when it is asked to be, and when the program ends without asking."""

    def is_set(self) -> bool:
        return super().is_set() or not threading.main_thread().is_alive()
