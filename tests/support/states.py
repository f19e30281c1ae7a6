"""The main states of the TUI, each reached by keys from the one before, for golden screens and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tui_driver import TuiDriver

__all__ = ["SIZES", "STATES", "MainState", "visit"]

SIZES = ((80, 24), (120, 40), (160, 50))


@dataclass(frozen=True, slots=True)
class MainState:
    """A state by name, what it shows, the keys that lead to it from the state before, and those that leave it."""

    name: str
    shows: str
    keys: tuple[str, ...]
    leave: tuple[str, ...] = ("escape",)

    @property
    def typed(self) -> str:
        """The keys as docs write them."""
        names = {"escape": "Esc", "enter": "Enter"}
        words = "".join(key if len(key) == 1 else f" {names.get(key, key)} " for key in self.keys)
        return words.strip()


STATES = (
    MainState(
        "list",
        "Titles first: unread articles have a dot, dates and quality scores align, signs are at the end. The "
        "article pane follows the cursor.",
        ("j", "j", "j"),
        (),
    ),
    MainState(
        "article",
        "The heavy border marks the focused pane and shows how far you have read. The bottom line shows the keys of "
        "that pane.",
        ("enter",),
        (),
    ),
    MainState(
        "find",
        "Matches are highlighted while you type, and counted at the right; the first one is visible.",
        ("/", *"clock"),
    ),
    MainState("contents", "The headings of the article, and what follows it.", ("c",)),
    MainState("zen", "Only the text, at its reading width, in the middle.", ("z",), ("z", "h")),
    MainState(
        "filter",
        "The list narrows with each letter. Possible values are listed above it, with their counts.",
        ("/", *"topic:hist"),
    ),
    MainState("selection", "Selected rows, their number, and the keys that mark them all.", ("V", "j", "j")),
    MainState("sort", "Orders by letter; the current one is marked.", ("S",)),
    MainState("palette", "Commands whose names match, best first, with their keys at the right.", (":", *"mark")),
    MainState(
        "themes",
        "The theme under the cursor is previewed; Esc restores the previous one.",
        (":", *"theme", "enter"),
    ),
    MainState("help", "Keys by task, then syntax, signs and mouse, in two columns if they fit.", ("?",)),
)


async def visit(reading: TuiDriver) -> AsyncIterator[MainState]:
    """Lead a TUI that shows the sample articles through all states."""
    for state in STATES:
        for key in state.keys:
            if key == "enter" and state.keys[0] == ":":
                await _wait_for_palette(reading)
            await reading.press(key)
        if state.keys[0] == ":":
            await _wait_for_palette(reading)
        yield state
        await reading.press(*state.leave)


async def _wait_for_palette(reading: TuiDriver) -> None:
    await reading.app.workers.wait_for_complete()
    await reading.pilot.pause()
