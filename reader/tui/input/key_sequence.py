"""Key parsing: counts before a key, two-key sequences, and the prompt for a link number.

Pure and without a clock: a step says how long to wait for the next key, after which the caller calls ``expire``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.config.actions import format_key
from reader.config.keymap import fill_keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reader.config.actions import Action

__all__ = [
    "COUNT_SECONDS",
    "LINK_SECONDS",
    "PREFIX_SECONDS",
    "Bindings",
    "KeySequence",
    "LinkPrompt",
    "PromptResult",
    "Step",
]

LINK_SECONDS = 0.6
"""Seconds that a single digit waits for another key before it opens the link with that number."""
COUNT_SECONDS = 5.0
PREFIX_SECONDS = 5.0
_MOST = 9_999_999
_DIGITS = frozenset("0123456789")


class Step(Struct, frozen=True):
    """Result of a key.

    ``action`` is an action ID, empty if there is nothing to do yet; ``count`` is the number typed before it, or the
    link to open. ``hint`` lists possible next keys; after ``seconds`` without one, call ``expire``. An unbound key is
    not ``taken``; ``unknown`` is its name.
    """

    action: str = ""
    key: str = ""
    count: int | None = None
    hint: str = ""
    seconds: float = 0.0
    taken: bool = True
    unknown: str = ""


class Bindings:
    """Table of the active keys in the form that ``KeySequence`` needs. Immutable."""

    def __init__(self, keys: Sequence[Action]) -> None:
        self.actions = {stroke: key for key in keys if not key.instead_of for stroke in key.keys}
        self.in_article = self.actions | {stroke: key for key in keys if key.instead_of for stroke in key.keys}
        self.prefixes = frozenset(stroke.split()[0] for stroke in self.in_article if " " in stroke)
        self.links = {
            stroke: number for key in keys if key.id == "open.link" for number, stroke in enumerate(key.keys, start=1)
        }
        self.movers = "/".join(filter(None, (fill_keys(f"{{key:move.{way}}}", keys) for way in ("down", "up"))))
        self.enter = fill_keys("{key:article.enter}", keys)
        self.unbound = fill_keys("is not bound · {key:help} help", keys)


class KeySequence(Struct, frozen=True):
    """Keys typed so far that do not form an action yet."""

    bindings: Bindings
    digits: str = ""
    prefix: str = ""

    @property
    def pending(self) -> bool:
        """Whether it waits for another key."""
        return bool(self.digits or self.prefix)

    def press(self, key: str, *, in_article: bool = False) -> tuple[KeySequence, Step]:
        """Return the sequence after a key (its name, or the character it types) and the result."""
        bindings = self.bindings
        actions = bindings.in_article if in_article else bindings.actions
        if self.prefix:
            return self._act(f"{self.prefix} {key}", actions)
        if self._is_digit(key):
            return self._counting(key)
        if key in bindings.prefixes:
            return replace(self, prefix=key), Step(hint=self._next_keys(key), seconds=PREFIX_SECONDS)
        if key in bindings.links and key not in _DIGITS:
            return KeySequence(bindings), Step("open.link", key, bindings.links[key])
        return self._act(key, actions)

    def expire(self) -> tuple[KeySequence, Step]:
        """Stop waiting for a key. A single digit opens its link; anything else is dropped."""
        number = self.bindings.links.get(self.digits) if not self.prefix else None
        step = Step() if number is None else Step("open.link", self.digits, number)
        return KeySequence(self.bindings), step

    def _is_digit(self, key: str) -> bool:
        if key not in _DIGITS:
            return False
        return bool(self.digits) or key in self.bindings.links or (key != "0" and key not in self.bindings.actions)

    def _counting(self, digit: str) -> tuple[KeySequence, Step]:
        digits = self.digits + digit if int(self.digits + digit) <= _MOST else self.digits
        bindings, number, is_link = self.bindings, int(digits), digits in self.bindings.links
        rows = f"{bindings.movers} move {number} row{'' if number == 1 else 's'}" if bindings.movers else ""
        how = "/".join(filter(None, ("wait" if is_link else "", bindings.enter)))
        parts = filter(None, (rows, how and f"{how} open link {number}"))
        step = Step(hint=f"{number}… {' · '.join(parts)}", seconds=LINK_SECONDS if is_link else COUNT_SECONDS)
        return replace(self, digits=digits), step

    def _next_keys(self, prefix: str) -> str:
        beginning = f"{prefix} "
        found = [
            f"{format_key(stroke.removeprefix(beginning))} {key.description}"
            for stroke, key in self.bindings.actions.items()
            if stroke.startswith(beginning)
        ]
        return f"{self.digits}{format_key(prefix)}… {' · '.join(found)}"

    def _act(self, pressed: str, actions: Mapping[str, Action]) -> tuple[KeySequence, Step]:
        key, count = actions.get(pressed), int(self.digits) if self.digits else None
        return KeySequence(self.bindings), self._step(key, pressed, count)

    def _step(self, key: Action | None, pressed: str, count: int | None) -> Step:
        if key is None and pressed.rsplit(maxsplit=1)[-1] != "escape":
            return Step(taken=self.pending, unknown=format_key(pressed))
        if key is None or (self.pending and key.id == "back"):
            return Step(taken=self.pending)
        if count is not None and key.id == "article.enter":
            return Step("open.link", pressed, count)
        return Step(key.id, pressed, count if key.counts else None)


class PromptResult(Struct, frozen=True):
    """Result of a key: the prompt continues, a link number, an error, or nothing (canceled)."""

    prompt: LinkPrompt | None = None
    number: int | None = None
    error: str = ""


class LinkPrompt(Struct, frozen=True):
    """Prompt for a link number: the numbers on the page and the digits typed so far."""

    numbers: tuple[int, ...]
    typed: str = ""

    @property
    def words(self) -> str:
        """The prompt as shown."""
        ready = " Enter" if self.typed else ""
        return f"Open link ({min(self.numbers)}–{max(self.numbers)}): {self.typed}▏{ready}"

    def press(self, key: str) -> PromptResult:
        """Handle a key. Any key that is not part of a number cancels."""
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
