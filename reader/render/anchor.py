"""Anchors: places on a page that survive changes of width, style and text, as a paragraph and an offset in it."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.segment import Segment

    Lines = Sequence[Sequence[Segment]]

__all__ = ["Anchor", "anchor_at", "row_of"]

# In letters: enough to distinguish paragraphs, few enough that an edit further on does not matter.
_MOST_LETTERS = 40
_LETTERS = re.compile(r"[^\W_]+")


class Anchor(Struct, frozen=True):
    """First visible line: its paragraph, the number of the paragraph's letters above it, its share of the page.

    A paragraph is identified by its first letters; ``before`` and ``after`` are its neighbors.
    """

    text: str
    letters: int
    share: float
    before: str = ""
    after: str = ""


def anchor_at(lines: Lines, row: int) -> Anchor | None:
    """Return the anchor of a line; None if neither it nor any line below has text."""
    start = next((at for at in range(row, len(lines)) if _letters(lines[at])), None)
    if start is None:
        return None
    first = start
    while first > 0 and _has_text(lines[first - 1]):
        first -= 1
    letters = sum(len(_letters(lines[at])) for at in range(first, start))
    above = next((at for at in range(first - 1, -1, -1) if _letters(lines[at])), None)
    while above is not None and above > 0 and _has_text(lines[above - 1]):
        above -= 1
    following = islice(_paragraphs(lines, first), 1, 2)
    return Anchor(
        _key(lines, first),
        letters,
        first / len(lines),
        "" if above is None else _key(lines, above),
        next((_key(lines, at) for at in following), ""),
    )


def row_of(lines: Lines, anchor: Anchor) -> int:
    """Return the line of an anchor: in its paragraph, else next to a neighbor, else at the same share of the page."""
    near = round(anchor.share * len(lines))
    starts = list(_paragraphs(lines, 0))
    keys = [_key(lines, start) for start in starts]

    def best(wanted: str) -> int | None:
        def rank(at: int) -> tuple[int, int]:
            likeness = (at > 0 and keys[at - 1] == anchor.before) + (keys[at + 1 : at + 2] == [anchor.after])
            return -likeness, abs(starts[at] - near)

        return min((at for at, key in enumerate(keys) if wanted and key == wanted), key=rank, default=None)

    if (at := best(anchor.text)) is not None:
        return _line_within(lines, starts[at], anchor.letters)
    if (at := best(anchor.before)) is not None:
        return starts[min(at + 1, len(starts) - 1)]
    if (at := best(anchor.after)) is not None:
        return starts[at]
    return min(near, max(0, len(lines) - 1))


def _line_within(lines: Lines, start: int, letters: int) -> int:
    """Return the line of a paragraph that contains the letter after the first ``letters``."""
    row, seen = start, 0
    while row + 1 < len(lines) and _has_text(lines[row + 1]):
        seen += len(_letters(lines[row]))
        if seen > letters:
            break
        row += 1
    return row


def _paragraphs(lines: Lines, first: int) -> Iterator[int]:
    """Yield the first line of each run of non-blank lines that contains letters."""
    row = first
    while row < len(lines):
        start = row
        while row < len(lines) and _has_text(lines[row]):
            row += 1
        if row > start and any(_letters(lines[at]) for at in range(start, row)):
            yield start
        row += 1


def _key(lines: Lines, start: int) -> str:
    key = ""
    for row in range(start, len(lines)):
        if len(key) >= _MOST_LETTERS or not _has_text(lines[row]):
            break
        key += _letters(lines[row])
    return key[:_MOST_LETTERS]


def _has_text(line: Iterable[Segment]) -> bool:
    return any(segment.text.strip() for segment in line)


def _letters(line: Iterable[Segment]) -> str:
    """Return the letters and digits of a line, without indentation, bullets and bars, which depend on the width."""
    return "".join(_LETTERS.findall("".join(segment.text for segment in line)))
