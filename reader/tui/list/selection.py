"""Selection of rows to mark together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from reader.tui.list.query_run import Rows

__all__ = ["RowSelection"]


class RowSelection:
    """Rows from the start of the selection to the cursor; ``changed`` repaints them."""

    def __init__(self, cursor: Callable[[], int], changed: Callable[[], None]) -> None:
        self._cursor = cursor
        self._changed = changed
        self._anchor: int | None = None

    @property
    def rows(self) -> range:
        """The selected rows; empty without a selection."""
        if self._anchor is None:
            return range(0)
        ends = self._anchor, self._cursor()
        return range(min(ends), max(ends) + 1)

    def begin(self) -> None:
        """Begin at the cursor."""
        self._anchor = self._cursor()
        self._changed()

    def end(self) -> bool:
        """Return whether there was a selection, and end it."""
        if self._anchor is None:
            return False
        self._anchor = None
        self._changed()
        return True

    def follow(self, before: Rows, now: Rows) -> None:
        """Keep the article where the selection began, or end the selection if it is gone."""
        if self._anchor is not None:
            self._anchor = now.row_of(before.of_row(self._anchor))
