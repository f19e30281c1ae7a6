"""The order of what a query finds: always total, with what is missing at the end in either direction."""

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
# Newest first, then by path: the order among equals, and the one that an index of the article table has.
_TIES = ("article.published DESC", "article.path")
NEWEST_FIRST = ", ".join(_TIES)


class OrderBy(Struct, frozen=True):
    """An ORDER BY, with the joins it needs and their parameters."""

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
        "quality": _Column("article.quality", descends=True),
        "heat": _Column("article.heat", descends=True),
        "title": _Column("nullif(entry.title_key, '')", descends=False, join=_ENTRY),
        "provider": _Column("nullif(provider.name_key, '')", descends=False, join=_PROVIDER),
        "relevance": _Column("ranked.score", descends=False, join=RANKED),
    }
)


def order(keys: tuple[SortKey, ...], expr: Expr | None) -> OrderBy:
    """Return the order that keys ask for; relevance counts only where the expression has words to look for."""
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
    # A column a second time changes nothing, but would keep an index from being used.
    settled = {key.key for key in keys}
    terms.extend(_TIES[1:] if "date" in settled else _TIES)
    return OrderBy(", ".join(dict.fromkeys(terms)), " ".join(dict.fromkeys(joins)), params)


def _direction(sql: str, *, descends: bool) -> str:
    # To SQLite nothing is smaller than NULL: descending, it comes last by itself.
    return f"{sql} DESC" if descends else f"{sql} ASC NULLS LAST"
