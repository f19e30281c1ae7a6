"""IDs in memory, cached per index version: sort orders and facet members.

SQLite finds articles fast, but is slow to sort many of them or to count them by topic. With IDs in memory, each takes a
single pass. Does not run SQL. However long the lists are, all functions let other threads run every millisecond.
"""

from __future__ import annotations

from array import array
from operator import itemgetter
from typing import TYPE_CHECKING

from msgspec.json import Decoder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyroaring import BitMap

__all__ = ["CachedOrder", "Selection", "bitmap", "parse_ids"]

# Number of IDs, or characters of their text, per call into C, which blocks all other threads: half a millisecond.
_AT_ONCE = 4_096
_SET_AT_ONCE = 65_536
_CHARACTERS_AT_ONCE = 65_536
# If a smaller share of all articles match, sorting their places is faster than a pass over all articles; so is leaving
# the others out if those are few.
_FEW_TO_SORT = 2 / 5
_FEW_TO_LEAVE_OUT = 1 / 4
# With fewer matches than this share, a pass takes too long until it meets the first ones.
_FEW = 1 / 32
_DECODER = Decoder(list[int])


def parse_ids(text: str | None) -> array[int]:
    """Parse comma-separated IDs; None contains no IDs."""
    ids = array("I")
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


def bitmap(ids: array[int] | BitMap) -> BitMap:
    """Return IDs as a compressed set, which is fast to intersect; the same one if they are a set already."""
    if not isinstance(ids, array):
        return ids
    from pyroaring import BitMap  # noqa: PLC0415 - lazy import: 2 ms, not needed for the first frame

    found = BitMap()
    for piece in _slices(ids, _SET_AT_ONCE):
        found |= BitMap(piece)
    return found


def _slices(ids: array[int], size: int = _AT_ONCE) -> Iterator[array[int]]:
    return (ids[at : at + size] for at in range(0, len(ids), size))


class CachedOrder:
    """All articles of an index in one order."""

    def __init__(self, ids: array[int]) -> None:
        self.ids = ids
        self._known: tuple[BitMap, array[int]] | None = None

    def __len__(self) -> int:
        """Return the number of articles."""
        return len(self.ids)

    @property
    def everything(self) -> BitMap | None:
        """All articles as a set, if it is known."""
        return None if self._known is None else self._known[0]

    def prepare(self) -> None:
        """Look up the place of each article, which the first small selection would do."""
        self._places()

    def expect(self, first: array[int]) -> int | None:
        """Estimate how many articles match, given the first ones in this order; None if their places are not known."""
        if self._known is None or not first:
            return None
        place_of = self._known[1]
        return len(first) * len(self.ids) // (place_of[first[-1]] + 1) if first[-1] < len(place_of) else None

    def first(self, hits: BitMap, most: int) -> array[int]:
        """Return ``most`` articles in this order, or a few more; all if there are fewer."""
        found = array("I")
        for piece in _slices(self.ids):
            found.extend(filter(hits.__contains__, piece))
            if len(found) >= most:
                break
        return found

    def sort(self, hits: BitMap) -> array[int]:
        """Return articles in this order."""
        known, place_of = self._places()
        hits = hits & known
        share = len(hits) / max(1, len(self.ids))
        if share < _FEW_TO_SORT:
            return _map(self.ids, _places_of(hits, place_of))
        if share < 1 - _FEW_TO_LEAVE_OUT:
            return self.first(hits, len(hits))
        found = array("I")
        start = 0
        for place in _places_of(known - hits, place_of):
            found += self.ids[start:place]
            start = place + 1
        return found + self.ids[start:]

    def _places(self) -> tuple[BitMap, array[int]]:
        """Return the set of all articles, and the place of each by its ID."""
        if self._known is None:
            places = array("I", bytes(array("I").itemsize * (max(self.ids, default=0) + 1)))
            for place, article_id in enumerate(self.ids):
                places[article_id] = place
            self._known = bitmap(self.ids), places
        return self._known


def _places_of(ids: BitMap, place_of: array[int]) -> BitMap:
    return bitmap(_map(place_of, ids))


def _map(values: array[int], keys: BitMap) -> array[int]:
    """Return the value of each key."""
    found = array("I")
    for piece in _slices(keys.to_array()):
        # One call for all keys of a piece takes two thirds of the time of a call for each. A single key is no tuple.
        get = itemgetter(*piece)
        found.extend(get(values) if len(piece) > 1 else (get(values),))
    return found


class Selection:
    """Articles that a query finds, in order. The first ones are available fast, all of them a little later.

    With ``hits``, only IDs in that set are included.
    """

    def __init__(self, order: CachedOrder, hits: BitMap | None = None) -> None:
        self._order = order
        self._hits = hits

    @property
    def hits(self) -> BitMap | None:
        """All IDs as a set, if it is known."""
        everything = self._order.everything
        return everything if everything is None or self._hits is None else self._hits & everything

    def __len__(self) -> int:
        """Return the number of IDs."""
        return len(self._order if self._hits is None else self._hits)

    def first(self, most: int) -> array[int]:
        """Return the first ``most`` IDs."""
        if self._hits is None:
            return self._order.ids[:most]
        are_few = len(self._hits) < len(self._order.ids) * _FEW
        return (self._order.sort(self._hits) if are_few else self._order.first(self._hits, most))[:most]

    def all(self) -> array[int]:
        """Return all IDs; callers must not modify them."""
        if self._hits is None:
            return self._order.ids
        return self._order.sort(self._hits)
