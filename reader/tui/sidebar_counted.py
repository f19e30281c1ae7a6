"""The lines of the sidebar with their counts. Values in, values out, and no widget; runs in a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.index.search import FacetKind
from reader.query import compile_query
from reader.tui.sidebar import SidebarRow, facet_rows
from reader.tui.view import ALL, Choice

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable

    from reader.index.live import LiveSearch
    from reader.query import Context, Query
    from reader.tui.view import View

__all__ = ["count_sidebar"]

_FIELD = {FacetKind.TOPIC: "topic", FacetKind.PROVIDER: "provider", FacetKind.CATEGORY: "category",
          FacetKind.AUTHOR: "author", FacetKind.YEAR: "date"}  # fmt: skip


def count_sidebar(  # noqa: PLR0913, PLR0917 - a question has many parts
    search: LiveSearch,
    view: View,
    query: Query,
    context: Context,
    kind: FacetKind,
    cancelled: Callable[[], bool],
    found: array[int] | None = None,
) -> list[SidebarRow]:
    """Return the lines of the sidebar with their counts under a query (the view's own, without its choice).

    ``found`` is what the query finds, where that is known.
    """
    statement = compile_query(query, context)
    everything = query.expr is None
    tally = search.tally(statement, kind, everything=everything, cancelled=cancelled, found=found)
    rows = [
        SidebarRow("All", ALL, tally.articles),
        SidebarRow("Unread", Choice("is", "unread"), tally.unread),
        SidebarRow("Starred", Choice("is", "starred"), tally.starred),
        SidebarRow("Later", Choice("is", "later"), tally.later),
    ]
    facets = list(tally.facets)
    if kind is FacetKind.YEAR:
        facets.sort(key=lambda facet: facet.name, reverse=True)
    return rows + facet_rows(kind.plural, facets, view.choice, _FIELD[kind])
