"""A report of an error that nobody expected, kept in a file for whoever is to mend it.

It may be handed to strangers: where in the program it happened and with which versions, but no article's text and no
name from the person's folder, unless they ask for that with NEWSREADER_CRASH_LOCALS=1.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from reader import __version__
from reader.storage.atomic import write_private_file
from reader.storage.paths import default_paths
from reader.text import display_path, sanitize, sanitize_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reader.storage.paths import AppPaths

__all__ = ["write_crash_report"]

_LIBRARIES = ("textual", "rich", "python-frontmatter", "PyYAML", "yaml-rs", "google-re2", "watchfiles")
_LEFT_OUT = "What was in variables and messages is left out; NEWSREADER_CRASH_LOCALS=1 keeps it, articles and all."


def write_crash_report(error: Exception, places: AppPaths | None = None) -> str:
    """Write the report of an error and return the sentence that names its file. Never fails."""
    kind = sanitize_line(type(error).__name__)
    try:
        text = _text(error, whole=os.environ.get("NEWSREADER_CRASH_LOCALS") == "1")
        path = _written(text, (places or default_paths()).state)
    except Exception:  # noqa: BLE001 - what is broken may be what this needs; the first error is the one to tell of
        return f"Something went wrong that should not have ({kind}), and no report of it could be kept."
    return f"Something went wrong that should not have ({kind}). What is known of it: {display_path(str(path))}"


def _text(error: Exception, *, whole: bool) -> str:
    lines = [
        f"newsreader {__version__}, Python {platform.python_version()}, {platform.platform()}",
        ", ".join((f"SQLite {_sqlite()}", *(f"{name} {_version(name)}" for name in _LIBRARIES))),
        f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
        *([] if whole else [_LEFT_OUT]),
    ]
    for each in _chain(error, set()):
        lines += ["", "Traceback (most recent call last):", *_stack(each, whole=whole), _said(each, whole=whole)]
    return sanitize("\n".join(lines)) + "\n"


def _sqlite() -> str:
    return str(getattr(sys.modules.get("sqlite3"), "sqlite_version", "not in use"))


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "missing"


def _chain(error: BaseException, known: set[int]) -> Iterator[BaseException]:
    """Yield an error and those it came of or is made of, first the first one."""
    if id(error) in known:
        return
    known.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    for each in (before, *(error.exceptions if isinstance(error, BaseExceptionGroup) else ())):
        if each is not None:
            yield from _chain(each, known)
    yield error


def _stack(error: BaseException, *, whole: bool) -> Iterator[str]:
    frames = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), capture_locals=whole)
    return (line.rstrip("\n") for line in frames.format())


def _said(error: BaseException, *, whole: bool) -> str:
    """Return what an error says of itself: all of it, or what cannot come from an article or a folder."""
    if whole:
        return "".join(traceback.format_exception_only(error)).rstrip("\n")
    kind = type(error)
    facts = [str(fact) for fact in (getattr(error, "errno", None), getattr(error, "sqlite_errorname", None)) if fact]
    return f"{kind.__module__}.{kind.__qualname__}" + (f" ({', '.join(facts)})" if facts else "")


def _written(text: str, state: Path) -> Path:
    data = text.encode("utf-8", "backslashreplace")
    try:
        write_private_file(state / "crash.txt", data)
    except OSError:
        # A name that nobody can have put a link under.
        with tempfile.NamedTemporaryFile(prefix="newsreader-crash-", suffix=".txt", delete=False) as file:
            file.write(data)
            return Path(file.name)
    return state / "crash.txt"
