"""Discovery of the feeds for a URL, with as few requests as possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from urllib.parse import urljoin, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from reader.errors import ReaderError
from reader.feeds.finding.sites import better_feed, normalize_address, site_feeds
from reader.feeds.reading import NotAFeedError, parse_feed
from reader.feeds.reading.encoding import decode_document
from reader.feeds.reading.markup import absolute_url, clean_text
from reader.feeds.subscriptions import refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reader.feeds.net.client import Response
    from reader.feeds.reading import Feed
    from reader.feeds.visit import Visit

__all__ = ["Candidate", "discover", "feed_links"]

_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/json"}
    | {
        "text/rss+xml",
        "text/atom+xml",
        "application/x-rss+xml",
        "application/x-atom+xml",
        "text/xml",
        "application/xml",
    }
)
_USUAL = ("/feed", "/rss", "/feed.xml", "/atom.xml", "/rss.xml", "/index.xml")
_MAX_PAGE = 4_000_000  # characters
_MAX_CANDIDATES = 50


class Candidate(Struct, frozen=True):
    """Feed that was found; ``feed`` and its ``response`` are None until it is requested."""

    url: str
    title: str = ""
    feed: Feed | None = None
    response: Response | None = None


class Ask(Protocol):
    """Function that asks for a URL, following redirects."""

    def __call__(self, url: str) -> Visit:
        """Return the result of the visit."""


def discover(address: str, ask: Ask) -> tuple[Candidate, ...]:
    """Return the feeds for a URL: itself, a known site's feeds, those that the page names, or a common location.

    If there is only one candidate, its feed has been read. Raises ReaderError if there is none or the request fails.
    """
    url = normalize_address(address)
    if reason := refusal(url if address.strip() else ""):
        raise ReaderError(f"Cannot subscribe: {reason}")
    for known in site_feeds(url):
        if found := _as_feed(known, ask(known)):
            return (found,)
    visited = ask(url)
    if visited.response is None or visited.response.status != 200:
        status = f"The server answered {visited.response.status}" if visited.response else visited.error
        raise ReaderError(f"Cannot read {url}: {status or 'the server asks to wait'}")
    if found := _as_feed(url, visited):
        return (found,)
    links = feed_links(visited.response)
    if not links:
        links = tuple(_usual_places(visited.response.url, ask))
    if len(links) == 1 and links[0].feed is None:
        links = tuple(_read(links[0], ask))
    if not links:
        raise ReaderError(f"No feed found at {url}")
    return links


def _as_feed(url: str, visited: Visit) -> Candidate | None:
    response = visited.response
    if response is None or response.status != 200:
        return None
    try:
        feed = parse_feed(response.body, response.headers.get("content-type", ""), response.url)
    except NotAFeedError:
        return None
    return Candidate(visited.moved_to or url, feed.title, feed, response)


def _read(candidate: Candidate, ask: Ask) -> Iterable[Candidate]:
    found = _as_feed(candidate.url, ask(candidate.url))
    if found is not None:
        yield replace(found, title=found.title or candidate.title)


def _usual_places(url: str, ask: Ask) -> Iterable[Candidate]:
    """Try the usual names next to the page, then at the top of the site; stop at the first that is a feed."""
    base = url if url.endswith("/") else url + "/"
    places = [urljoin(base, f".{name}") for name in _USUAL[:2]] if urlsplit(url).path.strip("/") else []
    for place in dict.fromkeys([*places, *(urljoin(url, name) for name in _USUAL)]):
        if found := _as_feed(place, ask(place)):
            yield found
            return


def feed_links(response: Response) -> tuple[Candidate, ...]:
    """Return the feeds that a page names in its head, else those that it links to."""
    from lxml import html  # noqa: PLC0415 - lazy import: 40 ms

    text = decode_document(response.body, response.headers.get("content-type", ""))[:_MAX_PAGE]
    try:
        page = html.document_fromstring(text.replace("\0", "").encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (ValueError, html.etree.LxmlError):
        return ()
    base = next((absolute_url(link.get("href") or "", response.url) for link in page.iter("base")), "") or response.url
    found: dict[str, Candidate] = {}
    for link in page.iter("link"):
        rel = (link.get("rel") or "").lower().split()
        kind = (link.get("type") or "").lower().partition(";")[0].strip()
        if "stylesheet" not in rel and ("feed" in rel or ("alternate" in rel and kind in _TYPES)):
            _add(found, link.get("href") or "", link.get("title") or "", base)
    if not found:
        for link in page.iter("a"):
            href = link.get("href") or ""
            if _looks_like_a_feed(href.partition("?")[0].partition("#")[0]):
                _add(found, href, link.text_content(), base)
    return tuple(found.values())[:_MAX_CANDIDATES]


def _add(found: dict[str, Candidate], href: str, title: str, base: str) -> None:
    url = better_feed(absolute_url(href, base))
    # WordPress advertises its API the same way.
    if url and "/wp-json/" not in url and "oembed" not in url:
        found.setdefault(url, Candidate(url, clean_text(title, limit=200)))


def _looks_like_a_feed(path: str) -> bool:
    name = path.rstrip("/").rpartition("/")[2].lower()
    endings = (".rss", ".atom", "feed.xml", "rss.xml", "atom.xml", "feed.json")
    return name in {"feed", "rss", "atom"} or name.endswith(endings)
