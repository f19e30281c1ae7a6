"""The article list pane: one row per article found.

Holds only article IDs; visible rows are fetched in pages when they are painted.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip

from reader.index.model import IndexProfile
from reader.render.format import format_count
from reader.render.style import Palette
from reader.tui.events import Happened, RowsPainted
from reader.tui.layout import PaneChosen
from reader.tui.list.columns import plan_row
from reader.tui.list.events import RowsOutdated
from reader.tui.list.query_run import Rows
from reader.tui.list.row import RowOptions, RowStyles, paint_entry
from reader.tui.list.selection import RowSelection
from reader.tui.ports import ListPosition
from reader.tui.widgets.virtual_list import VirtualList, wrap_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import tzinfo

    from rich.style import Style

    from reader.index.model import ArticleSummary
    from reader.tui.list.update import ListState, Placement
    from reader.tui.widgets.virtual_list import Motion

__all__ = ["ArticleList"]

_PAGE = 64
_MOST_PAGES = 32
# Maximum distance from the cursor to search for the nearest remaining article.
_ABOUT = 2 * _PAGE
_MOST_ROWS = 512
# IDs per query for the next unread article, which needs little work per ID.
_ROWS_AT_ONCE = 4096
# Row styles differ by background: with or without focus, on the cursor row or elsewhere.
_MOST_GROUNDS = 8
# Maximum number of moves remembered until there are rows.
_MOST_EARLY = 64


class ArticleList(VirtualList):
    """List of articles, given by their ids in order."""

    COMPONENT_CLASSES = {"article-list--selected"}  # noqa: RUF012 - as in the base class

    def __init__(
        self,
        fetch: Callable[[Sequence[int]], list[ArticleSummary]],
        first_unread: Callable[[Sequence[int]], int | None],
        zone: tzinfo,
        *,
        id: str | None = None,  # noqa: A002 - the name in the base class
    ) -> None:
        super().__init__(id=id)
        self._fetch = fetch
        self._first_unread = first_unread
        self._zone = zone
        self._pages: dict[int, dict[int, ArticleSummary]] = {}
        self._strips: dict[int, Strip] = {}
        # Cached rows depend on width, background style and highlighted words.
        self._rows_as: tuple[int, Style, object] | None = None
        self._step = 1
        # Moves made before the first row; None once there is a row, or certainly none.
        self._early: deque[tuple[Motion, int]] | None = deque(maxlen=_MOST_EARLY)
        self.selection = RowSelection(lambda: self.cursor, self._show_selection)
        self._palette = Palette()
        self._inks: dict[Style, RowStyles] = {}
        self._profile = IndexProfile()
        self._columns: tuple[str, ...] = ()
        self._look: RowOptions | None = None
        self.rows = Rows()
        self.found: Callable[[str], Sequence[tuple[int, int]]] = lambda _text: ()
        self._placement: Placement | None = None
        self._title = ""
        self.this_year: int | None = None
        self.nothing = ""
        """Text of an empty list where no article pane shows it."""

    def show(self, state: ListState) -> None:
        """Update the rows, the title and the highlighted words if they have changed."""
        self.found = state.found
        if (state.profile, state.columns) != (self._profile, self._columns):
            self._profile, self._columns, self._look = state.profile, state.columns, None
            self._strips.clear()
            self.refresh()
        if state.placement is not self._placement:
            self._placement = state.placement
            self._place(state.placement)
        if state.title != self._title:
            self._title = state.title
            self.retitle(state.title)
        if self._early is not None and (self.row_count or state.settled):
            early, self._early = self._early, None
            for motion, times in early:
                self.move(motion, times)

    def _postpones(self, motion: Motion, times: int) -> bool:
        """Remember a move made before there are rows."""
        if self._early is not None:
            self._early.append((motion, times))
        return self._early is not None

    def _place(self, placement: Placement) -> None:
        before, self.rows = self.rows, placement.rows
        self.selection.follow(before, self.rows)
        if placement.is_rest and self.rows.starts_with(before):
            self._append(len(before))
            self._show_position()
            return
        self._forget_rows()
        self.is_painted = False
        # An empty list has no cursor line to preserve.
        keep_line = bool(self.row_count)
        self.set_rows(len(self.rows), placement.row, keep_line=keep_line, follow=placement.follow)
        self._show_position()

    def _show_position(self) -> None:
        rows, selected = self.row_count, self.selection.rows
        words = f"{format_count(self.cursor + 1)}/{format_count(rows)}" if rows else ""
        self.show_position(words if not selected else f"{format_count(len(selected))} selected · {words}")

    def _show_selection(self) -> None:
        self._show_position()
        self.refresh()

    def _append(self, known: int) -> None:
        self._pages.pop(known // _PAGE, None)  # it may lack the articles after the last one known
        self.row_count = len(self.rows)
        self.virtual_size = Size(self.scrollable_content_region.width, self.row_count)
        if self.scroll_offset.y + self.scrollable_content_region.height > known:
            self.refresh()

    @property
    def position(self) -> ListPosition:
        """Where the list is."""
        return ListPosition(self.cursor, self.scroll_offset.y)

    def put_cursor(self, row: int) -> None:
        """Move the cursor to a row, and remember the direction."""
        before = self.cursor
        super().put_cursor(row)
        if self.selection.rows:
            self.refresh()
        self._show_position()
        self.is_painted &= self.cursor == before
        self._step = -1 if self.cursor < before else 1

    def _report_choice(self, row: int) -> None:  # noqa: ARG002 - the article under the cursor is open already
        """Go to the article."""
        self.post_message(Happened(PaneChosen("article")))

    def set_palette(self, palette: Palette) -> None:
        """Use another palette, and repaint all rows."""
        self._palette = palette
        self._inks.clear()
        self._strips.clear()
        self.refresh()

    def reload(self) -> None:
        """Fetch the visible rows again because their marks have changed."""
        self._forget_rows()
        self.refresh()

    def _forget_rows(self) -> None:
        self._pages.clear()
        self._strips.clear()

    def entry(self, row: int) -> ArticleSummary | None:
        """Return the article of a row, or None if it is no longer in the index."""
        if not 0 <= row < len(self.rows):
            return None
        number_of_page = row // _PAGE
        page = self._pages.get(number_of_page)
        if page is None:
            start = number_of_page * _PAGE
            wanted = self.rows.ids[start : start + _PAGE]
            page = {entry.id: entry for entry in self._fetch(wanted)}
            if len(page) < len(wanted):
                self.post_message(Happened(RowsOutdated()))
            if len(self._pages) >= _MOST_PAGES:
                del self._pages[next(iter(self._pages))]
            self._pages[number_of_page] = page
        return page.get(self.rows.of_row(row))

    def nearby_paths(self) -> tuple[str, ...]:
        """Return the paths of the cached rows near the cursor: its own, the next, the previous, …"""
        steps = (self.cursor + sign * step for step in range(1, _ABOUT) for sign in (1, -1))
        about = (self._cached(row) for row in steps if 0 <= row < len(self.rows))
        return tuple(entry.path for entry in (self.current, *about) if entry is not None)

    def _cached(self, row: int) -> ArticleSummary | None:
        return self._pages.get(row // _PAGE, {}).get(self.rows.of_row(row))

    @property
    def following(self) -> ArticleSummary | None:
        """The article of the next row in the direction of the last cursor movement."""
        return self.entry(self.cursor + self._step)

    def paint_ahead(self) -> None:
        """Paint one screenful above and below the visible rows into the cache, ready for scrolling."""
        height = self.scrollable_content_region.height
        top = self.scroll_offset.y
        for row in range(max(0, top - height), min(top + 2 * height, len(self.rows))):
            self.strip(row, self.line_width, self.line_style)

    @property
    def current(self) -> ArticleSummary | None:
        """The article under the cursor."""
        return self.entry(self.cursor)

    def unread_from(self, row: int, step: int) -> int | None:
        """Return the nearest unread row after ``row`` (before it if ``step`` is negative), or None."""
        size = _PAGE  # start small: the next unread article is usually near
        every = self.rows.ids
        while ids := every[row + 1 : row + 1 + size] if step > 0 else every[max(0, row - size) : row][::-1]:
            place = self._first_unread(ids)
            if place is not None:
                return row + step * (place + 1)
            row += step * len(ids)
            size = _ROWS_AT_ONCE
        return None

    def first_painted(self) -> None:
        """Report that the rows are painted."""
        self.post_message(Happened(RowsPainted()))

    def render_line(self, y: int) -> Strip:
        """Paint a line of the list, or of the text shown for an empty list."""
        if self.row_count or self.screen.has_class("-with-article"):
            return super().render_line(y)
        width = self.scrollable_content_region.width
        lines = wrap_text(self.nothing, width - 2)
        strip = Strip([Segment(f" {lines[y]}" if y < len(lines) else "")])
        return strip.adjust_cell_length(width).apply_style(self.rich_style)

    def strip(self, row: int, width: int, style: Style) -> Strip:
        """Return a row as a line: painted if it is the cursor row, else from the cache if possible."""
        if row == self.cursor:
            return self._paint_row(row, width, style)
        if row in self.selection.rows:
            return self._paint_row(row, width, style + self.get_component_rich_style("article-list--selected"))
        if self._rows_as != (width, style, self.found) or len(self._strips) >= _MOST_ROWS:
            self._rows_as = width, style, self.found
            self._strips.clear()
        strip = self._strips.get(row)
        if strip is None:
            strip = self._strips[row] = self._paint_row(row, width, style)
        return strip

    def _paint_row(self, row: int, width: int, style: Style) -> Strip:
        entry = self.entry(row)
        if entry is None:
            line = Strip([Segment("  (removed)")]).adjust_cell_length(width)
            return line.apply_style(self._inks_on(style).muted)
        look = self._look
        if look is None or look.plan.width != width or look.found is not self.found:
            plan = plan_row(width, self._profile, self.this_year, self._columns)
            look = self._look = RowOptions(plan, self._zone, self.this_year, self.found)
        is_marked = row == self.cursor or row in self.selection.rows
        return Strip(paint_entry(entry, self._inks_on(style), look, cursor=is_marked), width)

    def _inks_on(self, style: Style) -> RowStyles:
        inks = self._inks.get(style)
        if inks is None:
            if len(self._inks) >= _MOST_GROUNDS:
                self._inks.clear()
            inks = self._inks[style] = RowStyles(self._palette, style)
        return inks
