"""Commands of all actions, by action ID."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style

from reader.marks import MarkKind
from reader.problems import Level
from reader.tui.article.commands import finding_commands, opening_commands, reading_commands, taking_commands
from reader.tui.article.events import FindCleared
from reader.tui.events import (
    ActionInvoked,
    CursorMoved,
    FilterCleared,
    LinkFollowed,
    MarkToggled,
    RedoRequested,
    RescanRequested,
    RowsMarked,
    UndoRequested,
)
from reader.tui.external import EditFile
from reader.tui.feeds.events import FetchAsked, SubscribeAsked, UnsubscribeAsked
from reader.tui.input.invocation import on_article, send
from reader.tui.layout import (
    LayoutRequested,
    PaneChosen,
    PaneEntered,
    PaneLeft,
    PaneResized,
    PaneStepped,
    SidebarToggled,
    ZenToggled,
)
from reader.tui.list.commands import view_commands
from reader.tui.list.view import ALL
from reader.tui.marking import is_marked
from reader.tui.session import first_view
from reader.tui.widgets.dialogs import ConfirmDialog, ProblemsDialog, TextDialog, motion_keys
from reader.tui.widgets.help import help_rows
from reader.tui.widgets.help_dialog import HelpDialog
from reader.tui.widgets.pages import ThemeDialog, query_page
from reader.tui.widgets.theme import palette_of

if TYPE_CHECKING:
    from reader.problems import Problem
    from reader.tui.events import Event
    from reader.tui.input.invocation import Command, Commands, Invocation, Widgets
    from reader.tui.list.pane import ArticleList
    from reader.tui.store import Store
    from reader.tui.widgets.virtual_list import Motion

__all__ = ["commands"]

_MARKS = {"mark.read": MarkKind.READ, "mark.star": MarkKind.STARRED, "mark.later": MarkKind.LATER}
_MOTIONS: tuple[Motion, ...] = ("down", "up", "top", "bottom", "half_down", "half_up", "page_down", "page_up")


def commands(store: Store, widgets: Widgets) -> Commands:
    """Return the command of each action, by action ID."""
    groups = (
        _panes,
        _motions,
        reading_commands,
        finding_commands,
        view_commands,
        opening_commands,
        taking_commands,
        _marking,
        _marking_several,
        _feeds,
        _others,
    )
    return {action: command for group in groups for action, command in group(store, widgets).items()}


def _panes(store: Store, _widgets: Widgets) -> Commands:
    events = {
        "pane.left": PaneStepped(-1, around=False),
        "pane.right": PaneStepped(1, around=False),
        "pane.next": PaneStepped(1, around=True),
        "pane.previous": PaneStepped(-1, around=True),
        "topics": SidebarToggled(),
        "zen": ZenToggled(),
        "layout": LayoutRequested(),
        "article.enter": PaneEntered(),
    }
    return {
        **{action: send(store, event) for action, event in events.items()},
        "pane.grow": lambda invocation: store.dispatch(PaneResized(invocation.times)),
        "pane.shrink": lambda invocation: store.dispatch(PaneResized(-invocation.times)),
    }


def _motions(store: Store, widgets: Widgets) -> Commands:
    articles = widgets.articles

    def move(motion: Motion) -> Command:
        def command(invocation: Invocation) -> None:
            pane, before = widgets.pane(store.state.layout.current), articles.cursor
            if invocation.count is not None and motion in {"top", "bottom"}:
                pane.go_to(invocation.count)
            else:
                pane.move(motion, invocation.times)
            if articles.cursor != before:
                # Do not wait for the Moved message, since the next key may already be meant for this article.
                store.dispatch(CursorMoved())

        return command

    return {f"move.{motion}": move(motion) for motion in _MOTIONS}


def _marking(store: Store, widgets: Widgets) -> Commands:
    articles = widgets.articles

    def mark(kind: MarkKind) -> Command:
        def act(invocation: Invocation) -> None:
            rows = articles.selection.rows or range(
                articles.cursor, min(articles.cursor + invocation.times, len(articles.rows))
            )
            if invocation.entry is None:
                return
            if len(rows) < 2:
                store.dispatch(MarkToggled(kind, invocation.entry))
            else:
                on = not is_marked(kind, articles.current or invocation.entry)
                store.dispatch(RowsMarked(kind, articles.rows.ids[rows.start : rows.stop], on))
            articles.selection.end()

        return on_article(store, act)

    return {
        **{action: mark(kind) for action, kind in _MARKS.items()},
        "undo": send(store, UndoRequested()),
        "redo": send(store, RedoRequested()),
    }


def _marking_several(store: Store, widgets: Widgets) -> Commands:
    articles = widgets.articles

    def mark_rows(rows: slice, where: str) -> None:
        ids = articles.rows.ids[rows]
        if ids:
            store.dispatch(RowsMarked(MarkKind.READ, ids, on=True))
        else:
            store.ports.say(f"No articles {where}")

    def select(_invocation: Invocation) -> None:
        store.dispatch(PaneChosen("articles"))
        if not articles.selection.end() and articles.rows:
            articles.selection.begin()

    def mark_all(_invocation: Invocation) -> None:
        rows = store.state.list.rows

        def answered(yes: bool | None) -> None:  # noqa: FBT001 - callback signature of Textual
            if yes:
                store.dispatch(RowsMarked(MarkKind.READ, rows.ids, on=True))

        if rows:
            question = f"Mark {len(rows):,} listed articles as read?"
            widgets.articles.app.push_screen(ConfirmDialog(question), answered)
        else:
            store.ports.say("The list is empty")

    return {
        "mark.all": mark_all,
        "mark.above": lambda _invocation: mark_rows(slice(0, articles.cursor), "above"),
        "mark.below": lambda _invocation: mark_rows(slice(articles.cursor + 1, None), "below"),
        "select": select,
    }


def _feeds(store: Store, _widgets: Widgets) -> Commands:
    events = {
        "feeds.fetch": FetchAsked(),
        "feeds.subscribe": SubscribeAsked(),
        "feeds.unsubscribe": UnsubscribeAsked(),
    }
    return {action: send(store, event) for action, event in events.items()}


def _others(store: Store, widgets: Widgets) -> Commands:
    ports, articles = store.ports, widgets.articles
    keys = ports.context.keys

    def help_(_invocation: Invocation) -> None:
        palette = palette_of(articles.app.theme_variables)
        width = TextDialog.width_in(articles.app.size.width)
        rows = help_rows(keys, palette, width)
        entries = help_rows(keys, palette, min(width, 80))
        dialog = HelpDialog(rows, entries, motion_keys(keys))
        articles.app.push_screen(dialog, lambda action: store.dispatch(ActionInvoked(action)) if action else None)

    def rescan(_invocation: Invocation) -> None:
        ports.say("Rescanning…")
        store.dispatch(RescanRequested())

    def quit_or_back(_invocation: Invocation) -> None:
        # The startup query is not a filter to leave.
        filtered = not store.state.list.view.shows_same(first_view(ports.context))
        if not _go_back(store, articles, clears_filter=filtered):
            articles.app.exit()

    return {
        "back": lambda _invocation: _go_back(store, articles),
        "problems": lambda _invocation: _show_problems(store, articles),
        "rescan": rescan,
        "palette": lambda _invocation: articles.app.action_command_palette(),
        "help": help_,
        "help.query": lambda _invocation: articles.app.push_screen(query_page(articles.app, motion_keys(keys))),
        "theme": lambda _invocation: articles.app.push_screen(ThemeDialog(articles.app.theme, motion_keys(keys))),
        "quit": quit_or_back,
        "quit.now": lambda _invocation: articles.app.exit(),
    }


def _go_back(store: Store, articles: ArticleList, *, clears_filter: bool = True) -> bool:
    """Leave a selection, a search, a pane or a filter; return whether there was one."""
    if articles.selection.end():
        return True
    event: Event | None = None
    if store.state.layout.current == "article" and store.article.find.is_active:
        event = FindCleared()
    elif not store.state.layout.is_in_list:
        event = PaneLeft()
    elif clears_filter and not store.state.list.view.matches_all:
        event = FilterCleared(ALL)
    if event is not None:
        store.dispatch(event)
    return event is not None


def _show_problems(store: Store, articles: ArticleList) -> None:
    muted = Style.parse(palette_of(articles.app.theme_variables).muted)
    found = [problem for problem in store.ports.search.problems() if problem.level is not Level.NOTE]
    found += _feed_problems(store)
    if not found:
        store.ports.say("No problems in the files of this folder")
        return
    window = ProblemsDialog(found, muted, motion_keys(store.ports.context.keys))
    articles.app.push_screen(window, lambda _none: _problem_chosen(store, window))


def _feed_problems(store: Store) -> tuple[Problem, ...]:
    """Return the feeds that failed, and the new versions next to edited files."""
    root, state = store.ports.library.place.root, store.ports.context.known_feeds
    if state is None:
        return ()
    from reader.feeds.trouble import feed_errors, new_versions  # noqa: PLC0415 - lazy import: 2 ms, only folders with feeds

    return (*feed_errors(root, state), *new_versions(root, state))


def _problem_chosen(store: Store, window: ProblemsDialog) -> None:
    """Show the article of a problem, or open its file in the editor at that line."""
    problem = window.chosen
    if problem is None:
        return
    if window.to_edit:
        store.run(EditFile(problem.path, problem.line))
    elif store.ports.search.find_by_path(problem.path) is not None:
        store.dispatch(LinkFollowed(problem.path))
