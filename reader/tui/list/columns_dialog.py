"""Dialog to pick the columns of the list. The list behind it changes with each choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.containers import Vertical
from textual.screen import ModalScreen

from reader.config.schema import COLUMNS
from reader.tui.list.columns import AUTOMATIC
from reader.tui.widgets.dialogs import LineList, key_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from reader.tui.widgets.virtual_list import Motion, VirtualList

__all__ = ["ColumnsDialog", "toggled"]

_ROWS = ("", *(name for name in COLUMNS if name != "title"))
"""The automatic choice, then the columns that can be toggled."""


def toggled(columns: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Return the columns with one added or removed, in order; for an empty name, none, which means automatic."""
    if not name:
        return ()
    now = columns or AUTOMATIC
    if name in now:
        return tuple(known for known in now if known != name)
    before = COLUMNS[: COLUMNS.index(name)]
    at = max((now.index(known) + 1 for known in before if known in now), default=0)
    return (*now[:at], name, *now[at:])


class ColumnsDialog(ModalScreen[None]):
    """List of the columns; ``choose`` is called with the chosen ones at each change."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q", "dismiss(None)", "close")]

    def __init__(
        self, columns: tuple[str, ...], choose: Callable[[tuple[str, ...]], None], motions: Mapping[str, Motion]
    ) -> None:
        super().__init__()
        self._columns = columns
        self._choose = choose
        self._motions = motions

    def compose(self) -> ComposeResult:
        """Lay out the columns."""
        with Vertical(classes="dialog") as box:
            box.border_title = "Columns"
            box.border_subtitle = "Space on/off · Esc close"
            yield LineList(self._rows())

    def on_mount(self) -> None:
        """Focus the columns."""
        self.query_one(LineList).focus()

    def on_resize(self) -> None:
        """Fit the columns into the terminal."""
        self.query_one(LineList).fit()

    def _rows(self) -> list[Text]:
        shown = self._columns or AUTOMATIC
        return [
            Text(f" {'■' if name in shown else '□'} {name.replace('_', ' ')}")
            if name
            else Text(f" {'□' if self._columns else '■'} automatic")
            for name in _ROWS
        ]

    def on_key(self, event: events.Key) -> None:
        """Toggle the column under the cursor, or move the cursor."""
        if event.key in {"space", "enter"}:
            event.stop()
            self._switch(self.query_one(LineList).cursor)
        else:
            self.query_one(LineList).press(key_name(event), self._motions)

    def on_virtual_list_chosen(self, event: VirtualList.Chosen) -> None:
        """Toggle the column that the user clicked."""
        self._switch(event.row)

    def _switch(self, row: int) -> None:
        self._columns = toggled(self._columns, _ROWS[row])
        self._choose(self._columns)
        self.query_one(LineList).put_lines(self._rows())
