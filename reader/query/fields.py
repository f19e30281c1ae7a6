"""What a query can ask about: the fields, flags and sort keys, as plain data.

The parser, the completion and the reference in docs/query.md are all made from these tables. How a field is looked up
in the index is no business of this module.
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
    "Example",
    "Field",
    "FlagName",
    "Kind",
    "SortName",
    "field_named",
    "flag_named",
    "flags_of",
    "is_word_field",
    "nearest",
    "nearest_field",
]


class Kind(StrEnum):
    """How the value of a field is read and compared."""

    WORDS = "words"
    NAME = "name"
    PART = "part"
    NUMBER = "number"
    DATE = "date"
    FLAG = "flag"
    SORT = "sort"
    LIMIT = "limit"


class Example(Struct, frozen=True):
    """A query to be tried, and what it finds."""

    query: str
    finds: str


class Field(Struct, frozen=True):
    """A field of the language. ``expects`` completes the sentence "topic: needs …"."""

    name: str
    kind: Kind
    summary: str
    expects: str
    examples: tuple[Example, ...]
    aliases: tuple[str, ...] = ()

    @property
    def takes_list(self) -> bool:
        """Whether several values may stand after the field, with commas between them."""
        return self.kind in {Kind.WORDS, Kind.NAME, Kind.FLAG, Kind.SORT}

    @property
    def is_ordered(self) -> bool:
        """Whether the field takes < and > and ranges; since: and its like say themselves how they compare."""
        return self.kind is Kind.NUMBER or self.name == "date"


class FlagName(Struct, frozen=True):
    """One value of ``is:`` or ``has:``."""

    field: str
    name: str
    summary: str
    aliases: tuple[str, ...] = ()


class SortName(Struct, frozen=True):
    """One key of ``sort:``; ``first`` says what comes first when nothing else is asked."""

    name: str
    first: str


_A_DATE = "a date such as 2021-09-01, 2021-09, yesterday or 7d"
_A_NUMBER = "a number such as 70, or a range such as 60..80"

FIELDS: tuple[Field, ...] = (
    Field(
        "title",
        Kind.WORDS,
        "words in the title",
        "a word or a phrase",
        (
            Example("title:paper", "paper in the title"),
            Example('title:"of their own"', "the phrase in the title"),
            Example("title:/^the .* that/", "titles that a pattern describes"),
            Example("title:today", "the word today, not the day"),
        ),
    ),
    Field(
        "excerpt",
        Kind.WORDS,
        "words in the excerpt",
        "a word or a phrase",
        (Example("excerpt:atmosphere", "atmosphere in the excerpt"),),
        ("summary",),
    ),
    Field(
        "body",
        Kind.WORDS,
        "words in the body",
        "a word or a phrase",
        (Example("body:ice -title:ice", "ice in the body and not in the title"),),
    ),
    Field(
        "author",
        Kind.WORDS,
        "words in the names of the authors",
        "a name or a part of one",
        (
            Example("author:darwin", "anyone called Darwin"),
            Example('author:"tim peters"', "the name as it stands"),
        ),
        ("authors", "by"),
    ),
    Field(
        "topic",
        Kind.NAME,
        "the whole name of a topic",
        "a topic",
        (
            Example("topic:language", "the topic Language, and not Programming languages"),
            Example('topic:"world heritage"', "a name of two words"),
            Example("topic:music,food", "either of them"),
            Example("topic:art*", "every topic that begins so: Art, Artificial intelligence"),
        ),
        ("topics", "tag", "tags"),
    ),
    Field(
        "provider",
        Kind.NAME,
        "the whole name of the provider, or its domain",
        "a provider or a domain",
        (
            Example('provider:"the met"', "the provider of that name"),
            Example("provider:wikipedia.org", "wikipedia.org and every domain below it"),
        ),
        ("source",),
    ),
    Field(
        "domain",
        Kind.NAME,
        "the provider's domain, or its last parts",
        "a domain such as wikipedia.org",
        (Example("domain:edu", "every domain that ends in .edu"),),
        ("host",),
    ),
    Field(
        "category",
        Kind.NAME,
        "the whole name of the category",
        "a category",
        (Example("category:news", "the category news"),),
    ),
    Field(
        "type",
        Kind.NAME,
        "the whole name of the type",
        "a type",
        (Example("type:video,podcast", "either of them"),),
    ),
    Field(
        "lang",
        Kind.NAME,
        "the language; de finds de-AT too",
        "a language such as de",
        (Example("lang:de", "de, de-AT, de_CH"),),
        ("language",),
    ),
    Field(
        "url",
        Kind.PART,
        "any part of the original or the web URL",
        "a part of a URL",
        (
            Example("url:/wiki/", "URLs with that in them"),
            Example(
                "https://iter.org", "a pasted address; whether it says https or http, and www or not, does not count"
            ),
        ),
        ("link",),
    ),
    Field(
        "path",
        Kind.PART,
        "any part of the file's path in the folder",
        "a part of a path",
        (Example("path:space/missions", "files below such folders"),),
        ("file",),
    ),
    Field(
        "quality",
        Kind.NUMBER,
        "the quality, where it was scored",
        _A_NUMBER,
        (
            Example("quality>=90", "90 and more"),
            Example("q:60..80", "from 60 to 80, both included"),
            Example("q:60..", "60 and more"),
            Example("q!=50", "scored, and not 50"),
        ),
        ("q", "score"),
    ),
    Field(
        "heat",
        Kind.NUMBER,
        "the heat, where it was measured",
        _A_NUMBER,
        (Example("heat>50", "more than 50"),),
    ),
    Field(
        "related",
        Kind.NUMBER,
        "how many related entries there are",
        _A_NUMBER,
        (Example("related>=5", "five or more"),),
    ),
    Field(
        "images",
        Kind.NUMBER,
        "how many images there are",
        _A_NUMBER,
        (Example("images=0", "none"),),
    ),
    Field(
        "date",
        Kind.DATE,
        "the day, month or year of publication",
        _A_DATE,
        (
            Example("date:2021", "all of 2021"),
            Example("date:2021-09..2021-10", "from the first of September to the last of October"),
            Example("date:today", "today"),
            Example("date>=2021-09", "the same as since:"),
        ),
    ),
    Field(
        "since",
        Kind.DATE,
        "published in that period or later",
        _A_DATE,
        (
            Example("since:7d", "from the start of the day seven days ago"),
            Example("since:12h", "in the last twelve hours"),
            Example("since:2021-09-01", "from that day on"),
        ),
    ),
    Field(
        "before",
        Kind.DATE,
        "published before that period begins",
        _A_DATE,
        (Example("before:2003-05", "until the end of April 2003"),),
    ),
    Field(
        "on",
        Kind.DATE,
        "published in that period",
        _A_DATE,
        (Example("on:2022-07-04", "on that day"), Example("on:yesterday", "yesterday")),
    ),
    Field(
        "after",
        Kind.DATE,
        "published after that period ends",
        _A_DATE,
        (Example("after:2021", "from 2022 on"),),
    ),
    Field(
        "is",
        Kind.FLAG,
        "what is so of the article",
        "a state such as unread or starred",
        (Example("is:unread", "not yet read"), Example("is:starred,later", "either of them")),
    ),
    Field(
        "has",
        Kind.FLAG,
        "what the article has",
        "a part such as image or body",
        (Example("has:image", "with a picture"), Example("-has:date", "without a date")),
    ),
    Field(
        "sort",
        Kind.SORT,
        "the order of what is found",
        "a key such as date, quality or title",
        (
            Example("sort:quality,-date", "best first, among equals the oldest first"),
            Example("climate sort:relevance", "the best match first"),
        ),
    ),
    Field(
        "limit",
        Kind.LIMIT,
        "at most so many articles",
        "a whole number from 1",
        (Example("is:unread limit:50", "the first fifty"),),
    ),
)

FLAGS: tuple[FlagName, ...] = (
    FlagName("is", "unread", "not yet read"),
    FlagName("is", "read", "read"),
    FlagName("is", "starred", "starred", ("star",)),
    FlagName("is", "later", "kept for later"),
    FlagName("is", "new", "come into the folder since the last visit"),
    FlagName("is", "draft", "marked as a draft"),
    FlagName("is", "published", "not a draft"),
    FlagName("is", "secured", "with a locked text", ("locked",)),
    FlagName("is", "unreadable", "with front matter that cannot be understood"),
    FlagName("has", "url", "a URL to open"),
    FlagName("has", "related", "related entries"),
    FlagName("has", "image", "an image", ("images",)),
    FlagName("has", "body", "a text below the front matter"),
    FlagName("has", "date", "a date of publication"),
    FlagName("has", "quality", "a quality"),
    FlagName("has", "heat", "a heat"),
    FlagName("has", "topic", "a topic", ("topics", "tag", "tags")),
    FlagName("has", "problem", "a problem in its file", ("problems",)),
)

SORTS: tuple[SortName, ...] = (
    SortName("date", "newest"),
    SortName("quality", "highest"),
    SortName("heat", "highest"),
    SortName("title", "A to Z"),
    SortName("provider", "A to Z"),
    SortName("relevance", "best match; without a word to look for, newest"),
)


def field_named(name: str) -> Field | None:
    """Return the field of that name or alias, in any case."""
    wanted = name.lower()
    return next((field for field in FIELDS if wanted == field.name or wanted in field.aliases), None)


def flags_of(field: str) -> tuple[FlagName, ...]:
    """Return the values that ``is`` or ``has`` can take."""
    return tuple(flag for flag in FLAGS if flag.field == field)


def flag_named(field: str, name: str) -> FlagName | None:
    """Return the flag of that name or alias, in any case."""
    wanted = name.lower()
    return next((flag for flag in flags_of(field) if wanted == flag.name or wanted in flag.aliases), None)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that comes closest to a wrong one, or an empty text."""
    return next(iter(difflib.get_close_matches(name.lower()[:40], list(known), n=1)), "")


def nearest_field(name: str) -> str:
    """Return the field or alias whose name comes closest to a wrong one, or an empty text."""
    return nearest(name, (known for field in FIELDS for known in (field.name, *field.aliases)))


def is_word_field(name: str) -> bool:
    """Say whether the values of a field are words in a text."""
    field = field_named(name)
    return name == ANYWHERE or (field is not None and field.kind is Kind.WORDS)
