"""The folder read behind the screen, and how far that is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from reader.errors import ReaderError
from reader.render.figures import thousands
from reader.tui.latest import Latest
from reader.tui.messages import Failed, Synced

if TYPE_CHECKING:
    from collections.abc import Callable

    from reader.index.sync import Progress
    from reader.tui.main_screen import MainScreen

__all__ = ["Syncing"]

_BETWEEN_REPORTS = 0.1
_BETWEEN_LISTS = 0.7
_BAR_CELLS = 12


class Syncing:
    """Owns the reading of the folder."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._job = Latest(screen, "sync")
        self._listed_at = 0.0
        self._listed = 0
        self.under_way = False

    def start(self) -> None:
        """Read the folder, or what changed of it."""
        screen = self._screen
        self.under_way = True

        def work(cancelled: Callable[[], bool]) -> None:
            began = time.monotonic()
            reported = 0.0
            try:
                for progress in screen.library.sync(cancelled=cancelled):
                    seconds = time.monotonic() - began
                    if progress.done or seconds - reported >= _BETWEEN_REPORTS or not reported:
                        reported = seconds
                        screen.post_message(Synced(progress, seconds))
            except ReaderError as error:
                screen.post_message(Failed(error))

        self._job.submit(work)

    def sum_up(self, progress: Progress) -> None:
        """Say what the folder had to tell."""
        problems = self._screen.search.totals().problems
        many = "1 problem" if problems == 1 else f"{thousands(problems)} problems"
        self._screen.status.stand(f"{many} (!) · ? help" if problems else "? help")
        if progress.removed or progress.changed or progress.added != progress.read:
            self._screen.say(_summary(progress))

    def take(self, message: Synced) -> bool:
        """Show how far it is; say whether the list should be asked for again."""
        progress = message.progress
        self.under_way = not progress.done
        if progress.to_read and not progress.done:
            self._screen.status.stand(_words(progress, message.seconds))
        now = time.monotonic()
        changed = progress.read + progress.removed
        due = now - self._listed_at >= _BETWEEN_LISTS and not self._screen.finding.busy
        if not (progress.done or (due and changed != self._listed)):
            return False
        self._listed, self._listed_at = (0 if progress.done else changed), now
        return True


def _summary(progress: Progress) -> str:
    parts = [(progress.added, "new"), (progress.changed, "changed"), (progress.removed, "gone")]
    return ", ".join(f"{thousands(count)} {word}" for count, word in parts if count)


def _words(progress: Progress, seconds: float) -> str:
    share = progress.read / max(1, progress.to_read)
    full = round(share * _BAR_CELLS)
    rate = f" · {thousands(round(progress.read / seconds))}/s" if seconds > 0.5 else ""
    bar = "█" * full + "░" * (_BAR_CELLS - full)
    return f"reading {thousands(progress.read)} of {thousands(progress.to_read)} {bar}{rate}"
