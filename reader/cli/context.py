"""Dependencies of CLI commands (streams, paths, clock, browser), injectable in tests."""

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
