"""Work of the feeds lane with the folder's feeds and the network. Imported there, after the first frame.

Functions take values and report by events; they raise ReaderError and OSError.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from reader.config.keymap import fill_keys
from reader.content.load import parse_file
from reader.errors import ReaderError
from reader.feeds.fetch import FetchOptions, Outcome, open_client
from reader.feeds.session import fetch_full_text, find_feeds, open_session, replace_body, subscribe, unsubscribe
from reader.feeds.subscriptions import Subscription, find_subscriptions, load_subscriptions
from reader.feeds.trouble import feed_errors
from reader.feeds.versions import find_versions
from reader.fetching.run import FetchContext, FetchTotals, add_up, fetch_articles, prune_articles
from reader.storage.lock import LockWait
from reader.text import sanitize
from reader.tui.events import FullTextKept
from reader.tui.feeds.changes import changed_paragraphs
from reader.tui.feeds.events import (
    ChangesFound,
    FeedsFound,
    FetchEnded,
    FetchProgressed,
    Subscribed,
    SubscriptionsListed,
    Unsubscribed,
)
from reader.tui.list.new_items import format_moment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reader.feeds.finding.discovery import Candidate
    from reader.index.model import ArticleSummary
    from reader.tui.ports import Ports

    _Cancelled = Callable[[], bool]

__all__ = [
    "add_feed",
    "compare_versions",
    "fetch_feeds",
    "find_candidates",
    "keep_full_text",
    "list_subscriptions",
    "remove_feed",
]


def fetch_feeds(ports: Ports, urls: tuple[str, ...], cancelled: _Cancelled, *, asked: bool) -> None:
    """Fetch the feeds that are due, or those with these URLs."""
    clock, state = ports.context.clock, _state(ports)
    context = FetchContext(lambda: ports.library, clock, LockWait(float("inf"), cancelled))
    options = FetchOptions(clock=lambda: clock().now, cancelled=cancelled)
    root = _root(ports)
    if not load_subscriptions(root).feeds:  # before anything is written
        if asked:
            raise ReaderError(
                fill_keys("No feeds in this folder · {key:feeds.subscribe} subscribe", ports.context.keys)
            )
        ports.post(FetchEnded(FetchTotals(), asked=False))
        return
    with open_session(root, state, clock().now) as place:
        subscriptions = load_subscriptions(root)
        chosen = find_subscriptions(subscriptions, urls)
        results = []
        for result in fetch_articles(place, subscriptions, chosen, options, context):
            results.append(result)
            ports.post(FetchProgressed(len(results), len(chosen)))
        pruned = prune_articles(place, subscriptions, chosen, context)
        failing = len(feed_errors(root, state))
    waiting = [result.next_at for result in results if result.outcome is Outcome.NOT_DUE and result.next_at]
    until = format_moment(min(waiting), clock()) if waiting and len(waiting) == len(results) else ""
    ports.post(FetchEnded(add_up(results, pruned), failing, until, asked=asked))


def find_candidates(ports: Ports, address: str, cancelled: _Cancelled) -> None:
    """Find the feeds for a URL."""
    ports.post(FeedsFound(_find(ports, address, cancelled)))


def add_feed(ports: Ports, feed: Candidate, cancelled: _Cancelled) -> None:
    """Subscribe to a feed that was found. If only a page named it, read it first."""
    feed = feed if feed.feed is not None else _find(ports, feed.url, cancelled)[0]
    with open_session(_root(ports), _state(ports), ports.context.clock().now) as place:
        is_new = subscribe(place, Subscription(feed.url, feed.title), feed.response)
    ports.post(Subscribed(feed.url, feed.title or feed.url, is_new))


def list_subscriptions(ports: Ports) -> None:
    """List the subscriptions."""
    _state(ports)
    feeds = load_subscriptions(_root(ports)).feeds
    if not feeds:
        raise ReaderError("Not subscribed to any feed")
    ports.post(SubscriptionsListed(feeds))


def remove_feed(ports: Ports, feed: Subscription) -> None:
    """Unsubscribe from a feed."""
    with open_session(_root(ports), _state(ports), ports.context.clock().now) as place:
        unsubscribe(place, feed)
    ports.post(Unsubscribed(feed.title or feed.url))


def compare_versions(ports: Ports, entry: ArticleSummary) -> None:
    """Compare an article with its text before the last change, or with the new version next to it."""
    state = ports.context.known_feeds
    if state is None:
        raise ReaderError("No earlier version: this article is not from a feed")
    found = find_versions(_root(ports), state, entry.path)
    articles = [parse_file(entry.path, raw).article for raw in (found.before, found.now)]
    texts = [f"{article.title}\n\n{article.body}" for article in articles if article is not None]
    paragraphs = changed_paragraphs(*texts) if len(texts) == 2 else ()
    if not paragraphs:  # the front matter differs
        texts = [sanitize(raw.decode("utf-8", "replace")) for raw in (found.before, found.now)]
        paragraphs = changed_paragraphs(*texts)
    changed = format_moment(found.changed_at, ports.context.clock()) if found.changed_at else ""
    title = f"Changed at {changed}" if changed else "The feed's new version of your edited file"
    ports.post(ChangesFound(title, paragraphs))


def keep_full_text(ports: Ports, entry: ArticleSummary, cancelled: _Cancelled) -> None:
    """Request the page of an article and save its text: in the file if a fetch wrote it, else in the cache."""
    url, root, state = entry.url, _root(ports), ports.context.known_feeds
    if not url:
        raise ReaderError("This article has no URL")
    with closing(open_client(load_subscriptions(root))) as client:
        text = fetch_full_text(url, client, cancelled)
    in_file = False
    if state is not None:
        with open_session(root, state, ports.context.clock().now) as place:
            in_file = replace_body(place, entry.path, text)
    if not in_file:
        ports.library.texts.put(url, text)
    ports.post(FullTextKept(entry, in_file))


def _find(ports: Ports, address: str, cancelled: _Cancelled) -> tuple[Candidate, ...]:
    _state(ports)
    with closing(open_client(load_subscriptions(_root(ports)))) as client:
        return find_feeds(address, client, cancelled)


def _root(ports: Ports) -> Path:
    return ports.library.place.root


def _state(ports: Ports) -> Path:
    if ports.context.feeds_file is None:
        raise ReaderError("A single file has no feeds; open a folder")
    return ports.context.feeds_file
