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
    """How the value of a field is read and compared."""

    WORDS = "words"
    NAME = "name"
    PART = "part"
    NUMBER = "number"
    DATE = "date"
    FLAG = "flag"
    SORT = "sort"
    LIMIT = "limit"


class QueryExample(Struct, frozen=True):
    """A query to be tried, and what it finds."""

    query: str
    finds: str


class FieldSpec(Struct, frozen=True):
    """A field of the language. ``expects`` completes the sentence "topic: needs …"."""

    name: str
    kind: FieldKind
    summary: str
    expects: str
    examples: tuple[QueryExample, ...]
    aliases: tuple[str, ...] = ()

    @property
    def takes_list(self) -> bool:
        """Whether several values may stand after the field, with commas between them."""
        return self.kind in {FieldKind.WORDS, FieldKind.NAME, FieldKind.FLAG, FieldKind.SORT}

    @property
    def is_ordered(self) -> bool:
        """Whether the field takes < and > and ranges; since: and its like say themselves how they compare."""
        return self.kind is FieldKind.NUMBER or self.name == "date"


class FlagSpec(Struct, frozen=True):
    """One value of ``is:`` or ``has:``."""

    field: str
    name: str
    summary: str
    aliases: tuple[str, ...] = ()


class SortSpec(Struct, frozen=True):
    """One key of ``sort:``; ``first`` says what comes first when nothing else is asked."""

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
            QueryExample("title:paper", "paper in the title"),
            QueryExample('title:"of their own"', "the phrase in the title"),
            QueryExample("title:/^the .* that/", "titles that a pattern describes"),
            QueryExample("title:today", "the word today, not the day"),
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
        "words in the names of the authors",
        "a name or a part of one",
        (
            QueryExample("author:darwin", "anyone called Darwin"),
            QueryExample('author:"tim peters"', "the name as it stands"),
        ),
        ("authors", "by"),
    ),
    FieldSpec(
        "topic",
        FieldKind.NAME,
        "the whole name of a topic",
        "a topic",
        (
            QueryExample("topic:language", "the topic Language, and not Programming languages"),
            QueryExample('topic:"world heritage"', "a name of two words"),
            QueryExample("topic:music,food", "either of them"),
            QueryExample("topic:art*", "every topic that begins so: Art, Artificial intelligence"),
        ),
        ("topics", "tag", "tags"),
    ),
    FieldSpec(
        "provider",
        FieldKind.NAME,
        "the whole name of the provider, or its domain",
        "a provider or a domain",
        (
            QueryExample('provider:"the met"', "the provider of that name"),
            QueryExample("provider:wikipedia.org", "wikipedia.org and every domain below it"),
        ),
        ("source",),
    ),
    FieldSpec(
        "domain",
        FieldKind.NAME,
        "the provider's domain, or its last parts",
        "a domain such as wikipedia.org",
        (QueryExample("domain:edu", "every domain that ends in .edu"),),
        ("host",),
    ),
    FieldSpec(
        "category",
        FieldKind.NAME,
        "the whole name of the category",
        "a category",
        (QueryExample("category:news", "the category news"),),
    ),
    FieldSpec(
        "type",
        FieldKind.NAME,
        "the whole name of the type",
        "a type",
        (QueryExample("type:video,podcast", "either of them"),),
    ),
    FieldSpec(
        "lang",
        FieldKind.NAME,
        "the language; de finds de-AT too",
        "a language such as de",
        (QueryExample("lang:de", "de, de-AT, de_CH"),),
        ("language",),
    ),
    FieldSpec(
        "url",
        FieldKind.PART,
        "any part of the original or the web URL",
        "a part of a URL",
        (
            QueryExample("url:/wiki/", "URLs with that in them"),
            QueryExample(
                "https://iter.org", "a pasted address; whether it says https or http, and www or not, does not count"
            ),
        ),
        ("link",),
    ),
    FieldSpec(
        "path",
        FieldKind.PART,
        "any part of the file's path in the folder",
        "a part of a path",
        (QueryExample("path:space/missions", "files below such folders"),),
        ("file",),
    ),
    FieldSpec(
        "quality",
        FieldKind.NUMBER,
        "the quality, where it was scored",
        _A_NUMBER,
        (
            QueryExample("quality>=90", "90 and more"),
            QueryExample("q:60..80", "from 60 to 80, both included"),
            QueryExample("q:60..", "60 and more"),
            QueryExample("q!=50", "scored, and not 50"),
        ),
        ("q", "score"),
    ),
    FieldSpec(
        "heat",
        FieldKind.NUMBER,
        "the heat, where it was measured",
        _A_NUMBER,
        (QueryExample("heat>50", "more than 50"),),
    ),
    FieldSpec(
        "related",
        FieldKind.NUMBER,
        "how many related entries there are",
        _A_NUMBER,
        (QueryExample("related>=5", "five or more"),),
    ),
    FieldSpec(
        "images",
        FieldKind.NUMBER,
        "how many images there are",
        _A_NUMBER,
        (QueryExample("images=0", "none"),),
    ),
    FieldSpec(
        "date",
        FieldKind.DATE,
        "the day, month or year of publication",
        _A_DATE,
        (
            QueryExample("date:2021", "all of 2021"),
            QueryExample("date:2021-09..2021-10", "from the first of September to the last of October"),
            QueryExample("date:today", "today"),
            QueryExample("date>=2021-09", "the same as since:"),
        ),
    ),
    FieldSpec(
        "since",
        FieldKind.DATE,
        "published in that period or later",
        _A_DATE,
        (
            QueryExample("since:7d", "from the start of the day seven days ago"),
            QueryExample("since:12h", "in the last twelve hours"),
            QueryExample("since:2021-09-01", "from that day on"),
        ),
    ),
    FieldSpec(
        "before",
        FieldKind.DATE,
        "published before that period begins",
        _A_DATE,
        (QueryExample("before:2003-05", "until the end of April 2003"),),
    ),
    FieldSpec(
        "on",
        FieldKind.DATE,
        "published in that period",
        _A_DATE,
        (QueryExample("on:2022-07-04", "on that day"), QueryExample("on:yesterday", "yesterday")),
    ),
    FieldSpec(
        "after",
        FieldKind.DATE,
        "published after that period ends",
        _A_DATE,
        (QueryExample("after:2021", "from 2022 on"),),
    ),
    FieldSpec(
        "is",
        FieldKind.FLAG,
        "what is so of the article",
        "a state such as unread or starred",
        (QueryExample("is:unread", "not yet read"), QueryExample("is:starred,later", "either of them")),
    ),
    FieldSpec(
        "has",
        FieldKind.FLAG,
        "what the article has",
        "a part such as image or body",
        (QueryExample("has:image", "with a picture"), QueryExample("-has:date", "without a date")),
    ),
    FieldSpec(
        "sort",
        FieldKind.SORT,
        "the order of what is found",
        "a key such as date, quality or title",
        (
            QueryExample("sort:quality,-date", "best first, among equals the oldest first"),
            QueryExample("climate sort:relevance", "the best match first"),
        ),
    ),
    FieldSpec(
        "limit",
        FieldKind.LIMIT,
        "at most so many articles",
        "a whole number from 1",
        (QueryExample("is:unread limit:50", "the first fifty"),),
    ),
)

