"""Updates of the list room: view, query, rows and cursor. Pure: ``effects`` does the work."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.errors import QueryError
from reader.index.model import IndexProfile
from reader.query import Query
from reader.query.highlight import Highlight, highlight_terms, match_spans
from reader.query.relaxation import ignoring_marks
from reader.render.format import format_count
from reader.tui.events import (
    ChoicePicked,
    ChoiceRenamed,
    CountsOutdated,
    CountsRequested,
    FilterCleared,
    FilterExpected,
    FilterLeft,
    FilterTyped,
    FolderRead,
    IndexChanged,
    ListOutdated,
    MarksChanged,
    NewArticlesCounted,
    RowsPainted,
    RowsShown,
    ViewChanged,
)
from reader.tui.filter.events import FilterEntered
from reader.tui.jobs import Lane
from reader.tui.list.effects import (
    FindFirstRows,
    FindRows,
    FinishFilter,
    FollowIndex,
    LocateRows,
    PrepareRows,
    RefreshUnlessBusy,
    RememberFilter,
    SayNews,
    ShowNews,
    TellPainted,
)
from reader.tui.list.events import (
    ArticlePicked,
    ColumnsChosen,
    FilterFinished,
    ListOpened,
    ListReady,
    ListScrolled,
    NewArticlesFound,
    RowsLocated,
    RowsOutdated,
)
from reader.tui.list.new_items import NewItems
from reader.tui.list.query_run import Rows
from reader.tui.list.view import View, sort_words
from reader.tui.ports import CheckPainted, Publish, Say, WakeAfter

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Sequence

    from reader.query import SortKey
    from reader.tui.events import Event
    from reader.tui.list.query_run import ListResult
    from reader.tui.ports import Effect

    Step = tuple["ListState", tuple[Effect, ...]]

__all__ = ["FilterText", "ListState", "Placement", "counts_request", "place", "update"]

# A while later, when the user is more likely to read than to press keys.
_EXPECT_FILTER = WakeAfter(1.0, FilterExpected())


class Placement(Struct, frozen=True):
    """Rows and the row of the cursor; for ``follow`` see ``VirtualList.set_rows``.

    ``is_rest`` if the rows can only extend those shown, with the cursor unchanged.
    """

    rows: Rows = Rows()
    row: int = 0
    follow: bool = True
    is_rest: bool = False


class FilterText(Struct, frozen=True):
    """Text to put into the filter line; a new instance each time."""

    text: str = ""


class ListState(Struct, frozen=True):
    """State of the list. A result is shown only if it answers the latest request, number ``asked``.

    ``wanted`` is the path of the article the user last went to; the cursor returns to it whenever it is in the list.
    ``wanted_then`` is what it was when the request was made. ``answered`` is the number of the last request whose rows
    are shown, or that found none. ``changed`` is True until a changed view is shown, and
    ``begun`` is the number of the request whose first rows are shown while the rest is pending. After the first sync
    (``settled``) the cursor keeps its article even if the user never moved. ``columns`` are those the user has chosen.
    """

    view: View = View()
    typing: bool = False
    error: QueryError | None = None
    query: Query = Query()
    asked: int = 0
    answered: int = 0
    begun: int | None = None
    changed: bool = True
    wanted: str = ""
    wanted_then: str = ""
    settled: bool = False
    new_since: int | None = None
    news: NewItems = NewItems()
    placement: Placement = Placement()
    total: int = 0
    profile: IndexProfile = IndexProfile()
    columns: tuple[str, ...] = ()
    title: str = ""
    highlight: Highlight = Highlight()
    found: Callable[[str], Sequence[tuple[int, int]]] = partial(match_spans, Highlight())
    filter: FilterText = FilterText()

    @property
    def rows(self) -> Rows:
        """The rows shown."""
        return self.placement.rows

    @property
    def is_pending(self) -> bool:
        """Whether the rows of the latest request are not known yet."""
        return self.answered != self.asked

    @property
    def order(self) -> tuple[SortKey, ...]:
        """The sort order of the list."""
        return self.query.sort or self.view.sort

    @property
    def depends_on_marks(self) -> bool:
        """Whether setting a mark can add an article to the list or remove one."""
        return ignoring_marks(self.query) != self.query

    @property
    def is_countable(self) -> bool:
        """Whether the sidebar counts the articles in the list."""
        # A sidebar selection narrows only the list, and rows may be pinned.
        return not (self.view.choice.field or self.depends_on_marks)


def update(state: ListState, event: Event, _now: float) -> Step:
    """Return the state after an event, and the effects to run."""
    match event:
        case ViewChanged() | ChoicePicked() | ChoiceRenamed() | FilterTyped() | FilterCleared():
            return _complain(state, *_update_view(state, event))
        case FilterLeft() | FilterFinished():
            return _complain(state, *_finish(state, event))
        case ListReady() | RowsLocated() | NewArticlesFound() | ListScrolled() | RowsPainted() | RowsOutdated():
            return _update_rows(state, event)
        case ArticlePicked(path=path):
            return (state if path == state.wanted else replace(state, wanted=path)), ()
        case ListOpened(new_since=new_since):
            return _open(replace(state, new_since=new_since))
    return _complain(state, *_update_index(state, event))


def _complain(before: ListState, now: ListState, effects: tuple[Effect, ...]) -> Step:
    """Show the filter's error while it has one."""
    error = now.error
    if error is before.error:
        return now, effects
    if error is None:
        return now, (Say(""), *effects)
    unfinished = _is_unfinished(now, error)
    hint = f"did you mean {error.nearest}?" if error.nearest else f"expected {error.expected}" if error.expected else ""
    return now, (Say(str(error), warning=not unfinished, stays=True, short=hint), *effects)


