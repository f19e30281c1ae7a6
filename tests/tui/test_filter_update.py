"""Updates of the filter without a screen: which names are looked up, and when candidates are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from reader.index.model import FacetCount, FacetKind
from reader.query import parse
from reader.query.completion import completion_at
from reader.tui.events import CountsOutdated, CountsPainted, IndexChanged, RowsPainted
from reader.tui.filter.completion import NameRequest, Offer, build_name_index
from reader.tui.filter.effects import CheckList, FindNames, TellLater
from reader.tui.filter.events import (
    CandidatesDue,
    CandidatesOffered,
    FilterEntered,
    ListIdle,
    NamesReady,
    NamesWanted,
)
from reader.tui.filter.update import FilterState, propose, update
from reader.tui.list.view import View

if TYPE_CHECKING:
    from reader.tui.events import Event

TOPICS = NameRequest(FacetKind.TOPIC, parse(""))
AUTHORS = NameRequest(FacetKind.AUTHOR, parse(""))
NAMES = {wanted: build_name_index([FacetCount(wanted.kind.field, 3)]) for wanted in (TOPICS, AUTHORS)}
OFFERS = (Offer(None, 0), Offer(None, 7))
EVENTS: tuple[Event, ...] = (
    *(NamesWanted(wanted) for wanted in NAMES),
    *(NamesReady(wanted, names) for wanted, names in NAMES.items()),
    *(CandidatesOffered(offer) for offer in OFFERS),
    CandidatesDue(),
    ListIdle(),
    RowsPainted(),
    CountsOutdated(View(), typing=True, new_since=None, found=None),
    CountsPainted(),
    IndexChanged(),
    FilterEntered(),
)


@given(st.lists(st.sampled_from(EVENTS), max_size=30))
def test_names_match_the_latest_request_and_the_last_offer_is_shown(events: list[Event]) -> None:
    state = FilterState()
    for event in events:
        before = state
        state, effects = update(state, event, 0.0)
        if state.known is not None:
            assert state.known in (before.known, state.asked)
            assert state.names == NAMES[state.known]
        if FindNames(TOPICS) in effects or FindNames(AUTHORS) in effects:
            assert state.asked != before.asked
        if state.shown is not before.shown:
            assert state.shown is before.offered
    state, _effects = update(state, CountsPainted(), 0.0)
    offered = [event.offer for event in events if isinstance(event, CandidatesOffered)]
    assert state.shown == (offered[-1] if offered else None)


def test_candidates_wait_until_rows_and_counts_are_painted() -> None:
    state, effects = update(FilterState(), CandidatesOffered(OFFERS[1]), 0.0)
    assert effects == (TellLater(CandidatesDue()),)
    state, effects = update(state, CandidatesDue(), 0.0)
    assert (state.shown, effects) == (None, (CheckList(),))
    state, _effects = update(state, RowsPainted(), 0.0)
    assert state.shown is None
    state, _effects = update(state, CountsPainted(), 0.0)
    assert state.shown is OFFERS[1]


def test_candidates_do_not_wait_for_slow_counts() -> None:
    state, _effects = update(FilterState(), CandidatesOffered(OFFERS[1]), 0.0)
    state, _effects = update(state, CountsOutdated(View(), typing=True, new_since=None, found=None), 0.0)
    assert state.shown is None
    state, _effects = update(state, RowsPainted(), 0.0)
    assert state.shown is OFFERS[1]


def test_names_are_proposed_once_they_are_known() -> None:
    text = "topic:to"
    completion = completion_at(text, len(text))
    assert completion is not None
    state, view = FilterState(), View(typed=text)
    wanted = propose(state, view, text, len(text), completion)
    assert isinstance(wanted, NameRequest)
    state, effects = update(state, NamesWanted(wanted), 0.0)
    assert effects == (FindNames(wanted),)
    assert update(state, NamesWanted(wanted), 0.0) == (state, ())
    state, _effects = update(state, NamesReady(wanted, NAMES[TOPICS]), 0.0)
    found = propose(state, view, text, len(text), completion)
    assert not isinstance(found, NameRequest)
    assert [candidate.name for candidate in found] == ["topic"]
    state, _effects = update(state, IndexChanged(), 0.0)
    assert propose(state, view, text, len(text), completion) == wanted
