"""Output to a terminal that may be slow, blocked or gone. Writing never blocks.

Textual's thread blocks its callers once 30 writes are queued, and blocks the exit until the terminal has taken them
all.
"""

from __future__ import annotations

import contextlib
import errno
import os
import termios
import threading
import time
from collections import deque

__all__ = ["OutputThread"]

_GONE = frozenset({errno.EIO, errno.EPIPE, errno.ENXIO, errno.EBADF})
# Bytes per write: a slow terminal blocks the thread until it has taken them.
_CHUNK = 512
# A terminal that lags longer than this misses paints, and gets the latest one when it has caught up.
_MOST_SECONDS_BEHIND = 0.5
_SECONDS_TO_CATCH_UP = 0.3
_SECONDS_TO_END = 1.0


class OutputThread(threading.Thread):
    """Thread that writes queued text to a terminal."""

    def __init__(self, file: int) -> None:
        super().__init__(daemon=True, name="output")
        self._file = file
        self._texts: deque[str] = deque()
        self._ready = threading.Condition()
        self._is_writing = False
        self._is_closing = False
        self._drops = 0
        self._behind_since = 0.0

    def write(self, text: str) -> None:
        """Queue a text."""
        with self._ready:
            if self.is_written:
                self._behind_since = time.monotonic()
            self._texts.append(text)
            self._ready.notify_all()

    @property
    def is_written(self) -> bool:
        """Whether the terminal has taken everything."""
        return not (self._texts or self._is_writing)

    @property
    def is_behind(self) -> bool:
        """Whether the terminal is too slow for another paint."""
        return not self.is_written and time.monotonic() - self._behind_since > _MOST_SECONDS_BEHIND

    def wait(self, seconds: float) -> bool:
        """Wait at most ``seconds`` until the terminal has taken everything; return whether it has."""
        with self._ready:
            return self._ready.wait_for(lambda: self.is_written, seconds)

    def run(self) -> None:
        """Write until ``stop``."""
        while True:
            with self._ready:
                self._is_writing = False
                self._ready.notify_all()
                self._ready.wait_for(lambda: self._texts or self._is_closing)
                if not self._texts:
                    return
                data = "".join(self._texts).encode("utf-8", "replace")
                self._texts.clear()
                self._is_writing, drops = True, self._drops
            for at in range(0, len(data), _CHUNK):
                if self._drops != drops:
                    break
                self._put(data[at : at + _CHUNK])

    def _put(self, data: bytes) -> None:
        try:
            while data:
                data = data[os.write(self._file, data) :]
        except BlockingIOError:
            time.sleep(0.01)  # another program made the terminal non-blocking
            self._put(data)
        except OSError as error:
            if error.errno not in _GONE:
                raise
            # Other code's buffered output is still flushed at exit; send it to /dev/null.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._file)
            os.close(nowhere)

    def catch_up(self) -> None:
        """Drop output that a slow terminal has not taken: it is about to show something else."""
        if self.wait(_SECONDS_TO_CATCH_UP):
            return
        with self._ready:
            self._texts.clear()
            self._drops += 1
        with contextlib.suppress(termios.error):
            termios.tcflush(self._file, termios.TCOFLUSH)

    def stop(self) -> None:
        """End the thread once everything is written, or abandon it if the terminal takes nothing."""
        with self._ready:
            self._is_closing = True
            self._ready.notify_all()
        self.join(_SECONDS_TO_END)

    def flush(self) -> None:
        """Do nothing: nothing is buffered."""

    def isatty(self) -> bool:
        """Return True, as Textual expects."""
        return True

    def fileno(self) -> int:
        """Return the descriptor of the terminal."""
        return self._file
