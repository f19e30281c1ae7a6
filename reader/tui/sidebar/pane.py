"""The sidebar pane: all, unread, starred and read later, then topics (or providers, …), each with a count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from reader.render.style import Palette
from reader.text import truncate
from reader.tui.events import ChoicePicked, Happened
from reader.tui.layout import PaneChosen
from reader.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reader.tui.list.view import SidebarSelection
    from reader.tui.sidebar.counts import SidebarRow
    from reader.tui.sidebar.update import SidebarRows

__all__ = ["Sidebar"]


class Sidebar(VirtualList):
    """List of the selections that the article list can be narrowed to."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the name in the base class
        super().__init__(id=id)
        self.rows: tuple[SidebarRow, ...] = ()
        self.chosen: SidebarSelection | None = None
        self._shown: SidebarRows | None = None
        self._accent = Style()
        self._muted = Style()
        self.set_palette(Palette())

    def show(self, shown: SidebarRows | None) -> None:
        """Show rows, unless they are shown, with the cursor on the selection."""
        if shown is None or shown is self._shown:
            return
        self._shown, self.rows, self.chosen = shown, shown.rows, shown.choice
        at = next((place for place, row in enumerate(self.rows) if row.choice == self.chosen), 0)
        self.retitle(shown.title)
        self.set_rows(len(self.rows), at)

    def _report_move(self, row: int) -> None:
        """Narrow the list to the selection of the row."""
        choice = self.rows[row].choice
        if choice is not None:
            self.post_message(Happened(ChoicePicked(choice)))

    def _report_choice(self, row: int) -> None:  # noqa: ARG002 - every row leads to the list
        """Go to the list."""
        self.post_message(Happened(PaneChosen("articles")))

    def set_palette(self, palette: Palette) -> None:
        """Use another palette, and repaint."""
        self._accent, self._muted = Style.parse(palette.accent), Style.parse(palette.muted)
        self.refresh()

    def is_selectable(self, row: int) -> bool:
        """Return whether the row is selectable (headings are not)."""
        return super().is_selectable(row) and self.rows[row].choice is not None

    def paint(self, row: int, width: int) -> Iterable[Segment]:
        """Paint a row: its name on the left, its count on the right."""
        line = self.rows[row]
        if line.choice is None:
            return [Segment(truncate(f" {line.label}", width), self._muted)]
        count = line.counts
        room = max(0, width - 3 - cell_len(count))
        name = truncate(line.label, room)
        chosen = line.choice == self.chosen
        style = self._muted if 0 in {line.count, line.unread} else Style(bold=chosen)
        return [
            Segment("▌" if chosen else " ", self._accent),
            Segment(name, style),
            Segment(" " * (room - cell_len(name) + 1)),
            Segment(count, self._muted),
            Segment(" "),
        ]
