"""Conversion of a Textual theme to the palette used for rendering."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.render.style import Palette

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["palette_of"]


def palette_of(variables: Mapping[str, str]) -> Palette:
    """Return the palette of a theme, given its variables as Textual computes them."""
    primary = _hex(variables.get("primary", "#88c0d0"))
    return Palette(
        title=f"bold {primary}",
        accent=primary,
        muted="dim",
        good=_hex(variables.get("success", "#a3be8c")),
        fair="",
        poor="dim",
        warning=_hex(variables.get("warning", "#ebcb8b")),
        code=_hex(variables.get("secondary", "#81a1c1")),
        found=f"bold underline {_hex(variables.get('warning', '#ebcb8b'))}",
    )


def _hex(color: str) -> str:
    """Return a color that Rich understands; replace an ANSI or unknown one with the terminal's default."""
    return color if color.startswith("#") and len(color) == 7 else "default"
