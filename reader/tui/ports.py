"""Dependencies of the TUI and of effects, injectable in tests.

A room's ``update`` returns effects: values that run with ``Ports``. This module has the effects that every room can
use.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

from reader.errors import ReaderError
from reader.storage.filter_history import FilterHistory
from reader.storage.reading_places import ReadingPlaces
from reader.storage.session import Session

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pyroaring import BitMap

    from reader.config.actions import Action
    from reader.config.load import Config
    from reader.content.watch import Watch
    from reader.external.browser import ProcessRunner
    from reader.external.page import Page
    from reader.index.live import LiveSearch
    from reader.index.model import ArticleSummary
    from reader.library import Library
    from reader.marks import MarkStore
    from reader.query import Clock
    from reader.render.style import RenderOptions
    from reader.tui.events import Event, SidebarReady
    from reader.tui.jobs import Jobs, Lane
    from reader.tui.list.query_run import Rows

__all__ = [
    "AppContext",
    "Ask",
    "ChoicePrompt",
    "Choose",
    "Effect",
    "Fail",
    "LinePrompt",
    "ListPosition",
    "ListWidget",
    "Ports",
    "Publish",
    "Say",
    "Speak",
    "WakeAfter",
]


def _keep_nothing(_session: Session) -> None:
    return


class AppContext(Struct, frozen=True):
    """Config, keys and marks; clock and environment; the runner that starts a browser; the startup query.

    ``filters`` is the filter history, ``places`` holds where the user stopped reading each article, ``session`` is the
    state of the last session, and ``save_session`` saves the new one. Saved searches belong to ``config_file``, if any.
    ``feeds_file`` is the ledger of the folder's feeds; a single file has none. ``watch`` watches the folder; None
    disables watching. ``page`` is the browser page that shows the reader; None in a terminal.
    """

    config: Config
    keys: tuple[Action, ...]
    marks: MarkStore
    clock: Callable[[], Clock]
    env: Mapping[str, str]
    runner: ProcessRunner
    query: str = ""
    notice: str = ""
    filters: FilterHistory = field(default_factory=FilterHistory)
    places: ReadingPlaces = field(default_factory=ReadingPlaces)
    session: Session = field(default_factory=Session)
    save_session: Callable[[Session], None] = _keep_nothing
    config_file: Path | None = None
    feeds_file: Path | None = None
    watch: Watch | None = None
    page: Page | None = None

    @property
    def is_read_only(self) -> bool:
        """Whether the user must not change marks, feeds or saved searches."""
        return self.page is not None and self.page.read_only

    def require_change(self, what: str) -> None:
        """Raise ReaderError if the user must not change anything."""
        if self.is_read_only:
            raise ReaderError(f"Read-only: {what} cannot be changed here")

    def require_program(self) -> None:
        """Raise ReaderError if programs and files would be the server's, not the user's."""
        if self.page is not None:
            raise ReaderError("Not available in the browser: it would happen on the server")

    @property
    def known_feeds(self) -> Path | None:
        """The file of the folder's feeds if there is one and the disk answers."""
        return self.feeds_file if self.feeds_file is not None and os.access(self.feeds_file, os.R_OK) else None


class Speak(Protocol):
    """Function that shows a message."""

    def __call__(
        self, message: str, *, warning: bool = False, stays: bool = False, unless_saying: bool = False, short: str = ""
    ) -> None:
        """Show a message for a few seconds, or until the next one if it ``stays``."""


class ListPosition(Struct, frozen=True):
    """The cursor's row in the list, and the first visible row."""

    cursor: int
    top: int


class ListWidget(Protocol):
    """The part of the list that effects use: they look at it and move its cursor."""

    @property
    def rows(self) -> Rows:
        """The rows shown."""

    @property
    def current(self) -> ArticleSummary | None:
        """The article under the cursor."""

    @property
    def position(self) -> ListPosition:
        """Where the list is."""

    def put_cursor(self, row: int) -> None:
        """Put the cursor on a row."""


class CountAtOnce(Protocol):
    """Function that counts the articles found for the sidebar, or returns None if that would take long."""

    def __call__(
        self, search: LiveSearch, found: array[int] | BitMap, cancelled: Callable[[], bool], /
    ) -> SidebarReady | None:
        """Return the counts."""


class LinePrompt(Struct, frozen=True):
    """Input line at the bottom of the screen: its symbol, initial value, and placeholder."""

    sign: str
    value: str = ""
    placeholder: str = ""


