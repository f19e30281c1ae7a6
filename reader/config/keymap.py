"""The active key bindings: defaults, preset and user overrides; key name validation and conflict detection.

Pure functions; does not read the config file or import Textual.
"""

from __future__ import annotations

import re
import string
import unicodedata
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.config.actions import ACTIONS, Action, first_keys
from reader.config.schema import KeyOverride
from reader.query.fields import closest_match
from reader.text import sanitize_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reader.config.schema import Config

__all__ = ["NEWSBOAT", "KeyConflict", "apply_overrides", "build_keymap", "fill_keys", "find_conflicts", "normalize_key"]

# Actions with a different key in newsboat. Actions that newsboat lacks keep their default keys.
NEWSBOAT = (
    KeyOverride("move.top", ("home",)),
    KeyOverride("move.page_down", ("pagedown",)),
    KeyOverride("unread.previous", ("p",)),
    KeyOverride("mark.read", ("N",)),
    KeyOverride("rescan", ("r",)),
    KeyOverride("feeds.fetch", ("R",)),
    KeyOverride("sort", ("g",)),
    KeyOverride("filter", ("/", "F")),
    KeyOverride("filter.clear", ("ctrl+f",)),
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
    """Conflict between the keys of two actions: ``key`` of the action ``id``, ``other`` of the action ``other_id``.

    The keys differ if one is the first key of the other, a sequence: after the first keystroke the two would be
    ambiguous.
    """

    key: str
    id: str
    other: str
    other_id: str


def build_keymap(config: Config) -> tuple[Action, ...]:
    """Return all actions with the preset and the user's overrides applied and every key normalized."""
    return apply_overrides(apply_overrides(ACTIONS, _PRESETS[config.keymap]), config.keys)


def apply_overrides(table: Iterable[Action], changes: Iterable[KeyOverride]) -> tuple[Action, ...]:
    """Return the table with the overrides applied and every key normalized. Raises ValueError for an invalid key.

    An action that replaces another one in the article pane follows it to its new keys.
    """
    wanted = {change.id: change.keys for change in changes}
    return tuple(replace(key, keys=tuple(dict.fromkeys(map(normalize_key, _keys_of(key, wanted))))) for key in table)


def _keys_of(action: Action, wanted: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return wanted.get(action.id, wanted.get(action.instead_of, action.keys))


def find_conflicts(table: Iterable[Action]) -> tuple[KeyConflict, ...]:
    """Return the conflicts between actions: equal keys, or a key that starts a sequence. Keys must be normalized."""
    found: list[KeyConflict] = []
    seen: list[tuple[str, Action]] = []
    for key in table:
        for stroke in key.keys:
            found += [
                KeyConflict(known, owner.id, stroke, key.id)
                for known, owner in seen
                if _clash(known, stroke) and owner.id != key.instead_of and owner.instead_of != key.id
            ]
            seen.append((stroke, key))
    return tuple(found)


def fill_keys(template: str, actions: Iterable[Action]) -> str:
    """Return a hint with each ``{key:filter.clear}`` replaced by the first key of that action.

    Parts of a line are separated by ``·``. A part whose action has no key is omitted; a parenthesized ``({key:…})`` is
    omitted without the rest of its part.
    """
    keys = first_keys(actions)
    template = _KEY_IN_PARENTHESES.sub(lambda match: match[0] if match[1] in keys else "", template)
    lines = (
        " · ".join(part for part in line.split(" · ") if keys.keys() >= set(_KEY_PLACEHOLDER.findall(part)))
        for line in template.split("\n")
    )
    return _KEY_PLACEHOLDER.sub(lambda match: keys[match[1]], "\n".join(lines))


def _clash(one: str, two: str) -> bool:
    return one == two or one.startswith(f"{two} ") or two.startswith(f"{one} ")


def normalize_key(key: str) -> str:
    """Return the normalized spelling of a key or a two-key sequence.

    A character without modifiers is written literally; with ctrl or alt it is written by name, as in
    ``ctrl+underscore``. Raises ValueError with the reason if the key is invalid.
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
    """Return the modifiers in alphabetical order and the base key, a character or a name."""
    base = text
    modifiers: list[str] = []
    while (modifier := base.partition("+")[0]) in _MODIFIERS and len(base) > len(modifier) + 1:
        base = base[len(modifier) + 1 :]
        modifiers.append(modifier)
    if len(set(modifiers)) < len(modifiers):
        raise ValueError(f"{sanitize_line(text)} repeats a modifier")
    return sorted(modifiers), _CHARACTERS.get(base, base)


def _with_ctrl(text: str, letter: str) -> str:
    if letter in "cz":
        raise ValueError(f"{sanitize_line(text)} is reserved by the terminal")
    if letter in _SAME_AS:
        raise ValueError(f"{sanitize_line(text)} is sent as {_SAME_AS[letter]} by terminals")
    if letter not in _CTRL_SENDS:
        raise ValueError(f"{sanitize_line(text)} is not sent by most terminals")
    return letter


def _hint(base: str) -> str:
    meant = closest_match(base, (*_NAMED, *_CHARACTERS))
    return f"; did you mean {meant}?" if meant else ""


def _name(character: str) -> str:
    if character not in string.punctuation:
        return character
    name = unicodedata.name(character).lower().replace("-", "_").replace(" ", "_")
    return _FRIENDLY.get(name, name)


_CHARACTERS = {_name(character): character for character in string.punctuation}
