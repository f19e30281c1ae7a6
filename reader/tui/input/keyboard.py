"""Keys to actions: the pending key sequence with its hint and timer, and prompts in the bottom line. Pure."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.tui.events import ActionInvoked, Event
from reader.tui.external import PipeArticle
from reader.tui.input.key_sequence import KeySequence, LinkPrompt, Step
from reader.tui.ports import Ask, LinePrompt, Publish, Say, WakeAfter

if TYPE_CHECKING:
    from reader.index.model import ArticleSummary
    from reader.tui.ports import Effect

    Result = tuple["Keyboard", tuple[Effect, ...]]

__all__ = [
    "CommandAsked",
    "CommandEntered",
    "KeyPressed",
    "KeyTimeUp",
    "KeyWaitEnded",
    "Keyboard",
    "LinkNumberAsked",
    "update",
]


class KeyPressed(Event, frozen=True):
    """The user pressed a key (its name, or the character it types); ``in_article`` if in the article pane."""

    key: str
    in_article: bool = False


class KeyTimeUp(Event, frozen=True):
    """The time to wait for another key has passed; ``timer`` is the number of the timer."""

    timer: int


class KeyWaitEnded(Event, frozen=True):
    """The same; ``on_top`` unless a dialog has opened, which now gets the keys."""

    timer: int
    on_top: bool


class LinkNumberAsked(Event, frozen=True):
    """The user wants to open one of the links with these numbers."""

    numbers: tuple[int, ...]


class CommandAsked(Event, frozen=True):
    """The user wants to pipe an article to a command."""

    entry: ArticleSummary


class CommandEntered(Event, frozen=True):
    """The user entered the command."""

    entry: ArticleSummary
    command: str


class Keyboard(Struct, frozen=True):
    """Keys typed so far, or the prompt that takes them; ``taken`` if the last key was bound.

    ``hint`` is shown in the bottom line while waiting for another key. ``command`` is the command that last got an
    article piped to it.
    """

    sequence: KeySequence
    prompt: LinkPrompt | None = None
    timer: int = 0
    hint: str = ""
    taken: bool = False
    command: str = ""


def update(keyboard: Keyboard, event: Event, now: float) -> Result:  # noqa: ARG001 - the signature of all rooms
    """Return the state after an event, and the effects to run."""
    match event:
        case KeyPressed(key=key) if keyboard.prompt is not None:
            return _answer(replace(keyboard, taken=True), keyboard.prompt, key)
        case KeyPressed(key=key, in_article=in_article):
            return _follow(keyboard, *keyboard.sequence.press(key, in_article=in_article))
        case KeyWaitEnded(timer=timer, on_top=on_top) if timer == keyboard.timer and keyboard.sequence.pending:
            sequence, step = keyboard.sequence.expire()
            return _follow(keyboard, sequence, step if on_top else Step())
        case LinkNumberAsked(numbers=numbers):
            return _ask_number(keyboard, numbers)
    return _update_command(keyboard, event)


def _update_command(keyboard: Keyboard, event: Event) -> Result:
    match event:
        case CommandAsked(entry=entry):
            prompt = LinePrompt("|", keyboard.command, "command and arguments")
            return keyboard, (Ask(prompt, partial(CommandEntered, entry)),)
        case CommandEntered(entry=entry, command=command) if command.strip():
            return replace(keyboard, command=command), (PipeArticle(entry, command),)
    return keyboard, ()


def _ask_number(keyboard: Keyboard, numbers: tuple[int, ...]) -> Result:
    if not numbers:
        return keyboard, (Say("No links in this article"),)
    if len(numbers) == 1:
        return keyboard, (_open_link(numbers[0]),)
    # The next key belongs to the prompt, not to the keys typed before.
    begun = replace(keyboard, sequence=KeySequence(keyboard.sequence.bindings))
    return _prompt(begun, LinkPrompt(numbers)), ()


def _follow(keyboard: Keyboard, sequence: KeySequence, step: Step) -> Result:
    timer = keyboard.timer + 1
    keyboard = replace(keyboard, sequence=sequence, timer=timer, hint=step.hint, taken=step.taken)
    wait = (WakeAfter(step.seconds, KeyTimeUp(timer)),) if step.seconds else ()
    act = (Publish(ActionInvoked(step.action, step.key, step.count)),) if step.action else ()
    # The app handles ^C and ^Q.
    is_unbound = step.unknown not in {"", "^c", "^q"}
    unbound = (Say(f'"{step.unknown}" {sequence.bindings.unbound}'),) if is_unbound else ()
    return keyboard, (*wait, *act, *unbound)


def _prompt(keyboard: Keyboard, prompt: LinkPrompt | None) -> Keyboard:
    return replace(keyboard, prompt=prompt, hint=prompt.words if prompt else "")


def _answer(keyboard: Keyboard, prompt: LinkPrompt, key: str) -> Result:
    answer = prompt.press(key)
    keyboard = _prompt(keyboard, answer.prompt)
    if answer.number is not None:
        return keyboard, (_open_link(answer.number),)
    return keyboard, (Say(answer.error),) if answer.error else ()


def _open_link(number: int) -> Publish:
    return Publish(ActionInvoked("open.link", count=number))
