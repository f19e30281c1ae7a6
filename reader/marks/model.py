"""What is said about marks: kinds, targets, states, changes, and the session's undo. Nothing is stored here.

Times are whole seconds since 1970 UTC.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

__all__ = ["MarkChange", "MarkKind", "MarkState", "MarkTarget", "UndoStack"]


class MarkKind(StrEnum):
    """What a person can say about an article."""

    READ = "read"
    STARRED = "starred"
    LATER = "later"


class MarkTarget(Struct, frozen=True):
    """An article as marks know it: its identity, and the 64-bit hash of that."""

    mark_key: int
    identity: str


class MarkState(Struct, frozen=True):
    """When an article was marked read, starred and for later; None where it is not."""

    read_at: int | None = None
    starred_at: int | None = None
    later_at: int | None = None


class MarkChange(Struct, frozen=True):
    """What one action really changed: these targets went from the times ``before`` to the time ``after``.

    Targets that already were as wanted are not in it, so that taking it back restores exactly what was.
    """

    kind: MarkKind
    targets: tuple[MarkTarget, ...]
    before: tuple[int | None, ...]
    after: int | None

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def on(self) -> bool:
        """Whether the mark was set, not taken away."""
        return self.after is not None


class UndoStack:
    """The session's changes, for undo and redo. Remembers only; whoever asks carries a change out.

    A change that could not be carried out is put back by the opposite call.
    """

    def __init__(self) -> None:
        self._done: list[MarkChange] = []
        self._undone: list[MarkChange] = []

    def push(self, change: MarkChange) -> None:
        """Remember a change that was just made; what had been undone can no longer be redone.

        A change of nothing is not remembered.
        """
        if len(change):
            self._done.append(change)
            self._undone.clear()

    def undo(self) -> MarkChange | None:
        """Return the change to take back, the latest one first; None at the beginning."""
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        return self._undone[-1]

    def redo(self) -> MarkChange | None:
        """Return the change to make again; None where nothing was undone since the last new one."""
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        return self._done[-1]
