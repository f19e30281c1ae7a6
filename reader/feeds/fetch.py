"""Fetching: choose the feeds that are due, request them and process the responses.

The policy is ``fetch_feeds``, read from top to bottom. Requests run in threads: at most 16 hosts at once, one request
at a time per host. The caller's thread processes the responses.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from contextlib import closing
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from reader import __version__
from reader.errors import ConfigError, ReaderError, describe_error
from reader.feeds import schedule
from reader.feeds.full_text import full_texts, require_extractor
from reader.feeds.intake import Intake, Place, Wanted, changed_urls, finish, preview, take_in
from reader.feeds.reading import parse_feed
from reader.feeds.subscriptions import Subscription, Subscriptions, move_subscription
from reader.feeds.visit import Visit, visit_all
from reader.feeds.writing.names import folder_path
from reader.text import display_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from reader.feeds.ledger import Answer, FeedRecord
    from reader.feeds.net.client import Response
    from reader.feeds.reading import Feed

__all__ = ["FeedResult", "FetchOptions", "Outcome", "fetch_feeds", "open_client", "user_agent"]

_AGREEING_VISITS = 3
_MOST_PAGES = 20  # fetched for their full text each time a feed is fetched
_ASKED_TO_WAIT = frozenset({403, 429, 503})
# A document that no parser or writer expects must not stop the other feeds.
_UNEXPECTED = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
_DEFAULT_WAIT = 3600  # seconds, for a server that is busy but does not say for how long


class Outcome(StrEnum):
    """Result of fetching one feed."""

    FETCHED = "fetched"
    UNCHANGED = "unchanged"
    NOT_DUE = "not due"
    RETIRED = "retired"
    FAILED = "failed"


class FeedResult(Struct, frozen=True):
    """Outcome for one feed; ``is_first`` means that it had never been fetched before, ``next_at`` is a Unix time."""

    subscription: Subscription
    outcome: Outcome
    title: str = ""
    message: str = ""
    intake: Intake = Intake()
    is_first: bool = False
    next_at: int = 0


class HttpClient(Protocol):
    """Methods of ``net.client.Client`` that a fetch uses."""

    def get(self, url: str, headers: Mapping[str, str]) -> Response:
        """Return the response to a GET request."""

    def close(self) -> None:
        """Close all connections."""


class FetchOptions(Struct, frozen=True):
    """Options for a fetch. ``force`` also fetches feeds that are not due, except from hosts that asked to wait.

    ``wanted`` returns the rule for which new entries of a feed are written. Once ``cancelled`` returns true, running
    requests are aborted and their responses ignored.
    """

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    client: Callable[[Subscriptions], HttpClient] | None = None
    force: bool = False
    dry_run: bool = False
    wanted: Callable[[Subscription], Wanted] = lambda _subscription: Wanted()
    cancelled: Callable[[], bool] = lambda: False


def user_agent(contact: str) -> str:
    """Return the User-Agent header; ``contact`` comes from the user's settings."""
    return (
        f"newsreader/{__version__} (feed reader{'; ' if contact else ''}{contact.encode('ascii', 'ignore').decode()})"
    )


def fetch_feeds(
    place: Place, subscriptions: Subscriptions, chosen: Sequence[Subscription], options: FetchOptions
) -> Iterator[FeedResult]:
    """Fetch the chosen feeds that are due, and yield a result for each chosen feed as it arrives.

    The caller holds the lock of the ledger. Raises StorageError and OperationCancelled.
    """
    unwritten = {} if options.dry_run else _finish(place)
    due: dict[str, list[tuple[Subscription, FeedRecord]]] = defaultdict(list)
    hosts = _Hosts(place)
    # A feed that is listed twice is requested once.
    for subscription in {subscription.url: subscription for subscription in chosen}.values():
        record = place.ledger.feed(subscription.url)
        skipped = _skipped(subscription, record, hosts, options)
        if skipped is not None:
            yield skipped
        else:
            due[_host(subscription.url)].append((subscription, record))
    if not due:
        return
    with closing((options.client or open_client)(subscriptions)) as client:
        for subscription, record, outcome in _outcomes(place, due, client, hosts, options.cancelled):
            pages = partial(full_texts, client, hosts, subscription)
            taken = _Taking(place, subscription, record, options, pages).result(outcome)
            if not options.dry_run:
                hosts.save()
            if record.id in unwritten and taken.outcome in {Outcome.FETCHED, Outcome.UNCHANGED}:
                taken = replace(taken, outcome=Outcome.FAILED, message=unwritten[record.id])
            yield taken


