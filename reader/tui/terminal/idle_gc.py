"""Garbage collection while the UI is idle.

Python collects young objects every few hundred allocations, which takes no measurable time, and occasionally all
objects, which delays a key by ten milliseconds or more. A paint creates thousands of objects, so full collections would
be frequent. Here they wait for a pause.
"""

from __future__ import annotations

import gc

__all__ = ["IdleGarbageCollector"]

# GC thresholds: net allocations per young collection, young per middle, and middle per full collection. If the UI never
# pauses, a full collection runs after about ten million objects.
_THRESHOLDS = (5_000, 20, 100)


class IdleGarbageCollector:
    """Collector that runs one full collection per pause, based on the paint count it is given regularly."""

    def __init__(self) -> None:
        self._painted = 0
        self._painted_by_last_look = 0
        self._begun = False

    def begin(self) -> None:
        """Enable collection, and exempt all existing objects, which live until the end."""
        if not gc.isenabled():  # if already enabled, startup has not disabled it: leave it alone
            gc.freeze()
            gc.set_threshold(*_THRESHOLDS)
            gc.enable()
            self._begun = True

    def look(self, painted: int) -> None:
        """Run a full collection if nothing was painted since the last call, but something since the last collection."""
        is_pause, self._painted = painted == self._painted, painted
        if self._begun and is_pause and painted != self._painted_by_last_look:
            self._painted_by_last_look = painted
            gc.collect()
