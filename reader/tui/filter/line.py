"""Filter line as a value: its text, the candidates at the cursor, and the effect of each key.

Pure: the widget shows the line and passes in the sources of candidates and earlier filters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.errors import QueryError
from reader.query import parse
from reader.query.completion import EditResult, completion_at
from reader.tui.filter.completion import CompletionState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reader.query.completion import Completion
    from reader.tui.filter.completion import Candidate

    Propose = Callable[[str, int, Completion], tuple[Candidate, ...] | None]

__all__ = ["KEYS", "LineSources", "LineState"]

KEYS = frozenset({"tab", "shift+tab", "up", "down", "enter", "escape", "ctrl+c"})
"""The keys that ``press`` handles."""


class LineSources(Struct, frozen=True):
    """Sources: ``propose`` returns candidates, None while they are looked up; ``history`` returns earlier filters."""

    propose: Propose
    history: Callable[[], Sequence[str]]


class LineState(Struct, frozen=True):
    """State of the line. ``closed`` is True after the text was accepted, False after a cancel, None while it is edited.

    ``looked_at`` is the position that ``completion`` is for; at ``quiet_at``, candidates stay hidden until the user
    asks for them. ``waiting_tab`` is the direction of a Tab pressed before the candidates arrived.
    """

    text: str = ""
    cursor: int = 0
    original: str = ""
    closed: bool | None = None
    completion: CompletionState | None = None
    looked_at: tuple[str, int] | None = None
    quiet_at: tuple[str, int] | None = None
    is_awaited: bool = False
    waiting_tab: int = 0
    recalled: tuple[str, ...] = ()
    recalled_at: int = 0

    @property
    def position(self) -> tuple[str, int]:
        """The text and the cursor."""
        return self.text, self.cursor

    @property
    def is_choosing(self) -> bool:
        """Whether a candidate is chosen."""
        return self.completion is not None and self.completion.at is not None

    @property
    def offered(self) -> CompletionState | None:
        """The candidates to show, if any."""
        completion = self.completion
        is_quiet = completion is None or (completion.at is None and self.quiet_at == self.position)
        return None if is_quiet else completion

    def begun(self) -> LineState:
        """Return the line at the start of editing. Escape will restore its text."""
        return replace(self, original=self.text, closed=None, recalled=(), recalled_at=0)

    def placed(self, text: str, cursor: int) -> LineState:
        """Return the line with another text and cursor, without looking up completions."""
        return replace(self, text=text, cursor=cursor, looked_at=(text, cursor))

    def quieted(self) -> LineState:
        """Return the line without candidates until the user types or asks for them."""
        return replace(self, quiet_at=self.position, looked_at=None, completion=None)

    def looked(self, sources: LineSources, *, again: bool = False) -> LineState:
        """Return the line with the candidates for its position, unless it already has them."""
        if self.looked_at == self.position and not again:
            return self
        line = replace(self, looked_at=self.position, waiting_tab=0, is_awaited=False, completion=None)
        completion = completion_at(*self.position)
        if completion is None or (completion.kind == "field" and not completion.prefix):
            return line
        candidates = sources.propose(*self.position, completion)
        state = CompletionState(*self.position, completion, candidates or ())
        return replace(line, is_awaited=candidates is None, completion=None if state.is_idle else state)

    def answered(self, sources: LineSources) -> LineState:
        """Return the line after candidates have arrived, with the effect of a Tab that waited for them."""
        if self.is_choosing:
            return self
        line = self.looked(sources, again=True)
        if self.waiting_tab and not line.is_awaited:
            return _tab(line, self.waiting_tab, sources)
        return replace(line, waiting_tab=self.waiting_tab)

    def picked(self, at: int, sources: LineSources) -> LineState:
        """Return the line with a candidate inserted, and no candidate chosen."""
        if self.completion is None or at >= len(self.completion.candidates):
            return self
        return _put(self, replace(self.completion, at=at).outcome).looked(sources, again=True)

    def press(self, key: str, sources: LineSources) -> LineState:
        """Return the line after a key of ``KEYS``."""
        line = self.looked(sources)
        match key:
            case "tab" | "shift+tab":
                return _tab(line, 1 if key == "tab" else -1, sources)
            case "enter":
                return _accepted(line)
            case "escape" | "ctrl+c":
                return _escaped(line)
            case _ if line.is_choosing:
                return _stepped(line, 1 if key == "down" else -1, sources)
        return _recalled(line, 1 if key == "up" else -1, sources)


def _put(line: LineState, result: EditResult) -> LineState:
    return line.placed(result.text, result.cursor)


def _tab(line: LineState, by: int, sources: LineSources) -> LineState:
    """Choose the next candidate, or accept the line if there are none."""
    if line.is_awaited:
        return replace(line, waiting_tab=by)
    return _accepted(line) if line.completion is None else _stepped(line, by, sources)


def _stepped(line: LineState, by: int, sources: LineSources) -> LineState:
    if line.completion is None:
        return line
    stepped = line.completion.stepped(by)
    line = _put(line, stepped.outcome)
    if len(stepped.candidates) == 1:
        return line.looked(sources, again=True)
    return replace(line, completion=stepped)


def _accepted(line: LineState) -> LineState:
    """Accept the text. If the query has an error, stay open and move the cursor to the error."""
    try:
        parse(line.text)
    except QueryError as error:
        return replace(line, cursor=error.end)
    return replace(line, closed=True)


def _escaped(line: LineState) -> LineState:
    """Revert the chosen candidate or, without one, cancel and restore the text."""
    if line.completion is not None and line.completion.at is not None:
        return line.placed(line.completion.text, line.completion.cursor).quieted()
    text = line.original
    return replace(replace(line, text=text, cursor=min(line.cursor, len(text))).quieted(), closed=False)


def _recalled(line: LineState, older: int, sources: LineSources) -> LineState:
    """Show an older or newer filter. The user's own text comes after the newest."""
    if not line.recalled or line.text != line.recalled[line.recalled_at]:
        earlier = (text for text in sources.history() if text != line.text)
        line = replace(line, recalled=(line.text, *earlier), recalled_at=0)
    at = max(0, min(len(line.recalled) - 1, line.recalled_at + older))
    text = line.recalled[at]
    return replace(line, recalled_at=at).placed(text, len(text)).quieted()
