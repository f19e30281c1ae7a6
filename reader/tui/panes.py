"""Which pane is in use and which are on the screen, at every width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from textual.widget import Widget

    from reader.tui.main_screen import MainScreen

__all__ = ["PaneName", "Panes"]

PaneName = Literal["sidebar", "articles", "article"]

WIDE = 120
MEDIUM = 80
_LEAST_WIDTH, _LEAST_HEIGHT = 40, 10
_ORDER: tuple[PaneName, ...] = ("sidebar", "articles", "article")


class Panes:
    """Owns the focus among the panes. What is displayed where is said by classes, in the style sheet."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self.current: PaneName = "articles"
        self.with_sidebar = True
        self.zen = False
        self.mode = "wide"

    def widget(self, name: PaneName) -> Widget:
        """Return the widget of a pane."""
        screen = self._screen
        return {"sidebar": screen.sidebar, "articles": screen.articles, "article": screen.article}[name]

    def fit(self, width: int, height: int) -> None:
        """Lay the panes out for a terminal of this size."""
        self.mode = "wide" if width >= WIDE else "medium" if width >= MEDIUM else "narrow"
        self._screen.set_class(width < _LEAST_WIDTH or height < _LEAST_HEIGHT, "-tiny")
        self._apply()

    def go(self, name: PaneName) -> None:
        """Use a pane."""
        if self.zen and name != "article":
            self.zen = False
        if name == "sidebar":
            self.with_sidebar = True
        self.current = name
        self._apply()
        self.widget(name).focus(scroll_visible=False)

    def step(self, by: int, *, around: bool) -> None:
        """Use the pane to the right or left, or around the corner."""
        if self.zen:
            return
        order = [name for name in _ORDER if name != "sidebar" or self.with_sidebar or self.mode != "wide"]
        at = order.index(self.current) + by
        if around:
            self.go(order[at % len(order)])
        elif 0 <= at < len(order):
            self.go(order[at])

    def toggle_sidebar(self) -> None:
        """Show the sidebar, or hide it; where there is no room for it beside the list, go to it or back."""
        if self.mode != "wide":
            self.go("articles" if self.current == "sidebar" else "sidebar")
            return
        self.with_sidebar = not self.with_sidebar
        if not self.with_sidebar and self.current == "sidebar":
            self.current = "articles"
        self._apply()

    def toggle_zen(self) -> None:
        """Show the article alone, or the panes again."""
        self.zen = not self.zen
        self.current = "article" if self.zen else "articles"
        self._apply()

    def refocus(self) -> None:
        """Give the keyboard back to the pane in use."""
        if not self._screen.is_typing:
            self.widget(self.current).focus(scroll_visible=False)

    def _apply(self) -> None:
        screen = self._screen
        for mode in ("wide", "medium", "narrow"):
            screen.set_class(self.mode == mode, f"-{mode}")
        for name in _ORDER:
            screen.set_class(self.current == name, f"-in-{name}")
        screen.set_class(self.zen, "-zen")
        screen.set_class(self.with_sidebar, "-with-sidebar")
        self.refocus()
