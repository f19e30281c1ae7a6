"""The TUI without a terminal: opened on a folder, driven by keys and clicks, and read as plain text."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Literal

import msgspec
from rich.style import Style
from textual import events
from textual._context import visible_screen_stack
from textual.geometry import Offset, Region
from textual.keys import _character_to_key

from reader.config.load import build_keymap
from reader.config.schema import Config
from reader.library import open_library
from reader.query import Clock
from reader.storage.filter_history import FilterHistory
from reader.storage.reading_places import ReadingPlaces
from reader.storage.session import Session
from reader.tui.app import ReaderApp
from reader.tui.article.events import ReadTimeUp
from reader.tui.article.targets import what_would_open
from reader.tui.events import ActionInvoked, FilterTyped, LinkFollowed, ListOutdated
from reader.tui.folder.effects import CheckIndex
from reader.tui.input.keyboard import KeyTimeUp
from reader.tui.jobs import Lane
from reader.tui.layout import PANES, PaneChosen
from reader.tui.ports import AppContext
from reader.tui.screen import MainScreen
from reader.tui.widgets.theme import ThemedStylesheet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from rich.segment import Segment
    from textual.css.model import RuleSet
    from textual.css.types import CSSLocation
    from textual.pilot import Pilot
    from textual.strip import Strip
    from textual.widget import Widget

    from reader.content.watch import Watch
    from reader.external.page import Page
    from reader.index.model import ArticleSummary
    from reader.library import Library
    from reader.storage.paths import AppPaths
    from reader.tui.article.targets import Target
    from reader.tui.layout import PaneName
    from reader.tui.list.view import View
    from reader.tui.ports import Effect, Ports

    PartName = Literal[PaneName, "filter", "completions", "status"]

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WIDE, MEDIUM, NARROW = (160, 50), (100, 30), (60, 20)
# All three panes, with few rows: painting takes half of the time of a test.
USUAL = (160, 24)
_MOST_SECONDS = 30.0


class FakeRunner:
    """Records the commands it is given, and starts none of them."""

    def __init__(self) -> None:
        self.started: list[list[str]] = []

    def start(self, argv: Sequence[str]) -> None:
        self.started.append(list(argv))

    def run(self, argv: Sequence[str]) -> int:
        self.started.append(list(argv))
        return 0


class SharedStylesheet(ThemedStylesheet):
    """A stylesheet that parses no source that an earlier app of these tests has parsed with the same variables."""

    _parsed: ClassVar[dict[object, list[RuleSet]]] = {}

    def _parse_rules(
        self,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,  # noqa: FBT001, FBT002 - Textual's
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        source = frozenset(self._variables.items()), css, read_from, is_default_rules, tie_breaker, scope
        if source not in self._parsed:
            self._parsed[source] = super()._parse_rules(css, read_from, is_default_rules, tie_breaker, scope)
        return self._parsed[source]


@dataclass(frozen=True, slots=True)
class ReaderEnv:
    """The environment of a TUI under test: its paths, variables, configuration and stored state."""

    places: AppPaths
    env: Mapping[str, str] = field(default_factory=dict)
    # No article is marked as read by being open, unless the test asks for it.
    config: Config = field(default_factory=lambda: Config(mark_read_after=-1))
    session: Session = field(default_factory=Session)
    save_session: Callable[[Session], None] = field(default=lambda _session: None)
    config_file: Path | None = None
    # New files are noticed only if the test passes a watch.
    watch: Watch | None = None
    page: Page | None = None
    filters: FilterHistory = field(default_factory=FilterHistory)
    reading_places: ReadingPlaces = field(default_factory=ReadingPlaces)


@dataclass(frozen=True, slots=True)
class TuiDriver:
    """A running TUI, with methods for the input and the output of a user."""

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
        """Wait for something that follows no key press; name it if it does not happen."""
        until = time.monotonic() + _MOST_SECONDS
        while not met():
            assert time.monotonic() < until, f"{what}: it never happens\n{self.text()}"
            await self.pilot.pause(0.02)

    async def press(self, *keys: str) -> None:
        """Press keys, each after the previous one has taken effect; a character is its own key name.

        Textual's pilot does this too, but waits a tenth of a second for each key.
        """
        for key in keys:
            await self.press_at_once(key)

    async def press_at_once(self, *keys: str) -> None:
        """Press keys that arrive together, as over a slow connection."""
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
        """End the wait for another key of a sequence."""
        store = self.main.store
        store.dispatch(KeyTimeUp(store.state.keyboard.timer))

    def let_read_time_pass(self) -> None:
        """End the wait after which the open article is marked as read."""
        self.main.store.dispatch(ReadTimeUp(self.read_timer))

    def run(self, effect: Effect) -> None:
        """Run an effect as an update would."""
        self.main.store.run(effect)

    def ports(self, **changes: object) -> Ports:
        """Return what effects work with, with some of it replaced."""
        return msgspec.structs.replace(self.main.store.ports, **changes)

    async def let_saving_time_pass(self) -> None:
        """End the wait after which the reading position is saved."""
        self.main.article._save()
        await self.settled()

    async def check_index(self) -> None:
        """Look for a replaced index or foreign marks, as a timer does each second."""
        self.main.store.run(CheckIndex())
        await self.settled()

    async def dismiss_message(self) -> None:
        """Remove the message from the status bar."""
        self.main.status.say("")
        await self.settled()

    async def paste(self, text: str) -> None:
        assert self.app._driver is not None
        self.app._driver.send_message(events.Paste(text))
        await self.settled()

    async def follow(self, path: str) -> None:
        """Follow a link to another article of the folder."""
        self.main.store.dispatch(LinkFollowed(path))
        await self.settled()

    def step_at_once(self, motion: Literal["up", "down"], times: int = 1) -> None:
        """Move the cursor of the list, without waiting for the effect."""
        self.main.articles.move(motion, times)

    def refresh_at_once(self, typed: str | None = None) -> None:
        """Refresh the list, with another filter if one is given, without waiting for the result."""
        if typed is not None:
            self.main.store.dispatch(FilterTyped(typed))
        self.main.store.dispatch(ListOutdated())

    async def scroll(self, pane: PaneName, top: int) -> None:
        """Scroll a pane so that a line is its first."""
        self._part(pane).scroll_to(y=top, animate=False, force=True, immediate=True)
        await self.settled()

    def use_library(self, library: Library) -> None:
        """Use another library from now on."""
        self.main.store.ports = msgspec.structs.replace(self.main.store.ports, library=library)

    def drop_index_cache(self) -> None:
        """Make SQLite read every page of the index from the disk again."""
        for search in (self.main.search, *self.main.store._connections.values()):
            search._connection.execute("PRAGMA main.cache_size = 1")
            search._connection.execute("PRAGMA shrink_memory")
        self.main.articles.reload()

    async def type(self, text: str) -> None:
        """Type a filter and press Enter."""
        await self.start_typing(text)
        await self.press("enter")

    async def start_typing(self, text: str) -> None:
        """Type a filter and stay in the filter line."""
        await self.press("/")
        self.main.filter_bar.value = text
        await self.settled()

    async def refresh(self) -> None:
        """Refresh the list."""
        self.refresh_at_once()
        await self.settled()

    async def choose(self, label: str) -> None:
        """Choose a line of the sidebar."""
        self.main.sidebar.put_cursor(self.sidebar_lines.index(label))
        await self.settled()

    async def go_to(self, path: str) -> None:
        """Put the cursor on the article of a file."""
        self.main.articles.put_cursor(self.paths().index(path))
        await self.settled()

    async def click(self, part: PartName | Widget, x: int, y: int, *, times: int = 1) -> None:
        """Click on a position in a pane, relative to its upper left corner."""
        await self.pilot.click(self._part(part) if isinstance(part, str) else part, offset=(x, y), times=times)
        await self.settled()

    async def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Press the mouse button at one position of the screen, and release it at another."""
        await self.pilot.mouse_down(offset=start)
        await self.pilot.hover(offset=((start[0] + end[0]) // 2, start[1]))
        await self.pilot.hover(offset=end)
        await self.pilot.mouse_up(offset=end)
        await self.settled()

    async def drag_border(self, right_of: PaneName, cells: int) -> None:
        """Drag the right border of a pane by a number of columns."""
        edge = self.region(right_of).right
        await self.drag((edge, 10), (edge + cells, 10))

    async def click_at_once(self, x: int, y: int, times: int) -> None:
        """Click several times on a position of the screen, before the first click takes effect."""
        assert self.app._driver is not None
        for kind in (events.MouseDown, events.MouseUp) * times:
            self.app._driver.send_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))  # noqa: FBT003 - Textual's
        await self.settled()

    async def click_text(self, text: str) -> None:
        """Click on the first occurrence of a text on the screen."""
        for y, line in enumerate(self.lines()):
            if text in line:
                await self.pilot.click(offset=(line.index(text), y))
                await self.settled()
                return
        raise AssertionError(f"{text!r} is not on the screen:\n{self.text()}")

    def lines(self) -> list[str]:
        """Return the screen as plain text; meant for text without wide characters where columns count."""
        return [strip.text for strip in self.strips()]

    def strips(self) -> list[Strip]:
        """Return the lines of the screen with their styles."""
        visible_screen_stack.set(self.app._background_screens)
        return self.app.screen._compositor.render_strips()

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines()) + "\n"

    def notifications(self) -> list[str]:
        """Return the messages shown on top of the screen."""
        return [notification.message for notification in self.app._notifications]

    def _part(self, name: PartName) -> Widget:
        return self.main.query_one(f"#{name}")

    def region(self, part: PartName) -> Region:
        """Return the region of a part of the screen, with its border; its area is 0 while the part is hidden."""
        widget = self._part(part)
        return widget.region if widget.display and widget.visible else Region()

    @property
    def panes(self) -> list[str]:
        """The panes that are visible, from left to right."""
        return [name for name in PANES if self.region(name).area]

    @property
    def widths(self) -> tuple[int, int, int]:
        """The widths of sidebar, list and article pane, with their borders."""
        sidebar, articles, article = (self.region(name).width for name in PANES)
        return sidebar, articles, article

    def lines_of(self, part: PartName) -> list[str]:
        """Return the visible lines of a pane, without its border and its scroll bar."""
        widget, whole = self._part(part), self.region(part)
        inner = widget.content_region.intersection(whole)
        width = min(inner.width, widget.scrollable_content_region.width)
        return [line[inner.x : inner.x + width] for line in self.lines()[inner.y : inner.bottom]]

    def page(self) -> str:
        """Return the whole page of the open article, or the placeholder without one."""
        return "\n".join("".join(segment.text for segment in line) for line in self.page_segments())

    def page_segments(self) -> Sequence[Sequence[Segment]]:
        """Return the page with its styles, also the lines that are not visible."""
        return self.main.article._lines

    def row_segments(self, path: str) -> Iterable[Segment]:
        """Return the row of an article with its styles."""
        return self.main.articles.strip(self.paths().index(path), 100, Style())

    def filter_segments(self) -> list[Segment]:
        """Return the filter line with its styles."""
        return list(self.main.filter_bar.render_line(0))

    def page_place(self, row: int, column: int) -> Offset:
        """Return the position of a line and column of the page, relative to the upper left corner of its pane."""
        pane = self.main.article
        return Offset(column, row - pane.scroll_offset.y) + pane.content_offset

    def entries(self) -> list[ArticleSummary]:
        return self.main.search.entries(self.row_ids)

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

    def is_warning(self) -> bool:
        """Return whether the bottom line has the color of a warning."""
        return self.main.status.has_class("-warning")

    def is_filter_wrong(self) -> bool:
        """Return whether the filter line has the color of an error."""
        return self.main.filter_bar.has_class("-invalid")

    def is_typing(self) -> bool:
        """Return whether keys go to the filter line."""
        return self.main.panels.is_typing

    def has_dialog(self) -> bool:
        """Return whether a dialog is above the panes."""
        return self.app.screen is not self.main

    def has_ended(self) -> bool:
        """Return whether the app is exiting."""
        return bool(self.app._exit)

    @property
    def actions(self) -> set[str]:
        """The actions that have a command."""
        return set(self.main.commands)

    def would_open(self, action: str, number: int | None = None) -> Target:
        """Return what an action would open or copy."""
        return what_would_open(self.main.articles.current, self.main.store.article.links, action, number)

    @property
    def link_numbers(self) -> list[int]:
        """The numbers of the links of the page."""
        return [link.number for link in self.main.store.article.links]

    @property
    def following(self) -> str:
        """The path of the article that the next step in the same direction leads to."""
        entry = self.main.articles.following
        return "" if entry is None else entry.path

    def is_following_drawn(self) -> bool:
        """Return whether the following article is drawn already."""
        entry, article = self.main.articles.following, self.main.store.article
        return entry is not None and article.look is not None and article.cache.get(entry, article.look) is not None

    @property
    def read_timer(self) -> int:
        """The number of the timer that ends by marking the open article read; it grows with each start."""
        return self.main.store.article.timer

    def is_watched(self) -> bool:
        """Return whether the folder is being watched."""
        return self.main.watcher.begun.is_set()

    def is_syncing(self) -> bool:
        """Return whether a sync is running."""
        return self.main.store.state.folder.reading

    def is_sync_pending(self) -> bool:
        """Return whether another sync will follow."""
        folder = self.main.store.state.folder
        return bool(folder.pending or folder.resting)

    def is_index_in_use(self) -> bool:
        """Return whether the list shows the current index file, with no sync or query running."""
        busy = self.main.store.ports.jobs.is_busy(Lane.LIST)
        return not (self.main.search.is_stale or self.is_syncing() or busy)

    @property
    def index_file(self) -> tuple[int, int]:
        """The device and inode of the index file in use."""
        return self.main.search.files.index

    @property
    def row_ids(self) -> Sequence[int]:
        """The ids of the rows; a new object for each result of the list's query."""
        return self.main.articles.rows.ids

    @property
    def title(self) -> str:
        """The title of the list."""
        title = self.main.articles._border_title
        return "" if title is None else title.plain

    @property
    def cursor(self) -> int:
        """The row of the list that the cursor is on, counted from 0."""
        return self.main.articles.cursor

    @property
    def pane(self) -> PaneName:
        """The current pane."""
        return self.main.store.state.layout.current

    @property
    def focus(self) -> str:
        """The pane that has the focus, which its border shows."""
        return (self.main.focused.id or "") if self.main.focused is not None else ""

    @property
    def filter_text(self) -> str:
        """The text in the filter line."""
        return self.main.filter_bar.value

    @property
    def filter_cursor(self) -> int:
        """The position of the cursor in the filter line."""
        return self.main.filter_bar.cursor_position

    def top(self, pane: PaneName) -> int:
        """Return the first visible line of a pane, counted from 0."""
        return self._part(pane).scroll_offset.y

    @property
    def page_top(self) -> int:
        """The first visible line of the page, counted from 0."""
        return self.top("article")

    @property
    def line_of_cursor(self) -> int:
        """The line of the screen that the cursor is on, counted from the top of the list."""
        return self.cursor - self.top("articles")

    @property
    def sidebar_lines(self) -> list[str]:
        """The lines of the sidebar without their counts, headings too."""
        return [row.label for row in self.main.sidebar.rows]

    @property
    def sidebar_line(self) -> str:
        """The line of the sidebar that its cursor is on."""
        return self.sidebar_lines[self.main.sidebar.cursor]

    @property
    def sidebar_title(self) -> str:
        """The title of the sidebar."""
        return str(self.main.sidebar.border_title)

    @property
    def news(self) -> str:
        """The status bar's message about new articles above the visible rows."""
        return self.main.store.state.list.news.words

    @property
    def view(self) -> View:
        """The view of the list: filter, choice, minimum quality and order."""
        return self.main.store.state.list.view

    def counts(self) -> dict[str, int | None]:
        """Return the count of each line of the sidebar, without the headings."""
        return {row.label: row.count for row in self.main.sidebar.rows if row.choice is not None}


@asynccontextmanager
async def opened(
    folder: Path, world: ReaderEnv, *, size: tuple[int, int] = USUAL, query: str = ""
) -> AsyncIterator[TuiDriver]:
    """Open the TUI on a folder and wait for its first sync."""
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
            page=world.page,
            places=world.reading_places,
        )
        app = ReaderApp(library, setup)
        app.stylesheet = SharedStylesheet(variables=app.get_css_variables())
        async with app.run_test(size=size) as pilot:
            reading = TuiDriver(app, pilot, library, runner)
            await reading.settled()
            yield reading
