"""Data types of marks: kinds, targets, places, states, changes, and the session's undo stack. Stores nothing on disk.

Times are in whole seconds since 1970 UTC.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

__all__ = ["MarkChange", "MarkKind", "MarkState", "MarkTarget", "Place", "Settlement", "Traits", "UndoStack"]


class MarkKind(StrEnum):
    """A mark that the user can set on an article."""

    READ = "read"
    STARRED = "starred"
    LATER = "later"


class Traits(Struct, frozen=True):
    """Hashes by which an article is found again when its file has another path; None for what it does not have.

    ``url`` is of its URL with the fragment, ``page`` of its URL without; ``content`` is of title and body, ``text`` of
    a body long enough to tell articles apart, and ``said`` of what it says of itself (``urls.description``).
    """

    url: int | None = None
    page: int | None = None
    content: int | None = None
    text: int | None = None
    said: int | None = None


class MarkTarget(Struct, frozen=True):
    """An article as marks refer to it.

    ``identity`` names its record among the marks, and ``mark_key`` is the 64-bit hash of that name. ``path`` is the
    absolute path of its file; without a path, only the record is known.
    """

    mark_key: int
    identity: str
    path: str = ""
    traits: Traits = Traits()


class Place(Struct, frozen=True):
    """Where a record was last seen: the absolute path of a file, and the traits that tell it from its neighbors.

    A record of version 1 has no path; ``claim`` is such a record whose marks the article took over. ``id`` grows with
    each place that is added.
    """

    id: int
    path: str
    mark_key: int
    claim: int | None = None
    traits: Traits = Traits()


class Settlement(Struct, frozen=True):
    """What a sync found out about records and articles.

    ``moves`` are articles that have the record of the target, each with the path that it left, empty if it is a copy
    in another folder. ``merges`` are articles that take over what is newer in the record of this key, and ``claims``
    those of them whose record is of version 1. ``traits`` are to replace those of the articles at these paths.
    """

    moves: tuple[tuple[str, MarkTarget], ...] = ()
    merges: tuple[tuple[int, MarkTarget], ...] = ()
    claims: tuple[tuple[int, str], ...] = ()
    traits: tuple[tuple[str, Traits], ...] = ()


class MarkState(Struct, frozen=True):
    """The times an article was marked read, starred and read later; None for a mark that is not set."""

    read_at: int | None = None
    starred_at: int | None = None
    later_at: int | None = None


class MarkChange(Struct, frozen=True):
    """The actual effect of one action: these targets went from the times ``before`` to the time ``after``.

    Targets that already had the wanted state are omitted, so that a revert restores exactly the earlier state.
    """

    kind: MarkKind
    targets: tuple[MarkTarget, ...]
    before: tuple[int | None, ...]
    after: int | None

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def on(self) -> bool:
        """Whether the mark was set, not removed."""
        return self.after is not None


class UndoStack(Struct, frozen=True):
    """The session's changes, for undo and redo. Only records them: the caller applies and reverts."""

    done: tuple[MarkChange, ...] = ()
    undone: tuple[MarkChange, ...] = ()

    def after(self, change: MarkChange) -> UndoStack:
        """Return the stack after a change that was just made; what had been undone can no longer be redone.

        A change without targets is not recorded.
        """
        return UndoStack((*self.done, change)) if len(change) else self

    def undo(self) -> tuple[UndoStack, MarkChange | None]:
        """Return the stack after an undo, and the change to revert: the latest, or None if there is none left."""
        if not self.done:
            return self, None
        return UndoStack(self.done[:-1], (*self.undone, self.done[-1])), self.done[-1]

    def redo(self) -> tuple[UndoStack, MarkChange | None]:
        """Return the stack after a redo, and the change to apply again; None if nothing was undone since the last."""
        if not self.undone:
            return self, None
        return UndoStack((*self.done, self.undone[-1]), self.undone[:-1]), self.undone[-1]
