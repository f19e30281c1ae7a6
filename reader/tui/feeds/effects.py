"""Effects of the feeds room. Each runs in the feeds lane, and imports there what it needs of feeds and network."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from msgspec import Struct

from reader.config.keymap import fill_keys
from reader.errors import OperationCancelled, ReaderError, describe_error
from reader.text import sanitize
from reader.tui.events import FullTextKept
from reader.tui.feeds.events import (
    ChangesFound,
    FailingCounted,
    FeedsFailed,
    FeedsFound,
    FetchEnded,
    FetchProgressed,
    Subscribed,
    SubscriptionsListed,
    Unsubscribed,
)
from reader.tui.jobs import Lane
from reader.tui.list.new_items import format_moment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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
    """Fetch the feeds that are due, or only those with these URLs; ``asked`` if the user did so just now."""

    urls: tuple[str, ...] = ()
    asked: bool = True

    def run(self, ports: Ports) -> None:
        """Start the fetch; it reports by events."""
        _change(ports, lambda cancelled: self._work(ports, cancelled))

    def _work(self, ports: Ports, cancelled: Callable[[], bool]) -> None:
        from reader.feeds.fetch import FetchOptions, Outcome  # noqa: PLC0415 - lazy import: the network
        from reader.feeds.session import open_session  # noqa: PLC0415 - lazy import: the network
        from reader.feeds.subscriptions import find_subscriptions, load_subscriptions  # noqa: PLC0415 - lazy import: only with feeds
        from reader.feeds.trouble import feed_errors  # noqa: PLC0415 - lazy import: only with feeds
        from reader.fetching.run import FetchContext, add_up, fetch_articles, prune_articles  # noqa: PLC0415 - lazy import: only with feeds
        from reader.storage.lock import LockWait  # noqa: PLC0415 - lazy import: only with feeds

        clock, state = ports.context.clock, _state(ports)
        context = FetchContext(lambda: ports.library, clock, LockWait(float("inf"), cancelled))
        options = FetchOptions(clock=lambda: clock().now, cancelled=cancelled)
        root = _root(ports)
        if not load_subscriptions(root).feeds:  # before anything is written
            self._without_feeds(ports)
            return
        with open_session(root, state, clock().now) as place:
            subscriptions = load_subscriptions(root)
            chosen = find_subscriptions(subscriptions, self.urls)
            results = []
            for result in fetch_articles(place, subscriptions, chosen, options, context):
                results.append(result)
                ports.post(FetchProgressed(len(results), len(chosen)))
            pruned = prune_articles(place, subscriptions, chosen, context)
            failing = len(feed_errors(root, state))
        waiting = [result.next_at for result in results if result.outcome is Outcome.NOT_DUE and result.next_at]
        until = format_moment(min(waiting), clock()) if waiting and len(waiting) == len(results) else ""
        ports.post(FetchEnded(add_up(results, pruned), failing, until, asked=self.asked))

    def _without_feeds(self, ports: Ports) -> None:
        from reader.fetching.run import FetchTotals  # noqa: PLC0415 - lazy import: the network

        if self.asked:
            raise ReaderError(
                fill_keys("No feeds in this folder · {key:feeds.subscribe} subscribe", ports.context.keys)
            )
        ports.post(FetchEnded(FetchTotals(), asked=False))


class FindFeeds(Struct, frozen=True):
    """Find the feeds behind an address."""

    address: str

    def run(self, ports: Ports) -> None:
        """Start looking; the answer is an event."""
        _change(ports, lambda cancelled: ports.post(FeedsFound(_find(ports, self.address, cancelled))))


class AddFeed(Struct, frozen=True):
    """Subscribe to a feed that was found; one that was only named by a page is read first."""

    feed: Candidate

    def run(self, ports: Ports) -> None:
        """Start subscribing; the answer is an event."""
        _change(ports, lambda cancelled: self._work(ports, cancelled))

    def _work(self, ports: Ports, cancelled: Callable[[], bool]) -> None:
        from reader.feeds.session import open_session, subscribe  # noqa: PLC0415 - lazy import: the network
        from reader.feeds.subscriptions import Subscription  # noqa: PLC0415 - lazy import: only with feeds

        feed = self.feed if self.feed.feed is not None else _find(ports, self.feed.url, cancelled)[0]
        with open_session(_root(ports), _state(ports), ports.context.clock().now) as place:
            is_new = subscribe(place, Subscription(feed.url, feed.title), feed.response)
        ports.post(Subscribed(feed.url, feed.title or feed.url, is_new))


class ListSubscriptions(Struct, frozen=True):
    """List what is subscribed."""

    def run(self, ports: Ports) -> None:
        """Start reading feeds.toml; the answer is an event."""
        _submit(ports, lambda _cancelled: self._work(ports))

    def _work(self, ports: Ports) -> None:
        from reader.feeds.subscriptions import load_subscriptions  # noqa: PLC0415 - lazy import: only with feeds

        _state(ports)
        feeds = load_subscriptions(_root(ports)).feeds
        if not feeds:
            raise ReaderError("Not subscribed to any feed")
        ports.post(SubscriptionsListed(feeds))


class RemoveFeed(Struct, frozen=True):
    """Unsubscribe from a feed."""

    feed: Subscription

    def run(self, ports: Ports) -> None:
        """Start unsubscribing; the answer is an event."""
        _change(ports, lambda _cancelled: self._work(ports))

    def _work(self, ports: Ports) -> None:
        from reader.feeds.session import open_session, unsubscribe  # noqa: PLC0415 - lazy import: the network

        with open_session(_root(ports), _state(ports), ports.context.clock().now) as place:
            unsubscribe(place, self.feed)
        ports.post(Unsubscribed(self.feed.title or self.feed.url))


class CountFailing(Struct, frozen=True):
    """Count the feeds with an error, if the folder has feeds at all."""

    def run(self, ports: Ports) -> None:
        """Start counting; the answer is an event."""
        state = ports.context.known_feeds
        if state is not None:
            _submit(ports, lambda _cancelled: self._work(ports, state))
        else:
            ports.dispatch(FailingCounted(0))

    def _work(self, ports: Ports, state: Path) -> None:
        from reader.feeds.trouble import feed_errors  # noqa: PLC0415 - lazy import: only with feeds

        ports.post(FailingCounted(len(feed_errors(_root(ports), state))))


class CompareVersions(Struct, frozen=True):
    """Compare an article with its text before the last change, or with the new version beside it."""

    entry: ArticleSummary

    def run(self, ports: Ports) -> None:
        """Start comparing in a lane of its own, so that no fetch is canceled; the answer is an event."""
        ports.jobs.submit(Lane.CHANGES, lambda _cancelled: self._work(ports))

    def _work(self, ports: Ports) -> None:
        from reader.content.load import parse_file  # noqa: PLC0415 - lazy import: the first article loads it, too
        from reader.feeds.versions import find_versions  # noqa: PLC0415 - lazy import: only with feeds
        from reader.tui.feeds.changes import changed_paragraphs  # noqa: PLC0415 - lazy import: only with feeds

        path, state = self.entry.path, ports.context.known_feeds
        if state is None:
            raise ReaderError("No earlier version: this article is not from a feed")
        found = find_versions(_root(ports), state, path)
        articles = [parse_file(path, raw).article for raw in (found.before, found.now)]
        texts = [f"{article.title}\n\n{article.body}" for article in articles if article is not None]
        paragraphs = changed_paragraphs(*texts) if len(texts) == 2 else ()
        if not paragraphs:  # the front matter differs
            texts = [sanitize(raw.decode("utf-8", "replace")) for raw in (found.before, found.now)]
            paragraphs = changed_paragraphs(*texts)
        changed = format_moment(found.changed_at, ports.context.clock()) if found.changed_at else ""
        title = f"Changed at {changed}" if changed else "The feed's new version of your edited file"
        ports.post(ChangesFound(title, paragraphs))


class FetchFullText(Struct, frozen=True):
    """Ask for the page of an article and keep its text: in the file if a fetch wrote it, else in the cache."""

    entry: ArticleSummary

    def run(self, ports: Ports) -> None:
        """Start asking; the answer is an event."""
        _change(ports, lambda cancelled: self._work(ports, cancelled))

    def _work(self, ports: Ports, cancelled: Callable[[], bool]) -> None:
        from reader.feeds.fetch import open_client  # noqa: PLC0415 - lazy import: the network
        from reader.feeds.session import fetch_full_text, open_session, replace_body  # noqa: PLC0415 - lazy import: only with feeds
        from reader.feeds.subscriptions import load_subscriptions  # noqa: PLC0415 - lazy import: only with feeds

        url, root, state = self.entry.url, _root(ports), ports.context.known_feeds
        if not url:
            raise ReaderError("This article has no URL")
        with closing(open_client(load_subscriptions(root))) as client:
            text = fetch_full_text(url, client, cancelled)
        in_file = False
        if state is not None:
            with open_session(root, state, ports.context.clock().now) as place:
                in_file = replace_body(place, self.entry.path, text)
        if not in_file:
            ports.library.texts.put(url, text)
        ports.post(FullTextKept(self.entry, in_file))


def _root(ports: Ports) -> Path:
    return ports.library.place.root


def _state(ports: Ports) -> Path:
    if ports.context.feeds_file is None:
        raise ReaderError("A single file has no feeds; open a folder")
    return ports.context.feeds_file


def _submit(ports: Ports, work: Callable[[Callable[[], bool]], object]) -> None:
    """Start a task in the feeds lane; an error ends it with an event."""

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
    """Start a task that writes files, unless the user must not change anything."""

    def task(cancelled: Callable[[], bool]) -> None:
        ports.context.require_change("feeds")
        work(cancelled)

    _submit(ports, task)


def _find(ports: Ports, address: str, cancelled: Callable[[], bool]) -> tuple[Candidate, ...]:
    from reader.feeds.fetch import open_client  # noqa: PLC0415 - lazy import: the network
    from reader.feeds.session import find_feeds  # noqa: PLC0415 - lazy import: only with feeds
    from reader.feeds.subscriptions import load_subscriptions  # noqa: PLC0415 - lazy import: only with feeds

    _state(ports)
    with closing(open_client(load_subscriptions(_root(ports)))) as client:
        return find_feeds(address, client, cancelled)
