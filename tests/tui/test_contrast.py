"""Contrast of every text and symbol on the screen, in every theme (WCAG 2)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES
from tui_driver import USUAL, ReaderEnv, TuiDriver, opened

from reader.config.schema import THEMES, SavedSearch
from reader.tui.widgets.theme import (
    CURSOR_CONTRAST,
    SIGN_CONTRAST,
    TEXT_CONTRAST,
    ThemedStylesheet,
    contrast,
    legible,
    legible_variables,
    palette_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rich.segment import Segment

# One of each kind; all derive their colors in the same way.
SOME = ("flexoki", "atom-one-light", "ansi-dark")
COLORED = [name for name in THEMES if not BUILTIN_THEMES[name].ansi]
_LETTERS = re.compile(r"\w")
CODE = '# a comment\n@decorate\nclass Road(Map):\n    def length(self) -> int:\n        return 12 + len("a string")\n'
PAGE = f"""---
title: A page with all kinds of text
date: 2026-11-21
quality: 20
topics: [Roads]
related: [{{title: Elsewhere, originalUrl: "https://elsewhere.example/", quality: 50}}]
---
Plain, *slanted*, **bold**, `code`, ~~gone~~, [a link](https://maps.example/).

> A quotation

## A heading

1. An item

| a | table |
|---|---|
| 1 | 2 |

```python
{CODE}```
"""


def variables(theme: str) -> dict[str, str]:
    return legible_variables({**BUILTIN_THEMES[theme].to_color_system().generate(), **BUILTIN_THEMES[theme].variables})


def between(one: str, other: str) -> float:
    return contrast(Color.parse(one), Color.parse(other))


def test_themes_of_the_config_are_those_of_textual() -> None:
    assert set(THEMES) == set(BUILTIN_THEMES)


@pytest.mark.parametrize("theme", COLORED)
def test_colors_of_a_theme_are_legible_on_all_its_backgrounds(theme: str) -> None:
    colors = variables(theme)
    for ground in ("background", "surface"):
        for ink in ("primary", "secondary", "warning", "error", "success", "muted"):
            assert between(colors[ink], colors[ground]) >= TEXT_CONTRAST, (ink, ground)
        assert between(colors["foreground"], colors[ground]) >= CURSOR_CONTRAST, ground
        assert between(colors["line"], colors[ground]) >= SIGN_CONTRAST, ground
    assert colors["cursor"] != colors["background"] != colors["cursor-blurred"]


@pytest.mark.parametrize("theme", COLORED)
def test_text_on_the_cursor_is_the_most_legible(theme: str) -> None:
    colors, palette = variables(theme), palette_of(variables(theme))
    usual = between(colors["foreground"], colors["background"])
    for ground in (colors["cursor"], colors["cursor-blurred"]):
        assert between(colors["strong"], ground) >= min(usual, 10)
        for ink in (palette.accent, palette.muted, palette.good, palette.warning, palette.found):
            style = legible(Style.parse(f"{ink} on {ground}"))
            assert style.color is not None
            assert contrast(Color.from_rich_color(style.color), Color.parse(ground)) >= CURSOR_CONTRAST, ink


def faint(line: Iterable[Segment]) -> list[tuple[str, str]]:
    """Return the texts of a line with too little contrast, and their styles."""
    return [
        (text, str(style))
        for text, style, _ in line
        if text.strip() and style is not None and (style.dim or not is_clear(style, _LETTERS.search(text) is not None))
    ]


def is_clear(style: Style, is_text: bool) -> bool:  # noqa: FBT001 - a test of one caller
    ink, ground = style.color, style.bgcolor
    if ink is None or ground is None or (ink.is_default and ground.is_default):
        return True
    if ink.triplet is None or ground.triplet is None:
        # Colors of the terminal's palette: only the contrast of black and white is known.
        return not is_text or (ink.number, ground.number) == (0, 7)
    ratio = contrast(Color.from_rich_color(ink), Color.from_rich_color(ground))
    return ratio >= (TEXT_CONTRAST if is_text else SIGN_CONTRAST)


def assert_legible(reading: TuiDriver, where: str) -> None:
    strips = reading.strips()
    assert sum(len(strip.text.strip()) for strip in strips) > 100, where
    assert not [found for strip in strips for found in faint(strip)], (reading.app.theme, where)


async def test_text_on_the_screen_is_legible_in_every_theme(shelf: Path, world: ReaderEnv) -> None:
    (shelf / "page.md").write_text(PAGE, encoding="utf-8")
    config = replace(world.config, searches=(SavedSearch("good", "quality>=70"),))
    async with opened(shelf, replace(world, config=config), size=USUAL) as reading:
        await reading.type("road")
        await reading.press("r")
        await use_each(reading, THEMES, "panes")
        await reading.press("F", "l", "G")
        await use_each(reading, SOME, "article")
        await reading.press("h", "/", *"topic:ro", "tab")
        await use_each(reading, SOME, "completion")


async def use_each(reading: TuiDriver, themes: Iterable[str], where: str) -> None:
    for theme in themes:
        reading.app.theme = theme
        await reading.settled()
        assert_legible(reading, where)


async def test_dialogs_are_legible(shelf: Path, world: ReaderEnv) -> None:
    (shelf / "odd.md").write_text("---\ntitle: An odd one\ndate: someday\n---\nText.\n", encoding="utf-8")
    config = replace(world.config, searches=(SavedSearch("good", "quality>=70"),))
    async with opened(shelf, replace(world, config=config), size=USUAL) as reading:
        for theme in SOME:
            reading.app.theme = theme
            for key in ("?", "S", "'", "C", "!", ":", "|"):
                await reading.press(key)
                assert reading.has_dialog(), key
                assert_legible(reading, key)
                await reading.press("escape")


def test_stylesheet_is_parsed_again_only_if_the_variables_change() -> None:
    stylesheet = ThemedStylesheet(variables={"ink": "red"})
    stylesheet.add_source("Label { color: $ink }")
    (first,) = stylesheet.rules
    stylesheet.set_variables({"ink": "red"})
    stylesheet.reparse()
    assert stylesheet.rules == [first]
    assert stylesheet.rules[0] is first
    stylesheet.set_variables({"ink": "blue"})
    stylesheet.reparse()
    (second,) = stylesheet.rules
    assert (first.styles.color, second.styles.color) == (Color.parse("red"), Color.parse("blue"))
