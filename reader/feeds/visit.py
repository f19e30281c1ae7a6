"""Visits to feeds: requests with validators that follow allowed redirects, to many hosts at once."""

from __future__ import annotations

import contextlib
import threading
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urljoin, urlsplit

from msgspec import Struct

from reader import urls
from reader.errors import OperationCancelled, ReaderError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from reader.feeds.ledger import FeedRecord
    from reader.feeds.net.client import Response
    from reader.feeds.subscriptions import Subscription

__all__ = ["Client", "Hosts", "Visit", "follow", "visit", "visit_all"]

_HOSTS_AT_ONCE = 16
_POLL_SECONDS = 0.1  # between checks for cancellation
_MAX_REDIRECTS = 8
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})


class Visit(Struct, frozen=True):
    """Result of a visit: a response, an error, or a host that asked to wait until ``wait_until``.

    If both a response and ``wait_until`` are set, the response asked to wait. ``moved_to`` is the target of permanent
    redirects; empty if there were none.
    """

    response: Response | None = None
    error: str = ""
    moved_to: str = ""
    wait_until: int = 0


class Client(Protocol):
    """Methods of ``net.client.Client`` that visits use."""

    def get(self, url: str, headers: Mapping[str, str]) -> Response:
        """Return the response to a GET request. Raises ReaderError."""

    def close(self) -> None:
        """Close all connections, which aborts running requests."""


class Hosts(Protocol):
    """Queue of requests per host."""

    def wait_until(self, host: str) -> int:
        """Return the Unix time until which a host asked to wait; 0 if it can be asked now."""

    def turn(self, host: str) -> AbstractContextManager[object]:
        """Return the lock to hold during a request to a host."""

    def note(self, response: Response) -> None:
        """Record how long a host asks to wait, if the response says so."""


_Feed = tuple["Subscription", "FeedRecord"]
_Visited = tuple["Subscription", "FeedRecord", Visit]


def visit_all(
    hosts_feeds: Collection[Sequence[_Feed]], client: Client, hosts: Hosts, cancelled: Callable[[], bool]
) -> Iterator[_Visited]:
    """Yield the visits to feeds, grouped by host, as they end. Visits to the same host run one after the other.

    Raises OperationCancelled. If the caller stops, running requests are aborted.
    """
    asking = _Asking(client, hosts)
    for feeds in hosts_feeds:
        asking.waiting.put(feeds)
    left = min(_HOSTS_AT_ONCE, len(hosts_feeds))
    # Daemon threads, so that waiting for a host that does not respond cannot keep the program from exiting.
    for number in range(left):
        threading.Thread(target=asking.run, name=f"fetch-{number}", daemon=True).start()
    try:
        while left:
            if cancelled():
                raise OperationCancelled
            with contextlib.suppress(Empty):
                visited = asking.ended.get(timeout=_POLL_SECONDS)
                if visited is None:
                    left -= 1
                else:
                    yield visited
    finally:
        asking.stop.set()
        if left:
            client.close()


class _Asking:
    """Feeds that wait for a thread, by host, and a queue of finished visits, with None for each thread that ends."""

    def __init__(self, client: Client, hosts: Hosts) -> None:
        self._client = client
        self._hosts = hosts
        self.waiting: SimpleQueue[Sequence[_Feed]] = SimpleQueue()
        self.ended: SimpleQueue[_Visited | None] = SimpleQueue()
        self.stop = threading.Event()

    def run(self) -> None:
        """Visit the feeds of one host after another until none is waiting."""
        try:
            with contextlib.suppress(Empty):
                while True:
                    for subscription, record in self.waiting.get_nowait():
                        if self.stop.is_set():
                            return
                        visited = visit(self._client, self._hosts, subscription, record)
                        self.ended.put((subscription, record, visited))
        finally:
            self.ended.put(None)


def visit(client: Client, hosts: Hosts, subscription: Subscription, record: FeedRecord) -> Visit:
    """Request a feed with the validators of its last response. Never raises because of the server."""
    validators = {}
    if record.etag:
        validators["If-None-Match"] = record.etag
    if record.last_modified:
        validators["If-Modified-Since"] = record.last_modified
    return follow(client, hosts, subscription, validators, record.request or record.url)


def follow(
    client: Client, hosts: Hosts, subscription: Subscription, validators: Mapping[str, str], validated: str = ""
) -> Visit:
    """Request a URL and follow its redirects; ``validated`` is the URL that the validators belong to."""
    url, moved_to = subscription.url, ""
    permanent = True
    seen = {url}
    for _ in range(_MAX_REDIRECTS):
        host = _host(url)
        own = subscription.header if host == _host(subscription.url) else {}
        headers = {**own, **(validators if url == validated else {})}
        with hosts.turn(host):
            # Check while holding the lock: the host may just have asked another feed to wait.
            if until := hosts.wait_until(host):
                return Visit(wait_until=until)
            try:
                response = client.get(url, headers)
            except ReaderError as error:
                return Visit(error=str(error))
            hosts.note(response)
        if until := hosts.wait_until(host):
            return Visit(response, wait_until=until)
        if response.status not in _REDIRECTS:
            return Visit(response, moved_to=moved_to)
        permanent = permanent and response.status in _PERMANENT
        target = _target(url, response)
        if refusal := _refusal(url, target, seen):
            return Visit(error=refusal)
        url = target
        seen.add(url)
        moved_to = url if permanent else moved_to
    return Visit(error="Too many redirects")


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()


def _target(url: str, response: Response) -> str:
    location = response.headers.get("location", "")
    with contextlib.suppress(UnicodeError):
        # The header is bytes; most servers send UTF-8.
        location = location.encode("latin-1").decode("utf-8")
    try:
        return urljoin(url, location.strip().replace(" ", "%20")).partition("#")[0] if location else ""
    except ValueError:
        return ""


def _refusal(url: str, target: str, seen: set[str]) -> str:
    """Return why a redirect is refused; empty if it is allowed."""
    if not urls.is_safe(target):
        return "Redirect to an address that cannot be opened"
    if target in seen:
        return "Redirect loop"
    if url.lower().startswith("https:") and target.lower().startswith("http:"):
        return "Redirect from https to http"
    return ""
