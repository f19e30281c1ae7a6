"""Column positions that stay right whatever width the terminal gives to a character.

Terminals disagree on the width of emoji, Indic marks and variation selectors. After each of these the column is set
again, and the row is painted to its end, so that no other pane or border moves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from textual._compositor import ChopsUpdate
from textual.geometry import Region

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.screen import Screen

__all__ = ["set_columns", "with_whole_rows"]

# Marks drawn over, around or in place of a letter, joiners and selectors.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0711\u0730-\u074a\u07a6-\u07b0"
    "\u0816-\u082d\u08d3-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a03\u0a3c-\u0a51"
    "\u0a70\u0a71\u0a81-\u0a83\u0abc-\u0acd\u0b01-\u0b03\u0b3c-\u0b57\u0b82\u0bbe-\u0bcd\u0c00-\u0c04\u0c3e-\u0c56"
    "\u0c81-\u0c83\u0cbc-\u0cd6\u0d00-\u0d03\u0d3b-\u0d4d\u0d82\u0d83\u0dca-\u0df3\u0e31\u0e33-\u0e3a\u0e47-\u0e4e"
    "\u0eb1\u0eb3-\u0ebc\u0ec8-\u0ecd\u0f18-\u0f3f\u0f71-\u0f87\u0f8d-\u0fbc\u102b-\u103e\u1056-\u1059\u135d-\u135f"
    "\u1712-\u1714\u17b4-\u17d3\u180b-\u180f\u1a17-\u1a1b\u1ab0-\u1aff\u1b00-\u1b04\u1b34-\u1b44\u1dc0-\u1dff"
    "\u200b-\u200f\u20d0-\u20f0\u302a-\u302f\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f\uff9e\uff9f"
    "\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\U000e0100-\U000e01ef"
)
# Symbols that some terminals draw as two-cell emoji, newer ones that some do not know, and lam before alef. The symbols
# of the list (★ ⚿ ✎ ✗) are not included: none is an emoji, and rows with them would be painted entirely.
_SYMBOLS = (
    "\u2300-\u23ff\u2600-\u2604\u2607-\u26be\u26c0-\u270d\u270f-\u2716\u2718-\u27bf\u2b00-\u2bff\ufdf0-\ufdff"
    "\U0001f000-\U0001faff"
)
_TAIL = rf"(?:\u200d[^\x1b]|[{_MARKS}])"
_UNSURE = re.compile(rf"[{_SYMBOLS}]{_TAIL}*|[^\x1b\r\n]{_TAIL}+|[{_MARKS}]+|\u0644[\u0622\u0623\u0625\u0627]")
# Each match of the above contains one of these. Searching for these takes a sixth of the time.
_POSSIBLY_UNSURE = re.compile(rf"[{_SYMBOLS}{_MARKS}\u0644]")
_PARTS = re.compile(r"\x1b\[(\d+);(\d+)H|(\x1b\[[0-9;?<>=]*[A-Za-z~]|\x1b[^\[])|([\r\n])|([^\x1b\r\n]+)")


def set_columns(data: str) -> str:
    """Return output with the column set after each character of uncertain width, whose cells are cleared before."""
    if not _is_unsure(data):
        return data
    out: list[str] = []
    column: int | None = None
    for part in _PARTS.finditer(data):
        if part[2]:
            column = int(part[2]) - 1
        elif part[4]:
            column = 0 if part[4] == "\r" else None
        elif part[5] and column is not None:
            out.append(_placed(part[5], column))
            column += cell_len(part[5])
            continue
        out.append(part[0])
    return "".join(out)


def _placed(text: str, column: int) -> str:
    found = list(_UNSURE.finditer(text))
    if not found:
        return text
    out = [f"\x1b[{cell_len(text)}X"]
    at = 0
    for sign in found:
        out.append(text[at : sign.end()])
        column += cell_len(text[at : sign.end()])
        out.append(f"\x1b[{column + 1}G")
        at = sign.end()
    return "".join([*out, text[at:]])


def with_whole_rows(screen: Screen[Any], update: RenderableType | None) -> RenderableType | None:
    """Return a screen update that covers rows with characters of uncertain width from end to end."""
    if not isinstance(update, ChopsUpdate):
        return update
    rows = {y for y, _, _ in update.spans if _has_unsure(update, y)}
    if not rows:
        return update
    width = screen.size.width
    compositor = screen._compositor  # noqa: SLF001 - Textual has no public way to paint a row again
    compositor._dirty_regions.update(  # noqa: SLF001 - as it does itself
        Region(0, y, width, 1) if y in rows else Region(start, y, end - start, 1) for y, start, end in update.spans
    )
    return compositor.render_partial_update() or update


def _has_unsure(update: ChopsUpdate, y: int) -> bool:
    strips = (strip for strip in update.chops[y].values() if strip is not None)
    return any(_is_unsure(segment.text) for strip in strips for segment in strip)


def _is_unsure(text: str) -> bool:
    return not text.isascii() and _POSSIBLY_UNSURE.search(text) is not None and _UNSURE.search(text) is not None
