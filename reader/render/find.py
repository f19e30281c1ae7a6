"""Search for text on a page. Finds substrings, unlike a query, which finds words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from reader.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["find_text"]

# In characters: a longer text was pasted by mistake.
_MOST_WANTED = 500
_ASCII_RUN = re.compile(r"[\x00-\x7f]+")


def find_text(wanted: str, text: str) -> list[tuple[int, int]]:
    """Return (start, end) of every match of ``wanted`` in the lines of a page, joined with newlines.

    Lowercase text matches any case and any accents; text with a capital matches only as typed. Spaces also match line
    breaks. A line break between two wide characters is ignored, since these wrap without a space.
    """
    pattern = _pattern(wanted[:_MOST_WANTED])
    if pattern is None:
        return []
    if _is_exact(wanted) or text.isascii():
        searched = text if _is_exact(wanted) else text.lower()
        return [match.span() for match in pattern.finditer(searched)]
    if _letters(wanted) not in _letters(text):
        return []  # true of most texts, and much faster than the code below
    folded, places = _folded_in_place(text)
    return [(places[match.start()][0], places[match.end() - 1][1]) for match in pattern.finditer(folded)]


def _letters(text: str) -> str:
    return "".join(fold(text).split())


def _is_exact(wanted: str) -> bool:
    return wanted != wanted.lower()


@lru_cache(maxsize=4)
def _pattern(wanted: str) -> re.Pattern[str] | None:
    words = wanted.split() if _is_exact(wanted) else fold(wanted).split()
    return re.compile(r"\s+".join(map(_word_pattern, words))) if words else None


def _word_pattern(word: str) -> str:
    parts = [re.escape(word[0])]
    for before, character in pairwise(word):
        parts.append((r"(?:\n *)?" if _is_wide(before) and _is_wide(character) else "") + re.escape(character))
    return "".join(parts)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"W", "F"}


def _folded_in_place(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the folded text, and the start and end in ``text`` of the source of each folded character."""
    pieces: list[str] = []
    places: list[tuple[int, int]] = []
    for start, end in _clusters(text):
        piece = text[start:end]
        folded = piece.lower() if piece.isascii() else fold(piece) or (" " if piece.isspace() else "")
        pieces.append(folded)
        if end - start == len(folded):
            places += ((at, at + 1) for at in range(start, end))
        else:
            places += [(start, end)] * len(folded)
    return "".join(pieces), places


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each run of ASCII, and of each other character with its combining marks."""
    at = 0
    while at < len(text):
        end = run.end() if (run := _ASCII_RUN.match(text, at)) else at + 1
        marked = end
        while marked < len(text) and unicodedata.combining(text[marked]):
            marked += 1
        if run and marked > end:
            if end - 1 > at:
                yield at, end - 1
            at = end - 1
        yield at, marked
        at = marked
