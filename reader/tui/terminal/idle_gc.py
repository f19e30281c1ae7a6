"""When Python looks for garbage: while nobody waits for it.

Python looks through what is new every few hundred objects, which takes no time, and now and then through everything,
which holds a key up for ten milliseconds and more. What is painted is made of thousands of objects, so that happens
often; here it waits for a pause.
"""

from __future__ import annotations

import gc

__all__ = ["IdleGarbageCollector"]

# Objects made, less those gone, between two looks at the new ones; looks at those between two at the rather new ones;
# and looks at those between two at all of them: some ten million objects, for whoever never pauses.
_THRESHOLDS = (5_000, 20, 100)


class IdleGarbageCollector:
    """Told again and again how much was painted by now, it looks through everything once in each pause."""

    def __init__(self) -> None:
        self._painted = 0
        self._painted_by_last_look = 0
        self._begun = False

    def begin(self) -> None:
        """Look for garbage from now on, but not among what there is now: all of that stays."""
        if not gc.isenabled():  # else somebody has a mind of their own
            gc.freeze()
            gc.set_threshold(*_THRESHOLDS)
            gc.enable()
            self._begun = True

    def look(self, painted: int) -> None:
        """Look for it in case nothing was painted since the last time this was called, but before."""
        is_pause, self._painted = painted == self._painted, painted
        if self._begun and is_pause and painted != self._painted_by_last_look:
            self._painted_by_last_look = painted
            gc.collect()
