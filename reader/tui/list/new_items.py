"""New articles: those added since the last session, and those above the visible part of the list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.render.format import format_count, format_date
from reader.tui.list.query_run import NewArticleCriteria

if TYPE_CHECKING:
    from datetime import tzinfo

    from reader.query import Clock
    from reader.tui.events import NewArticlesCounted
    from reader.tui.list.query_run import NewArticles
    from reader.tui.ports import AppContext

__all__ = ["NewItems", "format_moment", "new_since_text", "since_words"]

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class NewItems(Struct, frozen=True):
    """New articles above the visible rows, as (row, path), until they become visible.

    While ``counting``, an article is new if its ID is above ``after`` and it was added at ``since`` or later.
    """

    rows: tuple[tuple[int, str], ...] = ()
    counting: bool = False
    after: int | None = None
    since: int = 0

    def begun(self) -> NewItems:
        """Return the state that counts from the next result on."""
        return replace(self, counting=True)

    def restarted(self) -> NewItems:
        """Return the state without articles: another index file has other IDs."""
        return replace(self, after=None, rows=())

    def criteria(self, at: int) -> NewArticleCriteria:
        """Return the criteria for new articles of a list request made at a time in seconds since 1970."""
        return NewArticleCriteria(self.after, self.since, frozenset(path for _row, path in self.rows), at)

    def taken(self, news: NewArticles, top: int) -> NewItems:
        """Return the state after a list result; ``top`` is the first visible row."""
        found = replace(self, rows=news.rows)
        if self.counting:
            found = replace(found, after=news.last_id, since=news.sought.at)
        return found.seen(top)

    def seen(self, top: int) -> NewItems:
        """Return the state without the rows from ``top`` on, which are visible or below the visible rows."""
        rows = tuple((row, path) for row, path in self.rows if row < top)
        return self if len(rows) == len(self.rows) else replace(self, rows=rows)

    @property
    def words(self) -> str:
        """The count as status text; empty if it is zero."""
        return f"▲ {format_count(len(self.rows))} new" if self.rows else ""


def new_since_text(news: NewArticlesCounted, context: AppContext) -> str:
    """Return ``41 new since Tuesday, 6 with quality > 70``, or an empty string if nothing is new."""
    last_seen, clock = context.session.last_seen, context.clock()
    if not news.count or last_seen is None:
        return ""
    words = f"{format_count(news.count)} new since {since_words(last_seen, clock.now, clock.zone)}"
    return f"{words}, {format_count(news.good)} with quality > {news.above}" if news.good else words


def format_moment(seconds: int, clock: Clock) -> str:
    """Return a Unix time as the time of day, with the date unless it is today."""
    moment = datetime.fromtimestamp(seconds, clock.zone)
    time = f"{moment:%H:%M}"
    today = clock.now.astimezone(clock.zone)
    return time if moment.date() == today.date() else f"{time} on {format_date(moment, clock.zone, today.year)}"


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
