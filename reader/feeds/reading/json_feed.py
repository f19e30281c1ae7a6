"""JSON Feed and near misses: raw line breaks, numbers as IDs, one author instead of a list."""

from __future__ import annotations

import contextlib
import json
import re
from typing import TYPE_CHECKING, Any

from reader.feeds.reading.dates import parse_feed_date
from reader.feeds.reading.markup import absolute_url, clean_text, clean_title, plain_text, text_as_html
from reader.feeds.reading.values import Enclosure, Entry, Feed, Picture

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

__all__ = ["read_json"]

_MAX_ENTRIES = 10_000
_ITEMS = re.compile(r'"items"\s*:\s*\[\s*')
_BETWEEN = re.compile(r"[\s,]*")
_SURROGATE = re.compile("[\ud800-\udfff]")  # half of a pair, which no encoding can store
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")


def read_json(text: str, url: str = "") -> Feed | None:
    """Return the feed in a JSON document; None if it contains none."""
    document = _load(text)
    if isinstance(document, list):
        document = {"items": document}
    items = document.get("items") if isinstance(document, dict) else None
    if isinstance(items, dict):
        items = list(items.values())
    if not isinstance(items, list) or not _is_feed(document, items):
        return None
    site = absolute_url(_string(document.get("home_page_url")), url)
    inherited = tuple(_people(document))
    language = _string(document.get("language"))
    entries = (
        _entry(item, site or url, inherited, language) for item in items[:_MAX_ENTRIES] if isinstance(item, dict)
    )
    return Feed(
        title=clean_text(_string(document.get("title"))),
        url=absolute_url(_string(document.get("feed_url")), url) or url,
        site_url=site,
        description=clean_text(_string(document.get("description"))),
        language=language,
        entries=tuple(entries),
    )


def _is_feed(document: dict[str, Any], items: list[Any]) -> bool:
    if "jsonfeed.org" in _string(document.get("version")):
        return True
    known = {"id", "url", "content_html", "content_text", "title"}
    return any(isinstance(item, dict) and len(known & item.keys()) >= 2 for item in items)


def _load(text: str) -> Any:
    for variant in (text, _TRAILING_COMMA.sub("", text)):
        try:
            # Not strict, because line breaks and tabs in strings are common.
            return json.JSONDecoder(strict=False).raw_decode(variant)[0]
        except (ValueError, RecursionError):
            continue
    return _beginning(text)


def _beginning(text: str) -> dict[str, Any] | None:
    """Return the items before the place where a document ends too soon or is invalid; None if there are none."""
    found = _ITEMS.search(text)
    if found is None:
        return None
    decoder = json.JSONDecoder(strict=False)
    items = []
    place = found.end()
    with contextlib.suppress(ValueError, RecursionError):
        while True:
            item, place = decoder.raw_decode(text, place)
            items.append(item)
            place = _BETWEEN.match(text, place).end()  # type: ignore[union-attr] # matches the empty string, too
    document = {"items": items}
    with contextlib.suppress(ValueError, RecursionError):
        document |= decoder.decode(text[: found.start()].rstrip(", \t\r\n") + "}")
    return document if items else None


def _entry(item: dict[str, Any], base: str, inherited: tuple[str, ...], language: str) -> Entry:
    page = absolute_url(_string(item.get("url")), base)
    original = absolute_url(_string(item.get("external_url")), base)
    guid = clean_text(_string(item.get("id")), decodings=0, limit=2_000)
    address = page or (absolute_url(guid) if "://" in guid else "")
    html = _string(item.get("content_html")) or text_as_html(_string(item.get("content_text")))
    summary = clean_text(_string(item.get("summary")), decodings=1)
    html = html or text_as_html(_string(item.get("summary")))
    return Entry(
        title=clean_title(_string(item.get("title")), html, address or original),
        url=original or address,
        web_url=address or original,
        guid=guid,
        published_at=_date(item, "date_published", "date_modified", "published", "date"),
        updated_at=_date(item, "date_modified", "updated"),
        summary=summary if clean_text(plain_text(html), decodings=0) != summary else "",
        html=html,
        base=address or base,
        authors=tuple(_people(item)) or inherited,
        topics=tuple(_tags(item.get("tags"))),
        language=_string(item.get("language")) or language,
        images=tuple(_images(item, base)),
        enclosures=tuple(_enclosures(item, base)),
    )


def _string(value: object) -> str:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


def _date(item: dict[str, Any], *names: str) -> datetime | None:
    return next((date for name in names if (date := parse_feed_date(_string(item.get(name))))), None)


def _people(value: dict[str, Any]) -> Iterable[str]:
    found = [value.get("authors"), value.get("author")]
    people = [person for part in found for person in (part if isinstance(part, list) else [part])]
    names = (person.get("name") if isinstance(person, dict) else person for person in people)
    return dict.fromkeys(name for name in (clean_text(_string(name)) for name in names) if name)


def _tags(value: object) -> Iterable[str]:
    tags = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    named = (tag.get("name") if isinstance(tag, dict) else tag for tag in tags)
    return dict.fromkeys(name for name in (clean_text(_string(tag), limit=200) for tag in named) if name)


def _images(item: dict[str, Any], base: str) -> Iterable[Picture]:
    found = (absolute_url(_string(item.get(name)), base) for name in ("image", "banner_image"))
    return [Picture(url) for url in dict.fromkeys(found) if url]


def _enclosures(item: dict[str, Any], base: str) -> Iterable[Enclosure]:
    attached = item.get("attachments")
    for part in attached if isinstance(attached, list) else []:
        url = absolute_url(_string(part.get("url")), base) if isinstance(part, dict) else ""
        if url:
            size = part.get("size_in_bytes")
            yield Enclosure(url, clean_text(_string(part.get("mime_type"))), size if isinstance(size, int) else None)
