"""Terminal driver that exits cleanly on signals and on a lost terminal, and writes less output than Textual's.

Textual's driver does everything else.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import select
import signal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from textual.drivers.linux_driver import LinuxDriver

from reader.tui.terminal.columns import set_columns
from reader.tui.terminal.keyboard_input import read_input
from reader.tui.terminal.output import OutputThread

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App

__all__ = ["WINDOW_CLOSED", "SgrOptimizer", "TerminalDriver", "wait_until_written"]

WINDOW_CLOSED = 128 + signal.SIGHUP
# The UI thread waits this long for a ready terminal; worker threads wait _MOST_SECONDS_OF_WRITING for a slow one.
_SECONDS_AHEAD = 0.001
# Characters; shorter output is a control sequence, not a paint.
_FEW = 40
_STDERR = 2
_MOST_SECONDS_OF_WRITING = 0.05
_ENDINGS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)


class TerminalDriver(LinuxDriver):
    """Driver that restores the terminal on every terminating signal, and tolerates a lost terminal."""

    _output: OutputThread | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._loop = asyncio.get_running_loop()
        self._terse = SgrOptimizer()
        self.writes = 0
        """The number of writes so far."""

    def start_application_mode(self) -> None:
        """Install the signal handlers that restore the terminal, then set it up."""
        self._install_signal_handlers(asyncio.get_running_loop())
        self._terse = SgrOptimizer()
        super().start_application_mode()  # type: ignore[no-untyped-call] # untyped in Textual

    def stop_application_mode(self) -> None:
        """Restore the terminal, and drop the paints that it has not taken yet."""
        if self._output is not None:
            self._output.catch_up()
        super().stop_application_mode()

    @property
    def _writer_thread(self) -> Any:
        return self._output

    @_writer_thread.setter
    def _writer_thread(self, thread: object) -> None:
        """Use our own thread wherever Textual creates one."""
        self._output = None if thread is None else OutputThread(self._file.fileno() if self._file else _STDERR)

    def _sigtstp_application(self, *_signal: object) -> None:
        """Stop on the event loop, since restoring the terminal takes locks that the interrupted code may hold."""
        if self._auto_restart:
            self._later(self._stop)
        else:  # another program has the terminal: nothing to restore
            os.kill(os.getpid(), signal.SIGSTOP)

    def _sigcont_application(self, *_signal: object) -> None:
        if self._auto_restart:
            self._later(self._go_on)

    def _later(self, act: Callable[[], None]) -> None:
        # If the loop has ended, the terminal has already been restored.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(act)

    def _stop(self) -> None:
        if self._writer_thread is None:  # the terminal was not set up yet
            os.kill(os.getpid(), signal.SIGSTOP)
        elif not self._must_signal_resume:
            super()._sigtstp_application()

    def _go_on(self) -> None:
        # A terminal that closes sends this signal after SIGHUP: an app that is ending must not start again.
        if self._writer_thread is None or self._app._exit:  # noqa: SLF001 - Textual has no public name for it
            return
        if not self._must_signal_resume:  # stopped by SIGSTOP: the terminal may have changed
            self.suspend_application_mode()
        super()._sigcont_application()

    def _install_signal_handlers(self, loop: asyncio.AbstractEventLoop) -> None:
        app = self._app

        def ending(number: int) -> Callable[[int, object], None]:
            return lambda _signal, _frame: _end(number, loop, lambda: app.exit(None, 128 + number))

        for number in _ENDINGS:
            # Not loop.add_signal_handler: while another program has the terminal, Ctrl-C is for that program.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, ending(number))

    def _run_input_thread(self) -> None:
        # Bypass Textual, which would print an error here with all variables; threading.excepthook reports it instead.
        read_input(self.fileno, self.process_message, self.exit_event.is_set)

    def write(self, data: str) -> None:
        """Queue output for the writer thread, and let it run first: under the GIL the two threads alternate."""
        super().write(self._terse.shorten(set_columns(data)))
        self.writes += 1
        if len(data) > _FEW:
            self.wait_until_written(_SECONDS_AHEAD)

    def wait_until_written(self, seconds: float) -> None:
        """Wait at most ``seconds`` until all output is on the terminal.

        The writer thread shares the GIL with all other threads, so a busy thread would delay it.
        """
        if self._output is not None:
            self._output.wait(seconds)

    @property
    def is_written(self) -> bool:
        """Whether all output is on the terminal."""
        return self._output is None or self._output.is_written

    @property
    def is_behind(self) -> bool:
        """Whether the terminal is too slow for another paint."""
        return self._output is not None and self._output.is_behind

    @property
    def is_disconnected(self) -> bool:
        """Whether the terminal has been closed."""
        look = select.poll()
        look.register(self.fileno, 0)
        return any(state & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _file, state in look.poll(0))


def wait_until_written(app: App[Any]) -> None:
    """Wait until an app's output is on its terminal, if it has one. Call it on a worker thread."""
    driver = app._driver  # noqa: SLF001 - Textual has no public name for it
    if isinstance(driver, TerminalDriver):
        driver.wait_until_written(_MOST_SECONDS_OF_WRITING)


def _end(number: int, loop: asyncio.AbstractEventLoop, leave: Callable[[], None]) -> None:
    try:
        loop.call_soon_threadsafe(leave)
    except RuntimeError:  # the loop has ended: the terminal has already been restored
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)


# A style reset, optional cursor movements and the next style; or a single style sequence.
_SEQUENCE = re.compile(r"(?:\x1b\[0m((?:\x1b\[\d+;\d+H|\r\n)*))?\x1b\[([\d;]*)m")
_PART = re.compile(r"[34]8;(?:5;\d+|2;\d+;\d+;\d+)|\d+")
_PLAIN = ""
_UNKNOWN = "?"


class SgrOptimizer:
    """Remover of redundant SGR (style) sequences. Keeps the style across writes."""

    def __init__(self) -> None:
        self._style = _PLAIN

    def shorten(self, data: str) -> str:
        """Return shorter output that paints the same."""
        return _SEQUENCE.sub(self._shortened, data)

    def _shortened(self, found: re.Match[str]) -> str:
        moves, style = found.groups()
        before, self._style = self._style, _PLAIN if style in {"", "0"} else style
        if moves is not None:
            return moves + _step(before, self._style)
        if before and self._style:
            self._style = _UNKNOWN  # added to another style, so the result is unknown
        return found[0]


@lru_cache(maxsize=1024)
def _step(before: str, after: str) -> str:
    """Return the sequence that changes one style to another; empty if they are equal."""
    old, new = _named(before), _named(after)
    if old is None or new is None or not old.keys() <= new.keys():
        return f"\x1b[0;{after}m" if after else "\x1b[0m"
    changed = ";".join(part for kind, part in new.items() if old.get(kind) != part)
    return f"\x1b[{changed}m" if changed else ""


def _named(style: str) -> dict[str, str] | None:
    """Return the attributes of a style by kind, or None if they cannot be determined."""
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
    # 1 to 9 are bold, dim, italic, underline, blink, reverse, strike, …; higher codes turn attributes off or are rare.
    return part if 1 <= number <= 9 else ""
