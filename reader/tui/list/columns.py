"""Columns of the list: which columns a row has at a given width, and how wide they are. Pure.

Computed once per width and folder, not per row. The title takes precedence: other columns share the remaining room.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from reader.render.format import DATE_CELLS, DAY_CELLS

if TYPE_CHECKING:
    from reader.index.model import IndexProfile

__all__ = ["AUTOMATIC", "Column", "RowPlan", "plan_row"]

AUTOMATIC = ("mark", "date", "quality", "title", "provider")
"""The columns if the user has not chosen any; those that do not fit are omitted."""

_NUMBER_CELLS, _BAR_CELLS, _BOTH_CELLS = 3, 1, 5
_CELLS = MappingProxyType({"mark": 3, "quality": _BAR_CELLS, "provider": 18, "topics": 18, "reading_time": 6})
_ROOM_FOR_BOTH = 60
# A title of this many cells is distinguishable from the next; most headlines have at most twice as many.
_GOOD_TITLE = 33
_FULL_TITLE = 60
_LEAST_TITLE = 24
# The columns to omit first if the title has too little room.
_OMITTED = ("reading_time", "topics", "provider", "quality", "date", "mark")


class Column(Struct, frozen=True):
    """Column of a row with its width in cells, without the blank after it."""

    name: str
    cells: int


class RowPlan(Struct, frozen=True):
    """Columns of all rows from left to right, and the states that rows show symbols for.

    The widths of the columns, each plus a space, add up to ``width``.
    """

    width: int
    columns: tuple[Column, ...]
    states: tuple[str, ...] = ()


def plan_row(width: int, profile: IndexProfile, this_year: int | None, chosen: tuple[str, ...] = ()) -> RowPlan:
    """Return the columns of a list that is ``width`` cells wide; ``chosen`` are those the user wants, in order."""
    names = [name for name in chosen or AUTOMATIC if not _is_empty(name, profile)]
    least = min(width // 2, _LEAST_TITLE) if chosen else -(-width // 2)
    date_cells = DAY_CELLS if profile.years == (this_year, this_year) else DATE_CELLS
    cells = {name: _CELLS.get(name, date_cells) for name in names if name != "title"}
    if "provider" in cells and not chosen and _title(width, cells) < _FULL_TITLE:
        del cells["provider"]
    if "quality" in cells:
        cells["quality"] = _quality_cells(width, cells, least)
    for name in _OMITTED:
        if name in cells and _title(width, cells) < least:
            del cells[name]
    cells["title"] = max(0, _title(width, cells))
    columns = tuple(Column(name, cells[name]) for name in names if name in cells)
    return RowPlan(width, columns, profile.unusual)


def _is_empty(name: str, profile: IndexProfile) -> bool:
    return (name == "quality" and not profile.has_quality) or (name == "date" and profile.years is None)


def _quality_cells(width: int, cells: dict[str, int], least: int) -> int:
    """Return the width of number and bar, else of the number, else of the bar."""
    sizes = [_NUMBER_CELLS] if width < _ROOM_FOR_BOTH else [_BOTH_CELLS, _NUMBER_CELLS]
    room = max(least, _GOOD_TITLE)
    return next((size for size in sizes if _title(width, {**cells, "quality": size}) >= room), _BAR_CELLS)


def _title(width: int, cells: dict[str, int]) -> int:
    """Return the remaining width for the title. A space follows it too, before the scroll bar."""
    return width - sum(cells.values()) - len(cells) - 1
