"""Rows of the sidebar with their counts. Runs in a worker thread and does not depend on widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.errors import QueryError
from reader.index.model import FacetKind
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


def count_sidebar(  # noqa: PLR0913, PLR0917 - a count depends on all of these
    search: LiveSearch,
    view: View,
    query: Query,
    context: QueryContext,
    kind: FacetKind,
    cancelled: Callable[[], bool],
    found: array[int] | None = None,
) -> list[SidebarRow]:
    """Return the rows of the sidebar with their counts for a query (that of the view without its selection).

    ``found`` holds the ids that the query finds, if they are known.
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
    return rows + facet_rows(kind.plural, facets, view.choice, kind.field)


_HEADING = SidebarRow("─ searches ─")


class SearchCounts(Struct, frozen=True):
    """Rows of the saved searches, with or without counts; ``age`` grows with each change that invalidates them."""

    age: int
    rows: tuple[SidebarRow, ...]
    counted: bool


def rows_of(searches: Iterable[SavedSearch]) -> tuple[SidebarRow, ...]:
    """Return a row for each search, without a count."""
    return tuple(SidebarRow(search.name, SidebarSelection("search", search.name, search.query)) for search in searches)


def count_searches(
    search: Search, tally: SearchCounts, context: QueryContext, cancelled: Callable[[], bool]
) -> SearchCounts:
    """Return the counts, computed unless they are known; an invalid search has none."""
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
    """Return the rows of the sidebar with the saved searches inserted before the first heading."""
    first = next((place for place, row in enumerate(rows) if row.choice is None), len(rows))
    return [*rows[:first], *([_HEADING, *tally.rows] if tally.rows else []), *rows[first:]]
