"""Input line for the text to find in the article."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Horizontal
from textual.screen import ModalScreen
from textual.widgets import Input, Static

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType

__all__ = ["FindDialog"]

_ROOM_FOR_KEYS = 60


class FindDialog(ModalScreen[str | None]):
    """Input in the bottom line with the number of matches. ``typed`` is called with each text.

    Returns the text, or None if the user cancels. Typing replaces the initial text.
    """

    # Has priority over the input, which copies on Ctrl-C and reports Enter too late for the next key.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c", "dismiss(None)", "close", priority=True),
        Binding("enter", "enter", "find", priority=True),
    ]

    def __init__(self, text: str, typed: Callable[[str], object]) -> None:
        super().__init__()
        self._text = text
        self._typed = typed
        self._count = Static("", id="count", markup=False)

    def compose(self) -> ComposeResult:
        """Lay out the input and the count."""
        with Horizontal(classes="prompt"):
            yield Static("/", markup=False)
            yield Input(self._text, placeholder="Find in article", compact=True)
            if self.app.size.width >= _ROOM_FOR_KEYS:
                yield Static("Enter keep · Esc cancel", classes="hint")
            yield self._count

    def on_mount(self) -> None:
        """Search for the initial text."""
        if self._text:
            self._typed(self._text)

    def show_count(self, words: str) -> None:
        """Show the number of matches; callable before the dialog is laid out."""
        self._count.update(words)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Report the text."""
        event.stop()
        if event.value != self._text:
            self._text = event.value
            self._typed(event.value)

    def action_enter(self) -> None:
        """Close with the entered text, which may not have been reported yet."""
        text = self.query_one(Input).value
        if text != self._text:
            self._typed(text)
        self.dismiss(text)
