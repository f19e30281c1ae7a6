"""Table of the front-matter keys that are understood, and the field of an article that each of them becomes.

Keys are compared without case, ``-``, ``_`` and spaces. A key with a dot is one inside a mapping: ``taxonomies.tags``.
Does not read values.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FIELDS", "KEYS", "PARENTS", "FieldKeys", "KeyPlace", "normalize_key"]


class FieldKeys(Struct, frozen=True):
    """A field and its keys in order of precedence: the first key with a value wins, unless values are merged."""

    field: str
    keys: tuple[str, ...]


class KeyPlace(Struct, frozen=True):
    """A field that a key belongs to, and the key's rank among those of the field."""

    field: str
    rank: int


FIELDS: tuple[FieldKeys, ...] = (
    FieldKeys("title", ("title", "headline", "name", "linkTitle", "sidebar_label", "display_name")),
    FieldKeys(
        "excerpt",
        (
            *("excerpt", "summary", "description", "deck", "subtitle", "abstract", "desc"),
            *("standfirst", "lead", "hook", "kicker", "spoiler"),
        ),
    ),
    FieldKeys(
        "date",
        (
            *("publishedDateTime", "published_at", "date", "datePublished", "pubDate", "publishDate"),
            *("pubDatetime", "ms.date"),
        ),
    ),
    FieldKeys("published", ("published",)),  # boolean or date
    FieldKeys("created", ("created", "created_at", "date created", "date.created")),
    FieldKeys(
        "updated",
        (
            *("updatedDateTime", "updated", "updated_at", "lastmod", "modified", "modDatetime", "last_modified_at"),
            *("last_modified", "date_modified", "date.updated"),
        ),
    ),
    FieldKeys(
        "original_url",
        ("originalUrl", "source_url", "external_url", "link", "canonical_url", "canonical", "citation.url", "source"),
    ),
    FieldKeys("web_url", ("webUrl", "url", "permalink")),
    FieldKeys("place", ("path", "permalink", "url", "slug")),
    FieldKeys("quality", ("quality", "score")),
    FieldKeys("heat", ("heat",)),
    FieldKeys(
        "topics",
        ("topics", "tags", "categories", "keywords", "tag", "taxonomies.tags", "taxonomies.categories"),
    ),
    FieldKeys("category", ("category",)),
    FieldKeys("type", ("type",)),
    FieldKeys(
        "authors", ("author", "authors", "by", "byline", "author_name", "taxonomies.authors", "provider.authors")
    ),
    FieldKeys("translators", ("translator", "translators", "translated_by")),
    FieldKeys("language", ("lang", "language")),
    FieldKeys("provider", ("provider", "source", "publisher", "site")),
    FieldKeys("draft", ("draft",)),
    FieldKeys("secured", ("secured",)),
    FieldKeys(
        "images",
        (
            *("images", "image", "cover", "featured_image", "primary_image", "thumbnail", "preview_image", "image_url"),
            *("hero", "header.image", "ogImage", "banner"),
        ),
    ),
    FieldKeys("related", ("related", "items")),
    FieldKeys("series", ("series", "taxonomies.series")),
    FieldKeys("aliases", ("aliases",)),
    FieldKeys("links", ("actions", "ampWebUrl")),
    FieldKeys("length", ("length",)),
    FieldKeys("price", ("price",)),
    FieldKeys("levels", ("levels", "level")),
)

_IGNORED_IN_KEYS = str.maketrans("", "", "-_ ")


def normalize_key(key: str) -> str:
    """Return a key in the form in which keys are compared."""
    return key.translate(_IGNORED_IN_KEYS).lower()


def _places() -> Mapping[str, tuple[KeyPlace, ...]]:
    found: dict[str, tuple[KeyPlace, ...]] = {}
    for entry in FIELDS:
        for rank, key in enumerate(entry.keys):
            place = KeyPlace(entry.field, rank)
            name = normalize_key(key)
            if all(known.field != entry.field for known in found.get(name, ())):
                found[name] = (*found.get(name, ()), place)
    # Also as spelled here and in lower case: most keys are found without normalizing them.
    spelled = {key: found[normalize_key(key)] for entry in FIELDS for key in (*entry.keys, *map(str.lower, entry.keys))}
    return MappingProxyType(found | spelled)


KEYS: Mapping[str, tuple[KeyPlace, ...]] = _places()
"""The fields of a key, by its normalized form and by its usual spellings."""

PARENTS: frozenset[str] = frozenset(key.partition(".")[0] for key in KEYS if "." in key)
"""Normalized keys whose values may be mappings with keys of their own."""
