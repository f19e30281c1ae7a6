"""The saved searches as lines of the sidebar, each with the number of articles of the whole folder that it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.errors import QueryError
from reader.query import compile_query
from reader.tui.sidebar import SidebarRow
from reader.tui.view import Choice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from reader.index.search import Search
    from reader.query import Context
    from reader.settings import SavedSearch

__all__ = ["Tally", "count_searches", "rows_of", "with_searches"]

_HEADING = SidebarRow("─ searches ─")


class Tally(Struct, frozen=True):
    """The searches' lines, counted or not yet; ``age`` grows with every change that makes other numbers of them."""

    age: int
    rows: tuple[SidebarRow, ...]
    counted: bool


def rows_of(searches: Iterable[SavedSearch]) -> tuple[SidebarRow, ...]:
    """Return a line for each search, without a count."""
    return tuple(SidebarRow(search.name, Choice("search", search.name, search.query)) for search in searches)


def count_searches(search: Search, tally: Tally, context: Context, cancelled: Callable[[], bool]) -> Tally:
    """Count what has not been counted; a search that cannot be understood has no number."""
    if tally.counted:
        return tally
    return replace(tally, counted=True, rows=tuple(_counted(search, row, context, cancelled) for row in tally.rows))


def _counted(search: Search, row: SidebarRow, context: Context, cancelled: Callable[[], bool]) -> SidebarRow:
    if row.choice is None:
        return row
    try:
        statement = compile_query(row.choice.query(), context)
    except QueryError:
        return row
    return replace(row, count=search.count(statement, cancelled=cancelled))


def with_searches(rows: Sequence[SidebarRow], tally: Tally) -> list[SidebarRow]:
    """Return the lines of the sidebar with the searches above its first heading."""
    first = next((place for place, row in enumerate(rows) if row.choice is None), len(rows))
    return [*rows[:first], *([_HEADING, *tally.rows] if tally.rows else []), *rows[first:]]