FLAGS: tuple[FlagSpec, ...] = (
    FlagSpec("is", "unread", "not yet read"),
    FlagSpec("is", "read", "read"),
    FlagSpec("is", "starred", "starred", ("star",)),
    FlagSpec("is", "later", "kept for later"),
    FlagSpec("is", "new", "come into the folder since the last visit"),
    FlagSpec("is", "draft", "marked as a draft"),
    FlagSpec("is", "published", "not a draft"),
    FlagSpec("is", "secured", "with a locked text", ("locked",)),
    FlagSpec("is", "unreadable", "with front matter that cannot be understood"),
    FlagSpec("has", "url", "a URL to open"),
    FlagSpec("has", "related", "related entries"),
    FlagSpec("has", "image", "an image", ("images",)),
    FlagSpec("has", "body", "a text below the front matter"),
    FlagSpec("has", "date", "a date of publication"),
    FlagSpec("has", "quality", "a quality"),
    FlagSpec("has", "heat", "a heat"),
    FlagSpec("has", "topic", "a topic", ("topics", "tag", "tags")),
    FlagSpec("has", "problem", "a problem in its file", ("problems",)),
)

SORTS: tuple[SortSpec, ...] = (
    SortSpec("date", "newest"),
    SortSpec("quality", "highest"),
    SortSpec("heat", "highest"),
    SortSpec("title", "A to Z"),
    SortSpec("provider", "A to Z"),
    SortSpec("relevance", "best match; without a word to look for, newest"),
)


def find_field(name: str) -> FieldSpec | None:
    """Return the field of that name or alias, in any case."""
    wanted = name.lower()
    return next((field for field in FIELDS if wanted == field.name or wanted in field.aliases), None)


def flags_of(field: str) -> tuple[FlagSpec, ...]:
    """Return the values that ``is`` or ``has`` can take."""
    return tuple(flag for flag in FLAGS if flag.field == field)


def find_flag(field: str, name: str) -> FlagSpec | None:
    """Return the flag of that name or alias, in any case."""
    wanted = name.lower()
    return next((flag for flag in flags_of(field) if wanted == flag.name or wanted in flag.aliases), None)


def closest_match(name: str, known: Iterable[str]) -> str:
    """Return the known name that comes closest to a wrong one, or an empty text."""
    return next(iter(difflib.get_close_matches(name.lower()[:40], list(known), n=1)), "")


def closest_field(name: str) -> str:
    """Return the field or alias whose name comes closest to a wrong one, or an empty text."""
    return closest_match(name, (known for field in FIELDS for known in (field.name, *field.aliases)))


def is_text_field(name: str) -> bool:
    """Say whether the values of a field are words in a text."""
    field = find_field(name)
    return name == ANYWHERE or (field is not None and field.kind is FieldKind.WORDS)