def _finish(place: Place) -> dict[int, str]:
    """Write the files that an earlier fetch could not write. Return feed → why one of its files still cannot be."""
    try:
        finish(place)
    except OSError as error:
        pending = place.ledger.articles.pending()
        return {article.feed: _cannot_write(article.path, error) for article in reversed(pending)}
    return {}


def _cannot_write(path: object, error: OSError) -> str:
    return f"Cannot write {display_path(path) if isinstance(path, str) else 'files'}: {describe_error(error)}"


def _outcomes(
    place: Place,
    due: Mapping[str, Sequence[tuple[Subscription, FeedRecord]]],
    client: HttpClient,
    hosts: _Hosts,
    cancelled: Callable[[], bool],
) -> Iterator[tuple[Subscription, FeedRecord, Visit]]:
    """Yield the responses saved when the user subscribed, then those of visits to all other feeds."""
    kept = {
        record.id: (subscription, record, visited)
        for feeds in due.values()
        for subscription, record in feeds
        if (visited := _kept_answer(place, record))
    }
    yield from kept.values()
    others = [[feed for feed in feeds if feed[1].id not in kept] for feeds in due.values()]
    yield from visit_all([feeds for feeds in others if feeds], client, hosts, cancelled)


def open_client(subscriptions: Subscriptions) -> HttpClient:
    """Return a client with the settings of feeds.toml; the caller closes it."""
    from reader.feeds.net.client import Client  # noqa: PLC0415 - lazy import: 100 ms, not needed if nothing is due

    return Client(agent=user_agent(subscriptions.agent), allowed=subscriptions.allow_hosts)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()


def _skipped(subscription: Subscription, record: FeedRecord, hosts: _Hosts, options: FetchOptions) -> FeedResult | None:
    """Return the result for a feed that is not fetched now; None if it is due."""
    now = int(options.clock().timestamp())
    title = subscription.title or record.title
    if not subscription.enabled:
        return FeedResult(subscription, Outcome.NOT_DUE, title, "disabled")
    if record.retired:
        return FeedResult(subscription, Outcome.RETIRED, title, "the server says it is gone for good")
    if until := hosts.wait_until(_host(subscription.url)):
        return FeedResult(subscription, Outcome.NOT_DUE, title, "the server asked to wait", next_at=until)
    if record.next_at > now and not options.force:
        return FeedResult(subscription, Outcome.NOT_DUE, title, next_at=record.next_at)
    if subscription.full_text:
        try:
            require_extractor()
        except ReaderError as error:
            return FeedResult(subscription, Outcome.FAILED, title, str(error))
    return None


class _Hosts:
    """Queue of requests per host, and the times until which hosts asked to wait."""

    def __init__(self, place: Place) -> None:
        self._ledger = place.ledger
        self._now = place.seconds
        self._lock = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}
        self._waits = place.ledger.waits()
        self._unsaved: dict[str, int] = {}

    def wait_until(self, host: str) -> int:
        """Return the time until which a host asked to wait; 0 if it can be asked now."""
        with self._lock:
            until = self._waits.get(host, 0)
        return until if until > self._now else 0

    def turn(self, host: str) -> threading.Lock:
        """Return the lock to hold during a request to a host."""
        with self._lock:
            return self._turns.setdefault(host, threading.Lock())

    def note(self, response: Response) -> None:
        """Record how long a host asks to wait, if the response says so."""
        if response.status in _ASKED_TO_WAIT:
            until = schedule.retry_after(response.headers, self._now)
            if not until and response.status != 403:
                until = self._now + _DEFAULT_WAIT
            if until:
                with self._lock:
                    host = _host(response.url)
                    self._waits[host] = self._unsaved[host] = max(until, self._waits.get(host, 0))

    def save(self) -> None:
        with self._lock:
            unsaved, self._unsaved = self._unsaved, {}
        for host, until in unsaved.items():
            self._ledger.save_wait(host, until)


