"""The open article as plain text to a command. The command is a list of arguments, never a line for a shell."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from reader.errors import ReaderError, describe_error
from reader.render.format import format_datetime
from reader.text import sanitize_line
from reader.tui.suspend import suspended
from reader.tui.widgets.dialogs import InputDialog

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from reader.article import Article
    from reader.index.search import ArticleSummary
    from reader.tui.screen import MainScreen

__all__ = ["Piping", "plain_text"]


def plain_text(article: Article, zone: tzinfo) -> str:
    """Return an article to be read elsewhere: title, byline and address, then its body in Markdown as it was written.

    The excerpt stands in for a missing body.
    """
    source = article.provider.name or article.provider.domain
    parts = (source, ", ".join(article.authors), format_datetime(article.published_at, zone))
    byline = " · ".join(part for part in parts if part)
    head = "\n".join(line for line in (article.title, byline, article.url) if line)
    return f"{head}\n\n{article.body.strip() or article.excerpt}".rstrip() + "\n"


class Piping:
    """Asks for a command, runs it in the terminal, and says in a sentence where it cannot."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._last = ""

    def ask(self, entry: ArticleSummary) -> None:
        """Ask which command is to be given an article."""

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
                status = subprocess.run(argv, input=text.encode("utf-8"), check=False).returncode  # noqa: S603 - a list, no shell
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
    """Let the person read what the command wrote; an interrupt is as good as Enter."""
    sys.stdout.write("\nPress Enter to continue ")
    sys.stdout.flush()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        sys.stdin.readline()
    except KeyboardInterrupt:
        return
