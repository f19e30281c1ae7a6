"""Children, attributes, and the rows, cells and spans of tables in parsed HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

__all__ = ["attribute", "cells_of", "children_of", "grid_of", "holds_data", "is_in_head", "rows_of"]

_BLOCKS_OF_LAYOUT = "p, div, ul, ol, dl, h1, h2, h3, h4, h5, h6, pre, blockquote, img, iframe"


def children_of(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the child nodes of a node, text and comments included."""
    child = node.child
    while child is not None:
        yield child
        child = child.next


def attribute(node: LexborNode, name: str) -> str:
    """Return the value of an attribute, stripped; empty if it is missing."""
    return (node.attributes.get(name) or "").strip()


def rows_of(table: LexborNode) -> Iterator[LexborNode]:
    """Yield the rows of a table, without the rows of nested tables."""
    for child in children_of(table):
        if child.tag == "tr":
            yield child
        elif child.tag in {"thead", "tbody", "tfoot"}:
            yield from (row for row in children_of(child) if row.tag == "tr")


def cells_of(row: LexborNode) -> list[LexborNode]:
    """Return the cells of a row."""
    return [cell for cell in children_of(row) if cell.tag in {"td", "th"}]


def is_in_head(row: LexborNode) -> bool:
    """Return whether a row is in the head of its table."""
    return row.parent is not None and row.parent.tag == "thead"


def _span(cell: LexborNode, name: str) -> int:
    text = attribute(cell, name)
    return min(int(text), 100) if re.fullmatch(r"[1-9]\d{0,3}", text) else 1


def holds_data(table: LexborNode, grid: list[list[LexborNode | None]]) -> bool:
    """Return whether a table holds data, rather than only placing blocks on the page."""
    if max(map(len, grid)) < 2 or len(table.css("table")) > 1:
        return False
    return len(grid) > 1 or table.css_first(_BLOCKS_OF_LAYOUT) is None


def grid_of(rows: list[LexborNode]) -> list[list[LexborNode | None]]:
    """Return the cells by row and column. A cell that spans several positions fills only the first."""
    grid: list[list[LexborNode | None]] = []
    # Column → number of further rows that a cell above extends into.
    below: dict[int, int] = {}
    for row in rows:
        line: list[LexborNode | None] = []

        def skip_spanned(line: list[LexborNode | None] = line) -> None:
            while below.get(len(line), 0):
                below[len(line)] -= 1
                line.append(None)

        for cell in cells_of(row):
            skip_spanned()
            rows_below = _span(cell, "rowspan") - 1
            for extra in range(_span(cell, "colspan")):
                below[len(line)] = rows_below
                line.append(None if extra else cell)
        skip_spanned()
        grid.append(line)
    return grid