def _kept_answer(place: Place, record: FeedRecord) -> Visit | None:
    """Return the response saved when the user subscribed, unless it is so old that the server can be asked again."""
    answer = place.ledger.answer(record.id)
    if answer is None or place.seconds - answer.given_at >= schedule.least_interval(conditional=answer.is_conditional):
        return None
    return Visit(_as_response(answer))


def _as_response(answer: Answer) -> Response:
    from reader.feeds.net.client import Response  # noqa: PLC0415 - lazy import: 100 ms, only for an answer that was kept

    return Response(answer.url, 200, answer.headers, answer.body)


class _Taking:
    """Processing of one response."""

    def __init__(
        self,
        place: Place,
        subscription: Subscription,
        record: FeedRecord,
        options: FetchOptions,
        pages: Callable[[Sequence[str]], Mapping[str, str]],
    ) -> None:
        self._place = place
        self._pages = pages
        self._subscription = subscription
        self._options = options
        self._now = int(options.clock().timestamp())
        self._before = record
        self._record = replace(record, tried_at=self._now)

    def result(self, visited: Visit) -> FeedResult:
        """Save the result of a visit and return it."""
        response = visited.response
        if visited.wait_until:
            return self._put_off(visited)
        if response is None or response.status not in {200, 304, 410}:
            return self._failed(visited.error if response is None else f"The server answered {response.status}")
        if response.status == 410:
            self._record = replace(self._record, retired=self._now, error="gone for good (410)")
            return self._save(FeedResult(self._subscription, Outcome.RETIRED, message="gone for good (410)"))
        answer = self._place.ledger.answer(self._record.id) if response.status == 304 else None
        if answer is not None:
            return self._take(_as_response(answer), visited)
        if response.status == 304:
            self._succeed(response, visited, None)
            return self._save(FeedResult(self._subscription, Outcome.UNCHANGED))
        return self._take(response, visited)

    def _take(self, response: Response, visited: Visit) -> FeedResult:
        try:
            feed = parse_feed(response.body, response.headers.get("content-type", ""), response.url)
        except ReaderError as error:
            return self._failed(str(error))
        except _UNEXPECTED as error:
            return self._failed(f"Cannot read the feed: {describe_error(error)}")
        self._succeed(response, visited, feed)
        wanted = self._options.wanted(self._subscription)
        if self._subscription.full_text and not self._options.dry_run:
            urls = changed_urls(self._place, feed, self._record, wanted)[:_MOST_PAGES]
            feed = replace(feed, pages=self._pages(urls))
        intake = preview if self._options.dry_run else take_in
        try:
            taken = intake(self._place, feed, self._record, self._subscription, wanted)
        except OSError as error:
            # The plan is saved, so the next fetch writes the missing files.
            return FeedResult(self._subscription, Outcome.FAILED, self._title(), _cannot_write(error.filename, error))
        except _UNEXPECTED as error:
            self._record = replace(self._before, tried_at=self._now)  # with the validators of the last success
            return self._failed(f"Cannot read the feed: {describe_error(error)}")
        self._record = replace(self._record, next_at=self._next(response, feed))
        if not self._options.dry_run:
            self._place.ledger.drop_answer(self._record.id)
        changed = Outcome.FETCHED if taken.new or taken.updated or taken.beside or taken.dropped else Outcome.UNCHANGED
        return self._save(
            FeedResult(self._subscription, changed, intake=taken, is_first=self._before.succeeded_at == 0)
        )

    def _succeed(self, response: Response, visited: Visit, feed: Feed | None) -> None:
        """Record validators, redirects and, if there is a document, the feed's title."""
        headers, record = response.headers, self._record
        kept = response.status == 304
        record = replace(
            record,
            etag=headers.get("etag", record.etag if kept else ""),
            last_modified=headers.get("last-modified", record.last_modified if kept else ""),
            request=response.url,
            succeeded_at=self._now,
            error="",
            errors=0,
        )
        if feed is not None:
            title = self._subscription.title or feed.title or record.title or _host(record.url)
            record = replace(record, title=title, site_url=feed.site_url or record.site_url)
            record = replace(record, folder=self._folder(record), min_interval=feed.ttl)
        self._record = self._moved(replace(record, next_at=0), visited)
        self._record = replace(self._record, next_at=self._next(response, feed))

    def _next(self, response: Response, feed: Feed | None) -> int:
        ttl = feed.ttl if feed is not None else self._record.min_interval
        return schedule.after_success(
            self._now,
            self._record.url,
            dates=self._place.ledger.articles.dates(self._record.id),
            server=max(ttl, schedule.freshness(response.headers, self._now)),
            wanted=self._subscription.interval,
            conditional=bool(self._record.etag or self._record.last_modified),
        )

    def _folder(self, record: FeedRecord) -> str:
        """Return the folder of the feed: the same as before, unless the user moved it."""
        wanted = folder_path(self._subscription.folder, record.title, record.url)
        if record.folder and record.folder.rpartition("/")[0] == wanted.rpartition("/")[0]:
            return record.folder
        others = {other.folder for other in self._place.ledger.feeds() if other.id != record.id}
        names = (wanted if number == 1 else f"{wanted}-{number}" for number in range(1, len(others) + 2))
        return next(name for name in names if name not in others)

    def _moved(self, record: FeedRecord, visited: Visit) -> FeedRecord:
        """Record a permanent redirect. Once visits on three days agree, write the new URL to feeds.toml."""
        if visited.moved_to in {"", record.url}:
            return replace(record, moved_to="", moved_days="")
        today = f"{datetime.fromtimestamp(self._now, UTC):%Y-%m-%d}"
        days = record.moved_days.split() if record.moved_to == visited.moved_to else []
        days = list(dict.fromkeys([*days, today]))
        if len(days) < _AGREEING_VISITS or self._options.dry_run:
            return replace(record, moved_to=visited.moved_to, moved_days=" ".join(days))
        try:
            move_subscription(self._place.root, record.url, visited.moved_to)
        except ConfigError:
            return replace(record, moved_to=visited.moved_to, moved_days=" ".join(days))
        self._place.ledger.free_url(visited.moved_to)
        return replace(record, url=visited.moved_to, moved_to="", moved_days="")

    def _put_off(self, visited: Visit) -> FeedResult:
        if visited.response is None:  # the host made another feed wait
            return FeedResult(
                self._subscription,
                Outcome.NOT_DUE,
                self._title(),
                "the server asked to wait",
                next_at=visited.wait_until,
            )
        return self._failed(f"The server asks to wait ({visited.response.status})", visited.wait_until)

    def _failed(self, message: str, earliest: int = 0) -> FeedResult:
        errors = self._record.errors + 1
        next_at = max(earliest, schedule.after_error(self._now, self._record.url, errors))
        self._record = replace(self._record, error=message, errors=errors, next_at=next_at)
        return self._save(FeedResult(self._subscription, Outcome.FAILED, message=message))

    def _save(self, result: FeedResult) -> FeedResult:
        if not self._options.dry_run:
            self._place.ledger.save_feed(self._record)
        return replace(result, title=self._title(), next_at=self._record.next_at)

    def _title(self) -> str:
        return self._subscription.title or self._record.title or self._subscription.url
