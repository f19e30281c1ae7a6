"""Rendering of a body as plain lines of text."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console

from reader.render.markdown import draw_body, parse_body
from reader.render.style import Palette

if TYPE_CHECKING:
    from reader.render.links import BodyLink

__all__ = ["draw"]


def draw(body: str, *, first: int = 1, is_html: bool = False, cells: int = 60) -> tuple[str, tuple[BodyLink, ...]]:
    """Return the rendered lines of a body, without leading and trailing empty ones, and its links."""
    drawn = draw_body(parse_body(body, is_html=is_html), first, Palette())
    if drawn.renderable is None:
        return "", drawn.links
    console = Console(file=io.StringIO(), width=cells, force_terminal=True, color_system="truecolor", _environ={})
    rows = console.render_lines(drawn.renderable, pad=False)
    return "\n".join("".join(segment.text for segment in row).rstrip() for row in rows).strip("\n"), drawn.links
