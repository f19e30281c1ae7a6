"""The same picture in fewer bytes, for terminals that are far away or slow.

What is painted comes in pieces, each of which names all of its colours first and takes all of them back at its end.
Here a piece names only what differs from the one before, which halves a page of the list. Nothing but these sequences
is touched ("select graphic rendition", ECMA-48, 8.3.117).
"""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["Terse"]

# The end of a style with what moves the cursor behind it, then the next style; or any one sequence by itself.
_SEQUENCE = re.compile(r"(?:\x1b\[0m((?:\x1b\[\d+;\d+H|\r\n)*))?\x1b\[([\d;]*)m")
_PART = re.compile(r"[34]8;(?:5;\d+|2;\d+;\d+;\d+)|\d+")
_PLAIN = ""
_UNKNOWN = "?"


class Terse:
    """Shortens what is written piece by piece: what one piece leaves behind counts for the next."""

    def __init__(self) -> None:
        self._style = _PLAIN

    def shorten(self, data: str) -> str:
        """Return what paints the same."""
        return _SEQUENCE.sub(self._shortened, data)

    def _shortened(self, found: re.Match[str]) -> str:
        moves, style = found.groups()
        before, self._style = self._style, _PLAIN if style in {"", "0"} else style
        if moves is not None:
            return moves + _step(before, self._style)
        if before and self._style:
            self._style = _UNKNOWN  # it was named on top of another
        return found[0]


@lru_cache(maxsize=1024)
def _step(before: str, after: str) -> str:
    """Return the sequence that leads from one style to another; none where they are the same."""
    old, new = _named(before), _named(after)
    if old is None or new is None or not old.keys() <= new.keys():
        return f"\x1b[0;{after}m" if after else "\x1b[0m"
    changed = ";".join(part for kind, part in new.items() if old.get(kind) != part)
    return f"\x1b[{changed}m" if changed else ""


def _named(style: str) -> dict[str, str] | None:
    """Return what a style names, by its kind; None where that is not certain."""
    parts = _PART.findall(style)
    if ";".join(parts) != style:
        return None
    kinds = {_kind(part): part for part in parts}
    return None if "" in kinds or len(kinds) < len(parts) else kinds


def _kind(part: str) -> str:
    number = int(part.partition(";")[0])
    if 30 <= number <= 38 or 90 <= number <= 97:
        return "ink"
    if 40 <= number <= 48 or 100 <= number <= 107:
        return "ground"
    # Bold, dim, italic, underlined, blinking, reversed, struck: what follows turns something off, or is rare.
    return part if 1 <= number <= 9 else ""
