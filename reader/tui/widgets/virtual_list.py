"""List that paints only its visible rows, so that its length does not matter.

Handles the cursor, scrolling and the mouse. Subclasses define how a row looks, the parent defines what choosing it
does.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Literal, Self

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from reader.tui.widgets.theme import legible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual import events

__all__ = ["LineView", "Motion", "VirtualList", "rows_moved", "wrap_text"]

Motion = Literal["down", "up", "top", "bottom", "half_down", "half_up", "page_down", "page_up"]

# Rows that stay visible above and below the cursor, if there are any.
_MARGIN = 2


class LineView(ScrollView, inherit_bindings=False):
    """Base class of views that paint their own lines. ``line_width`` and ``line_style`` are for ``render_line``."""

    ALLOW_SELECT = False
    # Redeclared without ``layout`` and ``repaint``: a change of size must not lay out the entire screen, or repaint the
    # lines that stay as they are.
    virtual_size = Reactive(Size(0, 0), repaint=False)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the name in the base class
        super().__init__(id=id)
        self._only_line: int | None = None
        self._position = ""
        self.line_width = 0
        self.line_style = Style()
        self.is_painting = False
        self.is_painted = True
        """Set it to False for a change that ``first_painted`` is to report once it is on the screen."""

    def retitle(self, words: str) -> None:
        """Set the title in the border."""
        self._only_line = 0
        try:
            self.border_title = Text(words)
        finally:
            self._only_line = None

    def show_position(self, words: str) -> None:
        """Show the user's position in the lower border."""
        if words == self._position:
            return
        self._position = words
        self._only_line = self.outer_size.height - 1
        try:
            self.border_subtitle = Text(words)
        finally:
            self._only_line = None

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Repaint some regions, or the entire view. For a change of title, repaint only the border."""
        if self._only_line is not None:
            left, top = self.content_offset
            regions = (Region(-left, self._only_line - top, self.outer_size.width, 1),)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def watch_virtual_size(self) -> None:
        """Update the scroll bar and the offset to the size of the content."""
        if self.styles.auto_dimensions:
            self.refresh(layout=True)
        self._scroll_update(self.virtual_size)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint lines, and report the first paint after a change.

        Look up width and style only once, since that takes longer than painting a line.
        """
        self.line_width = self.scrollable_content_region.width
        self.line_style = self.rich_style
        self.is_painting = True
        try:
            strips = super().render_lines(crop)
        finally:
            self.is_painting = False
        if not self.is_painted:
            self.is_painted = True
            self.first_painted()
        return strips

    @property
    def is_paint_pending(self) -> bool:
        """Whether ``first_painted`` will follow."""
        return not self.is_painted and self.is_on_screen and self.app.screen is self.screen

    def first_painted(self) -> None:
        """Post the message that a change has been painted. It is handled after the paint: both run on the UI thread."""


def wrap_text(text: str, width: int) -> list[str]:
    """Return a text wrapped to ``width`` characters; wrapped lines keep their indentation."""
    lines: list[str] = []
    for line in text.split("\n"):
        indent = " " * (len(line) - len(line.lstrip(" ")))
        lines += textwrap.wrap(line, max(len(indent) + 1, width), subsequent_indent=indent) or [""]
    return lines


