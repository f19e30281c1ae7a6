"""Widgets of the main screen: they show the state, and answer questions that only widgets can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from reader.config.keymap import fill_keys
from reader.render.style import RenderOptions
from reader.text import cell_width
from reader.tui.article.events import ArticleOpened, ArticleSeen, LookAhead, LookChanged, PagePainted, ReadTimeUp
from reader.tui.article.find_dialog import FindDialog
from reader.tui.article.pane import ArticlePane
from reader.tui.events import CountsPainted, FilterLeft, IndexChanged, MarksChanged, RowsPainted
from reader.tui.feeds.events import ChangesFound
from reader.tui.filter.bar import FilterBar
from reader.tui.filter.events import FilterEntered, NamesReady
from reader.tui.filter.popup import CompletionPopup
from reader.tui.input.hints import BETWEEN, fitting, hints_for
from reader.tui.input.invocation import Widgets
from reader.tui.input.keyboard import KeyTimeUp, KeyWaitEnded
from reader.tui.jobs import Lane
from reader.tui.list.pane import ArticleList
from reader.tui.list.view import SidebarSelection
from reader.tui.sidebar.pane import Sidebar
from reader.tui.widgets.dialogs import TextDialog, motion_keys
from reader.tui.widgets.splitter import SplitContainer
from reader.tui.widgets.status_bar import STATUS_SHARE, StatusLine, empty_text
from reader.tui.widgets.theme import palette_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reader.tui.events import Event
    from reader.tui.layout import Layout
    from reader.tui.sidebar.counts import SidebarRow
    from reader.tui.store import State, Store

__all__ = ["Panels"]

_SHARE_WHILE_TYPING = 0.5
# The slash and room for a short filter.
_FILTER_CELLS = 12
_PADDING = 2
# Between the page and its scroll bar, and around the page in zen mode; must match the style sheet.
_GUTTER, _ZEN_MARGIN = 1, 4
_UNREAD = SidebarSelection("is", "unread")


class Panels:
    """The widgets. The store passes the state down to them; they post events."""

    def __init__(self, store: Store) -> None:
        context = store.ports.context
        self._store = store
        self._context = context
        self._zone = context.clock().zone
        self._palette = palette_of({})
        # The idle text of the status bar depends on these: pane, match, status and room.
        self._standing: tuple[str, str, str, int] | None = None
        self.sidebar = Sidebar(id="sidebar")
        self.articles = ArticleList(store.entries, store.ports.search.first_unread, self._zone, id="articles")
        self.article = ArticlePane(id="article")
        self.row = SplitContainer(self.sidebar, self.articles, self.article, id="panes")
        self.filter_bar = FilterBar(store.propose, context.filters.past, id="filter")
        self.completions = CompletionPopup(self.filter_bar.pick, id="completions")
        self.status = StatusLine(id="status")
        self.say = self.status.say
        self.widgets = Widgets(self.sidebar, self.articles, self.article, self.filter_bar)

    def begin(self) -> None:
        """Show the initial state, before the first rows."""
        state = self._store.state
        self.sidebar.border_title = Text(state.sidebar.title)
        self.filter_bar.put(state.list.view.typed)
        self.articles.this_year = self._context.clock().now.astimezone(self._zone).year

    def show(self, before: State, now: State) -> None:
        """Show the changes in the state."""
        if now.article is not before.article:
            self.article.show_change(before.article, now.article)
        if now.list is not before.list:
            self.filter_bar.show(before.list, now.list)
            self.articles.show(now.list)
        self.sidebar.show(now.sidebar.shown)
        if now.sidebar.shown is not None and now.sidebar.shown is not before.sidebar.shown:
            self._show_title(now.sidebar.shown.rows)
        is_moved = now.filter.shown is not before.filter.shown or now.layout is not before.layout
        if now.filter.shown is not None and is_moved:
            self.completions.show(now.filter.shown)
        if now.layout is not before.layout:
            self._show_layout(before.layout, now.layout)
        hits = now.article.hits
        if now.article is not before.article and hits is not None and isinstance(self.row.app.screen, FindDialog):
            self.row.app.screen.show_count(now.article.find.words(hits))
        self.status.hint(now.keyboard.hint)
        self.show_status()

    def is_paint_pending(self, lane: Lane) -> bool:
        """Return whether the list or the counts have changed since they were painted."""
        pane = {Lane.LIST: self.articles, Lane.COUNTS: self.sidebar}.get(lane)
        return pane is not None and pane.is_paint_pending

    def show_status(self) -> None:
        """Show the status in the bottom line, with as many relevant keys as fit."""
        state, keys = self._store.state, self._context.keys
        is_finding = state.layout.current == "article" and state.article.find.is_active
        # A dialog shows its own keys.
        covered = self.row.app.screen is not self.row.screen
        hits = state.article.hits if is_finding and not covered else None
        finding = is_finding and ("no hit" if hits == () else "find")
        place = "" if covered else "filter" if self.is_typing else finding or self._pane_in_use(state)
        at = "" if hits is None else state.article.find.words(hits)
        words = BETWEEN.join(filter(None, (state.list.news.words, state.feeds.words, state.folder.words)))
        room = self._status_cells()
        standing = place, at, words, room
        if standing == self._standing:
            return  # this runs after each event
        self._standing = standing
        # Do not replace key placeholders in text that the user typed.
        text = BETWEEN.join(filter(None, (at, fill_keys(words, keys))))
        if text:
            room -= cell_width(text) + len(BETWEEN)
        has_hints = self._context.config.hints and place
        self.status.set_idle_text(text, fitting(hints_for(place, keys), room) if has_hints else ())

    def _pane_in_use(self, state: State) -> str:
        """Return the name of the current pane in the table of hints."""
        pane, is_filtered = state.layout.current, not state.list.view.matches_all
        if self.articles.selection.rows:
            return "select"
        if pane == "article" and state.article.entry is None:
            return "no article"
        if pane == "articles" and not len(state.list.rows):
            return "no match" if is_filtered else "empty"
        return "filtered" if pane == "articles" and is_filtered else pane

    def _status_cells(self) -> int:
        """Return the room next to the filter."""
        cells, typed = self._store.state.layout.room, self._store.state.list.view.typed
        if self.is_typing:
            # Independent of the text, since a change of width lays out the entire screen.
            return round(_SHARE_WHILE_TYPING * cells) - _PADDING
        return min(round(STATUS_SHARE * cells), cells - cell_width(typed) - _FILTER_CELLS) - _PADDING

    def react(self, event: Event) -> None:
        """React to an event that depends on the widgets' own state."""
        match event:
            case FilterEntered() | FilterLeft():
                self.show_status()
                if self._store.state.article.entry is None:
                    self._show_nothing()
            case NamesReady():
                self.filter_bar.refresh_completions()
            case ChangesFound():
                self._show_changes(event)
            case MarksChanged():
                self.articles.reload()
            case PagePainted() | RowsPainted() | CountsPainted() if self._has_time and self._shows_cursor:
                # Not earlier: rendering in a thread would slow down the paint. After rows, because the page may have
                # been painted before the next row was known.
                self._look_ahead()
            case ArticleOpened() | IndexChanged() if self._store.state.article.entry is None:
                self._show_nothing()
            case ReadTimeUp(timer=timer) if self.article.is_seen:
                self._store.dispatch(ArticleSeen(timer))
            case KeyTimeUp(timer=timer):
                self._store.dispatch(KeyWaitEnded(timer, on_top=self.row.app.screen is self.row.screen))

    @property
    def _has_time(self) -> bool:
        """Whether all rows and counts of the view and the page are known and painted."""
        state = self._store.state
        is_known = state.list.begun is None and not state.sidebar.is_counting and state.article.rendering is None
        return is_known and self.article.is_painted and not self.sidebar.is_paint_pending

    @property
    def _shows_cursor(self) -> bool:
        """Whether the page shows the article under the cursor: until then, no other article is rendered."""
        page, current = self._store.state.article.page, self.articles.current
        return page is not None and current is not None and page.path == current.path

    @property
    def near(self) -> tuple[str, ...]:
        """The paths of the articles near the cursor, nearest first.

        Empty until the first sync ends, unless the user has scrolled or entered the article: the cursor then starts on
        the first article.
        """
        state = self._store.state
        in_article = self.article.scroll_offset.y or state.layout.current == "article"
        return self.articles.nearby_paths() if state.list.settled or in_article else ()

    @property
    def look(self) -> RenderOptions:
        """The current options for rendering an article."""
        width = min(self.article.scrollable_content_region.width - _GUTTER, self._context.config.text_width)
        return RenderOptions(width, self._zone, self._palette, self.articles.found)

    def change_look(self) -> None:
        """Render the open article again if its look has changed."""
        self._store.dispatch(LookChanged(self.look))

    def use_theme(self) -> None:
        """Use the colors of the current theme."""
        self._palette = palette_of(self.row.app.theme_variables)
        self.articles.set_palette(self._palette)
        self.sidebar.set_palette(self._palette)
        self.change_look()

    @property
    def is_typing(self) -> bool:
        """Whether the filter has the focus."""
        return self.row.screen.focused is self.filter_bar

    def refocus(self) -> None:
        """Focus the current pane later. Look it up at that time, since it may have changed by then."""
        self.row.app.call_later(self._focus)

    def _focus(self) -> None:
        if not self.is_typing:
            pane = self.widgets.pane(self._store.state.layout.current)
            self.row.screen.set_focus(pane, scroll_visible=False)

    def _show_title(self, rows: Iterable[SidebarRow]) -> None:
        """Show folder and number of unread articles in the browser tab, if the reader runs in one."""
        if self._context.page is not None:
            unread = next((row.count for row in rows if row.choice == _UNREAD), None)
            self._context.page.set_title(self._store.ports.library.place.root.name, unread)

    def _show_layout(self, before: Layout, now: Layout) -> None:
        self.row.lay_out(now.classes, now.sizes, above=now.arrangement == "above")
        self.article.styles.max_width = self._context.config.text_width + _ZEN_MARGIN if now.zen else None
        if now.focused != before.focused:
            self.widgets.pane(now.current).focus(scroll_visible=False)
        self.refocus()

    def _look_ahead(self) -> None:
        self.articles.paint_ahead()
        self._store.dispatch(LookAhead(self.articles.following))

    def _show_changes(self, found: ChangesFound) -> None:
        from reader.tui.feeds.changes import draw_changes  # noqa: PLC0415 - lazy import: 3 ms, only `d` needs it

        app = self.row.app
        width = min(TextDialog.width_in(app.size.width), self._context.config.text_width)
        lines = draw_changes(found.paragraphs, self._palette, width)
        app.push_screen(TextDialog(found.title, lines, motion_keys(self._context.keys)))

    def _show_nothing(self) -> None:
        """Show why there is no article. If the list has some, the article follows."""
        state = self._store.state
        view = state.list.view
        template = empty_text(
            len(state.list.rows),
            reading=(state.folder.reading or state.list.is_pending) and not state.list.total,
            everything=view.matches_all,
            typing=self.is_typing,
            has_minimum=bool(view.min_quality),
            incomplete=state.folder.is_incomplete,
        )
        if template is None:
            return
        self.articles.nothing = fill_keys(template, self._context.keys)
        self.articles.refresh()
        self.article.show_text(self.articles.nothing)
