"""Read and unread: automatic marks, pinned rows, new articles, and marks of other programs."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from factories import entry
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from live_folder import write
from mark_factories import article
from sweep import amount
from tui_driver import MEDIUM, NARROW, NOW, WIDE, opened

from reader.config.actions import ACTIONS
from reader.config.schema import Config
from reader.marks import MarkKind, MarkStore, MarkTarget
from reader.query import Clock, QueryContext, parse
from reader.query.relaxation import ignoring_marks
from reader.storage.session import Session
from reader.tui.events import ArticleRead, MarkToggled, RedoRequested, RowsMarked, UndoRequested
from reader.tui.list.new_items import since_words
from reader.tui.marking import Marking, update

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import ReaderEnv, TuiDriver

    from reader.index.model import ArticleSummary
    from reader.tui.events import Event


def read_paths(reading: TuiDriver) -> list[str]:
    with closing(reading.library.search()) as search:
        read = search.ids(parse("is:read"), QueryContext(Clock(NOW, UTC)))
        return sorted(entry.path for entry in search.entries(read))


# --- what stays in the list


async def test_marked_row_stays_until_the_view_changes(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await reading.type("is:unread")
        await reading.go_to("a-00003.md")
        before = reading.paths()
        await reading.press("r")
        assert reading.paths() == before
        write(folder, "new.md", day=9)
        await reading.press("R")
        assert reading.paths() == ["new.md", *before]
        await reading.press("j", "r", "R")
        assert reading.paths() == ["new.md", *before]
        assert [entry.path for entry in reading.entries() if entry.read] == ["a-00003.md", "a-00002.md"]
        assert reading.counts()["All"] == 5, "counts are those of the filter"
        await reading.press("S", "t")
        assert reading.paths() == ["a-00000.md", "a-00001.md", "a-00004.md", "a-00005.md", "new.md"]


async def test_read_row_stays_when_its_file_is_edited(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await reading.choose("Unread")
        await reading.go_to("a-00003.md")
        await reading.press("r")
        write(folder, "a-00003.md", day=3, title="Edited")
        await reading.press("R")
        assert reading.current == reading.opened == "a-00003.md"
        assert "Edited" in reading.page()


async def test_pinned_row_goes_if_its_file_or_another_term_does(folder: Path, world: ReaderEnv) -> None:
    for day in range(6):
        write(folder, f"a-{day:05}.md", day=day, more="topics: [Wind]\n")
    async with opened(folder, world) as reading:
        await reading.type("is:unread topic:wind")
        await reading.press("r", "j", "r", "j")
        (folder / "a-00005.md").unlink()
        write(folder, "a-00000.md", day=0)
        await reading.press("R")
        assert reading.paths() == ["a-00004.md", "a-00003.md", "a-00002.md", "a-00001.md"]


async def test_rows_marked_together_stay_and_can_be_undone(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await reading.type("is:unread")
        before = reading.paths()
        await reading.press("A", "y")
        assert (reading.paths(), len(read_paths(reading))) == (before, 6)
        await reading.press("u")
        assert (reading.paths(), read_paths(reading)) == (before, [])


async def test_article_marked_unread_joins_the_unread_list(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await reading.press("r")
        await reading.type("is:unread")
        assert len(reading.paths()) == 5
        await reading.press("u")
        assert reading.paths()[0] == "a-00005.md"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("topic:ai q>=30", "topic:ai q>=30"),
        ("is:unread", ""),
        ("-is:read", ""),
        ("is:unread topic:ai", "topic:ai"),
        ("is:draft,starred", ""),
        ("-is:draft,starred", "-is:draft"),
        ("is:read OR topic:ai", ""),
        ("-(is:read OR topic:ai)", "-topic:ai"),
        ("-(is:read topic:ai)", ""),
        ("-(-is:read topic:ai) q>=30", "q>=30"),
        ("-(topic:ai -(is:later OR q>=30))", ""),
        ("(is:unread climate) OR (is:starred energy)", "climate OR energy"),
        ("is:new has:url sort:title limit:5", "is:new has:url sort:title limit:5"),
    ],
)
def test_query_ignoring_marks_drops_only_mark_terms(query: str, expected: str) -> None:
    assert ignoring_marks(parse(query)) == parse(expected)


# --- marks made elsewhere


async def test_marks_of_another_program_appear_within_two_seconds(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        entry = reading.entries()[0]
        began = reading.app._loop.time() if reading.app._loop else 0.0
        with closing(MarkStore(world.places.marks_file)) as other:
            other.set(MarkKind.STARRED, [entry.target], on=True, now=1)
        await reading.until(lambda: "★" in reading.text() and reading.counts()["Starred"] == 1, "the star appears")
        assert reading.app._loop is not None
        assert reading.app._loop.time() - began < 2
        assert reading.current == "a-00005.md"


async def test_marks_of_another_program_pin_and_add_rows(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        first, second = reading.entries()[:2]
        await reading.press("r")
        await reading.type("is:unread")
        before = reading.paths()
        with closing(MarkStore(world.places.marks_file)) as other:
            other.set(MarkKind.READ, [second.target], on=True, now=1)
            await reading.check_index()
            assert reading.paths() == before
            assert next(entry for entry in reading.entries() if entry.id == second.id).read
            other.set(MarkKind.READ, [first.target], on=False, now=2)
        await reading.check_index()
        assert reading.paths() == [first.path, *before]


async def test_unusable_state_folder_is_an_error_and_reading_continues(folder: Path, world: ReaderEnv) -> None:
    world.places.state.write_text("no folder", encoding="utf-8")
    async with opened(folder, world) as reading:
        await reading.press("s")
        assert "Cannot save the marks" in reading.said
        await reading.press("j")
        assert reading.opened == "a-00004.md"
        await reading.type("is:unread")
        assert len(reading.paths()) == 6
        await reading.press("u")
        assert reading.said == "Nothing to undo"


# --- what is new


def _seen(days_ago: float) -> Session:
    return Session(last_seen=int(datetime.now(UTC).timestamp() - days_ago * 86_400))


async def test_articles_since_the_last_visit_are_reported_and_searchable(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world):
        pass
    world = replace(world, session=_seen(-1))
    async with opened(folder, world) as reading:
        await reading.type("is:new")
        assert reading.paths() == []
        assert "since" not in reading.said
    for name, quality in (("b", 71), ("c", 70), ("d", 20)):
        write(folder, f"{name}.md", day=20, more=f"quality: {quality}\n")
    world = replace(world, session=Session(last_seen=_added(world, folder)))
    async with opened(folder, world) as reading:
        assert reading.said.startswith("3 new since ")
        assert reading.said.endswith(", 1 with quality > 70")
        await reading.type("is:new")
        assert set(reading.paths()) == {"b.md", "c.md", "d.md"}
        write(folder, "a-00000.md", day=0, title="Edited")
        await reading.press("R")
        assert len(reading.paths()) == 3, "a changed article is not new"


def _added(world: ReaderEnv, folder: Path) -> int:
    """Move the added time of all articles back by a minute, since it has whole seconds, and return it."""
    from reader.library import open_library  # noqa: PLC0415 - only here

    library = open_library(folder, world.places)
    with closing(library.index.connect()) as connection:
        connection.execute("UPDATE article SET added = added - 60")
        return int(connection.execute("SELECT max(added) FROM article").fetchone()[0])


async def test_new_index_has_no_new_articles(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, replace(world, session=_seen(3))) as reading:
        assert "new since" not in reading.said
        await reading.type("is:new")
        assert reading.paths() == []


@pytest.mark.parametrize(
    ("ago", "expected", "remark"),
    [
        (timedelta(hours=3), "10:30", "the same day"),
        (timedelta(hours=14), "yesterday", "the day before, by the calendar"),
        (timedelta(days=2), "Saturday", "a day of this week"),
        (timedelta(days=6), "Tuesday", "still no day twice"),
        (timedelta(days=7), "16 Nov", "the same day of the week"),
        (timedelta(days=400), "19 Oct 2025", "another year"),
    ],
)
def test_time_of_the_last_visit_is_formatted_in_words(ago: timedelta, expected: str, remark: str) -> None:
    now = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
    zone = timezone(timedelta(hours=1))
    assert since_words(int((now - ago).timestamp()), now, zone) == expected, remark


# --- what counts as looked at


def _with_read_time(world: ReaderEnv, after: float = 3600) -> ReaderEnv:
    return replace(world, config=Config(mark_read_after=after))


async def test_only_the_article_shown_long_enough_is_marked_read(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, _with_read_time(world, 0.4), size=MEDIUM) as reading:
        for _ in range(4):
            reading.step_at_once("down")
        await reading.until(lambda: "a-00001.md" in read_paths(reading), "the shown article is marked read")
        assert read_paths(reading) == ["a-00001.md"]


@pytest.mark.parametrize(
    ("size", "keys", "counts", "remark"),
    [
        (WIDE, (), False, "the user has not moved"),
        (WIDE, ("s",), False, "a mark is no move"),
        (WIDE, ("j", "k"), True, "three panes"),
        (MEDIUM, ("l",), True, "two panes"),
        (NARROW, (), False, "the list alone"),
        (NARROW, ("enter",), True, "the article alone"),
        (NARROW, ("enter", "escape"), False, "left again"),
        (MEDIUM, ("z",), True, "zen"),
        (MEDIUM, ("l", "?"), False, "a window above it"),
        (MEDIUM, ("l", "?", "escape"), True, "the window closed"),
        (MEDIUM, ("r", "r"), False, "the user has toggled it"),
        ((38, 30), (), False, "a terminal too small for anything"),
    ],
)
async def test_only_a_visible_article_is_marked_read(
    folder: Path, world: ReaderEnv, size: tuple[int, int], keys: tuple[str, ...], *, counts: bool, remark: str
) -> None:
    async with opened(folder, _with_read_time(world), size=size) as reading:
        await reading.press(*keys)
        reading.let_read_time_pass()
        assert bool(read_paths(reading)) is counts, remark


async def test_read_timer_starts_when_an_article_becomes_visible(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, _with_read_time(world), size=NARROW) as reading:
        timers = [reading.read_timer]
        for keys in (("enter",), ("R",), ("?", "escape")):
            await reading.press(*keys)
            timers.append(reading.read_timer)
        assert timers[1] > timers[0]
        assert timers[2] == timers[1], "a sync does not restart the timer"
        assert timers[3] > timers[2]


@pytest.mark.parametrize(("after", "expected"), [(3600, ["hub.md"]), (-1, [])])
async def test_opened_original_marks_read_unless_disabled(
    shelf: Path, world: ReaderEnv, after: float, expected: list[str]
) -> None:
    async with opened(shelf, _with_read_time(world, after)) as reading:
        await reading.press("o")
        assert len(reading.runner.started) == 1
        assert read_paths(reading) == expected


# --- undo, against a model


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("toggle"), st.sampled_from(MarkKind), st.integers(0, 4)),
        st.tuples(st.just("all"), st.just(MarkKind.READ), st.integers(0, 31)),
        st.tuples(st.sampled_from(["undo", "redo", "look"]), st.just(MarkKind.READ), st.integers(0, 4)),
    ),
    max_size=30,
)


class Model:
    """A model of marks as plain sets; an undo reverts exactly what its change changed."""

    def __init__(self) -> None:
        self.marked: set[tuple[MarkKind, int]] = set()
        self._done: list[tuple[set[tuple[MarkKind, int]], bool]] = []
        self._undone: list[tuple[set[tuple[MarkKind, int]], bool]] = []

    def change(self, marks: set[tuple[MarkKind, int]], *, on: bool) -> None:
        changed = marks - self.marked if on else marks & self.marked
        self._put(changed, on=on)
        if changed:
            self._done.append((changed, on))
            self._undone.clear()

    def undo(self) -> None:
        if self._done:
            changed, on = self._done.pop()
            self._undone.append((changed, on))
            self._put(changed, on=not on)

    def redo(self) -> None:
        if self._undone:
            changed, on = self._undone.pop()
            self._done.append((changed, on))
            self._put(changed, on=on)

    def _put(self, marks: set[tuple[MarkKind, int]], *, on: bool) -> None:
        self.marked = self.marked | marks if on else self.marked - marks


class MarkingHarness:
    """Marks without a screen: effects run immediately, on a real database."""

    def __init__(self, marks: MarkStore, targets: list[MarkTarget]) -> None:
        self.state = Marking()
        self.said: list[str] = []
        context = SimpleNamespace(
            keys=ACTIONS,
            marks=marks,
            clock=lambda: Clock(NOW, UTC),
            is_read_only=False,
            require_change=lambda _kind: None,
        )
        search = SimpleNamespace(targets=lambda ids: [targets[at] for at in ids])
        self._ports: Any = SimpleNamespace(context=context, search=search, dispatch=self.tell, say=self._say)

    def tell(self, event: Event) -> None:
        self.state, effects = update(self.state, event, 0.0)
        for effect in effects:
            effect.run(self._ports)

    def _say(self, message: str, **_options: bool) -> None:
        self.said.append(message)


@settings(max_examples=amount(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_any_sequence_of_marks_undo_and_redo_matches_a_model(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, MarkKind, int]]
) -> None:
    targets = [article(number) for number in range(5)]
    model = Model()
    with closing(MarkStore(tmp_path_factory.mktemp("state") / "marks.db")) as marks:
        marking = MarkingHarness(marks, targets)
        for step, kind, number in steps:
            if step == "undo":
                marking.tell(UndoRequested())
                model.undo()
            elif step == "redo":
                marking.tell(RedoRequested())
                model.redo()
            elif step == "all":
                chosen = [at for at in range(5) if number >> at & 1]
                marking.tell(RowsMarked(MarkKind.READ, chosen, on=True))
                model.change({(kind, at) for at in chosen}, on=True)
            elif step == "look":
                marking.tell(ArticleRead(_entry(marks, targets[number])))
                model.change({(MarkKind.READ, number)}, on=True)
            else:
                marking.tell(MarkToggled(kind, _entry(marks, targets[number])))
                model.change({(kind, number)}, on=(kind, number) not in model.marked)
            states = marks.states([target.mark_key for target in targets])
            kept = {(mark, at) for at, state in enumerate(states) for mark in MarkKind if getattr(state, f"{mark}_at")}
            assert kept == model.marked


def _entry(marks: MarkStore, target: MarkTarget) -> ArticleSummary:

    state = marks.states([target.mark_key])[0]
    return entry(
        target,
        read=state.read_at is not None,
        starred=state.starred_at is not None,
        later=state.later_at is not None,
    )
