"""Panes next to or above each other, with draggable borders.

Reports mouse actions; ``lay_out`` is called with the result.
"""

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
"""Border, named after the pane on its left or above it."""


class SplitContainer(Horizontal):
    """Container of the panes."""

    class Moved(Message):
        """The user dragged a border so that the pane before it has ``cells``, or reset it (None)."""

        def __init__(self, divider: Splitter, cells: int | None) -> None:
            super().__init__()
            self.divider: Splitter = divider
            self.cells = cells

    def __init__(self, *panes: Widget, id: str | None = None) -> None:  # noqa: A002 - the name in the base class
        super().__init__(*panes, id=id)
        self._held: Splitter | None = None
        self._grip = 0
        self._above = False

    def lay_out(self, classes: Mapping[str, bool], sizes: Mapping[Splitter, int | None], *, above: bool) -> None:
        """Set the screen's classes, which define the displayed panes, and the sizes of panes in cells.

        The size of the list is its height if it is ``above`` the article.
        """
        self._above = above
        # In one update, since each change of classes recomputes the styles of all widgets.
        self.screen.update_classes(classes)
        for divider, size in sizes.items():
            is_height = above and divider == "articles"
            styles = self._pane(divider).styles
            styles.width, styles.height = (None, size) if is_height else (size, None)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Start dragging the border under the pointer, if any."""
        self._held = self._at(event)
        if self._held is not None:
            pane = self._pane(self._held)
            self._grip = self._place(event) - (pane.region.height if self._is_flat(self._held) else pane.region.width)
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Report the position of the dragged border."""
        if self._held is not None:
            self.post_message(self.Moved(self._held, self._place(event) - self._grip))

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
        """Return the border at the pointer: the last line of one pane or the first of the next."""
        panes = [pane for pane in self.displayed_children if pane.region]
        for pane, following in pairwise(panes):
            before, after = pane.region, following.region
            divider: Splitter = "sidebar" if pane.id == "sidebar" else "articles"
            if self._is_flat(divider):
                is_at = event.screen_y in {before.bottom - 1, after.y} and before.x <= event.screen_x < before.right
            else:
                is_at = event.screen_x in {before.right - 1, after.x} and before.y <= event.screen_y < before.bottom
            if is_at:
                return divider
        return None

    def _is_flat(self, divider: Splitter) -> bool:
        return self._above and divider == "articles"

    def _place(self, event: events.MouseEvent) -> int:
        return event.screen_y if self._held is not None and self._is_flat(self._held) else event.screen_x

    def _pane(self, divider: Splitter) -> Widget:
        return next(pane for pane in self.children if pane.id == divider)
