"""Completion candidates at the cursor of a query, and stepping through them. Does not depend on widgets."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.query.completion import EditResult, apply_completion, static_completions
from reader.query.fields import SORTS, find_field, find_flag
from reader.render.format import format_count
from reader.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reader.index.model import FacetCount, FacetKind
    from reader.query import Query
    from reader.query.completion import Completion

__all__ = [
    "Candidate",
    "CompletionState",
    "NameIndex",
    "NameRequest",
    "Offer",
    "build_name_index",
    "from_language",
    "from_names",
]

# Enough to step through; another letter narrows them down.
_MOST_CANDIDATES = 100


class Candidate(Struct, frozen=True):
    """Text to insert, with either the number of articles that have it or its meaning."""

    name: str
    count: int | None = None
    meaning: str = ""

    @property
    def note(self) -> str:
        """The text shown next to the name."""
        return self.meaning if self.count is None else format_count(self.count)


class CompletionState(Struct, frozen=True):
    """Query, cursor and the candidates there; ``at`` is the index of the chosen candidate, or None."""

    text: str
    cursor: int
    completion: Completion
    candidates: tuple[Candidate, ...]
    at: int | None = None

    def stepped(self, by: int) -> CompletionState:
        """Return the state with the next or previous candidate chosen, wrapping around."""
        if self.at is None:
            return replace(self, at=0 if by > 0 else len(self.candidates) - 1)
        return replace(self, at=(self.at + by) % len(self.candidates))

    @property
    def outcome(self) -> EditResult:
        """The query with the chosen candidate inserted."""
        if self.at is None:
            return EditResult(self.text, self.cursor)
        return apply_completion(self.text, self.completion, self.candidates[self.at].name)

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to choose: no candidate, or only one that is already in the text."""
        if len(self.candidates) > 1:
            return False
        return not self.candidates or self.stepped(1).outcome.text.strip() == self.text.strip()


class Offer(Struct, frozen=True):
    """Candidates to show, or None to hide them; ``column`` is the screen column where the completed term begins."""

    choosing: CompletionState | None
    column: int


class NameRequest(Struct, frozen=True):
    """Request for names of a field, among the articles that the rest of the view finds."""

    kind: FacetKind
    within: Query


class NameIndex(Struct, frozen=True):
    """Names with counts, most frequent first, and a text to search, with each folded name on its own line.

    ``starts`` holds the offsets of the lines.
    """

    facets: tuple[FacetCount, ...] = ()
    text: str = ""
    starts: tuple[int, ...] = ()


def build_name_index(facets: Iterable[FacetCount]) -> NameIndex:
    """Return an index of names that is fast to search at every key, however many names there are."""
    found = tuple(facets)
    lines = [f"\n{fold(facet.name)}" for facet in found]
    starts = tuple(accumulate(map(len, lines[:-1]), initial=0)) if lines else ()
    return NameIndex(found, "".join(lines), starts)


def from_names(names: NameIndex, typed: str) -> tuple[Candidate, ...]:
    """Return the names that start with ``typed``, then the names in which a later word does."""
    wanted = fold(typed)
    rows = dict.fromkeys(islice(_rows(names, f"\n{wanted}"), _MOST_CANDIDATES))
    if wanted and len(rows) < _MOST_CANDIDATES:
        rows |= dict.fromkeys(islice(_rows(names, f" {wanted}"), _MOST_CANDIDATES))
    found = (names.facets[row] for row in islice(rows, _MOST_CANDIDATES))
    return tuple(Candidate(facet.name, facet.count) for facet in found)


def _rows(names: NameIndex, piece: str) -> Iterator[int]:
    """Yield the index of each name that contains a piece of text."""
    at = names.text.find(piece)
    while at >= 0:
        yield bisect_right(names.starts, at) - 1
        at = names.text.find(piece, at + 1)


def from_language(completion: Completion) -> tuple[Candidate, ...]:
    """Return the fields, flags or sort keys that start with the prefix, each with its meaning."""
    return tuple(Candidate(name, meaning=_meaning(completion.kind, name)) for name in static_completions(completion))


def _meaning(kind: str, name: str) -> str:
    if kind == "field":
        field = find_field(name.removesuffix(":"))
        return field.summary if field else ""
    if kind == "sort":
        return next((key.first for key in SORTS if key.name == name), "reversed")
    flag = find_flag(kind, name)
    return flag.summary if flag else ""