def _is_unfinished(state: ListState, error: QueryError) -> bool:
    """Return whether the end of the filter is merely incomplete, which is not an error."""
    return state.typing and error.start == error.end >= len(state.view.typed.rstrip())


def _update_view(
    state: ListState, event: ViewChanged | ChoicePicked | ChoiceRenamed | FilterTyped | FilterCleared
) -> Step:
    match event:
        case ChoicePicked(choice=choice):
            return _change(state, state.view.with_choice(choice))
        case ViewChanged(view=view):
            typed = state.filter if view.typed == state.view.typed else FilterText(view.typed)
            return _change(replace(state, filter=typed), view)
        case ChoiceRenamed(choice=choice):
            return _change(state, replace(state.view, choice=choice))
        case FilterTyped(text=text):
            return _change(replace(state, typing=True), replace(state.view, typed=text))
        case FilterCleared(choice=choice):
            cleared = replace(state, filter=FilterText())
            return _change(cleared, replace(state.view.cleared(), choice=choice))


def _finish(state: ListState, event: FilterLeft | FilterFinished) -> Step:
    match event:
        case FilterLeft(accepted=False):
            return _ask(replace(state, typing=False), changed=False)
        case FilterLeft():
            return replace(state, typing=False), (FinishFilter(state.view, state.new_since),)
        case FilterFinished(before=before) if before != state.view:
            return _ask(state, changed=False)
        case FilterFinished(view=view):
            state, effects = _ask(replace(state, view=view, filter=FilterText(view.typed)), changed=False)
            return state, effects if state.error else (*effects, RememberFilter(view.typed))


def _update_rows(
    state: ListState, event: ListReady | RowsLocated | NewArticlesFound | ListScrolled | RowsPainted | RowsOutdated
) -> Step:
    match event:
        case RowsPainted() | RowsOutdated():
            return state, (TellPainted() if isinstance(event, RowsPainted) else RefreshUnlessBusy(),)
        case NewArticlesFound():
            return replace(state, news=state.news.taken(event.news, event.top)), ()
        case ListScrolled(top=top):
            news = state.news.seen(top)
            return (state if news is state.news else replace(state, news=news)), ()
        case ListReady(asked=state.asked):
            moved_to = None if state.wanted == state.wanted_then else state.wanted
            return state, (LocateRows(event, moved_to), CheckPainted(Lane.LIST, RowsPainted()))
        case RowsLocated(asked=state.asked):
            return _show(state, event)
    # Not the answer to the latest request.
    return state, (CheckPainted(Lane.LIST, RowsPainted()),) if isinstance(event, ListReady) else ()


def _update_index(state: ListState, event: Event) -> Step:
    match event:
        case IndexChanged() | ListOutdated():
            return _ask(state, changed=False)
        case MarksChanged() if state.depends_on_marks:
            return _ask(state, changed=False)
        case MarksChanged() | CountsRequested():
            return state, (Publish(counts_request(state)),)
        case NewArticlesCounted():
            return state, (SayNews(event),)
        case ColumnsChosen(columns=columns):
            return replace(state, columns=columns), ()
    return _prepare(state, event)


