"""Values of a feed and its entries. All text is sanitized; every URL is absolute and safe to open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = ["Enclosure", "Entry", "Feed", "Picture"]


class Picture(Struct, frozen=True):
    """Image of an entry; sizes in pixels."""

    url: str
    width: int | None = None
    height: int | None = None


class Enclosure(Struct, frozen=True):
    """Attached file, such as the episode of a podcast; ``length`` in bytes."""

    url: str
    type: str = ""
    length: int | None = None


class Entry(Struct, frozen=True):
    """Entry of a feed.

    ``html`` is the unsanitized content and ``base`` the URL that its relative links refer to. ``url`` leads to the
    original; ``web_url`` differs from it in link blogs. ``source_name`` and ``source_url`` name the feed that an
    aggregator took the entry from.
    """

    title: str = ""
    url: str = ""
    web_url: str = ""
    guid: str = ""
    published_at: datetime | None = None
    updated_at: datetime | None = None
    summary: str = ""
    html: str = ""
    base: str = ""
    authors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    language: str = ""
    images: tuple[Picture, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    source_name: str = ""
    source_url: str = ""


class Feed(Struct, frozen=True):
    """Feed with its entries in document order; ``ttl`` in seconds.

    ``pages`` maps article URLs to HTML, for articles whose pages were fetched for the full text.
    """

    title: str = ""
    url: str = ""
    site_url: str = ""
    description: str = ""
    language: str = ""
    ttl: int = 0
    entries: tuple[Entry, ...] = ()
    pages: Mapping[str, str] = field(default_factory=dict)
