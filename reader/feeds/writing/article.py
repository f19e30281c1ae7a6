"""Text of an article file: an entry as front matter in this program's own schema and a Markdown body."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from reader import urls
from reader.feeds.writing.markdown import html_to_markdown
from reader.text import sanitize_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from reader.feeds.reading import Entry

__all__ = ["Origin", "article_text", "yaml_string"]

_VIDEO_HOSTS = ("youtube.com", "youtu.be", "vimeo.com")
_MAX_BODY = 1_500_000  # characters; loading accepts files of up to 4 MiB
_ENTITY = re.compile(r"&(?=#?[A-Za-z0-9]{1,32};)")
# Characters that YAML requires to be escaped in double quotes, or that some parsers drop or treat as a line break.
_SPECIAL = re.compile('["\\\\\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]')


class Origin(Struct, frozen=True):
    """Facts in an article file about the feeds that carry the entry."""

    feeds: tuple[str, ...]
    site_url: str = ""
    topics: tuple[str, ...] = ()
    language: str = ""


def article_text(entry: Entry, origin: Origin, first_seen: datetime) -> str:
    """Return the full text of an entry's file."""
    body = html_to_markdown(entry.html, entry.base)
    if len(body) > _MAX_BODY:
        body = f"{body[:_MAX_BODY].rpartition(chr(10))[0]}\n\n[…]"
    head = "\n".join(_front_matter(entry, origin, first_seen))
    return f"---\n{head}\n---\n\n{body}\n" if body else f"---\n{head}\n---\n"


def _front_matter(entry: Entry, origin: Origin, first_seen: datetime) -> Iterator[str]:
    yield f"title: {_line(entry.title or 'Untitled')}"
    if entry.summary:
        yield f"excerpt: {_line(entry.summary)}"
    yield f"publishedDateTime: {_date(entry.published_at or first_seen)}"
    if entry.published_at is None:
        yield 'dateSource: "first seen; the feed gives no date"'
    if entry.updated_at is not None and entry.updated_at != entry.published_at:
        yield f"updatedDateTime: {_date(entry.updated_at)}"
    if entry.url:
        yield f"originalUrl: {yaml_string(entry.url)}"
    if entry.web_url:
        yield f"webUrl: {yaml_string(entry.web_url)}"
    yield f"type: {_kind(entry)}"
    if language := entry.language or origin.language:
        yield f"language: {_line(language)}"
    yield from _provider(entry, origin)
    yield from _list("topics", dict.fromkeys((*origin.topics, *entry.topics)))
    yield from _list("authors", entry.authors)
    yield from _media(entry)
    yield from _list("feed", origin.feeds) if len(origin.feeds) > 1 else [f"feed: {_line(origin.feeds[0])}"]
    if entry.guid:
        yield f"guid: {yaml_string(entry.guid)}"


def _kind(entry: Entry) -> str:
    kinds = {file.type.partition("/")[0] for file in entry.enclosures}
    if urls.host(entry.url).endswith(_VIDEO_HOSTS):
        return "video"
    return next((kind for kind in ("video", "audio") if kind in kinds), "article")


def _provider(entry: Entry, origin: Origin) -> Iterator[str]:
    domain = urls.host(entry.url) or urls.host(entry.source_url) or urls.host(origin.site_url)
    yield "provider:"
    yield f"  name: {_line(entry.source_name or origin.feeds[0])}"
    if domain:
        yield f"  domain: {yaml_string(domain)}"


def _media(entry: Entry) -> Iterator[str]:
    if entry.images:
        yield "images:"
    for image in entry.images:
        yield f"  - url: {yaml_string(image.url)}"
        if image.width:
            yield f"    width: {image.width}"
        if image.height:
            yield f"    height: {image.height}"
    if entry.enclosures:
        yield "enclosures:"
    for file in entry.enclosures:
        yield f"  - url: {yaml_string(file.url)}"
        if file.type:
            yield f"    type: {yaml_string(file.type)}"
        if file.length:
            yield f"    length: {file.length}"


def _list(key: str, values: Iterable[str]) -> Iterator[str]:
    lines = [f"  - {_line(value)}" for value in values]
    return iter([f"{key}:", *lines] if lines else [])


def _date(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _line(text: str) -> str:
    # Parsers of front matter decode entities, so escape one that is meant literally.
    return yaml_string(_ENTITY.sub("&amp;", sanitize_line(text)))


def yaml_string(text: str) -> str:
    """Return a text as a double-quoted YAML string that every YAML parser reads the same way."""
    return f'"{_SPECIAL.sub(_escape, text)}"'


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if character in '"\\':
        return f"\\{character}"
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        return "\\uFFFD"  # half of a surrogate pair, which no encoding can store
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}"
