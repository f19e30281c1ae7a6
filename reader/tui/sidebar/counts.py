"""The lines of the sidebar with their counts. Values in, values out, and no widget; runs in a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.errors import QueryError
from reader.index.search import FacetKind
from reader.tui.sidebar.pane import SidebarRow, facet_rows
from reader.tui.state import ALL, SidebarSelection

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterable, Sequence

    from reader.config.schema import SavedSearch
    from reader.index.live import LiveSearch
    from reader.index.search import Search
    from reader.query import Query, QueryContext
    from reader.tui.state import View

__all__ = ["SearchCounts", "count_searches", "count_sidebar", "rows_of", "with_searches"]

_FIELD = {FacetKind.TOPIC: "topic", FacetKind.PROVIDER: "provider", FacetKind.CATEGORY: "category",
          FacetKind.AUTHOR: "author", FacetKind.YEAR: "date"}  # fmt: skip


def count_sidebar(  # noqa: PLR0913, PLR0917 - a question has many parts
    search: LiveSearch,
    view: View,
    query: Query,
    context: QueryContext,
    kind: FacetKind,
    cancelled: Callable[[], bool],
    found: array[int] | None = None,
) -> list[SidebarRow]:
    """Return the lines of the sidebar with their counts under a query (the view's own, without its choice).

    ``found`` is what the query finds, where that is known.
    """
    tally = search.tally(query, context, kind, cancelled=cancelled, found=found)
    rows = [
        SidebarRow("All", ALL, tally.articles),
        SidebarRow("Unread", SidebarSelection("is", "unread"), tally.unread),
        SidebarRow("Starred", SidebarSelection("is", "starred"), tally.starred),
        SidebarRow("Read later", SidebarSelection("is", "later"), tally.later),
    ]
    facets = list(tally.facets)
    if kind is FacetKind.YEAR:
        facets.sort(key=lambda facet: facet.name, reverse=True)
    return rows + facet_rows(kind.plural, facets, view.choice, _FIELD[kind])


_HEADING = SidebarRow("─ searches ─")


class SearchCounts(Struct, frozen=True):
    """The searches' lines, counted or not yet; ``age`` grows with every change that makes other numbers of them."""

    age: int
    rows: tuple[SidebarRow, ...]
    counted: bool


def rows_of(searches: Iterable[SavedSearch]) -> tuple[SidebarRow, ...]:
    """Return a line for each search, without a count."""
    return tuple(SidebarRow(search.name, SidebarSelection("search", search.name, search.query)) for search in searches)


def count_searches(
    search: Search, tally: SearchCounts, context: QueryContext, cancelled: Callable[[], bool]
) -> SearchCounts:
    """Count what has not been counted; a search that cannot be understood has no number."""
    if tally.counted:
        return tally
    return replace(tally, counted=True, rows=tuple(_counted(search, row, context, cancelled) for row in tally.rows))


def _counted(search: Search, row: SidebarRow, context: QueryContext, cancelled: Callable[[], bool]) -> SidebarRow:
    if row.choice is None:
        return row
    try:
        query = row.choice.query()
    except QueryError:
        return row
    return replace(row, count=search.count(query, context, cancelled=cancelled))


def with_searches(rows: Sequence[SidebarRow], tally: SearchCounts) -> list[SidebarRow]:
    """Return the lines of the sidebar with the searches above its first heading."""
    first = next((place for place, row in enumerate(rows) if row.choice is None), len(rows))
    return [*rows[:first], *([_HEADING, *tally.rows] if tally.rows else []), *rows[first:]]
