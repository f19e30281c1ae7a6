"""Effects that leave the UI: browser, editor, clipboard, and a command to pipe an article to.

Commands are lists of arguments. Nothing here runs a shell, unless the user has set ``pipe_shell`` for the commands that
they type.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from textual.app import SuspendNotSupported

from reader.errors import ReaderError, describe_error
from reader.external import browser as browsers
from reader.external.programs import describe_exit, editor_command, parse_command
from reader.render.format import format_article
from reader.text import display_path, sanitize_line
from reader.tui.events import RescanRequested

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from textual.app import App

    from reader.index.model import ArticleSummary
    from reader.tui.events import Event
    from reader.tui.ports import Ports

__all__ = ["CopyArticle", "CopyText", "EditArticle", "EditFile", "OpenUrl", "PipeArticle", "SaveArticle", "suspended"]


@contextmanager
def suspended(app: App[Any]) -> Iterator[None]:
    """Suspend the UI and resume it afterwards.

    Ctrl-C goes to the program that has the terminal, since it would end the reader. OSError, ValueError and ReaderError
    are re-raised after the UI has resumed. Raises ReaderError if the terminal does not support suspending.
    """
    failed: OSError | ValueError | ReaderError | None = None
    # Not SIG_IGN: the program would inherit it.
    before = signal.signal(signal.SIGINT, lambda _signal, _frame: None)
    try:
        with app.suspend():
            try:
                yield
            except (OSError, ValueError, ReaderError) as error:
                # Textual does not resume if the block raises.
                failed = error
    except SuspendNotSupported as error:
        raise ReaderError("Cannot suspend the UI in this terminal") from error
    finally:
        signal.signal(signal.SIGINT, before)
    if failed is not None:
        raise failed


class OpenUrl(Struct, frozen=True):
    """Open a URL in the browser; without one, copy it. ``opened`` is dispatched once the browser has it."""

    url: str
    opened: Event | None = None

    def run(self, ports: Ports) -> None:
        """Start the browser, or ask the visitor's browser to open it."""
        page = ports.context.page
        if page is not None:
            page.open(self.url)
        elif not self._is_started(ports):
            return
        ports.say(f"Opened {self.url}")
        if self.opened is not None:
            ports.dispatch(self.opened)

    def _is_started(self, ports: Ports) -> bool:
        context = ports.context
        browser = browsers.find_browser(context.env, context.config.browser)
        if browser is None:
            ports.copy(self.url)
            ports.say(f"No browser found (set $BROWSER); URL copied: {self.url}", warning=True)
            return False
        with ports.suspend() if browser.console else nullcontext():
            browsers.open_in_browser(browser, self.url, context.runner)
        return True


class CopyText(Struct, frozen=True):
    """Copy a text through the terminal (OSC 52) or the page."""

    text: str
    what: str = ""

    def run(self, ports: Ports) -> None:
        """Copy the text and show a message."""
        ports.copy(self.text)
        ports.say(f"Copied {self.what or self.text}")


class CopyArticle(Struct, frozen=True):
    """Copy the text of an article."""

    entry: ArticleSummary

    def run(self, ports: Ports) -> None:
        """Read the article and copy its text."""
        text = _text_of(ports, self.entry)
        CopyText(text, f"{len(text):,} characters").run(ports)


class SaveArticle(Struct, frozen=True):
    """Save the text of an article to a new file, outside the content folder."""

    entry: ArticleSummary
    file: str

    def run(self, ports: Ports) -> None:
        """Write the file."""
        ports.context.require_program()
        text = _text_of(ports, self.entry)
        try:
            file = Path(self.file.strip()).expanduser()
            shown = display_path(str(file))
            if file.resolve().is_relative_to(ports.library.place.root.resolve()):
                raise ReaderError(f"Cannot save {shown}: it is in the content folder")
            with file.open("x", encoding="utf-8") as stream:
                stream.write(text)
        except (OSError, ValueError, RuntimeError) as error:
            raise ReaderError(f"Cannot save {sanitize_line(self.file)}: {describe_error(error)}") from error
        ports.say(f"Saved {shown}")


def _text_of(ports: Ports, entry: ArticleSummary) -> str:
    article = ports.library.load_entry(ports.search, entry).article
    if article is None:
        raise ReaderError("Cannot read the article's file")
    return format_article(article, ports.context.clock().zone)


class EditFile(Struct, frozen=True):
    """Open a file in the folder in the editor, at ``line`` if the editor supports that; then rescan."""

    path: str
    line: int = 0

    def run(self, ports: Ports) -> None:
        """Run the editor."""
        context = ports.context
        context.require_program()
        file = ports.library.file(self.path)
        _run_suspended(ports, editor_command(context.config.editor, context.env, file, self.line))
        ports.dispatch(RescanRequested())


class EditArticle(Struct, frozen=True):
    """Open the file of an article in the editor, at its first problem."""

    entry: ArticleSummary

    def run(self, ports: Ports) -> None:
        """Find the line and run the editor."""
        problems = ports.library.load_entry(ports.search, self.entry).problems
        line = next((problem.line for problem in problems if problem.line), 0)
        EditFile(self.entry.path, line).run(ports)


class PipeArticle(Struct, frozen=True):
    """Run a command with an article as its input."""

    entry: ArticleSummary
    command: str

    def run(self, ports: Ports) -> None:
        """Run the command, and show a message if it fails."""
        ports.context.require_program()
        context = ports.context
        shell = (context.env.get("SHELL") or "/bin/sh") if context.config.pipe_shell else ""
        argv = parse_command(self.command, shell)
        text = _text_of(ports, self.entry).encode("utf-8")
        if failure := describe_exit(sanitize_line(argv[0]), _run_suspended(ports, argv, text)):
            ports.say(failure, warning=True)


def _run_suspended(ports: Ports, argv: Sequence[str], text: bytes | None = None) -> int:
    """Run a program in the terminal, with ``text`` as its input if given, and return its exit status.

    Raises ReaderError if it cannot be started.
    """
    try:
        with ports.suspend():
            status = subprocess.run(argv, input=text, check=False).returncode  # noqa: S603 - a list of arguments, no shell
            if text is not None:
                _wait_for_enter()
    except (OSError, ValueError) as error:
        reason = "command not found" if isinstance(error, FileNotFoundError) else describe_error(error)
        raise ReaderError(f"Cannot start {sanitize_line(argv[0])}: {reason}") from error
    return status


def _wait_for_enter() -> None:
    """Keep the output of the command visible until Enter or Ctrl-C."""
    sys.stdout.write("\nPress Enter to continue ")
    sys.stdout.flush()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        sys.stdin.readline()
    except KeyboardInterrupt:
        return
