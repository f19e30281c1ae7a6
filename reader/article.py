"""Core data types: articles and their parts.

All text in these values has passed through ``text.sanitize`` or ``text.sanitize_line``. Every URL is exactly as written
in the file and has been checked: absolute, http or https, without control characters or spaces. Does not read, parse or
render anything.
"""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime

__all__ = [
    "DATE_ONLY",
    "Article",
    "Image",
    "Link",
    "Provider",
    "Related",
    "is_date_only",
]

DATE_ONLY = timezone(timedelta(0), "date only")
"""Zone of a date without a time. It is stored as midnight, equals midnight UTC, and is the same day in every zone."""


def is_date_only(when: datetime) -> bool:
    """Return whether a datetime represents a date without a time."""
    return when.tzname() == "date only"


class Provider(Struct, frozen=True):
    """Publisher of an article. Either string can be empty; a provider with both empty is falsy."""

    name: str = ""
    domain: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.domain)


class Image(Struct, frozen=True):
    """Image URL; ``width`` and ``height`` are in pixels."""

    url: str
    width: int | None = None
    height: int | None = None
    is_cached: bool | None = None
    alt: str = ""


class Link(Struct, frozen=True):
    """Additional link: a download, an enclosure, another version of the page.

    ``type`` is a word such as ``download`` or a media type such as ``audio/mpeg``.
    """

    url: str
    title: str = ""
    type: str = ""


class Related(Struct, frozen=True):
    """Entry of an article's ``related`` list, read by the same rules as an article, without body or related list.

    ``path`` is set if the entry names a file in the folder: the path as written in the file, often without suffix.
    """

    title: str
    excerpt: str = ""
    published_at: datetime | None = None
    original_url: str = ""
    web_url: str = ""
    type: str = ""
    quality: float | None = None
    heat: float | None = None
    provider: Provider = Provider()
    topics: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    path: str = ""

    @property
    def url(self) -> str:
        """The URL to open, or an empty string."""
        return self.original_url or self.web_url


class Article(Struct, frozen=True):
    """Article in one file of the content folder.

    ``path`` is relative to the folder, with ``/`` as the separator, and may contain any character that a file name may
    contain (surrogate escapes included), so sanitize it before display. ``published_at`` and ``updated_at`` are aware,
    in UTC, in whole seconds; a date without a time is midnight in the zone DATE_ONLY. ``quality`` and ``heat`` are None
    if the article was not scored. ``unreadable`` marks a file whose front matter could not be parsed; its title then
    comes from its name. ``aliases`` are other titles or URLs of the article, ``site_paths`` its paths on its site
    as far as the front matter names them, ``image_paths`` those of images that have no URL, and ``feeds`` the titles of
    the feeds that carry it. ``length`` is in words for display, such as ``28:59``.
    """

    path: str
    title: str
    excerpt: str = ""
    body: str = ""
    published_at: datetime | None = None
    original_url: str = ""
    web_url: str = ""
    quality: float | None = None
    heat: float | None = None
    topics: tuple[str, ...] = ()
    category: str = ""
    type: str = ""
    language: str = ""
    authors: tuple[str, ...] = ()
    provider: Provider = Provider()
    draft: bool = False
    secured: bool = False
    unreadable: bool = False
    images: tuple[Image, ...] = ()
    related: tuple[Related, ...] = ()
    updated_at: datetime | None = None
    series: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    translators: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    length: str = ""
    price: str = ""
    levels: tuple[str, ...] = ()
    site_paths: tuple[str, ...] = ()
    image_paths: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The URL to open, or an empty string."""
        return self.original_url or self.web_url
