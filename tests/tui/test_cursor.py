"""The cursor stays with its article or the nearest neighbor through any actions of the user and changes of files."""

from __future__ import annotations

import asyncio
from array import array
from datetime import UTC
from typing import TYPE_CHECKING

from factories import entry
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from live_folder import write
from sweep import amount
from textual.app import App
from tui_driver import NARROW, ReaderEnv, opened

from reader.marks import MarkTarget
from reader.storage.paths import AppPaths
from reader.tui.list.pane import ArticleList
from reader.tui.list.query_run import Rows
from reader.tui.list.update import ListState, Placement

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from textual.app import ComposeResult
    from tui_driver import TuiDriver

# A few sequences suffice for CI.
EXAMPLES = amount(4, "NEWSREADER_EXAMPLES")
FILES = 30

_MOVES = st.sampled_from(["j", "k", "G", "pagedown", "n"])
_VIEWS = st.sampled_from(
    ["S t", "S q", "S D", "+", "-", "F", "is:unread", "topic:odd", "text -topic:odd", "is:starred"]
)
_MARKS = st.sampled_from(["r", "s", "u", "A y"])
_NUMBERS = st.integers(0, FILES + 5)
_EDITS = st.tuples(st.frozensets(_NUMBERS, max_size=8), st.frozensets(_NUMBERS, max_size=4))
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), _MOVES),
        st.tuples(st.just("view"), _VIEWS),
        st.tuples(st.just("mark"), _MARKS),
        st.tuples(st.just("edit"), _EDITS),
    ),
    min_size=4,
    max_size=14,
)


def _write(folder: Path, number: int, generation: int) -> None:
    more = f"quality: {number * 37 % 100}\ntopics: [{'odd' if number % 2 else 'even'}]\n"
    write(folder, f"a-{number:02}.md", day=number, title=f"{number * 7 % 10} {generation}", more=more)


def _edit(folder: Path, removed: frozenset[int], written: frozenset[int], generation: int) -> None:
    for number in removed:
        (folder / f"a-{number:02}.md").unlink(missing_ok=True)
    for number in written:
        _write(folder, number, generation)


class UserModel:
    """A model of what the user expects: the current article, and the visible rows."""

    def __init__(self, reading: TuiDriver) -> None:
        self._reading = reading
        self._wanted = ""
        self._look()

    def _look(self) -> None:
        self._list, self._current = self._reading.paths(), self._reading.current
        self._line = self._reading.line_of_cursor

    def has_moved(self) -> None:
        if self._reading.current != self._current:
            self._wanted = self._reading.current
        self._check_open()

    def has_changed_the_view(self) -> None:
        listed = self._reading.paths()
        assert self._reading.current == (self._wanted if self._wanted in listed else (listed or [""])[0])
        self._check_open()

    def looks_on(self) -> None:
        """Check that the cursor has not moved after marks or files changed."""
        listed = self._reading.paths()
        expected = self._wanted if self._wanted in listed else self._nearest(listed)
        assert self._reading.current == expected
        if expected == self._current and expected:
            assert self._reading.line_of_cursor == self._line_of(listed.index(expected), len(listed))
        self._check_open()

    def _nearest(self, listed: list[str]) -> str:
        if not self._list:
            return (listed or [""])[0]
        at = self._list.index(self._current)
        by_distance = sorted(self._list, key=lambda path: (abs(self._list.index(path) - at), -self._list.index(path)))
        left = [path for path in by_distance if path in listed]
        # If none of the articles is left, the row number decides.
        return left[0] if left else (listed[min(at, len(listed) - 1)] if listed else "")

    def _line_of(self, row: int, count: int) -> int:
        height = self._reading.region("articles").height - 2
        top = max(0, min(row - self._line, count - height))
        return row - top

    def _check_open(self) -> None:
        assert self._reading.opened == self._reading.current
        self._look()


async def _live(folder: Path, world: ReaderEnv, steps: list[tuple[str, object]]) -> None:
    for number in range(FILES):
        _write(folder, number, 0)
    async with opened(folder, world, size=NARROW) as reading:
        user = UserModel(reading)
        for generation, (kind, what) in enumerate(steps, start=1):
            if kind == "edit":
                removed, written = what  # type: ignore[misc] # only edits have two parts
                _edit(folder, removed, written, generation)  # type: ignore[has-type] # mypy loses the type in the match
                await reading.press("R")
                user.looks_on()
            elif kind == "move":
                await reading.press(str(what))
                user.has_moved()
            elif kind == "mark":
                await reading.press(*str(what).split())
                user.looks_on()
            else:
                before = reading.view
                await (reading.type(str(what)) if ":" in str(what) else reading.press(*str(what).split()))
                if reading.view == before:
                    user.looks_on()
                else:
                    user.has_changed_the_view()


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=_STEPS)
def test_cursor_stays_with_its_article_through_any_sequence(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, object]]
) -> None:
    base = tmp_path_factory.mktemp("living")
    (base / "content").mkdir()
    asyncio.run(_live(base / "content", ReaderEnv(AppPaths(base / "cache", base / "state", base / "config")), steps))


class _BareList(App[None]):
    """An article list alone, before anything is known of the folder."""

    def compose(self) -> ComposeResult:
        yield ArticleList(lambda ids: [entry(MarkTarget(id_, str(id_))) for id_ in ids], lambda _ids: None, UTC)


async def test_moves_before_the_first_row_are_made_when_it_is_there() -> None:
    app = _BareList()
    async with app.run_test() as pilot:
        articles = app.query_one(ArticleList)
        articles.move("down")
        articles.move("down", 2)
        articles.show(ListState(title="0"))
        assert articles.cursor == 0
        articles.show(ListState(placement=Placement(Rows(array("I", range(9))))))
        assert articles.cursor == 3
        articles.move("up")
        await pilot.pause()
        assert articles.cursor == 2


async def test_moves_in_an_empty_folder_are_forgotten() -> None:
    app = _BareList()
    async with app.run_test():
        articles = app.query_one(ArticleList)
        articles.move("down")
        articles.show(ListState(settled=True))
        articles.show(ListState(settled=True, placement=Placement(Rows(array("I", range(9))))))
        assert articles.cursor == 0
