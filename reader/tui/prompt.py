"""A line at the bottom of the screen to type an answer into."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal
from textual.screen import ModalScreen
from textual.widgets import Input, Static

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

__all__ = ["Prompt"]


class Prompt(ModalScreen[str | None]):
    """Asks for a line of text; None where the person gives it up. What is there already can be typed over."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "close")]

    def __init__(self, sign: str, value: str, placeholder: str) -> None:
        super().__init__()
        self._sign = sign
        self._value = value
        self._placeholder = placeholder

    def compose(self) -> ComposeResult:
        """Lay out the line."""
        with Horizontal(classes="prompt"):
            yield Static(self._sign, markup=False)
            yield Input(self._value, placeholder=self._placeholder, compact=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the answer."""
        event.stop()
        self.dismiss(event.value)
