"""Marks (read, starred, read later) set by the user, with undo and redo.

``update`` decides and is pure; the effects save a change before the UI shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.config.keymap import fill_keys
from reader.marks import MarkKind, UndoStack
from reader.tui.events import (
    ArticleRead,
    MarksChanged,
    MarksReverted,
    MarksSet,
    MarkToggled,
    OriginalOpened,
    RedoRequested,
    RowsMarked,
    UndoRequested,
)
from reader.tui.ports import Publish, Say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reader.index.model import ArticleSummary
    from reader.marks import MarkChange, MarkTarget
    from reader.tui.events import Event
    from reader.tui.ports import Effect, Ports

    Step = tuple["Marking", tuple[Effect, ...]]

__all__ = ["Marking", "RevertMarks", "SetMarks", "is_marked", "update"]

_WORDS = {
    (MarkKind.READ, True): "Marked read",
    (MarkKind.READ, False): "Marked unread",
    (MarkKind.STARRED, True): "Starred",
    (MarkKind.STARRED, False): "Unstarred",
    (MarkKind.LATER, True): "Added to read later",
    (MarkKind.LATER, False): "Removed from read later",
}

_WORDS_OF_SEVERAL = {
    (MarkKind.READ, True): "Marked {count} read",
    (MarkKind.READ, False): "Marked {count} unread",
    (MarkKind.STARRED, True): "Starred {count}",
    (MarkKind.STARRED, False): "Unstarred {count}",
    (MarkKind.LATER, True): "Added {count} to read later",
    (MarkKind.LATER, False): "Removed {count} from read later",
}


class Marking(Struct, frozen=True):
    """Changes of this session that can be undone."""

    history: UndoStack = UndoStack()


def update(marking: Marking, event: Event, now: float) -> Step:  # noqa: ARG001 - the signature of all rooms
    """Return the state after an event, and the effects to run."""
    match event:
        case MarkToggled(kind=kind, entry=entry):
            return marking, (_toggle(kind, entry),)
        case OriginalOpened(entry=entry, go_on=True) if not entry.read:
            return marking, (_toggle(MarkKind.READ, entry),)
        case ArticleRead(entry=entry):
            return marking, (SetMarks(MarkKind.READ, (entry.target,), on=True),)
        case RowsMarked(kind=kind, ids=ids, on=on):
            return marking, (MarkRows(kind, ids, on=on),)
        case UndoRequested() | RedoRequested():
            return _step(marking, event)
    return _record(marking, event)


def is_marked(kind: MarkKind, entry: ArticleSummary) -> bool:
    """Return whether an article has a mark."""
    return {MarkKind.READ: entry.read, MarkKind.STARRED: entry.starred, MarkKind.LATER: entry.later}[kind]


def _toggle(kind: MarkKind, entry: ArticleSummary) -> SetMarks:
    on = not is_marked(kind, entry)
    return SetMarks(kind, (entry.target,), on=on, words=_WORDS[kind, on])


def _step(marking: Marking, event: UndoRequested | RedoRequested) -> Step:
    """Revert the last change, or reapply the last reverted one. It is recorded once it is saved."""
    undo = isinstance(event, UndoRequested)
    _history, change = marking.history.undo() if undo else marking.history.redo()
    if change is None:
        return marking, (Say(f"Nothing to {'undo' if undo else 'redo'}"),)
    return marking, (RevertMarks(change, redo=not undo),)


def _record(marking: Marking, event: Event) -> Step:
    match event:
        case MarksSet(change=change, words=words):
            history = marking.history.after(change)
            words = words.replace("{count}", f"{len(change):,}") if len(change) else words and "Nothing changed"
            said = (Say(words),) if words else ()
            return replace(marking, history=history), (Publish(MarksChanged()), *said)
        case MarksReverted(change=change, redo=redo):
            history, _change = marking.history.redo() if redo else marking.history.undo()
            words = f"{'Redone' if redo else 'Undone'}: {_described(change)}"
            return replace(marking, history=history), (Publish(MarksChanged()), Say(words))
    return marking, ()


def _described(change: MarkChange) -> str:
    words = _WORDS[change.kind, change.on].lower()
    return words if len(change) == 1 else f"{words} ({len(change):,} articles)"


class SetMarks(Struct, frozen=True):
    """Set or remove a mark. ``words`` is the message, with placeholders for keys."""

    kind: MarkKind
    targets: tuple[MarkTarget, ...]
    on: bool
    words: str = ""

    def run(self, ports: Ports) -> None:
        """Save the change, and dispatch it."""
        if not self.words and ports.context.is_read_only:
            return  # the user only viewed it
        ports.context.require_change("marks")
        words = fill_keys(self.words, ports.context.keys)
        change = ports.context.marks.set(self.kind, self.targets, on=self.on, now=_now(ports))
        ports.dispatch(MarksSet(change, words))


class MarkRows(Struct, frozen=True):
    """Set or remove a mark on articles, given by their IDs, as a single undo step."""

    kind: MarkKind
    ids: Sequence[int]
    on: bool

    def run(self, ports: Ports) -> None:
        """Look up the articles, and save the change."""
        targets = tuple(ports.search.targets(self.ids))
        words = f"{_WORDS_OF_SEVERAL[self.kind, self.on]} · {{key:undo}} undo"
        SetMarks(self.kind, targets, on=self.on, words=words).run(ports)


class RevertMarks(Struct, frozen=True):
    """Revert a change or, with ``redo``, reapply it."""

    change: MarkChange
    redo: bool = False

    def run(self, ports: Ports) -> None:
        """Save the marks, and dispatch that they changed."""
        ports.context.require_change("marks")
        marks = ports.context.marks
        if self.redo:
            marks.apply(self.change, now=_now(ports))
        else:
            marks.revert(self.change, now=_now(ports))
        ports.dispatch(MarksReverted(self.change, self.redo))


def _now(ports: Ports) -> int:
    return int(ports.context.clock().now.timestamp())
