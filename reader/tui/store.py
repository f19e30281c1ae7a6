"""State of the rooms. It changes only when ``dispatch`` passes an event to each room's ``update``."""

from __future__ import annotations

import time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from reader.errors import ReaderError
from reader.index.live import SharedMembers
from reader.tui import layout, marking
from reader.tui.article import update as article_room
from reader.tui.article.state import OpenArticle
from reader.tui.events import Happened, TaskFailed
from reader.tui.external import suspended
from reader.tui.feeds import update as feeds_room
from reader.tui.feeds.update import FeedsState
from reader.tui.filter import update as filter_room
from reader.tui.filter.completion import NameRequest
from reader.tui.filter.events import NamesWanted
from reader.tui.filter.update import FilterState
from reader.tui.folder import update as folder_room
from reader.tui.folder.update import Folder
from reader.tui.input import keyboard
from reader.tui.jobs import Jobs
from reader.tui.layout import Layout
from reader.tui.list import update as list_room
from reader.tui.list.update import ListState, counts_request
from reader.tui.marking import Marking
from reader.tui.ports import Ports
from reader.tui.sidebar import update as sidebar_room
from reader.tui.sidebar.update import SidebarState
from reader.tui.widgets.dialogs import ChoiceDialog, InputDialog, motion_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.screen import Screen

    from reader.index.live import LiveSearch
    from reader.index.model import ArticleSummary
    from reader.library import Library
    from reader.query.completion import Completion
    from reader.render.style import RenderOptions
    from reader.tui.events import Event
    from reader.tui.filter.completion import Candidate
    from reader.tui.input.keyboard import Keyboard
    from reader.tui.jobs import Lane
    from reader.tui.ports import AppContext, CountAtOnce, Effect, ListWidget, Speak

__all__ = ["ROOMS", "ScreenHooks", "State", "Store"]


# Ordered by when their effects run.
ROOMS: Mapping[str, Callable[[Any, Event, float], tuple[Struct, Sequence[Effect]]]] = MappingProxyType(
    {
        "folder": folder_room.update,
        "list": list_room.update,
        "sidebar": sidebar_room.update,
        "article": article_room.update,
        "filter": filter_room.update,
        "layout": layout.update,
        "marking": marking.update,
        "keyboard": keyboard.update,
        "feeds": feeds_room.update,
    }
)
"""Name of a room's slice of the state → its update."""


class State(Struct, frozen=True):
    """The state of all rooms."""

    keyboard: Keyboard
    folder: Folder = Folder()
    list: ListState = ListState()
    sidebar: SidebarState = SidebarState()
    article: OpenArticle = OpenArticle()
    filter: FilterState = FilterState()
    layout: Layout = Layout()
    marking: Marking = Marking()
    feeds: FeedsState = FeedsState()

    @property
    def may_follow(self) -> bool:
        """Whether to switch to a new index file."""
        return self.folder.may_follow(list_empty=not self.list.rows)


class Widgets(Protocol):
    """The part of the widgets that the store uses. It passes some of it on through ``Ports``."""

    say: Speak

    @property
    def articles(self) -> ListWidget:
        """The list."""

    @property
    def near(self) -> tuple[str, ...]:
        """The paths of the articles near the cursor."""

    @property
    def look(self) -> RenderOptions:
        """The current options for rendering an article."""

    def show(self, before: State, now: State) -> None:
        """Show the changes in the state."""

    def is_paint_pending(self, lane: Lane) -> bool:
        """Return whether the results of a lane have changed since they were painted."""


class ScreenHooks(Struct, frozen=True):
    """The widgets, once they exist, and a function called with each event after its effects."""

    widgets: Callable[[], Widgets]
    react: Callable[[Event], None]


