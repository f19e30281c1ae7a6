"""``newsreader serve`` in a real browser: what a tab shows, and its keyboard and mouse."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import BrowserContext, Page

__all__ = ["BrowserTab", "Server", "children_of"]

_LINES = """() => {
  const terminal = document.getElementById("screen").terminal, buffer = terminal.buffer.active;
  return Array.from({ length: terminal.rows }, (_, row) => buffer.getLine(row)?.translateToString(true) ?? "");
}"""
_SHOWS = f"([text, wanted]) => ({_LINES})().join('\\n').includes(text) === wanted"
_PATIENCE = 20_000  # milliseconds


def children_of(process: int) -> set[int]:
    """Return the process IDs of the readers of a server."""
    return {int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8").split()}


class Server:
    """A server with its own files."""

    def __init__(self, folder: Path, home: Path, *arguments: str, token: str = "") -> None:
        places = {name: str(home / name) for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "HOME")}
        config = Path(places["XDG_CONFIG_HOME"]) / "newsreader" / "config.toml"
        config.parent.mkdir(parents=True, exist_ok=True)
        # Nothing is marked read while a test looks at it.
        config.write_text("mark_read_after = -1\n", encoding="utf-8")
        self._folder = folder
        self._argv = [sys.executable, "-m", "reader", "serve", str(folder), *arguments]
        self._env = {**os.environ, **places, **({"NEWSREADER_TOKEN": token} if token else {})}
        self.start()

    def start(self, *arguments: str) -> None:
        """Start the server again after it has ended."""
        self._process = subprocess.Popen(
            [*self._argv, *arguments], env=self._env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout is not None
        self.address = self._process.stdout.readline().strip()

    def mark(self, *words: str) -> None:
        """Run ``newsreader mark`` on the folder, as the user would in a terminal."""
        subprocess.run([sys.executable, "-m", "reader", "mark", str(self._folder), *words], env=self._env, check=True)

    @property
    def port(self) -> str:
        """The port of its address."""
        return self.address.partition("/?")[0].rpartition(":")[2]

    @property
    def readers(self) -> set[int]:
        """The process IDs of its readers."""
        return children_of(self._process.pid)

    def stop(self) -> int:
        """Press Ctrl-C, and return its exit status."""
        self._process.send_signal(signal.SIGINT)
        status = self._process.wait(20)
        if self._process.stdout is not None:
            self._process.stdout.close()
        return status

    def kill(self) -> None:
        """Kill the server with SIGKILL."""
        self._process.kill()
        self.stop()


class BrowserTab:
    """A tab with the page of a server."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.goto(address)

    def lines(self) -> Sequence[str]:
        """Return what the screen shows."""
        return [str(line) for line in self.page.evaluate(_LINES)]

    def shows(self, text: str) -> None:
        """Wait until the screen shows a text."""
        self._until(text, wanted=True)

    def shows_no(self, text: str) -> None:
        """Wait until the screen does not show a text."""
        self._until(text, wanted=False)

    def _until(self, text: str, *, wanted: bool) -> None:
        try:
            self.page.wait_for_function(_SHOWS, arg=[text, wanted], timeout=_PATIENCE)
        except Exception as error:
            shown = "\n".join(self.lines())
            raise AssertionError(f"{text!r} is {'not' if wanted else 'still'} shown\n{shown}") from error

    def press(self, *keys: str) -> None:
        """Press keys as Playwright names them."""
        for key in keys:
            self.page.keyboard.press(key)

    def told(self, text: str) -> None:
        """Wait until the page, not the program, shows a message."""
        self.page.wait_for_function(
            "text => document.getElementById('notice').innerText.includes(text)", arg=text, timeout=_PATIENCE
        )

    def titled(self, title: str) -> None:
        """Wait until the tab has a title."""
        self.page.wait_for_function("title => document.title === title", arg=title, timeout=_PATIENCE)

    def cell(self, text: str) -> tuple[float, float]:
        """Return the position of the first cell of a text, in pixels."""
        lines = self.lines()
        row = next(number for number, line in enumerate(lines) if text in line)
        box = self.page.locator(".xterm-screen").bounding_box()
        assert box is not None
        columns = int(self.page.evaluate("document.getElementById('screen').terminal.cols"))
        column = lines[row].index(text)
        return box["x"] + (column + 0.5) * box["width"] / columns, box["y"] + (row + 0.5) * box["height"] / len(lines)
