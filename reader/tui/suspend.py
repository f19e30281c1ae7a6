"""The terminal, lent to another program while the reader steps aside."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from reader.errors import ReaderError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import App

__all__ = ["suspended"]


@contextmanager
def suspended(app: App[None]) -> Iterator[None]:
    """Leave the screen, and come back to it afterwards.

    An interrupt from the keyboard is meant for the program that has the terminal and not for the reader, which would
    end by it. OSError, ValueError and ReaderError pass through once the screen is back. Raises ReaderError where the
    screen cannot be left.
    """
    failed: OSError | ValueError | ReaderError | None = None
    # A function and not SIG_IGN, which the program would inherit.
    before = signal.signal(signal.SIGINT, lambda _signal, _frame: None)
    try:
        with app.suspend():
            try:
                yield
            except (OSError, ValueError, ReaderError) as error:
                # Textual comes back to the screen only where nothing is raised in here.
                failed = error
    except SuspendNotSupported as error:
        raise ReaderError("Cannot suspend the UI in this terminal") from error
    finally:
        signal.signal(signal.SIGINT, before)
    if failed is not None:
        raise failed
