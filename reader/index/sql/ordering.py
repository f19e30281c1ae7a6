"""The order of a query's results: always total, with missing values last in either direction."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from reader.index.sql.fulltext import RANKED, fts_ranking

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reader.query.ast import Expr, SortKey

__all__ = ["NEWEST_FIRST", "OrderBy", "order"]

_ENTRY = "LEFT JOIN entry ON entry.id = article.id"
_PROVIDER = "LEFT JOIN provider ON provider.id = article.provider_id"
# Newest first, then by path: the order of ties, which is also the order of an index of the article table.
_TIES = ("article.published DESC", "article.path")
NEWEST_FIRST = ", ".join(_TIES)


class OrderBy(Struct, frozen=True):
    """An ORDER BY clause, with the joins it needs and their parameters."""

    by: str
    joins: str = ""
    params: tuple[str, ...] = ()


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
        "title": _Column("nullif(entry.title_key, '')", descends=False, join=_ENTRY),
        "provider": _Column("nullif(provider.name_key, '')", descends=False, join=_PROVIDER),
        "relevance": _Column("ranked.score", descends=False, join=RANKED),
    }
)


def order(keys: tuple[SortKey, ...], expr: Expr | None) -> OrderBy:
    """Return the order for the sort keys; relevance counts only if the expression has words to search for."""
    terms: list[str] = []
    joins: list[str] = []
    params: tuple[str, ...] = ()
    match = fts_ranking(expr)
    for key in keys:
        column = _COLUMNS[key.key]
        if column.join == RANKED:
            if match is None:
                continue
            params = (match,)
        terms.append(_direction(column.sql, descends=column.descends != key.reverse))
        if column.join:
            joins.append(column.join)
    # A repeated column does not change the order, but would prevent SQLite from using an index.
    settled = {key.key for key in keys}
    terms.extend(_TIES[1:] if "date" in settled else _TIES)
    return OrderBy(", ".join(dict.fromkeys(terms)), " ".join(dict.fromkeys(joins)), params)


def _direction(sql: str, *, descends: bool) -> str:
    # SQLite sorts NULL before all other values, so in descending order it comes last automatically.
    return f"{sql} DESC" if descends else f"{sql} ASC NULLS LAST"
