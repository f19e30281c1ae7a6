"""Keys as they come: a number before a key, two keys one after the other, and what may follow.

Pure: a key goes in, what to do comes out. It owns no clock: a step says how long to wait for the next key, and whoever
waits calls ``expire`` when none came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from reader.config.actions import format_key
from reader.config.keymap import fill_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reader.config.actions import Action

__all__ = ["COUNT_SECONDS", "LINK_SECONDS", "PREFIX_SECONDS", "KeySequence", "Step"]

LINK_SECONDS = 0.6
"""How long a single digit waits for a key before it opens the link of its number."""
COUNT_SECONDS = 5.0
PREFIX_SECONDS = 5.0
_MOST = 9_999_999
_DIGITS = frozenset("0123456789")


class Step(Struct, frozen=True):
    """What a key led to.

    ``action`` is an id of the table of keys, empty where there is nothing to do (yet); ``count`` is the number typed
    before it, or the number of the link to open. ``hint`` says what may follow; after ``seconds`` without a key,
    ``expire`` is to be called. A key that means nothing is not ``taken``.
    """

    action: str = ""
    key: str = ""
    count: int | None = None
    hint: str = ""
    seconds: float = 0.0
    taken: bool = True


class KeySequence:
    """What was typed so far that is not yet an action."""

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
        """Take a key: the name of it, or the character it types."""
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
        """Take it that no further key comes: a single digit opens its link, all else is forgotten."""
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
