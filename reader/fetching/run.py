"""Fetch with its follow-up work: apply rules, mark old entries of new feeds read, prune old articles."""

from __future__ import annotations

from contextlib import ExitStack, closing, contextmanager
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from reader.feeds import session
from reader.feeds.fetch import FetchOptions, Outcome, fetch_feeds
from reader.fetching.rules import wanted_entries
from reader.marks import MarkKind, MarkStore
from reader.storage.lock import FOREVER, LockWait

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from reader.feeds.fetch import FeedResult
    from reader.feeds.intake import Place
    from reader.feeds.subscriptions import Subscription, Subscriptions
    from reader.index.search import Search
    from reader.library import Library
    from reader.query import Clock

__all__ = ["FetchContext", "FetchTotals", "add_up", "fetch_articles", "indexed", "prune_articles"]


class FetchContext(Struct, frozen=True):
    """Dependencies of a fetch. ``library`` is called if the index is needed, ``wait`` is for its lock."""

    library: Callable[[], Library]
    clock: Callable[[], Clock]
    wait: LockWait = FOREVER


class FetchTotals(Struct, frozen=True):
    """Numbers of articles written, dropped and pruned, and of feeds by outcome."""

    new: int = 0
    updated: int = 0
    dropped: int = 0
    pruned: int = 0
    feeds: Mapping[Outcome, int] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        """The number of feeds that failed."""
        return self.feeds.get(Outcome.FAILED, 0)


def add_up(results: Iterable[FeedResult], pruned: int = 0) -> FetchTotals:
    """Return the totals of a fetch."""
    found = list(results)
    outcomes = {outcome: sum(result.outcome is outcome for result in found) for outcome in Outcome}
    return FetchTotals(
        new=sum(len(result.intake.new) for result in found),
        updated=sum(len(result.intake.updated) for result in found),
        dropped=sum(result.intake.dropped for result in found),
        pruned=pruned,
        feeds={outcome: number for outcome, number in outcomes.items() if number},
    )


@contextmanager
def indexed(context: FetchContext) -> Iterator[Search]:
    """Update the index of a folder and open it."""
    library = context.library()
    for _progress in library.sync(wait=context.wait):
        pass
    with closing(library.search()) as search:
        yield search


def fetch_articles(
    place: Place,
    subscriptions: Subscriptions,
    chosen: Sequence[Subscription],
    options: FetchOptions,
    context: FetchContext,
) -> Iterator[FeedResult]:
    """Fetch the feeds that are due, apply the rules in feeds.toml, and yield a result for each chosen feed.

    When a feed is fetched for the first time, all its articles except the newest are marked read. Raises ReaderError.
    """
    options = replace(options, wanted=wanted_entries(subscriptions, place, context.clock))
    old: list[str] = []
    try:
        for result in fetch_feeds(place, subscriptions, chosen, options):
            if result.is_first and not options.dry_run:
                newest_first = sorted(result.intake.new, key=lambda written: written.published_at, reverse=True)
                old += [written.path for written in newest_first[subscriptions.newest_unread :]]
            yield result
    finally:
        if old:  # also if the rest was interrupted, since the next fetch of these feeds is not their first
            _mark_read(old, context)


def _mark_read(paths: Sequence[str], context: FetchContext) -> None:
    with indexed(context) as search:
        targets = [entry.target for entry in map(search.find_by_path, paths) if entry is not None]
    with closing(MarkStore(context.library().marks.path, context.wait)) as marks:
        marks.set(MarkKind.READ, targets, on=True, now=int(context.clock().now.timestamp()))


def prune_articles(
    place: Place, subscriptions: Subscriptions, feeds: Sequence[Subscription], context: FetchContext
) -> int:
    """Delete the old articles of feeds with a maximum age, and return the number deleted."""
    with ExitStack() as opened:
        search = cache(lambda: opened.enter_context(indexed(context)))  # only if there is an old article

        def are_marked(paths: Sequence[str]) -> list[bool]:
            # A file that is no longer an article has been edited.
            return [entry is None or entry.starred or entry.later for entry in map(search().find_by_path, paths)]

        return sum(
            len(session.prune(place, feed, max_age, are_marked))
            for feed in feeds
            if (max_age := feed.max_age or subscriptions.max_age)
        )
