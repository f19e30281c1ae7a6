"""Our own sentences set to the width of a pane. What comes from a file is drawn elsewhere."""

from __future__ import annotations

import textwrap

__all__ = ["wrapped"]


def wrapped(text: str, width: int) -> list[str]:
    """Return a text as lines of at most ``width`` characters; an indented line goes on as far to the right."""
    lines: list[str] = []
    for line in text.split("\n"):
        indent = " " * (len(line) - len(line.lstrip(" ")))
        lines += textwrap.wrap(line, max(len(indent) + 1, width), subsequent_indent=indent) or [""]
    return lines
