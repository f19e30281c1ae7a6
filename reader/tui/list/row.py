"""Rendering of an article as one row of the list, as segments. Does not depend on widgets.

A row has as few segments as possible, since each takes time to paint and about forty bytes of terminal output.
Therefore blanks are merged into the segment next to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from reader.render.format import DATE_CELLS, format_date, format_number, quality_bar
from reader.text import truncate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import tzinfo

    from reader.index.model import ArticleSummary
    from reader.render.style import Palette

    Found = Callable[[str], Sequence[tuple[int, int]]]

__all__ = ["RowOptions", "RowStyles", "paint_entry"]

_PROVIDER_CELLS = 18
_PROVIDER_GAP = "  "
_ROOM_FOR_PROVIDER = 78
_ROOM_FOR_DATE = 36
_SIGNS_CELLS = 4
_QUALITY_CELLS = 6


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
        self._figures = {kind: (ink(kind), ink(kind, palette.muted)) for kind in palette.of_quality}

    def figure(self, quality: float) -> tuple[Style, Style]:
        """Return the styles of a quality: for its number and for its bar."""
        return self._figures[self._palette.quality(quality)]


class _SegmentBuilder:
    """Builder that joins consecutive texts of one style into one segment."""

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
        """Append blanks in the style of the preceding text."""
        self._text += " " * cells

    def lift(self) -> list[Segment]:
        """Finish the current segment and return all segments so far."""
        if self._text:
            self._segments.append(Segment(self._text, self._style))
            self._text = ""
        return self._segments


class RowOptions(Struct, frozen=True):
    """Options common to all rows; ``found`` returns the spans to highlight in a title."""

    zone: tzinfo
    this_year: int | None
    found: Found


def paint_entry(entry: ArticleSummary, width: int, inks: RowStyles, look: RowOptions, *, cursor: bool) -> list[Segment]:
    """Return a row of exactly ``width`` cells: signs, date, quality, title, and the provider if there is room."""
    pen = _SegmentBuilder(inks.accent)
    pen.write(("▌" if cursor else " ") + (" " if entry.read else "●"), inks.accent)
    kept = "★" if entry.starred else "◷" if entry.later else ""
    pen.write(kept, inks.warning)
    pen.space(1 if kept else 2)
    room = width - _SIGNS_CELLS - _QUALITY_CELLS
    if width >= _ROOM_FOR_DATE:
        pen.write(f"{format_date(entry.published_at, look.zone, look.this_year):>{DATE_CELLS}} ", inks.muted)
        room -= DATE_CELLS + 1
    _quality(pen, entry.quality, inks)
    provider = entry.provider.name or entry.provider.domain
    if width < _ROOM_FOR_PROVIDER:
        _title(pen, entry, room, inks, look)
    else:
        _title(pen, entry, room - _PROVIDER_CELLS - len(_PROVIDER_GAP), inks, look)
        shown = truncate(provider, _PROVIDER_CELLS)
        pen.write(_PROVIDER_GAP + shown, inks.muted)
        pen.space(_PROVIDER_CELLS - cell_len(shown))
    return pen.lift()


def _quality(pen: _SegmentBuilder, quality: float | None, inks: RowStyles) -> None:
    if quality is None:
        pen.space(_QUALITY_CELLS)
        return
    in_number, in_bar = inks.figure(quality)
    pen.write(f"{truncate(format_number(quality), 3):>3} ", in_number)
    pen.write(f"{quality_bar(quality)} ", in_bar)


def _title(pen: _SegmentBuilder, entry: ArticleSummary, room: int, inks: RowStyles, look: RowOptions) -> None:
    notes = (("draft ", entry.draft), ("locked ", entry.secured), ("unreadable ", entry.unreadable))
    note = truncate("".join(word for word, so in notes if so), max(0, room))
    pen.write(note, inks.warning)
    language = truncate(_language_of_copy(entry), max(0, room - cell_len(note)))
    pen.write(language, inks.muted)
    room -= cell_len(note) + cell_len(language)
    title = truncate(entry.title, room)
    plain, found = (inks.muted, inks.found_in_muted) if entry.read else (inks.base, inks.found)
    at = 0
    for start, end in look.found(title):
        pen.write(title[at:start], plain)
        pen.write(title[start:end], found)
        at = end
    # Not in the highlight style, which may underline the padding.
    pen.write(title[at:] + " " * (room - cell_len(title)), plain)


def _language_of_copy(entry: ArticleSummary) -> str:
    """Return the language if the path has it, too: there may be the same article in others, under the same title."""
    language = entry.language
    named = language and (f"/{language}/" in f"/{entry.path}" or f".{language}." in entry.path)
    return f"{language} " if named else ""
