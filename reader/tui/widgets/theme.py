"""Colors of a theme, adjusted so that all text is legible, and the palette for rendering.

Contrast is as in WCAG 2: from 1 (equal colors) to 21 (black on white).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.color import Color as RichColor
from rich.style import Style
from textual.color import Color
from textual.css.stylesheet import Stylesheet

from reader.render.style import Palette

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "CURSOR_CONTRAST",
    "SIGN_CONTRAST",
    "TEXT_CONTRAST",
    "ThemedStylesheet",
    "contrast",
    "legible",
    "legible_variables",
    "palette_of",
]

SIGN_CONTRAST = 3.0
TEXT_CONTRAST = 4.5
CURSOR_CONTRAST = 7.0
"""Minimum contrast of plain text, and of text on the row under the cursor."""

# More contrast makes no text more legible, but makes the row under the cursor hard to distinguish.
_AMPLE = 10.0
_WHITE, _BLACK = Color(255, 255, 255), Color(0, 0, 0)
_HUES = ("primary", "secondary", "accent", "warning", "error", "success")
_STEPS = 20
_MOST_MUTED = 9
_MOST_TINT = 8
# Rounding to 8 bits loses a little.
_SPARE = 0.1


class ThemedStylesheet(Stylesheet):
    """Stylesheet that is parsed again only if the variables change. Textual would parse it twice at startup."""

    def set_variables(self, variables: dict[str, str]) -> None:
        """Set the variables of a theme."""
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        """Parse the styles that have not been parsed with these variables."""
        self.parse()


def contrast(one: Color, other: Color) -> float:
    """Return the contrast between two colors."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def legible_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a theme with legible colors, plus variables of the reader's own style sheet."""
    background = Color.parse(variables["background"])
    if background.ansi is not None:
        return {**variables, **_of_terminal()}
    base, surface = background.hex6, Color.parse(variables["surface"])
    grounds = (background, surface)
    strong = _extreme(background)
    foreground = _raised(Color.parse(variables["foreground"]), grounds, CURSOR_CONTRAST)
    inks = {name: _raised(Color.parse(variables[name]), grounds, TEXT_CONTRAST).hex6 for name in _HUES}
    muted = _toward(background, foreground, grounds, TEXT_CONTRAST, _MOST_MUTED).hex6
    line = _toward(background, foreground, grounds, SIGN_CONTRAST, _STEPS).hex6
    ample = min(_AMPLE, contrast(foreground, background))
    cursor = _tinted(background, Color.parse(inks["primary"]), strong, ample).hex6
    blurred = _tinted(background, foreground.blend(background, 0.7), strong, ample).hex6
    return {
        **variables,
        **inks,
        **{f"text-{name}": ink for name, ink in inks.items()},
        **dict.fromkeys(("surface", "panel", "panel-darken-1", "panel-lighten-1"), surface.hex6),
        **dict.fromkeys(("block-cursor-foreground", "block-cursor-blurred-foreground", "strong"), strong.hex6),
        **dict.fromkeys(("block-cursor-background", "block-cursor-blurred-background", "cursor"), cursor),
        **dict.fromkeys(("input-selection-foreground", "screen-selection-foreground"), strong.hex6),
        **dict.fromkeys(("input-selection-background", "screen-selection-background"), cursor),
        **dict.fromkeys(("text-muted", "text-disabled", "foreground-muted", "muted"), muted),
        **dict.fromkeys(("border-blurred", "line", "scrollbar"), line),
        **dict.fromkeys(("scrollbar-background", "scrollbar-background-hover", "scrollbar-background-active"), base),
        **dict.fromkeys(("scrollbar-hover", "scrollbar-active"), inks["primary"]),
        "foreground": foreground.hex6,
        "border": inks["primary"],
        "input-cursor-background": foreground.hex6,
        "input-cursor-foreground": base,
        "cursor-blurred": blurred,
        "cursor-text-style": "not reverse",
    }


def _of_terminal() -> dict[str, str]:
    """Return the variables of a theme that uses the terminal's colors, which only the terminal knows.

    Its plain text is legible, but its other colors may not be: weight and reversal distinguish text instead.
    """
    plain = (*_HUES, *(f"text-{name}" for name in _HUES), "text-muted", "text-disabled", "muted", "line", "strong")
    plain += ("cursor", "cursor-blurred", "border", "border-blurred", "block-cursor-foreground")
    plain += ("block-cursor-background", "block-cursor-blurred-background")
    return {
        **dict.fromkeys(plain, "ansi_default"),
        **dict.fromkeys(("block-cursor-text-style", "block-cursor-blurred-text-style"), "bold reverse"),
        "cursor-text-style": "reverse",
    }


def _extreme(ground: Color) -> Color:
    """Return white or black, whichever is more legible."""
    return max(_WHITE, _BLACK, key=lambda color: contrast(color, ground))


def _raised(color: Color, grounds: Sequence[Color], least: float) -> Color:
    """Return the nearest color that has a contrast on all backgrounds."""
    extreme = _extreme(grounds[0])
    candidates = (color.blend(extreme, step / _STEPS, 1.0) for step in range(_STEPS + 1))
    return next((found for found in candidates if _is_legible(found, grounds, least)), extreme)


def _toward(background: Color, color: Color, grounds: Sequence[Color], least: float, most: int) -> Color:
    """Return the color blended with the background, up to ``most``, as far as its contrast on all grounds allows."""
    candidates = (color.blend(background, step / _STEPS) for step in range(most, 0, -1))
    return next((found for found in candidates if _is_legible(found, grounds, least)), color)


def _tinted(background: Color, color: Color, ink: Color, least: float) -> Color:
    """Return the background tinted with a color as far as the contrast of a text color on it allows."""
    candidates = (background.blend(color, step / _STEPS) for step in range(_MOST_TINT, 0, -1))
    return next((found for found in candidates if contrast(ink, found) >= least), background.blend(color, 0.5 / _STEPS))


def _is_legible(color: Color, grounds: Sequence[Color], least: float) -> bool:
    return all(contrast(color, ground) >= least + _SPARE for ground in grounds)


@lru_cache(maxsize=512)
def legible(style: Style) -> Style:
    """Return a text style for the row under the cursor, with enough contrast on its background."""
    if style.color is None or style.bgcolor is None or None in {style.color.triplet, style.bgcolor.triplet}:
        return style  # a terminal color
    ground = Color.from_rich_color(style.bgcolor)
    color = _raised(Color.from_rich_color(style.color), (ground,), CURSOR_CONTRAST)
    return style + Style(color=RichColor.from_rgb(*color.rgb))


def palette_of(variables: Mapping[str, str]) -> Palette:
    """Return the palette of a theme, given its variables as ``legible_variables`` returns them."""
    primary, warning = (_hex(variables.get(name, "")) for name in ("primary", "warning"))
    muted = _hex(variables.get("muted", ""))
    return Palette(
        title=f"bold {primary}",
        accent=primary,
        muted=muted,
        good=_hex(variables.get("success", "")),
        fair="",
        poor=muted,
        warning=warning,
        code=_hex(variables.get("secondary", "")),
        found=f"bold underline {warning}",
    )


def _hex(color: str) -> str:
    """Return a color that Rich understands; the terminal's default for a terminal color."""
    return color if color.startswith("#") else "default"
