"""The bottom line's right part: what is going on, what just happened, and where help is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.timer import Timer

__all__ = ["StatusLine"]

_SECONDS_SHOWN = 6.0


class StatusLine(Static):
    """A hint while keys are awaited, else a message for a few seconds, else the standing words."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as its base calls it
        super().__init__("", id=id, markup=False)
        self._standing = ""
        self._message = ""
        self._hint = ""
        self._timer: Timer | None = None

    def stand(self, words: str) -> None:
        """Set the words that are there when there is no message."""
        if words != self._standing:
            self._standing = words
            self._paint()

    def say(self, message: str, *, warning: bool = False, stays: bool = False) -> None:
        """Show a message for a few seconds, or until the next one where it ``stays``."""
        self._message = message
        self.set_class(warning, "-warning")
        if self._timer is not None:
            self._timer.stop()
        self._timer = None if stays or not message else self.set_timer(_SECONDS_SHOWN, self._forget)
        self._paint()

    @property
    def is_saying(self) -> bool:
        """Whether a message is shown."""
        return bool(self._message)

    def hint(self, words: str) -> None:
        """Show what may be pressed next, before anything else; no words take it away."""
        if words != self._hint:
            self._hint = words
            self._paint()

    def _forget(self) -> None:
        self.say("")

    def _paint(self) -> None:
        # Text and not str: what is said may hold words from a file.
        self.update(Text(self._hint or self._message or self._standing, no_wrap=True, overflow="ellipsis"))
