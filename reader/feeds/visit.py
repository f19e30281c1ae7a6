"""A visit to one feed: the request with its validators, and the redirects that may be followed."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urljoin, urlsplit

from msgspec import Struct

from reader import urls
from reader.errors import ReaderError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from reader.feeds.ledger import FeedRecord
    from reader.feeds.net.client import Response
    from reader.feeds.subscriptions import Subscription

__all__ = ["Visit", "follow", "visit"]

_MAX_REDIRECTS = 8
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})


class Visit(Struct, frozen=True):
    """What came of a visit: a response, an error, or a host that wants to be left alone until ``wait_until``.

    With both, it was this response that said so. ``moved_to`` is where permanent redirects lead; empty
    without any.
    """

    response: Response | None = None
    error: str = ""
    moved_to: str = ""
    wait_until: int = 0


class _Client(Protocol):
    def get(self, url: str, headers: Mapping[str, str]) -> Response: ...


class _Hosts(Protocol):
    def wait_until(self, host: str) -> int: ...

    def turn(self, host: str) -> AbstractContextManager[object]: ...

    def note(self, response: Response) -> None: ...


def visit(client: _Client, hosts: _Hosts, subscription: Subscription, record: FeedRecord) -> Visit:
    """Ask for a feed with the validators of its last answer. Never raises because of the server."""
    validators = {}
    if record.etag:
        validators["If-None-Match"] = record.etag
    if record.last_modified:
        validators["If-Modified-Since"] = record.last_modified
    return follow(client, hosts, subscription, validators, record.request or record.url)


def follow(
    client: _Client, hosts: _Hosts, subscription: Subscription, validators: Mapping[str, str], validated: str = ""
) -> Visit:
    """Ask for a URL and follow its redirects; ``validated`` is the URL that the validators belong to."""
    url, moved_to = subscription.url, ""
    permanent = True
    seen = {url}
    for _ in range(_MAX_REDIRECTS):
        host = _host(url)
        own = subscription.header if host == _host(subscription.url) else {}
        headers = {**own, **(validators if url == validated else {})}
        with hosts.turn(host):
            # Check inside the turn: another feed may just have learned that it has to wait.
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
        # The header is bytes: most servers send UTF-8.
        location = location.encode("latin-1").decode("utf-8")
    try:
        return urljoin(url, location.strip().replace(" ", "%20")).partition("#")[0] if location else ""
    except ValueError:
        return ""


def _refusal(url: str, target: str, seen: set[str]) -> str:
    """Return why a redirect is not followed; empty if it is."""
    if not urls.is_safe(target):
        return "Redirect to an address that cannot be opened"
    if target in seen:
        return "Redirect loop"
    if url.lower().startswith("https:") and target.lower().startswith("http:"):
        return "Redirect from https to http"
    return ""
