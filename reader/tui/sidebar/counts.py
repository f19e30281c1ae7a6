"""Rows of the sidebar with their counts. Runs in a worker thread and does not depend on widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.errors import QueryError
from reader.index.model import FacetKind
from reader.query import combine
from reader.render.format import format_count
from reader.text import fold
from reader.tui.list.view import ALL, SidebarSelection

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pyroaring import BitMap

    from reader.config.schema import SavedSearch
    from reader.index.live import LiveSearch
    from reader.index.model import FacetCount
    from reader.query import Query, QueryContext

__all__ = ["CountRequest", "SearchCounts", "SidebarRow", "count_searches", "count_sidebar", "rows_of", "with_searches"]


class SidebarRow(Struct, frozen=True):
    """Row of the sidebar: a selection with its count, or a heading if ``choice`` is None.

    ``unread`` is the number of unread articles among them, None if it is not shown.
    """

    label: str
    choice: SidebarSelection | None = None
    count: int | None = None
    unread: int | None = None

    @property
    def counts(self) -> str:
        """The counts as displayed: ``5/37`` if 5 of 37 articles are unread, ``37`` if all are."""
        if self.count is None:
            return ""
        total = format_count(self.count)
        return total if self.unread in {None, self.count} else f"{format_count(self.unread or 0)}/{total}"


class CountRequest(Struct, frozen=True):
    """Inputs of the counts: the query of the view without its selection, and the kind of facet to list.

    The selection ``choice`` has a row even if no article has its value. ``found`` holds the IDs that the query finds,
    if known.
    """

    query: Query
    context: QueryContext
    kind: FacetKind
    choice: SidebarSelection
    found: array[int] | BitMap | None = None


def count_sidebar(search: LiveSearch, request: CountRequest, cancelled: Callable[[], bool]) -> list[SidebarRow]:
    """Return the rows of the sidebar with their counts."""
    kind = request.kind
    tally = search.tally(request.query, request.context, kind, cancelled=cancelled, found=request.found)
    rows = [
        SidebarRow("All", ALL, tally.articles),
        SidebarRow("Unread", SidebarSelection("is", "unread"), tally.unread),
        SidebarRow("Starred", SidebarSelection("is", "starred"), tally.starred),
        SidebarRow("Read later", SidebarSelection("is", "later"), tally.later),
    ]
    facets = list(tally.facets)
    if kind is FacetKind.YEAR:
        facets.sort(key=lambda facet: facet.name, reverse=True)
    some_read = tally.unread < tally.articles and request.query.limit is None
    read = tally.read
    if read is None and some_read:
        # Usually there are fewer of them than unread ones.
        query = combine(request.query, SidebarSelection("is", "read").query())
        read = search.tally(query, request.context, kind, cancelled=cancelled).facets
    return rows + _facet_rows(request, facets, {fold(facet.name): facet.count for facet in read or ()})


def _facet_rows(request: CountRequest, facets: Sequence[FacetCount], read: Mapping[str, int]) -> list[SidebarRow]:
    """Return a heading and a row for each value, including the selected ones even if no article has them."""
    kind, chosen = request.kind, request.choice
    rows = [
        SidebarRow(
            facet.name,
            SidebarSelection(kind.field, facet.name),
            facet.count,
            None if request.query.limit is not None else facet.count - read.get(fold(facet.name), 0),
        )
        for facet in facets
    ]
    if chosen.field == kind.field:
        known = {row.label for row in rows}
        rows += [SidebarRow(name, SidebarSelection(kind.field, name), 0) for name in chosen.values if name not in known]
    return [SidebarRow(f"─ {kind.plural} ─"), *rows] if rows else []


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
    search: LiveSearch, tally: SearchCounts, context: QueryContext, cancelled: Callable[[], bool]
) -> SearchCounts:
    """Return the counts; compute those not known yet. An invalid search has none."""
    if tally.counted:
        return tally
    return replace(tally, counted=True, rows=tuple(_counted(search, row, context, cancelled) for row in tally.rows))


def _counted(search: LiveSearch, row: SidebarRow, context: QueryContext, cancelled: Callable[[], bool]) -> SidebarRow:
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
