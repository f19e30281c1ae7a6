"""Layout of the panes: which one is current, which are visible at each terminal width, and how wide they are. Pure.

Which panes are displayed, and their default widths, is defined by classes in the style sheet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from reader.tui.events import Event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reader.tui.ports import Effect

    Step = tuple["Layout", tuple[Effect, ...]]

__all__ = [
    "PANES",
    "BorderDragged",
    "BorderReset",
    "Layout",
    "PaneChosen",
    "PaneEntered",
    "PaneLeft",
    "PaneName",
    "PaneStepped",
    "PaneWidths",
    "SidebarToggled",
    "SplitRatios",
    "TerminalResized",
    "ZenToggled",
    "dragged",
    "update",
    "widths",
]

PaneName = Literal["sidebar", "articles", "article"]
_Divider = Literal["sidebar", "articles"]

WIDE = 120
MEDIUM = 80
_LEAST_WIDTH, _LEAST_HEIGHT = 40, 10
PANES: tuple[PaneName, ...] = ("sidebar", "articles", "article")
"""The panes from left to right."""
# Must match the style sheet.
_SIDEBAR_CELLS = 26
_LEAST = {"sidebar": 12, "articles": 24, "article": 32}


class TerminalResized(Event, frozen=True):
    """The terminal has another size."""

    width: int
    height: int


class PaneChosen(Event, frozen=True):
    """The user goes to a pane. Without ``focus`` it only becomes visible: a filter being typed keeps the focus."""

    name: PaneName
    focus: bool = True


class PaneStepped(Event, frozen=True):
    """The user goes to the pane ``by`` steps to the right; ``around`` wraps at the ends."""

    by: int
    around: bool


class PaneEntered(Event, frozen=True):
    """The user goes from the sidebar to the list, or from the list to the article."""


class PaneLeft(Event, frozen=True):
    """The user leaves zen mode, or returns to the list."""


class SidebarToggled(Event, frozen=True):
    """The user shows or hides the sidebar."""


class ZenToggled(Event, frozen=True):
    """The user shows only the article, or all panes again."""


class BorderDragged(Event, frozen=True):
    """The user drags a border: the pane on its left should be ``cells`` wide."""

    divider: _Divider
    cells: int


class BorderReset(Event, frozen=True):
    """The user resets a border."""

    divider: _Divider


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


def dragged(shares: SplitRatios, divider: _Divider, cells: int, room: int, *, with_sidebar: bool) -> SplitRatios:
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


class Layout(Struct, frozen=True):
    """The current pane, and what determines which panes are visible.

    ``focused`` is the number of times that the user went to a pane; each time its widget gets the focus. ``room`` is
    the width of the terminal, ``before_zen`` the pane to return to.
    """

    current: PaneName = "articles"
    with_sidebar: bool = True
    zen: bool = False
    mode: Literal["wide", "medium", "narrow"] = "wide"
    shares: SplitRatios = SplitRatios()
    room: int = 0
    tiny: bool = False
    before_zen: PaneName = "articles"
    focused: int = 0

    @property
    def classes(self) -> Mapping[str, bool]:
        """The classes of the screen, by whether they are set."""
        classes = {f"-{mode}": self.mode == mode for mode in ("wide", "medium", "narrow")}
        classes |= {f"-in-{name}": self.current == name for name in PANES}
        return {**classes, "-zen": self.zen, "-with-sidebar": self.with_sidebar, "-tiny": self.tiny}

    @property
    def widths(self) -> Mapping[_Divider, int | None]:
        """The widths of the panes left of a border; None means the default."""
        found = widths(self.shares if self.is_beside else SplitRatios(), self.room, with_sidebar=self.with_sidebar)
        return {"sidebar": found.sidebar, "articles": found.articles}

    @property
    def is_in_list(self) -> bool:
        """Whether there is nothing to leave but the list."""
        return self.current == "articles" and not self.zen

    @property
    def is_beside(self) -> bool:
        """Whether the panes are side by side, so that their borders can be dragged."""
        return self.mode == "wide" and not self.zen


def update(layout: Layout, event: Event, now: float) -> Step:  # noqa: ARG001 - the signature of all rooms
    """Return the state after an event; there are no effects."""
    match event:
        case PaneChosen() | PaneStepped() | PaneEntered() | PaneLeft():
            return _move(layout, event), ()
        case BorderDragged() | BorderReset() | TerminalResized():
            return _fit(layout, event), ()
        case SidebarToggled():
            return _toggle_sidebar(layout), ()
        case ZenToggled():
            return _toggle_zen(layout), ()
    return layout, ()


def _fit(layout: Layout, event: BorderDragged | BorderReset | TerminalResized) -> Layout:
    shares = layout.shares
    match event:
        case BorderDragged(divider=divider, cells=cells) if layout.is_beside:
            shares = dragged(shares, divider, cells, layout.room, with_sidebar=layout.with_sidebar)
        case BorderReset(divider="sidebar"):
            shares = replace(shares, sidebar=None)
        case BorderReset():
            shares = replace(shares, articles=None)
        case TerminalResized(width=width, height=height):
            tiny = width < _LEAST_WIDTH or height < _LEAST_HEIGHT
            mode = "wide" if width >= WIDE else "medium" if width >= MEDIUM else "narrow"
            return replace(layout, mode=mode, room=width, tiny=tiny)
    return replace(layout, shares=shares)


def _move(layout: Layout, event: PaneChosen | PaneStepped | PaneEntered | PaneLeft) -> Layout:
    match event:
        case PaneChosen(name=name, focus=focus):
            return _go(layout, name) if focus else _bring(layout, name)
        case PaneStepped(by=by, around=around):
            return _step(layout, by, around=around)
        case PaneEntered():
            return _go(layout, "articles" if layout.current == "sidebar" else "article")
        case PaneLeft():
            return _toggle_zen(layout) if layout.zen else _go(layout, "articles")


def _go(layout: Layout, name: PaneName) -> Layout:
    return replace(_bring(layout, name), focused=layout.focused + 1)


def _bring(layout: Layout, name: PaneName) -> Layout:
    zen, with_sidebar = layout.zen and name == "article", layout.with_sidebar or name == "sidebar"
    return replace(layout, current=name, zen=zen, with_sidebar=with_sidebar)


def _step(layout: Layout, by: int, *, around: bool) -> Layout:
    if layout.zen:
        return layout
    order = [name for name in PANES if name != "sidebar" or layout.with_sidebar or layout.mode != "wide"]
    at = order.index(layout.current) + by
    if around:
        return _go(layout, order[at % len(order)])
    return _go(layout, order[at]) if 0 <= at < len(order) else layout


def _toggle_sidebar(layout: Layout) -> Layout:
    """Show or hide the sidebar; without room for it beside the list, go to it or back to the list."""
    if layout.mode != "wide":
        return _go(layout, "articles" if layout.current == "sidebar" else "sidebar")
    shown = not layout.with_sidebar
    current = "articles" if layout.current == "sidebar" and not shown else layout.current
    return replace(layout, with_sidebar=shown, current=current)


def _toggle_zen(layout: Layout) -> Layout:
    if layout.zen:
        return replace(layout, zen=False, current=layout.before_zen)
    return replace(layout, zen=True, before_zen=layout.current, current="article")
