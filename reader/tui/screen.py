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
from reader.render.style import RenderOptions
from reader.tui import events as messages
from reader.tui.article.pane import ArticlePane
from reader.tui.filter.bar import FilterBar
from reader.tui.filter.completing import CompletionController
from reader.tui.filter.popup import CompletionPopup
from reader.tui.folder.effects import CheckIndex, FolderWatcher, SeeVersions
from reader.tui.input.commands import commands
from reader.tui.input.keyboard import KeyDispatcher
from reader.tui.input.marking import Marking
from reader.tui.input.motions import after_opening, motions
from reader.tui.layout import Panes
from reader.tui.list.new_items import new_since_text
from reader.tui.list.pane import ArticleList
from reader.tui.list.update import Finding
from reader.tui.session import first_kind, first_view, restore
from reader.tui.sidebar.pane import Sidebar
from reader.tui.sidebar.saved_searches import SavedSearches
from reader.tui.state import SidebarSelection
from reader.tui.store import ScreenHooks, Store
from reader.tui.widgets.splitter import SplitContainer
from reader.tui.widgets.status_bar import StatusLine, empty_text
from reader.tui.widgets.theme import palette_of
from reader.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from reader.errors import QueryError
    from reader.index.model import ArticleSummary
    from reader.library import Library
    from reader.tui.layout import PaneName
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
        hooks = ScreenHooks(
            self.say, self._show, self._react, lambda: self.articles.awaits_painting, lambda: not self.articles.ids
        )
        self.store = Store(self, library, setup, hooks)
        self.search = self.store.ports.search
        self.zone = setup.clock().zone
        self.palette = palette_of({})
        self.sidebar = Sidebar(id="sidebar")
        self.articles = ArticleList(self.store.entries, self.search.first_unread, self.zone, id="articles")
        self.article = ArticlePane(id="article")
        self.completing = CompletionController(self, setup.clock)
        self.filter_bar = FilterBar(self.completing.propose, setup.filters.past, id="filter")
        self.completions = CompletionPopup(id="completions")
        self.status = StatusLine(id="status")
        self.panes = Panes(self)
        self.saved = SavedSearches(self, setup.config.searches, setup.config_file)
        self.watcher = FolderWatcher(self.store.ports)
        self.finding = Finding(self, first_view(setup), first_kind(setup), setup.clock)
        self.marking = Marking(self, setup.marks, setup.clock)
        self.last_command = ""
        self._commands = commands(self)
        self._motions = motions(self)
        self.keyboard = KeyDispatcher(self)
        self._complains = False
        # Whether the open article is not the one under the cursor, because a link led to it.
        self._astray = False

    def compose(self) -> ComposeResult:
        """Lay out the panes above the bottom line."""
        yield SplitContainer(self.sidebar, self.articles, self.article, id="panes")
        with Horizontal(id="bottom"):
            yield Static("/", id="slash")
            yield self.filter_bar
            yield self.status
        yield self.completions
        yield Static("Terminal too small (minimum 40×10)", id="tiny")

    def on_mount(self) -> None:
        """Show what the index holds in the first frame; leave slower work until after it."""
        self.sidebar.border_title = Text(self.finding.kind.plural.capitalize())
        self.filter_bar.put(self.finding.view.typed)
        restore(self)
        self.articles.this_year = self.setup.clock().now.astimezone(self.zone).year
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._use_theme())
        self._use_theme()
        self.panes.fit(*self.app.size)
        self.finding.begin()
        self.watch(self.articles, "scroll_y", lambda top: self.finding.arrivals.seen(round(top)), init=False)
        if self.setup.notice:
            self.say(self.setup.notice, warning=True)
        self.call_after_refresh(self._go_on)

    def _go_on(self) -> None:
        """Start the work that follows the first frame: rendering, the complete list, the sync and the watcher."""
        self.finding.refresh()
        opened = messages.ReaderOpened(self.finding.context(), self.watcher.begun, empty=not self.search.last_id())
        self.store.dispatch(opened)
        self.set_interval(_SECONDS_BETWEEN_CHECKS, lambda: CheckIndex().run(self.store.ports))
        self.watcher.start()

    def on_unmount(self) -> None:
        """Close the index."""
        for each in (self.watcher, self.finding, self.completing, self.store):
            each.close()

    # Events go up to ``store.dispatch``.

    def _react(self, event: messages.Event) -> None:
        match event:
            case messages.IndexChanged():
                self.completing.forget()
                SeeVersions().run(self.store.ports)
                self.finding.refresh()
            case messages.ListOutdated():
                self.finding.refresh()
            case messages.MarksChanged():
                self.marks_changed()
            case messages.FolderRead():
                self.finding.settle()
            case messages.NewArticlesCounted():
                if text := new_since_text(event, self.setup, self.zone):
                    self.say(text)
            case _:
                self._react_to_article(event)

    def _react_to_article(self, event: messages.Event) -> None:
        match event:
            case messages.OriginalOpened(entry=entry, go_on=True):
                after_opening(self, entry)
            case messages.ArticleFound(entry=entry):
                self.reveal(entry)
            case messages.ArticleRead(entry=entry):
                self.marking.read(entry)
            case messages.ReadTimeUp(timer=timer) if self.article.is_seen:
                self.store.dispatch(messages.ArticleSeen(timer))

    @on(messages.Happened)
    def _happened(self, message: messages.Happened) -> None:
        self.store.dispatch(message.event)

    @property
    def library(self) -> Library:
        """The folder and its index."""
        return self.store.ports.library

    @property
    def is_typing(self) -> bool:
        """Whether the filter has the focus."""
        return self.focused is self.filter_bar

    def say(self, message: str, *, warning: bool = False, unless_saying: bool = False) -> None:
        """Show a message for a few seconds; with ``unless_saying``, only if no other message is shown."""
        if not (unless_saying and self.status.is_saying):
            self.status.say(message, warning=warning)

    def complain(self, error: QueryError | None) -> None:
        """Show an error in the filter, or clear the one shown."""
        self.filter_bar.set_class(error is not None, "-invalid")
        if error is not None:
            unfinished = self.is_typing and error.start == error.end >= len(self.filter_bar.value.rstrip())
            self.status.say(str(error), warning=not unfinished, stays=True)
        elif self._complains:
            self.status.say("")
        self._complains = error is not None

    def reveal(self, entry: ArticleSummary) -> None:
        """Show an article, and put the cursor on it if it is in the list."""
        self._astray = entry.id not in self.articles.ids
        if not self._astray:
            self.finding.wanted = entry.path
            self.articles.put_cursor(self.articles.ids.index(entry.id))
        self._open(entry)

    def open_current(self) -> None:
        """Show the article under the cursor."""
        entry = self.articles.current
        self.finding.wanted = "" if entry is None else entry.path
        self._astray = False
        if entry is None and self.articles.ids:
            # Its file has just been indexed again under a new id, so the list is out of date.
            self.finding.refresh()
        else:
            self._open(entry)

    def marks_changed(self) -> None:
        """Update the list, the counts and the rows after a change of marks."""
        SeeVersions().run(self.store.ports)
        if self.finding.depends_on_marks:
            self.finding.refresh()
        else:
            self.saved.recount()
            self.finding.count()
        self.articles.reload()

    def _show(self, before: State) -> None:
        """Show what changed since ``before``."""
        article = self.store.article
        if article is not before.article and self.article.show_change(before.article, article):
            self.call_after_refresh(self._look_ahead)
        if self.store.folder is not before.folder:
            self.show_standing()

    def _look_ahead(self) -> None:
        self.articles.paint_ahead()
        self.store.dispatch(messages.PagePainted(self.articles.following))

    def _look(self) -> RenderOptions:
        width = min(self.article.scrollable_content_region.width, self.setup.config.text_width)
        return RenderOptions(width, self.zone, self.palette, self.articles.found)

    def show_standing(self) -> None:
        """Show the standing status: the number of new articles, and the sync or the problem count."""
        self.status.stand(
            " · ".join(filter(None, (self.finding.arrivals.words, fill_keys(self.store.folder.words, self.setup.keys))))
        )

    def on_key(self, event: events.Key) -> None:
        """Pass a key to the filter while the user types, else to the key bindings."""
        if self.is_typing and event.key not in _WHILE_TYPING:
            if self.filter_bar.take(event):
                event.stop()
            return
        if self.keyboard.take(event):
            event.stop()

    def press(self, action: str, key: str = "", count: int | None = None) -> None:
        """Run an action by its id, with the count typed before its key."""
        try:
            if action in self._motions:
                self._motions[action](count)
            else:
                self._commands[action](key)
        except ReaderError as error:
            self.post_message(messages.TaskFailed(error))

    @on(VirtualList.Moved, "#articles")
    def _article_moved(self, event: VirtualList.Moved) -> None:
        # Ignore all but the last of several moves; after a key, the article is already open.
        if event.row == self.articles.cursor and (self._astray or self.articles.current != self.store.article.entry):
            self.open_current()

    @on(ArticleList.Painted)
    def _list_painted(self) -> None:
        self.store.ports.jobs.painted()
        self.store.dispatch(messages.RowsPainted())
        self.completing.show()

    @on(ArticleList.Outdated)
    def _list_outdated(self) -> None:
        if not self.finding.busy:
            self.finding.refresh()

    @on(VirtualList.Moved, "#sidebar")
    def _choice_moved(self) -> None:
        choice = self.sidebar.choice
        if choice is not None:
            self.finding.change(self.finding.view.with_choice(choice))

    @on(VirtualList.Chosen)
    def _row_chosen(self, event: VirtualList.Chosen) -> None:
        self.panes.go("article" if event.source is self.articles else "articles")

    @on(ArticlePane.Clicked)
    def _target_clicked(self, event: ArticlePane.Clicked) -> None:
        self.press(event.action, count=event.number)

    @on(ArticlePane.TopicClicked)
    def _topic_clicked(self, event: ArticlePane.TopicClicked) -> None:
        self.finding.change(self.finding.view.with_choice(SidebarSelection("topic", event.topic)))

    @on(FilterBar.Typed)
    def _filter_typed(self, event: FilterBar.Typed) -> None:
        self.finding.typing = True
        self.finding.type(event.text)

    @on(FilterBar.Left)
    def _filter_left(self, event: FilterBar.Left) -> None:
        self._stop_typing(keep=event.accepted)
        self.panes.go("articles")

    @on(FilterBar.Offered)
    def _filter_offered(self, event: FilterBar.Offered) -> None:
        self.completing.offer(event.choosing, event.column)

    @on(CompletionPopup.Picked)
    def _completion_picked(self, event: CompletionPopup.Picked) -> None:
        self.filter_bar.pick(event.at)

    def _stop_typing(self, *, keep: bool) -> None:
        self.finding.finish(keep=keep)
        if keep and not self._complains:
            self.setup.filters.add(self.finding.view.typed)

    @on(SplitContainer.Dragged)
    @on(SplitContainer.Reset)
    def _border_moved(self, event: SplitContainer.Dragged | SplitContainer.Reset) -> None:
        if isinstance(event, SplitContainer.Dragged):
            self.panes.drag(event.divider, event.cells)
        else:
            self.panes.reset(event.divider)

    @on(events.DescendantFocus)
    def _pane_focused(self, event: events.DescendantFocus) -> None:
        """Make a pane current when the user clicks it."""
        name = event.widget.id
        if name == "filter":
            self.completing.forget()
        if name not in {"sidebar", "articles", "article"} or event.widget is not self.focused:  # the focus has moved on
            return
        if self.finding.typing:
            self._stop_typing(keep=True)
        if name != self.panes.current:
            self.panes.go(cast("PaneName", name))

    @on(ArticlePane.Widened)
    def _widened(self) -> None:
        self.store.dispatch(messages.LookChanged(self._look()))

    @on(events.ScreenResume)
    @on(ArticlePane.Appeared)
    def _article_appeared(self, event: events.Event) -> None:
        if isinstance(event, events.ScreenResume):
            self.panes.refocus()
        self.store.dispatch(messages.ArticleAppeared())

    @on(events.Resize)
    def _resized(self, event: events.Resize) -> None:
        self.panes.fit(event.size.width, event.size.height)

    @on(messages.ListReady)
    def _found(self, event: messages.ListReady) -> None:
        self.articles.found = self.finding.highlights()
        if not (taken := self.finding.take(event)) or not self.articles.awaits_painting:
            self._list_painted()
        if not taken:
            return
        self._astray &= not event.changed
        open_now = self.store.article.entry
        if self._astray and open_now is not None:
            self._open(self.search.at_path(open_now.path) or open_now)
        elif event.results.whole or not self.finding.typing:
            # While the user types, rows come before the article: the next letter may lead to another one.
            self._open(self.articles.current)

    @on(messages.SidebarReady)
    def _counted(self, event: messages.SidebarReady) -> None:
        self.saved.take(event.saved)
        if event.view.choice == self.finding.view.choice:
            self.sidebar.retitle(self.finding.kind.plural.capitalize())
            self.sidebar.show(event.rows, event.view.choice)

    @on(messages.NamesReady)
    def _named(self, event: messages.NamesReady) -> None:
        self.completing.take(event)
        self.filter_bar.refresh_completions()

    @on(messages.TaskFailed)
    def _failed(self, event: messages.TaskFailed) -> None:
        self.store.dispatch(messages.WorkFailed(event.error, self.search.files, self.library.index.files()))

    def _open(self, entry: ArticleSummary | None) -> None:
        """Show an article, or why there is none."""
        self.store.dispatch(messages.ArticleOpened(entry, self._look()))
        if entry is None:
            reading = self.store.folder.reading and not self.finding.total
            template = empty_text(reading=reading, everything=self.finding.view.is_everything)
            self.articles.nothing = fill_keys(template, self.setup.keys)
            self.articles.refresh()
            self.article.show_text(self.articles.nothing)

    def _use_theme(self) -> None:
        self.palette = palette_of(self.app.theme_variables)
        self.articles.use(self.palette)
        self.sidebar.use(self.palette)
        self._widened()
