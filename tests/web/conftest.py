from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from reader.web.access import Access
from reader.web.server import Limits, Site, open_server
from reader.web.terminal import Command

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    Opens = Callable[..., AbstractAsyncContextManager[Site]]

# Stands in for the TUI: reports that it is ready and its size, and echoes its keys.
_ECHO = """
import fcntl, os, signal, sys, termios, tty
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
tty.setraw(0)
signal.signal(signal.SIGWINCH, lambda *_: os.write(1, b"[size %d %d]" % os.get_terminal_size()))
os.write(1, b"[ready %d]" % os.getpid())
while data := os.read(0, 1024):
    os.write(1, b"<" + data + b">")
    if data == b"c":
        os.write(int(os.environ["NEWSREADER_PAGE"]), b'["copy", "' + b"x" * 1_000_000 + b'"]\\n')
    if data == b"q":
        sys.exit(3)
"""
ECHO = Command((sys.executable, "-c", _ECHO))
TOKEN = "x" * 40


@pytest.fixture
def open_site() -> Opens:
    """Return a function that serves echoes with limits."""

    def opens(**limits: float) -> AbstractAsyncContextManager[Site]:
        bounds = Limits(**{"readers": 3, "idle_seconds": 60, **limits})  # type: ignore[arg-type] # numbers of both kinds
        return open_server(lambda port: Site("a folder", ECHO, Access(TOKEN, port), bounds), "127.0.0.1", 0)

    return opens


@pytest.fixture
async def site(open_site: Opens) -> AsyncIterator[Site]:
    async with open_site() as opened:
        yield opened