def _prepare(state: ListState, event: Event) -> Step:
    """Prepare for a filter when one is expected."""
    match event:
        case FilterEntered() | FilterExpected():
            return state, (PrepareRows(_find_rows(state)),)
        case FolderRead():
            # Once more, since the first sync has probably changed the index.
            expect = () if state.settled else (_EXPECT_FILTER,)
            return replace(state, settled=True, news=state.news.begun()), expect
    return state, ()


def _open(state: ListState) -> Step:
    try:
        query = state.view.query()
    except QueryError:
        return state, ()  # the next request reports it
    state = replace(state, query=query, wanted_then=state.wanted)
    return state, (FindFirstRows(_find_rows(state)), _EXPECT_FILTER)


def _change(state: ListState, view: View) -> Step:
    return (state, ()) if view == state.view else _ask(replace(state, view=view), changed=True)


def _ask(state: ListState, *, changed: bool) -> Step:
    """Query the list. A change whose result is not shown yet still counts as a change of the list.

    An incomplete term does not narrow the list, which shows the result of the other terms.
    """
    fault = None
    try:
        query = state.view.query(typing=state.typing)
    except QueryError as error:
        fault, finished = error, state.view.without_last_term()
        if not _is_unfinished(state, error) or finished is None:
            return replace(state, error=error), ()
        query = finished.query()
    state = replace(
        state,
        error=fault,
        query=query,
        asked=state.asked + 1,
        changed=state.changed or changed,
        wanted_then=state.wanted,
    )
    return state, (_find_rows(state),)


def _find_rows(state: ListState) -> FindRows:
    shown = None if state.changed else state.rows
    return FindRows(state.asked, state.query, state.view.sort, state.new_since, state.wanted, state.news, shown)


def place(found: RowsLocated, *, is_begun: bool) -> Placement | None:
    """Return where rows and cursor go, or None if the cursor's article may be among rows that are still pending.

    ``is_begun`` if the first rows of the same result are shown.
    """
    rows, whole = found.result.rows, found.result.whole
    row = rows.row_of(found.kept)
    if row is None and found.kept is not None and not whole:
        return None
    if row is None:
        row = 0 if found.changed else min(found.cursor, max(0, len(rows) - 1))
    return Placement(rows, row, follow=found.changed, is_rest=whole and is_begun and row == found.cursor)


def _show(state: ListState, found: RowsLocated) -> Step:
    result = found.result
    placement = place(found, is_begun=state.begun == found.asked)
    if placement is None:
        return state, ()
    highlight = highlight_terms(state.query)
    if highlight != state.highlight:
        state = replace(state, highlight=highlight, found=partial(match_spans, highlight))
    if result.files.index != found.files.index:
        state = replace(state, new_since=None, news=state.news.restarted())
    state = replace(
        state,
        placement=placement,
        answered=found.asked if placement.rows or result.whole else state.answered,
        begun=None if result.whole else found.asked,
        changed=False,
        wanted=state.wanted if found.moved_to is None else found.moved_to,
        total=result.total,
        profile=result.profile,
        title=_title(state, result),
    )
    return state, _after_rows(state, found)


def _after_rows(state: ListState, found: RowsLocated) -> tuple[Effect, ...]:
    result = found.result
    follow = (FollowIndex(),) if result.files != found.files else ()
    if result.counts is not None:
        counts: tuple[Effect, ...] = (Publish(result.counts),)
    else:
        ids = state.rows.ids if state.is_countable else None
        counts = (Publish(counts_request(state, ids)),) if result.whole else ()
    # The first frame must not wait for an article.
    shown = (Publish(RowsShown(found.changed, result.whole, state.typing)),) if found.asked else ()
    return (*follow, ShowNews(result.news), *counts, *shown)


def counts_request(state: ListState, found: array[int] | None = None) -> CountsOutdated:
    """Return the request for the counts of the view; ``found`` are the IDs in the list if they can be counted."""
    view = state.view if state.error is None else state.view.without_last_term() or state.view
    return CountsOutdated(view, state.typing, state.new_since, found)


def _title(state: ListState, result: ListResult) -> str:
    view = state.view
    count = format_count(len(result.rows)) if result.whole else "…"
    parts = [count if view.matches_all else f"{count} of {format_count(result.total)}"]
    if view.choice.field:
        parts.append(view.choice.label)
    if view.min_quality:
        parts.append(f"quality ≥ {view.min_quality}")
    return " · ".join((*parts, sort_words(state.order)))
