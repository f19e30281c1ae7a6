"""An end-to-end test as a play: a folder, keys, what is on the screen.

Each press waits until the reader is idle; what is expected is then there, or the play fails with the last screen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from reader.config.actions import ACTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from pty_session import PtySession

__all__ = ["KEYS", "Pane", "Play"]

KEYS = MappingProxyType({action.id: action.keys[0] for action in ACTIONS})
"""The first key of each action."""
_PANES = re.compile(r"[┏╭].*?[┓╮]")
_CURSOR = "▌"
_SIDEBARS = ("Topics", "Providers", "Categories", "Years")


@dataclass(frozen=True, slots=True)
class Pane:
    """What the screen shows of a pane, without its border; nothing where it is out of sight."""

    name: str
    title: str
    lines: tuple[str, ...]
    focused: bool
    story: str

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def cursor(self) -> str:
        """The line with the cursor."""
        return next((line for line in self.lines if _CURSOR in line), "")

    def expect(
        self,
        contains: str = "",
        *,
        lacks: str = "",
        cursor: str = "",
        title: str = "",
        focused: bool | None = None,
    ) -> None:
        """Fail with the screen where the pane shows something else."""
        assert contains in self.text, f"{self.name} does not show {contains!r}:\n{self.story}"
        assert not lacks or lacks not in self.text, f"{self.name} shows {lacks!r}:\n{self.story}"
        assert cursor in self.cursor, f"the cursor of {self.name} is not on {cursor!r}:\n{self.story}"
        assert title in self.title, f"the title of {self.name} lacks {title!r}:\n{self.story}"
        assert focused in {None, self.focused}, f"{self.name} focused: {self.focused}\n{self.story}"


class Play:
    """A reader in a terminal: what a test does to it, and what a user sees of it."""

    def __init__(self, session: PtySession) -> None:
        self.session = session
        self.keys = KEYS

    def open(self) -> Play:
        """Wait until the reader shows its folder."""
        self._be_idle()
        return self

    def press(self, *keys: str) -> None:
        """Press keys (``"5 j"`` are two) and wait until the reader is idle."""
        self.session.press(*keys)
        self._be_idle()

    def act(self, *actions: str) -> None:
        """Press the key of each action, by its name in the key table."""
        self.press(*(KEYS[action] for action in actions))

    def type(self, text: str) -> None:
        """Type a filter and keep it."""
        self.press("/", *(("space" if letter == " " else letter) for letter in text), "enter")

    def quit(self) -> None:
        """Leave; the program ends well."""
        self.press("q")
        assert self.session.wait(lambda: self.session.ended), f"it does not end:\n{self.session.story}"
        assert self.session.status == 0, self.session.story

    def awaits(self, is_so: Callable[[], bool], what: str, seconds: float = 20) -> None:
        """Wait for what another program does, as long as the screen or its files tell."""
        assert self.session.wait_outside(is_so, seconds), f"{what}: it never happens\n{self.session.story}"

    def expect(self, contains: str = "", *, lacks: str = "") -> None:
        """Fail where the screen as a whole shows something else."""
        text = self.session.text
        assert contains in text, f"no {contains!r} on the screen:\n{self.session.story}"
        assert not lacks or lacks not in text, f"{lacks!r} is on the screen:\n{self.session.story}"

    @property
    def list(self) -> Pane:
        return self._pane("list")

    @property
    def article(self) -> Pane:
        return self._pane("article")

    @property
    def sidebar(self) -> Pane:
        return self._pane("sidebar")

    @property
    def status(self) -> Pane:
        """The bottom line."""
        return Pane("status", "", (self.session.lines[-1].strip(),), focused=False, story=self.session.story)

    def _pane(self, name: str) -> Pane:
        top, *rows = self.session.lines[:-1]
        for found in _PANES.finditer(top):
            title = found[0].strip("┏╭┓╮━─ ")
            kind = "sidebar" if title.startswith(_SIDEBARS) else "list" if " first" in title else "article"
            if kind == name:
                lines = tuple(row[found.start() + 1 : found.end() - 1].rstrip() for row in rows[:-1])
                return Pane(name, title, lines, focused=found[0][0] == "┏", story=self.session.story)
        return Pane(name, "", (), focused=False, story=self.session.story)

    def _be_idle(self) -> None:
        assert self.session.idle(), f"the reader is never idle:\n{self.session.story}"
