"""New articles: those added since the last session, and those above the visible part of the list."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from reader.render.format import format_count, format_date
from reader.tui.list.query_run import NewArticleCriteria, NewArticles

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from reader.tui.events import NewArticlesCounted
    from reader.tui.ports import AppContext

__all__ = ["NewArticleTracker", "new_since_text", "since_words"]

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class NewArticleTracker:
    """Counter of new articles above the visible rows, until they become visible. Calls ``changed`` after updates."""

    def __init__(self, changed: Callable[[], None], clock: Callable[[], float] = time.time) -> None:
        self._changed = changed
        self._clock = clock
        self._after: int | None = None
        self._since = 0
        self._counting = False
        self._rows: list[tuple[int, str]] = []

    def begin(self) -> None:
        """Count the articles that arrive from now on."""
        self._counting = True

    def begin_again(self) -> None:
        """Reset the count: another index file has other ids."""
        self._after = None
        self._rows = []

    def sought(self) -> NewArticleCriteria:
        """Return the criteria that the next list request uses to find new articles."""
        known = frozenset(path for _row, path in self._rows)
        return NewArticleCriteria(self._after, self._since, known, int(self._clock()))

    def take(self, news: NewArticles, top: int) -> None:
        """Store the new articles of a list result; ``top`` is the first visible row."""
        if self._counting:
            self._after, self._since = news.last_id, news.sought.at
        self._rows = list(news.rows)
        self.seen(top)

    def seen(self, top: int) -> None:
        """Drop the rows from ``top`` on: they are visible, or below the visible rows."""
        self._rows = [(row, path) for row, path in self._rows if row < top]
        self._changed()

    @property
    def words(self) -> str:
        """The count as status text; empty if it is zero."""
        return f"▲ {format_count(len(self._rows))} new" if self._rows else ""


def new_since_text(news: NewArticlesCounted, setup: AppContext, zone: tzinfo) -> str:
    """Return ``41 new since Tuesday, 6 with quality > 70``, or an empty string if nothing is new."""
    last_seen = setup.session.last_seen
    if not news.count or last_seen is None:
        return ""
    words = f"{format_count(news.count)} new since {since_words(last_seen, setup.clock().now, zone)}"
    return f"{words}, {format_count(news.good)} with quality > {news.above}" if news.good else words


def since_words(last_seen: int, now: datetime, zone: tzinfo) -> str:
    """Return a past time in words: the time of day for today, else ``yesterday``, ``Tuesday`` or ``2 Oct``."""
    then = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=last_seen)).astimezone(zone)
    today = now.astimezone(zone)
    days = (today.date() - then.date()).days
    if days == 0:
        return f"{then:%H:%M}"
    if days == 1:
        return "yesterday"
    return _DAYS[then.weekday()] if 1 < days < 7 else format_date(then, zone, today.year)
