"""Matches of a query's words in displayed text, with their positions for highlighting.

Only words that a query searches for are highlighted, never words it excludes. Text is split into words by the rules of
the index, but here every word has its position.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from reader.query.ast import positive_texts
from reader.query.fields import is_text_field
from reader.text import normalize_for_index, split_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reader.query.ast import Query

__all__ = ["Highlight", "Phrase", "highlight_terms", "match_spans"]


class Phrase(Struct, frozen=True):
    """Folded words that are adjacent; with ``prefix``, the last one is only the beginning of a word."""

    words: tuple[str, ...]
    prefix: bool = False


class Highlight(Struct, frozen=True):
    """Phrases to highlight; empty if a query has no words."""

    phrases: tuple[Phrase, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.phrases)


class _WordSpan(NamedTuple):
    word: str
    start: int
    end: int


def highlight_terms(query: Query) -> Highlight:
    """Return the words and phrases that a query searches for in text fields."""
    found = (
        Phrase(tuple(split_words(text.text)), text.prefix)
        for field, text in positive_texts(query.expr)
        if is_text_field(field)
    )
    return Highlight(tuple(dict.fromkeys(phrase for phrase in found if phrase.words)))


def match_spans(highlight: Highlight, text: str) -> list[tuple[int, int]]:
    """Return (start, end) of every match in a text, in order; overlapping or adjacent matches are merged."""
    if not highlight or not _may_match(highlight, text):
        return []
    placed = list(_placed_words(text))
    found = (
        (placed[at].start, placed[at + len(phrase.words) - 1].end)
        for phrase in highlight.phrases
        for at in range(len(placed) - len(phrase.words) + 1)
        if _stands_at(phrase, placed, at)
    )
    return _merged(sorted(found))


def _may_match(highlight: Highlight, text: str) -> bool:
    """Return whether a text may match: a quick test that rules out the many texts that contain none of the words."""
    folded = normalize_for_index(text)
    return any(all(word in folded for word in phrase.words) for phrase in highlight.phrases)


def _stands_at(phrase: Phrase, placed: list[_WordSpan], at: int) -> bool:
    *whole, last = phrase.words
    if any(placed[at + step].word != word for step, word in enumerate(whole)):
        return False
    word = placed[at + len(whole)].word
    return word.startswith(last) if phrase.prefix else word == last


def _merged(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


# A word as ``split_words`` finds it, including a ++ or # at its end.
_WORD = re.compile(r"(?:[0-9a-z]|[^\x00-\x7f])+(?:(?:\+\+|#)(?![0-9a-z_]|[^\x00-\x7f]))?")


def _placed_words(text: str) -> Iterator[_WordSpan]:
    if text.isascii():
        folded, places = text.lower(), range(len(text) + 1)
        for found in _WORD.finditer(folded):
            word = split_words(found[0])[0] if found[0][-1] in "+#" else found[0]
            yield _WordSpan(word, places[found.start()], places[found.end()])
        return
    folded, starts, ends = _folded_in_place(text)
    for found in _WORD.finditer(folded):
        yield _WordSpan(split_words(found[0])[0], starts[found.start()], ends[found.end() - 1])


def _folded_in_place(text: str) -> tuple[str, list[int], list[int]]:
    """Return the folded text, and the start and end in ``text`` of the source of each folded character."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    while at < len(text):
        end = at + 1
        # Fold a letter together with its combining marks; separately, they would fold differently.
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        folded = text[at] if text[at] in "+#" else normalize_for_index(text[at:end])
        pieces.append(folded)
        starts.extend([at] * len(folded))
        ends.extend([end] * len(folded))
        at = end
    return "".join(pieces), starts, ends
