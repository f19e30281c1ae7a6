"""Structured values of an article: provider, images, links and topics. Related articles are in ``related``."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from msgspec.structs import replace

from reader import urls
from reader.article import Image, Link, Provider
from reader.content import values
from reader.content.dialects import normalize_key
from reader.content.schema import fields
from reader.content.schema.names import MARKDOWN_LINK, to_topics
from reader.problems import Code
from reader.text import sanitize_line

if TYPE_CHECKING:
    from reader.article import Article
    from reader.content.schema.fields import Found
    from reader.content.values import ProblemCollector

__all__ = [
    "MAX_IMAGES",
    "MAX_LINKS",
    "MAX_TOPICS",
    "WIKI_LINK",
    "by_key",
    "image_paths",
    "images",
    "links",
    "pick",
    "provider",
    "topics_of",
    "with_image_urls",
]

MAX_TOPICS = 200
MAX_IMAGES = 200
MAX_LINKS = 100

_IMAGE_URL = ("url", "src", "image", "feature", "path", "href", "file", "teaser", "thumbnail", "large", "small")
_ALT = ("alt", "alttext", "imagealt", "caption", "title", "description")
_LINK_URL = ("url", "href", "link", "src", "file")
_LINK_TITLE = ("title", "name", "label", "text")
_LINK_TYPE = ("type", "mimetype", "mediatype")

WIKI_LINK = re.compile(r"!?\[\[([^\[\]|#\n]+)(?:#[^\[\]|\n]*)?(?:\|([^\[\]\n]+))?\]\]")
_TOOL = re.compile(
    r"(?:readwise|reader|omnivore|pocket|instapaper|matter|raindrop|wallabag|karakeep|hoarder|linkding|evernote|notion|obsidian"
    r"|joplin|zotero|markdownload|singlefile|wordpress|ghost|web[ .-]?clip(?:per|ping)?s?\d?|clippings?)"
    r"(?=(?:\.io)?(?:[ ](?:reader|import|export|api|sync))?(?::|\Z))",
    re.IGNORECASE,
)
_MEDIA = re.compile(r"\.(?:mp3|m4a|ogg|opus|mp4|m4v|webm)(?:[?#]|\Z)", re.IGNORECASE)
_MOST_KEYS = 8


def provider(found: Found, url: str, report: ProblemCollector) -> Provider:
    """Return the provider. A missing domain is taken from the host of ``url``, a missing name from the domain."""
    name = domain = ""
    for _, key, entries in found.get("provider", ()):
        entry = fields.without_brackets(entries)
        value = next(iter(entry), None) if type(entry) is list else entry
        if type(value) is dict:
            inner = by_key(value)
            # The title next to the URL of an article is the article's.
            names = ("name", "sitename") if fields.linked_original(value) else ("name", "title", "sitename")
            name = name or values.to_line(key, pick(inner, *names), report)
            domain = domain or _domain(key, pick(inner, "domain", "url", "website", "link"), report)
        elif not isinstance(value, bool):
            text = values.to_line(key, value, report)
            linked = MARKDOWN_LINK.fullmatch(text)
            wiki = WIKI_LINK.fullmatch(text)
            if urls.is_safe(text):
                domain = domain or urls.host(text)
            elif linked:
                name, domain = name or linked[1], domain or urls.host(linked[2])
            elif not (normalize_key(key) == "source" and _is_tool(text, url)):
                name = name or ((wiki[2] or wiki[1]) if wiki else text)
    if url and not domain and not _MEDIA.search(url):
        domain = urls.host(url)
    return Provider(name or domain, domain)


def _is_tool(source: str, url: str) -> bool:
    """Return whether a source is the service or program that saved an article from another site."""
    tool = _TOOL.match(source)
    return tool is not None and tool[0].lower() not in urls.host(url)


def _domain(key: str, value: object, report: ProblemCollector) -> str:
    text = values.to_line(key, value, report)
    return ("/" in text and urls.host(text)) or text.lower().removeprefix("www.")


def by_key(mapping: dict[Any, Any]) -> dict[str, Any]:
    """Return a mapping with normalized keys."""
    if len(mapping) <= _MOST_KEYS:  # most entries of a list have the same keys
        return dict(zip(_normalized(tuple(mapping)), mapping.values(), strict=True))
    return {normalize_key(key): value for key, value in mapping.items() if type(key) is str}


@lru_cache(maxsize=64)
def _normalized(keys: tuple[object, ...]) -> tuple[str, ...]:
    """Return the normalized form of keys; empty for a key that is not a string."""
    return tuple(normalize_key(key) if type(key) is str else "" for key in keys)


def pick(mapping: dict[str, Any], *names: str) -> Any:
    """Return the first value that is neither missing nor empty; None if there is none."""
    for name in names:
        if value := mapping.get(name):
            return value
    return None


def images(found: Found, report: ProblemCollector) -> tuple[Image, ...]:
    """Return the images of the first key that has images with URLs."""
    for _, key, value in found.get("images", ()):
        if isinstance(value, bool):
            continue
        entries = value if isinstance(value, list) else [value]
        if len(entries) > MAX_IMAGES:
            report.add(key, Code.TOO_MANY, f"{MAX_IMAGES:,}")
        some = [image for entry in entries[:MAX_IMAGES] if (image := _image(key, entry, report)) is not None]
        if some:
            if not some[0].alt and "image_alt" in found:
                some[0] = replace(some[0], alt=fields.line("image_alt", found, report))
            return tuple(some)
    return ()


def image_paths(found: Found) -> tuple[str, ...]:
    """Return the image paths that are not URLs, of the first key that has any. Only if no image has a URL."""
    for _, _, value in found.get("images", ()):
        entries = value if isinstance(value, list) else [value]
        inner = [
            pick(by_key(entry), *_IMAGE_URL) if isinstance(entry, dict) else entry for entry in entries[:MAX_IMAGES]
        ]
        lines = (sanitize_line(each) for each in inner if type(each) is str and len(each) < urls.MAX_URL)
        # "background: dark" is no path.
        paths = (line for line in lines if ("/" in line or "." in line) and not urls.has_scheme(line))
        if some := tuple(path for path in paths if "{" not in path):
            return some
    return ()


def with_image_urls(article: Article) -> Article:
    """Return the article with its image paths resolved against its own URL, if it has one."""
    if article.images or not article.image_paths or not article.url:
        return article
    try:
        resolved = [urljoin(article.url, path) for path in article.image_paths]
    except ValueError:  # brackets in the host
        return article
    images = tuple(Image(url) for url in resolved if urls.is_safe(url))
    return replace(article, images=images, image_paths=()) if images else article


def _image(key: str, entry: object, report: ProblemCollector, depth: int = 1) -> Image | None:
    if not isinstance(entry, dict):
        address = values.to_url(key, fields.url_value(entry) or entry, report, paths=True)
        return Image(address) if address else None
    inner = by_key(entry)
    place = pick(inner, *_IMAGE_URL)
    if isinstance(place, dict):  # a mapping around the image, such as the hero of Starlight
        return _image(key, place, report, depth - 1) if depth else None
    address = values.to_url(key, place, report, paths=True)
    if not address:
        return None
    return Image(
        address,
        values.to_pixels(key, inner.get("width"), report),
        values.to_pixels(key, inner.get("height"), report),
        values.to_bool(inner.get("iscached")),
        values.to_line(key, alt, report) if (alt := pick(inner, *_ALT)) else "",
    )


def links(found: Found, report: ProblemCollector) -> tuple[Link, ...]:
    """Return the links of all keys, each URL once."""
    some: dict[str, Link] = {}
    for _, key, value in found.get("links", ()):
        entries = value if isinstance(value, list) else [value]
        if len(entries) > MAX_LINKS:
            report.add(key, Code.TOO_MANY, f"{MAX_LINKS:,}")
        for entry in entries[:MAX_LINKS]:
            link = _link(key, entry, report)
            if link is not None:
                some.setdefault(link.url, link)
    return tuple(some.values())[:MAX_LINKS]


def _link(key: str, entry: object, report: ProblemCollector) -> Link | None:
    """Return a link, or None. Not being a URL is not a problem: the same keys are used for paths and for words."""
    kind = _KINDS.get(normalize_key(key), "")
    if not isinstance(entry, dict):
        url = fields.url_value(entry)
        linked = MARKDOWN_LINK.fullmatch(entry.strip()) if type(entry) is str else None
        return Link(url, values.to_line(key, linked[1], report) if linked else "", kind) if url else None
    inner = by_key(entry)
    url = values.to_url(key, pick(inner, *_LINK_URL), report, paths=True)
    if not url:
        return None
    title = values.to_line(key, pick(inner, *_LINK_TITLE), report)
    return Link(url, title, values.to_line(key, pick(inner, *_LINK_TYPE), report) or kind)


_KINDS = {
    "ampweburl": "amp",
    "ampurl": "amp",
    "audio": "audio",
    "audiourl": "audio",
    "audiofile": "audio",
    "audiosrc": "audio",
    "mp3": "audio",
    "mp3url": "audio",
    "videofile": "video",
    "podcasturl": "audio",
    "video": "video",
    "videourl": "video",
    "youtube": "video",
    "youtubeurl": "video",
    "pdf": "pdf",
    "pdfurl": "pdf",
    "downloadurl": "download",
    "download": "download",
    "slides": "slides",
    "slidesurl": "slides",
    "githubrepo": "code",
    "repo": "code",
    "repository": "code",
    "projecturl": "project",
}


def topics_of(found: Found, report: ProblemCollector, *, blanks: bool = False) -> tuple[str, ...]:
    """Return the topics of all keys, in the order of the file."""
    pairs = found.get("topics") or []
    if len(pairs) == 1:
        _, key, value = pairs[0]
        return to_topics(key, value, report, limit=MAX_TOPICS, blanks=blanks and _is_plural(key))
    merged: list[str] = []
    for _, key, value in pairs:
        merged += to_topics(key, value, report, limit=MAX_TOPICS, blanks=blanks and _is_plural(key))
    return to_topics(pairs[0][1], merged, report, limit=MAX_TOPICS) if merged else ()


def _is_plural(key: str) -> bool:
    return key.lower() in {"tags", "categories"}
