"""The help text, generated from the table of actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from reader.config.actions import Group, format_key
from reader.config.keymap import fill_keys
from reader.query.cheat_sheet import text_rows
from reader.text import cell_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reader.config.actions import Action
    from reader.render.style import Palette

__all__ = ["help_lines"]

_COUNTS = ("5 {key:move.down}   10 {key:move.bottom}", "count: repeat the key, or go to that row")


def help_lines(keys: Sequence[Action], palette: Palette) -> list[Text]:
    """Return the help as lines: the keys by group, then the query language in short."""
    lines: list[Text] = []
    for group in Group:
        lines.append(Text(f" {group}", palette.title))
        lines += _rows(((_spelled(key), key.description) for key in keys if key.group is group), palette)
        if group is Group.MOVE:
            lines += _rows([(fill_keys(_COUNTS[0], keys), _COUNTS[1])], palette)
        lines.append(Text())
    lines.append(Text(" Filter syntax", palette.title))
    return lines + _rows(text_rows(), palette)


def _spelled(key: Action) -> str:
    if len(key.keys) > 3:
        return f"{format_key(key.keys[0])} … {format_key(key.keys[-1])}"
    return "  ".join("".join(format_key(part) for part in item.split()) for item in key.keys)


def _rows(rows: Iterable[tuple[str, str]], palette: Palette) -> list[Text]:
    return [
        Text.assemble("   ", (keys + " " * max(1, 26 - cell_width(keys)), palette.accent), description)
        for keys, description in rows
    ]
