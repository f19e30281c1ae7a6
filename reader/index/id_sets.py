"""In-memory ID lists cached per index version: sort orders and facet members.

An index finds articles fast, but takes long to sort many of them, or to count them by topic; over IDs in memory, both
are one pass. Does not run SQL. Everything here lets other threads run every millisecond, however long the lists are.
"""

from __future__ import annotations

from array import array
from itertools import compress
from typing import TYPE_CHECKING

from msgspec.json import Decoder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["CachedOrder", "IdSet", "Selection", "parse_ids"]

# Number of IDs, or characters of their text, per call into C, which blocks all other threads: half a millisecond.
_AT_ONCE = 4_096
_CHARACTERS_AT_ONCE = 65_536
# Below this share of all articles, sorting the matches is faster than a pass over all articles.
_FEW = 1 / 32
_DECODER = Decoder(list[int])


def parse_ids(text: str | None, code: str = "q") -> array[int]:
    """Parse comma-separated IDs; None contains no IDs. ``code`` is the type code of the array."""
    ids = array(code)
    for piece in _pieces(text or ""):
        # Comma-separated numbers are JSON, whose decoder is three times as fast as int().
        ids.extend(_DECODER.decode(f"[{piece}]"))
    return ids


def _pieces(text: str) -> Iterator[str]:
    at = 0
    while len(text) - at > _CHARACTERS_AT_ONCE:
        end = text.find(",", at + _CHARACTERS_AT_ONCE)
        if end < 0:
            break
        yield text[at:end]
        at = end + 1
    if at < len(text):
        yield text[at:]


class IdSet:
    """The articles a query finds, for fast lookup by ID."""

    def __init__(self, ids: Sequence[int], highest: int) -> None:
        self._flags = bytearray(max(highest, max(ids, default=0)) + 1)
        flags = self._flags
        for article_id in ids:
            flags[article_id] = 1

    def count(self, ids: array[int]) -> int:
        """Return how many of these IDs are in the set."""
        look = self._flags.__getitem__
        if len(ids) <= _AT_ONCE:
            return sum(map(look, ids))
        return sum(sum(map(look, piece)) for piece in _slices(ids))

    def among(self, ids: array[int], most: int | None = None) -> array[int]:
        """Return those IDs that are in the set, in the given order.

        With ``most``, return about that many, or a few more.
        """
        look = self._flags.__getitem__
        found = array("q")
        for piece in _slices(ids):
            found.extend(compress(piece, map(look, piece)))
            if most is not None and len(found) >= most:
                break
        return found


def _slices(ids: array[int]) -> Iterator[array[int]]:
    return (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))


class Selection:
    """The articles a query finds, in order: the first ones are fast to get, all of them take a little longer."""

    def __init__(self, ids: array[int], hits: IdSet | None = None) -> None:
        self._ids = ids
        self._hits = hits

    def first(self, most: int) -> array[int]:
        """Return the first ``most`` IDs."""
        return (self._ids if self._hits is None else self._hits.among(self._ids, most))[:most]

    def all(self) -> array[int]:
        """Return all IDs; callers must not modify them."""
        return self._ids if self._hits is None else self._hits.among(self._ids)


class CachedOrder:
    """All articles of an index in one order."""

    def __init__(self, ids: array[int]) -> None:
        self.ids = ids
        self._highest = max(ids, default=0)
        self._places: array[int] | None = None

    def select(self, found: array[int]) -> Selection:
        """Return the found articles in this order. Raises IndexError for an article that is not in it."""
        if len(found) < len(self.ids) * _FEW:
            return Selection(array("q", sorted(found, key=self._place_of().__getitem__)))
        return Selection(self.ids, IdSet(found, self._highest))

    def _place_of(self) -> array[int]:
        if self._places is None:
            places = array("I", bytes(array("I").itemsize * (self._highest + 1)))
            for place, article_id in enumerate(self.ids):
                places[article_id] = place
            self._places = places
        return self._places
