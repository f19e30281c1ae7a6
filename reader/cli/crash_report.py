"""Crash reports: a file with traceback and versions for internal errors.

A report is safe to attach to a public bug report: it contains no article text and no file names, unless the user sets
NEWSREADER_CRASH_LOCALS=1.
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
from reader.cli.system_limits import describe_shortage
from reader.storage.atomic import write_private_file
from reader.storage.paths import default_paths
from reader.text import display_path, sanitize, sanitize_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reader.storage.paths import AppPaths

__all__ = ["report_crash", "write_crash_report"]

_EXIT_ERROR = 2
_EXIT_INTERNAL_ERROR = 70  # EX_SOFTWARE of sysexits.h

_LIBRARIES = ("textual", "rich", "python-frontmatter", "PyYAML", "yaml-rs", "google-re2", "watchfiles")
_OMITTED = (
    "Variables and messages are omitted; set NEWSREADER_CRASH_LOCALS=1 to include them (and with them article text)"
)


def report_crash(error: Exception) -> tuple[int, str]:
    """Save a report on an unexpected error, and return the exit status and a message. Never fails.

    A lack of memory, files or threads is not a bug of the program and gets no report.
    """
    shortage = describe_shortage(error)
    return (_EXIT_ERROR, shortage) if shortage else (_EXIT_INTERNAL_ERROR, write_crash_report(error))


def write_crash_report(error: Exception, places: AppPaths | None = None) -> str:
    """Write a crash report and return a message with its path. Never fails."""
    kind = sanitize_line(type(error).__name__)
    try:
        text = _text(error, with_data=os.environ.get("NEWSREADER_CRASH_LOCALS") == "1")
        path = _save_report(text, (places or default_paths()).state)
    except Exception:  # noqa: BLE001 - any failure here would hide the error to be reported
        return f"Internal error ({kind}); the crash report could not be saved"
    return f"Internal error ({kind}). Crash report: {display_path(str(path))}"


def _text(error: Exception, *, with_data: bool) -> str:
    lines = [
        f"newsreader {__version__}, Python {platform.python_version()}, {platform.platform()}",
        ", ".join((f"SQLite {_sqlite()}", *(f"{name} {_version(name)}" for name in _LIBRARIES))),
        f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
        *([] if with_data else [_OMITTED]),
    ]
    for item in _chain(error, set()):
        lines += [
            "",
            "Traceback (most recent call last):",
            *_stack(item, with_data=with_data),
            _message(item, with_data=with_data),
        ]
    return sanitize("\n".join(lines)) + "\n"


def _sqlite() -> str:
    return str(getattr(sys.modules.get("sqlite3"), "sqlite_version", "not loaded"))


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "not installed"


def _chain(error: BaseException, seen: set[int]) -> Iterator[BaseException]:
    """Yield an error after its causes, contexts and members, the original error first."""
    if id(error) in seen:
        return
    seen.add(id(error))
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    for item in (cause, *(error.exceptions if isinstance(error, BaseExceptionGroup) else ())):
        if item is not None:
            yield from _chain(item, seen)
    yield error


def _stack(error: BaseException, *, with_data: bool) -> Iterator[str]:
    frames = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), capture_locals=with_data)
    return (line.rstrip("\n") for line in frames.format())


def _message(error: BaseException, *, with_data: bool) -> str:
    """Return the error's message; unless ``with_data``, only parts that cannot contain article text or file names."""
    if with_data:
        return "".join(traceback.format_exception_only(error)).rstrip("\n")
    kind = type(error)
    facts = [str(fact) for fact in (getattr(error, "errno", None), getattr(error, "sqlite_errorname", None)) if fact]
    return f"{kind.__module__}.{kind.__qualname__}" + (f" ({', '.join(facts)})" if facts else "")


def _save_report(text: str, state: Path) -> Path:
    data = text.encode("utf-8", "backslashreplace")
    try:
        write_private_file(state / "crash.txt", data)
    except OSError:
        # An unpredictable name, so that another user cannot have placed a symlink there.
        with tempfile.NamedTemporaryFile(prefix="newsreader-crash-", suffix=".txt", delete=False) as file:
            file.write(data)
            return Path(file.name)
    return state / "crash.txt"
