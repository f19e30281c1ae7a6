"""Conversion of reStructuredText and Pandoc tables to Markdown tables.

Reads grids of ``+---+``, columns below ``===  ===``, and rows as lists or comma-separated values.
"""

from __future__ import annotations

import csv
import re
from itertools import pairwise

__all__ = ["csv_table", "grid_table", "is_grid", "is_simple_border", "list_table", "simple_table"]

_GRID_BORDER = re.compile(r"[ \t]*\+(?:[-=:]+\+)+[ \t]*\Z")
_SIMPLE_BORDER = re.compile(r"[ \t]*={2,}(?:[ ]+={2,})+[ \t]*\Z")
_COLUMN = re.compile(r"=+")
_ROW = re.compile(r"\*[ ]+-(?:[ ]|\Z)")
_CELL = re.compile(r"[ ]+-(?:[ ]|\Z)")

_Rows = list[list[str]]


def is_grid(line: str) -> bool:
    """Return whether a line is a grid's border."""
    return line.lstrip()[:1] == "+" and _GRID_BORDER.match(line) is not None


def is_simple_border(line: str) -> bool:
    """Return whether a line is a border above, within or below columns."""
    return line.lstrip()[:1] == "=" and _SIMPLE_BORDER.match(line) is not None


def grid_table(lines: list[str]) -> list[str]:
    """Return the lines of a grid as a table; unchanged as code if cells span several columns or rows."""
    places = [at for at, sign in enumerate(lines[0]) if sign == "+"]
    rows: _Rows = [[""] * (len(places) - 1)]
    has_head = False
    for line in lines[1:]:
        if is_grid(line):
            if [at for at, sign in enumerate(line) if sign == "+"] != places:
                return _as_code(lines)
            has_head = has_head or ("=" in line and len(rows) == 1)
            rows.append([""] * (len(places) - 1))
        elif any(line[at : at + 1] != "|" for at in places):
            return _as_code(lines)
        else:
            rows[-1] = _with_line(rows[-1], [line[a + 1 : b] for a, b in pairwise(places)])
    return _pipes([row for row in rows if any(row)], has_head=has_head)


def simple_table(lines: list[str]) -> list[str]:
    """Return columns between borders as a table. A line with an empty first column continues the line above."""
    columns = [found.span() for found in _COLUMN.finditer(lines[0])]
    ends = [start for start, _ in columns[1:]]
    rows: _Rows = []
    has_head = sum(map(is_simple_border, lines)) > 2
    for line in lines[1:]:
        if not line.strip() or is_simple_border(line) or not line.strip(" -"):
            continue
        cells = [line[start:end] for (start, _), end in zip(columns, [*ends, None], strict=True)]
        if rows and not cells[0].strip():
            rows[-1] = _with_line(rows[-1], cells)
        else:
            rows.append([cell.strip() for cell in cells])
    return _pipes(rows, has_head=has_head)


def list_table(lines: list[str], options: dict[str, str]) -> list[str]:
    """Return a list of lists as a table, one row per inner list."""
    rows: _Rows = []
    for line in lines:
        if begin := _ROW.match(line):
            rows.append([line[begin.end() :].strip()])
        elif rows and (begin := _CELL.match(line)):
            rows[-1].append(line[begin.end() :].strip())
        elif rows and line.strip():
            rows[-1][-1] += f" {line.strip()}"
    return _pipes(rows, has_head=options.get("header-rows", "0") != "0")


def csv_table(lines: list[str], options: dict[str, str]) -> list[str]:
    """Return comma-separated values as a table."""
    head = [options["header"]] if "header" in options else []
    text = "\n".join([*head, *lines])
    rows = [[cell.strip() for cell in row] for row in csv.reader(text.splitlines(), skipinitialspace=True) if row]
    return _pipes(rows, has_head=bool(head) or options.get("header-rows", "0") != "0")


def _with_line(row: list[str], cells: list[str]) -> list[str]:
    return [f"{before} {cell.strip()}".strip() for before, cell in zip(row, cells, strict=True)]


def _pipes(rows: _Rows, *, has_head: bool) -> list[str]:
    if not rows:
        return []
    columns = max(map(len, rows))
    head, body = (rows[0], rows[1:]) if has_head else ([""] * columns, rows)
    written = [[cell.replace("|", r"\|") for cell in row] + [""] * (columns - len(row)) for row in (head, *body)]
    lines = [f"| {' | '.join(row)} |" for row in written]
    return [lines[0], f"|{'---|' * columns}", *lines[1:]]


def _as_code(lines: list[str]) -> list[str]:
    return ["```", *lines, "```"]
