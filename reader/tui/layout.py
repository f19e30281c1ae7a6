"""Layout of the panes: the current one, and which are visible at a terminal size and how large. Pure.

Classes in the style sheet define which panes are displayed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from reader.tui.events import Event
from reader.tui.ports import Say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reader.tui.ports import Effect

    Step = tuple["Layout", tuple[Effect, ...]]

__all__ = [
    "ARRANGEMENTS",
    "PANES",
    "Arrangement",
    "BorderDragged",
    "BorderReset",
    "Layout",
    "LayoutRequested",
    "PaneChosen",
    "PaneEntered",
    "PaneLeft",
    "PaneName",
    "PaneResized",
    "PaneSizes",
    "PaneStepped",
    "SidebarToggled",
    "SplitRatios",
    "TerminalResized",
    "ZenToggled",
    "dragged",
    "sizes",
    "update",
]

PaneName = Literal["sidebar", "articles", "article"]
_Divider = Literal["sidebar", "articles"]
Arrangement = Literal["beside", "above", "list"]

WIDE = 120
MEDIUM = 80
_LEAST_WIDTH, _LEAST_HEIGHT = 40, 10
ARRANGEMENTS: tuple[Arrangement, ...] = ("beside", "above", "list")
"""The list next to the article, above it, or alone and replaced by the article while the user reads."""
PANES: tuple[PaneName, ...] = ("sidebar", "articles", "article")
"""The panes from left to right."""
# Up to this width, half of it is too narrow for list or article, so the list is above the article.
_CROWDED = 100
_ROOM_FOR_LARGE_SIDEBAR = 140
_SIDEBAR_CELLS, _LARGE_SIDEBAR_CELLS = 20, 26
_LEAST = {"sidebar": 12, "articles": 24, "article": 32}
_LEAST_ROWS = {"articles": 5, "article": 7}
# Minimum height for the list above the article by default: with several panes at hand, and with only one visible
# otherwise.
_TALL, _VERY_TALL = 24, 34
# Ratios that give a list in 100 or 120 columns room for titles next to a page of text.
_LIST_RATIO, _LIST_ROWS_RATIO = 0.57, 0.42
_STEP = {"beside": 4, "above": 2}


class TerminalResized(Event, frozen=True):
    """The terminal size has changed."""

    width: int
    height: int


class PaneChosen(Event, frozen=True):
    """The user goes to a pane. Without ``focus`` it just becomes visible: a filter being typed keeps the focus."""

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
    """The user drags a border so that the pane to its left, or above it, has ``cells``."""

    divider: _Divider
    cells: int


class PaneResized(Event, frozen=True):
    """The user enlarges the current pane by ``steps``, or shrinks it."""

    steps: int


class LayoutRequested(Event, frozen=True):
    """The user switches to the next arrangement of list and article."""


class BorderReset(Event, frozen=True):
    """The user resets a border."""

    divider: _Divider


class SplitRatios(Struct, frozen=True):
    """Ratios of the pane sizes: the sidebar to the total, and the list to the space it shares with the article.

    All are between 0 and 1; None means the default. ``rows`` applies to the list above the article.
    """

    sidebar: float | None = None
    articles: float | None = None
    rows: float | None = None


class PaneSizes(Struct, frozen=True):
    """Width of the sidebar, and width (or above the article, height) of the list, in cells including borders."""

    sidebar: int
    articles: int


def sizes(shares: SplitRatios, room: int, *, with_sidebar: bool) -> PaneSizes:
    """Return the pane widths for a total of ``room`` cells. Every pane keeps its minimum width."""
    sidebar = _LARGE_SIDEBAR_CELLS if room >= _ROOM_FOR_LARGE_SIDEBAR else _SIDEBAR_CELLS
    if shares.sidebar is not None:
        most = max(_LEAST["sidebar"], min(room // 2, room - _LEAST["articles"] - _LEAST["article"]))
        sidebar = _within(round(shares.sidebar * room), _LEAST["sidebar"], most)
    left = room - sidebar if with_sidebar else room
    most = max(_LEAST["articles"], left - _LEAST["article"])
    ratio = _LIST_RATIO if shares.articles is None else shares.articles
    return PaneSizes(sidebar, _within(round(ratio * left), _LEAST["articles"], most))


def _rows(shares: SplitRatios, height: int) -> int:
    """Return the height of the list above the article."""
    ratio = _LIST_ROWS_RATIO if shares.rows is None else shares.rows
    return _within(round(ratio * height), _LEAST_ROWS["articles"], height - _LEAST_ROWS["article"])


def dragged(shares: SplitRatios, divider: _Divider, cells: int, room: int, *, with_sidebar: bool) -> SplitRatios:
    """Return the ratios after the pane left of a border was resized to ``cells``."""
    if divider == "sidebar":
        return replace(shares, sidebar=_share(cells, room))
    sidebar = sizes(shares, room, with_sidebar=with_sidebar).sidebar if with_sidebar else 0
    return replace(shares, articles=_share(cells, room - sidebar))


def _share(cells: int, room: int) -> float:
    return min(1.0, max(0.0, cells / max(1, room)))


def _within(value: int, least: int, most: int) -> int:
    return max(least, min(value, most))


class Layout(Struct, frozen=True):
    """Current pane, and the facts that determine which panes are visible.

    ``focused`` counts how often the user went to a pane, whose widget then gets the focus. ``room`` and ``height`` are
    the terminal size, ``before_zen`` is the pane to return to. ``chosen`` is the arrangement that the user wants if
    there is room for it; empty means automatic.
    """

    current: PaneName = "articles"
    with_sidebar: bool = True
    zen: bool = False
    mode: Literal["wide", "medium", "narrow"] = "wide"
    shares: SplitRatios = SplitRatios()
    room: int = 0
    height: int = 0
    tiny: bool = False
    before_zen: PaneName = "articles"
    focused: int = 0
    chosen: Arrangement | Literal[""] = ""

    @property
    def classes(self) -> Mapping[str, bool]:
        """The screen's classes, mapped to whether they are set."""
        classes = {f"-{mode}": self.mode == mode for mode in ("wide", "medium", "narrow")}
        classes |= {f"-in-{name}": self.current == name for name in PANES}
        classes |= {f"-{name}": self.arrangement == name for name in ARRANGEMENTS}
        flags = {"-zen": self.zen, "-with-sidebar": self.with_sidebar, "-tiny": self.tiny}
        return {**classes, **flags, "-with-article": self.zen or self._has_article}

    @property
    def possible(self) -> tuple[Arrangement, ...]:
        """The arrangements that fit."""
        fits = {"beside": self.mode != "narrow", "above": self.height > sum(_LEAST_ROWS.values()), "list": True}
        return tuple(name for name in ARRANGEMENTS if fits[name])

    @property
    def arrangement(self) -> Arrangement:
        """The current arrangement of list and article."""
        possible = self.possible
        if self.chosen in possible:
            return self.chosen
        if self.room < _CROWDED and self.height >= (_VERY_TALL if self.mode == "narrow" else _TALL):
            return "above"
        return possible[0] if "beside" in possible else "list"

    @property
    def sizes(self) -> Mapping[_Divider, int | None]:
        """The sizes of the panes before a border; None leaves them to the style sheet."""
        if self.zen:
            return {"sidebar": None, "articles": None}
        found = sizes(self.shares, self.room, with_sidebar=self._has_sidebar_beside)
        above = _rows(self.shares, self.height - 1) if self.height else None
        articles = {"beside": found.articles, "above": above, "list": None}[self.arrangement]
        return {
            "sidebar": found.sidebar if self.mode == "wide" else None,
            "articles": articles if self._has_article else None,
        }

    @property
    def is_in_list(self) -> bool:
        """Whether only the list is left to leave."""
        return self.current == "articles" and not self.zen

    def has_border(self, divider: _Divider) -> bool:
        """Return whether a border can be moved."""
        return self.sizes[divider] is not None and (divider == "articles" or self._has_sidebar_beside)

    @property
    def has_sidebar(self) -> bool:
        """Whether the sidebar is visible."""
        return not self.zen and (self._has_sidebar_beside or self.current == "sidebar")

    @property
    def _has_article(self) -> bool:
        """Whether the article is visible, that is, not hidden by a lone list or by the sidebar."""
        if self.arrangement == "list":
            return self.current == "article"
        return self.current != "sidebar" or self.mode == "wide" or (self.mode, self.arrangement) == ("medium", "above")

    @property
    def _has_sidebar_beside(self) -> bool:
        return self.mode == "wide" and self.with_sidebar


