"""Updates of the list without a screen: invariants under random orders of events, over an index in memory."""

from __future__ import annotations

from array import array
from contextlib import nullcontext
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace
from sweep import amount

from reader.index.database import FileIds
from reader.index.model import IndexProfile
from reader.query import Clock, Query
from reader.query.relaxation import ignoring_marks
from reader.tui import events
from reader.tui.jobs import Lane
from reader.tui.list import events as list_events
from reader.tui.list import query_run
from reader.tui.list.effects import FindRows, PrepareRows
from reader.tui.list.new_items import NewItems
from reader.tui.list.query_run import ListResult, NewArticleCriteria, NewArticles, Rows
from reader.tui.list.update import ListState, place, update
from reader.tui.list.view import ALL, SidebarSelection, View
from reader.tui.ports import ListPosition, Publish, WakeAfter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CLOCK = Clock(now=datetime(2026, 11, 23, tzinfo=UTC), zone=UTC)
PER_FILE = 1000
TEXTS = ("", "od", "odd", "even", "is:unread", "-is:unread", "odd is:unread", "(", "quality>=")
CHOICES = (
    ALL,
    SidebarSelection("topic", "odd"),
    SidebarSelection("is", "unread"),
    SidebarSelection("search", "x", "("),
)


class Item(Struct, frozen=True):
    """An article whose number decides what it matches, and its position."""

    id: int
    number: int
    read: bool = False

    @property
    def path(self) -> str:
        return f"{self.number}.md"

    def matches(self, query: Query) -> bool:
        words = str(replace(query, limit=None)).replace("(", "").replace(")", "").split()
        return all(self._matches(word) for word in words)

    def _matches(self, word: str) -> bool:
        if "is:unread" in word:
            return self.read == word.startswith("-")
        if "quality" in word:
            return self.number >= int(word.rpartition("=")[2].partition(".")[0])
        name = ("even", "odd")[self.number % 2]
        text = word.removeprefix("topic:").rstrip("*")
        return name.startswith(text) if word.endswith("*") else name == text


class Index:
    """A fake index, in files that replace each other: the IDs of one file mean nothing in another."""

    def __init__(self) -> None:
        self.file = 0
        self.last = 0
        self.items: dict[int, Item] = {}
        for number in range(12):
            self.add(number)

    def add(self, number: int) -> None:
        read = number in self.items and self.items[number].read
        self.last += 1
        self.items[number] = Item(self.last, number, read)

    def replaced(self) -> None:
        self.file += 1
        self.last = 0
        for number in reversed(list(self.items)):
            self.add(number)

    def found(self, query: Query) -> list[Item]:
        return [item for number, item in sorted(self.items.items()) if item.matches(query)]


