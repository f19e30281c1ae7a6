"""Effects of the feeds room. Each runs in a lane and imports its code there: feeds and network are slow to import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from reader.errors import OperationCancelled, ReaderError, describe_error
from reader.tui.feeds.events import (
    FailingCounted,
    FeedsFailed,
)
from reader.tui.jobs import Lane

if TYPE_CHECKING:
    from collections.abc import Callable

    from reader.feeds.finding.discovery import Candidate
    from reader.feeds.subscriptions import Subscription
    from reader.index.model import ArticleSummary
    from reader.tui.ports import Ports

__all__ = [
    "AddFeed",
    "CompareVersions",
    "CountFailing",
    "FetchFeeds",
    "FetchFullText",
    "FindFeeds",
    "ListSubscriptions",
    "RemoveFeed",
]


class FetchFeeds(Struct, frozen=True):
    """Fetch the feeds that are due, or only those with these URLs; ``asked`` if the user just asked for it."""

    urls: tuple[str, ...] = ()
    asked: bool = True

    def run(self, ports: Ports) -> None:
        """Start the fetch, which reports by events."""

        def work(cancelled: Callable[[], bool]) -> None:
            from reader.tui.feeds.work import fetch_feeds  # noqa: PLC0415 - lazy import: 50 ms, the network

            fetch_feeds(ports, self.urls, cancelled, asked=self.asked)

        _change(ports, work)


class FindFeeds(Struct, frozen=True):
    """Find the feeds for a URL."""

    address: str

    def run(self, ports: Ports) -> None:
        """Start the search, which reports by an event."""

        def work(cancelled: Callable[[], bool]) -> None:
            from reader.tui.feeds.work import find_candidates  # noqa: PLC0415 - lazy import: 77 ms, the network

            find_candidates(ports, self.address, cancelled)

        _change(ports, work)


class AddFeed(Struct, frozen=True):
    """Subscribe to a feed that was found."""

    feed: Candidate

    def run(self, ports: Ports) -> None:
        """Start subscribing, which reports by an event."""

        def work(cancelled: Callable[[], bool]) -> None:
            from reader.tui.feeds.work import add_feed  # noqa: PLC0415 - lazy import: 70 ms, the network

            add_feed(ports, self.feed, cancelled)

        _change(ports, work)


class ListSubscriptions(Struct, frozen=True):
    """List the subscriptions."""

    def run(self, ports: Ports) -> None:
        """Start reading feeds.toml, which reports by an event."""

        def work(_cancelled: Callable[[], bool]) -> None:
            from reader.tui.feeds.work import list_subscriptions  # noqa: PLC0415 - lazy import: 49 ms, the network

            list_subscriptions(ports)

        _submit(ports, work)


class RemoveFeed(Struct, frozen=True):
    """Unsubscribe from a feed."""

    feed: Subscription

    def run(self, ports: Ports) -> None:
        """Start unsubscribing, which reports by an event."""

        def work(_cancelled: Callable[[], bool]) -> None:
            from reader.tui.feeds.work import remove_feed  # noqa: PLC0415 - lazy import: 46 ms, the network

            remove_feed(ports, self.feed)

        _change(ports, work)


class CountFailing(Struct, frozen=True):
    """Count the feeds with an error, if the folder has feeds at all."""

    def run(self, ports: Ports) -> None:
        """Start counting, which reports by an event."""
        state = ports.context.known_feeds
        if state is None:
            ports.dispatch(FailingCounted(0))
            return

        def work(_cancelled: Callable[[], bool]) -> None:
            from reader.feeds.trouble import feed_errors  # noqa: PLC0415 - lazy import: 13 ms, only folders with feeds need it

            ports.post(FailingCounted(len(feed_errors(ports.library.place.root, state))))

        _submit(ports, work)


class CompareVersions(Struct, frozen=True):
    """Compare an article with its text before the last change, or with the new version next to it."""

    entry: ArticleSummary

    def run(self, ports: Ports) -> None:
        """Start comparing in a separate lane, so that no fetch is canceled; reports by an event."""

        def work(_cancelled: Callable[[], bool]) -> None:
            from reader.tui.feeds.work import compare_versions  # noqa: PLC0415 - lazy import: 52 ms, only `d` needs it

            compare_versions(ports, self.entry)

        ports.jobs.submit(Lane.CHANGES, work)


class FetchFullText(Struct, frozen=True):
    """Request the page of an article and save its text."""

    entry: ArticleSummary

    def run(self, ports: Ports) -> None:
        """Start the request, which reports by an event."""

        def work(cancelled: Callable[[], bool]) -> None:
            from reader.tui.feeds.work import keep_full_text  # noqa: PLC0415 - lazy import: 46 ms, the network

            keep_full_text(ports, self.entry, cancelled)

        _change(ports, work)


def _submit(ports: Ports, work: Callable[[Callable[[], bool]], object]) -> None:
    """Start a task in the feeds lane. An error is reported by an event."""

    def task(cancelled: Callable[[], bool]) -> None:
        try:
            work(cancelled)
        except OperationCancelled:
            raise
        except ReaderError as error:
            ports.post(FeedsFailed(error))
        except OSError as error:
            ports.post(FeedsFailed(ReaderError(f"Cannot write files: {describe_error(error)}")))

    ports.jobs.submit(Lane.FEEDS, task)


def _change(ports: Ports, work: Callable[[Callable[[], bool]], object]) -> None:
    """Start a task that writes files, unless the UI is read-only."""

    def task(cancelled: Callable[[], bool]) -> None:
        ports.context.require_change("feeds")
        work(cancelled)

    _submit(ports, task)
