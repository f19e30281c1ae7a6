"""The reader begins where it was left: folder by folder, in every width, whatever happened in between."""

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
class Memory:
    """Keeps sessions, and remembers each."""

    saved: list[Session] = field(default_factory=list)

    def save(self, session: Session) -> None:
        theme = session.theme or (self.saved[-1].theme if self.saved else "")
        self.saved.append(struct_replace(session, theme=theme))

    def into(self, world: ReaderEnv) -> ReaderEnv:
        """Return the world of the next start."""
        return replace(world, session=self.saved[-1] if self.saved else Session(), save_session=self.save)


@pytest.mark.sweep
@pytest.mark.parametrize("size", sample([WIDE, MEDIUM, NARROW], 1, 1))
async def test_everything_is_as_it_was_left(sample: Path, world: ReaderEnv, size: tuple[int, int]) -> None:
    memory = Memory()
    async with opened(sample, memory.into(world), size=size) as reading:
        # Where the sidebar is hidden, the first T opens it.
        await reading.press("T", *(() if size == WIDE else ("T",)), "+", "S", "t")
        await reading.type("the")
        await reading.press("g", "g")
        await reading.go_to(reading.paths()[5])
        before = await _left(reading)
    async with opened(sample, memory.into(world), size=size) as reading:
        assert _shown(reading) == before
        assert reading.cursor == 5
        assert reading.filter_text == "the"
        assert reading.sidebar_title == "Providers"
        assert (reading.view.floor, reading.view.typed) == (10, "the")


async def _left(reading: TuiDriver) -> object:
    before = _shown(reading)
    await reading.press("q")
    return before


def _shown(reading: TuiDriver) -> object:
    view = reading.view
    # The last line says what is new since then.
    return (
        reading.lines()[:-1],
        reading.paths(),
        reading.current,
        reading.opened,
        view,
        reading.pane,
        reading.panes,
    )


async def test_the_line_chosen_at_the_left_is_chosen_again(sample: Path, world: ReaderEnv) -> None:
    memory = Memory()
    async with opened(sample, memory.into(world)) as reading:
        await reading.choose("Astronomy")
        found = reading.paths()
        await reading.press("q")
    assert memory.saved[-1].choice_field == "topic"
    async with opened(sample, memory.into(world)) as reading:
        assert reading.paths() == found
        assert reading.sidebar_line == "Astronomy"


async def test_the_panes_are_as_wide_and_the_topics_as_hidden_as_before(sample: Path, world: ReaderEnv) -> None:
    memory = Memory()
    async with opened(sample, memory.into(world)) as reading:
        await reading.drag_border("sidebar", 40 - reading.widths[0])
        await reading.drag_border("articles", 70 - reading.widths[1])
        await reading.press("t", "escape")
        width = reading.widths[1]
        await reading.press("q")
    async with opened(sample, memory.into(world)) as reading:
        assert reading.panes == ["articles", "article"]
        assert reading.widths[1] == width
        await reading.press("t")
        assert reading.widths[0] == 40


@pytest.mark.sweep
@pytest.mark.parametrize("size", sample([WIDE, MEDIUM, NARROW], 1, 2))
async def test_somebody_who_leaves_from_within_an_article_is_there_again(
    sample: Path, world: ReaderEnv, size: tuple[int, int]
) -> None:
    memory = Memory()
    async with opened(sample, memory.into(world), size=size) as reading:
        await reading.press("j", "j", "enter", "ctrl+q")
        article = reading.opened
    async with opened(sample, memory.into(world), size=size) as reading:
        assert reading.opened == reading.current == article
        assert reading.pane == "article"
        assert reading.focus == "article"


async def test_with_new_articles_above_it_the_cursor_stands_on_the_same_article(shelf: Path, world: ReaderEnv) -> None:
    memory = Memory()
    async with opened(shelf, memory.into(world)) as reading:
        await reading.press("j")
        article = reading.current
        await reading.press("q")
    for number in range(5):
        (shelf / f"new-{number}.md").write_text(f"---\ntitle: New {number}\ndate: 2026-11-22\n---\n", encoding="utf-8")
    async with opened(shelf, memory.into(world)) as reading:
        assert reading.current == reading.opened == article
        assert reading.cursor == 6


async def test_without_its_article_the_cursor_begins_at_the_top(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, replace(world, session=Session(article="gone.md"))) as reading:
        assert reading.cursor == 0
        assert reading.opened == reading.paths()[0]


async def test_an_article_that_the_filter_hides_gets_the_cursor_once_it_is_shown(shelf: Path, world: ReaderEnv) -> None:
    session = Session(article="first.md", query="title:hub")
    async with opened(shelf, replace(world, session=session)) as reading:
        assert reading.current == "hub.md"
        await reading.press("F")
        assert reading.current == "first.md"


async def test_a_query_of_the_command_line_stands_alone(sample: Path, world: ReaderEnv) -> None:
    session = Session(
        query="the", floor=90, choice_field="is", choice_value="starred", pane="article", sort="title", sidebar="year"
    )
    async with opened(sample, replace(world, session=session), query="history") as reading:
        view = reading.view
        assert (view.typed, view.floor, view.choice) == ("history", 0, ALL)
        assert reading.filter_text == "history"
        assert reading.pane == "articles"
        assert "title A to Z" in reading.title, "the order is no filter"
        assert reading.sidebar_title == "Years"


