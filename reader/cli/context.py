"""Everything a command takes from outside, as one value, so that a test can bring its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TextIO

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable

    from reader.cli.output import OutputStream, OutputStyle
    from reader.query import Clock
    from reader.storage.paths import AppPaths

__all__ = ["CliContext", "OpenUrl"]


class OpenUrl(Protocol):
    """Opens a URL in the browser of the settings (a list of arguments; empty for the system's)."""

    def __call__(self, url: str, browser: tuple[str, ...], /) -> None:
        """Raise LinkError where it cannot."""


class CliContext(Struct, frozen=True):
    """Streams, places, clocks and the browser. ``clock`` is asked once a command; ``seconds`` only goes forward."""

    stdin: TextIO
    out: OutputStream
    err: OutputStream
    style: OutputStyle
    places: AppPaths
    clock: Callable[[], Clock]
    seconds: Callable[[], float]
    open_url: OpenUrl
