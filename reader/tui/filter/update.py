"""Updates of the filter room: completion. Pure: ``effects`` does the work, ``line`` defines the effect of keys."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.errors import QueryError
from reader.index.model import FacetKind
from reader.query.completion import without_term
from reader.tui.events import CountsOutdated, CountsPainted, IndexChanged, RowsPainted
from reader.tui.filter.completion import NameIndex, NameRequest, Offer, from_language, from_names
from reader.tui.filter.effects import CheckList, FindNames, TellLater
from reader.tui.filter.events import (
    CandidatesDue,
    CandidatesOffered,
    FilterEntered,
    ListIdle,
    NamesReady,
    NamesWanted,
)

if TYPE_CHECKING:
    from reader.query import Query
    from reader.query.completion import Completion
    from reader.tui.events import Event
    from reader.tui.filter.completion import Candidate
    from reader.tui.list.view import View
    from reader.tui.ports import Effect

    Step = tuple["FilterState", tuple[Effect, ...]]

__all__ = ["FilterState", "propose", "update"]

_KINDS = MappingProxyType(
    {
        "topic": FacetKind.TOPIC,
        "provider": FacetKind.PROVIDER,
        "domain": FacetKind.DOMAIN,
        "category": FacetKind.CATEGORY,
        "author": FacetKind.AUTHOR,
        "type": FacetKind.TYPE,
        "lang": FacetKind.LANGUAGE,
        "feed": FacetKind.FEED,
    }
)


class FilterState(Struct, frozen=True):
    """State of completion: the names ``asked`` for last, and those already ``known``.

    ``offered`` are candidates to show once rows and counts for the same text are painted, or only the rows if
    ``counts_are_slow``.
    """

    asked: NameRequest | None = None
    known: NameRequest | None = None
    names: NameIndex = NameIndex()
    offered: Offer | None = None
    counts_are_slow: bool = False
    shown: Offer | None = None


def update(state: FilterState, event: Event, now: float) -> Step:  # noqa: ARG001 - the signature of all rooms
    """Return the state after an event, and the effects to run."""
    match event:
        case NamesWanted(wanted=wanted) if wanted != state.asked:
            return replace(state, asked=wanted), (FindNames(wanted),)
        case NamesReady(wanted=wanted) if wanted == state.asked:
            return replace(state, known=wanted, names=event.names), ()
        case IndexChanged() | FilterEntered():
            # The folder or the marks may have changed.
            return replace(state, asked=None, known=None), ()
    return _update_offer(state, event)


def _update_offer(state: FilterState, event: Event) -> Step:
    match event:
        case CandidatesOffered(offer=offer):
            # Later: the list request for the typed text may not have been made yet.
            return replace(state, offered=offer, counts_are_slow=False), (TellLater(CandidatesDue()),)
        case CandidatesDue() if state.offered is not None:
            return state, (CheckList(),)
        case CountsOutdated():
            # The list is complete, but its counts did not come with it.
            return replace(state, counts_are_slow=True), ()
        case RowsPainted() if state.offered is not None and state.counts_are_slow:
            return replace(state, offered=None, shown=state.offered), ()
        case CountsPainted() | ListIdle() if state.offered is not None:
            return replace(state, offered=None, shown=state.offered), ()
    return state, ()


def propose(
    state: FilterState, view: View, text: str, cursor: int, completion: Completion
) -> tuple[Candidate, ...] | NameRequest:
    """Return the candidates at the cursor, or the request for names to look up first."""
    kind = _KINDS.get(completion.kind)
    if kind is None:
        return from_language(completion)
    wanted = NameRequest(kind, _rest_of_view(view, text, cursor))
    return from_names(state.names, completion.prefix) if wanted == state.known else wanted


def _rest_of_view(view: View, text: str, cursor: int) -> Query:
    """Return the query of the view without the term being typed or, if that is invalid, without the filter."""
    try:
        return replace(view, typed=without_term(text, cursor)).query()
    except QueryError:
        return replace(view, typed="").query()
