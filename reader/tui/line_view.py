"""A view of lines that can get longer or shorter, have another title and be painted, at little cost.

Owns nothing but that: Textual lays the whole screen out anew, and paints it, whenever the size of a view's content
changes, and paints the whole view with a title. Here only the scroll bar follows, unless it comes or goes, and the line
that the title is in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from rich.style import Style
from rich.text import Text
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView

if TYPE_CHECKING:
    from textual.strip import Strip

__all__ = ["LineView"]


class LineView(ScrollView, inherit_bindings=False):
    """The base of what paints its own lines. ``line_width`` and ``line_style`` are for ``render_line``."""

    # As its base's, less the layout.
    virtual_size = Reactive(Size(0, 0))

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as its base calls it
        super().__init__(id=id)
        self._only_title = False
        self.line_width = 0
        self.line_style = Style()

    def retitle(self, words: str) -> None:
        """Set the title in the border."""
        self._only_title = True
        try:
            self.border_title = Text(words)
        finally:
            self._only_title = False

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Have some regions of the content, or the whole view, painted anew."""
        if self._only_title:
            regions = (Region(-self.content_offset.x, -self.content_offset.y, self.outer_size.width, 1),)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def watch_virtual_size(self) -> None:
        """Keep the scroll bar and the offset true to the content."""
        if self.styles.auto_dimensions:
            self.refresh(layout=True)
        self._scroll_update(self.virtual_size)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint some lines. What is the same for all of them is asked for once: it takes longer than a line."""
        self.line_width = self.scrollable_content_region.width
        self.line_style = self.rich_style
        return super().render_lines(crop)
