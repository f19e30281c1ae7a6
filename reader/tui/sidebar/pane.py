"""The sidebar pane: all, unread, starred, read later, then topics (or providers, …), each with a count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from reader.render.style import Palette
from reader.text import truncate
from reader.tui.events import ChoicePicked, CountsPainted, Happened
from reader.tui.layout import PaneChosen
from reader.tui.list.view import ALL
from reader.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reader.tui.list.view import SidebarSelection
    from reader.tui.sidebar.counts import SidebarRow
    from reader.tui.sidebar.update import SidebarRows

__all__ = ["Sidebar"]

# Fields whose rows cannot be combined: all articles, marks and saved searches.
_SINGLE = frozenset({"", "is", "search"})


class Sidebar(VirtualList):
    """List of selections that narrow the article list."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the name in the base class
        super().__init__(id=id)
        self.rows: tuple[SidebarRow, ...] = ()
        self.chosen = ALL
        self._shown: SidebarRows | None = None
        self._accent = Style()
        self._muted = Style()
        self.set_palette(Palette())

    def show(self, shown: SidebarRows | None) -> None:
        """Show rows, unless they are already shown, with the cursor on the selection."""
        if shown is None or shown is self._shown:
            return
        before = self.rows[self.cursor].choice if self.rows else None
        wanted = before if shown.choice.is_several else shown.choice
        self._shown, self.rows, self.chosen = shown, shown.rows, shown.choice
        at = next((place for place, row in enumerate(self.rows) if row.choice == wanted), 0)
        self.retitle(shown.title)
        stays = wanted == before
        self.is_painted = False
        self.set_rows(len(self.rows), at, keep_line=stays, follow=not stays)

    def first_painted(self) -> None:
        """Report that the counts are painted."""
        self.post_message(Happened(CountsPainted()))

    def _report_move(self, row: int) -> None:
        """Narrow the list to the row's selection, unless the user is adding values one by one."""
        choice = self.rows[row].choice
        if choice is not None and not (self.chosen.is_several and choice.field == self.chosen.field):
            self.post_message(Happened(ChoicePicked(choice)))

    def toggled(self, *, excluded: bool) -> SidebarSelection | None:
        """Return the selection with the value under the cursor added or excluded; None if the row has no such value."""
        row = self.rows[self.cursor].choice if self.rows else None
        return None if row is None or row.field in _SINGLE else self.chosen.toggled(row, excluded=excluded)

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

    def _sign(self, choice: SidebarSelection) -> str:
        if choice == self.chosen:
            return "▌"
        if self.chosen.is_several and choice.field == self.chosen.field and choice.value in self.chosen.values:
            return "+" if choice.value in self.chosen.any_of else "−"
        return " "

    def _rule(self, heading: str) -> str:
        """Return the start of the rule above a group of rows: their heading, unless the border shows it."""
        name = heading.strip("─ ")
        return "" if self._shown is not None and name == self._shown.title.lower() else f"─ {name} "

    def paint(self, row: int, width: int) -> Iterable[Segment]:
        """Paint a row: its name on the left, its count on the right."""
        line = self.rows[row]
        if line.choice is None:
            return [Segment(f" {self._rule(line.label):─<{max(0, width - 2)}} ", self._muted)]
        count = line.counts
        room = max(0, width - 3 - cell_len(count))
        name = truncate(line.label, room)
        sign = self._sign(line.choice)
        chosen = sign != " "
        style = self._muted if 0 in {line.count, line.unread} else Style(bold=chosen)
        return [
            Segment(sign, self._accent),
            Segment(name, style),
            Segment(" " * (room - cell_len(name) + 1)),
            Segment(count, self._muted),
            Segment(" "),
        ]
