"""Saved sessions: the TUI starts as it was left, per folder and at every width, even if files changed."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pexpect
import pytest
from msgspec.structs import replace as struct_replace
from sweep import sample
from tui_driver import MEDIUM, NARROW, NOW, WIDE, opened

from reader.config.schema import Config, SavedSearch
from reader.storage.paths import AppPaths
from reader.storage.session import Session, SessionFiles
from reader.tui.list.view import ALL

if TYPE_CHECKING:
    from tui_driver import ReaderEnv, TuiDriver


@dataclass(slots=True)
class SessionRecorder:
    """A recorder of saved sessions."""

    saved: list[Session] = field(default_factory=list)

    def save(self, session: Session) -> None:
        theme = session.theme or (self.saved[-1].theme if self.saved else "")
        self.saved.append(struct_replace(session, theme=theme))

    def into(self, world: ReaderEnv) -> ReaderEnv:
        """Return the environment of the next start."""
        return replace(world, session=self.saved[-1] if self.saved else Session(), save_session=self.save)


@pytest.mark.sweep
@pytest.mark.parametrize("size", sample([WIDE, MEDIUM, NARROW], 1, 1))
async def test_session_restores_view_cursor_and_panes(sample: Path, world: ReaderEnv, size: tuple[int, int]) -> None:
    recorder = SessionRecorder()
    async with opened(sample, recorder.into(world), size=size) as reading:
        # If the sidebar is hidden, the first T opens it.
        await reading.press("T", *(() if size == WIDE else ("T",)), "+", "S", "t")
        await reading.type("the")
        await reading.press("g", "g")
        await reading.go_to(reading.paths()[5])
        before = await _left(reading)
    async with opened(sample, recorder.into(world), size=size) as reading:
        assert _shown(reading) == before
        assert reading.cursor == 5
        assert reading.filter_text == "the"
        assert reading.sidebar_title == "Providers"
        assert (reading.view.min_quality, reading.view.typed) == (10, "the")


async def _left(reading: TuiDriver) -> object:
    before = _shown(reading)
    await reading.press("Q")
    return before


def _shown(reading: TuiDriver) -> object:
    view = reading.view
    # The last line reports new articles since then.
    return (
        reading.lines()[:-1],
        reading.paths(),
        reading.current,
        reading.opened,
        view,
        reading.pane,
        reading.panes,
    )


async def test_session_restores_the_sidebar_choice(sample: Path, world: ReaderEnv) -> None:
    recorder = SessionRecorder()
    async with opened(sample, recorder.into(world)) as reading:
        await reading.choose("Astronomy")
        found = reading.paths()
        await reading.press("Q")
    assert recorder.saved[-1].choice_field == "topic"
    async with opened(sample, recorder.into(world)) as reading:
        assert reading.paths() == found
        assert reading.sidebar_line == "Astronomy"


async def test_session_restores_pane_widths_and_hidden_sidebar(sample: Path, world: ReaderEnv) -> None:
    recorder = SessionRecorder()
    async with opened(sample, recorder.into(world)) as reading:
        await reading.drag_border("sidebar", 40 - reading.widths[0])
        await reading.drag_border("articles", 70 - reading.widths[1])
        await reading.press("t", "escape")
        width = reading.widths[1]
        await reading.press("q")
    async with opened(sample, recorder.into(world)) as reading:
        assert reading.panes == ["articles", "article"]
        assert reading.widths[1] == width
        await reading.press("t")
        assert reading.widths[0] == 40


@pytest.mark.sweep
@pytest.mark.parametrize("size", sample([WIDE, MEDIUM, NARROW], 1, 2))
async def test_session_restores_the_open_article(sample: Path, world: ReaderEnv, size: tuple[int, int]) -> None:
    recorder = SessionRecorder()
    async with opened(sample, recorder.into(world), size=size) as reading:
        await reading.press("j", "j", "enter", "ctrl+q")
        article = reading.opened
    async with opened(sample, recorder.into(world), size=size) as reading:
        assert reading.opened == reading.current == article
        assert reading.pane == "article"
        assert reading.focus == "article"


async def test_session_restores_the_cursor_below_new_articles(shelf: Path, world: ReaderEnv) -> None:
    recorder = SessionRecorder()
    async with opened(shelf, recorder.into(world)) as reading:
        await reading.press("j")
        article = reading.current
        await reading.press("q")
    for number in range(5):
        (shelf / f"new-{number}.md").write_text(f"---\ntitle: New {number}\ndate: 2026-11-22\n---\n", encoding="utf-8")
    async with opened(shelf, recorder.into(world)) as reading:
        assert reading.current == reading.opened == article
        assert reading.cursor == 6


async def test_session_with_a_deleted_article_starts_at_the_top(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, replace(world, session=Session(article="gone.md"))) as reading:
        assert reading.cursor == 0
        assert reading.opened == reading.paths()[0]


async def test_session_article_hidden_by_the_filter_gets_the_cursor_later(shelf: Path, world: ReaderEnv) -> None:
    session = Session(article="first.md", query="title:hub")
    async with opened(shelf, replace(world, session=session)) as reading:
        assert reading.current == "hub.md"
        await reading.press("F")
        assert reading.current == "first.md"


async def test_startup_query_overrides_the_filters_of_the_session(sample: Path, world: ReaderEnv) -> None:
    session = Session(
        query="the",
        min_quality=90,
        choice_field="is",
        choice_value="starred",
        pane="article",
        sort="title",
        sidebar="year",
    )
    async with opened(sample, replace(world, session=session), query="history") as reading:
        view = reading.view
        assert (view.typed, view.min_quality, view.choice) == ("history", 0, ALL)
        assert reading.filter_text == "history"
        assert reading.pane == "articles"
        assert "title A to Z" in reading.title, "the sort is not a filter"
        assert reading.sidebar_title == "Years"


INVALID = [
    (Session(query='topic:"'), "an invalid query"),
    (Session(query="topc:AI"), "an unknown field"),
    (Session(sort="beauty"), "an unknown sort"),
    (Session(sort="date limit:1"), "more than a sort"),
    (Session(sidebar="weather"), "a kind there is none of"),
    (Session(choice_field="weather", choice_value="rain"), "a choice there is none of"),
    (Session(choice_field="date", choice_value="someday"), "a year that is none"),
    (Session(choice_field="topic"), "a choice of nothing"),
    (Session(choice_field="search", choice_value="deleted since"), "a search there is none of"),
    (Session(pane="cellar"), "an unknown pane"),
    (Session(theme="a theme of somebody's"), "an unknown theme"),
]


async def test_invalid_session_values_are_ignored(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        first = reading.text()
    for session, remark in INVALID:
        async with opened(shelf, replace(world, session=session), size=MEDIUM) as reading:
            assert reading.text() == first, remark
            assert reading.said == "", remark


async def test_settings_apply_unless_the_session_overrides_them(sample: Path, world: ReaderEnv) -> None:
    config = Config(sort="quality,-date", sidebar="author", theme="gruvbox", mark_read_after=-1)
    async with opened(sample, replace(world, config=config)) as reading:
        assert reading.title.endswith("best first, then oldest first")
        assert reading.sidebar_title == "Authors"
        assert reading.app.theme == "gruvbox"
        await reading.press("T", "T", "T", "T", "T")
        assert reading.sidebar_title == "Authors", "all facets in turn, and this one again"
    session = Session(sort="title", sidebar="year", theme="dracula")
    async with opened(sample, replace(world, config=config, session=session)) as reading:
        assert reading.title.endswith("title A to Z")
        assert reading.sidebar_title == "Years"
        assert reading.app.theme == "dracula"


async def test_only_a_picked_theme_is_saved(shelf: Path, world: ReaderEnv) -> None:
    recorder = SessionRecorder()
    async with opened(shelf, recorder.into(world)) as reading:
        await reading.press("q")
    assert recorder.saved[-1].theme == "", "the settings decide as long as no theme was picked"
    async with opened(shelf, recorder.into(world)) as reading:
        reading.app.theme = "monokai"
        await reading.settled()
        await reading.press("q")
    async with opened(shelf, recorder.into(world)) as reading:
        assert reading.app.theme == "monokai"
        await reading.press("q")
    assert recorder.saved[-1].theme == "monokai"


async def test_edited_setting_overrides_an_earlier_pick(shelf: Path, world: ReaderEnv) -> None:
    recorder = SessionRecorder()
    async with opened(shelf, recorder.into(world)) as reading:
        reading.app.theme = "monokai"
        await reading.press("S", "t", "C", "j", "space", "escape", "q")
    async with opened(shelf, recorder.into(world)) as reading:
        assert reading.app.theme == "monokai"
        assert "title A to Z" in reading.title
        await reading.press("q")
    world = replace(world, config=replace(world.config, sort="quality", theme="gruvbox"))
    async with opened(shelf, recorder.into(world)) as reading:
        assert reading.app.theme == "gruvbox"
        assert "best first" in reading.title
        await reading.press("q")
    assert recorder.saved[-1].columns, "a pick whose setting was not edited is kept"


async def test_session_saves_the_time_of_the_visit(shelf: Path, world: ReaderEnv) -> None:
    recorder = SessionRecorder()
    async with opened(shelf, recorder.into(world)) as reading:
        await reading.press("q")
    assert recorder.saved[-1].last_seen == NOW.timestamp()


async def test_sort_picked_for_a_saved_search_is_restored(sample: Path, world: ReaderEnv) -> None:
    searches = (SavedSearch("the best", "sort:quality"),)
    recorder = SessionRecorder()
    world = replace(world, config=replace(world.config, searches=searches))
    async with opened(sample, recorder.into(world)) as reading:
        await reading.choose("the best")
        assert "best first" in reading.title
        await reading.press("Q")
    async with opened(sample, recorder.into(world)) as reading:
        assert "best first" in reading.title, "the sort of the search"
        await reading.press("S", "t")
        assert "title A to Z" in reading.title, "the sort of the menu overrides it"
        found = reading.paths()
        await reading.press("q")
    async with opened(sample, recorder.into(world)) as reading:
        assert "title A to Z" in reading.title
        assert reading.paths() == found


class Started:
    """The program in a pseudo-terminal, ended from outside."""

    def __init__(self, folder: Path, places: AppPaths, *options: str) -> None:
        homes = {"XDG_CACHE_HOME": places.cache, "XDG_STATE_HOME": places.state, "XDG_CONFIG_HOME": places.config}
        env = {**os.environ, "TERM": "xterm-256color", **{name: str(path.parent) for name, path in homes.items()}}
        command = ["-m", "reader", *options, str(folder)]
        self._child = pexpect.spawn(
            sys.executable, command, env=env, cwd=str(_ROOT), encoding="utf-8", dimensions=(30, 100), timeout=60
        )

    def shows(self, text: str) -> None:
        self._child.expect_exact(text)

    def press(self, key: str) -> None:
        self._child.send(key)

    def tell(self, number: signal.Signals) -> None:
        self._child.kill(number)

    def take_terminal_away(self) -> int:
        """Close the window it runs in; return the program's status."""
        terminal = self._child.ptyproc  # type: ignore[attr-defined] # the stubs do not have it
        terminal.fileobj.close()
        return int(terminal.wait())

    def ends(self) -> int | None:
        self._child.expect(pexpect.EOF)
        self._child.close()
        return self._child.exitstatus


