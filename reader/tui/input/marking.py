"""Setting of marks (read, starred, read later) from the UI, with undo and redo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.config.keymap import fill_keys
from reader.errors import ReaderError
from reader.marks import MarkKind, MarkTarget, UndoStack
from reader.tui.events import MarksChanged, MarkToggled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from reader.index.model import ArticleSummary
    from reader.marks import MarkChange, MarkStore
    from reader.query import Clock
    from reader.tui.screen import MainScreen

__all__ = ["Marking"]

_WORDS = {
    (MarkKind.READ, True): "Marked read",
    (MarkKind.READ, False): "Marked unread",
    (MarkKind.STARRED, True): "Starred",
    (MarkKind.STARRED, False): "Unstarred",
    (MarkKind.LATER, True): "Added to read later",
    (MarkKind.LATER, False): "Removed from read later",
}


class Marking:
    """Controller of the marks and the undo stack; a change is saved before the UI shows it."""

    def __init__(self, screen: MainScreen, marks: MarkStore, clock: Callable[[], Clock]) -> None:
        self._screen = screen
        self._marks = marks
        self._clock = clock
        self._history = UndoStack()

    def toggle(self, kind: MarkKind, entry: ArticleSummary) -> None:
        """Toggle a mark of one article."""
        on = not {MarkKind.READ: entry.read, MarkKind.STARRED: entry.starred, MarkKind.LATER: entry.later}[kind]
        self._screen.store.dispatch(MarkToggled(kind, entry))
        if self._set(kind, [entry.target], on=on):
            self._screen.say(_WORDS[kind, on])

    def read(self, entry: ArticleSummary) -> None:
        """Mark an article read because the user viewed it, without a message and not undone by ``undo``."""
        self._try(lambda: self._marks.set(MarkKind.READ, [entry.target], on=True, now=self._now()))

    def read_all(self, targets: Iterable[MarkTarget]) -> None:
        """Mark many articles read, as a single undo step."""
        change = self._set(MarkKind.READ, targets, on=True)
        if change is not None:
            undo = fill_keys(" · {key:undo} undo", self._screen.setup.keys)
            self._screen.say(f"Marked {len(change):,} read{undo}")

    def undo(self) -> None:
        """Revert the last change."""
        change = self._history.undo()
        if change is None:
            self._screen.say("Nothing to undo")
        elif self._try(lambda: self._marks.revert(change, now=self._now())):
            self._screen.say(f"Undone: {_described(change)}")
        else:
            self._history.redo()

    def redo(self) -> None:
        """Reapply the change that was reverted last."""
        change = self._history.redo()
        if change is None:
            self._screen.say("Nothing to redo")
        elif self._try(lambda: self._marks.apply(change, now=self._now())):
            self._screen.say(f"Redone: {_described(change)}")
        else:
            self._history.undo()

    def _now(self) -> int:
        return int(self._clock().now.timestamp())

    def _set(self, kind: MarkKind, targets: Iterable[MarkTarget], *, on: bool) -> MarkChange | None:
        made: list[MarkChange] = []
        if not self._try(lambda: made.append(self._marks.set(kind, targets, on=on, now=self._now()))):
            return None
        self._history.push(made[0])
        return made[0]

    def _try(self, work: Callable[[], object]) -> bool:
        try:
            work()
        except ReaderError as error:
            self._screen.say(str(error), warning=True)
            return False
        self._screen.store.dispatch(MarksChanged())
        return True


def _described(change: MarkChange) -> str:
    words = _WORDS[change.kind, change.on]
    return words if len(change) == 1 else f"{words} ({len(change):,} articles)"
