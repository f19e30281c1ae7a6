"""The default keymap, the spelling of keys, and key overrides."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from reader.config.actions import ACTIONS, Action, Group, format_key
from reader.config.keymap import (
    NEWSBOAT,
    KeyConflict,
    apply_overrides,
    build_keymap,
    fill_keys,
    find_conflicts,
    normalize_key,
)
from reader.config.schema import Config, KeyOverride


def test_default_keymap_has_no_conflicts() -> None:
    assert find_conflicts(apply_overrides(ACTIONS, ())) == ()


def test_default_keys_have_canonical_spellings() -> None:
    assert [key.keys for key in apply_overrides(ACTIONS, ())] == [key.keys for key in ACTIONS]


def test_actions_have_unique_ids_descriptions_and_a_key_or_the_palette() -> None:
    assert len({key.id for key in ACTIONS}) == len(ACTIONS)
    assert all(key.description and (key.keys or key.palette) for key in ACTIONS)


def test_newsboat_keymap_has_no_conflicts() -> None:
    table = build_keymap(Config(keymap="newsboat"))
    assert find_conflicts(table) == ()
    assert {change.id for change in NEWSBOAT} <= {key.id for key in table}
    assert next(key.keys for key in table if key.id == "mark.read") == ("N",)


def key(id_: str, *keys: str) -> Action:
    return Action(id_, keys, "", Group.MOVE)


CONFLICTS = [
    ([key("a", "x"), key("b", "y")], [], "different keys"),
    ([key("a", "x"), key("b", "X", "ctrl+x")], [], "another key each"),
    ([key("a", "x"), key("b", "y", "x")], [KeyConflict("x", "a", "x", "b")], "the same key"),
    ([key("a", "g g"), key("b", "g")], [KeyConflict("g g", "a", "g", "b")], "the beginning of two"),
    ([key("a", "g"), key("b", "g g")], [KeyConflict("g", "a", "g g", "b")], "the same, the other way round"),
    ([key("a", "g g"), key("b", "g e")], [], "two sequences that begin alike"),
    ([key("a", "f1"), key("b", "f12")], [], "names with a common prefix"),
    ([key("a", "g", "g g")], [KeyConflict("g", "a", "g g", "a")], "one action against itself"),
]


@pytest.mark.parametrize(("table", "expected", "remark"), CONFLICTS, ids=[case[2] for case in CONFLICTS])
def test_key_conflicts_are_found(table: list[Action], expected: list[KeyConflict], remark: str) -> None:
    assert list(find_conflicts(table)) == expected, remark


def test_user_keys_override_the_preset_and_the_preset_the_defaults() -> None:
    config = Config(keymap="newsboat", keys=(KeyOverride("mark.read", ("m", "m")), KeyOverride("zen", ())))
    keys = {key.id: key.keys for key in build_keymap(config)}
    assert keys["mark.read"] == ("m",)
    assert keys["zen"] == ()
    assert keys["unread.previous"] == ("p",)
    assert keys["mark.star"] == ("s",)


SPELLINGS = [
    ("j", "j", "a letter"),
    ("G", "G", "a capital is another key"),
    ("é", "é", "a letter of any script"),
    ("?", "?", "a character"),
    ("question_mark", "?", "the same by its name"),
    ("minus", "-", "a name that differs from Unicode's"),
    ("+", "+", "the character that also joins"),
    ("plus", "+", "and its name"),
    ("pagedown", "pagedown", "a named key"),
    ("f24", "f24", "the last function key"),
    ("ctrl+d", "ctrl+d", "with a modifier"),
    ("ctrl+D", "ctrl+d", "a terminal sends no other"),
    ("shift+tab", "shift+tab", "a named key with shift"),
    ("shift+ctrl+left", "ctrl+shift+left", "modifiers in one order"),
    ("alt++", "alt+plus", "plus with a modifier"),
    ("ctrl+_", "ctrl+underscore", "with a modifier a character has its name"),
    ("g g", "g g", "a sequence"),
    ("  g   question_mark ", "g ?", "blanks do not count"),
]


@pytest.mark.parametrize(("written", "expected", "remark"), SPELLINGS, ids=[case[2] for case in SPELLINGS])
def test_key_has_one_canonical_spelling(written: str, expected: str, remark: str) -> None:
    assert normalize_key(written) == expected, remark
    assert normalize_key(expected) == expected


INVALID = [
    ("", "empty key", "nothing"),
    ("g g g", "at most two", "a sequence of three"),
    ("pagedwn", "did you mean pagedown", "a typo"),
    ("Enter", "did you mean enter", "a capital"),
    ("f25", "unknown key", "one function key too many"),
    ("super+x", "unknown key", "a modifier that terminals do not send"),
    ("shift+j", "use J", "shift with a letter"),
    ("ctrl+c", "reserved by the terminal", "interrupt"),
    ("ctrl+Z", "reserved by the terminal", "suspend"),
    ("ctrl+i", "sent as tab", "a tab"),
    ("ctrl+[", "sent as escape", "an escape"),
    ("ctrl+1", "is not sent", "a digit with ctrl"),
    ("ctrl+ctrl+x", "repeats a modifier", "one modifier two times"),
    ("ctrl+", "unknown key", "a modifier alone"),
    ("\x04", "control character", "the character itself"),
]


@pytest.mark.parametrize(("written", "reason", "remark"), INVALID, ids=[case[2] for case in INVALID])
def test_invalid_key_is_an_error_with_the_reason(written: str, reason: str, remark: str) -> None:
    with pytest.raises(ValueError, match=reason) as raised:
        normalize_key(written)
    assert "\x04" not in str(raised.value), remark


@pytest.mark.parametrize(
    ("key", "expected"),
    [("ctrl+d", "^d"), ("pagedown", "PgDn"), ("down", "↓"), ("f1", "F1"), ("f", "f"), ("shift+tab", "Shift-Tab")],
)
def test_key_is_formatted_for_display(key: str, expected: str) -> None:
    assert format_key(key) == expected


@pytest.mark.parametrize(
    ("template", "overrides", "expected"),
    [
        ("{key:filter.clear} clear · {key:filter} edit", (), "F clear · / edit"),
        ("{key:filter.clear} clear · {key:filter} edit", NEWSBOAT, "^f clear · / edit"),
        ("{key:filter.clear} clear · {key:filter} edit", (KeyOverride("filter.clear", ()),), "/ edit"),
        ("1 problem ({key:problems}) · {key:help} help", (KeyOverride("problems", ()),), "1 problem · ? help"),
        ("top:\n\n{key:move.top} top", (), "top:\n\ngg top"),
    ],
)
def test_hint_shows_keys_in_force(template: str, overrides: tuple[KeyOverride, ...], expected: str) -> None:
    assert fill_keys(template, apply_overrides(ACTIONS, overrides)) == expected


def test_action_of_the_article_pane_follows_the_action_it_replaces() -> None:
    def keys(**config: Any) -> dict[str, tuple[str, ...]]:
        table = build_keymap(Config(**config))
        assert find_conflicts(table) == ()
        return {key.id: key.keys for key in table}

    assert keys()["find"] == keys()["filter"]
    assert keys(keymap="newsboat")["find.previous"] == ("p",)
    assert keys(keys=(KeyOverride("filter", ("f3",)),))["find"] == ("f3",)
    own = keys(keys=(KeyOverride("filter", ("f3",)), KeyOverride("find", ("f4",))))
    assert (own["filter"], own["find"]) == (("f3",), ("f4",))


def test_action_of_the_article_pane_shares_keys_with_no_other_action() -> None:
    table = [*(key(name, stroke) for name, stroke in (("a", "x"), ("b", "y"))), Action("c", ("x",), "", Group.MOVE)]
    assert find_conflicts([*table[:2], replace(table[2], instead_of="a")]) == ()
    assert find_conflicts([replace(table[2], instead_of="a"), *table[:2]]) == ()
    assert find_conflicts([*table[:2], replace(table[2], instead_of="b")]) == (KeyConflict("x", "a", "x", "c"),)
