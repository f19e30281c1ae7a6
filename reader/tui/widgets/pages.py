"""Dialogs about the program itself: the color themes and the query language reference."""

from __future__ import annotations

from datetime import UTC
from importlib.resources import files
from typing import TYPE_CHECKING

from rich.text import Text

from reader.article import Article
from reader.config.schema import THEMES
from reader.render.style import RenderOptions
from reader.tui.ports import ChoicePrompt
from reader.tui.widgets.dialogs import ChoiceDialog, TextDialog
from reader.tui.widgets.theme import palette_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from textual.app import App

    from reader.tui.widgets.virtual_list import Motion, VirtualList

__all__ = ["ThemeDialog", "query_page"]

_MOST_CELLS = 100


class ThemeDialog(ChoiceDialog):
    """List of color themes. The theme under the cursor is applied immediately; Enter keeps it."""

    def __init__(self, current: str, motions: Mapping[str, Motion]) -> None:
        rows = tuple(f"{'●' if name == current else ' '} {name}" for name in THEMES)
        at = THEMES.index(current) if current in THEMES else 0
        super().__init__(ChoicePrompt("Color theme", rows, at), motions)
        self._current = current

    def on_virtual_list_moved(self, event: VirtualList.Moved) -> None:
        """Apply the theme under the cursor."""
        self.app.theme = THEMES[event.row]

    def dismiss(self, result: int | None = None) -> Any:
        """Keep the chosen theme, or restore the previous one."""
        self.app.theme = self._current if result is None else THEMES[result]
        return super().dismiss(result)


def query_page(app: App[Any], motions: Mapping[str, Motion]) -> TextDialog:
    """Return a dialog with the query language reference."""
    from reader.render.page import ArticleContext, render_page  # noqa: PLC0415 - lazy import: 69 ms, would delay the first frame

    text = files("reader.query").joinpath("query.md").read_text(encoding="utf-8")
    title, _, body = text.removeprefix("# ").partition("\n")
    width = min(_MOST_CELLS, TextDialog.width_in(app.size.width))
    page = render_page(
        Article("", title, body=body), ArticleContext(), RenderOptions(width, UTC, palette_of(app.theme_variables))
    )
    lines = [Text.assemble(*((each.text, each.style or "") for each in line)) for line in page.lines]
    return TextDialog(title, lines, motions)
