"""Browser page that shows this reader, for actions that only the visitor's browser can perform.

``newsreader serve`` starts a reader for each visitor, with a terminal and a descriptor. Each line written to the
descriptor is a JSON request to the page. Article text in the terminal's output can therefore never pass for a request.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import termios
from typing import TYPE_CHECKING

from msgspec import Struct

from reader.errors import OpenUrlError, ReaderError
from reader.external.browser import explain_refusal
from reader.text import sanitize_line

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DESCRIPTOR", "MOST_BYTES", "READ_ONLY", "Page", "enter_page"]

MOST_BYTES = 8 * 1024 * 1024
"""Maximum size of a request, which can hold the text of an article to copy."""

DESCRIPTOR = "NEWSREADER_PAGE"
"""The environment variable with the number of the descriptor."""
READ_ONLY = "NEWSREADER_READ_ONLY"
"""The environment variable that is set if the visitor must not change anything."""
_SENT = {"enter": "\r", "escape": "\x1b", "space": " ", "tab": "\t", "up": "\x1b[A", "down": "\x1b[B"}


class Page(Struct, frozen=True):
    """Page of a visitor; ``read_only`` if they must not change marks, feeds or saved searches."""

    descriptor: int
    read_only: bool = False

    def open(self, url: str) -> None:
        """Open a URL in the visitor's browser. Raises OpenUrlError unless it is an http or https URL."""
        if refusal := explain_refusal(url):
            raise OpenUrlError(refusal)
        self._send("open", url)

    def copy(self, text: str) -> None:
        """Put a text on the visitor's clipboard. Raises ReaderError if it is too long."""
        self._send("copy", text)

    def set_title(self, folder: str, unread: int | None) -> None:
        """Set the title of the tab."""
        name = sanitize_line(folder) or "newsreader"
        self._send("title", f"({unread:,}) {name}" if unread else name)

    def set_keys(self, keys: Mapping[str, str]) -> None:
        """Tell the page what its buttons send, by action ID. Keys are named as in the keymap."""
        self._send("keys", {action: sent for action, key in keys.items() if (sent := _sent(key))})

    def _send(self, kind: str, value: object) -> None:
        line = json.dumps([kind, value]).encode("ascii") + b"\n"
        if len(line) > MOST_BYTES:
            raise ReaderError("Too long for the browser")
        with contextlib.suppress(OSError):  # the page was closed, which ends the reader
            while line:
                line = line[os.write(self.descriptor, line) :]


def _sent(key: str) -> str:
    """Return the terminal input for a key or key sequence; empty if it is not a usual one."""
    parts = [part if len(part) == 1 else _SENT.get(part, "") for part in key.split()]
    return "".join(parts) if all(parts) else ""


def enter_page(environ: Mapping[str, str]) -> Page | None:
    """Return the page that shows this process, and take over its terminal; None in any other terminal."""
    descriptor = environ.get(DESCRIPTOR, "")
    if not (descriptor.isascii() and descriptor.isdigit()):
        return None
    with contextlib.suppress(OSError):  # it already has this terminal
        # The kernel then reports by SIGHUP that the server has ended or closed the terminal.
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    return Page(int(descriptor), READ_ONLY in environ)
