"""The main screen: lays out the panels and passes events to the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Static

from reader.errors import ReaderError
from reader.query import QueryContext
from reader.tui import events as messages
from reader.tui.article.events import ArticleAppeared
from reader.tui.article.pane import ArticlePane
from reader.tui.external import CopyText
from reader.tui.folder.effects import CheckIndex, FolderWatcher
from reader.tui.input.commands import commands
from reader.tui.input.invocation import Invocation
from reader.tui.input.keyboard import KeyPressed
from reader.tui.layout import PANES, BorderDragged, BorderReset, PaneChosen, TerminalResized
from reader.tui.list.events import ListOpened, ListScrolled
from reader.tui.panels import Panels
from reader.tui.session import first_state
from reader.tui.store import ScreenHooks, Store
from reader.tui.widgets.dialogs import key_name
from reader.tui.widgets.splitter import SplitContainer
from reader.tui.widgets.status_bar import StatusLine
from reader.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from reader.library import Library
    from reader.tui.ports import AppContext

__all__ = ["MainScreen"]

_SECONDS_BETWEEN_CHECKS = 1.0
_WHILE_TYPING = frozenset({"pagedown", "pageup", "f1"})


class MainScreen(Screen[None], inherit_bindings=False):
    """The main screen. Events go up to ``store.dispatch``; ``panels`` shows the state."""

    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(self, library: Library, setup: AppContext) -> None:
        super().__init__(id="main")
        self.setup = setup
        self.store = Store(self, library, setup, first_state(setup), ScreenHooks(lambda: self.panels, self._react))
        self.search = self.store.ports.search
        self.panels = panels = Panels(self.store)
        self.sidebar, self.articles, self.article = panels.sidebar, panels.articles, panels.article
        self.filter_bar, self.completions, self.status = panels.filter_bar, panels.completions, panels.status
        self.watcher = FolderWatcher(self.store.ports)
        self.commands = commands(self.store, panels.widgets)

    def compose(self) -> ComposeResult:
        """Lay out the panes above the bottom line."""
        yield self.panels.row
        with Horizontal(id="bottom"):
            yield Static("/", id="slash")
            yield self.filter_bar
            yield self.status
        yield self.completions
        yield Static("Terminal too small (minimum 40×10)", id="tiny")

    def on_mount(self) -> None:
        """Show the content of the index in the first frame, and leave slower work until after it."""
        self.panels.begin()
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self.panels.use_theme())
        self.panels.use_theme()
        self.store.dispatch(TerminalResized(*self.app.size))
        # In a newly created index every article has just been added, so none counts as new.
        self.store.dispatch(ListOpened(self.setup.session.last_seen if self.search.last_id() else None))
        self.watch(self.articles, "scroll_y", lambda top: self.store.dispatch(ListScrolled(round(top))), init=False)
        if self.setup.notice:
            self.status.say(self.setup.notice, warning=True)
        self.call_after_refresh(self._go_on)

    def _go_on(self) -> None:
        """Start the work that follows the first frame: rendering, the complete list, the sync and the watcher."""
        self.store.dispatch(messages.ListOutdated())
        shown = self.store.state.list
        news = QueryContext(self.setup.clock(), shown.new_since, default_sort=shown.view.sort)
        self.store.dispatch(messages.ReaderOpened(news, self.watcher.begun, empty=not self.search.last_id()))
        self.set_interval(_SECONDS_BETWEEN_CHECKS, lambda: self.store.run(CheckIndex()))
        self.watcher.start()

    def on_screen_suspend(self) -> None:
        """Remove notifications and key hints, since a dialog has its own keys."""
        self.app.clear_notifications()
        self.panels.show_status()

    def save_place(self) -> None:
        """Save the place where the user stops reading."""
        left = self.article.take_place()
        if left is not None:
            self.store.dispatch(left)

    def on_unmount(self) -> None:
        """Close the index."""
        self.watcher.close()
        self.store.close()

    def _react(self, event: messages.Event) -> None:
        match event:
            case messages.ActionInvoked(action=action, count=count):
                try:
                    self.commands[action](Invocation(count))
                except ReaderError as error:
                    self.store.ports.fail(error)
            case messages.OriginalOpened(go_on=True):
                self.store.dispatch(messages.ActionInvoked("unread.next"))
            case _:
                self.panels.react(event)

    @on(events.TextSelected)
    def _text_selected(self) -> None:
        """Copy the text that the user selected in the article with the mouse."""
        text = self.get_selected_text()
        if text and text.strip():
            self.store.run(CopyText(text, f"{len(text):,} characters"))

    @on(messages.Happened)
    def _happened(self, message: messages.Happened) -> None:
        self.store.dispatch(message.event)

    @on(messages.TaskFailed)
    def _failed(self, event: messages.TaskFailed) -> None:
        self.store.dispatch(messages.WorkFailed(event.error, self.search.files, self.store.ports.library.index.files()))

    def on_key(self, event: events.Key) -> None:
        """Pass a key to the filter while the user types, else to the key bindings."""
        if self.panels.is_typing and event.key not in _WHILE_TYPING:
            if self.filter_bar.take(event):
                event.stop()
            return
        self.store.dispatch(KeyPressed(key_name(event), in_article=self.store.state.layout.current == "article"))
        if self.store.state.keyboard.taken:
            event.stop()

    @on(VirtualList.Moved, "#articles")
    def _article_moved(self, event: VirtualList.Moved) -> None:
        # Ignore all but the last of several moves; after a key, the article is already open.
        article = self.store.article
        if event.row == self.articles.cursor and (article.astray or self.articles.current != article.entry):
            self.store.dispatch(messages.CursorMoved())

    @on(StatusLine.HintClicked)
    def _hint_clicked(self, event: StatusLine.HintClicked) -> None:
        if event.hint.presses:
            self.app.simulate_key(event.hint.presses)
        else:
            self.store.dispatch(messages.ActionInvoked(event.hint.action))

    @on(SplitContainer.Moved)
    def _border_moved(self, event: SplitContainer.Moved) -> None:
        divider, cells = event.divider, event.cells
        self.store.dispatch(BorderReset(divider) if cells is None else BorderDragged(divider, cells))

    @on(events.DescendantFocus)
    def _pane_focused(self, event: events.DescendantFocus) -> None:
        """Make a pane current when the user clicks it."""
        name = event.widget.id
        if name not in PANES or event.widget is not self.focused:  # the focus has moved on
            return
        if self.store.state.list.typing:
            self.store.dispatch(messages.FilterLeft(accepted=True))
        if name != self.store.state.layout.current:
            self.store.dispatch(PaneChosen(name))

    @on(events.ScreenResume)
    def _resumed(self) -> None:
        self.panels.refocus()
        self.store.dispatch(ArticleAppeared())

    @on(events.Resize)
    def _resized(self, event: events.Resize) -> None:
        self.store.dispatch(TerminalResized(event.size.width, event.size.height))

    @on(ArticlePane.WidthChanged)
    def _widened(self) -> None:
        self.panels.change_look()
