"""The words everyone here speaks: an article and its parts, and a problem found in a file.

Every text in these values has passed ``text.clean`` or ``text.clean_line``; every URL is exactly as the file gave it
once it proved absolute, http or https, and free of control characters and spaces. Nothing here reads, parses or draws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Article", "Image", "Problem", "Provider", "Related"]


class Provider(Struct, frozen=True):
    """Who published an article; either text may be empty, and an empty provider is falsy."""

    name: str = ""
    domain: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.domain)


class Image(Struct, frozen=True):
    """A picture's address; ``width`` and ``height`` in pixels."""

    url: str
    width: int | None = None
    height: int | None = None
    is_cached: bool | None = None
    alt: str = ""


class Related(Struct, frozen=True):
    """An entry of an article's ``related`` list: an article by the same rules, without body or lists of its own."""

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

    @property
    def url(self) -> str:
        """The URL to open, or an empty text."""
        return self.original_url or self.web_url


class Article(Struct, frozen=True):
    """One file of the content folder.

    ``path`` is relative to the folder, with ``/`` between its parts, and may hold any character a file name may hold
    (surrogate escapes included): clean it before it is shown. ``published_at`` is aware, in UTC, in whole seconds.
    ``quality`` and ``heat`` are None where the article was not scored. ``unreadable`` marks a file whose front matter
    could not be understood; its title is then made from its name.
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

    @property
    def url(self) -> str:
        """The URL to open, or an empty text."""
        return self.original_url or self.web_url


class Problem(Struct, frozen=True, order=True):
    """Something in a file that is not as it should be.

    ``path`` as in ``Article``; ``line`` counts from 1, and 0 means the file as a whole; ``field`` is the key as the
    file spells it, empty where no field is at fault.
    """

    path: str
    line: int
    field: str = ""
    message: str = ""
