"""Other programs that take over from the UI: browser, editor, clipboard, and a command to pipe an article to.

Commands are lists of arguments; nothing here runs a shell.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from reader import urls
from reader.errors import ReaderError, describe_error
from reader.external import browser as browsers
from reader.render.format import format_datetime
from reader.text import sanitize_line
from reader.tui.widgets.dialogs import InputDialog

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import tzinfo
    from pathlib import Path

    from textual.app import App

    from reader.article import Article
    from reader.index.model import ArticleSummary
    from reader.tui.screen import MainScreen

__all__ = ["Opening", "Piping", "plain_text", "suspended"]


@contextmanager
def suspended(app: App[None]) -> Iterator[None]:
    """Suspend the UI and resume it afterwards.

    Ctrl-C is left to the program that has the terminal; it would end the reader. OSError, ValueError and ReaderError
    are re-raised after the UI has resumed. Raises ReaderError if the terminal does not support it.
    """
    failed: OSError | ValueError | ReaderError | None = None
    # Not SIG_IGN: the program would inherit it.
    before = signal.signal(signal.SIGINT, lambda _signal, _frame: None)
    try:
        with app.suspend():
            try:
                yield
            except (OSError, ValueError, ReaderError) as error:
                # Textual resumes only if nothing is raised in here.
                failed = error
    except SuspendNotSupported as error:
        raise ReaderError("Cannot suspend the UI in this terminal") from error
    finally:
        signal.signal(signal.SIGINT, before)
    if failed is not None:
        raise failed


class Opening:
    """Opens URLs and files; reports errors in the status bar."""

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
        """Open a URL and return whether that succeeded. Without a browser, copy it."""
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
        """Open the original of an article."""
        if not entry.url:
            self._screen.say("This article has no URL", warning=True)
            return False
        return self.url(entry.url)

    def web(self, entry: ArticleSummary) -> bool:
        """Open the web URL of an article."""
        if not entry.web_url:
            self._screen.say("This article has no web URL", warning=True)
            return False
        return self.url(entry.web_url)

    def copy(self, entry: ArticleSummary, *, markdown: bool) -> None:
        """Copy the URL of an article, or a Markdown link to it, through the terminal (OSC 52)."""
        if not entry.url:
            self._screen.say("This article has no URL", warning=True)
            return
        text = f"[{_escaped(entry.title)}](<{entry.url}>)" if markdown else entry.url
        self._screen.app.copy_to_clipboard(text)
        self._screen.say(f"Copied {text}")

    def edit(self, file: Path, line: int = 0) -> bool:
        """Open a file in the editor, at ``line`` if the editor supports that; return whether the editor ran."""
        try:
            editor = self._editor or tuple(shlex.split(self._env.get("VISUAL") or self._env.get("EDITOR") or ""))
        except ValueError as error:
            self._screen.say(f"Cannot parse $EDITOR: {str(error).lower()}", warning=True)
            return False
        if not editor:
            self._screen.say("No editor configured; set $EDITOR or `editor` in config.toml", warning=True)
            return False
        at = [f"+{line}"] if line and os.path.basename(editor[0]) in _TAKE_A_LINE else []  # noqa: PTH119 - not a path
        try:
            with suspended(self._screen.app):
                # An absolute path: a relative one could look like an option or an editor command ("+!x.md").
                # Not resolve(): the editor should get the path with its symlinks.
                subprocess.run([*editor, *at, os.path.abspath(file)], check=False)  # noqa: S603, PTH100 - no shell
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


def plain_text(article: Article, zone: tzinfo) -> str:
    """Return an article as text: title, byline and URL, then the body as written, or the excerpt without one."""
    source = article.provider.name or article.provider.domain
    parts = (source, ", ".join(article.authors), format_datetime(article.published_at, zone))
    byline = " · ".join(part for part in parts if part)
    head = "\n".join(line for line in (article.title, byline, article.url) if line)
    return f"{head}\n\n{article.body.strip() or article.excerpt}".rstrip() + "\n"


class Piping:
    """Asks for a command and runs it with the article as its input; reports errors in the status bar."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._last = ""

    def ask(self, entry: ArticleSummary) -> None:
        """Ask for the command to pipe an article to."""

        def answered(command: str | None) -> None:
            if command and command.strip():
                self._last = command
                self._pipe(entry, command)

        self._screen.app.push_screen(InputDialog("|", self._last, "command and arguments"), answered)

    def _pipe(self, entry: ArticleSummary, command: str) -> None:
        screen = self._screen
        try:
            argv = shlex.split(command)
        except ValueError as error:
            screen.say(f"Cannot parse command: {str(error).lower()}", warning=True)
            return
        article = screen.library.load_entry(screen.search, entry).article
        if article is None:
            screen.say("Cannot read the article's file", warning=True)
        else:
            self._run(argv, plain_text(article, screen.zone))

    def _run(self, argv: Sequence[str], text: str) -> None:
        screen, name = self._screen, sanitize_line(argv[0])
        try:
            with suspended(screen.app):
                status = subprocess.run(argv, input=text.encode("utf-8"), check=False).returncode  # noqa: S603 - a list
                _wait_for_enter()
        except ReaderError as error:
            screen.say(str(error), warning=True)
            return
        except (OSError, ValueError) as error:
            screen.say(f"Cannot start {name}: {describe_error(error)}", warning=True)
            return
        if status:
            ending = f"exited with status {status}" if status > 0 else f"was killed by signal {-status}"
            screen.say(f"{name} {ending}", warning=True)


def _wait_for_enter() -> None:
    """Keep the output of the command visible until Enter or Ctrl-C."""
    sys.stdout.write("\nPress Enter to continue ")
    sys.stdout.flush()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        sys.stdin.readline()
    except KeyboardInterrupt:
        return
