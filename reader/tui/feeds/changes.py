"""Changes between two versions of a text, word by word.

Marked as in ``git diff --word-diff``, ``[-removed-]`` and ``{+added+}``, so that they are readable without color.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reader.render.style import Palette

__all__ = ["Change", "Piece", "changed_paragraphs", "draw_changes"]

# Scripts without spaces are compared by character.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"\n\s*|[^\S\n]+|[{_UNSPACED}]|[^\W{_UNSPACED}]+|[^\w\s]")
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
_MOST_COMPARED = 4_000_000  # pairs of words; a longer passage is shown as replaced
_MOST_PARAGRAPHS = 2_000
_MOST_DRAWN = 100_000  # letters
_MARKS = {"removed": ("[-", "-]"), "added": ("{+", "+}")}


class Change(StrEnum):
    """Kind of change of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


class Piece(Struct, frozen=True):
    """Piece of a paragraph."""

    change: Change
    text: str


def changed_paragraphs(before: str, now: str) -> tuple[tuple[Piece, ...], ...]:
    """Return the paragraphs that differ, in order. An empty one stands for any number of equal paragraphs."""
    old, new = (_PARAGRAPH.split(text.strip()) for text in (before, now))
    found: list[tuple[Piece, ...]] = []
    for kind, i1, i2, j1, j2 in _opcodes(old, new):
        pieces: Sequence[Piece] = (
            () if kind == "equal" else _compare_words("\n\n".join(old[i1:i2]), "\n\n".join(new[j1:j2]))
        )
        if any(piece.change is not Change.SAME for piece in pieces):
            found += _split(pieces)
        elif not found or found[-1]:
            found.append(())
    return tuple(found) if any(found) else ()


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    is_long = max(len(old), len(new)) > _MOST_PARAGRAPHS
    return SequenceMatcher(None, old, new, autojunk=is_long).get_opcodes()


def _compare_words(before: str, now: str) -> list[Piece]:
    old, new = _TOKEN.findall(before), _TOKEN.findall(now)
    if not old or not new or len(old) * len(new) > _MOST_COMPARED:
        return _replaced(before, now)
    parts: list[tuple[Change, str]] = []
    matcher = SequenceMatcher(None, list(map(_key, old)), list(map(_key, new)), autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        same = "".join(old[i1:i2])
        # A space between two changes is part of both: "[-one two-]" reads better than "[-one-] [-two-]".
        if kind == "equal" and (same.strip() or "\n" in same):
            parts.append((Change.SAME, same))
        else:
            parts += [(Change.REMOVED, same), (Change.ADDED, "".join(new[j1:j2]))]
    return _join(parts)


def _key(token: str) -> str:
    """Return a token's comparison key: text that is only wrapped differently has not changed."""
    return " " if token.isspace() and token.count("\n") < 2 else token


def _join(parts: Sequence[tuple[Change, str]]) -> list[Piece]:
    """Return the parts with removed text before the added text that replaces it."""
    found: list[Piece] = []
    removed = added = ""
    for change, text in (*parts, (Change.SAME, "")):
        match change:
            case Change.REMOVED:
                removed += text
            case Change.ADDED:
                added += text
            case _:
                found += _replaced(removed, added)
                removed = added = ""
                found += [Piece(change, text)] if text else []
    return found


def _replaced(removed: str, added: str) -> list[Piece]:
    if removed == added:
        return [Piece(Change.SAME, removed)] if removed else []
    pieces = (Piece(Change.REMOVED, removed), Piece(Change.ADDED, added))
    return [piece for piece in pieces if piece.text]


def _split(pieces: Sequence[Piece]) -> Iterator[tuple[Piece, ...]]:
    """Yield the lines of pieces that contain line breaks."""
    line: list[Piece] = []
    for piece in pieces:
        for number, text in enumerate(piece.text.split("\n")):
            if number and line:
                yield tuple(line)
                line = []
            if text:
                line.append(Piece(piece.change, text))
    if line:
        yield tuple(line)


def draw_changes(paragraphs: Sequence[Sequence[Piece]], palette: Palette, width: int) -> list[Text]:
    """Return the paragraphs as lines of at most ``width`` cells, with empty lines between them."""
    console = Console(width=width)
    styles = {Change.ADDED: f"bold {palette.good}", Change.REMOVED: f"strike {palette.warning}"}
    lines: list[Text] = []
    letters = 0
    for number, pieces in enumerate(paragraphs):
        if letters > _MOST_DRAWN:
            return [*lines, Text(), Text("Further changes omitted", palette.muted)]
        paragraph = Text() if pieces else Text("⋯", palette.muted)
        for piece in pieces:
            before, after = _MARKS.get(piece.change, ("", ""))
            paragraph.append(f"{before}{piece.text}{after}", styles.get(piece.change))
        letters += len(paragraph)
        lines += [*([Text()] if number else []), *paragraph.wrap(console, width)]
    return lines
