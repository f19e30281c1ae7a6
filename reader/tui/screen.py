"""The main screen: three panes, filter and status bar; routes keys and messages to the controllers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from rich.text import Text
from textual import events, on
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Static

from reader.config.keymap import fill_keys
from reader.errors import ReaderError
from reader.query import QueryContext
from reader.render.style import RenderOptions
from reader.tui import events as messages
from reader.tui.article import events as article_events
from reader.tui.article.pane import ArticlePane
from reader.tui.filter import events as filter_events
from reader.tui.filter.bar import FilterBar
from reader.tui.filter.popup import CompletionPopup
from reader.tui.folder.effects import CheckIndex, FolderWatcher
from reader.tui.input.commands import commands
from reader.tui.input.invocation import Invocation, Widgets
from reader.tui.input.keyboard import KeyPressed, KeyTimeUp, KeyWaitEnded
from reader.tui.layout import BorderDragged, BorderReset, PaneChosen, TerminalResized
from reader.tui.list import events as list_events
from reader.tui.list.pane import ArticleList
from reader.tui.session import first_state
from reader.tui.sidebar.pane import Sidebar
from reader.tui.store import ScreenHooks, Store
from reader.tui.widgets.dialogs import key_name
from reader.tui.widgets.splitter import SplitContainer
from reader.tui.widgets.status_bar import StatusLine, empty_text
from reader.tui.widgets.theme import palette_of
from reader.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from reader.library import Library
    from reader.tui.layout import Layout, PaneName
    from reader.tui.ports import AppContext
    from reader.tui.store import State

__all__ = ["MainScreen"]

_SECONDS_BETWEEN_CHECKS = 1.0
_WHILE_TYPING = frozenset({"pagedown", "pageup", "f1"})


class MainScreen(Screen[None], inherit_bindings=False):
    """Main screen. ``commands`` and ``motions`` define what keys do; each pane's controller decides what it shows."""

    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(self, library: Library, setup: AppContext) -> None:
        super().__init__(id="main")
        self.setup = setup
        self.status = StatusLine(id="status")
        hooks = ScreenHooks(self.status.say, self._show, self._react, lambda: self.articles, self._near, self._look)
        self.store = Store(self, library, setup, first_state(setup), hooks)
        self.search = self.store.ports.search
        self.zone = setup.clock().zone
        self.palette = palette_of({})
        self.sidebar = Sidebar(id="sidebar")
        self.articles = ArticleList(self.store.entries, self.search.first_unread, self.zone, id="articles")
        self.article = ArticlePane(id="article")
        self.filter_bar = FilterBar(self.store.propose, setup.filters.past, id="filter")
        self.completions = CompletionPopup(self.filter_bar.pick, id="completions")
        self.row = SplitContainer(self.sidebar, self.articles, self.article, id="panes")
        self.watcher = FolderWatcher(self.store.ports)
        self.widgets = Widgets(self.sidebar, self.articles, self.article, self.filter_bar)
        self.commands = commands(self.store, self.widgets)

    def compose(self) -> ComposeResult:
        """Lay out the panes above the bottom line."""
        yield self.row
        with Horizontal(id="bottom"):
            yield Static("/", id="slash")
            yield self.filter_bar
            yield self.status
        yield self.completions
        yield Static("Terminal too small (minimum 40×10)", id="tiny")

    def on_mount(self) -> None:
        """Show what the index holds in the first frame; leave slower work until after it."""
        self.sidebar.border_title = Text(self.store.state.sidebar.title)
        self.filter_bar.put(self.store.state.list.view.typed)
        self.articles.this_year = self.setup.clock().now.astimezone(self.zone).year
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._use_theme())
        self._use_theme()
        self.store.dispatch(TerminalResized(*self.app.size))
        # In a newly created index every article has just been added, so none counts as new.
        new_since = self.setup.session.last_seen if self.search.last_id() else None
        self.store.dispatch(list_events.ListOpened(new_since))
        scrolled = list_events.ListScrolled
        self.watch(self.articles, "scroll_y", lambda top: self.store.dispatch(scrolled(round(top))), init=False)
        if self.setup.notice:
            self.status.say(self.setup.notice, warning=True)
        self.call_after_refresh(self._go_on)

    def _go_on(self) -> None:
        """Start the work that follows the first frame: rendering, the complete list, the sync and the watcher."""
        self.store.dispatch(messages.ListOutdated())
        shown = self.store.state.list
        news = QueryContext(self.setup.clock(), shown.new_since, default_sort=shown.view.sort)
        self.store.dispatch(messages.ReaderOpened(news, self.watcher.begun, empty=not self.search.last_id()))
        self.set_interval(_SECONDS_BETWEEN_CHECKS, lambda: CheckIndex().run(self.store.ports))
        self.watcher.start()

    def on_unmount(self) -> None:
        """Close the index."""
        self.watcher.close()
        self.store.close()

    def _react(self, event: messages.Event) -> None:
        match event:
            case filter_events.NamesReady():
                self.filter_bar.refresh_completions()
            case messages.MarksChanged():
                self.articles.reload()
            case _:
                self._react_to_article(event)

    def _react_to_article(self, event: messages.Event) -> None:
        match event:
            case messages.ActionInvoked():
                self._run(event)
            case messages.OriginalOpened(go_on=True):
                self.store.dispatch(messages.ActionInvoked("unread.next"))
            case article_events.ArticleOpened(entry=None):
                self._show_nothing()
            case article_events.ReadTimeUp(timer=timer) if self.article.is_seen:
                self.store.dispatch(article_events.ArticleSeen(timer))
            case KeyTimeUp(timer=timer):
                self.store.dispatch(KeyWaitEnded(timer, on_top=self.app.screen is self))

    def _run(self, event: messages.ActionInvoked) -> None:
        try:
            self.commands[event.action](Invocation(event.count))
        except ReaderError as error:
            self.store.ports.fail(error)

    @on(messages.Happened)
    def _happened(self, message: messages.Happened) -> None:
        self.store.dispatch(message.event)

    @property
    def is_typing(self) -> bool:
        """Whether the filter has the focus."""
        return self.focused is self.filter_bar

    def _show(self, before: State) -> None:
        """Show what changed since ``before``."""
        article = self.store.article
        if article is not before.article and self.article.show_change(before.article, article):
            self.call_after_refresh(self._look_ahead)
        state = self.store.state
        if state.list is not before.list:
            self.filter_bar.show(before.list, state.list)
            self.articles.show(state.list)
        self.sidebar.show(state.sidebar.shown)
        if state.filter.shown is not None and state.filter.shown is not before.filter.shown:
            self.completions.show(state.filter.shown)
        if state.layout is not before.layout:
            self._show_layout(before.layout, state.layout)
        self.status.hint(state.keyboard.hint)
        words = (state.list.news.words, fill_keys(state.folder.words, self.setup.keys))
        self.status.stand(" · ".join(filter(None, words)))

    def _show_layout(self, before: Layout, now: Layout) -> None:
        self.row.lay_out(now.classes, now.widths)
        if now.focused != before.focused:
            self.widgets.pane(now.current).focus(scroll_visible=False)
        self.app.call_later(self._refocus)

    def _refocus(self) -> None:
        """Focus the current pane; it may have changed since this was scheduled."""
        if not self.is_typing:
            self.set_focus(self.widgets.pane(self.store.state.layout.current), scroll_visible=False)

    def _near(self) -> tuple[str, ...]:
        """Return the paths of the articles near the cursor, nearest first.

        Empty until the first sync ends, unless the user has scrolled or entered the article: the cursor then starts on
        the first article.
        """
        in_article = self.article.scroll_offset.y or self.store.state.layout.current == "article"
        return self.articles.paths_about_cursor() if self.store.state.list.settled or in_article else ()

    def _look_ahead(self) -> None:
        self.articles.paint_ahead()
        self.store.dispatch(article_events.PagePainted(self.articles.following))

    def _look(self) -> RenderOptions:
        width = min(self.article.scrollable_content_region.width, self.setup.config.text_width)
        return RenderOptions(width, self.zone, self.palette, self.articles.found)

    def on_key(self, event: events.Key) -> None:
        """Pass a key to the filter while the user types, else to the key bindings."""
        if self.is_typing and event.key not in _WHILE_TYPING:
            if self.filter_bar.take(event):
                event.stop()
            return
        self.store.dispatch(KeyPressed(key_name(event)))
        if self.store.state.keyboard.taken:
            event.stop()

    @on(VirtualList.Moved, "#articles")
    def _article_moved(self, event: VirtualList.Moved) -> None:
        # Ignore all but the last of several moves; after a key, the article is already open.
        article = self.store.article
        if event.row == self.articles.cursor and (article.astray or self.articles.current != article.entry):
            self.store.dispatch(messages.CursorMoved())

    @on(SplitContainer.Moved)
    def _border_moved(self, event: SplitContainer.Moved) -> None:
        divider, cells = event.divider, event.cells
        self.store.dispatch(BorderReset(divider) if cells is None else BorderDragged(divider, cells))

    @on(events.DescendantFocus)
    def _pane_focused(self, event: events.DescendantFocus) -> None:
        """Make a pane current when the user clicks it."""
        name = event.widget.id
        if name not in {"sidebar", "articles", "article"} or event.widget is not self.focused:  # the focus has moved on
            return
        if self.store.state.list.typing:
            self.store.dispatch(messages.FilterLeft(accepted=True))
        if name != self.store.state.layout.current:
            self.store.dispatch(PaneChosen(cast("PaneName", name)))

    @on(ArticlePane.Widened)
    def _widened(self) -> None:
        self.store.dispatch(article_events.LookChanged(self._look()))

    @on(events.ScreenResume)
    def _resumed(self) -> None:
        self.app.call_later(self._refocus)
        self.store.dispatch(article_events.ArticleAppeared())

    @on(events.Resize)
    def _resized(self, event: events.Resize) -> None:
        self.store.dispatch(TerminalResized(event.size.width, event.size.height))

    @on(messages.TaskFailed)
    def _failed(self, event: messages.TaskFailed) -> None:
        self.store.dispatch(messages.WorkFailed(event.error, self.search.files, self.store.ports.library.index.files()))

    def _show_nothing(self) -> None:
        """Show why there is no article."""
        state = self.store.state
        reading = state.folder.reading and not state.list.total
        template = empty_text(reading=reading, everything=state.list.view.is_everything)
        self.articles.nothing = fill_keys(template, self.setup.keys)
        self.articles.refresh()
        self.article.show_text(self.articles.nothing)

    def _use_theme(self) -> None:
        self.palette = palette_of(self.app.theme_variables)
        self.articles.use(self.palette)
        self.sidebar.use(self.palette)
        self._widened()
