"""Images and enclosures of an entry, from RSS, Atom, Media RSS and iTunes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.feeds.reading.markup import absolute_url, clean_text
from reader.feeds.reading.nodes import Node, children
from reader.feeds.reading.values import Enclosure, Picture

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["find_enclosures", "find_images"]

_MAX = 50
_IMAGE_NAMES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg")


def find_images(item: Node, base: str) -> tuple[Picture, ...]:
    """Return the images that an entry names, excluding those in its content."""
    found: dict[str, Picture] = {}
    for node in _media(item):
        address = node.get("url") or node.get("href") or _image_url(node)
        if _is_image(node) and (url := absolute_url(address, node.base_on(base))):
            found.setdefault(url, Picture(url, _size(node.get("width")), _size(node.get("height"))))
    return tuple(found.values())[:_MAX]


def find_enclosures(item: Node, base: str) -> tuple[Enclosure, ...]:
    """Return the files attached to an entry, except images."""
    found: dict[str, Enclosure] = {}
    for node in _media(item):
        address = node.get("url") or node.get("href")
        attached = node.name in {"enclosure", "atom:link", "link"} or (node.name == "media:content" and _has_type(node))
        if attached and not _is_image(node) and (url := absolute_url(address, node.base_on(base))):
            length = node.get("length") or node.get("filesize")
            found.setdefault(url, Enclosure(url, clean_text(node.get("type"), limit=100), _size(length)))
    return tuple(found.values())[:_MAX]


def _media(item: Node) -> Iterable[Node]:
    yield from children(item, "enclosure")
    yield from (link for link in children(item, "atom:link", "link") if _is_enclosure(link))
    yield from children(item, "media:content", "media:thumbnail", "itunes:image", "image")
    for part in children(item, "media:group", "media:content"):
        yield from children(part, "media:content", "media:thumbnail")


def _is_enclosure(link: Node) -> bool:
    return link.get("rel").strip().lower().rpartition("/")[2] == "enclosure"


def _image_url(node: Node) -> str:
    return next((child.text for child in children(node, "url")), "")


def _has_type(node: Node) -> bool:
    kind = node.get("type").lower().partition("/")[0] or node.get("medium").lower()
    return kind in {"audio", "video", "application"} and "shockwave" not in node.get("type")


def _is_image(node: Node) -> bool:
    if node.name in {"media:thumbnail", "itunes:image", "image"}:
        return True
    kind, medium = node.get("type").lower(), node.get("medium").lower()
    if kind or medium:
        return kind.startswith("image/") or medium == "image"
    return (node.get("url") or node.get("href")).partition("?")[0].lower().endswith(_IMAGE_NAMES)


def _size(text: str) -> int | None:
    text = text.strip().removesuffix("px")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 and int(text) else None
