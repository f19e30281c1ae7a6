"""The reader on a screen in memory: opened over a folder, driven by keys and clicks, read as plain text."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from textual import events
from textual._context import visible_screen_stack
from textual.keys import _character_to_key

from reader.config.load import build_keymap
from reader.config.schema import Config
from reader.library import open_library
from reader.query import Clock
from reader.storage.filter_history import FilterHistory
from reader.storage.session import Session
from reader.tui.app import ReaderApp
from reader.tui.events import ActionInvoked, ListOutdated
from reader.tui.input.keyboard import KeyTimeUp
from reader.tui.layout import PaneChosen
from reader.tui.ports import AppContext
from reader.tui.screen import MainScreen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence
    from pathlib import Path

    from textual.pilot import Pilot
    from textual.widget import Widget

    from reader.content.watch import Watch
    from reader.index.model import ArticleSummary
    from reader.library import Library
    from reader.storage.paths import AppPaths
    from reader.tui.layout import PaneName
    from reader.tui.list.view import View

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WIDE, MEDIUM, NARROW = (160, 50), (100, 30), (60, 20)
_MOST_SECONDS = 30.0


class FakeRunner:
    """Starts nothing, and remembers what it was asked to start."""

    def __init__(self) -> None:
        self.started: list[list[str]] = []

    def start(self, argv: Sequence[str]) -> None:
        self.started.append(list(argv))

    def run(self, argv: Sequence[str]) -> int:
        self.started.append(list(argv))
        return 0


@dataclass(frozen=True, slots=True)
class ReaderEnv:
    """What a reader is opened in: its places, and the variables it sees."""

    places: AppPaths
    env: Mapping[str, str] = field(default_factory=dict)
    # Nothing is marked read while a test looks at it, unless the test wants that.
    config: Config = field(default_factory=lambda: Config(mark_read_after=-1))
    session: Session = field(default_factory=Session)
    save_session: Callable[[Session], None] = field(default=lambda _session: None)
    config_file: Path | None = None
    # Files that appear are noticed only where the test says so.
    watch: Watch | None = None
    filters: FilterHistory = field(default_factory=FilterHistory)


@dataclass(frozen=True, slots=True)
class TuiDriver:
    """A reader that runs, and the hands and eyes of a person before it."""

    app: ReaderApp
    pilot: Pilot[None]
    library: Library
    runner: FakeRunner

    @property
    def main(self) -> MainScreen:
        return next(screen for screen in self.app.screen_stack if isinstance(screen, MainScreen))

    async def settled(self) -> None:
        """Wait until the app is idle."""
        try:
            await asyncio.wait_for(self.app.activity.idle(), _MOST_SECONDS)
        except TimeoutError:
            raise AssertionError(f"never idle, under way: {self.app.activity.under_way}\n{self.text()}") from None

    async def until(self, met: Callable[[], bool], what: str) -> None:
        """Wait for something that happens by itself, and name it where it never does."""
        until = time.monotonic() + _MOST_SECONDS
        while not met():
            assert time.monotonic() < until, f"{what}: it never happens\n{self.text()}"
            await self.pilot.pause(0.02)

    async def press(self, *keys: str) -> None:
        """Press keys, each once the one before has had its effect; a character stands for itself.

        The pilot of the screen's library does this too, but waits a tenth of a second for each key.
        """
        for key in keys:
            await self.press_at_once(key)

    async def press_at_once(self, *keys: str) -> None:
        """Press keys that come in together, as over a slow line."""
        for key in keys:
            assert self.app._driver is not None
            name = _character_to_key(key) if len(key) == 1 else key
            character = key if len(key) == 1 else " " if key == "space" else None
            self.app._driver.send_message(events.Key(name, character))
        await self.settled()

    def invoke(self, action: str) -> None:
        """Run an action as the command palette does, without waiting for its effect."""
        self.main.store.dispatch(ActionInvoked(action))

    def go(self, pane: PaneName) -> None:
        """Go to a pane."""
        self.main.store.dispatch(PaneChosen(pane))

    def let_key_expire(self) -> None:
        """Let the time to wait for another key be over."""
        store = self.main.store
        store.dispatch(KeyTimeUp(store.state.keyboard.timer))

    async def type(self, text: str) -> None:
        """Type a filter and keep it."""
        await self.start_typing(text)
        await self.press("enter")

    async def start_typing(self, text: str) -> None:
        """Type a filter and stay in its line."""
        await self.press("/")
        self.main.filter_bar.value = text
        await self.settled()

    async def refresh(self) -> None:
        """Have the list queried again."""
        self.main.store.dispatch(ListOutdated())
        await self.settled()

    async def choose(self, label: str) -> None:
        """Choose a line of the sidebar."""
        rows = [row.label for row in self.main.sidebar.rows]
        self.main.sidebar.put_cursor(rows.index(label))
        await self.settled()

    async def go_to(self, path: str) -> None:
        """Put the cursor on the article of a file."""
        self.main.articles.put_cursor(self.paths().index(path))
        await self.settled()

    async def click(self, widget: Widget, x: int, y: int, *, times: int = 1) -> None:
        await self.pilot.click(widget, offset=(x, y), times=times)
        await self.settled()

    async def click_at_once(self, x: int, y: int, times: int) -> None:
        """Click on a place of the screen several times, before the first has had any effect."""
        assert self.app._driver is not None
        for kind in (events.MouseDown, events.MouseUp) * times:
            self.app._driver.send_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))  # noqa: FBT003 - Textual's
        await self.settled()

    async def click_text(self, text: str) -> None:
        """Click on the first place of the screen that shows a text."""
        for y, line in enumerate(self.lines()):
            if text in line:
                await self.pilot.click(offset=(line.index(text), y))
                await self.settled()
                return
        raise AssertionError(f"{text!r} is not on the screen:\n{self.text()}")

    def lines(self) -> list[str]:
        """Return the screen as plain text; meant for text without wide characters where columns count."""
        visible_screen_stack.set(self.app._background_screens)
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines()) + "\n"

    def page(self) -> str:
        """Return the whole page of the open article, or what stands in its place."""
        return "\n".join("".join(segment.text for segment in line) for line in self.main.article._lines)

    def entries(self) -> list[ArticleSummary]:
        return self.main.search.entries(self.main.articles.rows.ids)

    def paths(self) -> list[str]:
        return [entry.path for entry in self.entries()]

    @property
    def current(self) -> str:
        """The path of the article under the cursor."""
        entry = self.main.articles.current
        return "" if entry is None else entry.path

    @property
    def opened(self) -> str:
        """The path of the article on the page."""
        entry = self.main.store.article.entry
        return "" if entry is None else entry.path

    @property
    def said(self) -> str:
        return self.main.status._message

    @property
    def title(self) -> str:
        """The words above the list."""
        title = self.main.articles._border_title
        return "" if title is None else title.plain

    @property
    def cursor(self) -> int:
        """The row of the list that the cursor is on, counted from 0."""
        return self.main.articles.cursor

    @property
    def pane(self) -> PaneName:
        """The pane in use."""
        return self.main.store.state.layout.current

    @property
    def filter_text(self) -> str:
        """What stands in the filter line."""
        return self.main.filter_bar.value

    @property
    def page_top(self) -> int:
        """The first line of the page in sight, counted from 0."""
        return self.main.article.scroll_offset.y

    @property
    def sidebar_title(self) -> str:
        """The words above the sidebar."""
        return str(self.main.sidebar.border_title)

    @property
    def news(self) -> str:
        """What the status bar says of articles above the visible rows."""
        return self.main.store.state.list.news.words

    @property
    def view(self) -> View:
        """What is looked at: filter, choice, quality floor and order."""
        return self.main.store.state.list.view

    def counts(self) -> dict[str, int | None]:
        """Return the sidebar's lines with their counts, headings left out."""
        return {row.label: row.count for row in self.main.sidebar.rows if row.choice is not None}


@asynccontextmanager
async def opened(
    folder: Path, world: ReaderEnv, *, size: tuple[int, int] = WIDE, query: str = ""
) -> AsyncIterator[TuiDriver]:
    """Open the reader over a folder and wait until it has read it."""
    library = open_library(folder, world.places)
    runner = FakeRunner()
    with closing(library.marks) as marks:
        setup = AppContext(
            config=world.config,
            keys=build_keymap(world.config),
            marks=marks,
            clock=lambda: Clock(now=NOW, zone=UTC),
            env=world.env,
            runner=runner,
            query=query,
            session=world.session,
            save_session=world.save_session,
            config_file=world.config_file,
            feeds_file=None if library.place.only else world.places.feeds_file(folder),
            watch=world.watch,
            filters=world.filters,
        )
        app = ReaderApp(library, setup)
        async with app.run_test(size=size) as pilot:
            reading = TuiDriver(app, pilot, library, runner)
            await reading.settled()
            yield reading
