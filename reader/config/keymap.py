"""The keys in force: the table of keys as a preset and the person change it, and what two actions may not share.

Owns what a key may be called. Pure; knows no settings file and nothing of what draws the screen.
"""

from __future__ import annotations

import re
import string
import unicodedata
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.config.actions import ACTIONS, Action, format_key
from reader.config.schema import KeyOverride
from reader.query.fields import closest_match
from reader.text import sanitize_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reader.config.schema import Config

__all__ = ["NEWSBOAT", "KeyConflict", "apply_overrides", "build_keymap", "fill_keys", "find_conflicts", "normalize_key"]

# Where newsboat has the same action under another key; what newsboat does not have stays where it is.
NEWSBOAT = (
    KeyOverride("move.top", ("home",)),
    KeyOverride("move.page_down", ("pagedown",)),
    KeyOverride("unread.previous", ("p",)),
    KeyOverride("mark.read", ("N",)),
    KeyOverride("rescan", ("r", "R")),
    KeyOverride("sort", ("g",)),
    KeyOverride("filter", ("/", "F")),
    KeyOverride("filter.clear", ("ctrl+f",)),
    KeyOverride("quit", ("q", "Q")),
)
_PRESETS = {"default": (), "newsboat": NEWSBOAT}

_NAMED = frozenset(
    {"up", "down", "left", "right", "home", "end", "pageup", "pagedown", "enter", "escape", "space", "tab"}
    | {"backspace", "delete", "insert"}
    | {f"f{number}" for number in range(1, 25)}
)
_KEY_PLACEHOLDER = re.compile(r"\{key:([^}]+)\}")
_KEY_IN_PARENTHESES = re.compile(r" \(\{key:([^}]+)\}\)")
_MODIFIERS = ("alt", "ctrl", "shift")
_SAME_AS = {"i": "tab", "m": "enter", "h": "backspace", "[": "escape"}
_CTRL_SENDS = frozenset(string.ascii_lowercase + "@\\]^_")
_FRIENDLY = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}


class KeyConflict(Struct, frozen=True):
    """Two actions that want one key; ``key`` is the first one's, ``other`` the second one's.

    The two differ where one is the beginning of the other: after the first stroke nobody could tell them apart.
    """

    key: str
    id: str
    other: str
    other_id: str


def build_keymap(config: Config) -> tuple[Action, ...]:
    """Return the table of keys as this person has it, each key in its canonical form."""
    return apply_overrides(apply_overrides(ACTIONS, _PRESETS[config.keymap]), config.keys)


def apply_overrides(table: Iterable[Action], changes: Iterable[KeyOverride]) -> tuple[Action, ...]:
    """Return the table with other keys for some actions. Raises ValueError for an impossible key."""
    wanted = {change.id: change.keys for change in changes}
    return tuple(
        replace(key, keys=tuple(dict.fromkeys(map(normalize_key, wanted.get(key.id, key.keys))))) for key in table
    )


def find_conflicts(table: Iterable[Action]) -> tuple[KeyConflict, ...]:
    """Return every pair of actions in a table of canonical keys that cannot be told apart."""
    found: list[KeyConflict] = []
    seen: list[tuple[str, str]] = []
    for key in table:
        for stroke in key.keys:
            found += [KeyConflict(known, owner, stroke, key.id) for known, owner in seen if _clash(known, stroke)]
            seen.append((stroke, key.id))
    return tuple(found)


def fill_keys(template: str, actions: Iterable[Action]) -> str:
    """Return a hint with each ``{key:filter.clear}`` replaced by the first key of that action.

    Parts of a line are separated by ``·``; a part whose action has no key is left out, as is ``({key:…})``.
    """
    keys = {action.id: "".join(map(format_key, action.keys[0].split())) for action in actions if action.keys}
    template = _KEY_IN_PARENTHESES.sub(lambda match: match[0] if match[1] in keys else "", template)
    lines = (
        " · ".join(part for part in line.split(" · ") if keys.keys() >= set(_KEY_PLACEHOLDER.findall(part)))
        for line in template.split("\n")
    )
    return _KEY_PLACEHOLDER.sub(lambda match: keys[match[1]], "\n".join(lines))


def _clash(one: str, two: str) -> bool:
    return one == two or one.startswith(f"{two} ") or two.startswith(f"{one} ")


def normalize_key(key: str) -> str:
    """Return the one spelling of a key, or of two keys pressed one after the other.

    A character by itself is written as it is; with ctrl or alt it has its name, as in ``ctrl+underscore``. Raises
    ValueError that says why there is no such key.
    """
    strokes = key.split()
    if not strokes:
        raise ValueError("empty key; use e.g. j, G, ?, ctrl+d, space")
    if len(strokes) > 2:
        raise ValueError(f"{sanitize_line(key)}: a sequence has at most two keys")
    return " ".join(map(_stroke, strokes))


def _stroke(text: str) -> str:
    modifiers, base = _split(text)
    if len(base) > 1:
        if base not in _NAMED:
            raise ValueError(f"unknown key {sanitize_line(text)}{_hint(base)}")
        return "+".join((*modifiers, base))
    if not base.isprintable():
        raise ValueError("control characters are not allowed; write ctrl+d")
    if "shift" in modifiers:
        raise ValueError(f"use {base.upper()} instead of {sanitize_line(text)}")
    if "ctrl" in modifiers:
        base = _with_ctrl(text, base.lower())
    return "+".join((*modifiers, _name(base) if modifiers else base))


def _split(text: str) -> tuple[list[str], str]:
    """Return the modifiers in alphabetical order, and the key they go with: a character or a name."""
    base = text
    modifiers: list[str] = []
    while (modifier := base.partition("+")[0]) in _MODIFIERS and len(base) > len(modifier) + 1:
        base = base[len(modifier) + 1 :]
        modifiers.append(modifier)
    if len(set(modifiers)) < len(modifiers):
        raise ValueError(f"{sanitize_line(text)} repeats a modifier")
    return sorted(modifiers), _characters().get(base, base)


def _with_ctrl(text: str, letter: str) -> str:
    if letter in "cz":
        raise ValueError(f"{sanitize_line(text)} is reserved by the terminal")
    if letter in _SAME_AS:
        raise ValueError(f"{sanitize_line(text)} is sent as {_SAME_AS[letter]} by terminals")
    if letter not in _CTRL_SENDS:
        raise ValueError(f"{sanitize_line(text)} is not sent by most terminals")
    return letter


def _hint(base: str) -> str:
    meant = closest_match(base, (*_NAMED, *_characters()))
    return f"; did you mean {meant}?" if meant else ""


def _characters() -> dict[str, str]:
    return {_name(character): character for character in string.punctuation}


def _name(character: str) -> str:
    if character not in string.punctuation:
        return character
    name = unicodedata.name(character).lower().replace("-", "_").replace(" ", "_")
    return _FRIENDLY.get(name, name)
