"""Full text of articles, extracted from their web pages by trafilatura (an optional extra)."""

from __future__ import annotations

import logging
from importlib.util import find_spec
from typing import TYPE_CHECKING

from msgspec.structs import replace

from reader.errors import ReaderError, describe_error
from reader.feeds.reading.encoding import decode_document
from reader.feeds.visit import follow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reader.feeds.net.client import Response
    from reader.feeds.subscriptions import Subscription
    from reader.feeds.visit import Client, Hosts

__all__ = ["full_text", "full_texts", "require_extractor"]

_MAX_PAGE = 4_000_000  # characters
_LOGGERS = ("trafilatura", "htmldate", "courlan", "justext")


def require_extractor() -> None:
    """Raise ReaderError if trafilatura is not installed."""
    if find_spec("trafilatura") is None:
        raise ReaderError('Full text needs trafilatura: pip install "newsreader[fulltext]"')


def full_texts(client: Client, hosts: Hosts, feed: Subscription, urls: Iterable[str]) -> dict[str, str]:
    """Return the HTML of the articles at these URLs, omitting those that cannot be fetched."""
    found = {}
    for url in urls:
        try:
            found[url] = full_text(client, hosts, feed, url)
        except ReaderError:
            continue  # the text in the feed is better than none
    return found


def full_text(client: Client, hosts: Hosts, feed: Subscription, url: str) -> str:
    """Return the HTML of the article at a URL. Raises ReaderError."""
    visited = follow(client, hosts, replace(feed, url=url), {})
    response = visited.response
    if response is None or response.status != 200:
        status = f"The server answered {response.status}" if response else visited.error
        raise ReaderError(f"Cannot read {url}: {status or 'the server asks to wait'}")
    text = _extract(response)
    if not text:
        raise ReaderError(f"No article found at {url}")
    return text


def _extract(response: Response) -> str:
    from trafilatura import extract  # noqa: PLC0415 - lazy import: 500 ms

    for name in _LOGGERS:
        # Without a handler, logging would write warnings to the terminal.
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    page = decode_document(response.body, response.headers.get("content-type", ""))[:_MAX_PAGE]
    try:
        text = extract(
            page,
            url=response.url,
            output_format="html",
            include_formatting=True,
            include_images=True,
            include_links=True,
        )
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise ReaderError(f"Cannot extract the article: {describe_error(error)}") from error
    return text or ""
