"""Dependencies of CLI commands (streams, paths, clock, browser), injectable in tests."""

from __future__ import annotations

import io
import os
import sys
import time
from typing import TYPE_CHECKING, Protocol, TextIO

from msgspec import Struct

from reader.cli.output import OutputStream, detect_style
from reader.external import browser as browsers
from reader.storage.paths import default_paths

if TYPE_CHECKING:
    from collections.abc import Callable

    from reader.cli.output import OutputStyle
    from reader.query import Clock
    from reader.storage.paths import AppPaths

__all__ = ["CliContext", "OpenUrl", "process_context"]


class OpenUrl(Protocol):
    """Function that opens a URL in the configured browser (empty: the system's)."""

    def __call__(self, url: str, browser: tuple[str, ...], /) -> None:
        """Open the URL. Raises OpenUrlError."""


class CliContext(Struct, frozen=True):
    """Dependencies of a command. ``clock`` is called once per command; ``seconds`` is monotonic."""

    stdin: TextIO
    out: OutputStream
    err: OutputStream
    style: OutputStyle
    places: AppPaths
    clock: Callable[[], Clock]
    seconds: Callable[[], float]
    open_url: OpenUrl


def process_context(stdout: TextIO, stderr: TextIO) -> CliContext:
    """Return the streams, paths, clock and browser of this process."""
    out = OutputStream(stdout)
    return CliContext(
        # None if the shell closed it.
        stdin=io.TextIOWrapper(io.BytesIO()) if sys.stdin is None else sys.stdin,
        out=out,
        err=OutputStream(stderr),
        style=detect_style(out, os.environ),
        places=default_paths(),
        clock=_clock,
        seconds=time.monotonic,
        open_url=_open_url,
    )


def _clock() -> Clock:
    from reader.query import local_clock  # noqa: PLC0415 - lazy import: 5 ms, not for the help of a command

    return local_clock()


def _open_url(url: str, browser: tuple[str, ...]) -> None:
    browsers.open_in_browser(browsers.find_browser(os.environ, browser), url)
