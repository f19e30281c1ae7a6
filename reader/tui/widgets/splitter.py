"""Draggable borders between the panes, and the limits of their positions.

``widths`` and ``dragged`` are pure; ``SplitContainer`` reports mouse actions and moves nothing itself.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace
from textual.containers import Horizontal
from textual.message import Message

if TYPE_CHECKING:
    from textual import events
    from textual.widget import Widget

__all__ = ["PaneWidths", "SplitContainer", "SplitRatios", "Splitter", "dragged", "widths"]

Splitter = Literal["sidebar", "articles"]
"""A border, named after the pane on its left."""

# Must match the style sheet.
_SIDEBAR_CELLS = 26
_LEAST = {"sidebar": 12, "articles": 24, "article": 32}


class SplitRatios(Struct, frozen=True):
    """Ratios of the pane widths: the sidebar to the total, and the list to the width without the sidebar.

    Both are between 0 and 1; None means the default of the style sheet.
    """

    sidebar: float | None = None
    articles: float | None = None


class PaneWidths(Struct, frozen=True):
    """Widths of the sidebar and the list in cells, with borders; None means the default of the style sheet."""

    sidebar: int | None = None
    articles: int | None = None


def widths(shares: SplitRatios, room: int, *, with_sidebar: bool) -> PaneWidths:
    """Return the pane widths for a total of ``room`` cells; every pane keeps its minimum width."""
    sidebar = None
    if shares.sidebar is not None:
        most = max(_LEAST["sidebar"], min(room // 2, room - _LEAST["articles"] - _LEAST["article"]))
        sidebar = _within(round(shares.sidebar * room), _LEAST["sidebar"], most)
    if shares.articles is None:
        return PaneWidths(sidebar)
    left = _left_over(sidebar, room, with_sidebar=with_sidebar)
    most = max(_LEAST["articles"], left - _LEAST["article"])
    return PaneWidths(sidebar, _within(round(shares.articles * left), _LEAST["articles"], most))


def dragged(shares: SplitRatios, divider: Splitter, cells: int, room: int, *, with_sidebar: bool) -> SplitRatios:
    """Return the ratios after the pane left of a border was resized to ``cells``."""
    if divider == "sidebar":
        return replace(shares, sidebar=_share(cells, room))
    left = _left_over(widths(shares, room, with_sidebar=with_sidebar).sidebar, room, with_sidebar=with_sidebar)
    return replace(shares, articles=_share(cells, left))


def _left_over(sidebar: int | None, room: int, *, with_sidebar: bool) -> int:
    if not with_sidebar:
        return room
    return room - (_SIDEBAR_CELLS if sidebar is None else sidebar)


def _share(cells: int, room: int) -> float:
    return min(1.0, max(0.0, cells / max(1, room)))


def _within(value: int, least: int, most: int) -> int:
    return max(least, min(value, most))


class SplitContainer(Horizontal):
    """Container of the panes, side by side."""

    class Dragged(Message):
        """The user drags a border: the pane on its left should be ``cells`` wide."""

        def __init__(self, divider: Splitter, cells: int) -> None:
            super().__init__()
            self.divider: Splitter = divider
            self.cells = cells

    class Reset(Message):
        """The user double-clicked a border, to reset it."""

        def __init__(self, divider: Splitter) -> None:
            super().__init__()
            self.divider: Splitter = divider

    def __init__(self, *panes: Widget, id: str | None = None) -> None:  # noqa: A002 - the name in the base class
        super().__init__(*panes, id=id)
        self._held: Splitter | None = None
        self._grip = 0

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Start to drag the border under the pointer, if any."""
        self._held = self._at(event)
        if self._held is not None:
            self._grip = event.screen_x - self._pane(self._held).region.width
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Report the position of the dragged border."""
        if self._held is not None:
            self.post_message(self.Dragged(self._held, event.screen_x - self._grip))

    def on_mouse_up(self) -> None:
        """Stop dragging."""
        if self._held is not None:
            self._held = None
            self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """Report a double click on a border."""
        divider = self._at(event)
        if divider is not None and event.chain == 2:
            self.post_message(self.Reset(divider))

    def _at(self, event: events.MouseEvent) -> Splitter | None:
        """Return the border at the pointer: the last column of one pane or the first of the next."""
        shown = [pane for pane in self.displayed_children if pane.region.y <= event.screen_y < pane.region.bottom]
        for pane, following in pairwise(shown):
            if event.screen_x in {pane.region.right - 1, following.region.x}:
                return "sidebar" if pane.id == "sidebar" else "articles"
        return None

    def _pane(self, divider: Splitter) -> Widget:
        return next(pane for pane in self.children if pane.id == divider)
