"""Fields, flags and sort keys of the query language, as plain data.

Parser, completion and the reference in docs/query.md are built from these tables. Does not define how the index looks
up a field.
"""

from __future__ import annotations

import difflib
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from reader.query.ast import ANYWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "FIELDS",
    "FLAGS",
    "SORTS",
    "FieldKind",
    "FieldSpec",
    "FlagSpec",
    "QueryExample",
    "SortSpec",
    "closest_field",
    "closest_match",
    "find_field",
    "find_flag",
    "flags_of",
    "is_text_field",
]


class FieldKind(StrEnum):
    """Kind of a field, which determines how its value is parsed and compared."""

    WORDS = "words"
    NAME = "name"
    PART = "part"
    NUMBER = "number"
    DATE = "date"
    FLAG = "flag"
    SORT = "sort"
    LIMIT = "limit"


class QueryExample(Struct, frozen=True):
    """Example query, and what it finds."""

    query: str
    finds: str


class FieldSpec(Struct, frozen=True):
    """Field of the language. ``expects`` completes the message "topic: expected …"."""

    name: str
    kind: FieldKind
    summary: str
    expects: str
    examples: tuple[QueryExample, ...]
    aliases: tuple[str, ...] = ()

    @property
    def takes_list(self) -> bool:
        """Whether the field takes several values, separated by commas."""
        return self.kind in {FieldKind.WORDS, FieldKind.NAME, FieldKind.FLAG, FieldKind.SORT}

    @property
    def is_ordered(self) -> bool:
        """Whether the field takes <, > and ranges. Fields such as since: already imply a comparison."""
        return self.kind is FieldKind.NUMBER or self.name in {"date", "updated"}


class FlagSpec(Struct, frozen=True):
    """One value of ``is:`` or ``has:``."""

    field: str
    name: str
    summary: str
    aliases: tuple[str, ...] = ()


class SortSpec(Struct, frozen=True):
    """One key of ``sort:``; ``first`` says what comes first by default."""

    name: str
    first: str


_A_DATE = "a date such as 2021-09-01, 2021-09, yesterday or 7d"
_A_NUMBER = "a number such as 70, or a range such as 60..80"

FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec(
        "title",
        FieldKind.WORDS,
        "words in the title",
        "a word or a phrase",
        (
            QueryExample("title:paper", 'title contains "paper"'),
            QueryExample('title:"of their own"', "the phrase in the title"),
            QueryExample("title:/^the .* that/", "titles matching a regular expression"),
            QueryExample("title:today", 'the word "today", not the date'),
        ),
    ),
    FieldSpec(
        "excerpt",
        FieldKind.WORDS,
        "words in the excerpt",
        "a word or a phrase",
        (QueryExample("excerpt:atmosphere", "atmosphere in the excerpt"),),
        ("summary",),
    ),
    FieldSpec(
        "body",
        FieldKind.WORDS,
        "words in the body",
        "a word or a phrase",
        (QueryExample("body:ice -title:ice", "ice in the body and not in the title"),),
    ),
    FieldSpec(
        "author",
        FieldKind.WORDS,
        "author names",
        "part of an author name",
        (
            QueryExample("author:darwin", "author contains Darwin"),
            QueryExample('author:"tim peters"', "exact author name"),
        ),
        ("authors", "by"),
    ),
    FieldSpec(
        "topic",
        FieldKind.NAME,
        "topic (exact name)",
        "a topic",
        (
            QueryExample("topic:language", "Language, but not Programming languages"),
            QueryExample('topic:"world heritage"', "multi-word topic"),
            QueryExample("topic:music,food", "either"),
            QueryExample("topic:art*", "prefix: Art, Artificial intelligence"),
        ),
        ("topics", "tag", "tags"),
    ),
    FieldSpec(
        "provider",
        FieldKind.NAME,
        "provider (exact name or domain)",
        "a provider or a domain",
        (
            QueryExample('provider:"the met"', "exact provider name"),
            QueryExample("provider:wikipedia.org", "wikipedia.org and its subdomains"),
        ),
        ("source",),
    ),
    FieldSpec(
        "domain",
        FieldKind.NAME,
        "provider domain, including subdomains",
        "a domain such as wikipedia.org",
        (QueryExample("domain:edu", ".edu domains"),),
        ("host",),
    ),
    FieldSpec(
        "category",
        FieldKind.NAME,
        "category (exact name)",
        "a category",
        (QueryExample("category:news", "category News"),),
    ),
    FieldSpec("type", FieldKind.NAME, "type (exact name)", "a type", (QueryExample("type:video,podcast", "either"),)),
    FieldSpec(
        "lang",
        FieldKind.NAME,
        "language (de includes de-AT)",
        "a language such as de",
        (QueryExample("lang:de", "de, de-AT, de_CH"),),
        ("language",),
    ),
    FieldSpec(
        "series",
        FieldKind.NAME,
        "series (exact name)",
        "a series",
        (QueryExample("series:custodians", "parts of the series"),),
    ),
    FieldSpec(
        "feed",
        FieldKind.NAME,
        "feed (exact title)",
        "the title of a feed",
        (QueryExample('feed:"julia evans"', "articles fetched from the feed"),),
        ("feeds",),
    ),
    FieldSpec(
        "url",
        FieldKind.PART,
        "part of the original or web URL",
        "part of a URL",
        (
            QueryExample("url:/wiki/", "URLs containing /wiki/"),
            QueryExample("https://iter.org", "pasted URL (http/https and www are ignored)"),
        ),
        ("link",),
    ),
    FieldSpec(
        "path",
        FieldKind.PART,
        "part of the file path in the folder",
        "part of a path",
        (QueryExample("path:space/missions", "files in matching folders"),),
        ("file",),
    ),
    FieldSpec(
        "quality",
        FieldKind.NUMBER,
        "quality score",
        _A_NUMBER,
        (
            QueryExample("quality>=90", "at least 90"),
            QueryExample("q:60..80", "60 to 80 inclusive"),
            QueryExample("q:60..", "at least 60"),
            QueryExample("q!=50", "any score except 50"),
        ),
        ("q", "score"),
    ),
    FieldSpec("heat", FieldKind.NUMBER, "heat score", _A_NUMBER, (QueryExample("heat>50", "more than 50"),)),
    FieldSpec(
        "related",
        FieldKind.NUMBER,
        "number of related articles",
        _A_NUMBER,
        (QueryExample("related>=5", "five or more"),),
    ),
    FieldSpec(
        "minutes",
        FieldKind.NUMBER,
        "reading time in minutes",
        _A_NUMBER,
        (QueryExample("minutes<=5", "read in five minutes"), QueryExample("minutes:10..", "ten or longer")),
        ("reading_time",),
    ),
    FieldSpec("images", FieldKind.NUMBER, "number of images", _A_NUMBER, (QueryExample("images=0", "none"),)),
    FieldSpec(
        "date",
        FieldKind.DATE,
        "publication date",
        _A_DATE,
        (
            QueryExample("date:2021", "all of 2021"),
            QueryExample("date:2021-09..2021-10", "September and October 2021"),
            QueryExample("date:today", "today"),
            QueryExample("date>=2021-09", "the same as since:"),
        ),
    ),
    FieldSpec(
        "since",
        FieldKind.DATE,
        "published on or after a date",
        _A_DATE,
        (
            QueryExample("since:7d", "the last 7 days, from midnight"),
            QueryExample("since:12h", "the last 12 hours"),
            QueryExample("since:2021-09-01", "on or after that day"),
        ),
    ),
    FieldSpec(
        "before",
        FieldKind.DATE,
        "published before a date",
        _A_DATE,
        (QueryExample("before:2003-05", "before May 2003"),),
    ),
    FieldSpec(
        "on",
        FieldKind.DATE,
        "published on a date, or in a month or year",
        _A_DATE,
        (QueryExample("on:2022-07-04", "on that day"), QueryExample("on:yesterday", "yesterday")),
    ),
    FieldSpec(
        "after",
        FieldKind.DATE,
        "published after a date",
        _A_DATE,
        (QueryExample("after:2021", "from 2022 on"),),
    ),
    FieldSpec(
        "updated",
        FieldKind.DATE,
        "last-modified date in the file",
        _A_DATE,
        (QueryExample("updated>=2021-09", "changed in or after September 2021"),),
        ("modified",),
    ),
    FieldSpec(
        "is",
        FieldKind.FLAG,
        "status",
        "a flag such as unread or starred",
        (QueryExample("is:unread", "not yet read"), QueryExample("is:starred,later", "either")),
    ),
    FieldSpec(
        "has",
        FieldKind.FLAG,
        "content",
        "a flag such as image or body",
        (QueryExample("has:image", "has an image"), QueryExample("-has:date", "no publication date")),
    ),
    FieldSpec(
        "sort",
        FieldKind.SORT,
        "sort order",
        "a sort key such as date, quality or title",
        (
            QueryExample("sort:quality,-date", "best first, then oldest first"),
            QueryExample("climate sort:relevance", "best match first"),
        ),
    ),
    FieldSpec(
        "limit",
        FieldKind.LIMIT,
        "maximum number of results",
        "a positive integer",
        (QueryExample("is:unread limit:50", "first 50"),),
    ),
)