_ROOT = Path(__file__).resolve().parent.parent.parent
# Threads of other tests do no harm to a fork that is followed by exec.
_starting = pytest.mark.filterwarnings("ignore:.*forkpty:DeprecationWarning")


@pytest.fixture
def own_places(tmp_path: Path) -> AppPaths:
    """The paths that the program derives from the XDG variables."""
    return AppPaths(*(tmp_path / name / "newsreader" for name in ("cache", "state", "config")))


@_starting
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signal_saves_the_session_and_exits(shelf: Path, own_places: AppPaths, number: signal.Signals) -> None:
    files = SessionFiles(own_places.session_file(shelf), own_places.theme_file)
    program = Started(shelf, own_places)
    program.shows("6 · newest first")
    program.press("+")
    program.shows("quality ≥ 10")
    program.tell(number)
    assert program.ends() == 128 + number
    assert files.load().min_quality == 10


@_starting
def test_closed_terminal_window_saves_the_session(shelf: Path, own_places: AppPaths) -> None:
    files = SessionFiles(own_places.session_file(shelf), own_places.theme_file)
    program = Started(shelf, own_places)
    program.shows("6 · newest first")
    program.press("+")
    program.shows("quality ≥ 10")
    assert program.take_terminal_away() == 128 + signal.SIGHUP
    assert files.load().min_quality == 10


@_starting
def test_fresh_start_ignores_the_session(shelf: Path, own_places: AppPaths) -> None:
    files = SessionFiles(own_places.session_file(shelf), own_places.theme_file)
    files.save(Session(query="title:hub", last_seen=1_700_000_000))
    program = Started(shelf, own_places)
    program.shows("1 of 6 · newest first")
    program.press("q")
    assert program.ends() == 0
    assert files.load().query == "title:hub"
    program = Started(shelf, own_places, "--fresh")
    program.shows("6 · newest first")
    program.press("q")
    assert program.ends() == 0
    assert files.load().query == ""
