"""The terminal as the screen drives it: told to end by a signal, or gone without a word.

Everything else about terminals is Textual's.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import re
import select
import signal
import threading
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any, cast

from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.app import App

__all__ = ["WINDOW_CLOSED", "SgrOptimizer", "TerminalDriver", "wait_until_written"]

WINDOW_CLOSED = 128 + signal.SIGHUP
# What the screen's own thread waits for a terminal that is ready, and what others wait for one that is slow.
_SECONDS_AHEAD = 0.001
# Characters: what is not longer than this paints nothing, but tells the terminal something.
_FEW = 40
_MOST_SECONDS_OF_WRITING = 0.05
_GONE = frozenset({errno.EIO, errno.EPIPE, errno.ENXIO})
_ENDINGS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)


class TerminalDriver(LinuxDriver):
    """Leaves in good order on every signal that ends a program, and where the terminal is gone."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._loop = asyncio.get_running_loop()
        self._forgiving = _DisconnectTolerantWriter(cast("IO[str]", self._file))
        self._file = cast("Any", self._forgiving)
        self._terse = SgrOptimizer()
        self.writes = 0
        """How many times something was written."""

    def start_application_mode(self) -> None:
        """Take the terminal; from before its first change on, a signal gives it back."""
        self._heed_signals(asyncio.get_running_loop())
        super().start_application_mode()  # type: ignore[no-untyped-call] # Textual says no types here

    def _sigtstp_application(self, *_signal: object) -> None:
        """Stop. Leaving the screen takes locks that whatever was interrupted may hold, so that comes after it."""
        if self._auto_restart:
            self._later(self._stop)
        else:  # lent to another program: there is nothing to leave
            os.kill(os.getpid(), signal.SIGSTOP)

    def _sigcont_application(self, *_signal: object) -> None:
        if self._auto_restart:
            self._later(self._go_on)

    def _later(self, act: Callable[[], None]) -> None:
        # Where the loop has ended, the screen has been left already.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(act)

    def _stop(self) -> None:
        if self._writer_thread is None:  # the terminal was not taken yet
            os.kill(os.getpid(), signal.SIGSTOP)
        elif not self._must_signal_resume:
            super()._sigtstp_application()

    def _go_on(self) -> None:
        if self._writer_thread is None:
            return
        if not self._must_signal_resume:  # stopped without being asked; the terminal may have been changed meanwhile
            self.suspend_application_mode()
        super()._sigcont_application()

    def _heed_signals(self, loop: asyncio.AbstractEventLoop) -> None:
        app = self._app

        def ending(number: int) -> Callable[[int, object], None]:
            return lambda _signal, _frame: _end(number, loop, lambda: app.exit(None, 128 + number))

        for number in _ENDINGS:
            # Not the loop's own handlers: an interrupt is sometimes meant for a program that the terminal is lent to.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, ending(number))

    def _run_input_thread(self) -> None:
        # Textual would draw what goes wrong here, variables and all; whoever looks after threads makes a report of it.
        self.run_input_thread()

    def write(self, data: str) -> None:
        """Hand something to the thread that writes, and let it go first: it takes turns with this one."""
        super().write(self._terse.shorten(data))
        self.writes += 1
        if len(data) > _FEW:
            self.wait_until_written(_SECONDS_AHEAD)

    def wait_until_written(self, seconds: float) -> None:
        """Wait until the terminal has all that was painted, so many seconds at most.

        The thread that writes takes turns with all others of this process: one that works hard would hold it up.
        """
        self._forgiving.wait_for(self.writes, seconds)

    @property
    def is_written(self) -> bool:
        """Whether the terminal has all that was painted."""
        return self._forgiving.has(self.writes)

    @property
    def is_gone(self) -> bool:
        """Whether there is no terminal any more."""
        look = select.poll()
        look.register(self.fileno, 0)
        return any(state & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _file, state in look.poll(0))


def wait_until_written(app: App[Any]) -> None:
    """Wait, on a thread of its own, until what an app has painted is on its terminal, where it has one."""
    driver = app._driver  # noqa: SLF001 - Textual has no other name for it
    if isinstance(driver, TerminalDriver):
        driver.wait_until_written(_MOST_SECONDS_OF_WRITING)


def _end(number: int, loop: asyncio.AbstractEventLoop, leave: Callable[[], None]) -> None:
    try:
        loop.call_soon_threadsafe(leave)
    except RuntimeError:  # the screen has been left already
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)


class _DisconnectTolerantWriter:
    """Writes to a terminal as long as there is one. A writer that failed would leave all others waiting for it."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._taken = self._written = 0
        self._flushed = threading.Condition()

    def write(self, text: str) -> None:
        with self._forgiving():
            self._file.write(text)
        self._taken += 1

    def flush(self) -> None:
        with self._forgiving():
            self._file.flush()
        with self._flushed:
            self._written = self._taken
            self._flushed.notify_all()

    def wait_for(self, writes: int, seconds: float) -> None:
        """Wait until so many writes have reached the terminal."""
        with self._flushed:
            self._flushed.wait_for(lambda: self._written >= writes, seconds)

    def has(self, writes: int) -> bool:
        """Whether so many writes have reached the terminal."""
        return self._written >= writes

    @contextlib.contextmanager
    def _forgiving(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in _GONE:
                # What is still in a buffer has to go somewhere when the program ends.
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self.fileno())
                os.close(nowhere)

    def fileno(self) -> int:
        return self._file.fileno()


# The end of a style with what moves the cursor behind it, then the next style; or any one sequence by itself.
_SEQUENCE = re.compile(r"(?:\x1b\[0m((?:\x1b\[\d+;\d+H|\r\n)*))?\x1b\[([\d;]*)m")
_PART = re.compile(r"[34]8;(?:5;\d+|2;\d+;\d+;\d+)|\d+")
_PLAIN = ""
_UNKNOWN = "?"


class SgrOptimizer:
    """Shortens what is written piece by piece: what one piece leaves behind counts for the next."""

    def __init__(self) -> None:
        self._style = _PLAIN

    def shorten(self, data: str) -> str:
        """Return what paints the same."""
        return _SEQUENCE.sub(self._shortened, data)

    def _shortened(self, found: re.Match[str]) -> str:
        moves, style = found.groups()
        before, self._style = self._style, _PLAIN if style in {"", "0"} else style
        if moves is not None:
            return moves + _step(before, self._style)
        if before and self._style:
            self._style = _UNKNOWN  # it was named on top of another
        return found[0]


@lru_cache(maxsize=1024)
def _step(before: str, after: str) -> str:
    """Return the sequence that leads from one style to another; none where they are the same."""
    old, new = _named(before), _named(after)
    if old is None or new is None or not old.keys() <= new.keys():
        return f"\x1b[0;{after}m" if after else "\x1b[0m"
    changed = ";".join(part for kind, part in new.items() if old.get(kind) != part)
    return f"\x1b[{changed}m" if changed else ""


def _named(style: str) -> dict[str, str] | None:
    """Return what a style names, by its kind; None where that is not certain."""
    parts = _PART.findall(style)
    if ";".join(parts) != style:
        return None
    kinds = {_kind(part): part for part in parts}
    return None if "" in kinds or len(kinds) < len(parts) else kinds


def _kind(part: str) -> str:
    number = int(part.partition(";")[0])
    if 30 <= number <= 38 or 90 <= number <= 97:
        return "ink"
    if 40 <= number <= 48 or 100 <= number <= 107:
        return "ground"
    # Bold, dim, italic, underlined, blinking, reversed, struck: what follows turns something off, or is rare.
    return part if 1 <= number <= 9 else ""
