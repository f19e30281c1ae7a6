"""Out of the reader: to the browser, the clipboard and the editor."""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import TYPE_CHECKING

from reader import urls
from reader.errors import ReaderError, describe_error
from reader.external import browser as browsers
from reader.text import sanitize_line
from reader.tui.suspend import suspended

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from reader.index.search import ArticleSummary
    from reader.tui.screen import MainScreen

__all__ = ["Opening"]


class Opening:
    """Opens URLs and files, and says in a sentence where it cannot."""

    def __init__(
        self,
        screen: MainScreen,
        env: Mapping[str, str],
        browser: Sequence[str],
        editor: Sequence[str],
        runner: browsers.ProcessRunner,
    ) -> None:
        self._screen = screen
        self._env = env
        self._command = tuple(browser)
        self._editor = tuple(editor)
        self._runner = runner

    def url(self, url: str) -> bool:
        """Open a URL; say whether that went well. Without a browser the URL is shown and copied."""
        screen = self._screen
        browser = browsers.find_browser(self._env, self._command)
        if browser is None and urls.is_safe(url):
            screen.app.copy_to_clipboard(url)
            screen.say(f"No browser found (set $BROWSER); URL copied: {url}", warning=True)
            return False
        try:
            if browser is not None and browser.console:
                with suspended(screen.app):
                    browsers.open_in_browser(browser, url, self._runner)
            else:
                browsers.open_in_browser(browser, url, self._runner)
        except ReaderError as error:
            screen.say(str(error), warning=True)
            return False
        screen.say(f"Opened {url}")
        return True

    def original(self, entry: ArticleSummary) -> bool:
        """Open an article's original."""
        if not entry.url:
            self._screen.say("This article has no URL", warning=True)
            return False
        return self.url(entry.url)

    def web(self, entry: ArticleSummary) -> bool:
        """Open an article's web URL."""
        if not entry.web_url:
            self._screen.say("This article has no web URL", warning=True)
            return False
        return self.url(entry.web_url)

    def copy(self, entry: ArticleSummary, *, markdown: bool) -> None:
        """Copy an article's URL, or a Markdown link to it, by way of the terminal."""
        if not entry.url:
            self._screen.say("This article has no URL", warning=True)
            return
        text = f"[{_escaped(entry.title)}](<{entry.url}>)" if markdown else entry.url
        self._screen.app.copy_to_clipboard(text)
        self._screen.say(f"Copied {text}")

    def edit(self, file: Path, line: int = 0) -> bool:
        """Open a file in the editor, at a line where it has one; say whether the editor ran."""
        try:
            editor = self._editor or tuple(shlex.split(self._env.get("VISUAL") or self._env.get("EDITOR") or ""))
        except ValueError as error:
            self._screen.say(f"Cannot parse $EDITOR: {str(error).lower()}", warning=True)
            return False
        if not editor:
            self._screen.say("No editor configured; set $EDITOR or `editor` in config.toml", warning=True)
            return False
        at = [f"+{line}"] if line and os.path.basename(editor[0]) in _TAKE_A_LINE else []  # noqa: PTH119 - a command
        try:
            with suspended(self._screen.app):
                # With its whole path: a file may be named like an option, or like a command of the editor ("+!x.md").
                subprocess.run([*editor, *at, os.path.abspath(file)], check=False)  # noqa: S603, PTH100 - a list, no shell; links stay
        except ReaderError as error:
            self._screen.say(str(error), warning=True)
            return False
        except OSError as error:
            self._screen.say(f"Cannot start {sanitize_line(editor[0])}: {describe_error(error)}", warning=True)
            return False
        return True


_TAKE_A_LINE = frozenset({"vi", "vim", "nvim", "nano", "emacs", "micro", "kak", "ne", "joe", "mg", "pico"})


def _escaped(title: str) -> str:
    return title.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
