"""Commands of programs that take over the terminal, as lists of arguments. Pure: starts nothing."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from reader.errors import ReaderError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["describe_exit", "editor_command", "markdown_link", "parse_command"]

_TAKE_A_LINE = frozenset({"vi", "vim", "nvim", "nano", "emacs", "micro", "kak", "ne", "joe", "mg", "pico"})


def editor_command(configured: Sequence[str], env: Mapping[str, str], file: Path, line: int = 0) -> tuple[str, ...]:
    """Return the command that opens a file in the editor, at ``line`` if the editor supports that.

    Raises ReaderError if no editor is set, or ``$EDITOR`` cannot be parsed.
    """
    try:
        editor = tuple(configured) or tuple(shlex.split(env.get("VISUAL") or env.get("EDITOR") or ""))
    except ValueError as error:
        raise ReaderError(f"Cannot parse $EDITOR: {str(error).lower()}") from error
    if not editor:
        raise ReaderError("No editor configured; set $EDITOR or `editor` in config.toml")
    at = (f"+{line}",) if line and os.path.basename(editor[0]) in _TAKE_A_LINE else ()  # noqa: PTH119 - a command name
    # An absolute path: a relative one could look like an option or an editor command ("+!x.md").
    # Not resolve(): the editor should get the path with its symlinks.
    return (*editor, *at, os.path.abspath(file))  # noqa: PTH100 - resolve() would follow symlinks


def parse_command(text: str, shell: str = "") -> tuple[str, ...]:
    """Return a command line as arguments, run by ``shell`` if there is one. Raises ReaderError if it is invalid."""
    if shell:
        return shell, "-c", text
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise ReaderError(f"Cannot parse command: {str(error).lower()}") from error


def describe_exit(name: str, status: int) -> str:
    """Return how a program ended, or an empty string if it succeeded."""
    if not status:
        return ""
    return f"{name} exited with status {status}" if status > 0 else f"{name} was killed by signal {-status}"


def markdown_link(title: str, url: str) -> str:
    """Return a Markdown link."""
    escaped = title.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return f"[{escaped}](<{url}>)"
