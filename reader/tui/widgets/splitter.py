"""Panes side by side with draggable borders. Reports mouse actions; ``lay_out`` is called with what they lead to."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from textual.containers import Horizontal
from textual.message import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual import events
    from textual.widget import Widget

__all__ = ["SplitContainer", "Splitter"]

Splitter = Literal["sidebar", "articles"]
"""A border, named after the pane on its left."""


class SplitContainer(Horizontal):
    """Container of the panes, side by side."""

    class Moved(Message):
        """The user dragged a border, so that the pane on its left is ``cells`` wide, or reset it (None)."""

        def __init__(self, divider: Splitter, cells: int | None) -> None:
            super().__init__()
            self.divider: Splitter = divider
            self.cells = cells

    def __init__(self, *panes: Widget, id: str | None = None) -> None:  # noqa: A002 - the name in the base class
        super().__init__(*panes, id=id)
        self._held: Splitter | None = None
        self._grip = 0

    def lay_out(self, classes: Mapping[str, bool], widths: Mapping[Splitter, int | None]) -> None:
        """Set classes of the screen, which define the panes that are displayed, and the widths of panes in cells."""
        # In one update: each change of classes recomputes the styles of all widgets.
        self.screen.update_classes(classes)
        for divider, width in widths.items():
            self._pane(divider).styles.width = width

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Start to drag the border under the pointer, if any."""
        self._held = self._at(event)
        if self._held is not None:
            self._grip = event.screen_x - self._pane(self._held).region.width
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Report the position of the dragged border."""
        if self._held is not None:
            self.post_message(self.Moved(self._held, event.screen_x - self._grip))

    def on_mouse_up(self) -> None:
        """Stop dragging."""
        if self._held is not None:
            self._held = None
            self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """Report a double click on a border."""
        divider = self._at(event)
        if divider is not None and event.chain == 2:
            self.post_message(self.Moved(divider, None))

    def _at(self, event: events.MouseEvent) -> Splitter | None:
        """Return the border at the pointer: the last column of one pane or the first of the next."""
        shown = [pane for pane in self.displayed_children if pane.region.y <= event.screen_y < pane.region.bottom]
        for pane, following in pairwise(shown):
            if event.screen_x in {pane.region.right - 1, following.region.x}:
                return "sidebar" if pane.id == "sidebar" else "articles"
        return None

    def _pane(self, divider: Splitter) -> Widget:
        return next(pane for pane in self.children if pane.id == divider)
