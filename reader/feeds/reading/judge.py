"""Parsing of documents that are not well-formed XML with feedparser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reader.feeds.reading.dates import parse_feed_date
from reader.feeds.reading.markup import absolute_url, clean_text, clean_title, plain_text, text_as_html
from reader.feeds.reading.values import Enclosure, Entry, Feed, Picture

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

__all__ = ["read_leniently"]


def read_leniently(text: str, url: str = "") -> Feed | None:
    """Return the feed that feedparser finds in the text of a document; None if it finds none."""
    import feedparser  # noqa: PLC0415 - lazy import: 100 ms, for broken feeds only

    headers = {"content-location": url, "content-type": "application/xml; charset=utf-8"}
    try:
        parsed = feedparser.parse(text.encode("utf-8"), response_headers=headers, sanitize_html=False)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, AssertionError):
        return None  # feedparser raises many kinds of errors on documents that it does not expect
    if not parsed.entries and not parsed.feed.get("title"):
        return None
    site = absolute_url(str(parsed.feed.get("link") or ""), url)
    return Feed(
        title=clean_text(_text(parsed.feed, "title")),
        url=url,
        site_url=site,
        description=clean_text(_text(parsed.feed, "subtitle")),
        language=_text(parsed.feed, "language"),
        entries=tuple(_entry(entry, site or url) for entry in parsed.entries),
    )


def _text(values: Any, name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _entry(entry: Any, base: str) -> Entry:
    address = absolute_url(_text(entry, "feedburner_origlink") or _text(entry, "link"), base)
    guid = clean_text(_text(entry, "id"), decodings=1, limit=2_000)
    address = address or (absolute_url(guid) if "://" in guid else "")
    contents = [str(part.get("value") or "") for part in entry.get("content", ())]
    summary = _text(entry, "summary")
    html = next((content for content in contents if content.strip()), "") or summary
    html = html if "<" in html or "&" in html else text_as_html(html)
    return Entry(
        title=clean_title(_text(entry, "title"), html, address),
        url=address,
        web_url=address,
        guid=guid,
        published_at=_date(entry, "published", "created", "updated"),
        updated_at=_date(entry, "updated"),
        summary=clean_text(plain_text(summary), decodings=1, limit=600) if contents and summary not in contents else "",
        html=html,
        base=address or base,
        authors=tuple(_names(entry)),
        topics=tuple(
            dict.fromkeys(topic for tag in entry.get("tags", ()) if (topic := clean_text(_text(tag, "term"))))
        ),
        language=_text(entry, "language"),
        images=tuple(
            Picture(link)
            for part in entry.get("media_thumbnail", ())
            if (link := absolute_url(_text(part, "url"), base))
        ),
        enclosures=tuple(
            Enclosure(link, _text(part, "type"))
            for part in entry.get("enclosures", ())
            if (link := absolute_url(_text(part, "href"), base))
        ),
    )


def _date(entry: Any, *names: str) -> datetime | None:
    return next((date for name in names if (date := parse_feed_date(_text(entry, name)))), None)


def _names(entry: Any) -> Iterable[str]:
    found = [_text(author, "name") for author in entry.get("authors", ())] or [_text(entry, "author")]
    return dict.fromkeys(name for name in map(clean_text, found) if name)