def rows_moved(motion: Motion, times: int, *, page: int, length: int) -> int:
    """Return the number of rows that a motion moves (down if positive) in a list or text of ``length`` rows."""
    return {
        "down": times,
        "up": -times,
        "half_down": max(1, page // 2) * times,
        "half_up": -max(1, page // 2) * times,
        "page_down": page * times,
        "page_up": -page * times,
        "top": -length,
        "bottom": length,
    }[motion]


class VirtualList(LineView, can_focus=True, inherit_bindings=False):
    """Rows numbered from 0, one line each, with a cursor among them."""

    COMPONENT_CLASSES = {"virtual-list--cursor"}  # noqa: RUF012 - as in the base class

    class RowEvent(Message):
        """Base class of messages about a row of the list."""

        def __init__(self, source: VirtualList, row: int) -> None:
            super().__init__()
            self.source = source
            self.row = row

        @property
        def control(self) -> VirtualList:
            """The list, for selectors in ``on``."""
            return self.source

    class Moved(RowEvent):
        """The cursor moved to another row."""

    class Chosen(RowEvent):
        """The user chose a row by clicking on the cursor or by a double click."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the name in the base class
        super().__init__(id=id)
        self.row_count = 0
        self.cursor = 0
        self._first_key = ""

    def paint(self, row: int, width: int) -> Iterable[Segment]:
        """Return the segments of a row, at most ``width`` cells of them."""
        raise NotImplementedError

    def is_selectable(self, row: int) -> bool:
        """Return whether the cursor can be on a row. Other rows, such as headings, are skipped."""
        return 0 <= row < self.row_count

    def set_rows(self, count: int, cursor: int, *, keep_line: bool = True, follow: bool = True) -> None:
        """Set the number of rows and the cursor, without a message.

        With ``keep_line`` the cursor stays on the same line of the screen, as far as the list allows. Without
        ``follow`` a cursor that was scrolled out of view stays there.
        """
        line = self.cursor - self.scroll_offset.y
        in_sight = 0 <= line < self.scrollable_content_region.height
        self.row_count = count
        self.virtual_size = Size(self.scrollable_content_region.width, count)
        self.cursor = max(0, min(cursor, count - 1))
        if keep_line:
            self._scroll_to_row(self.cursor - line)
        if in_sight:
            # With keep_line, no margin even on the first line: the rows must not move while the user reads.
            self._keep_in_sight(0 if keep_line else _MARGIN)
        elif follow:
            self._keep_in_sight()
        self.refresh()

    def fit(self) -> None:
        """Make the list as high as its rows, but at most half as high as the terminal."""
        # The style sheet could bound the list, but the dialog around it would be as high as all rows.
        self.styles.height = max(1, min(self.row_count, self.app.size.height // 2))

    def put_cursor(self, row: int) -> None:
        """Move the cursor to a row, scroll it into view and report it. Ignore a row that cannot hold the cursor."""
        if not self.is_selectable(row) or row == self.cursor:
            return
        before, self.cursor = self.cursor, row
        self.refresh_lines(before)
        self.refresh_lines(row)
        self._keep_in_sight()
        self._report_move(row)

    def _report_move(self, row: int) -> None:
        """Report that the cursor is on another row."""
        self.post_message(self.Moved(self, row))

    def _report_choice(self, row: int) -> None:
        """Report that the user chose a row."""
        self.post_message(self.Chosen(self, row))

    def move(self, motion: Motion, times: int = 1) -> None:
        """Move the cursor by a motion, up to the first or last row."""
        if self._postpones(motion, times):
            return
        page = max(1, self.scrollable_content_region.height - 1)
        step = rows_moved(motion, times, page=page, length=self.row_count)
        self.put_cursor(self._nearest(max(0, min(self.cursor + step, self.row_count - 1)), forward=step > 0))

    def _postpones(self, motion: Motion, times: int) -> bool:  # noqa: ARG002 - for lists whose rows come later
        """Return whether a move is made later."""
        return False

    def press(self, key: str, motions: Mapping[str, Motion]) -> None:
        """Move the cursor by a key in ``motions``, which can be the first or second key of a sequence."""
        stroke = f"{self._first_key} {key}".lstrip()
        self._first_key = stroke if any(keys.startswith(f"{stroke} ") for keys in motions) else ""
        if stroke in motions:
            self.move(motions[stroke])

    def go_to(self, number: int) -> None:
        """Move the cursor to a row by its number, counted from 1, or to the last row if there are fewer."""
        self.put_cursor(self._nearest(max(0, min(number, self.row_count) - 1), forward=True))

    def _nearest(self, row: int, *, forward: bool) -> int:
        """Return the nearest row that can hold the cursor, searching in the direction of the motion first."""
        for candidates in (range(row, self.row_count), range(row, -1, -1))[:: 1 if forward else -1]:
            for candidate in candidates:
                if self.is_selectable(candidate):
                    return candidate
        return self.cursor

    def _keep_in_sight(self, margin: int = _MARGIN) -> None:
        height = self.scrollable_content_region.height
        if height <= 0:
            return
        margin = min(margin, (height - 1) // 2)
        top = self.scroll_offset.y
        if self.cursor < top + margin:
            self._scroll_to_row(self.cursor - margin)
        elif self.cursor > top + height - 1 - margin:
            self._scroll_to_row(self.cursor - height + 1 + margin)

    def _scroll_to_row(self, top: int) -> None:
        self.scroll_to(y=max(0, top), animate=False, force=True, immediate=True)

    def render_line(self, y: int) -> Strip:
        """Paint one visible line."""
        row = y + self.scroll_offset.y
        if row >= self.row_count:
            return Strip.blank(self.line_width, self.line_style)
        if row != self.cursor:
            return self.strip(row, self.line_width, self.line_style)
        style = self.line_style + self.get_component_rich_style("virtual-list--cursor")
        strip = self.strip(row, self.line_width, style)
        return Strip([Segment(text, style and legible(style)) for text, style, _ in strip], strip.cell_length)

    def strip(self, row: int, width: int, style: Style) -> Strip:
        """Return a row as a line of exactly ``width`` cells, on the background of a style."""
        return Strip(self.paint(row, width)).adjust_cell_length(width).apply_style(style)

    def on_resize(self) -> None:
        """Update the size, and keep the cursor visible."""
        self.virtual_size = Size(self.scrollable_content_region.width, self.row_count)
        self._keep_in_sight()
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the clicked row. A double click chooses it."""
        at = event.get_content_offset(self)
        if at is None or not self.is_selectable(row := at.y + self.scroll_offset.y):
            return  # the border, a heading, or below the last row
        if row == self.cursor and self.has_focus and event.chain > 1:
            self._report_choice(row)
        self.put_cursor(row)
