"""Rendering of an article as a list row of segments. Does not depend on widgets.

A row has as few segments as possible, since each takes time to paint and about forty bytes of terminal output. Spaces
are therefore merged into the segment next to them.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from reader.render.format import format_date, quality_bar
from reader.text import truncate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import tzinfo

    from reader.index.model import ArticleSummary
    from reader.render.style import Palette
    from reader.tui.list.columns import RowPlan

    Found = Callable[[str], Sequence[tuple[int, int]]]

__all__ = ["STATE_SIGNS", "RowOptions", "RowStyles", "paint_entry"]

STATE_SIGNS = MappingProxyType({"unreadable": "✗", "draft": "✎", "secured": "⚿", "updated": "↻", "problem": "!"})
"""Symbols for the states of an article, at the end of its title."""

_MINUTES = 999
_NUMBER_CELLS = 3


class RowStyles:
    """Styles of a palette on one background, computed once instead of per row."""

    def __init__(self, palette: Palette, base: Style) -> None:
        known: dict[Style, Style] = {}

        def ink(*definitions: str) -> Style:
            style = sum((Style.parse(definition) for definition in definitions), base)
            return known.setdefault(style, style)  # share equal styles, so that they can be compared by identity

        self.base = ink()
        self.accent = ink(palette.accent)
        self.muted = ink(palette.muted)
        self.warning = ink(palette.warning)
        self.found = ink(palette.found)
        self.found_in_muted = ink(palette.muted, palette.found)
        self._palette = palette
        self._figures = {kind: ink(kind) for kind in palette.of_quality}

    def figure(self, quality: float) -> Style:
        """Return the style of a quality."""
        return self._figures[self._palette.quality(quality)]


class _SegmentBuilder:
    """Builder that joins consecutive texts of the same style into one segment."""

    def __init__(self, base: Style) -> None:
        self._segments: list[Segment] = []
        self._text = ""
        self._style = base

    def write(self, text: str, style: Style) -> None:
        if style is not self._style and text:
            self.lift()
            self._style = style
        self._text += text

    def space(self, cells: int) -> None:
        """Append spaces in the style of the preceding text."""
        self._text += " " * cells

    def lift(self) -> list[Segment]:
        """Finish the current segment and return all segments so far."""
        if self._text:
            self._segments.append(Segment(self._text, self._style))
            self._text = ""
        return self._segments


class RowOptions(Struct, frozen=True):
    """Options common to all rows; ``found`` returns the spans to highlight in a title."""

    plan: RowPlan
    zone: tzinfo
    this_year: int | None
    found: Found


def paint_entry(entry: ArticleSummary, inks: RowStyles, look: RowOptions, *, cursor: bool) -> list[Segment]:
    """Return a row of exactly the width of the plan."""
    pen = _SegmentBuilder(inks.accent)
    for column in look.plan.columns:
        match column.name:
            case "mark":
                _mark(pen, entry, inks, cursor=cursor)
            case "title":
                _title(pen, entry, column.cells, inks, look)
            case "date":
                day = format_date(entry.published_at, look.zone, look.this_year)
                # Align one-digit days with two-digit ones.
                pen.write(f"{f' {day}' if day[1:2] == ' ' else day:<{column.cells}}"[: column.cells], inks.muted)
            case "quality":
                _quality(pen, entry.quality, column.cells, inks)
            case _:
                shown = truncate(_text_of(column.name, entry), column.cells)
                pen.write(shown + " " * (column.cells - cell_len(shown)), inks.muted)
        pen.space(1)
    return pen.lift()


def _mark(pen: _SegmentBuilder, entry: ArticleSummary, inks: RowStyles, *, cursor: bool) -> None:
    pen.write(("▌" if cursor else " ") + (" " if entry.read else "●"), inks.accent)
    kept = "★" if entry.starred else "◷" if entry.later else ""
    pen.write(kept, inks.warning)
    pen.space(1 - len(kept))


def _text_of(name: str, entry: ArticleSummary) -> str:
    match name:
        case "provider":
            return entry.provider.name or entry.provider.domain
        case "topics":
            return ", ".join(entry.topics)
    minutes = min(entry.minutes, _MINUTES)
    return f"{minutes:>2} min" if minutes else ""


def _quality(pen: _SegmentBuilder, quality: float | None, cells: int, inks: RowStyles) -> None:
    if quality is None:
        pen.space(cells)
        return
    style = inks.figure(quality)
    if cells >= _NUMBER_CELLS:
        pen.write(_figure(quality).rjust(_NUMBER_CELLS), style)
        pen.space(min(1, cells - _NUMBER_CELLS))
    if cells != _NUMBER_CELLS:
        pen.write(quality_bar(quality), style)


def _figure(quality: float) -> str:
    """Return a quality in three cells. Cut off, ``1500`` would look like 15."""
    figure = str(round(quality))
    if len(figure) <= _NUMBER_CELLS:
        return figure
    return ">1k" if quality > 0 else "<0"


def _title(pen: _SegmentBuilder, entry: ArticleSummary, room: int, inks: RowStyles, look: RowOptions) -> None:
    """Write the title, with language and symbols at the end of its column."""
    signs = "".join(STATE_SIGNS[state] for state in look.plan.states if getattr(entry, state))
    language = _language_of_copy(entry)
    if signs or language:
        language = truncate(f" {language}" if language else "", room // 2)
        signs = truncate(f" {signs}" if signs else "", room // 2 - cell_len(language))
        room -= cell_len(language) + cell_len(signs)
    title = truncate(entry.title, room)
    plain, found = (inks.muted, inks.found_in_muted) if entry.read else (inks.base, inks.found)
    at = 0
    for start, end in look.found(title):
        pen.write(title[at:start], plain)
        pen.write(title[start:end], found)
        at = end
    # Not in the highlight style, which may underline the padding.
    pen.write(title[at:] + " " * (room - cell_len(title)), plain)
    pen.write(language, inks.muted)
    pen.write(signs, inks.warning)


def _language_of_copy(entry: ArticleSummary) -> str:
    """Return the language if the path contains it too: the article may exist in others, under the same title."""
    language = entry.language
    named = language and (f"/{language}/" in f"/{entry.path}" or f".{language}." in entry.path)
    return language if named else ""
