"""The bottom line's left part: the filter, as it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message
from textual.widgets import Input

if TYPE_CHECKING:
    from textual import events

__all__ = ["FilterBar"]


class FilterBar(Input):
    """A line to type a query into. It says what was typed, what was accepted and what was given up."""

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

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as its base calls it
        super().__init__(id=id, placeholder="filter", compact=True, select_on_focus=False)
        self._before = ""

    def begin(self) -> None:
        """Let the person type, after what is there already."""
        self._before = self.value
        self.focus()
        self.cursor_position = len(self.value)

    def put(self, text: str) -> None:
        """Show a text that was not typed here, without a message."""
        with self.prevent(Input.Changed):
            self.value = text

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass on what is typed."""
        event.stop()
        self.post_message(self.Typed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep it."""
        event.stop()
        self.post_message(self.Left(accepted=True))

    def key_escape(self, event: events.Key) -> None:
        """Give it up: the filter is as it was."""
        event.stop()
        # Said here and not by the input, whose word would come after Left.
        self.put(self._before)
        self.post_message(self.Typed(self._before))
        self.post_message(self.Left(accepted=False))

    def key_down(self, event: events.Key) -> None:
        """Go on to the list."""
        event.stop()
        self.post_message(self.Left(accepted=True))
