"""Timer that marks an article read after it has been visible for ``mark_read_after`` seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.timer import Timer

    from reader.index.model import ArticleSummary
    from reader.tui.screen import MainScreen

__all__ = ["ReadTimer"]


class ReadTimer:
    """Timer for the open article. It does not run while a dialog is open or the article pane is hidden."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._after = screen.setup.config.mark_read_after
        self._entry: ArticleSummary | None = None
        self._settled = False
        self._timer: Timer | None = None

    def at(self, entry: ArticleSummary | None) -> None:
        """Start the timer for an article; if it is already timed, let the timer run on."""
        same = entry is not None and self._entry is not None and entry.path == self._entry.path
        self._entry = entry
        if not same:
            self._settled = False
            self.again()

    def again(self) -> None:
        """Restart the timer: the article may have become visible or hidden."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if not (self._counts() and self._in_sight()):
            return
        if self._after:
            self._timer = self._screen.set_timer(self._after, self._looked)
        else:
            # Textual timers cannot have an interval of zero.
            self._screen.call_later(self._looked)

    def settle(self, entry: ArticleSummary) -> None:
        """Do not mark an article automatically: the user has already decided whether it is read."""
        if self._entry is not None and self._entry.path == entry.path:
            self._settled = True

    def opened(self, entry: ArticleSummary) -> None:
        """Mark an article read because its original was opened, unless ``mark_read_after`` is negative."""
        if self._after >= 0 and not entry.read:
            self.settle(entry)
            self._screen.marking.read(entry)

    def _looked(self) -> None:
        entry = self._entry
        if entry is not None and self._counts() and self._in_sight():
            self._settled = True
            self._screen.marking.read(entry)

    def _counts(self) -> bool:
        return self._after >= 0 and self._entry is not None and not self._entry.read and not self._settled

    def _in_sight(self) -> bool:
        screen = self._screen
        # Not is_current: it is also True for a screen that is visible behind a modal dialog.
        return screen.app.screen is screen and bool(screen.article.display) and bool(screen.article.region.area)
