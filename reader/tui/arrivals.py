"""Articles that came while the reader was open and stand above what can be seen of the list."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from reader.render.figures import thousands
from reader.tui.asking import News, Sought

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Arrivals"]


class Arrivals:
    """Counts them until they have come into sight. ``changed`` is called when the number is another."""

    def __init__(self, changed: Callable[[], None], clock: Callable[[], float] = time.time) -> None:
        self._changed = changed
        self._clock = clock
        self._after: int | None = None
        self._since = 0
        self._counting = False
        self._rows: list[tuple[int, int]] = []

    def begin(self) -> None:
        """Count what comes from now on."""
        self._counting = True

    def begin_again(self) -> None:
        """Forget what was counted: the ids are others now."""
        self._after = None
        self._rows = []

    def sought(self) -> Sought:
        """Return what to look for."""
        known = frozenset(article_id for _row, article_id in self._rows)
        return Sought(self._after, self._since, known, int(self._clock()))

    def take(self, news: News, top: int) -> None:
        """Take what was found; ``top`` is the first row in sight."""
        if self._counting:
            self._after, self._since = news.last_id, news.sought.at
        self._rows = list(news.rows)
        self.seen(top)

    def seen(self, top: int) -> None:
        """Forget what is in sight, or below."""
        self._rows = [(row, article_id) for row, article_id in self._rows if row < top]
        self._changed()

    @property
    def words(self) -> str:
        """How many there are, nothing for none."""
        return f"▲ {thousands(len(self._rows))} new" if self._rows else ""
