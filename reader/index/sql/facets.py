"""Facet counts (by topic, provider, …): the SQL that counts them, and merging of spellings.

Does not run SQL. Matches are counted from ``CREATE_HITS``, a temporary table of the connection, because a filter is
expensive to evaluate and cheap to store.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from reader.index.model import FacetCount, FacetKind
from reader.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CREATE_HITS",
    "SELECT_MARKED_IDS",
    "CountStrategy",
    "count_marks",
    "facet_sql",
    "members_sql",
    "merge_spellings",
]

# The cross join prevents SQLite from iterating over the articles, which are more than the marks.
SELECT_MARKED_IDS = """
    SELECT group_concat(iif(mark.read_at IS NULL, NULL, article.id)),
        group_concat(iif(mark.starred_at IS NULL, NULL, article.id)),
        group_concat(iif(mark.later_at IS NULL, NULL, article.id))
    FROM marks.mark AS mark CROSS JOIN article ON article.mark_key = mark.mark_key
"""
"""The IDs of articles that are read, starred and saved to read later, as one row of comma-separated strings."""

CREATE_HITS = "CREATE TEMP TABLE IF NOT EXISTS hit (id INTEGER PRIMARY KEY)"


class CountStrategy(Enum):
    """Way to count articles, which depends on how many there are to count."""

    ALL = auto()
    FEW_HITS = auto()
    MANY_HITS = auto()

    @staticmethod
    def of(hits: int, articles: int) -> CountStrategy:
        """Return how to count this many hits: start from them, or scan all articles, which costs less per article."""
        return CountStrategy.MANY_HITS if hits * 5 > articles * 2 else CountStrategy.FEW_HITS


def count_marks(scope: CountStrategy) -> str:
    """Return SQL that counts read, starred and read-later articles, as one row."""
    hits = "" if scope is CountStrategy.ALL else "JOIN temp.hit ON hit.id = article.id"
    return f"""
        SELECT count(mark.read_at), count(mark.starred_at), count(mark.later_at)
        FROM marks.mark AS mark JOIN article ON article.mark_key = mark.mark_key {hits}
    """


def members_sql(kind: FacetKind) -> str:
    """Return SQL for the articles of each name, as rows of the name and a string of IDs."""
    return facet_sql(kind, CountStrategy.ALL, "group_concat({})")


def facet_sql(kind: FacetKind, scope: CountStrategy, gather: str = "count({})") -> str:
    """Return SQL that counts one kind, as rows of a name and a count (or the result of ``gather`` over the IDs)."""
    counted = gather.format("article.id")
    within = "" if scope is CountStrategy.ALL else " AND article.id IN (SELECT id FROM temp.hit)"
    match kind:
        case FacetKind.TOPIC | FacetKind.AUTHOR | FacetKind.FEED:
            return _labels_of_hits(kind) if scope is CountStrategy.FEW_HITS else _labels(kind, scope, gather)
        case FacetKind.PROVIDER | FacetKind.DOMAIN:
            column = "name" if kind is FacetKind.PROVIDER else "domain"
            return f"""
                SELECT provider.{column}, {counted} FROM article JOIN provider ON provider.id = article.provider_id
                WHERE provider.{column} <> ''{within} GROUP BY provider.{column}
            """
        case FacetKind.CATEGORY | FacetKind.TYPE | FacetKind.LANGUAGE:
            return f"""
                SELECT label.name, {counted} FROM article JOIN label ON label.id = article.{kind.value}_id
                WHERE 1{within} GROUP BY label.id
            """
        case FacetKind.YEAR:
            # A date without a time is stored as midnight UTC; without conversion, it stays in the year it names.
            return f"""
                SELECT strftime(
                    '%Y', article.published, 'unixepoch', iif(article.published_date_only, '+0 days', 'localtime')
                ) AS year, {counted} FROM article
                WHERE article.published IS NOT NULL{within} GROUP BY year
            """


def _labels_of_hits(kind: FacetKind) -> str:
    # The cross join prevents SQLite from iterating over the labels first.
    return f"""
        SELECT label.name, counted.articles FROM (
            SELECT label_id, count(*) AS articles
            FROM temp.hit CROSS JOIN article_label ON article_label.article_id = hit.id GROUP BY label_id
        ) AS counted JOIN label ON label.id = counted.label_id WHERE label.kind = '{kind.value}'
    """


def _labels(kind: FacetKind, scope: CountStrategy, gather: str) -> str:
    hits = "" if scope is CountStrategy.ALL else "CROSS JOIN temp.hit ON hit.id = article_label.article_id"
    # Materialized, or SQLite evaluates the inner query three times, twice of them for the last line.
    return f"""
        WITH gathered AS MATERIALIZED (
            SELECT label.name AS name, (
                SELECT {gather.format("article_label.article_id")}
                FROM article_label {hits} WHERE article_label.label_id = label.id
            ) AS articles FROM label WHERE label.kind = '{kind.value}'
        )
        SELECT name, articles FROM gathered WHERE articles IS NOT NULL AND articles <> 0
    """


def merge_spellings(rows: Iterable[tuple[str, int]]) -> list[FacetCount]:
    """Merge the spellings of each name under the most common one; sort by count, largest first, then by name."""
    spellings: dict[str, list[FacetCount]] = {}
    for name, count in rows:
        spellings.setdefault(fold(name), []).append(FacetCount(name, count))
    found = [
        FacetCount(min(group, key=_largest_first).name, sum(facet.count for facet in group))
        for group in spellings.values()
    ]
    return sorted(found, key=_largest_first)


def _largest_first(facet: FacetCount) -> tuple[int, str, str]:
    return (-facet.count, facet.name.casefold(), facet.name)
