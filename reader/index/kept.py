"""Lists of article ids, kept in memory while an index stays as it is: what is in order, and what belongs together.

An index finds articles fast, but takes its time to put many of them in order, or to count them by topic; over ids in
memory both are a walk. Runs no SQL. Everything here lets other threads take over every millisecond, however long the
lists are.
"""

from __future__ import annotations

from array import array
from itertools import compress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Hits", "Order", "ids_of"]

# How many ids are handled in one call into C, during which no other thread can take over: half a millisecond.
_AT_ONCE = 4_096
# Sorting so few of them, as a part of all, is faster than walking all of them.
_FEW = 1 / 32


def ids_of(text: str | None, code: str = "q") -> array[int]:
    """Return the ids in a text, between commas; None has none. ``code`` is the type of the array's items."""
    ids = array(code)
    while text:
        parts = text.split(",", _AT_ONCE)
        text = parts.pop() if len(parts) > _AT_ONCE else ""
        ids.extend(map(int, parts))
    return ids


class Hits:
    """What a query finds, to be looked at by id."""

    def __init__(self, ids: Sequence[int], highest: int) -> None:
        self._flags = bytearray(max(highest, max(ids, default=0)) + 1)
        flags = self._flags
        for article_id in ids:
            flags[article_id] = 1

    def count(self, ids: array[int]) -> int:
        """Return how many of these are among the hits."""
        look = self._flags.__getitem__
        if len(ids) <= _AT_ONCE:
            return sum(map(look, ids))
        return sum(sum(map(look, ids[at : at + _AT_ONCE])) for at in range(0, len(ids), _AT_ONCE))

    def among(self, ids: array[int]) -> array[int]:
        """Return those that are among the hits, in the order they have."""
        look = self._flags.__getitem__
        found = array("q")
        for at in range(0, len(ids), _AT_ONCE):
            piece = ids[at : at + _AT_ONCE]
            found.extend(compress(piece, map(look, piece)))
        return found


class Order:
    """All articles of an index in one order."""

    def __init__(self, ids: array[int]) -> None:
        self.ids = ids
        self._places: array[int] | None = None

    def sorted(self, found: array[int]) -> array[int]:
        """Return some of the articles in this order. Raises IndexError for one that is not in it."""
        if len(found) < len(self.ids) * _FEW:
            return array("q", sorted(found, key=self._place_of().__getitem__))
        return Hits(found, max(self.ids, default=0)).among(self.ids)

    def _place_of(self) -> array[int]:
        if self._places is None:
            places = array("L", bytes(array("L").itemsize * (max(self.ids, default=0) + 1)))
            for place, article_id in enumerate(self.ids):
                places[article_id] = place
            self._places = places
        return self._places
