"""Conversion of an XML tree to a ``Feed``: RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0, with their extensions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reader.feeds.reading.dates import parse_feed_date
from reader.feeds.reading.markup import absolute_url, clean_text, clean_title, plain_text, text_as_html
from reader.feeds.reading.media import find_enclosures, find_images
from reader.feeds.reading.nodes import Node, children, first, inner_html, texts
from reader.feeds.reading.values import Entry, Feed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

__all__ = ["read_xml"]

_MAX_ENTRIES = 10_000
_MAX_SUMMARY = 600  # characters
_TITLES = ("title", "atom:title", "dc:title", "media:title", "itunes:title")
_PUBLISHED = (
    "pubdate",
    "atom:published",
    "atom:issued",
    "dcterms:issued",
    "dcterms:created",
    "dc:date",
    "atom:created",
    "date",
)
_UPDATED = ("atom:updated", "atom:modified", "dcterms:modified", "lastbuilddate", "dcterms:date")
_BODIES = ("content:encoded", "html:body", "html:div", "atom:content", "fulltext", "fullitem", "content", "body")
_SUMMARIES = ("description", "atom:summary", "itunes:summary", "media:description", "dc:description", "itunes:subtitle")
_EMAIL = re.compile(r"\s*[<(\[]?(?:mailto:)?[\w.+-]+@[\w.-]+\.\w+[>)\]]?\s*")
# From its first character to its last, so that text about markup stays text.
_ESCAPED_TWICE = re.compile(
    r"\s*&lt;(?:p|div|a|ul|ol|table|img|h[1-6]|blockquote|figure|span|article)\b[^<]*&gt;\s*\Z", re.IGNORECASE
)
_TAGGED = re.compile(r"</?[A-Za-z][^<>]*>|&(?:#\d+|#x[0-9a-f]+|\w+);", re.IGNORECASE)


def read_xml(root: Any, url: str = "") -> Feed | None:
    """Return the feed of a document with this root, loaded from ``url``."""
    feed = Node(root, url)
    is_atom = feed.name.startswith("atom:") or feed.name == "feed"
    channel = feed if is_atom else (first(feed, "channel") or feed)
    base = channel.base
    site = absolute_url(_feed_link(channel), base)
    items = [item for item in _items(root, url) if item.name in {"item", "atom:entry", "entry"}][:_MAX_ENTRIES]
    context = _Context(channel, base if is_atom else (site if site and channel.element.base is None else base), site)
    return Feed(
        title=clean_text(_title(channel)),
        url=absolute_url(_link(channel, "self"), base) or url,
        site_url=site,
        description=clean_text(_text(channel, ("description", "atom:subtitle", "atom:tagline", "itunes:summary"))),
        language=_language(channel),
        ttl=_seconds(_text(channel, ("ttl",))),
        entries=tuple(entry for entry in map(context.entry, items) if not _is_empty(entry)),
    )


def _is_empty(entry: Entry) -> bool:
    return not (entry.title or entry.url or entry.guid or entry.html or entry.enclosures or entry.images)


def _items(root: Any, url: str) -> Iterable[Node]:
    # Search at any depth, since a broken document may lack the end of its channel, but not inside another item.
    stack = [root]
    while stack:
        element = stack.pop()
        node = Node(element, url)
        if node.name in {"item", "atom:entry", "entry"}:
            yield node
        else:
            stack.extend(child for child in reversed(element) if isinstance(child.tag, str))


class _Context:
    """Values that entries inherit from their feed."""

    def __init__(self, channel: Node, base: str, site: str) -> None:
        self._base = base
        self._site = site
        self._language = _language(channel)
        self._authors = tuple(_authors(channel)) if channel.name.startswith("atom:") else ()

    def entry(self, item: Node) -> Entry:
        base = item.base_on(self._base)
        guid_node = first(item, "guid", "atom:id", "id", "dc:identifier")
        guid = clean_text(guid_node.text, decodings=1, limit=2_000) if guid_node else ""
        web_url = _entry_link(item, guid_node, base)
        html, content_base = _content(item, base, web_url)
        summary = _summary(item, html)
        source = first(item, "source", "atom:source")
        return Entry(
            title=clean_title(_title(item), html, web_url),
            url=web_url,
            web_url=web_url,
            guid=guid,
            published_at=_date(item, (*_PUBLISHED, *_UPDATED)),
            updated_at=_date(item, _UPDATED),
            summary=summary,
            html=html,
            base=content_base,
            authors=tuple(_authors(item)) or self._authors,
            topics=tuple(_topics(item)),
            language=_language(item) or self._language,
            images=find_images(item, base),
            enclosures=find_enclosures(item, base),
            source_name=clean_text(_source_name(source)) if source else "",
            source_url=absolute_url(_source_url(source), base) if source else "",
        )


def _title(node: Node) -> str:
    for name in _TITLES:
        for child in children(node, name) or (_in_group(node, name) if name == "media:title" else []):
            mode = child.get("type").lower()
            text = inner_html(child)
            if text.strip():
                return text if mode != "text" or child.has_elements else text.replace("<", "&lt;")
    return ""


def _in_group(node: Node, name: str) -> list[Node]:
    return [found for group in children(node, "media:group") for found in children(group, name)]


def _text(node: Node, names: Iterable[str]) -> str:
    return next((text for name in names for text in texts(node, name) if text.strip()), "")


def _link(node: Node, rel: str) -> str:
    for child in children(node, "atom:link", "link"):
        said = child.get("rel").strip().lower().rpartition("/")[2]
        if child.get("href").strip() and said == rel:
            return child.get("href")
    return ""


def _feed_link(channel: Node) -> str:
    plain = next((text for text in texts(channel, "link") if text.strip()), "")
    return plain or _link(channel, "alternate") or _link(channel, "")


def _entry_link(item: Node, guid: Node | None, base: str) -> str:
    """Return the URL of the entry, preferring a page to feeds, other formats and the GUID."""
    for value, at in _entry_links(item, guid, base):
        found = absolute_url(value, at)
        if found:
            return found
    return ""


def _entry_links(item: Node, guid: Node | None, base: str) -> Iterable[tuple[str, str]]:
    yield from ((text, base) for text in texts(item, "feedburner:origlink"))
    yield from ((child.text or child.get("href"), base) for child in children(item, "link") if not child.get("rel"))
    links = sorted(children(item, "atom:link", "link"), key=_link_rank)
    yield from ((link.get("href"), link.base_on(base)) for link in links if _link_rank(link) < _OTHER)
    if guid is not None and guid.get("ispermalink").lower() != "false":
        yield guid.text if "://" in guid.text or guid.get("ispermalink") else "", base
    yield from ((link.text, base) for link in links if not link.get("href") and not link.get("rel"))
    content = first(item, "atom:content")
    if content is not None:
        yield content.get("src"), content.base_on(base)
    yield item.get("about"), base
    if guid is not None and guid.text.strip().startswith(("http://", "https://")):
        yield guid.text, base
    yield from ((text, base) for text in texts(item, "url", "comments", "wfw:comment"))


_OTHER = 9


def _link_rank(link: Node) -> int:
    rel, kind = link.get("rel").strip().lower().rpartition("/")[2], link.get("type").lower()
    if not link.get("href").strip() or rel not in {"", "alternate", "via", "related"}:
        return _OTHER
    if rel in {"via", "related"}:
        return 5
    return 0 if "html" in kind else 1 if not kind else 3


def _content(item: Node, base: str, url: str) -> tuple[str, str]:
    """Return the HTML of an entry and the base of its links."""
    for name in (*_BODIES, *_SUMMARIES):
        for node in children(item, name) or (_in_group(item, name) if name.startswith("media:") else []):
            html = _as_html(node)
            if html.strip():
                declared = node.base_on("") or item.declared_base
                return html, node.base_on(base) if declared else url or base
    return "", url or base


def _as_html(node: Node) -> str:
    text = inner_html(node)
    if _ESCAPED_TWICE.match(text):
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    kind = node.get("type").strip().lower() or node.get("mode").strip().lower()
    if node.has_elements or kind in {"html", "text/html", "xhtml", "application/xhtml+xml", "escaped"}:
        return text
    if (
        kind in {"plain", "text/plain"}
        or (kind == "text" and node.name.startswith("atom:"))
        or not _TAGGED.search(text)
    ):
        return text_as_html(text)
    if kind and "/" in kind and not kind.endswith(("xml", "html")):
        return ""  # base64 or another format
    return text


def _summary(item: Node, html: str) -> str:
    """Return the text of the summary, unless the content begins with it."""
    for name in _SUMMARIES:
        for node in children(item, name):
            text = clean_text(plain_text(_as_html(node)), decodings=1, limit=_MAX_SUMMARY * 2)
            if text:
                if _as_html(node) == html:
                    return ""
                return text if len(text) <= _MAX_SUMMARY else text[:_MAX_SUMMARY].rpartition(" ")[0] + "…"
    return ""


def _date(item: Node, names: Iterable[str]) -> datetime | None:
    return next((date for name in names for text in texts(item, name) if (date := parse_feed_date(text))), None)


def _authors(node: Node) -> Iterable[str]:
    found: dict[str, None] = {}
    for child in children(node, "dc:creator", "author", "atom:author", "dc:author", "itunes:author", "dc:contributor"):
        names = [*texts(child, "atom:name", "name")] or ([] if child.has_elements else [child.text])
        for name in names:
            found.setdefault(_person(name))
    return [name for name in found if name]


def _person(text: str) -> str:
    text = clean_text(text)
    if "@" not in text:
        return text
    bare = _EMAIL.sub(" ", text).strip().strip("()<>").strip()
    return clean_text(bare) or text.partition("@")[0]


def _topics(item: Node) -> Iterable[str]:
    found: dict[str, None] = {}
    for child in _categories(item):
        own = (child.element.text or "" if child.has_elements else child.text).strip()
        text = child.get("label") or own or child.get("term") or child.get("text")
        for part in text.split(";") if child.name == "dc:subject" else [text]:
            topic = clean_text(part, limit=200)
            if topic and "://" not in topic:
                found.setdefault(topic)
    return list(found)[:200]


def _categories(item: Node) -> Iterable[Node]:
    for child in children(item, "category", "atom:category", "dc:subject", "media:category", "itunes:category"):
        yield child
        yield from children(child, "itunes:category")


def _language(node: Node) -> str:
    text = _text(node, ("language", "dc:language")) or node.get("xml:lang")
    text = clean_text(text).replace("_", "-")
    return text if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", text) else ""


def _source_name(source: Node) -> str:
    return _text(source, ("atom:title", "title")) or (source.text if not source.has_elements else "")


def _source_url(source: Node) -> str:
    return _link(source, "alternate") or _link(source, "") or source.get("url")


def _seconds(minutes: str) -> int:
    minutes = minutes.strip()
    return int(minutes) * 60 if minutes.isascii() and minutes.isdigit() and len(minutes) < 7 else 0
