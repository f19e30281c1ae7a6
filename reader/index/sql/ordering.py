"""Order of a query's results: always total, with missing values last in both directions."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from reader.index.text import TEXT_INDEX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reader.query.ast import Expr, SortKey

__all__ = ["OrderBy", "order"]

_ENTRY = "LEFT JOIN entry ON entry.id = article.id"
_PROVIDER = "LEFT JOIN provider ON provider.id = article.provider_id"
# Newest first, then by path: the order of ties. An index of the article table has the same order.
_TIES = ("article.published DESC", "article.path")


class OrderBy(Struct, frozen=True):
    """ORDER BY clause, with the joins it needs and their parameters.

    ``is_ranked`` if it depends on the words of the query, and ``is_newest_first`` if there are no other sort keys.
    """

    by: str
    joins: str = ""
    params: tuple[str, ...] = ()
    is_ranked: bool = False
    is_newest_first: bool = False


class _Column(Struct, frozen=True):
    sql: str
    descends: bool
    join: str = ""


_COLUMNS: Mapping[str, _Column] = MappingProxyType(
    {
        "date": _Column("article.published", descends=True),
        "updated": _Column("article.updated", descends=True),
        "quality": _Column("article.quality", descends=True),
        "heat": _Column("article.heat", descends=True),
        "title": _Column("nullif(coalesce(entry.title_key, lower(entry.title)), '')", descends=False, join=_ENTRY),
        "provider": _Column("nullif(provider.name_key, '')", descends=False, join=_PROVIDER),
        "relevance": _Column("ranked.score", descends=False, join=TEXT_INDEX.ranking),
    }
)


def order(keys: tuple[SortKey, ...], expr: Expr | None) -> OrderBy:
    """Return the order for the sort keys; relevance counts only if the expression has words to search for."""
    terms: list[str] = []
    joins: list[str] = []
    params: tuple[str, ...] = ()
    match = TEXT_INDEX.ranking_match(expr)
    for key in keys:
        column = _COLUMNS[key.key]
        if key.key == "relevance":
            if match is None:
                continue
            params = (match,)
        terms.append(_direction(column.sql, descends=column.descends != key.reverse))
        if column.join:
            joins.append(column.join)
    # A repeated column does not change the order, but would prevent SQLite from using an index.
    settled = {key.key for key in keys}
    terms.extend(_TIES[1:] if "date" in settled else _TIES)
    by = tuple(dict.fromkeys(terms))
    return OrderBy(", ".join(by), " ".join(dict.fromkeys(joins)), params, bool(params), by == _TIES)


def _direction(sql: str, *, descends: bool) -> str:
    # SQLite sorts NULL before all other values, so in descending order it comes last automatically.
    return f"{sql} DESC" if descends else f"{sql} ASC NULLS LAST"