class Store:
    """State of the rooms, and the ports with which their effects run."""

    def __init__(
        self, screen: Screen[None], library: Library, context: AppContext, state: State, hooks: ScreenHooks
    ) -> None:
        self.state = state
        self._screen = screen
        self._hooks = hooks
        self._connections: dict[Lane, LiveSearch] = {}
        self._members = SharedMembers()
        self.ports = Ports(
            library=library,
            search=library.live_search(self._members),
            connect=self._connect,
            may_follow=lambda: self.state.may_follow,
            context=context,
            jobs=Jobs(screen, self._fail, lambda lane: hooks.widgets().is_paint_pending(lane)),
            say=lambda message, **options: hooks.widgets().say(message, **options),
            dispatch=self.dispatch,
            post=lambda event: screen.post_message(Happened(event)),
            wake=self._wake,
            fail=self._fail,
            copy=screen.app.copy_to_clipboard,
            suspend=lambda: suspended(screen.app),
            ask=lambda prompt, answered: screen.app.push_screen(InputDialog(prompt), answered),
            choose=lambda prompt, answered: screen.app.push_screen(
                ChoiceDialog(prompt, motion_keys(context.keys)), answered
            ),
            counter=self._counter,
            position=lambda: hooks.widgets().articles.position,
            near=lambda: hooks.widgets().near,
            articles=lambda: hooks.widgets().articles,
            look=lambda: hooks.widgets().look,
        )

    def close(self) -> None:
        """Close all index connections."""
        for connection in (self.ports.search, *self._connections.values()):
            connection.close()

    @property
    def folder(self) -> Folder:
        """The state of the folder room."""
        return self.state.folder

    @property
    def article(self) -> OpenArticle:
        """The state of the article room."""
        return self.state.article

    def _fail(self, error: ReaderError) -> None:
        self._screen.post_message(TaskFailed(error))

    def _connect(self, lane: Lane) -> LiveSearch:
        if lane not in self._connections:
            self._connections[lane] = self.ports.library.live_search(self._members)
        return self._connections[lane]

    def _counter(self) -> CountAtOnce | None:
        asked = self.state.list
        wanted = sidebar_room.count_effect(self.state.sidebar, counts_request(asked)) if asked.is_countable else None
        return None if wanted is None else wanted.at_once(self.ports.context.clock())

    def _wake(self, seconds: float, event: Event) -> None:
        if seconds:
            self._screen.set_timer(seconds, lambda: self.dispatch(event))
        else:
            # Textual timers cannot have an interval of zero.
            self._screen.call_later(self.dispatch, event)

    def entries(self, ids: Sequence[int]) -> list[ArticleSummary]:
        """Return articles by their IDs. If the index cannot be read, report it and return none."""
        try:
            return self.ports.search.entries(ids)
        except ReaderError as error:
            self.ports.fail(error)
            return []

    def propose(self, text: str, cursor: int, completion: Completion) -> tuple[Candidate, ...] | None:
        """Return the candidates for completion at the cursor, or None while they are being looked up."""
        found = filter_room.propose(self.state.filter, self.state.list.view, text, cursor, completion)
        if not isinstance(found, NameRequest):
            return found
        self.dispatch(NamesWanted(found))
        return None

    def dispatch(self, event: Event) -> None:
        """Update the rooms and run their effects. Call it on the UI thread."""
        before = self.state
        self.state, effects = _update(before, event, time.monotonic())
        if self.state is not before:
            self._hooks.widgets().show(before, self.state)
        for effect in effects:
            self.run(effect)
        self._hooks.react(event)

    def run(self, effect: Effect) -> None:
        """Run an effect, and report its error if it fails."""
        try:
            effect.run(self.ports)
        except ReaderError as error:
            self.ports.fail(error)


def _update(state: State, event: Event, now: float) -> tuple[State, list[Effect]]:
    changed: dict[str, Struct] = {}
    effects: list[Effect] = []
    for room, update in ROOMS.items():
        before = getattr(state, room)
        after, of_room = update(before, event, now)
        if after is not before:
            changed[room] = after
        effects += of_room
    return replace(state, **changed) if changed else state, effects
