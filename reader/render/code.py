"""Syntax colors of code blocks. From the palette, since other colors can be illegible on a theme's background."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from rich.style import Style
from rich.syntax import ANSI_DARK, ANSISyntaxTheme

if TYPE_CHECKING:
    from rich.syntax import SyntaxTheme

    from reader.render.style import Palette

__all__ = ["code_theme"]

# Color in Rich's theme → color in the palette.
_INKS = MappingProxyType(
    {
        "bright_black": "muted",
        "bright_blue": "accent",
        "bright_cyan": "code",
        "bright_green": "good",
        "bright_magenta": "accent",
        "bright_red": "warning",
        "red": "warning",
        "yellow": "good",
    }
)


@lru_cache(maxsize=4)
def code_theme(palette: Palette) -> SyntaxTheme:
    """Return Rich's styles for the kinds of tokens, in colors of the palette."""

    def inked(style: Style) -> Style:
        ink = "muted" if style.dim else _INKS[style.color.name] if style.color else ""
        color = Style.parse(getattr(palette, ink)) if ink else Style()
        return color + Style(bold=style.bold, italic=style.dim, underline=style.underline)

    return ANSISyntaxTheme({token: inked(style) for token, style in ANSI_DARK.items()})
