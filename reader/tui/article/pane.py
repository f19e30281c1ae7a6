"""The article pane: scrolls a rendered page, and reports clicks on its links and topics. Does not render articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from reader.render.anchor import anchor_at, row_of
from reader.render.highlight import restyle
from reader.tui.article.events import ArticleAppeared, PagePainted, PlaceLeft
from reader.tui.article.targets import clicked_action
from reader.tui.events import ActionInvoked, ChoicePicked, Happened
from reader.tui.list.view import SidebarSelection
from reader.tui.widgets.virtual_list import LineView, rows_moved, wrap_text

if TYPE_CHECKING:
    from textual import events
    from textual.selection import Selection
    from textual.timer import Timer

    from reader.render.anchor import Anchor
    from reader.render.highlight import Match
    from reader.tui.article.loader import RenderedArticle
    from reader.tui.article.state import OpenArticle, ShownPage
    from reader.tui.widgets.virtual_list import Motion

__all__ = ["ArticlePane"]

_AT_HIT = Style(reverse=True)
_SECONDS_TO_SAVE = 1.0


def _selected(line: tuple[Segment, ...], span: tuple[int, int] | None, style: Style) -> tuple[Segment, ...]:
    if span is None:
        return line
    start, end = span
    return restyle(line, [(start, sum(len(segment.text) for segment in line) if end < 0 else end)], style)


class ArticlePane(LineView, can_focus=True, inherit_bindings=False):
    """Scrollable view of the page of an article."""

    ALLOW_SELECT = True

    class WidthChanged(Message):
        """The width of the pane has changed, or the pane has become visible again."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the name in the base class
        super().__init__(id=id)
        self._lines: tuple[tuple[Segment, ...], ...] = ()
        self._sentence = ""
        self._width = 0
        self._hit: Match = ()
        self._path = ""
        self._anchor: Anchor | None = None
        self._is_scrolled = False
        self._saving: Timer | None = None

    def show_change(self, before: OpenArticle, now: OpenArticle) -> None:
        """Show the changes."""
        if now.shown is not None and now.shown is not before.shown:
            self._show(now.shown)
            return
        path = None if before.entry is None else before.entry.path
        if now.entry is not None and now.entry.path != path and not self.display:
            # A reopened article starts at its top, even if the pane was hidden meanwhile.
            self.show_text("")

    def _show(self, shown: ShownPage) -> None:
        article = shown.article
        if article.path != self._path:
            self._leave()
        row = 0 if shown.top else self._same_place(article)
        self._path, self._hit = article.path, shown.hit
        self._lines, self._sentence = article.page.lines, ""
        self.is_painted = False
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._lines))
        row = row if shown.row is None else shown.row
        if row is not None:
            self._place(row)
        if shown.reveal:
            self._reveal(shown.hit[0][0])
        self._show_share()
        self.refresh()

    def _same_place(self, article: RenderedArticle) -> int | None:
        """Return the first line to show after the page was rewrapped or edited; None for the same line."""
        lines, top = article.page.lines, self.scroll_offset.y
        if article.path != self._path or not top or len(lines) == len(self._lines):
            return None
        # Keep the anchor until the user scrolls: the rounding of several resizes must not add up.
        self._anchor = self._anchor or anchor_at(self._lines, top)
        return None if self._anchor is None else row_of(lines, self._anchor)

    def _place(self, row: int) -> None:
        """Scroll to a line for the user."""
        anchor, is_scrolled = self._anchor, self._is_scrolled
        self.scroll_to(y=max(0, row), animate=False, force=True, immediate=True)
        self._anchor, self._is_scrolled = anchor, is_scrolled

    def take_place(self) -> PlaceLeft | None:
        """Return the user's place if they have scrolled since the last call."""
        if not self._is_scrolled or not self._path:
            return None
        self._is_scrolled = False
        top = self.scroll_offset.y
        return PlaceLeft(self._path, None if not top or self.at_end else anchor_at(self._lines, top))

    def _leave(self) -> None:
        left = self.take_place()
        if left is not None:
            self.post_message(Happened(left))
        self._anchor = None

    def show_text(self, text: str) -> None:
        """Show a message instead of an article."""
        self._leave()
        self._sentence, self._hit, self._path = text, (), ""
        self._set_sentence()
        self.scroll_to(y=0, animate=False, force=True, immediate=True)
        self._show_share()
        self.refresh()

    def _set_sentence(self) -> None:
        width = self.scrollable_content_region.width
        self._lines = tuple((Segment(line),) for line in wrap_text(self._sentence, width))
        self.virtual_size = Size(width, len(self._lines))

    @property
    def is_seen(self) -> bool:
        """Whether the user sees the pane: no dialog is open, and the pane is not hidden."""
        # Not is_current: it is also True for a screen that is visible behind a modal dialog.
        return self.app.screen is self.screen and bool(self.display) and bool(self.region.area)

    @property
    def at_end(self) -> bool:
        """Whether the last line is visible."""
        return self.scroll_offset.y + self.scrollable_content_region.height >= len(self._lines)

    def move(self, motion: Motion, times: int = 1) -> None:
        """Scroll by a motion, repeated ``times`` times."""
        page = max(1, self.scrollable_content_region.height - 2)
        rows = rows_moved(motion, times, page=page, length=len(self._lines))
        self.scroll_to(y=max(0, self.scroll_offset.y + rows), animate=False, immediate=True)

    def go_to(self, number: int) -> None:
        """Scroll to a line by its number, counted from 1."""
        self.scroll_to(y=max(0, number - 1), animate=False, immediate=True)

    def _reveal(self, row: int) -> None:
        """Scroll a line that is not visible to the upper third of the pane."""
        height = self.scrollable_content_region.height
        if not 0 <= row - self.scroll_offset.y < height:
            self.go_to(row + 1 - height // 3)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Update the position."""
        super().watch_scroll_y(old_value, new_value)
        self._show_share()
        self._anchor, self._is_scrolled = None, True
        if self._saving is None:
            self._saving = self.set_timer(_SECONDS_TO_SAVE, self._save)

    def _save(self) -> None:
        self._saving = None
        left = self.take_place()
        if left is not None:
            self.post_message(Happened(left))

    def _show_share(self) -> None:
        """Show the share of the page above the lower border, unless the entire page is visible."""
        height, lines = self.scrollable_content_region.height, len(self._lines)
        seen = min(lines, round(self.scroll_y) + height)
        self.show_position(f"{100 * seen // lines} %" if lines > height > 0 else "")

    def first_painted(self) -> None:
        """Report that the page is painted."""
        self.post_message(Happened(PagePainted()))

    def render_line(self, y: int) -> Strip:
        """Paint one visible line."""
        row = y + self.scroll_offset.y
        line = self._lines[row] if row < len(self._lines) else ()
        if selection := self.text_selection:
            line = _selected(line, selection.get_span(row), self.screen.get_component_rich_style("screen--selection"))
        if at := [(start, end) for number, start, end in self._hit if number == row]:
            line = restyle(line, at, _AT_HIT)
        strip = Strip(line).adjust_cell_length(self.line_width).apply_style(self.line_style)
        # Only under the mouse: the offsets cost more than the rest of the paint.
        return strip if self.is_painting else strip.apply_offsets(0, row)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the text that the user selected with the mouse."""
        lines = ("".join(segment.text for segment in line).rstrip() for line in self._lines)
        return selection.extract("\n".join(lines)), "\n"

    def on_resize(self) -> None:
        """Update the scroll bar, and report when another page width is needed."""
        width = self.scrollable_content_region.width
        self.virtual_size = Size(width, len(self._lines))
        self._show_share()
        if width != self._width:
            self._width = width
            if self._sentence:
                self._set_sentence()
                self.refresh()
            self.post_message(self.WidthChanged())

    def on_show(self) -> None:
        """Report that the article is visible."""
        self.post_message(Happened(ArticleAppeared()))
        # No page was rendered while the pane was hidden.
        self.post_message(self.WidthChanged())

    def on_click(self, event: events.Click) -> None:
        """Report a click on a link, a topic or a URL of the article."""
        meta = event.style.meta
        if self.text_selection is not None:
            return  # the end of a selection
        if clicked := clicked_action(meta):
            action, number = clicked
            self.post_message(Happened(ActionInvoked(action, count=number)))
        elif "topic" in meta:
            self.post_message(Happened(ChoicePicked(SidebarSelection("topic", str(meta["topic"])))))