class Connection:
    """A fake connection, which keeps its file until it follows."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._file = index.file

    @property
    def files(self) -> FileIds:
        return FileIds((1, self._file), (1, 1))

    def follow(self) -> bool:
        before, self._file = self._file, self._index.file
        return before != self._file

    def snapshot(self) -> nullcontext[None]:
        return nullcontext()

    def totals(self) -> SimpleNamespace:
        return SimpleNamespace(articles=10_000)

    def profile(self) -> IndexProfile:
        return IndexProfile()

    def _id(self, item: Item) -> int:
        return self._file * PER_FILE + item.id

    def ids(
        self,
        query: Query,
        _context: object,
        *,
        limit: int | None = None,
        pinned: Sequence[int] = (),
        **_options: object,
    ) -> array[int]:
        kept = {item.number for item in self._index.found(ignoring_marks(query)) if self._id(item) in pinned}
        found = {item.number for item in self._index.found(query)} | kept
        return array("I", [self._id(self._index.items[number]) for number in sorted(found)][:limit])

    def select(self, query: Query, context: object, **_options: object) -> SimpleNamespace:
        return SimpleNamespace(all=lambda: self.ids(query, context), hits=None)

    def first(self, *_arguments: object, **_options: object) -> None:
        return None

    def cached_order(self, *_arguments: object) -> None:
        return None

    def is_excluded(self, *_arguments: object) -> bool:
        return False

    def find_by_path(self, path: str) -> SimpleNamespace | None:
        item = self._index.items.get(int(path.removesuffix(".md")))
        return None if item is None else SimpleNamespace(id=self._id(item), path=path)

    def with_paths(self, paths: Sequence[str]) -> dict[int, str]:
        found = ((self.find_by_path(path), path) for path in paths)
        return {entry.id: path for entry, path in found if entry is not None}

    def added_since(self, after: int, _since: int) -> dict[int, str]:
        return {self._id(item): item.path for item in self._index.items.values() if self._id(item) > after}

    def last_id(self) -> int:
        return self._file * PER_FILE + self._index.last

    def count(self, query: Query, _context: object, **_options: object) -> int:
        return len(self._index.found(query))


class Machine:
    """A list with its widget, whose queries run and whose results arrive when the test says so."""

    def __init__(self) -> None:
        self.index = Index()
        self.shown, self.list = Connection(self.index), Connection(self.index)
        self.work: Callable[[Callable[[], bool]], None] | None = None
        self.answers: list[events.Event] = []
        self.published: list[events.Event] = []
        self.filters: list[str] = []
        self.said: list[tuple[str, bool, bool]] = []
        self.rows, self.cursor, self.top = Rows(), 0, 0
        self.state = ListState()
        jobs = SimpleNamespace(
            submit=self._submit,
            cancel=lambda _lane: None,
            until_painted=lambda send: send(),
            is_paint_pending=lambda _lane: False,
            painted=lambda: None,
            is_busy=lambda _lane: self.work is not None,
        )
        self.ports: Any = SimpleNamespace(
            search=self.shown,
            connect=lambda _lane: self.list,
            jobs=jobs,
            context=SimpleNamespace(clock=lambda: CLOCK, filters=SimpleNamespace(add=self.filters.append)),
            dispatch=self.tell,
            post=self.answers.append,
            fail=lambda error: pytest.fail(str(error)),
            say=lambda message, **options: self.said.append((message, options["stays"], options["warning"])),
            may_follow=lambda: True,
            counter=lambda: None,
            wake=lambda _seconds, _event: None,
            position=lambda: ListPosition(self.cursor, self.top),
            articles=lambda: SimpleNamespace(current=self._current()),
            near=self._near,
        )
        self.tell(events.FolderRead())
        self.tell(list_events.ListOpened(None))

    def _submit(self, lane: Lane, work: Callable[[Callable[[], bool]], None]) -> None:
        assert lane is Lane.LIST
        self.work = work

    def _near(self) -> tuple[str, ...]:
        rows = sorted(range(len(self.rows)), key=lambda row: (abs(row - self.cursor), -row))
        return tuple(path for path in map(self.path, rows) if path)

    def _current(self) -> SimpleNamespace | None:
        path = self.path(self.cursor)
        return SimpleNamespace(path=path) if path else None

    def path(self, row: int) -> str:
        """Return the path of a row, empty if its article is gone."""
        if not 0 <= row < len(self.rows):
            return ""
        file, number = divmod(self.rows.of_row(row), PER_FILE)
        items = self.index.items.values() if file == self.index.file else ()
        return next((item.path for item in items if item.id == number), "")

    def tell(self, event: events.Event) -> None:
        before = self.state.placement
        self.state, effects = update(self.state, event, 0.0)
        if self.state.placement is not before:
            self._show(event)
        for effect in effects:
            if isinstance(effect, Publish):
                self.published.append(effect.event)
            else:
                effect.run(self.ports)

    def _show(self, event: events.Event) -> None:
        placement = self.state.placement
        assert isinstance(event, list_events.RowsLocated)
        assert event.asked == self.state.asked, "an answer to an earlier request is shown"
        on = self.path(self.cursor)
        if placement.is_rest:
            assert placement.rows.starts_with(self.rows)
            assert placement.row == self.cursor
        same_file = event.result.files == event.files
        self.rows, self.cursor = placement.rows, placement.row
        paths = [self.path(row) for row in range(len(self.rows))]
        if event.result.files.index[1] == self.index.file and same_file:
            if self.state.wanted and self.state.wanted in paths:
                assert self.path(self.cursor) == self.state.wanted, "the cursor stays with the article gone to"
            elif not event.changed and on and on in paths and not self.state.wanted:
                assert self.path(self.cursor) == on, "the cursor stays on its article"
        assert 0 <= self.cursor < max(1, len(self.rows))

    def act(self, action: str, number: int) -> None:
        match action:
            case "answer" if self.work is not None:
                work, self.work = self.work, None
                work(lambda: False)
            case "arrive" if self.answers:
                self.tell(self.answers.pop(0))
            case "move" if self.rows:
                self.cursor = (self.cursor + number) % len(self.rows)
                self.tell(list_events.ArticlePicked(self.path(self.cursor)))
            case "scroll":
                self.top = number
                self.tell(list_events.ListScrolled(number))
            case "type" | "leave" | "escape" | "clear" | "choose" | "floor":
                self._change_view(action, number)
            case "add" | "remove" | "read" | "replace":
                self._change_index(action, number)
        assert self.work is not None or self._is_answered, "a request was forgotten"

    def _change_view(self, action: str, number: int) -> None:
        match action:
            case "type":
                self.tell(events.FilterTyped(TEXTS[number % len(TEXTS)]))
            case "leave" | "escape":
                self.tell(events.FilterLeft(action == "leave"))
            case "clear":
                self.tell(events.FilterCleared(ALL))
            case "choose":
                self.tell(events.ViewChanged(self.state.view.with_choice(CHOICES[number % len(CHOICES)])))
            case "floor":
                self.tell(events.ViewChanged(self.state.view.with_min_quality(number - 6)))

    def _change_index(self, action: str, number: int) -> None:
        match action:
            case "add":
                self.index.add(number)
            case "remove":
                self.index.items.pop(number, None)
            case "read" if number in self.index.items:
                item = self.index.items[number]
                self.index.items[number] = replace(item, read=not item.read)
                self.tell(events.MarksChanged())
                return
            case "replace":
                self.index.replaced()
        self.tell(events.IndexChanged())

    @property
    def _is_answered(self) -> bool:
        """Whether the answer to the latest request is pending or shown."""
        under_way = any(
            isinstance(each, list_events.ListReady) and each.asked == self.state.asked for each in self.answers
        )
        return under_way or not self.state.changed

    def finish(self) -> None:
        for _ in range(20):
            self.act("answer", 0)
            self.act("arrive", 0)


ACTIONS = ("answer", "arrive", "move", "scroll", "type", "leave", "escape", "clear", "choose", "floor", "add",
           "remove", "read", "replace")  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from((*ACTIONS, "answer", "arrive", "arrive", "move")), st.integers(0, 11)), max_size=40
)


@pytest.fixture(autouse=True)
def _few_first_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_run, "_FIRST_ROWS", 3)
    monkeypatch.setattr(query_run, "_FEW_ROWS", 60)


@settings(max_examples=amount(150))
@given(STEPS)
def test_any_order_of_events_ends_with_the_rows_of_the_view(steps: list[tuple[str, int]]) -> None:
    machine = Machine()
    machine.tell(events.ListOutdated())
    for action, number in steps:
        machine.act(action, number)
    machine.finish()
    state = machine.state
    assert (machine.work, machine.answers) == (None, [])
    if state.error is not None:
        return  # the rows of the last valid view stay
    assert state.begun is None
    assert not state.changed
    rows = {machine.path(row) for row in range(len(machine.rows))}
    found = {item.path for item in machine.index.found(state.query)}
    assert found <= rows, "an article is missing"
    assert rows <= {item.path for item in machine.index.found(ignoring_marks(state.query))}
    assert state.query in {state.view.query(typing=typing) for typing in (True, False)}
    assert machine.shown.files == machine.list.files
    assert machine.cursor == 0 or machine.cursor < len(machine.rows)


@settings(max_examples=amount(40))
@given(STEPS)
def test_counts_are_outdated_before_every_complete_list(steps: list[tuple[str, int]]) -> None:
    machine = settled_machine()
    for action, number in steps:
        machine.act(action, number)
    machine.finish()
    lists = [event for event in machine.published if isinstance(event, events.CountsOutdated | events.RowsShown)]
    for before, event in zip([None, *lists], lists, strict=False):
        if isinstance(event, events.RowsShown) and event.whole:
            assert isinstance(before, events.CountsOutdated)
    if lists and isinstance(lists[-2:][0], events.CountsOutdated) and machine.state.error is None:
        counted = lists[-2:][0]
        assert isinstance(counted, events.CountsOutdated)
        assert counted.view == machine.state.view
        narrowed = counted.view.choice.field or machine.state.depends_on_marks
        assert counted.found is None or (not narrowed and counted.found == machine.rows.ids)


def settled_machine() -> Machine:
    machine = Machine()
    machine.tell(events.ListOutdated())
    machine.finish()
    return machine


def test_first_frame_shows_rows_without_an_article() -> None:
    machine = Machine()
    assert machine.rows
    assert not [event for event in machine.published if isinstance(event, events.RowsShown)]


def test_result_of_an_earlier_request_is_dropped() -> None:
    machine = settled_machine()
    machine.act("type", TEXTS.index("odd"))
    machine.act("answer", 0)
    machine.act("type", TEXTS.index("even"))
    rows = machine.rows
    while machine.answers:
        machine.act("arrive", 0)
    assert machine.rows is rows
    machine.finish()
    assert {machine.path(row) for row in range(len(machine.rows))} == {f"{number}.md" for number in range(0, 12, 2)}


def error_of(machine: Machine) -> str:
    return str(machine.state.error or "")


def test_cursor_moved_before_the_result_stays_there() -> None:
    machine = settled_machine()
    machine.act("move", 4)
    machine.tell(events.ListOutdated())
    machine.cursor = 7  # the event that the cursor has moved comes after the result
    machine.finish()
    assert (machine.path(machine.cursor), machine.state.wanted) == ("7.md", "7.md")


def test_invalid_filter_keeps_the_rows_and_shows_its_error_once() -> None:
    machine = settled_machine()
    rows = machine.rows
    machine.act("type", TEXTS.index("("))
    assert machine.said == [(error_of(machine), True, False)], "an incomplete query is no warning"
    machine.finish()
    assert machine.rows is rows
    machine.act("type", TEXTS.index("odd"))
    assert not error_of(machine)
    assert machine.said[1:] == [("", False, False)]
    machine.act("choose", len(CHOICES) - 1)
    assert [warning for _message, _stays, warning in machine.said[2:]] == [True]


def test_outdated_rows_are_queried_once() -> None:
    machine = settled_machine()
    machine.tell(list_events.RowsOutdated())
    asked = machine.state.asked
    machine.tell(list_events.RowsOutdated())
    assert machine.state.asked == asked
    machine.finish()
    machine.tell(list_events.RowsOutdated())
    assert machine.state.asked == asked + 1


def test_pending_change_survives_a_refresh() -> None:
    machine = settled_machine()
    machine.act("type", TEXTS.index("is:unread"))
    machine.tell(events.ListOutdated())
    assert machine.state.changed
    machine.finish()
    assert not machine.state.changed


def test_changed_mark_recounts_or_queries_the_list() -> None:
    machine = settled_machine()
    asked = machine.state.asked
    machine.act("read", 3)
    assert machine.state.asked == asked
    assert isinstance(machine.published[-1], events.CountsOutdated)
    machine.act("type", TEXTS.index("is:unread"))
    machine.finish()
    machine.act("read", 4)
    assert machine.state.asked == asked + 2
    machine.finish()
    assert "4.md" in [machine.path(row) for row in range(len(machine.rows))], "a changed mark alone removes no row"


def test_leaving_the_filter_keeps_its_results() -> None:
    machine = settled_machine()
    machine.act("type", TEXTS.index("od"))
    machine.finish()
    machine.act("leave", 0)
    assert (machine.state.view.typed, machine.state.filter.text, machine.filters) == ("od*", "od*", ["od*"])
    assert not machine.state.typing


def test_filter_finished_for_another_view_is_ignored() -> None:
    state = ListState(view=View(typed="new"))
    state, effects = update(state, list_events.FilterFinished(View(typed="old"), View(typed="old*")), 0.0)
    assert state.view.typed == "new"
    assert [type(effect) for effect in effects] == [FindRows]


NO_NEWS = NewArticles(NewArticleCriteria(None, 0, frozenset(), 0), 0, ())
FILES = FileIds((1, 1), (1, 1))


def located(
    ids: Sequence[int], kept: int | None, *, cursor: int = 0, changed: bool = False, whole: bool = True
) -> list_events.RowsLocated:
    result = ListResult(Rows(array("I", ids)), FILES, 9, whole, kept, NO_NEWS)
    return list_events.RowsLocated(1, result, changed, kept, cursor, FILES)


@pytest.mark.parametrize(
    ("found", "row"),
    [
        (located([7, 8, 9], 9), 2),
        (located([7, 8, 9], None, cursor=1), 1),
        (located([7, 8, 9], 5, cursor=2), 2),
        (located([7], None, cursor=2), 0),
        (located([], None, cursor=2), 0),
        (located([7, 8, 9], None, cursor=2, changed=True), 0),
        (located([7, 8, 9], 8, cursor=2, changed=True), 1),
        (located([7, 8, 9], 8, whole=False), 1),
    ],
)
def test_place_puts_the_cursor_on_its_article(found: list_events.RowsLocated, row: int) -> None:
    placement = place(found, is_begun=False)
    assert placement is not None
    assert (placement.row, placement.follow) == (row, found.changed)


def test_place_waits_for_the_rest_if_the_article_is_missing() -> None:
    assert place(located([7, 8, 9], 5, whole=False), is_begun=False) is None


def test_place_appends_the_rest_unless_the_cursor_moves() -> None:
    begun = [place(located([7, 8, 9], 8, cursor=cursor), is_begun=True) for cursor in (0, 1)]
    assert [placement.is_rest for placement in begun if placement is not None] == [False, True]


def news(*rows: tuple[int, str], last_id: int = 9, at: int = 50) -> NewArticles:
    return NewArticles(NewArticleCriteria(None, 0, frozenset(), at), last_id, rows)


def test_new_items_are_counted_until_they_are_visible() -> None:
    items = NewItems().begun().taken(news((0, "a"), (3, "b"), (8, "c")), top=5)
    assert items.words == "▲ 2 new"
    assert items.criteria(60) == NewArticleCriteria(9, 50, frozenset({"a", "b"}), 60)
    assert items.seen(5) is items
    assert items.seen(1).words == "▲ 1 new"
    assert items.seen(0).words == ""


def test_new_items_restart_with_another_index_file() -> None:
    items = NewItems().begun().taken(news((0, "a")), top=5).restarted()
    assert (items.words, items.criteria(60).after) == ("", None)


def test_new_items_are_not_counted_before_the_first_sync() -> None:
    assert NewItems().taken(news(), top=5).criteria(60).after is None


def test_filter_is_expected_after_the_start_and_the_first_sync() -> None:
    state = ListState()
    for event, times in ((list_events.ListOpened(None), 1), (events.FolderRead(), 1), (events.FolderRead(), 0)):
        state, effects = update(state, event, 0.0)
        expected = [effect.event for effect in effects if isinstance(effect, WakeAfter)]
        assert expected == [events.FilterExpected()] * times
    (prepare,) = update(state, events.FilterExpected(), 0.0)[1]
    assert isinstance(prepare, PrepareRows)


def test_rows_map_articles_to_rows_and_back() -> None:
    rows = Rows(array("I", [7, 8, 9]))
    assert [rows.row_of(8), rows.row_of(5), rows.row_of(None), rows.of_row(2), len(rows)] == [1, None, None, 9, 3]
    assert rows.starts_with(Rows(array("I", [7, 8])))
    assert not rows.starts_with(Rows(array("I", [8])))
