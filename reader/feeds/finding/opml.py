"""OPML: the subscription lists that feed readers exchange. Folders are topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from reader import urls
from reader.errors import ReaderError
from reader.feeds.finding.sites import normalize_address
from reader.feeds.reading.markup import clean_text
from reader.feeds.reading.safe_xml import parse_xml
from reader.feeds.subscriptions import Subscription, refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["read_opml", "write_opml"]

_MAX_DEPTH = 20


def read_opml(raw: bytes) -> tuple[tuple[Subscription, ...], int]:
    """Return the feeds of a list, each once, and the number of those that cannot be fetched, such as local files.

    The names of a feed's folders become its topics. Raises ReaderError.
    """
    root = parse_xml(raw)
    if root is None or root.tag.rpartition("}")[2].lower() != "opml":
        raise ReaderError("Not an OPML file")
    found: dict[str, Subscription] = {}
    skipped = 0
    for outline, topics in _outlines(root, ()):
        named = {key.lower(): value for key, value in outline.attrib.items()}
        url = normalize_address(named["xmlurl"])
        if refusal(url):
            skipped += 1
            continue
        title = clean_text(named.get("title") or named.get("text") or "")
        before = found.get(urls.canonical(url))
        if before is not None:
            merged = tuple(dict.fromkeys((*before.topics, *topics)))
            found[urls.canonical(url)] = Subscription(before.url, before.title or title, merged)
        else:
            found[urls.canonical(url)] = Subscription(url, title, tuple(dict.fromkeys((*topics, *_categories(named)))))
    return tuple(found.values()), skipped


def _outlines(element: Any, topics: tuple[str, ...]) -> Iterator[tuple[Any, tuple[str, ...]]]:
    for child in element:
        if not isinstance(child.tag, str) or len(topics) > _MAX_DEPTH:
            continue
        named = {key.lower(): value for key, value in child.attrib.items()}
        if named.get("xmlurl", "").strip():
            yield child, topics
        name = clean_text(named.get("text") or named.get("title") or "")
        is_folder = child.tag.rpartition("}")[2].lower() == "outline" and name and not named.get("xmlurl")
        yield from _outlines(child, (*topics, name) if is_folder else topics)


def _categories(named: Mapping[str, str]) -> Iterable[str]:
    parts = (part.strip("/ ").rpartition("/")[2] for part in named.get("category", "").split(","))
    return [text for text in map(clean_text, parts) if text]


def write_opml(feeds: Sequence[Subscription], sites: Mapping[str, str]) -> str:
    """Return the feeds as OPML, each under its first topic; ``sites`` maps feed URLs to site URLs."""
    groups: dict[str, list[Subscription]] = {}
    for feed in feeds:
        groups.setdefault(feed.topics[0] if feed.topics else "", []).append(feed)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">', "  <head>"]
    lines += ["    <title>newsreader</title>", "  </head>", "  <body>"]
    for topic, members in sorted(groups.items()):
        if topic:
            lines.append(f"    <outline text={quoteattr(topic)} title={quoteattr(topic)}>")
        lines += [_outline(feed, sites.get(feed.url, ""), "      " if topic else "    ") for feed in members]
        if topic:
            lines.append("    </outline>")
    return "\n".join([*lines, "  </body>", "</opml>"])


def _outline(feed: Subscription, site: str, indent: str) -> str:
    title = quoteattr(feed.title or feed.url)
    parts = [f'{indent}<outline type="rss" text={title} title={title} xmlUrl={quoteattr(feed.url)}']
    if site:
        parts.append(f"htmlUrl={quoteattr(site)}")
    if len(feed.topics) > 1:
        parts.append(f"category={quoteattr(','.join(feed.topics))}")
    return " ".join(parts) + "/>"
