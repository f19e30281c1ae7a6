"""Implementations of the actions on the main screen that take no count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from rich.style import Style

from reader.marks import MarkKind
from reader.problems import Level
from reader.tui.events import FilterCleared, KindRequested, LinkFollowed, RescanRequested
from reader.tui.external import EditArticle, EditFile, PipeArticle
from reader.tui.input.motions import next_unread, run_target
from reader.tui.sidebar.saved_searches import SavedSearches, SavedSearchesDialog
from reader.tui.state import ALL
from reader.tui.widgets.dialogs import ConfirmDialog, InputDialog, ProblemsDialog, SortMenu, TextDialog
from reader.tui.widgets.help import help_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from reader.index.model import ArticleSummary
    from reader.query import SortKey
    from reader.tui.layout import PaneName
    from reader.tui.screen import MainScreen

__all__ = ["commands"]

_MARKS = {"mark.read": MarkKind.READ, "mark.star": MarkKind.STARRED, "mark.later": MarkKind.LATER}


def commands(screen: MainScreen) -> dict[str, Callable[[str], None]]:
    """Return the callback of each action that takes no count, by action id; it receives the key that was pressed."""
    found: dict[str, Callable[[str], None]] = {}
    for group in (_moving, _reading, _finding, _opening, _marking, _others):
        found |= group(screen)
    return found


def _moving(screen: MainScreen) -> dict[str, Callable[[str], None]]:
    panes = screen.panes
    return {
        "pane.left": lambda _key: panes.step(-1, around=False),
        "pane.right": lambda _key: panes.step(1, around=False),
        "pane.next": lambda _key: panes.step(1, around=True),
        "pane.previous": lambda _key: panes.step(-1, around=True),
        "topics": lambda _key: panes.toggle_sidebar(),
        "zen": lambda _key: panes.toggle_zen(),
    }


def _reading(screen: MainScreen) -> dict[str, Callable[[str], None]]:
    panes = screen.panes

    def enter(_key: str) -> None:
        order: dict[PaneName, PaneName] = {"sidebar": "articles", "articles": "article", "article": "article"}
        panes.go(order[panes.current])

    def page(_key: str) -> None:
        if screen.store.article.entry is not None and screen.store.article.page is None:
            return  # the pane still shows the end of the previous article
        if screen.article.at_end:
            next_unread(screen, 1)
        else:
            screen.article.move("page_down")

    return {
        "article.enter": enter,
        "article.page": page,
    }


def _finding(screen: MainScreen) -> dict[str, Callable[[str], None]]:
    store = screen.store
    step = screen.setup.config.quality_step

    def sort(_key: str) -> None:
        def sorted_by(chosen: SortKey | None) -> None:
            if chosen is not None:
                screen.change_view(replace(store.state.list.view, sort=(chosen,), sort_first=True))

        screen.app.push_screen(SortMenu(store.state.list.order[0]), sorted_by)

    def begin(_key: str) -> None:
        screen.filter_bar.begin()
        # The list shows the result while the user types, so it must be visible.
        screen.panes.bring("articles")

    def floor(change: int) -> None:
        screen.change_view(store.state.list.view.with_floor(change))

    def searches(_key: str) -> None:
        known = SavedSearches(store)

        def chosen(name: str | None) -> None:
            if name is not None:
                known.open(name)
                screen.panes.go("articles")

        screen.app.push_screen(SavedSearchesDialog(known, known.reload()), chosen)

    return {
        "filter": begin,
        "filter.clear": lambda _key: store.dispatch(FilterCleared(ALL)),
        "searches": searches,
        "sort": sort,
        "quality.raise": lambda _key: floor(step),
        "quality.lower": lambda _key: floor(-step),
        "topics.kind": lambda _key: store.dispatch(KindRequested()),
    }


def _opening(screen: MainScreen) -> dict[str, Callable[[str], None]]:
    def with_article(act: Callable[[ArticleSummary], object]) -> Callable[[str], None]:
        return lambda _key: _with_article(screen, act)

    def open_it(action: str) -> Callable[[str], None]:
        return with_article(lambda entry: run_target(screen, entry, action))

    def pipe(entry: ArticleSummary) -> None:
        def answered(command: str | None) -> None:
            if command and command.strip():
                screen.last_command = command
                PipeArticle(entry, command).run(screen.store.ports)

        screen.app.push_screen(InputDialog("|", screen.last_command, "command and arguments"), answered)

    return {
        **{action: open_it(action) for action in ("open", "open.web", "open.next", "copy.url", "copy.markdown")},
        "open.hint": lambda _key: screen.keyboard.ask_link(),
        "edit": with_article(lambda entry: EditArticle(entry).run(screen.store.ports)),
        "pipe": with_article(pipe),
    }


def _marking(screen: MainScreen) -> dict[str, Callable[[str], None]]:
    marking = screen.marking

    def mark(kind: MarkKind) -> Callable[[str], None]:
        return lambda _key: _with_article(screen, lambda entry: marking.toggle(kind, entry))

    def mark_all(_key: str) -> None:
        rows = screen.store.state.list.rows

        def answered(yes: bool | None) -> None:  # noqa: FBT001 - callback signature of Textual
            if yes:
                marking.read_all(screen.search.targets(rows.ids))

        if rows:
            screen.app.push_screen(ConfirmDialog(f"Mark {len(rows):,} listed articles as read?"), answered)
        else:
            screen.say("The list is empty")

    return {
        **{key: mark(kind) for key, kind in _MARKS.items()},
        "mark.all": mark_all,
        "undo": lambda _key: marking.undo(),
        "redo": lambda _key: marking.redo(),
    }


def _others(screen: MainScreen) -> dict[str, Callable[[str], None]]:
    def problems(_key: str) -> None:
        found = [problem for problem in screen.search.problems() if problem.level is not Level.NOTE]
        window = ProblemsDialog(found, Style.parse(screen.palette.muted))
        screen.app.push_screen(window, lambda _none: _problem_chosen(screen, window))

    def help_(_key: str) -> None:
        screen.app.push_screen(TextDialog("Keyboard shortcuts", help_lines(screen.setup.keys, screen.palette)))

    def rescan(_key: str) -> None:
        screen.say("Rescanning…")
        screen.store.dispatch(RescanRequested())

    def quit_or_back(_key: str) -> None:
        if screen.panes.zen or screen.panes.current != "articles":
            _back(screen)
        else:
            screen.app.exit()

    return {
        "back": lambda _key: _back(screen),
        "problems": problems,
        "rescan": rescan,
        "palette": lambda _key: screen.app.action_command_palette(),
        "help": help_,
        "quit": quit_or_back,
    }


def _with_article(screen: MainScreen, act: Callable[[ArticleSummary], object]) -> None:
    """Run an action on the open article, with its marks read again from the database."""
    entry = screen.store.article.entry
    entry = None if entry is None else screen.search.at_path(entry.path)
    if entry is None:
        screen.say("No article selected", warning=True)
    else:
        act(entry)


def _back(screen: MainScreen) -> None:
    """Leave zen mode or the current pane; in the list, clear the filters."""
    if screen.panes.zen:
        screen.panes.toggle_zen()
    elif screen.panes.current != "articles":
        screen.panes.go("articles")
    elif not screen.store.state.list.view.is_everything:
        screen.press("filter.clear")


def _problem_chosen(screen: MainScreen, window: ProblemsDialog) -> None:
    """Show the article of a problem, or open its file in the editor at that line."""
    problem = window.chosen
    if problem is None:
        return
    if window.to_edit:
        EditFile(problem.path, problem.line).run(screen.store.ports)
    elif screen.search.at_path(problem.path) is not None:
        screen.store.dispatch(LinkFollowed(problem.path))
