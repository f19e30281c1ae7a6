"""Highlighting of filter matches in lines that are already rendered.

While the user types a filter, only the highlighting is repeated; the page is rendered once. A segment is split where a
match starts or ends, and the parts keep its style, including the meta that makes it clickable.
"""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Line = tuple[Segment, ...]
    Spans = Sequence[tuple[int, int]]

__all__ = ["highlight_lines"]

# In characters. Highlighting this much text takes about 0.1 s; the rest of the page is not highlighted.
_MOST_TEXT = 100_000


def highlight_lines(lines: Sequence[Line], found: Callable[[str], Spans], style: Style) -> list[Line]:
    """Return the lines with the matches that ``found`` returns in the given style.

    Consecutive lines without a blank line between them are searched as one text, so that a match may span lines.
    """
    marked: list[Line] = []
    room = _MOST_TEXT
    for is_blank, group in groupby(lines, key=_is_blank):
        block = list(group)
        if not is_blank and room > 0:
            texts = ["".join(segment.text for segment in line) for line in block]
            room -= sum(map(len, texts))
            block = _mark_block(block, texts, found, style)
        marked += block
    return marked


def _is_blank(line: Line) -> bool:
    return not any(segment.text.strip() for segment in line)


def _mark_block(block: list[Line], texts: list[str], found: Callable[[str], Spans], style: Style) -> list[Line]:
    spans = found("\n".join(texts))
    marked = []
    at = 0
    for line, text in zip(block, texts, strict=True):
        # If a match spans lines, do not highlight the indentation and trailing spaces.
        first, last = at + len(text) - len(text.lstrip()), at + len(text.rstrip())
        inside = [(start, stop) for start, stop in spans if start < last and stop > first]
        here = [(max(start, first) - at, min(stop, last) - at) for start, stop in inside]
        marked.append(tuple(_cut(line, here, style)) if here else line)
        at += len(text) + 1
    return marked


def _cut(line: Line, spans: Spans, style: Style) -> Iterator[Segment]:
    """Yield a line's segments, split where a span starts or ends, with the spans in the given style."""
    edges = sorted({edge for span in spans for edge in span})
    at = 0
    for segment in line:
        end = at + len(segment.text)
        cuts = [at, *(edge for edge in edges if at < edge < end), end]
        for start, stop in pairwise(cuts):
            is_found = any(first <= start and stop <= last for first, last in spans)
            base = segment.style or Style()
            yield Segment(segment.text[start - at : stop - at], base + style if is_found else segment.style)
        at = end
