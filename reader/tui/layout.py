"""Layout of the panes: which one is current, and which are visible at each terminal width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec.structs import replace

from reader.tui.widgets.splitter import SplitRatios, dragged, widths

if TYPE_CHECKING:
    from reader.tui.article.pane import ArticlePane
    from reader.tui.screen import MainScreen
    from reader.tui.widgets.splitter import Splitter
    from reader.tui.widgets.virtual_list import VirtualList

__all__ = ["PaneName", "Panes"]

PaneName = Literal["sidebar", "articles", "article"]

WIDE = 120
MEDIUM = 80
_LEAST_WIDTH, _LEAST_HEIGHT = 40, 10
_ORDER: tuple[PaneName, ...] = ("sidebar", "articles", "article")


class Panes:
    """Controller of the focus among the panes, and of the widths set with the mouse.

    Which panes are displayed, and their default widths, is defined by classes in the style sheet.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self.current: PaneName = "articles"
        self.with_sidebar = True
        self.zen = False
        self.mode = "wide"
        self.shares = SplitRatios()
        self._room = 0
        self._before_zen: PaneName = "articles"

    @property
    def in_use(self) -> VirtualList | ArticlePane:
        """The widget of the current pane, which receives motions."""
        return self.widget(self.current)

    def widget(self, name: PaneName) -> VirtualList | ArticlePane:
        """Return the widget of a pane."""
        screen = self._screen
        if name == "article":
            return screen.article
        return screen.sidebar if name == "sidebar" else screen.articles

    def fit(self, width: int, height: int) -> None:
        """Lay the panes out for a terminal of this size."""
        self._room = width
        self.mode = "wide" if width >= WIDE else "medium" if width >= MEDIUM else "narrow"
        self._screen.set_class(width < _LEAST_WIDTH or height < _LEAST_HEIGHT, "-tiny")
        self._apply()

    def go(self, name: PaneName) -> None:
        """Make a pane current and focus it."""
        self.bring(name)
        self.widget(name).focus(scroll_visible=False)

    def bring(self, name: PaneName) -> None:
        """Make a pane visible and current; a filter being typed keeps the focus."""
        if self.zen and name != "article":
            self.zen = False
        if name == "sidebar":
            self.with_sidebar = True
        self.current = name
        self._apply()

    def drag(self, divider: Splitter, cells: int) -> None:
        """Set the width of the pane left of a border, if the panes are side by side."""
        if self.mode == "wide" and not self.zen:
            self.use(dragged(self.shares, divider, cells, self._room, with_sidebar=self.with_sidebar))

    def reset(self, divider: Splitter) -> None:
        """Reset a border to its default position."""
        shares = self.shares
        self.use(replace(shares, sidebar=None) if divider == "sidebar" else replace(shares, articles=None))

    def use(self, shares: SplitRatios) -> None:
        """Apply the split ratios."""
        self.shares = shares
        self._apply_widths()

    def step(self, by: int, *, around: bool) -> None:
        """Go to the pane ``by`` steps to the right; ``around`` wraps at the ends."""
        if self.zen:
            return
        order = [name for name in _ORDER if name != "sidebar" or self.with_sidebar or self.mode != "wide"]
        at = order.index(self.current) + by
        if around:
            self.go(order[at % len(order)])
        elif 0 <= at < len(order):
            self.go(order[at])

    def toggle_sidebar(self) -> None:
        """Show or hide the sidebar; without room for it beside the list, go to it or back to the list."""
        if self.mode != "wide":
            self.go("articles" if self.current == "sidebar" else "sidebar")
            return
        self.with_sidebar = not self.with_sidebar
        if not self.with_sidebar and self.current == "sidebar":
            self.current = "articles"
        self._apply()

    def toggle_zen(self) -> None:
        """Show only the article, or all panes again."""
        self.zen = not self.zen
        if self.zen:
            self._before_zen = self.current
        self.current = "article" if self.zen else self._before_zen
        self._apply()

    def refocus(self) -> None:
        """Focus the current pane later; the pane may have changed by then, so it is looked up at that time."""
        self._screen.app.call_later(self._focus)

    def _focus(self) -> None:
        if not self._screen.is_typing:
            self._screen.set_focus(self.in_use, scroll_visible=False)

    def _apply(self) -> None:
        # In one update: each change of classes recomputes the styles of all widgets.
        classes = {f"-{mode}": self.mode == mode for mode in ("wide", "medium", "narrow")}
        classes |= {f"-in-{name}": self.current == name for name in _ORDER}
        self._screen.update_classes({**classes, "-zen": self.zen, "-with-sidebar": self.with_sidebar})
        self._apply_widths()
        self.refocus()

    def _apply_widths(self) -> None:
        beside = self.mode == "wide" and not self.zen
        found = widths(self.shares if beside else SplitRatios(), self._room, with_sidebar=self.with_sidebar)
        self._screen.sidebar.styles.width = found.sidebar
        self._screen.articles.styles.width = found.articles
