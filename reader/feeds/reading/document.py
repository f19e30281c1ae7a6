"""Parsing of a document's bytes to a ``Feed``: decode it, make its XML safe and choose a parser.

A document that is not well-formed XML is repaired and parsed leniently. feedparser parses it too, and the result with
more entries wins.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reader.errors import ReaderError
from reader.feeds.reading.encoding import decode_document
from reader.feeds.reading.safe_xml import parse_text, plain_document

if TYPE_CHECKING:
    from reader.feeds.reading.values import Feed

__all__ = ["NotAFeedError", "parse_feed"]

_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
_ITEMS = '"items"'
_ROOT = re.compile(r"<(?:[\w.-]+:)?(rss|rdf|feed|channel)(?=[\s>/])", re.IGNORECASE)


class NotAFeedError(ReaderError):
    """The document is not a feed."""


def parse_feed(raw: bytes, content_type: str = "", url: str = "") -> Feed:
    """Return the feed in a document loaded from ``url``. Raises NotAFeedError."""
    text = decode_document(raw, content_type)
    start = text.lstrip("\ufeff \t\r\n\0")
    if not start.startswith(("{", "[")) and _ITEMS in start and not _ROOT.search(start):
        start = start[max(0, start.find("{")) :]  # after a warning of the server or the name of a function
    if start.startswith(("{", "[")):
        from reader.feeds.reading.json_feed import read_json  # noqa: PLC0415 - lazy import: 19 ms, few feeds are JSON

        feed = read_json(start, url)
        if feed is None:
            raise NotAFeedError("Not a feed: JSON without items")
        return feed
    root, whole = _tree(text)
    from reader.feeds.reading.xml_feed import read_xml  # noqa: PLC0415 - lazy import: 25 ms, needs lxml

    feed = read_xml(root, url) if root is not None else None
    if whole and feed is not None and feed.entries:
        return feed
    return _judged(feed, text, url)


def _judged(feed: Feed | None, text: str, url: str) -> Feed:
    """Return the better of the lenient result and feedparser's."""
    if not _ROOT.search(text) and "<item" not in text:
        raise NotAFeedError("Not a feed: a web page" if _is_page(text) else "Not a feed")
    from reader.feeds.reading.judge import read_leniently  # noqa: PLC0415 - lazy import: 100 ms, for broken feeds only

    second = read_leniently(plain_document(text), url)
    if second is not None and (feed is None or len(second.entries) > len(feed.entries)):
        feed = second
    if feed is None or not (feed.entries or feed.title or feed.site_url or _ROOT.search(text)):
        raise NotAFeedError("Not a feed")
    return feed


def _is_page(text: str) -> bool:
    return re.search(r"<(?:!doctype\s+html|html)\b", text[:4_000], re.IGNORECASE) is not None


def _tree(text: str) -> tuple[Any, bool]:
    root, whole = parse_text(text)
    is_feed = root is not None and root.tag.rpartition("}")[2].rpartition(":")[2].lower() in _ROOTS
    return (root, whole) if is_feed else (None, False)
