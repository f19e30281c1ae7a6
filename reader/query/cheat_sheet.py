"""The query language in eight lines, shown by ``--help``, in the help of the TUI and in the README."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CHEAT_SHEET", "CheatSheetRow", "markdown_table", "text_rows"]


class CheatSheetRow(Struct, frozen=True):
    """Queries of one kind, and their purpose."""

    queries: tuple[str, ...]
    finds: str


CHEAT_SHEET = (
    CheatSheetRow(("climate policy",), "both words, in any field"),
    CheatSheetRow(('"machine learning"', "clim*"), "phrase; prefix"),
    CheatSheetRow(("-crypto", "(a OR b) c"), "exclude; either"),
    CheatSheetRow(("topic:AI", "provider:nasa*"), "topic; provider"),
    CheatSheetRow(("quality>=70", "q:60..80"), "comparisons and ranges"),
    CheatSheetRow(("since:7d", "date:2021-09"), "dates"),
    CheatSheetRow(("is:unread", "has:image"), "status; content"),
    CheatSheetRow(("sort:quality", "limit:50"), "sort order; number of articles"),
)


def text_rows() -> Iterator[tuple[str, str]]:
    """Yield the queries of each row as one column, and their purpose."""
    return (("   ".join(row.queries), row.finds) for row in CHEAT_SHEET)


def markdown_table() -> str:
    """Return the table for the README."""
    rows = (f"| {' · '.join(f'`{query}`' for query in row.queries)} | {row.finds} |" for row in CHEAT_SHEET)
    return "\n".join(("| type after `/` | to find |", "|---|---|", *rows, ""))
