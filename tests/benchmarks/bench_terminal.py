"""A terminal for measured programs: a pty, a screen parsed by pyte, and the arrival time of each byte.

A separate thread timestamps the bytes as they arrive; they are parsed later, so that parsing is part of no figure.
"""

from __future__ import annotations

import fcntl
import os
import pty
import queue
import re
import signal
import struct
import subprocess
import termios
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

import pyte

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["COLUMNS", "LINES", "Terminal"]

COLUMNS, LINES = 140, 40
# Bytes that follow each other faster than this belong to one frame.
_BURST = 0.003
# Sequences that pyte would show as text: queries of terminal features, and keyboard protocols.
_UNKNOWN = re.compile(rb"\x1b\[[>=<][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1b\[\?u|\x1bP.*?\x1b\\", re.DOTALL)


class Terminal:
    """A program in a terminal. Times are those of ``time.perf_counter``, in seconds."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str]) -> None:
        self.screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self.screen)
        self._arrived: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        self._last = 0.0
        self.received = bytearray()
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            argv,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env={**env, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
        )
        os.close(slave)
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        self._process.terminate()
        self._process.wait()
        with suppress(ProcessLookupError):  # helpers that are still reading the folder
            os.killpg(self._process.pid, signal.SIGKILL)

    @property
    def pid(self) -> int:
        """The program's process."""
        return self._process.pid

    def _listen(self) -> None:
        while True:
            try:
                data = os.read(self._master, 65536)
            except OSError:
                data = b""
            if not data:
                os.close(self._master)
                return
            self._arrived.put((time.perf_counter(), data))

    def press(self, keys: str) -> float:
        """Type keys and return when."""
        if self._process.poll() is not None:
            raise SystemExit("the program has ended:\n" + "\n".join(self.screen.display))
        now = time.perf_counter()
        os.write(self._master, keys.encode())
        return now

    def wait(
        self, shown: Callable[[], bool], seconds: float = 20.0, *, of: Callable[[], object] | None = None
    ) -> float | None:
        """Return the time at which a condition held and its paint was complete; None after a timeout.

        ``of`` is the part of the screen to watch: what is painted elsewhere right after it does not count.
        """
        deadline = time.perf_counter() + seconds
        while (moment := self.step(deadline)) is not None:
            if shown():
                return self._rest_of_burst(moment, of)
        return None

    def wait_now(self, shown: Callable[[], bool], seconds: float = 20.0) -> float | None:
        """Return as ``wait`` does, or the time of the latest output if the condition holds already."""
        return self._last if shown() else self.wait(shown, seconds)

    def settle(self, quiet: float = 0.12, seconds: float = 10.0) -> None:
        """Wait until nothing has been painted for a while."""
        deadline = time.perf_counter() + seconds
        while time.perf_counter() < deadline and self.step(time.perf_counter() + quiet) is not None:
            pass

    def step(self, deadline: float) -> float | None:
        """Read the next output and return its time; None if the deadline passes first."""
        try:
            moment, data = self._arrived.get(timeout=max(0.0, deadline - time.perf_counter()))
        except queue.Empty:
            return None
        self.received += data
        self._stream.feed(_UNKNOWN.sub(b"", data))
        self._last = moment
        return moment

    def _rest_of_burst(self, moment: float, of: Callable[[], object] | None) -> float:
        latest, part = moment, of() if of else None
        while (following := self.step(time.perf_counter() + _BURST)) is not None and following - latest < _BURST:
            latest = following
            if of is None or of() != part:
                moment, part = following, of() if of else None
        return moment

    def text(self, left: int, right: int) -> list[str]:
        """Return a range of columns of each line of the screen."""
        return [line[left:right] for line in self.screen.display]
