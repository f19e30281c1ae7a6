"""Values that queries over the index return: articles as lists show them, totals, and facet counts."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from reader.problems import Problem

if TYPE_CHECKING:
    from datetime import datetime

    from reader.article import Provider
    from reader.marks import MarkTarget

__all__ = [
    "BETWEEN_ARGS",
    "SELECT_PROBLEMS",
    "STATES",
    "ArticleSummary",
    "FacetCount",
    "FacetKind",
    "IndexProfile",
    "IndexStats",
    "ResultCounts",
    "read_problem",
]


STATES = ("unreadable", "draft", "secured", "updated", "problem")
"""States of an article that lists show a symbol for; ``updated`` means a day or more after publication."""


class ArticleSummary(Struct, frozen=True):
    """Article as lists show it, without its body; fields are as in ``Article``, marks are the current ones.

    ``target`` identifies the article to the marks.
    """

    id: int
    target: MarkTarget
    path: str
    title: str
    excerpt: str
    published_at: datetime | None
    original_url: str
    web_url: str
    quality: float | None
    heat: float | None
    topics: tuple[str, ...]
    category: str
    type: str
    language: str
    authors: tuple[str, ...]
    provider: Provider
    draft: bool
    secured: bool
    unreadable: bool
    related_count: int
    image_count: int
    problem_count: int
    read: bool
    starred: bool
    later: bool
    updated_at: datetime | None = None
    series: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    minutes: int = 0

    @property
    def updated(self) -> bool:
        """Whether the article was updated a day or more after it was published."""
        if self.updated_at is None or self.published_at is None:
            return False
        return (self.updated_at - self.published_at).days >= 1

    @property
    def problem(self) -> bool:
        """Whether its file has problems or notes."""
        return self.problem_count > 0

    @property
    def url(self) -> str:
        """The URL to open, or an empty string."""
        return self.original_url or self.web_url


class IndexStats(Struct, frozen=True):
    """Totals of the index. ``plain`` files are not articles; ``wordless`` articles are not found by words yet."""

    articles: int
    plain: int
    problems: int
    wordless: int = 0


class IndexProfile(Struct, frozen=True):
    """Facts about all articles of an index that decide what lists show.

    ``years`` are the first and the last year of a date in any time zone, None without dates. ``unusual`` are the states
    that few articles have; a state that most articles have is not worth showing.
    """

    has_quality: bool = True
    years: tuple[int, int] | None = (1, 9999)
    unusual: tuple[str, ...] = STATES


class FacetKind(StrEnum):
    """Property by which articles can be counted."""

    TOPIC = "topic"
    PROVIDER = "provider"
    CATEGORY = "category"
    AUTHOR = "author"
    YEAR = "year"
    DOMAIN = "domain"
    TYPE = "type"
    LANGUAGE = "language"
    FEED = "feed"

    @property
    def plural(self) -> str:
        """The plural of the kind, such as ``topics``."""
        return "categories" if self is FacetKind.CATEGORY else f"{self.value}s"

    @property
    def field(self) -> str:
        """The query field that narrows a list to one value of the kind."""
        match self:
            case FacetKind.YEAR:
                return "date"
            case FacetKind.LANGUAGE:
                return "lang"
            case _:
                return self.value

    @classmethod
    def named(cls, name: str) -> FacetKind | None:
        """Return the kind of this name, or None."""
        return next((kind for kind in cls if kind.value == name), None)


class FacetCount(Struct, frozen=True):
    """A value and the number of articles that have it."""

    name: str
    count: int


class ResultCounts(Struct, frozen=True):
    """Numbers of articles that a query finds: in total, with each mark, and with each topic (provider, …).

    ``read`` has the numbers of those that are read, with each topic, if they were counted, too.
    """

    articles: int
    unread: int
    starred: int
    later: int
    facets: tuple[FacetCount, ...]
    read: tuple[FacetCount, ...] | None = None


SELECT_PROBLEMS = "SELECT path, line, field, code, args FROM problem"
"""The columns that ``read_problem`` reads."""

BETWEEN_ARGS = "\x1f"
"""Separator of the arguments of a problem; sanitized text does not contain it."""


def read_problem(row: tuple[bytes, int, str, str, str]) -> Problem:
    """Return the problem in a row of the table."""
    path, line, field, code, args = row
    return Problem(os.fsdecode(path), line, field, code, tuple(args.split(BETWEEN_ARGS)) if args else ())