class ChoicePrompt(Struct, frozen=True):
    """Dialog in which the user picks one of several lines; the cursor starts on line ``at``."""

    title: str
    rows: tuple[str, ...]
    at: int = 0


class Ports(Struct, frozen=True):
    """Capabilities of effects. Any thread may call ``post`` and ``fail``; everything else belongs to the UI thread.

    ``search`` is the connection for short queries; ``connect`` returns the one of a lane, for its tasks only, and
    ``may_follow`` whether it may switch to a new index file. ``dispatch`` handles an event immediately, ``post`` soon,
    ``wake`` after a number of seconds; ``fail`` reports an error. ``copy`` copies a text through the terminal;
    ``suspend`` returns a context in which another program has the terminal. ``ask`` asks for a line of input; the
    answer is None if the user cancels, as is that of ``choose``, which asks for one of several lines.

    ``counter`` returns a function that counts the articles in the list, None if its view has other counts. ``articles``
    returns the list widget, ``look`` the current options for rendering an article in its pane,
    ``position`` the list's position, and ``near`` the paths of the articles near its cursor, nearest first.
    """

    library: Library
    search: LiveSearch
    connect: Callable[[Lane], LiveSearch]
    may_follow: Callable[[], bool]
    context: AppContext
    jobs: Jobs
    say: Speak
    dispatch: Callable[[Event], None]
    post: Callable[[Event], object]
    wake: Callable[[float, Event], object]
    fail: Callable[[ReaderError], object]
    copy: Callable[[str], None]
    suspend: Callable[[], AbstractContextManager[None]]
    ask: Callable[[LinePrompt, Callable[[str | None], None]], object]
    choose: Callable[[ChoicePrompt, Callable[[int | None], None]], object]
    counter: Callable[[], CountAtOnce | None]
    articles: Callable[[], ListWidget]
    look: Callable[[], RenderOptions]
    position: Callable[[], ListPosition]
    near: Callable[[], tuple[str, ...]]


class Effect(Protocol):
    """Work requested by an update, as a value. A ReaderError, even in a lane's task, is reported to the user."""

    def run(self, ports: Ports) -> None:
        """Do the work, or submit it to a lane."""


class CheckPainted(Struct, frozen=True):
    """Check whether the results of a lane will be painted: not if they are unchanged or not visible.

    ``painted`` is the event that reports the paint.
    """

    lane: Lane
    painted: Event

    def run(self, ports: Ports) -> None:
        """Dispatch the event if nothing else will do so."""
        if not ports.jobs.is_paint_pending(self.lane):
            ports.dispatch(self.painted)


class Publish(Struct, frozen=True):
    """Pass an event to all rooms."""

    event: Event

    def run(self, ports: Ports) -> None:
        """Dispatch the event immediately."""
        ports.dispatch(self.event)


class WakeAfter(Struct, frozen=True):
    """Dispatch an event later."""

    seconds: float
    event: Event

    def run(self, ports: Ports) -> None:
        """Start the timer."""
        ports.wake(self.seconds, self.event)


class Say(Struct, frozen=True):
    """Show a message, without a time limit if it ``stays``; with ``unless_saying``, only if no other one is shown.

    ``short`` is shown instead where the message does not fit.
    """

    message: str
    warning: bool = False
    stays: bool = False
    unless_saying: bool = False
    short: str = ""

    def run(self, ports: Ports) -> None:
        """Show the message."""
        ports.say(
            self.message,
            warning=self.warning,
            stays=self.stays,
            unless_saying=self.unless_saying,
            short=self.short,
        )


class Ask(Struct, frozen=True):
    """Ask for a line of input and dispatch the event made from it. Nothing happens if the user cancels."""

    prompt: LinePrompt
    answered: Callable[[str], Event]

    def run(self, ports: Ports) -> None:
        """Show the prompt."""
        ports.ask(self.prompt, lambda text: None if text is None else ports.dispatch(self.answered(text)))


class Choose(Struct, frozen=True):
    """Let the user pick a line and dispatch the event made from its number. Nothing happens if they cancel."""

    prompt: ChoicePrompt
    chosen: Callable[[int], Event]

    def run(self, ports: Ports) -> None:
        """Show the dialog."""
        ports.choose(self.prompt, lambda row: None if row is None else ports.dispatch(self.chosen(row)))


class Fail(Struct, frozen=True):
    """Report an error."""

    error: ReaderError

    def run(self, ports: Ports) -> None:
        """Report the error as a worker would."""
        ports.fail(self.error)
