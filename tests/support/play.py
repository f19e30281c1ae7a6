"""End-to-end tests as plays: a folder, keys, and the expected screen.

Each press waits until the program is idle; the expectation then holds, or the play fails with the last screen.
"""

from __future__ import annotations

import os
import re
import textwrap
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from pty_session import PtySession, environment, program

from reader.config.actions import ACTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

__all__ = ["KEYS", "Pane", "Play", "Stage"]

KEYS = MappingProxyType({action.id: action.keys[0] for action in ACTIONS if action.keys})
"""The first key of each action."""
_PANES = re.compile(r"[┏╭].*?[┓╮]")
_CURSOR = "▌"
_SIDEBARS = ("Topics", "Providers", "Categories", "Years")


@dataclass(frozen=True, slots=True)
class Pane:
    """The visible content of a pane, without its border; empty if the pane is hidden."""

    name: str
    title: str
    lines: tuple[str, ...]
    focused: bool

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
        """Fail where the pane shows something else."""
        assert contains in self.text, f"{self.name} does not show {contains!r}"
        assert not lacks or lacks not in self.text, f"{self.name} shows {lacks!r}"
        assert cursor in self.cursor, f"the cursor of {self.name} is not on {cursor!r}"
        assert title in self.title, f"the title of {self.name} lacks {title!r}"
        assert focused in {None, self.focused}, f"{self.name} focused: {self.focused}"


class Play:
    """The program in a terminal: input by the test, and the screen that a user sees."""

    def __init__(self, session: PtySession) -> None:
        self.session = session
        self.keys = KEYS

    def open(self) -> Play:
        """Wait until the reader shows its folder, or has ended."""
        self.be_idle()
        return self

    def press(self, *keys: str) -> None:
        """Press keys (``"5 j"`` are two) and wait until the reader is idle."""
        self.session.press(*keys)
        self.be_idle()

    def paste(self, text: str) -> None:
        """Paste a text, which the terminal marks as pasted."""
        self.session.paste(text)
        self.be_idle()

    def act(self, *actions: str) -> None:
        """Press the key of each action, by its name in the key table."""
        self.press(*(KEYS[action] for action in actions))

    def type(self, text: str) -> None:
        """Type a filter and keep it."""
        self.press("/", *(("space" if letter == " " else letter) for letter in text), "enter")

    def quit(self, *keys: str) -> None:
        """Quit; check that the program succeeds and restores the terminal."""
        self.press(*keys or ("q",))
        self.ends()
        assert self.modes == set()

    def ends(self, status: int = 0) -> None:
        """Wait for the program to end, and check that it did not crash."""
        assert self.session.wait(lambda: self.session.ended), "it does not end"
        assert self.session.status == status
        assert "Traceback" not in self.text

    def until(self, is_so: Callable[[], bool], what: str, seconds: float = 20) -> None:
        """Wait for something that follows no key press."""
        assert self.session.wait(is_so, seconds), f"{what}: it never happens"

    def until_shown(self, words: str, seconds: float = 20) -> None:
        """Wait for words that follow no key press."""
        self.until(lambda: words in self.words, words, seconds)

    def awaits(self, is_so: Callable[[], bool], what: str, seconds: float = 20) -> None:
        """Wait for another program to do something."""
        assert self.session.wait_outside(is_so, seconds), f"{what}: it never happens"

    def expect(self, contains: str = "", *, lacks: str = "") -> None:
        """Check the text of the whole screen."""
        assert contains in self.text, f"no {contains!r} on the screen"
        assert not lacks or lacks not in self.text, f"{lacks!r} is on the screen"

    @property
    def modes(self) -> set[str]:
        """The terminal modes that the program has set and not reset."""
        return self.session.modes

    @property
    def text(self) -> str:
        """The screen, line by line."""
        return self.session.text

    @property
    def words(self) -> str:
        """The screen as one line, without borders, so that wrapped text can be searched."""
        return " ".join(re.sub(r"[│┃┏┓┗┛╭╮╰╯━─]", " ", self.text).split())

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
        """The status bar."""
        return Pane("status", "", (self.session.lines[-1].strip(),), focused=False)

    def _pane(self, name: str) -> Pane:
        top, *rows = self.session.lines[:-1]
        for found in _PANES.finditer(top):
            title = found[0].strip("┏╭┓╮━─ ")
            kind = "sidebar" if title.startswith(_SIDEBARS) else "list" if " first" in title else "article"
            if kind == name:
                lines = tuple(row[found.start() + 1 : found.end() - 1].rstrip() for row in rows[:-1])
                return Pane(name, title, lines, focused=found[0][0] == "┏")
        return Pane(name, "", (), focused=False)

    def be_idle(self, seconds: float = 20) -> None:
        """Wait until the program is idle."""
        assert self.session.idle(seconds), "the program did not become idle"


class Stage:
    """A home folder and fake programs for the plays of a test; the report of a failed test includes every play."""

    def __init__(self, base: Path) -> None:
        self.base = self.cwd = base
        self.programs = base / "programs"
        self._plays: list[Play] = []

    def start(
        self,
        *arguments: object,
        size: tuple[int, int] = (100, 30),
        env: Mapping[str, str] | None = None,
        before: str = "",
    ) -> Play:
        """Start the reader in a terminal, with more variables; ``before`` is run by its Python before all else."""
        variables = {**environment(self.base, self.programs), **(env or {})}
        if before:
            entry = self.base / "entry"
            entry.mkdir(exist_ok=True)
            (entry / "sitecustomize.py").write_text(textwrap.dedent(before), encoding="utf-8")
            variables["PYTHONPATH"] = os.pathsep.join((str(entry), variables["PYTHONPATH"]))
        session = PtySession([str(argument) for argument in arguments], variables, size, self.cwd)
        self._plays.append(Play(session))
        return self._plays[-1]

    def open(self, *arguments: object, size: tuple[int, int] = (100, 30), env: Mapping[str, str] | None = None) -> Play:
        """Start the reader, and wait until it shows its folder."""
        return self.start(*arguments, size=size, env=env).open()

    def program(self, name: str, script: str) -> None:
        """Write a program of a few lines of sh that readers find first."""
        program(self.programs, name, script)

    @property
    def story(self) -> str:
        """The last screens, the keys and the events."""
        return "\n".join(play.session.story for play in self._plays)

    def close(self) -> None:
        """Close all plays."""
        for play in self._plays:
            play.session.close()
