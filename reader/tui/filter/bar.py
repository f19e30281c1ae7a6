"""The filter widget: shows a line, and reports when the user changes, accepts or cancels it.

``filter/line.py`` defines what a key does to the line; the parent provides the candidates and the history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from rich.highlighter import Highlighter
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.widgets import Input

from reader.query.completion import SpanKind, spans
from reader.query.lexer import sanitize_query
from reader.text import cell_width
from reader.tui.events import FilterLeft, FilterTyped, Happened
from reader.tui.filter.completion import Offer
from reader.tui.filter.events import CandidatesOffered, FilterEntered
from reader.tui.filter.line import KEYS, LineSources, LineState
from reader.tui.layout import PaneChosen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.style import Style
    from rich.text import Text
    from textual import events

    from reader.query.completion import Span
    from reader.tui.filter.completion import CompletionState
    from reader.tui.filter.line import Propose
    from reader.tui.list.update import ListState

__all__ = ["FilterBar"]

_AT_REST = "Filter"
_IN_USE = "words, topic:…, is:unread, quality>=70 · Tab complete · ↑ history"
_BLANKS = str.maketrans("\t\n", "  ")


class FilterBar(Input):
    """Input line for a query.

    ``propose`` is called with the text and the cursor; it returns None if ``refresh_completions`` will be called later.
    ``history`` returns earlier filters, newest first.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"filter-bar--{kind}" for kind in SpanKind}

    # Redeclared without ``layout``, since typing must not lay out the entire screen.
    virtual_size = Reactive(Size(0, 0))

    def __init__(
        self,
        propose: Propose = lambda _text, _cursor, _completion: (),
        history: Callable[[], Sequence[str]] = tuple,
        *,
        id: str | None = None,  # noqa: A002 - the name in the base class
    ) -> None:
        highlighter = QueryHighlighter(self._style_of)
        super().__init__(id=id, placeholder=_AT_REST, compact=True, select_on_focus=False, highlighter=highlighter)
        self._sources = LineSources(propose, history)
        self._line = LineState()
        self._offered: CompletionState | None = None
        self._is_begun = False

    def begin(self) -> None:
        """Focus the line, with the cursor after the text."""
        self._start()
        # Immediately: the next key may already be queued.
        self.screen.set_focus(self, scroll_visible=False)
        line = self._current.placed(self.value, len(self.value))
        self._show(replace(line, quiet_at=line.position))

    def show(self, before: ListState, now: ListState) -> None:
        """Show changes in the list's state: a text that the user did not type, and whether it has an error."""
        if now.filter is not before.filter:
            self.put(now.filter.text)
        if now.error is not before.error:
            self.set_class(now.error is not None, "-invalid")

    def put(self, text: str) -> None:
        """Show a text that the user did not type, without a message."""
        with self.prevent(Happened):
            self.value = text
        self.cursor_position = len(self.value)
        self._line = replace(self._current, quiet_at=self._current.position)

    def refresh_completions(self) -> None:
        """Show the candidates that have arrived."""
        if self._is_in_use:
            self._show(self._current.answered(self._sources))

    def pick(self, at: int) -> None:
        """Insert a candidate."""
        self._show(self._current.picked(at, self._sources))

    def validate_value(self, value: str) -> str:
        """Remove control characters."""
        return sanitize_query(value).translate(_BLANKS)

    def take(self, event: events.Key) -> bool:
        """Handle a key pressed before the line had the focus; return whether it was meant for this line."""
        if event.is_printable and event.character:
            self.insert_text_at_cursor(event.character)
            return True
        return self._act(event.key)

    def watch_value(self, value: str) -> None:
        """Report the text from here: the message of the base class can come after ``FilterLeft``."""
        self.post_message(Happened(FilterTyped(value)))
        self.watch_selection()

    def watch_selection(self) -> None:
        """Look up candidates later: the cursor moves after the text changes."""
        self.call_later(self._look)

    def on_resize(self) -> None:
        """Show the cursor, at rest the beginning of the text: a message beside the line takes room."""
        column = cell_width(self.value[: self.cursor_position]) if self._is_in_use else 0
        self.scroll_to_region(Region(column, 0, 1, 1), animate=False, force=True, immediate=True)
        if self._offered is not None:
            self._offer()

    def on_focus(self, event: events.Focus) -> None:
        """Begin editing, also after a click."""
        self.post_message(Happened(FilterEntered()))
        if not self._is_begun and not event.from_app_focus:
            self._start()

    def on_blur(self) -> None:
        """Hide the candidates."""
        self.placeholder = _AT_REST
        self._is_begun = False
        self._show(replace(self._current, waiting_tab=0).quieted())

    def on_key(self, event: events.Key) -> None:
        """Handle the keys of the line before the base class does."""
        if self._act(event.key):
            event.stop()
            event.prevent_default()

    def _act(self, key: str) -> bool:
        if key in KEYS:
            self._show(self._current.press(key, self._sources))
        return key in KEYS

    def _start(self) -> None:
        self._is_begun = True
        self._line = self._current.begun()
        self.placeholder = _IN_USE

    def _look(self) -> None:
        if self._is_in_use:
            self._show(self._current.looked(self._sources))

    @property
    def _is_in_use(self) -> bool:
        # The screen knows about the focus before the event reaches this widget.
        return self.screen.focused is self

    @property
    def _current(self) -> LineState:
        return replace(self._line, text=self.value, cursor=self.cursor_position, closed=None)

    def _show(self, line: LineState) -> None:
        self._line = line
        self.value = line.text
        self.cursor_position = line.cursor
        if line.offered is not self._offered:
            self._offered = line.offered
            self._offer()
        if line.closed is not None:
            self.post_message(Happened(FilterLeft(line.closed)))
            self.post_message(Happened(PaneChosen("articles")))
            # Immediately, since the next key is not for this line.
            self.screen.set_focus(None)

    def _offer(self) -> None:
        offer = Offer(self._offered, self._column_of(self._offered))
        self.post_message(Happened(CandidatesOffered(offer)))

    def _column_of(self, choosing: CompletionState | None) -> int:
        if choosing is None:
            return 0
        before = cell_width(choosing.text[: choosing.completion.start])
        return self.content_region.x + before - round(self.scroll_x)

    def _style_of(self, kind: SpanKind) -> Style:
        return self.get_component_rich_style(f"filter-bar--{kind}", partial=True)


class QueryHighlighter(Highlighter):
    """Syntax highlighter for queries. Looks up the styles at every paint, since the theme may change."""

    def __init__(self, style_of: Callable[[SpanKind], Style]) -> None:
        self._style_of = style_of
        # Cached, since a text is painted several times between two keys.
        self._text = ""
        self._spans: list[Span] = []

    def highlight(self, text: Text) -> None:
        """Style the parts of a query."""
        if text.plain != self._text:
            self._text, self._spans = text.plain, spans(text.plain)
        for span in self._spans:
            text.stylize(self._style_of(span.kind), span.start, span.end)
