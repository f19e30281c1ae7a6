"""Counts before keys, key sequences, and link numbers, without a screen or a clock."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.config.actions import ACTIONS
from reader.config.keymap import apply_overrides
from reader.config.schema import KeyOverride
from reader.tui.input.key_sequence import (
    COUNT_SECONDS,
    LINK_SECONDS,
    PREFIX_SECONDS,
    Bindings,
    KeySequence,
    LinkPrompt,
    PromptResult,
    Step,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reader.config.actions import Action

EXPIRE = "(nothing more)"


class Typist:
    """A fake user who presses keys one after another."""

    def __init__(self, keys: Sequence[Action] = ACTIONS) -> None:
        self._keys = KeySequence(Bindings(keys))

    @property
    def pending(self) -> bool:
        return self._keys.pending

    def press(self, key: str) -> Step:
        self._keys, step = self._keys.press(key)
        return step

    def expire(self) -> Step:
        self._keys, step = self._keys.expire()
        return step


def typed(*keys: str, table: Typist | None = None) -> Step:
    """Press keys or let the wait for one expire, and return the last step."""
    found = table or Typist()
    step = Step()
    for key in keys:
        step = found.expire() if key == EXPIRE else found.press(key)
    return step


PRESSES = [
    ("j", "move.down", None, "a single key"),
    ("5 j", "move.down", 5, "a number and a motion"),
    ("1 2 k", "move.up", 12, "two digits"),
    ("1 0 G", "move.bottom", 10, "a zero in a number"),
    ("3 n", "unread.next", 3, "a number and the next unread"),
    ("5 )", "history.forward", 5, "a number and the way forward"),
    ("2 pagedown", "move.page_down", 2, "a number and a named key"),
    ("g g", "move.top", None, "two keys"),
    ("7 g g", "move.top", 7, "a number and two keys"),
    ("5 s", "mark.star", 5, "a number and a mark"),
    ("5 y", "copy.url", None, "a number before an action that takes none"),
    ("5 enter", "open.link", 5, "Enter opens the link at once"),
    ("1 4 enter", "open.link", 14, "a link above nine too"),
    ("enter", "article.enter", None, "Enter alone"),
    (f"5 {EXPIRE}", "open.link", 5, "a digit with nothing after it"),
    (f"1 4 {EXPIRE}", "", None, "two digits with nothing after them"),
    (f"g {EXPIRE}", "", None, "half of two keys"),
    (f"5 g {EXPIRE}", "", None, "a number and half of two keys"),
    (f"g {EXPIRE} g g", "move.top", None, "a sequence that expired, then a complete one"),
    (f"5 {EXPIRE} j", "move.down", None, "the number is used once"),
    ("5 escape", "", None, "Escape cancels a number and does nothing else"),
    ("5 escape j", "move.down", None, "a key after a canceled number"),
    ("g escape", "", None, "Escape cancels the first of two keys"),
    ("escape", "back", None, "Escape alone"),
    ("g q", "", None, "an unknown second key does nothing"),
    ("g q q", "quit", None, "a key after an unknown sequence"),
    ("g 5", "", None, "a digit as an unknown second key"),
    ("0", "", None, "a number does not begin with zero"),
    ("5 é", "", None, "an unbound key"),
    ("9 9 9 9 9 9 9 9 9 j", "move.down", 9_999_999, "a number with too many digits is cut off"),
]


@pytest.mark.parametrize(("keys", "action", "count", "remark"), PRESSES, ids=[case[3] for case in PRESSES])
def test_keys_give_an_action_and_a_count(keys: str, action: str, count: int | None, remark: str) -> None:
    step = typed(*re.findall(re.escape(EXPIRE) + r"|\S+", keys))
    assert (step.action, step.count) == (action, count), remark
    assert not step.hint


HINTS = [
    ("5", "5… j/k move 5 rows · wait/Enter open link 5", LINK_SECONDS, "a digit could be either"),
    ("1 2", "12… j/k move 12 rows · Enter open link 12", COUNT_SECONDS, "two digits wait for longer"),
    ("g", "g… g go to top", PREFIX_SECONDS, "the first of two keys"),
    ("1 2 g", "12g… g go to top", PREFIX_SECONDS, "with a number before it"),
]


@pytest.mark.parametrize(("keys", "hint", "seconds", "remark"), HINTS, ids=[case[3] for case in HINTS])
def test_unfinished_sequence_has_a_hint_and_a_timeout(keys: str, hint: str, seconds: float, remark: str) -> None:
    step = typed(*keys.split())
    assert (step.hint, step.seconds, step.action) == (hint, seconds, ""), remark


def test_unbound_key_is_not_handled() -> None:
    assert not typed("é").taken
    assert typed("5", "é").taken, "it ends a number"
    assert typed("j").taken


def rebinding(*changes: tuple[str, tuple[str, ...]]) -> Typist:
    return Typist(apply_overrides(ACTIONS, [KeyOverride(*change) for change in changes]))


def test_rebound_digit_runs_its_action_or_continues_a_count() -> None:
    keys = rebinding(("zen", ("3",)), ("open.link", ("1", "2")))
    assert typed("3", table=keys) == Step("zen", "3")
    assert typed("1", "3", "j", table=keys).count == 13
    assert typed("5", table=keys).seconds == COUNT_SECONDS, "the key opens no link"
    assert typed(EXPIRE, table=keys).action == ""


def test_rebound_link_keys_open_links_in_order() -> None:
    keys = rebinding(("open.link", ("alt+a", "alt+b")))
    assert typed("alt+b", table=keys) == Step("open.link", "alt+b", 2)
    assert typed("4", "alt+a", table=keys) == Step("open.link", "alt+a", 1), "the count is dropped"
    assert typed("j", table=keys).count is None


def test_hint_uses_the_bound_keys() -> None:
    keys = rebinding(("move.down", ("x",)), ("move.up", ()), ("zen", ("space z",)))
    assert typed("5", table=keys).hint.startswith("5… x move 5")
    assert typed("escape", "space", table=keys).hint == "Space… z toggle zen mode"


STROKES = st.sampled_from(["0", "1", "5", "9", "g", "j", "G", "s", "enter", "escape", "é", EXPIRE])


@given(st.lists(STROKES, max_size=30))
def test_hint_and_timeout_exist_only_while_a_key_is_awaited(keys: list[str]) -> None:
    found = Typist()
    for key in keys:
        step = found.expire() if key == EXPIRE else found.press(key)
        assert bool(step.hint) == bool(step.seconds) == found.pending
        assert not (step.action and found.pending)
    found.expire()
    assert not found.pending
    assert found.press("j") == Step("move.down", "j"), "no state is left"


@given(st.lists(STROKES, max_size=8), st.integers(1, 9_999_999), st.sampled_from(["j", "G", "g g", "n"]))
def test_count_reaches_its_motion_after_any_keys(before: list[str], number: int, motion: str) -> None:
    found = Typist()
    typed(*before, EXPIRE, table=found)
    assert typed(*str(number), *motion.split(), table=found).count == number


FOURTEEN = tuple(range(1, 15))
LINKS = [
    ("2", PromptResult(number=2), "a digit that begins no other number"),
    ("1", PromptResult(LinkPrompt(FOURTEEN, "1")), "one that begins others"),
    ("1 enter", PromptResult(number=1), "Enter decides"),
    ("1 4", PromptResult(number=14), "two digits"),
    ("1 9", PromptResult(error="No link 19"), "no such number"),
    ("0", PromptResult(error="No link 0"), "nought"),
    ("1 backspace", PromptResult(LinkPrompt(FOURTEEN)), "taken back"),
    ("backspace", PromptResult(), "nothing left to take back"),
    ("enter", PromptResult(), "no number at all"),
    ("1 escape", PromptResult(), "given up"),
    ("1 j", PromptResult(), "another key cancels"),
    ("²", PromptResult(), "a digit that keyboards do not have"),
]


@pytest.mark.parametrize(("keys", "expected", "remark"), LINKS, ids=[case[2] for case in LINKS])
def test_link_prompt_ends_once_the_number_is_unambiguous(keys: str, expected: PromptResult, remark: str) -> None:
    answer = PromptResult(LinkPrompt(FOURTEEN))
    for key in keys.split():
        assert answer.prompt is not None
        answer = answer.prompt.press(key)
    assert answer == expected, remark


@given(st.sets(st.integers(1, 300), min_size=1))
def test_every_link_number_can_be_typed(numbers: set[int]) -> None:
    for number in numbers:
        answer = PromptResult(LinkPrompt(tuple(sorted(numbers))))
        for key in [*str(number), "enter"]:
            if answer.prompt is not None:
                answer = answer.prompt.press(key)
        assert answer.number == number


def test_link_prompt_shows_the_range_and_the_typed_number() -> None:
    prompt = LinkPrompt(FOURTEEN)
    assert prompt.words == "Open link (1–14): ▏"
    assert LinkPrompt(FOURTEEN, "1").words == "Open link (1–14): 1▏ Enter"
