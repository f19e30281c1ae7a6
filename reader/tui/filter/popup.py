"""Popup above the bottom line with the completion candidates and their counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.widget import Widget

from reader.text import cell_width, truncate

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.style import Style
    from textual import events

    from reader.tui.filter.completion import CompletionState, Offer

__all__ = ["CompletionPopup"]

_MOST_ROWS = 8
_MOST_CELLS = 60
# Cells between a name and its note.
_GAP = 2


class CompletionPopup(Widget):
    """List of candidates; a click picks one. The filter bar handles the keys."""

    COMPONENT_CLASSES = {"completion-list--note", "completion-list--chosen"}  # noqa: RUF012 - as in the base class

    def __init__(self, pick: Callable[[int], None], *, id: str | None = None) -> None:  # noqa: A002 - the name in the base class
        super().__init__(id=id)
        self._pick = pick
        self._choosing: CompletionState | None = None
        self._top = 0
        self.visible = False
        self.styles.width = self.styles.height = 1

    def show(self, offer: Offer) -> None:
        """Show candidates, aligned with their screen column if there is room; hide the popup if there are none."""
        choosing, column = offer.choosing, offer.column
        self._choosing = choosing
        # Not displayed or docked: if such a widget appears, Textual repaints the entire screen.
        self.visible = choosing is not None
        if choosing is None:
            return
        room = self.screen.size
        rows = max(1, min(_MOST_ROWS, len(choosing.candidates), room.height - 4))
        cells = max(8, min(_natural_width(choosing), _MOST_CELLS, room.width))
        self.styles.width, self.styles.height = cells, rows
        self.styles.offset = (max(0, min(column - 1, room.width - cells)), room.height - 1 - rows)
        at = choosing.at or 0
        self._top = max(0, min(at - rows // 2, len(choosing.candidates) - rows))
        self.refresh()

    def render(self) -> Text:
        """Return the visible lines."""
        choosing = self._choosing
        if choosing is None:
            return Text()
        rows = range(self._top, min(len(choosing.candidates), self._top + self.size.height))
        return Text("\n", no_wrap=True).join(self._line(choosing, row) for row in rows)

    def _line(self, choosing: CompletionState, row: int) -> Text:
        candidate = choosing.candidates[row]
        name_cells, note_cells = _columns(choosing, self.size.width)
        name, note = truncate(candidate.name, name_cells), truncate(candidate.note, note_cells)
        padding = " " * (note_cells - cell_width(note))
        line = Text("▌" if row == choosing.at else " ", no_wrap=True)
        line.append(name + " " * (name_cells - cell_width(name) + _GAP))
        line.append(note + padding if candidate.count is None else padding + note, self._style("note"))
        line.append(" ")
        if row == choosing.at:
            line.stylize(self._style("chosen"))
        return line

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"completion-list--{name}", partial=True)

    def on_click(self, event: events.Click) -> None:
        """Pick the clicked candidate."""
        event.stop()
        row = self._top + event.get_content_offset_capture(self).y
        if self._choosing is not None and row < len(self._choosing.candidates):
            self._pick(row)


def _natural_width(choosing: CompletionState) -> int:
    return sum(_columns(choosing, _MOST_CELLS)) + _GAP + 2


def _columns(choosing: CompletionState, cells: int) -> tuple[int, int]:
    """Return the widths of names and notes. If room is short, do not truncate counts and field names."""
    names = max(cell_width(candidate.name) for candidate in choosing.candidates)
    notes = max(cell_width(candidate.note) for candidate in choosing.candidates)
    room = max(0, cells - _GAP - 2)
    if choosing.candidates[0].count is None:
        names = min(names, room)
        return names, min(notes, room - names)
    notes = min(notes, room)
    return min(names, room - notes), notes
