"""Dispatch of the keys of the main screen to actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.tui.input.key_sequence import KeySequence, LinkPrompt, Step

if TYPE_CHECKING:
    from textual import events
    from textual.timer import Timer

    from reader.tui.screen import MainScreen

__all__ = ["KeyDispatcher"]


class KeyDispatcher:
    """Dispatcher that owns the pending key sequence, its timer and its hint."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._typed = KeySequence(screen.setup.keys)
        self._prompt: LinkPrompt | None = None
        self._timer: Timer | None = None

    def take(self, event: events.Key) -> bool:
        """Handle a key; return whether it was bound."""
        named = not event.is_printable or event.character in {None, " "}
        key = event.key if named else str(event.character)
        if self._prompt is not None:
            self._answer(self._prompt, key)
            return True
        return self._follow(self._typed.press(key))

    def expire(self) -> None:
        """Stop waiting for another key."""
        step = self._typed.expire()
        self._follow(step if self._screen.app.screen is self._screen else Step())

    def ask_link(self) -> None:
        """Ask for a link number, or open the only link."""
        numbers = tuple(link.number for link in self._screen.store.article.links)
        if not numbers:
            self._screen.say("No links in this article")
        elif len(numbers) == 1:
            self._screen.press("open.link", count=numbers[0])
        else:
            self._ask(LinkPrompt(numbers))

    def _ask(self, prompt: LinkPrompt | None) -> None:
        self._prompt = prompt
        self._screen.status.hint(prompt.words if prompt else "")

    def _answer(self, prompt: LinkPrompt, key: str) -> None:
        answer = prompt.press(key)
        self._ask(answer.prompt)
        if answer.number is not None:
            self._screen.press("open.link", count=answer.number)
        elif answer.error:
            self._screen.say(answer.error)

    def _follow(self, step: Step) -> bool:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._screen.set_timer(step.seconds, self.expire) if step.seconds else None
        self._screen.status.hint(step.hint)
        if step.action:
            self._screen.press(step.action, step.key, step.count)
        return step.taken
