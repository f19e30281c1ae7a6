"""The installed program in a pseudo-terminal: keys go in as bytes, and the screen is read as a user would.

Waits on descriptors only: the terminal, the idle signal of the program, and its end.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import os
import re
import select
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pexpect
import pyte
from processes import cpu_seconds

import reader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["PtySession", "key_bytes"]

_NAMED = {
    "down": "\x1b[B", "up": "\x1b[A", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
    "pagedown": "\x1b[6~", "pageup": "\x1b[5~", "enter": "\r", "escape": "\x1b", "space": " ", "tab": "\t",
    "shift+tab": "\x1b[Z", "f1": "\x1bOP", "backspace": "\x7f",
}  # fmt: skip
# Sequences that pyte would show as text: queries of terminal features, and keyboard protocols.
_UNKNOWN = re.compile(rb"\x1b\[[>=<][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1b\[\?u|\x1bP.*?\x1b\\", re.DOTALL)
_COPIED = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")
_MODE = re.compile(rb"\x1b\[\?(\d+)([hl])")
# Mode number -> its name, and the letter of its state in a shell.
_MODES = {
    b"1049": ("another screen", b"l"), b"25": ("no cursor", b"h"),
    b"1000": ("mouse", b"l"), b"1003": ("mouse moves", b"l"), b"1006": ("mouse in numbers", b"l"),
    b"2004": ("pasting in brackets", b"l"), b"1004": ("focus", b"l"),
    b"7": ("no wrapping", b"h"), b"2048": ("sizes", b"l"),
}  # fmt: skip
_CHUNK = 65536
_PATIENCE = 20.0
_POLL_SECONDS = 0.05
# The program inherits the idle descriptor from a shell that opens a named pipe: pexpect closes all others.
_IDLE_FD = 9
_WITH_IDLE_FD = f'exec "$@" {_IDLE_FD}>"$0"'
# ioctl for the number of a terminal; not in termios before Python 3.13.
_TIOCGPTN = 0x80045430
_MARK = b"\x1b_all is here\x1b\\"


def key_bytes(key: str) -> str:
    """Return what a terminal sends for a key as spelled in the keymap, or for a sequence of keys."""
    if " " in key:
        return "".join(map(key_bytes, key.split()))
    if key.startswith("ctrl+"):
        return chr(ord(key[-1]) & 0x1F)
    return _NAMED.get(key, key)


def key_count(key: str) -> int:
    """Return how many keys the program sees for an argument of ``key_bytes``."""
    return sum(1 if part.startswith("ctrl+") or part in _NAMED else len(part) for part in key.split())


@dataclass(frozen=True, slots=True)
class _Start:
    """Command, environment, size and working directory of a session."""

    argv: Sequence[str]
    env: Mapping[str, str]
    size: tuple[int, int]
    cwd: Path


class PtySession:
    """A program in a terminal of a given size. Waits have a timeout, after which they fail with the screen."""

    def __init__(self, arguments: Sequence[str], env: Mapping[str, str], size: tuple[int, int], cwd: Path) -> None:
        argv = [sys.executable, "-m", "reader", *arguments]
        self._start = _Start(
            argv,
            {**env, "TERM": "xterm-256color", "COLORTERM": "truecolor", "NEWSREADER_IDLE_FD": str(_IDLE_FD)},
            size,
            cwd,
        )
        self._open()

    def _open(self) -> None:
        columns, rows = self._start.size
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._raw = b""
        self.sent = b""
        self._lines: list[str] | None = None
        self._pressed = 0
        self.keys: list[str] = []
        """All keys so far."""
        self.events: list[str] = []
        """The idle signals of the program, and all that was done to it besides pressing keys."""
        self._idle_after: int | None = None
        self._held: bytes | None = None
        self._folder = tempfile.mkdtemp()
        pipe = os.path.join(self._folder, "idle")  # noqa: PTH118 - a name for the shell
        os.mkfifo(pipe)
        self._idle_file: int | None = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        self._terminal_is_open = True
        self._process: pexpect.spawn[bytes] = pexpect.spawn(
            "/bin/sh",
            ["-c", _WITH_IDLE_FD, pipe, *self._start.argv],
            env=dict(self._start.env),
            cwd=str(self._start.cwd),
            dimensions=(rows, columns),
            timeout=_PATIENCE,
        )
        self._process.delaybeforesend = None
        self._end_file: int | None = os.pidfd_open(self.number)

    def restart(self) -> None:
        """Start the program again after it has ended."""
        self.close()
        self._open()

    def close(self) -> None:
        """End the program at once; pexpect alone would wait a tenth of a second for each step."""
        terminal = self._process.ptyproc  # type: ignore[attr-defined] # the stubs do not have it
        if self._process.isalive():
            self._process.kill(signal.SIGKILL)
            terminal.wait()
        terminal.delayafterclose = 0
        self._process.close()
        for file in (self._idle_file, self._end_file):
            if file is not None:
                os.close(file)
        self._idle_file = self._end_file = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def kill(self) -> None:
        """Kill the program, and read the rest of its output."""
        self._process.kill(signal.SIGKILL)
        self.wait(lambda: self.ended)

    def press(self, *keys: str) -> None:
        """Press keys. Escape followed by a key would be another key, so it is handled first."""
        self._raw = b""
        parts = [part for key in keys for part in key.split()]
        while parts:
            end = parts.index("escape") + 1 if "escape" in parts else len(parts)
            self._press(parts[:end])
            parts = parts[end:]
            if parts and not self.idle():
                return

    def _press(self, keys: Sequence[str]) -> None:
        self.keys += keys
        self._pressed += sum(map(key_count, keys))
        self._process.send("".join(map(key_bytes, keys)))

    def paste(self, text: str) -> None:
        """Paste a text, which counts as one key."""
        self.keys.append(f"[paste {text}]")
        self._raw = b""
        self._pressed += 1
        self._process.send(f"\x1b[200~{text}\x1b[201~")

    def answer(self, key: str) -> None:
        """Press a key for another program that uses the terminal."""
        self.keys.append(key)
        self._raw = b""
        self._process.send(key_bytes(key))

    def send(self, data: bytes) -> None:
        """Send bytes that need not be keys, a few at a time, waiting for the program to read them."""
        for at in range(0, len(data), 256):
            told = len(self.events)
            self._process.send(data[at : at + 256])
            self._wait(lambda told=told: len(self.events) > told or self.ended, 1.0, 1.0)  # type: ignore[misc] # a default

    def type_unread(self, data: bytes) -> None:
        """Send keys without reading the output, until the terminal is full."""
        file = self._process.child_fd
        for at in range(0, len(data), 100):
            os.write(file, data[at : at + 100])
            select.select([], [], [], _POLL_SECONDS)

    def ends_unread(self, *, bytes_each_time: int) -> bool:
        """Return whether the program ends while almost none of its output is read."""
        file = self._process.child_fd
        for _ in range(200):
            if self._end_file is None or select.select([self._end_file], [], [], _POLL_SECONDS)[0]:
                return True
            if bytes_each_time and select.select([file], [], [], 0)[0]:
                os.read(file, bytes_each_time)
        return False

    def tell(self, number: signal.Signals) -> None:
        """Send the program a signal; it counts as idle after its next idle signal."""
        self._take(0)
        self._idle_after = None
        self.events.append(f"signal {number}")
        self._process.kill(number)

    def resize(self, columns: int, rows: int) -> None:
        """Resize the terminal."""
        self.events.append(f"size {columns}x{rows}")
        self._process.setwinsize(rows, columns)
        self._screen.resize(rows, columns)
        self._lines = None

    def take_terminal_away(self) -> tuple[int, float]:
        """Close the terminal, and return the program's exit status and the CPU time it used until it ended."""
        terminal = self._process.ptyproc  # type: ignore[attr-defined] # the stubs do not have it
        program = os.pidfd_open(self.number)
        before = cpu_seconds(self.number)
        try:
            terminal.fileobj.close()
            has_ended, _, _ = select.select([program], [], [], _PATIENCE)
        finally:
            os.close(program)
        seconds = cpu_seconds(self.number) - before
        assert has_ended, f"it still runs without a terminal, after {seconds} seconds of CPU time"
        return int(terminal.wait()), seconds

    @property
    def number(self) -> int:
        """The process id of the program."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def modes(self) -> set[str]:
        """The terminal modes that the program has set and not reset."""
        switched = {}
        for number, letter in _MODE.findall(self.sent):
            if number in _MODES:
                name, usual = _MODES[number]
                switched[name] = letter != usual
        keys = self.sent.count(b"\x1b[>") - self.sent.count(b"\x1b[<u")
        line = termios.tcgetattr(self._process.fileno())[3]
        modes = {name for name, is_on in switched.items() if is_on} | ({"keys of its own"} if keys > 0 else set())
        return modes | (set() if line & termios.ICANON and line & termios.ECHO else {"raw"})

    @property
    def ended(self) -> bool:
        """Whether the program has ended; if so, all of its output has been read."""
        if self._process.isalive():
            return False
        self._take_all()
        return True

    @property
    def status(self) -> int | None:
        """The exit status of the program; negative if a signal ended it, None while it runs."""
        if self._process.signalstatus is not None:
            return -int(self._process.signalstatus)
        status = self._process.exitstatus
        return None if status is None else int(status)

    @property
    def lines(self) -> list[str]:
        if self._lines is None:
            # Not the lines of the emulator: it fails on a wide character that is half overwritten.
            columns, rows = range(self._screen.columns), range(self._screen.lines)
            self._lines = ["".join(self.cells[y][x].data for x in columns) for y in rows]
        return self._lines

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines)

    @property
    def cells(self) -> Mapping[int, Mapping[int, pyte.screens.Char]]:
        """The cells of the screen with their colors, by row and column."""
        return self._screen.buffer

    @property
    def copied(self) -> str:
        """The text last sent to the clipboard, since the last key."""
        found = _COPIED.findall(self._raw)
        return base64.b64decode(found[-1]).decode() if found else ""

    @property
    def story(self) -> str:
        """The last screen, the keys so far and the events, for a test that fails."""
        return f"{self.text}\nkeys: {' '.join(self.keys)}\nevents: {', '.join(self.events[-20:])}"

    def idle(self, seconds: float = _PATIENCE) -> bool:
        """Wait until the program has handled all keys so far, or has ended, and return whether it has.

        The screen is then the last one that the program painted.
        """
        if not self.wait(lambda: self._idle_after == self._pressed % 256 or self.ended, seconds):
            return False
        if not self.ended:
            self._take_to_mark()
        return True

    def wait(self, is_so: Callable[[], bool], seconds: float = _PATIENCE) -> bool:
        """Read output and idle signals until a condition holds; return whether it did in time."""
        return self._wait(is_so, seconds, seconds)

    def wait_outside(self, is_so: Callable[[], bool], seconds: float = _PATIENCE) -> bool:
        """Wait for what no file descriptor reports: a file that another program writes, the state of a process."""
        return self._wait(is_so, seconds, _POLL_SECONDS)

    def _wait(self, is_so: Callable[[], bool], seconds: float, step: float) -> bool:
        deadline = time.monotonic() + seconds
        while not is_so():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self._take(min(left, step))
        return True

    def _take(self, seconds: float) -> None:
        """Read what arrives first: output, an idle signal, or the end of the program."""
        terminal = self._process.fileno() if self._terminal_is_open else None
        ends_with = self._end_file if self._process.isalive() else None
        files = [file for file in (terminal, self._idle_file, ends_with) if file is not None]
        ready, _, _ = select.select(files, [], [], seconds)
        # The output before the signal has already arrived, and is read first.
        if terminal in ready:
            self._take_all()
        if self._idle_file in ready:
            self._take_signal()

    def _take_signal(self) -> None:
        assert self._idle_file is not None
        told = os.read(self._idle_file, _CHUNK)
        if told:
            self._idle_after = told[-1]
            self.events += [f"idle after {number}" for number in told]
        else:  # the program has closed it
            os.close(self._idle_file)
            self._idle_file = None

    def _take_all(self) -> None:
        data = b""
        try:
            while self._terminal_is_open:
                data += self._process.read_nonblocking(_CHUNK, timeout=0)
        except pexpect.TIMEOUT:
            pass
        except pexpect.EOF:
            self._terminal_is_open = False
            self._process.wait()
        if self._held is not None:
            self._held += data
        else:
            self._show(data)

    def _take_to_mark(self) -> None:
        """Read all pending output: a marker is written after it, and read up to."""
        number = struct.unpack("i", fcntl.ioctl(self._process.fileno(), _TIOCGPTN, struct.pack("i", 0)))[0]
        self._held, rest = b"", _MARK
        deadline = time.monotonic() + _PATIENCE
        with contextlib.closing(_Writer(f"/dev/pts/{number}")) as writer:
            while _MARK not in self._held and not self.ended and time.monotonic() < deadline:
                rest = rest[writer.write(rest) :]
                self._take(_PATIENCE)
        held, self._held = self._held, None
        self._show(held.replace(_MARK, b""))

    def _show(self, data: bytes) -> None:
        if data:
            self._raw += data
            self.sent += data
            self._stream.feed(_UNKNOWN.sub(b"", data))
            self._lines = None


class _Writer:
    """The program's end of the terminal, for writing."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)

    def write(self, data: bytes) -> int:
        try:
            return os.write(self._file, data) if data else 0
        except BlockingIOError:
            return 0

    def close(self) -> None:
        os.close(self._file)


def program(folder: Path, name: str, script: str) -> None:
    """Write an executable shell script."""
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


def environment(home: Path, programs: Path, **more: str) -> dict[str, str]:
    """Return the environment variables of a user with this home, and with these programs first in PATH."""
    return {
        "HOME": str(home),
        "PYTHONPATH": str(Path(reader.__file__).parent.parent),
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CONFIG_HOME": str(home / "config"),
        **more,
    }
