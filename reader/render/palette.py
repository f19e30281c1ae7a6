"""The few colours that drawing asks for, by what they say and not by what they are."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Palette"]


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
