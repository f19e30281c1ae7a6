"""Help dialog: keys, syntax and symbols, which the user can search and run."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from reader.tui.widgets.dialogs import LineList, key_name
from reader.tui.widgets.help import HelpRow, found_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.segment import Segment
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from reader.tui.widgets.virtual_list import Motion, VirtualList

__all__ = ["HelpDialog"]

_LEFT, _RIGHT = frozenset({"left", "h"}), frozenset({"right", "l", "tab"})
_STEPS: Mapping[str, Motion] = {"up": "up", "down": "down", "pageup": "page_up", "pagedown": "page_down"}


class HelpList(LineList):
    """Lines of one or two entries, with a marker before the one that Enter runs."""

    def __init__(self, rows: Sequence[HelpRow]) -> None:
        super().__init__([row.line for row in rows])
        self.rows = list(rows)
        self.side = 0

    def put_rows(self, rows: Sequence[HelpRow]) -> None:
        """Show other rows, with the cursor on the first one that can run."""
        self.rows, self.side = list(rows), 0
        self.put_lines([row.line for row in rows])
        self.put_cursor(next((at for at, row in enumerate(rows) if row.action(0)), 0))

    def choose(self, side: int) -> None:
        """Choose the entry on one side of the line under the cursor, or the first if there is none."""
        self.side = side if self.rows and side < len(self.rows[self.cursor].starts) else 0
        self.refresh()

    @property
    def action(self) -> str:
        """The action of the entry under the cursor."""
        return self.rows[self.cursor].action(self.side) if self.rows else ""

    def paint(self, row: int, width: int) -> Iterable[Segment]:
        """Paint a line."""
        at = self.rows[row].starts[self.side :][:1]
        if row != self.cursor or not self.rows[row].action(self.side) or not at:
            return super().paint(row, width)
        line = self.rows[row].line
        marked = Text.assemble(line[: at[0] + 1], "▸", line[at[0] + 2 :])
        marked.truncate(width, overflow="ellipsis")
        return [segment for segment in marked.render(self.app.console) if segment.text != "\n"]


class HelpDialog(ModalScreen[str | None]):
    """Help that the user can search; returns the action of the line that the user chose."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,question_mark,f1", "leave", "close")]

    def __init__(self, rows: Sequence[HelpRow], entries: Sequence[HelpRow], motions: Mapping[str, Motion]) -> None:
        super().__init__()
        self._rows = rows
        self._entries = entries
        self._motions = motions
        self._list = HelpList(rows)
        self._search = Input(placeholder="Search", compact=True)

    def compose(self) -> ComposeResult:
        """Lay out the lines above the search line."""
        with Vertical(classes="page") as box:
            box.border_title = "Help"
            box.border_subtitle = "/ search · Enter run · Esc close"
            yield self._list
            yield self._search

    def on_mount(self) -> None:
        """Focus the lines, so that keys scroll them."""
        self._list.put_rows(self._rows)
        self._search.display = False
        self._list.focus()

    def on_key(self, event: events.Key) -> None:
        """Search, run the line under the cursor, or move the cursor."""
        key = key_name(event)
        if event.key == "enter":
            event.stop()
            self._run()
        elif self._search.has_focus:
            self._list.press(event.key, _STEPS)
        elif key == "/":
            event.prevent_default()
            self._search.display = True
            self._search.focus()
        elif event.key in _LEFT | _RIGHT:
            event.stop()
            self._list.choose(1 if event.key in _RIGHT else 0)
        else:
            self._list.press(key, self._motions)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the entries that match the text, or all without one."""
        self._list.put_rows(found_rows(self._entries, event.value) if event.value.strip() else self._rows)

    def on_virtual_list_chosen(self, event: VirtualList.Chosen) -> None:
        """Run the line that the user clicked twice."""
        if event.row == self._list.cursor:
            self._run()

    def action_leave(self) -> None:
        """Leave the search, or else the help."""
        if not self._search.display:
            self.dismiss(None)
            return
        self._search.value = ""
        self._search.display = False
        self._list.focus()

    def _run(self) -> None:
        if self._list.action:
            self.dismiss(self._list.action)
