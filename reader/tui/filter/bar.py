"""The bottom line's left part: the filter, as it is typed.

Owns the keys of that line: choosing what could stand at the cursor, and walking through earlier filters. What could
stand there, and what was there before, it is told by whoever made it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widgets import Input

from reader.errors import QueryError
from reader.query import parse
from reader.query.completion import EditResult, SpanKind, completion_at
from reader.query.lexer import sanitize_query
from reader.text import cell_width
from reader.tui.filter.completion import CompletionState
from reader.tui.filter.query_highlighter import QueryHighlighter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.style import Style
    from textual import events

    from reader.query.completion import Completion
    from reader.tui.filter.completion import Candidate

    Propose = Callable[[str, int, Completion], tuple[Candidate, ...] | None]

__all__ = ["FilterBar"]

_AT_REST = "Filter"
_IN_USE = "words, topic:…, is:unread, quality>=70 · Tab complete · ↑ history"
_BLANKS = str.maketrans("\t\n", "  ")


class FilterBar(Input):
    """A line to type a query into. It says what was typed, what was accepted and what was given up.

    ``propose`` is asked with the text and the cursor; it returns None where the answer comes later, with
    ``look_again``. ``past`` returns earlier filters, newest first.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"filter-bar--{kind}" for kind in SpanKind}

    # As its base's, less the layout of the whole screen at every letter.
    virtual_size = Reactive(Size(0, 0))

    class Typed(Message):
        """The text changed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The person is done: ``accepted`` keeps what was typed, otherwise it is as before."""

        def __init__(self, *, accepted: bool) -> None:
            super().__init__()
            self.accepted = accepted

    class Offered(Message):
        """What can be chosen at the cursor, if anything; ``column`` is where it begins on the screen."""

        def __init__(self, choosing: CompletionState | None, column: int) -> None:
            super().__init__()
            self.choosing = choosing
            self.column = column

    def __init__(
        self,
        propose: Propose = lambda _text, _cursor, _completion: (),
        past: Callable[[], Sequence[str]] = tuple,
        *,
        id: str | None = None,  # noqa: A002 - as its base calls it
    ) -> None:
        highlighter = QueryHighlighter(self._style_of)
        super().__init__(id=id, placeholder=_AT_REST, compact=True, select_on_focus=False, highlighter=highlighter)
        self._propose = propose
        self._past = past
        self._before = ""
        self._is_begun = False
        # What was looked at last, and what came of it.
        self._seen = ("", -1)
        self._choosing: CompletionState | None = None
        self._is_awaited = False
        self._tabs_waiting = 0
        # Where the list of candidates stays away until it is asked for.
        self._quiet = ("", -1)
        self._walk: tuple[str, ...] = ()
        self._walked = 0

    def begin(self) -> None:
        """Let the person type, after what is there already."""
        self._start()
        # At once: the next key may be under way already.
        self.screen.set_focus(self, scroll_visible=False)
        self._place(EditResult(self.value, len(self.value)))
        self._quiet = self._now

    def put(self, text: str) -> None:
        """Show a text that was not typed here, without a message."""
        with self.prevent(self.Typed):
            self.value = text
        self.cursor_position = len(self.value)
        self._quiet = self._now

    def look_again(self) -> None:
        """See whether something can be chosen now: an answer has come."""
        if not self._is_in_use or self._is_choosing:
            return
        tabs = self._tabs_waiting
        self._look(anew=True)
        if tabs and not self._is_awaited:
            self._tab(tabs)
        else:
            self._tabs_waiting = tabs

    def pick(self, at: int) -> None:
        """Put in a candidate, and be done with choosing."""
        if self._choosing is not None and at < len(self._choosing.candidates):
            self._place(replace(self._choosing, at=at).outcome)
            self._look(anew=True)

    def validate_value(self, value: str) -> str:
        """Let nothing into the line that could steer a terminal."""
        return sanitize_query(value).translate(_BLANKS)

    def take(self, event: events.Key) -> bool:
        """Take a key that was pressed before the line had the keyboard; say whether it is one for this line."""
        if event.is_printable and event.character:
            self.insert_text_at_cursor(event.character)
            return True
        return self._act(event.key)

    def watch_value(self, value: str) -> None:
        """Say what is typed: here and not where the input does, whose word can come after Left."""
        self.post_message(self.Typed(value))
        self.watch_selection()

    def watch_selection(self) -> None:
        """See what can be chosen now; later, since the cursor moves after the text does."""
        self.call_later(self._look)

    def on_focus(self, event: events.Focus) -> None:
        """Begin here too: a click came before anything else."""
        if not self._is_begun and not event.from_app_focus:
            self._start()

    def on_blur(self) -> None:
        """Take the candidates away."""
        self.placeholder = _AT_REST
        self._is_begun = False
        self._tabs_waiting = 0
        self._forget_choosing()

    def on_key(self, event: events.Key) -> None:
        """Choose, recall, keep, give up."""
        if self._act(event.key):
            event.stop()
            event.prevent_default()

    def _act(self, key: str) -> bool:
        if key not in {"tab", "shift+tab", "up", "down", "enter", "escape"}:
            return False
        self._look()
        if key in {"tab", "shift+tab"}:
            self._tab(1 if key == "tab" else -1)
        elif key == "enter":
            self._leave()
        elif key == "escape":
            self._escape()
        elif self._is_choosing:
            self._step(1 if key == "down" else -1)
        else:
            self._recall(1 if key == "up" else -1)
        return True

    def _start(self) -> None:
        self._is_begun = True
        self._before = self.value
        self._walk = ()
        self.placeholder = _IN_USE

    def _leave(self) -> None:
        """Keep what was typed; a query that cannot be understood is not done yet."""
        try:
            parse(self.value)
        except QueryError as error:
            self.cursor_position = error.end
            return
        self._let_go(accepted=True)

    def _escape(self) -> None:
        """Take back what is being chosen, else give up: the filter is as it was."""
        if self._choosing is not None and self._is_choosing:
            self._place(EditResult(self._choosing.text, self._choosing.cursor))
            self._forget_choosing()
            return
        self.value = self._before
        self._forget_choosing()
        self._let_go(accepted=False)

    def _let_go(self, *, accepted: bool) -> None:
        self.post_message(self.Left(accepted=accepted))
        # At once: the next key is no longer for this line.
        self.screen.set_focus(None)

    # Choosing what could stand at the cursor.

    @property
    def _is_in_use(self) -> bool:
        # The focus as the screen has it: the word of it comes here a little later.
        return self.screen.focused is self

    @property
    def _now(self) -> tuple[str, int]:
        return self.value, self.cursor_position

    @property
    def _is_choosing(self) -> bool:
        return self._choosing is not None and self._choosing.at is not None

    def _look(self, *, anew: bool = False) -> None:
        """Find out what could stand at the cursor, unless that is known."""
        if not self._is_in_use or (self._seen == self._now and not anew):
            return
        self._seen = self._now
        self._tabs_waiting = 0
        self._choosing = self._proposed(*self._now)
        self._offer()

    def _proposed(self, text: str, cursor: int) -> CompletionState | None:
        self._is_awaited = False
        completion = completion_at(text, cursor)
        if completion is None or (completion.kind == "field" and not completion.prefix):
            return None
        candidates = self._propose(text, cursor, completion)
        self._is_awaited = candidates is None
        choosing = CompletionState(text, cursor, completion, candidates or ())
        return None if choosing.is_idle else choosing

    def _offer(self) -> None:
        choosing = self._choosing
        if choosing is None or (choosing.at is None and self._quiet == self._now):
            self.post_message(self.Offered(None, 0))
            return
        before = cell_width(choosing.text[: choosing.completion.start])
        self.post_message(self.Offered(choosing, self.content_region.x + before - round(self.scroll_x)))

    def _forget_choosing(self) -> None:
        """Show no candidates until something else is typed, or they are asked for."""
        self._quiet = self._now
        self._seen = ("", -1)
        self._choosing = None
        self._offer()

    def _tab(self, by: int) -> None:
        """Put in the next candidate; go on to the list where there is none."""
        if self._is_awaited:
            self._tabs_waiting = by
        elif self._choosing is None:
            self._leave()
        else:
            self._step(by)

    def _step(self, by: int) -> None:
        if self._choosing is None:
            return
        stepped = self._choosing.stepped(by)
        self._place(stepped.outcome)
        if len(stepped.candidates) == 1:
            self._look(anew=True)
        else:
            self._choosing = stepped
            self._offer()

    def _place(self, outcome: EditResult) -> None:
        """Put in a text and the cursor, without looking what could stand there."""
        self.value = outcome.text
        self.cursor_position = outcome.cursor
        self._seen = self._now

    # Earlier filters.

    def _recall(self, older: int) -> None:
        """Show the filter before or after; what was typed comes after the newest."""
        if not self._walk or self.value != self._walk[self._walked]:
            self._walk = (self.value, *(text for text in self._past() if text != self.value))
            self._walked = 0
        self._walked = max(0, min(len(self._walk) - 1, self._walked + older))
        text = self._walk[self._walked]
        self._place(EditResult(text, len(text)))
        self._forget_choosing()

    def _style_of(self, kind: SpanKind) -> Style:
        return self.get_component_rich_style(f"filter-bar--{kind}", partial=True)