NO_LONGER = [
    (Session(query='topic:"'), "a query of another language"),
    (Session(query="topc:AI"), "a field there is none of"),
    (Session(sort="beauty"), "an order there is none of"),
    (Session(sort="date limit:1"), "more than an order"),
    (Session(sidebar="weather"), "a kind there is none of"),
    (Session(choice_field="weather", choice_value="rain"), "a choice there is none of"),
    (Session(choice_field="date", choice_value="someday"), "a year that is none"),
    (Session(choice_field="topic"), "a choice of nothing"),
    (Session(choice_field="search", choice_value="deleted since"), "a search there is none of"),
    (Session(pane="cellar"), "a pane there is none of"),
    (Session(theme="a theme of somebody's"), "a theme there is none of"),
]


async def test_what_there_is_no_longer_is_passed_over(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        first = reading.text()
    for session, remark in NO_LONGER:
        async with opened(shelf, replace(world, session=session), size=MEDIUM) as reading:
            assert reading.text() == first, remark
            assert reading.said == "", remark


async def test_the_settings_say_what_nobody_has_chosen_yet(sample: Path, world: ReaderEnv) -> None:
    config = Config(sort="quality,-date", sidebar="author", theme="gruvbox", mark_read_after=-1)
    async with opened(sample, replace(world, config=config)) as reading:
        assert reading.title.endswith("best first, then oldest first")
        assert reading.sidebar_title == "Authors"
        assert reading.app.theme == "gruvbox"
        await reading.press("T", "T", "T", "T", "T")
        assert reading.sidebar_title == "Authors", "all kinds in turn, and this one again"
    session = Session(sort="title", sidebar="year", theme="dracula")
    async with opened(sample, replace(world, config=config, session=session)) as reading:
        assert reading.title.endswith("title A to Z")
        assert reading.sidebar_title == "Years"
        assert reading.app.theme == "dracula"


async def test_a_theme_chosen_on_the_screen_is_remembered_and_no_other(shelf: Path, world: ReaderEnv) -> None:
    memory = Memory()
    async with opened(shelf, memory.into(world)) as reading:
        await reading.press("q")
    assert memory.saved[-1].theme == "", "the settings may change it as long as nobody chose"
    async with opened(shelf, memory.into(world)) as reading:
        reading.app.theme = "monokai"
        await reading.settled()
        await reading.press("q")
    async with opened(shelf, memory.into(world)) as reading:
        assert reading.app.theme == "monokai"
        await reading.press("q")
    assert memory.saved[-1].theme == "monokai"


async def test_an_edited_setting_wins_over_what_was_picked_before(shelf: Path, world: ReaderEnv) -> None:
    memory = Memory()
    async with opened(shelf, memory.into(world)) as reading:
        reading.app.theme = "monokai"
        await reading.press("S", "t", "C", "j", "space", "escape", "q")
    async with opened(shelf, memory.into(world)) as reading:
        assert reading.app.theme == "monokai"
        assert "title A to Z" in reading.title
        await reading.press("q")
    world = replace(world, config=replace(world.config, sort="quality", theme="gruvbox"))
    async with opened(shelf, memory.into(world)) as reading:
        assert reading.app.theme == "gruvbox"
        assert "best first" in reading.title
        await reading.press("q")
    assert memory.saved[-1].columns, "what was not edited stays as it was picked"


async def test_the_time_of_the_visit_is_remembered(shelf: Path, world: ReaderEnv) -> None:
    memory = Memory()
    async with opened(shelf, memory.into(world)) as reading:
        await reading.press("q")
    assert memory.saved[-1].last_seen == NOW.timestamp()


async def test_an_order_picked_for_a_saved_search_goes_before_its_own_next_time_too(
    sample: Path, world: ReaderEnv
) -> None:
    searches = (SavedSearch("the best", "sort:quality"),)
    memory = Memory()
    world = replace(world, config=replace(world.config, searches=searches))
    async with opened(sample, memory.into(world)) as reading:
        await reading.choose("the best")
        assert "best first" in reading.title
        await reading.press("q")
    async with opened(sample, memory.into(world)) as reading:
        assert "best first" in reading.title, "the search's own order"
        await reading.press("S", "t")
        assert "title A to Z" in reading.title, "the menu's goes before it"
        found = reading.paths()
        await reading.press("q")
    async with opened(sample, memory.into(world)) as reading:
        assert "title A to Z" in reading.title
        assert reading.paths() == found


class Started:
    """The program itself, on a terminal of its own, which it is told to leave from outside."""

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
# Other tests may have left threads, which the terminal's library does not need: it starts a program at once.
_starting = pytest.mark.filterwarnings("ignore:.*forkpty:DeprecationWarning")


@pytest.fixture
def own_places(tmp_path: Path) -> AppPaths:
    """Places as the program makes them of the XDG variables."""
    return AppPaths(*(tmp_path / name / "newsreader" for name in ("cache", "state", "config")))


@_starting
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_reader_that_is_told_to_end_remembers_and_leaves_in_order(
    shelf: Path, own_places: AppPaths, number: signal.Signals
) -> None:
    files = SessionFiles(own_places.session_file(shelf), own_places.theme_file)
    program = Started(shelf, own_places)
    program.shows("6 · newest first")
    program.press("+")
    program.shows("quality ≥ 10")
    program.tell(number)
    assert program.ends() == 128 + number
    assert files.load().floor == 10


@_starting
def test_a_reader_whose_window_is_closed_remembers(shelf: Path, own_places: AppPaths) -> None:
    files = SessionFiles(own_places.session_file(shelf), own_places.theme_file)
    program = Started(shelf, own_places)
    program.shows("6 · newest first")
    program.press("+")
    program.shows("quality ≥ 10")
    assert program.take_terminal_away() == 128 + signal.SIGHUP
    assert files.load().floor == 10


@_starting
def test_a_fresh_start_asks_nothing_of_the_past(shelf: Path, own_places: AppPaths) -> None:
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
