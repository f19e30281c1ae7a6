"""Updates of the sidebar without a screen: invariants under random orders of events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from reader.config.schema import SavedSearch
from reader.index.model import FacetKind
from reader.tui import events
from reader.tui.filter.events import FilterEntered
from reader.tui.list.view import ALL, SidebarSelection, View
from reader.tui.ports import Publish
from reader.tui.sidebar.counts import SearchCounts, SidebarRow, with_searches
from reader.tui.sidebar.effects import CountSidebar, PrepareCounts
from reader.tui.sidebar.update import SidebarState, first_sidebar, update

if TYPE_CHECKING:
    from reader.tui.ports import Effect

BEST, ROADS, STREETS = (
    SavedSearch("best", "quality>=80"),
    SavedSearch("roads", "topic:roads"),
    SavedSearch("streets", "topic:roads"),
)
SEARCHES = ((), (BEST,), (BEST, ROADS), (BEST, STREETS), (ROADS, STREETS))
CHOICES = (ALL, SidebarSelection("topic", "Roads"), SidebarSelection("search", "roads", "topic:roads"))
CHANGES = (events.ListOutdated(), events.MarksChanged(), events.IndexChanged())
ACTIONS = ("choose", "kind", "change", "searches", "invalid", "request", "count", "arrive")


class Machine:
    """A sidebar whose counts run and arrive when the test says so. Each count is the number of changes so far."""

    def __init__(self) -> None:
        self.changes = 0
        self.view = View()
        self.waiting: CountSidebar | None = None
        self.answers: list[events.SidebarReady] = []
        self.state = first_sidebar(FacetKind.TOPIC, ALL, (BEST, ROADS))
        self.tell(events.CountsRequested())

    def tell(self, event: events.Event) -> None:
        self.state, effects = update(self.state, event, 0.0)
        for effect in effects:
            self.run(effect)
        if isinstance(event, events.ChoiceRenamed):
            self.view = View(choice=event.choice)
        if isinstance(event, events.CountsRequested):  # the list names the view
            self.tell(events.CountsOutdated(self.view, typing=False, new_since=None, found=None))

    def run(self, effect: Effect) -> None:
        if isinstance(effect, CountSidebar):
            self.waiting = effect  # a newer request cancels the one that waits
        elif isinstance(effect, Publish):
            self.tell(effect.event)

    def act(self, action: str, number: int) -> None:
        match action:
            case "choose":
                self.view = View(choice=CHOICES[number % len(CHOICES)])
                self.tell(events.ViewChanged(self.view))
                self.tell(events.CountsRequested())
            case "kind":
                self.tell(events.KindRequested())
            case "change":
                self.changes += 1
                self.tell(CHANGES[number % len(CHANGES)])
            case "searches":
                self.tell(events.SearchesLoaded(SEARCHES[number % len(SEARCHES)]))
            case "invalid":
                self.tell(events.CountsOutdated(View(typed="("), typing=False, new_since=None, found=None))
            case "request":
                self.tell(events.CountsRequested())
            case "count" if self.waiting is not None:
                self.count(self.waiting)
                self.waiting = None
            case "arrive" if self.answers:
                self.tell(self.answers.pop(0))

    def count(self, request: CountSidebar) -> None:
        """Answer a request, as the worker does."""
        saved = request.known
        if not saved.counted:
            counted = tuple(SidebarRow(row.label, row.choice, self.changes) for row in saved.rows)
            saved = SearchCounts(saved.age, counted, counted=True)
        rows = [SidebarRow("All", ALL, self.changes), SidebarRow(f"─ {request.kind.plural} ─")]
        self.answers.append(events.SidebarReady(request.kind, request.choice, tuple(with_searches(rows, saved)), saved))

    def finish(self) -> None:
        self.act("request", 0)
        self.act("count", 0)
        while self.answers:
            self.act("arrive", 0)


def labels(state: SidebarState) -> list[str]:
    assert state.shown is not None
    return [row.label for row in state.shown.rows]


def expected(state: SidebarState) -> list[str]:
    searches = ["─ searches ─", *(search.name for search in state.searches)] if state.searches else []
    return ["All", *searches, f"─ {state.kind.plural} ─"]


@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 9)), max_size=40))
def test_shown_rows_are_never_stale_and_no_request_is_lost(steps: list[tuple[str, int]]) -> None:
    machine = Machine()
    for action, number in steps:
        before = machine.state.shown
        machine.act(action, number)
        state = machine.state
        if state.shown is not before:
            assert state.shown is not None
            assert (state.shown.choice, state.shown.title) == (state.choice, state.title)
            assert labels(state) == expected(state)
        if state.counts.counted:
            assert {row.count for row in state.counts.rows} <= {machine.changes}
        assert [row.label for row in state.counts.rows] == [search.name for search in state.searches]
    machine.finish()
    assert machine.state.shown is not None
    assert machine.state.shown.choice == machine.state.choice == machine.view.choice
    assert labels(machine.state) == expected(machine.state)
    assert machine.state.counts.counted
    assert {row.count for row in machine.state.shown.rows if row.choice is not None} == {machine.changes}


@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 9)), max_size=40))
def test_saved_searches_are_counted_again_only_after_a_change(steps: list[tuple[str, int]]) -> None:
    machine = Machine()
    machine.finish()
    for action, number in steps:
        counts = machine.state.counts
        machine.act(action, number)
        if action not in {"change", "searches"}:
            assert machine.state.counts is counts or not counts.counted


def test_counts_are_prepared_before_a_filter_is_typed() -> None:
    state = first_sidebar(FacetKind.AUTHOR, ALL, ())
    for event in (events.FilterExpected(), FilterEntered()):
        assert update(state, event, 0.0) == (state, (PrepareCounts(FacetKind.AUTHOR),))


def test_late_rows_of_another_facet_are_not_shown() -> None:
    machine = Machine()
    machine.act("count", 0)
    machine.act("kind", 0)
    machine.act("arrive", 0)
    assert machine.state.shown is None
    machine.finish()
    assert labels(machine.state) == expected(machine.state)


def test_late_rows_of_deleted_searches_are_not_shown() -> None:
    machine = Machine()
    machine.act("count", 0)
    machine.act("searches", 1)
    machine.act("arrive", 0)
    assert machine.state.shown is None


def test_renamed_search_stays_selected_and_a_deleted_one_does_not() -> None:
    machine = Machine()
    machine.act("choose", 2)
    machine.act("searches", 3)
    assert machine.state.choice == machine.view.choice == SidebarSelection("search", "streets", "topic:roads")
    machine.act("searches", 1)
    assert machine.state.choice == machine.view.choice == ALL
