"""Updates of the sidebar room: rows with counts, and saved searches. Pure: ``effects`` does the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.errors import QueryError
from reader.index.model import FacetKind
from reader.tui.events import (
    ChoicePicked,
    ChoiceRenamed,
    CountsOutdated,
    CountsPainted,
    CountsRequested,
    FilterCleared,
    FilterExpected,
    IndexChanged,
    KindRequested,
    ListOutdated,
    MarksChanged,
    SearchesLoaded,
    SidebarReady,
    ViewChanged,
)
from reader.tui.feeds.events import Subscribed
from reader.tui.filter.events import FilterEntered
from reader.tui.jobs import Lane
from reader.tui.list.view import ALL, SidebarSelection
from reader.tui.ports import CheckPainted, Publish
from reader.tui.sidebar.counts import SearchCounts, rows_of
from reader.tui.sidebar.effects import CountSidebar, PrepareCounts, TellPainted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reader.config.schema import SavedSearch
    from reader.tui.events import Event
    from reader.tui.ports import Effect
    from reader.tui.sidebar.counts import SidebarRow

    Step = tuple["SidebarState", tuple[Effect, ...]]

__all__ = ["SidebarRows", "SidebarState", "count_effect", "find_choice", "first_sidebar", "update"]

_KINDS = (FacetKind.TOPIC, FacetKind.PROVIDER, FacetKind.CATEGORY, FacetKind.AUTHOR, FacetKind.YEAR)


class SidebarRows(Struct, frozen=True):
    """Rows to show with the cursor on a selection; ``title`` names the facet that they list."""

    rows: tuple[SidebarRow, ...]
    choice: SidebarSelection
    title: str


class SidebarState(Struct, frozen=True):
    """The facet listed, the selection of the view, the saved searches, and the rows shown.

    ``is_counting`` from a request for counts to their answer.
    """

    kind: FacetKind = FacetKind.TOPIC
    kinds: tuple[FacetKind, ...] = _KINDS
    choice: SidebarSelection = ALL
    searches: tuple[SavedSearch, ...] = ()
    counts: SearchCounts = SearchCounts(0, (), counted=False)
    shown: SidebarRows | None = None
    is_counting: bool = False

    @property
    def title(self) -> str:
        """The title of the pane."""
        return self.kind.plural.capitalize()


def first_sidebar(
    kind: FacetKind, choice: SidebarSelection, searches: tuple[SavedSearch, ...], *, has_feeds: bool = False
) -> SidebarState:
    """Return the state at startup; ``kind`` can be one that the UI does not offer otherwise."""
    kinds = tuple(dict.fromkeys((*_KINDS, *([FacetKind.FEED] if has_feeds else []), kind)))
    return SidebarState(kind, kinds, choice, searches, SearchCounts(0, rows_of(searches), counted=False))


def update(state: SidebarState, event: Event, _now: float) -> Step:
    """Return the state after an event, and the effects to run."""
    match event:
        case ViewChanged() | ChoicePicked() | ChoiceRenamed() | FilterCleared():
            choice = event.view.choice if isinstance(event, ViewChanged) else event.choice
            return replace(state, choice=choice), ()
        case IndexChanged() | ListOutdated() | MarksChanged():
            return replace(state, counts=_outdated(state.counts)), ()
        case KindRequested() | Subscribed():
            return _change_kind(state, event)
        case CountsOutdated():
            return _count(state, event)
        case SidebarReady() | CountsPainted() | FilterEntered() | FilterExpected():
            return _update_counts(state, event)
        case _:
            return _load_searches(state, event)


def _update_counts(state: SidebarState, event: SidebarReady | CountsPainted | FilterEntered | FilterExpected) -> Step:
    match event:
        case SidebarReady():
            return _show(replace(state, is_counting=False), event), (CheckPainted(Lane.COUNTS, CountsPainted()),)
        case CountsPainted():
            return state, (TellPainted(),)
        case FilterEntered() | FilterExpected():
            return state, (PrepareCounts(state.kind),)


def _change_kind(state: SidebarState, event: KindRequested | Subscribed) -> Step:
    if isinstance(event, Subscribed):
        return replace(state, kinds=tuple(dict.fromkeys((*state.kinds, FacetKind.FEED)))), ()
    at = state.kinds.index(state.kind) + 1
    return replace(state, kind=state.kinds[at % len(state.kinds)]), (Publish(CountsRequested()),)


def _outdated(counts: SearchCounts) -> SearchCounts:
    return SearchCounts(counts.age + 1, counts.rows, counted=False)


def _count(state: SidebarState, event: CountsOutdated) -> Step:
    wanted = count_effect(state, event)
    # If the view has an error, the filter line shows it.
    return (state, ()) if wanted is None else (replace(state, is_counting=True), (wanted,))


def count_effect(state: SidebarState, event: CountsOutdated) -> CountSidebar | None:
    """Return the effect that counts the articles of a view; None if the view has an error."""
    view = event.view
    try:
        query = view.query_without_choice(typing=event.typing)
    except QueryError:
        return None
    return CountSidebar(query, view.sort, event.new_since, state.kind, view.choice, state.counts, event.found)


def _show(state: SidebarState, event: SidebarReady) -> SidebarState:
    """Take the counts unless they were invalidated meanwhile, and the rows unless others are wanted by now."""
    listed = [row.choice for row in state.counts.rows] == [row.choice for row in event.saved.rows]
    if event.saved.age == state.counts.age:
        state = replace(state, counts=event.saved)
    if (event.kind, event.choice, listed) != (state.kind, state.choice, True):
        return state
    return replace(state, shown=SidebarRows(event.rows, event.choice, state.title))


def _load_searches(state: SidebarState, event: Event) -> Step:
    if not isinstance(event, SearchesLoaded) or event.searches == state.searches:
        return state, ()
    searches = event.searches
    counts = SearchCounts(state.counts.age + 1, rows_of(searches), counted=False)
    after: tuple[Effect, ...] = (Publish(CountsRequested()),)
    if state.choice.field == "search":
        choice = find_choice(searches, _name_now(state.choice, state.searches, searches))
        after = (Publish(ChoiceRenamed(choice)), *after)
    return replace(state, searches=searches, counts=counts), after


def find_choice(searches: Iterable[SavedSearch], name: str) -> SidebarSelection:
    """Return the selection of a search by its name, or all articles if there is no such search."""
    found = next((search for search in searches if search.name == name), None)
    return ALL if found is None else SidebarSelection("search", found.name, found.query)


def _name_now(choice: SidebarSelection, before: Iterable[SavedSearch], found: Iterable[SavedSearch]) -> str:
    """Return the name of the selected search; if it is gone, of the only new search with its query (a rename)."""
    names = {search.name for search in before}
    new = [search.name for search in found if search.name not in names and search.query == choice.text]
    gone = all(search.name != choice.value for search in found)
    return new[0] if gone and len(new) == 1 else choice.value
