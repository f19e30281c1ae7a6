"""How a page is to be drawn. Apart from what draws it, which takes longer to import than the first frame may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import tzinfo


__all__ = ["Palette", "RenderOptions"]


class RenderOptions(Struct, frozen=True):
    """How to draw: ``width`` in cells, the reader's time zone, and where the words of a filter stand in a text."""

    width: int
    zone: tzinfo
    palette: Palette
    found: Callable[[str], Sequence[tuple[int, int]]] = lambda _text: ()


class Palette(Struct, frozen=True):
    """Rich style definitions, such as ``bold #88c0d0``; an empty one leaves the terminal's own.

    Meaning never hangs on them alone: whoever draws in colour also draws a sign or a word.
    """

    title: str = "bold"
    accent: str = "bold"
    muted: str = "dim"
    good: str = ""
    fair: str = ""
    poor: str = "dim"
    warning: str = "bold"
    code: str = ""
    found: str = "underline"

    @property
    def of_quality(self) -> tuple[str, str, str]:
        """The styles that ``quality`` returns."""
        return self.good, self.fair, self.poor

    def quality(self, value: float) -> str:
        """Return the style of a quality: the best third, the middle, the rest."""
        if value >= 67:
            return self.good
        return self.fair if value >= 34 else self.poor
