"""How a page is to be drawn. Apart from what draws it, which takes longer to import than the first frame may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import tzinfo

    from reader.render.palette import Palette

__all__ = ["Look"]


class Look(Struct, frozen=True):
    """How to draw: ``width`` in cells, the reader's time zone, and where the words of a filter stand in a text."""

    width: int
    zone: tzinfo
    palette: Palette
    found: Callable[[str], Sequence[tuple[int, int]]] = lambda _text: ()
