"""The status bar: messages, idle status and key hints, on the right of the bottom line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual.message import Message
from textual.widgets import Static

from reader.tui.input.hints import BETWEEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.timer import Timer

    from reader.tui.input.hints import Hint

__all__ = ["EMPTY_FOLDER", "NO_MATCH", "STATUS_SHARE", "StatusLine", "empty_text"]

_SECONDS_SHOWN = 6.0
# Maximum share of the screen's width; must match the style sheet.
STATUS_SHARE = 0.7


class StatusLine(Static):
    """Line that shows a hint while waiting for a key, else a message for a few seconds, else status and key hints."""

    class HintClicked(Message):
        """The user clicked a key hint."""

        def __init__(self, hint: Hint) -> None:
            super().__init__()
            self.hint = hint

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the name in the base class
        super().__init__("", id=id, markup=False)
        self._standing = ""
        self._keys: tuple[Hint, ...] = ()
        self._message = ""
        self._hint = ""
        self._painted = ""
        self._timer: Timer | None = None

    def set_idle_text(self, words: str, keys: Sequence[Hint]) -> None:
        """Set the idle text and the key hints, shown if there is no message."""
        self._standing, self._keys = words, tuple(keys)
        self._paint()

    def say(
        self,
        message: str,
        *,
        warning: bool = False,
        stays: bool = False,
        unless_saying: bool = False,
        short: str = "",
    ) -> None:
        """Show a message for a few seconds, or until the next one if it ``stays``.

        With ``unless_saying``, show it only if no other message is shown. A message too long for the line is replaced
        by the ``short`` one; a warning is also shown as a notification, unless it ``stays``.
        """
        if unless_saying and self._message:
            return
        is_long = cell_len(message) > STATUS_SHARE * self.screen.size.width - 2
        self._message = short if is_long and short else message
        if is_long and warning and not stays:
            self.notify(message, severity="warning", timeout=_SECONDS_SHOWN, markup=False)
        self.set_class(warning, "-warning")
        if self._timer is not None:
            self._timer.stop()
        self._timer = None if stays or not message else self.set_timer(_SECONDS_SHOWN, self._forget)
        self._paint()

    def hint(self, words: str) -> None:
        """Show a hint about possible next keys instead of any other text. An empty hint removes it."""
        if words != self._hint:
            self._hint = words
            self._paint()

    def _forget(self) -> None:
        self.say("")

    def _paint(self) -> None:
        words = self._hint or self._message
        text = Text(words) if words else self._standing_text()
        if text.plain == self._painted:
            return  # skip the update, which lays out the entire screen because the width may change
        self._painted = text.plain
        # Text, not str, since text from a file must not be parsed as markup.
        self.update(Text.assemble(text, no_wrap=True, overflow="ellipsis"))

    def _standing_text(self) -> Text:
        parts = [Text(self._standing)] if self._standing else []
        parts += [Text.assemble((hint.key, "bold"), f" {hint.does}") for hint in self._keys]
        return Text(BETWEEN).join(parts)

    def on_click(self, event: events.Click) -> None:
        """Report a click on a key hint."""
        at = event.get_content_offset(self)
        if at is None or self._hint or self._message:
            return
        start = cell_len(self._standing) + len(BETWEEN) if self._standing else 0
        for hint in self._keys:
            if start <= at.x < start + cell_len(hint.text):
                self.post_message(self.HintClicked(hint))
            start += cell_len(hint.text) + len(BETWEEN)


EMPTY_FOLDER = """No articles in this folder.

An article is a text file (.md, .rst, .txt, .html and others), best with front matter:

    ---
    title: "My article"
    date: 2026-01-31
    ---
    Body text.

New files appear automatically.

{key:feeds.subscribe} subscribe to a feed
{key:rescan} rescan folder
{key:quit} quit"""
NO_MATCH = """No matching articles."""
_NO_MATCH_YET = """No matching articles yet. Indexing goes on."""
_WAYS_OUT = """

{key:filter.clear} clear all filters
{key:filter} edit filter"""
_LOWER = """
{key:quality.lower} lower minimum quality"""


def empty_text(
    rows: int,
    *,
    reading: bool,
    everything: bool,
    typing: bool = False,
    has_minimum: bool = False,
    incomplete: bool = False,
) -> str | None:
    """Return the text of an empty list, with placeholders for the keys that work there (none while ``typing``).

    None if the list has ``rows``. ``incomplete`` if articles or words are still missing from the
    index.
    """
    if rows:
        return None
    if reading:
        return "Indexing folder…"
    if everything:
        return EMPTY_FOLDER
    result = _NO_MATCH_YET if incomplete else NO_MATCH
    return result if typing else result + _WAYS_OUT + _LOWER * has_minimum
