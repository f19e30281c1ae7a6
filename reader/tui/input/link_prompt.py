"""Which link of the page is meant, while its number is typed. Pure: knows numbers, and nothing of links."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

__all__ = ["LinkPrompt", "PromptResult"]


class PromptResult(Struct, frozen=True):
    """What a key led to: another question, the number of a link, a sentence why there is none, or nothing at all."""

    prompt: LinkPrompt | None = None
    number: int | None = None
    complaint: str = ""


class LinkPrompt(Struct, frozen=True):
    """The question for a link's number: which there are, and the digits typed so far."""

    numbers: tuple[int, ...]
    typed: str = ""

    @property
    def words(self) -> str:
        """The question as it is shown."""
        ready = " Enter" if self.typed else ""
        return f"Open link ({min(self.numbers)}–{max(self.numbers)}): {self.typed}▏{ready}"

    def press(self, key: str) -> PromptResult:
        """Take a key; any that is no part of a number gives the question up."""
        if key.isascii() and key.isdigit():
            return self._digit(key)
        if key == "backspace" and self.typed:
            return PromptResult(replace(self, typed=self.typed[:-1]))
        if key == "enter" and self.typed:
            return PromptResult(number=int(self.typed)) if int(self.typed) in self.numbers else PromptResult(self)
        return PromptResult()

    def _digit(self, digit: str) -> PromptResult:
        typed = self.typed + digit
        meant = [number for number in self.numbers if str(number).startswith(typed)]
        if not meant:
            return PromptResult(complaint=f"No link {typed}")
        return PromptResult(number=meant[0]) if len(meant) == 1 else PromptResult(replace(self, typed=typed))
