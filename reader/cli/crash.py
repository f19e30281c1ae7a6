"""A report of an error that nobody expected, kept in a file for whoever is to mend it."""

from __future__ import annotations

import platform
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reader import __version__
from reader.places import default_places
from reader.text import clean_line, readable_path

if TYPE_CHECKING:
    from reader.places import Places

__all__ = ["report"]


def report(error: Exception, places: Places | None = None) -> str:
    """Write the report of an error and return the sentence that names its file."""
    kind = clean_line(type(error).__name__)
    try:
        path = _written(_text(error), (places or default_places()).state)
    except OSError:
        return f"Something went wrong that should not have ({kind}), and no report of it could be kept."
    return f"Something went wrong that should not have ({kind}). What is known of it: {readable_path(str(path))}"


def _text(error: Exception) -> str:
    head = f"newsreader {__version__}, Python {platform.python_version()}, {platform.platform()}"
    return f"{head}\n{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n\n{''.join(traceback.format_exception(error))}"


def _written(text: str, state: Path) -> Path:
    data = text.encode("utf-8", "backslashreplace")
    for folder in (state, Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / "crash.txt" if folder == state else _fresh(folder)
            path.write_bytes(data)
        except OSError:
            continue
        return path
    raise OSError


def _fresh(folder: Path) -> Path:
    # A name that nobody can have put a link under.
    with tempfile.NamedTemporaryFile(prefix="newsreader-crash-", suffix=".txt", dir=folder, delete=False) as file:
        return Path(file.name)
