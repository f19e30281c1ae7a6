"""Highlighting of matches in rendered lines.

The page is rendered once; while the user types a filter or a search, only the highlighting is repeated. A segment is
split where a match starts or ends, and its parts keep its style, including the meta that makes it clickable.
"""

from __future__ import annotations

import re
from itertools import accumulate, groupby, pairwise
from typing import TYPE_CHECKING, TypeAlias

from rich.segment import Segment
from rich.style import Style

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Line = tuple[Segment, ...]
    Spans = Sequence[tuple[int, int]]

__all__ = ["MAX_HITS", "Match", "highlight_lines", "restyle"]

MAX_HITS = 5_000
# In characters. Highlighting a filter's words in this much text takes about 0.1 s; the rest is not highlighted.
MAX_FILTERED = 100_000
_LINK_NUMBER = re.compile(r"\[\d+\]")

Match: TypeAlias = tuple[tuple[int, int, int], ...]
"""Match on a page, as pieces of (row, start, end) in characters; several if it spans lines."""


def highlight_lines(
    lines: Sequence[Line], found: Callable[[str], Spans], style: Style, room: int = MAX_FILTERED
) -> tuple[list[Line], list[Match]]:
    """Return the lines with the matches of ``found`` in the given style, and the matches.

    Lines without a blank line between them are searched as one text, so a match can span lines. Link numbers are not
    part of the text. The search stops after ``room`` characters or ``MAX_HITS`` matches.
    """
    marked: list[Line] = []
    hits: list[Match] = []
    for is_blank, group in groupby(lines, key=_is_blank):
        block = list(group)
        if not is_blank and room > 0 and len(hits) < MAX_HITS:
            texts = ["".join(segment.text for segment in line) for line in block]
            room -= sum(map(len, texts))
            matches = _matches(_runs(block, texts), texts, found)
            hits += [tuple((len(marked) + row, start, end) for row, start, end in match) for match in matches]
            block = _restyled(block, matches, style)
        marked += block
    return marked, hits[:MAX_HITS]


def restyle(line: Line, spans: Spans, style: Style) -> Line:
    """Return a line with the style added to the given spans of characters."""
    return tuple(_cut(line, spans, style))


def _is_blank(line: Line) -> bool:
    return not any(segment.text.strip() for segment in line)


def _restyled(block: list[Line], matches: Sequence[Match], style: Style) -> list[Line]:
    spans: dict[int, list[tuple[int, int]]] = {}
    for row, start, end in (piece for match in matches for piece in match):
        spans.setdefault(row, []).append((start, end))
    return [restyle(line, spans[row], style) if row in spans else line for row, line in enumerate(block)]


_Run: TypeAlias = tuple[int, int, str]
"""Row, offset of the first character, and text that contains no link number."""


def _runs(block: list[Line], texts: list[str]) -> list[_Run]:
    runs: list[_Run] = []
    for row, (line, text) in enumerate(zip(block, texts, strict=True)):
        start = at = 0
        for segment in line:
            end = at + len(segment.text)
            if segment.style and "link" in segment.style.meta and _LINK_NUMBER.fullmatch(segment.text):
                runs.append((row, start, text[start:at]))
                start = end
            at = end
        runs.append((row, start, text[start:]))
    return runs


def _matches(runs: Sequence[_Run], texts: list[str], found: Callable[[str], Spans]) -> list[Match]:
    parts = [
        ("\n" if before is None or row != before[0] else "") + text
        for before, (row, _start, text) in zip((None, *runs), runs, strict=False)
    ]
    spans = found("".join(parts)[1:])
    if not spans:
        return []
    ends = [end - 1 for end in accumulate(map(len, parts))]
    matches: list[Match] = []
    at = 0
    for first, last in spans:
        while at < len(ends) and ends[at] <= first:
            at += 1
        pieces: list[tuple[int, int, int]] = []
        for number in range(at, len(runs)):
            row, start, text = runs[number]
            offset = ends[number] - len(text)
            if offset >= last:
                break
            # If a match spans lines, exclude the indentation and trailing spaces.
            indent, width = len(texts[row]) - len(texts[row].lstrip()), len(texts[row].rstrip())
            begin = start + max(first - offset, 0)
            end = start + min(last - offset, len(text))
            if max(begin, indent) < min(end, width):
                pieces.append((row, max(begin, indent), min(end, width)))
        if pieces:
            matches.append(tuple(pieces))
    return matches


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
