"""The help text, generated from the table of actions."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from msgspec import Struct
from rich.text import Text

from reader.config.actions import Group, format_key, format_keys
from reader.config.keymap import fill_keys
from reader.query.cheat_sheet import text_rows
from reader.text import cell_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reader.config.actions import Action
    from reader.render.style import Palette

__all__ = ["HelpRow", "found_rows", "help_rows"]

_COUNTS = ("5 {key:move.down}   10 {key:move.bottom}", "repeat a key; go to a row")
_SIGNS = (
    ("●", "unread"),
    ("★   ◷", "starred; read later"),
    ("✎   ⚿", "draft; locked (encrypted)"),
    ("↻   !", "updated after publication; file has problems"),
    ("✗", "unreadable front matter"),
    ("◆", "link to an article in this folder"),
)
_MOUSE = (
    ("click, double click", "select, open"),
    ("wheel", "scroll the pane under the pointer"),
    ("drag a border", "resize panes; double click to reset"),
)
_KEY_CELLS = 26
# Below this width, the keys of a group take only the room they need.
_ALIGNED = 62
_TWO_COLUMNS = 116


class HelpRow(Struct, frozen=True):
    """Line of the help: one entry, or two side by side, with their positions and the actions they run."""

    line: Text
    actions: tuple[str, ...] = ("",)
    starts: tuple[int, ...] = (0,)

    def action(self, side: int) -> str:
        """Return the action of the left (0) or right (1) entry; empty if there is none."""
        return self.actions[side] if side < len(self.actions) else ""


def help_rows(keys: Sequence[Action], palette: Palette, width: int = 80) -> list[HelpRow]:
    """Return the help: keys by group, filter syntax, symbols and mouse; in two columns if wide enough."""
    narrow = width < _ALIGNED
    blocks = [_group(group, keys, palette, narrow=narrow) for group in Group]
    blocks += [_block(title, rows, palette, narrow=narrow) for title, rows in (("Signs", _SIGNS), ("Mouse", _MOUSE))]
    whole = next((key for key in keys if key.id == "help.query"), None)
    syntax = [*text_rows(), *([("full syntax", whole.description)] if whole else [])]
    blocks.insert(
        len(Group), _block("Filter syntax", syntax, palette, last="help.query" if whole else "", narrow=narrow)
    )
    if width < _TWO_COLUMNS:
        return [row for block in blocks for row in block]
    half = sum(map(len, blocks)) / 2
    left: list[HelpRow] = []
    while blocks and len(left) + len(blocks[0]) / 2 <= half:
        left += blocks.pop(0)
    right = [row for block in blocks for row in block]
    return [_beside(one, other, width // 2) for one, other in zip_longest(left, right, fillvalue=HelpRow(Text()))]


def found_rows(entries: Sequence[HelpRow], typed: str) -> list[HelpRow]:
    """Return the entries that contain all words of a text."""
    words = typed.casefold().split()
    return [row for row in entries if any(row.actions) and all(word in row.line.plain.casefold() for word in words)]


def _beside(one: HelpRow, other: HelpRow, width: int) -> HelpRow:
    line = one.line.copy()
    line.truncate(width - 1, overflow="ellipsis", pad=False)
    text = Text.assemble(line, " " * (width - line.cell_len), other.line)
    return HelpRow(text, (one.action(0), other.action(0)), (0, len(line) + width - line.cell_len))


def _group(group: Group, keys: Sequence[Action], palette: Palette, *, narrow: bool) -> list[HelpRow]:
    mine = [key for key in keys if key.group is group and key.id != "help.query"]
    rows = [(_spelled(key), key.description) for key in mine]
    if group is Group.MOVE:
        rows.append((fill_keys(_COUNTS[0], keys), _COUNTS[1]))
    return _block(str(group), rows, palette, [key.id for key in mine], narrow=narrow)


def _block(
    title: str,
    rows: Sequence[tuple[str, str]],
    palette: Palette,
    actions: Sequence[str] = (),
    *,
    last: str = "",
    narrow: bool,
) -> list[HelpRow]:
    longest = max((cell_width(keys) for keys, _ in rows), default=0)
    cells = min(_KEY_CELLS, longest + 2) if narrow else _KEY_CELLS
    lines = [_line(keys, description, palette, cells) for keys, description in rows]
    runs = [*actions, *([""] * (len(lines) - len(actions) - bool(last))), *([last] if last else [])]
    entries = [HelpRow(line, (action,)) for line, action in zip(lines, runs, strict=True)]
    return [HelpRow(Text.assemble((f" {title}", palette.title))), *entries, HelpRow(Text())]


def _spelled(key: Action) -> str:
    if len(key.keys) > 3:
        return f"{format_key(key.keys[0])} … {format_key(key.keys[-1])}"
    return format_keys(key)


def _line(keys: str, description: str, palette: Palette, cells: int) -> Text:
    return Text.assemble("   ", (keys + " " * max(1, cells - cell_width(keys)), palette.accent), description)