def update(layout: Layout, event: Event, now: float) -> Step:  # noqa: ARG001 - the signature of all rooms
    """Return the state after an event, and messages about it."""
    match event:
        case PaneResized(steps=steps):
            return _resize(layout, steps)
        case LayoutRequested():
            return _arrange(layout)
        case PaneChosen() | PaneStepped() | PaneEntered() | PaneLeft():
            layout = _move(layout, event)
        case BorderDragged() | BorderReset() | TerminalResized():
            layout = _fit(layout, event)
        case SidebarToggled():
            layout = _toggle_sidebar(layout)
        case ZenToggled():
            layout = _toggle_zen(layout)
    return layout, ()


def _fit(layout: Layout, event: BorderDragged | BorderReset | TerminalResized) -> Layout:
    shares = layout.shares
    match event:
        case BorderDragged(divider=divider, cells=cells) if layout.has_border(divider):
            return _drag(layout, divider, cells)
        case BorderReset(divider="sidebar"):
            shares = replace(shares, sidebar=None)
        case BorderReset() if layout.arrangement == "above":
            shares = replace(shares, rows=None)
        case BorderReset():
            shares = replace(shares, articles=None)
        case TerminalResized(width=width, height=height):
            tiny = width < _LEAST_WIDTH or height < _LEAST_HEIGHT
            mode = "wide" if width >= WIDE else "medium" if width >= MEDIUM else "narrow"
            return replace(layout, mode=mode, room=width, height=height, tiny=tiny)
    return replace(layout, shares=shares)