FLAGS: tuple[FlagSpec, ...] = (
    FlagSpec("is", "unread", "not yet read"),
    FlagSpec("is", "read", "read"),
    FlagSpec("is", "starred", "starred", ("star",)),
    FlagSpec("is", "later", "in read later"),
    FlagSpec("is", "new", "added since your last visit"),
    FlagSpec("is", "draft", "marked as a draft"),
    FlagSpec("is", "published", "not a draft"),
    FlagSpec("is", "secured", "encrypted", ("locked",)),
    FlagSpec("is", "unreadable", "front matter could not be parsed"),
    FlagSpec("has", "url", "URL"),
    FlagSpec("has", "related", "related articles"),
    FlagSpec("has", "image", "image", ("images",)),
    FlagSpec("has", "body", "body text"),
    FlagSpec("has", "date", "publication date"),
    FlagSpec("has", "updated", "date of the last change"),
    FlagSpec("has", "quality", "quality score"),
    FlagSpec("has", "heat", "heat score"),
    FlagSpec("has", "topic", "topic", ("topics", "tag", "tags")),
    FlagSpec("has", "series", "series"),
    FlagSpec("has", "problem", "file has problems", ("problems",)),
)

SORTS: tuple[SortSpec, ...] = (
    SortSpec("date", "newest"),
    SortSpec("updated", "last changed"),
    SortSpec("quality", "highest"),
    SortSpec("heat", "highest"),
    SortSpec("title", "A to Z"),
    SortSpec("provider", "A to Z"),
    SortSpec("relevance", "best match (newest without search words)"),
)


def find_field(name: str) -> FieldSpec | None:
    """Return the field with this name or alias, ignoring case."""
    wanted = name.lower()
    return next((field for field in FIELDS if wanted == field.name or wanted in field.aliases), None)


def flags_of(field: str) -> tuple[FlagSpec, ...]:
    """Return the values that ``is`` or ``has`` can take."""
    return tuple(flag for flag in FLAGS if flag.field == field)


def find_flag(field: str, name: str) -> FlagSpec | None:
    """Return the flag with this name or alias, ignoring case."""
    wanted = name.lower()
    return next((flag for flag in flags_of(field) if wanted == flag.name or wanted in flag.aliases), None)


def closest_match(name: str, known: Iterable[str]) -> str:
    """Return the known name that is closest to an unknown one, or an empty string."""
    return next(iter(difflib.get_close_matches(name.lower()[:40], list(known), n=1)), "")


def closest_field(name: str) -> str:
    """Return the field name or alias that is closest to an unknown name, or an empty string."""
    return closest_match(name, (known for field in FIELDS for known in (field.name, *field.aliases)))


def is_text_field(name: str) -> bool:
    """Return whether the values of a field are words in a text."""
    field = find_field(name)
    return name == ANYWHERE or (field is not None and field.kind is FieldKind.WORDS)
