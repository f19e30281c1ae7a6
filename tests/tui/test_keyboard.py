"""Keyboard input without a screen: each key runs its action once, and an outdated timer does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from factories import entry
from hypothesis import given
from hypothesis import strategies as st

from reader.config.actions import ACTIONS
from reader.marks import MarkTarget
from reader.tui.events import ActionInvoked
from reader.tui.external import PipeArticle
from reader.tui.input.key_sequence import Bindings, KeySequence
from reader.tui.input.keyboard import (
    CommandAsked,
    CommandEntered,
    Keyboard,
    KeyPressed,
    KeyWaitEnded,
    LinkNumberAsked,
    update,
)
from reader.tui.ports import Ask, LinePrompt, Publish, Say, WakeAfter

if TYPE_CHECKING:
    from reader.tui.events import Event
    from reader.tui.ports import Effect

ENTRY = entry(MarkTarget(1, "a"))


class Machine:
    """A keyboard state whose timers expire when the test says so."""

    def __init__(self) -> None:
        self.keyboard = Keyboard(KeySequence(Bindings(ACTIONS)))
        self.actions: list[ActionInvoked] = []
        self.timers: list[int] = []
        self.said: list[str] = []
        self.others: list[Effect] = []

    def tell(self, *events: Event) -> None:
        for event in events:
            self.keyboard, effects = update(self.keyboard, event, 0.0)
            for effect in effects:
                self.run(effect)

    def run(self, effect: Effect) -> None:
        match effect:
            case Publish(event=ActionInvoked() as action):
                self.actions.append(action)
            case WakeAfter():
                self.timers.append(self.keyboard.timer)
            case Say(message=message):
                self.said.append(message)
            case _:
                self.others.append(effect)

    def press(self, *keys: str) -> None:
        self.tell(*map(KeyPressed, keys))

    def pass_time(self, *, on_top: bool = True) -> None:
        timers, self.timers = self.timers, []
        self.tell(*(KeyWaitEnded(timer, on_top) for timer in timers))


KEYS = st.sampled_from(["1", "5", "g", "j", "G", "f", "enter", "escape", "é", "(time)", "(ask)"])


@given(st.lists(KEYS, max_size=40))
def test_hint_is_shown_only_while_another_key_is_awaited(keys: list[str]) -> None:
    machine = Machine()
    for key in keys:
        before = len(machine.actions)
        if key == "(time)":
            machine.pass_time()
        elif key == "(ask)":
            machine.tell(LinkNumberAsked((1, 2, 11)))
        else:
            machine.press(key)
        keyboard = machine.keyboard
        assert bool(keyboard.hint) == (keyboard.sequence.pending or keyboard.prompt is not None)
        assert len(machine.actions) - before <= 1
        assert not keyboard.sequence.pending or machine.timers, "every wait for a key has a timer"
    machine.pass_time()
    assert not machine.keyboard.sequence.pending or machine.keyboard.prompt is not None


def test_key_pressed_in_time_voids_the_timer() -> None:
    machine = Machine()
    machine.press("5", "j")
    machine.pass_time()
    assert machine.actions == [ActionInvoked("move.down", "j", 5)]


def test_digit_opens_its_link_on_expiry_unless_a_dialog_is_open() -> None:
    for on_top, expected in ((True, [ActionInvoked("open.link", "5", 5)]), (False, [])):
        machine = Machine()
        machine.press("5")
        machine.pass_time(on_top=on_top)
        assert machine.actions == expected
        assert not machine.keyboard.hint


def test_unbound_key_is_not_taken() -> None:
    machine = Machine()
    machine.press("é")
    assert not machine.keyboard.taken
    machine.press("j")
    assert machine.keyboard.taken


@pytest.mark.parametrize(("numbers", "said", "action"), [
    ((), ["No links in this article"], []), ((4,), [], [ActionInvoked("open.link", count=4)]), ((1, 2), [], []),
])  # fmt: skip
def test_only_link_is_opened_without_a_prompt(
    numbers: tuple[int, ...], said: list[str], action: list[ActionInvoked]
) -> None:
    machine = Machine()
    machine.tell(LinkNumberAsked(numbers))
    assert (machine.said, machine.actions) == (said, action)
    assert bool(machine.keyboard.prompt) is (len(numbers) > 1)


def test_prompt_takes_every_key_until_answered() -> None:
    machine = Machine()
    machine.tell(LinkNumberAsked((1, 2, 11)))
    machine.press("1", "1", "j")
    assert machine.actions == [ActionInvoked("open.link", count=11), ActionInvoked("move.down", "j")]
    machine.tell(LinkNumberAsked((1, 2)))
    machine.press("j", "9")
    assert machine.keyboard.prompt is None
    machine.tell(LinkNumberAsked((1, 2)))
    machine.press("9")
    assert machine.said == ["No link 9"]


def test_command_prompt_starts_with_the_last_command() -> None:
    machine = Machine()
    machine.tell(CommandAsked(ENTRY), CommandEntered(ENTRY, "  "), CommandEntered(ENTRY, "wc -w"), CommandAsked(ENTRY))
    first, pipe, second = machine.others
    assert isinstance(first, Ask)
    assert isinstance(second, Ask)
    assert pipe == PipeArticle(ENTRY, "wc -w")
    assert first.prompt == LinePrompt("|", "", "command and arguments")
    assert second.prompt.value == "wc -w"
    assert second.answered("x") == CommandEntered(ENTRY, "x")
