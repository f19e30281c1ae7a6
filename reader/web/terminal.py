"""Reader of one visitor: a process in its own terminal."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import pty
import signal
import struct
import sys
import termios
from functools import partial
from typing import IO, TYPE_CHECKING

from msgspec import Struct

from reader.external.page import DESCRIPTOR, MOST_BYTES, READ_ONLY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Command", "ReaderTerminal", "environment", "reader_command"]

_CHUNK = 64 * 1024
_MOST_WAITING = 256 * 1024
_SECONDS_TO_END = 2
# Variables with these prefixes describe the server's own terminal, or are only for the server.
_DROPPED = (
    *("TERM", "COLORTERM", "NO_COLOR", "COLUMNS", "LINES", "DISPLAY", "WAYLAND", "TMUX", "STY", "SSH_"),
    *("KITTY", "WEZTERM", "VTE", "WT_", "TEXTUAL", "NEWSREADER_IDLE_FD"),
)
# The program as the server found it, whatever the current directory is.
_PROGRAM = (
    "import os, sys; sys.path[:] = sys.argv.pop(1).split(os.pathsep); "
    "from reader.__main__ import main; sys.exit(main())"
)


class Command(Struct, frozen=True):
    """Command to start for each visitor."""

    argv: tuple[str, ...]
    read_only: bool = False


def reader_command(arguments: Sequence[str], *, read_only: bool) -> Command:
    """Return the command that starts a reader with these arguments."""
    return Command((sys.executable, "-P", "-c", _PROGRAM, os.pathsep.join(sys.path), *arguments), read_only)


def environment(environ: Mapping[str, str], descriptor: int, *, read_only: bool) -> dict[str, str]:
    """Return the environment of a reader, without variables that describe another terminal."""
    kept = {name: value for name, value in environ.items() if not name.startswith(_DROPPED)}
    marked = {READ_ONLY: "1"} if read_only else {}
    return {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor", DESCRIPTOR: str(descriptor), **marked}


class ReaderTerminal:
    """Running reader: its output, its requests to the page, and its keys."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._output = asyncio.StreamReader(limit=_CHUNK)
        self.requests = asyncio.StreamReader(limit=MOST_BYTES)
        self._reading: list[asyncio.ReadTransport] = []
        self._keys: asyncio.WriteTransport | None = None

    @classmethod
    async def start(cls, command: Command, columns: int, rows: int) -> ReaderTerminal:
        """Start a reader in a new terminal. Raises OSError."""
        with contextlib.ExitStack() as on_error, contextlib.ExitStack() as of_child:
            terminal, child = pty.openpty()
            of_child.callback(os.close, child)
            output = on_error.enter_context(os.fdopen(terminal, "rb", buffering=0))
            keys = on_error.enter_context(os.fdopen(os.dup(terminal), "wb", buffering=0))
            requests, sends = os.pipe()
            of_child.callback(os.close, sends)
            said = on_error.enter_context(os.fdopen(requests, "rb", buffering=0))
            _set_size(terminal, columns, rows)
            process = await asyncio.create_subprocess_exec(
                *command.argv,
                stdin=child,
                stdout=child,
                stderr=child,
                pass_fds=(sends,),
                start_new_session=True,
                env=environment(os.environ, sends, read_only=command.read_only),
            )
            on_error.pop_all()
        reader = cls(process)
        await reader._connect(output, keys, said)
        return reader

    async def _connect(self, output: IO[bytes], keys: IO[bytes], said: IO[bytes]) -> None:
        loop = asyncio.get_running_loop()
        for stream, file in ((self._output, output), (self.requests, said)):
            transport, _ = await loop.connect_read_pipe(partial(asyncio.StreamReaderProtocol, stream), file)
            self._reading.append(transport)
        self._keys, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, keys)

    async def read(self) -> bytes:
        """Return the next output; empty once the reader has ended."""
        try:
            return await self._output.read(_CHUNK)
        except OSError:  # EIO: the other end of a terminal is closed
            return b""

    def write(self, data: bytes) -> bool:
        """Pass keys to the reader. Return False if it does not take them."""
        if self._keys is None or self._keys.is_closing():
            return False
        self._keys.write(data)
        return self._keys.get_write_buffer_size() <= _MOST_WAITING

    def resize(self, columns: int, rows: int) -> None:
        """Resize the terminal. The kernel reports the new size to the reader."""
        if self._keys is not None and not self._keys.is_closing():
            _set_size(self._keys.get_extra_info("pipe").fileno(), columns, rows)

    async def end(self) -> int:
        """End the reader as a closing terminal window would; return its status once it has saved its session."""
        if self._keys is not None and not self._keys.is_closing():
            self._keys.abort()
        for transport in self._reading:
            transport.close()
        for number in (signal.SIGHUP, signal.SIGKILL):
            with contextlib.suppress(TimeoutError):
                return await asyncio.wait_for(asyncio.shield(self._process.wait()), _SECONDS_TO_END)
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)
        return await self._process.wait()


def _set_size(terminal: int, columns: int, rows: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
