"""Options for rendering a page. Separate from the renderer, whose import would delay the first frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import tzinfo

    from rich.segment import Segment

__all__ = ["TERMINAL", "Palette", "RenderOptions", "to_ansi"]


class RenderOptions(Struct, frozen=True):
    """Rendering options: ``width`` in cells, the user's time zone, colors, and a function that finds filter matches.

    ``found`` returns the spans of the filter's matches in a text, as start and end offsets. ``sought`` does the same
    for a search in the article, which replaces the filter's matches and includes metadata.
    """

    width: int
    zone: tzinfo
    palette: Palette
    found: Callable[[str], Sequence[tuple[int, int]]] = lambda _text: ()
    sought: Callable[[str], Sequence[tuple[int, int]]] | None = None


class Palette(Struct, frozen=True):
    """Rich style definitions, such as ``bold #88c0d0``; an empty one means the terminal's default.

    Color must never carry meaning alone: code that uses these styles also renders a symbol or word.
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
        """The styles that ``quality`` can return, best first."""
        return self.good, self.fair, self.poor

    def quality(self, value: float) -> str:
        """Return the style for a quality: ``good`` from 67, ``fair`` from 34, else ``poor``."""
        if value >= 67:
            return self.good
        return self.fair if value >= 34 else self.poor


TERMINAL = Palette(accent="cyan", good="green", warning="yellow", code="cyan", found="bold underline")
"""The terminal's own colors, which the user may have customized."""


def to_ansi(line: Iterable[Segment]) -> str:
    """Return a line as text with terminal escape sequences."""
    return "".join(segment.style.render(segment.text) if segment.style else segment.text for segment in line)
