"""Key parsing: counts before a key, two-key sequences, and the prompt for a link number.

Pure and without a clock: a step says how long to wait for the next key; the caller then calls ``expire``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.config.actions import format_key
from reader.config.keymap import fill_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reader.config.actions import Action

__all__ = ["COUNT_SECONDS", "LINK_SECONDS", "PREFIX_SECONDS", "KeySequence", "LinkPrompt", "PromptResult", "Step"]

LINK_SECONDS = 0.6
"""How long a single digit waits for another key before it opens the link with that number."""
COUNT_SECONDS = 5.0
PREFIX_SECONDS = 5.0
_MOST = 9_999_999
_DIGITS = frozenset("0123456789")


class Step(Struct, frozen=True):
    """The result of a key.

    ``action`` is an action id, empty if there is nothing to do yet; ``count`` the number typed before it, or the link
    to open. ``hint`` lists possible next keys; after ``seconds`` without one, call ``expire``. An unbound key is not
    ``taken``.
    """

    action: str = ""
    key: str = ""
    count: int | None = None
    hint: str = ""
    seconds: float = 0.0
    taken: bool = True


class KeySequence:
    """The keys typed so far that do not make an action yet."""

    def __init__(self, keys: Sequence[Action]) -> None:
        self._key_of = {stroke: key for key in keys for stroke in key.keys}
        self._prefixes = {stroke.split()[0] for stroke in self._key_of if " " in stroke}
        self._links = {
            stroke: number for key in keys if key.id == "open.link" for number, stroke in enumerate(key.keys, start=1)
        }
        self._movers = "/".join(filter(None, (fill_keys(f"{{key:move.{way}}}", keys) for way in ("down", "up"))))
        self._enter = fill_keys("{key:article.enter}", keys)
        self._digits = ""
        self._prefix = ""

    @property
    def pending(self) -> bool:
        """Whether another key is awaited."""
        return bool(self._digits or self._prefix)

    def press(self, key: str) -> Step:
        """Handle a key, given by name or as the character it types."""
        if self._prefix:
            return self._act(self._key_of.get(f"{self._prefix} {key}"), f"{self._prefix} {key}")
        if self._is_digit(key):
            return self._counting(key)
        if key in self._prefixes:
            self._prefix = key
            return Step(hint=self._next_keys(), seconds=PREFIX_SECONDS)
        if key in self._links and key not in _DIGITS:
            self._forget()
            return Step("open.link", key, self._links[key])
        return self._act(self._key_of.get(key), key)

    def expire(self) -> Step:
        """Stop waiting for a key: a single digit opens its link, anything else is dropped."""
        number = self._links.get(self._digits) if not self._prefix else None
        key = self._digits
        self._forget()
        return Step() if number is None else Step("open.link", key, number)

    def _is_digit(self, key: str) -> bool:
        if key not in _DIGITS:
            return False
        return bool(self._digits) or key in self._links or (key != "0" and key not in self._key_of)

    def _counting(self, digit: str) -> Step:
        if int(self._digits + digit) <= _MOST:
            self._digits += digit
        is_link = self._digits in self._links
        number = int(self._digits)
        rows = f"{self._movers} move {number} row{'' if number == 1 else 's'}" if self._movers else ""
        how = "/".join(filter(None, ("wait" if is_link else "", self._enter)))
        parts = filter(None, (rows, how and f"{how} open link {number}"))
        return Step(hint=f"{number}… {' · '.join(parts)}", seconds=LINK_SECONDS if is_link else COUNT_SECONDS)

    def _next_keys(self) -> str:
        beginning = f"{self._prefix} "
        found = [
            f"{format_key(stroke.removeprefix(beginning))} {key.description}"
            for stroke, key in self._key_of.items()
            if stroke.startswith(beginning)
        ]
        return f"{self._digits}{format_key(self._prefix)}… {' · '.join(found)}"

    def _act(self, key: Action | None, pressed: str) -> Step:
        was_pending, count = self.pending, int(self._digits) if self._digits else None
        self._forget()
        if key is None or (was_pending and key.id == "back"):
            return Step(taken=was_pending)
        if count is not None and key.id == "article.enter":
            return Step("open.link", pressed, count)
        return Step(key.id, pressed, count if key.counts else None)

    def _forget(self) -> None:
        self._digits = self._prefix = ""


class PromptResult(Struct, frozen=True):
    """The result of a key: the prompt goes on, a link number, an error, or nothing (canceled)."""

    prompt: LinkPrompt | None = None
    number: int | None = None
    error: str = ""


class LinkPrompt(Struct, frozen=True):
    """The prompt for a link number: the numbers on the page and the digits typed so far."""

    numbers: tuple[int, ...]
    typed: str = ""

    @property
    def words(self) -> str:
        """The prompt as shown."""
        ready = " Enter" if self.typed else ""
        return f"Open link ({min(self.numbers)}–{max(self.numbers)}): {self.typed}▏{ready}"

    def press(self, key: str) -> PromptResult:
        """Handle a key; any that is not part of a number cancels."""
        if key.isascii() and key.isdigit():
            return self._digit(key)
        if key == "backspace" and self.typed:
            return PromptResult(replace(self, typed=self.typed[:-1]))
        if key == "enter" and self.typed:
            return PromptResult(number=int(self.typed)) if int(self.typed) in self.numbers else PromptResult(self)
        return PromptResult()

    def _digit(self, digit: str) -> PromptResult:
        typed = self.typed + digit
        meant = [number for number in self.numbers if str(number).startswith(typed)]
        if not meant:
            return PromptResult(error=f"No link {typed}")
        return PromptResult(number=meant[0]) if len(meant) == 1 else PromptResult(replace(self, typed=typed))