def _drag(layout: Layout, divider: _Divider, cells: int) -> Layout:
    if divider == "articles" and layout.arrangement == "above":
        return replace(layout, shares=replace(layout.shares, rows=_share(cells, layout.height - 1)))
    with_sidebar = layout.sizes["sidebar"] is not None and layout.with_sidebar
    shares = dragged(layout.shares, divider, cells, layout.room, with_sidebar=with_sidebar)
    return replace(layout, shares=shares)


def _resize(layout: Layout, steps: int) -> Step:
    """Move the border of the current pane."""
    divider: _Divider = "sidebar" if layout.current == "sidebar" else "articles"
    size = layout.sizes[divider]
    if size is None or not layout.has_border(divider):
        return layout, (Say("This pane cannot be resized"),)
    step = _STEP["above" if divider == "articles" and layout.arrangement == "above" else "beside"]
    moved = _drag(layout, divider, size + steps * (-step if layout.current == "article" else step))
    return (moved, ()) if moved.sizes != layout.sizes else (layout, (Say("No room left to resize"),))


_WORDS = {"beside": "List beside article", "above": "List above article", "list": "List only"}


def _arrange(layout: Layout) -> Step:
    """Switch to the next arrangement that fits."""
    possible = layout.possible
    if len(possible) == 1:
        return layout, (Say("No room for another layout"),)
    following = possible[(possible.index(layout.arrangement) + 1) % len(possible)]
    return replace(layout, chosen=following, zen=False), (Say(_WORDS[following]),)


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
    """Show or hide the sidebar. If it does not fit next to the list, go to it or back to the list."""
    if layout.mode != "wide":
        return _go(layout, "articles" if layout.current == "sidebar" else "sidebar")
    shown = not layout.with_sidebar
    current = "articles" if layout.current == "sidebar" and not shown else layout.current
    return replace(layout, with_sidebar=shown, current=current)


def _toggle_zen(layout: Layout) -> Layout:
    if layout.zen:
        return replace(layout, zen=False, current=layout.before_zen)
    return replace(layout, zen=True, before_zen=layout.current, current="article")
