"""The help text, generated from the table of actions."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from rich.text import Text

from reader.config.actions import Group, format_key, format_keys
from reader.config.keymap import fill_keys
from reader.query.cheat_sheet import text_rows
from reader.text import cell_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reader.config.actions import Action
    from reader.render.style import Palette

__all__ = ["help_lines"]

_COUNTS = ("5 {key:move.down}   10 {key:move.bottom}", "repeat the key, or go to that row")
_SIGNS = (
    ("●", "unread"),
    ("★   ◷", "starred; read later"),
    ("✎   ⚿", "draft; locked (encrypted)"),
    ("↻   !", "updated since; problems in the file"),
    ("✗", "unreadable front matter"),
    ("◆", "article of this folder"),
)
_MOUSE = (
    ("click, double click", "select, open"),
    ("wheel", "scroll the pane under the pointer"),
    ("drag a border", "resize panes; a double click resets"),
)
_KEY_CELLS = 26
_TWO_COLUMNS = 116


def help_lines(keys: Sequence[Action], palette: Palette, width: int = 80) -> list[Text]:
    """Return the help as lines: keys by group, the filter syntax, the signs and the mouse; in two columns if wide."""
    tables: list[tuple[str, Iterable[tuple[str, str]]]] = [(str(group), _group_rows(group, keys)) for group in Group]
    tables += [("Filter syntax", text_rows()), ("Signs", _SIGNS), ("Mouse", _MOUSE)]
    blocks = [_block(title, rows, palette) for title, rows in tables]
    if width < _TWO_COLUMNS:
        return [line for block in blocks for line in block]
    half = sum(map(len, blocks)) / 2
    left: list[Text] = []
    while blocks and len(left) + len(blocks[0]) / 2 <= half:
        left += blocks.pop(0)
    right = [line for block in blocks for line in block]
    return [_beside(one, other, width // 2) for one, other in zip_longest(left, right, fillvalue=Text())]


def _beside(one: Text, other: Text, width: int) -> Text:
    line = one.copy()
    line.truncate(width - 1, overflow="ellipsis", pad=False)
    return Text.assemble(line, " " * (width - line.cell_len), other)


def _group_rows(group: Group, keys: Sequence[Action]) -> list[tuple[str, str]]:
    rows = [(_spelled(key), key.description) for key in keys if key.group is group]
    return [*rows, (fill_keys(_COUNTS[0], keys), _COUNTS[1])] if group is Group.MOVE else rows


def _block(title: str, rows: Iterable[tuple[str, str]], palette: Palette) -> list[Text]:
    return [Text(f" {title}", palette.title), *_rows(rows, palette), Text()]


def _spelled(key: Action) -> str:
    if len(key.keys) > 3:
        return f"{format_key(key.keys[0])} … {format_key(key.keys[-1])}"
    return format_keys(key)


def _rows(rows: Iterable[tuple[str, str]], palette: Palette) -> list[Text]:
    return [
        Text.assemble("   ", (keys + " " * max(1, _KEY_CELLS - cell_width(keys)), palette.accent), description)
        for keys, description in rows
    ]
