"""IDs in memory, cached per index version: sort orders and facet members.

SQLite finds articles fast, but is slow to sort many of them or to count them by topic. With IDs in memory, each takes a
single pass. Does not run SQL. However long the lists are, all functions let other threads run every millisecond.
"""

from __future__ import annotations

from array import array
from itertools import islice
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
# From this share of all articles on, a pass over all of them is faster than sorting the matches; for the first few
# matches, already from the other one on.
_MOST, _FEW = 1 / 4, 1 / 32
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


def bitmap(ids: array[int]) -> BitMap:
    """Return IDs as a compressed set, which is fast to intersect."""
    from pyroaring import BitMap  # noqa: PLC0415 - lazy import: not needed for the first frame

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
        self._places: array[int] | None = None

    def prepare(self) -> None:
        """Look up the place of each article, which the first small selection would do."""
        self._place_of()

    def select(self, found: array[int]) -> Selection:
        """Return the articles found, in this order. Its methods raise IndexError for an article that it lacks."""
        return Selection(self, bitmap(found))

    def first(self, hits: BitMap, most: int) -> array[int]:
        """Return ``most`` articles in this order, or a few more; all if there are fewer."""
        found = array("I")
        for piece in _slices(self.ids):
            found.extend(filter(hits.__contains__, piece))
            if len(found) >= most:
                break
        return found

    def sort(self, hits: BitMap) -> array[int]:
        """Return articles in this order. Takes time for each of them, and none for others."""
        from pyroaring import BitMap  # noqa: PLC0415 - lazy import: not needed for the first frame

        place_of = self._place_of().__getitem__
        places = BitMap()
        rest = iter(hits)
        while piece := array("I", map(place_of, islice(rest, _AT_ONCE))):
            places |= BitMap(piece)
        found = array("I")
        rest = iter(places)
        while piece := array("I", map(self.ids.__getitem__, islice(rest, _AT_ONCE))):
            found.extend(piece)
        return found

    def _place_of(self) -> array[int]:
        if self._places is None:
            places = array("I", bytes(array("I").itemsize * (max(self.ids, default=0) + 1)))
            for place, article_id in enumerate(self.ids):
                places[article_id] = place
            self._places = places
        return self._places


class Selection:
    """Articles that a query finds, in order. The first ones are available fast, all of them a little later.

    With ``hits``, only IDs in that set are included.
    """

    def __init__(self, order: CachedOrder, hits: BitMap | None = None) -> None:
        self._order = order
        self._hits = hits
        self._all = order.ids if hits is None else None

    def first(self, most: int) -> array[int]:
        """Return the first ``most`` IDs."""
        if self._all is None and self._hits is not None and len(self._hits) >= len(self._order.ids) * _FEW:
            return self._order.first(self._hits, most)[:most]
        return self.all()[:most]

    def all(self) -> array[int]:
        """Return all IDs; callers must not modify them."""
        if self._hits is not None and self._all is None:
            is_most = len(self._hits) >= len(self._order.ids) * _MOST
            self._all = self._order.first(self._hits, len(self._hits)) if is_most else self._order.sort(self._hits)
        return array("I") if self._all is None else self._all
