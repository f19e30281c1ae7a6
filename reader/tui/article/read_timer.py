"""When an article counts as read: once it was before the person's eyes for as long as the settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.timer import Timer

    from reader.index.search import ArticleSummary
    from reader.tui.screen import MainScreen

__all__ = ["ReadTimer"]


class ReadTimer:
    """Owns the moment that an article is looked at. A window above the panes, or a pane out of sight, ends it."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._after = screen.setup.config.mark_read_after
        self._entry: ArticleSummary | None = None
        self._settled = False
        self._timer: Timer | None = None

    def at(self, entry: ArticleSummary | None) -> None:
        """Begin to look at an article; the moment goes on where it is the one that is looked at already."""
        same = entry is not None and self._entry is not None and entry.path == self._entry.path
        self._entry = entry
        if not same:
            self._settled = False
            self.again()

    def again(self) -> None:
        """Begin the moment anew: the article may have come into sight, or gone out of it."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if not (self._counts() and self._in_sight()):
            return
        if self._after:
            self._timer = self._screen.set_timer(self._after, self._looked)
        else:
            # A timer of nothing is none.
            self._screen.call_later(self._looked)

    def settle(self, entry: ArticleSummary) -> None:
        """Leave an article alone: the person has said themselves whether it is read."""
        if self._entry is not None and self._entry.path == entry.path:
            self._settled = True

    def opened(self, entry: ArticleSummary) -> None:
        """Count an article as read because its original was opened."""
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
        # Not is_current: to that, a screen below a window that it can be seen behind is current, too.
        return screen.app.screen is screen and bool(screen.article.display) and bool(screen.article.region.area)
