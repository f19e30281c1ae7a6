"""Data types of marks: kinds, targets, places, states, changes and the session's undo stack. Writes nothing to disk.

Times are in whole seconds since 1970 UTC.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

__all__ = ["MarkChange", "MarkKind", "MarkState", "MarkTarget", "Place", "Settlement", "Traits", "UndoStack"]


class MarkKind(StrEnum):
    """Mark that the user can set on an article."""

    READ = "read"
    STARRED = "starred"
    LATER = "later"


class Traits(Struct, frozen=True):
    """Hashes that identify an article when its file has another path; None for missing ones.

    ``url`` is the hash of its URL with the fragment, ``page`` without the fragment, ``content`` of title and body,
    ``text`` of a body long enough to distinguish articles, ``said`` of its description of itself
    (``urls.description``).
    """

    url: int | None = None
    page: int | None = None
    content: int | None = None
    text: int | None = None
    said: int | None = None


class MarkTarget(Struct, frozen=True):
    """Article as marks refer to it.

    ``identity`` is the name of its record in the marks, ``mark_key`` the 64-bit hash of that name. ``path`` is the
    absolute path of its file; without a path, only the record is known.
    """

    mark_key: int
    identity: str
    path: str = ""
    traits: Traits = Traits()


class Place(Struct, frozen=True):
    """Place where a record was last seen: a file's absolute path, and traits that distinguish it from its neighbors.

    A record of version 1 has no path; ``claim`` is such a record whose marks the article took over. ``id`` increases
    with each place added.
    """

    id: int
    path: str
    mark_key: int
    claim: int | None = None
    traits: Traits = Traits()


class Settlement(Struct, frozen=True):
    """Findings of a sync about records and articles.

    ``moves`` are articles that have the target's record, each with its old path, which is empty if it is a copy in
    another folder. ``merges`` are articles that take over the newer marks in the record with this key; ``claims`` are
    the merges with a record of version 1. ``traits`` replace the traits of the articles at these paths.
    """

    moves: tuple[tuple[str, MarkTarget], ...] = ()
    merges: tuple[tuple[int, MarkTarget], ...] = ()
    claims: tuple[tuple[int, str], ...] = ()
    traits: tuple[tuple[str, Traits], ...] = ()


class MarkState(Struct, frozen=True):
    """Times when an article was marked read, starred and read later; None for a mark that is not set."""

    read_at: int | None = None
    starred_at: int | None = None
    later_at: int | None = None


class MarkChange(Struct, frozen=True):
    """Actual effect of one action: the targets' times changed from ``before`` to ``after``.

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
        """Whether the mark was set rather than removed."""
        return self.after is not None


class UndoStack(Struct, frozen=True):
    """The session's changes, for undo and redo. Only records them: the caller applies and reverts them."""

    done: tuple[MarkChange, ...] = ()
    undone: tuple[MarkChange, ...] = ()

    def after(self, change: MarkChange) -> UndoStack:
        """Return the stack after a new change, after which undone changes can no longer be redone.

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
