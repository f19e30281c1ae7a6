"""What each action of the key table does on the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from reader.marks import MarkKind
from reader.tui.dialogs import ProblemsScreen, Question, SortMenu, TextScreen
from reader.tui.help_screen import help_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from reader.index.search import Entry
    from reader.query import SortKey
    from reader.tui.main_screen import MainScreen
    from reader.tui.panes import PaneName
    from reader.tui.virtual_list import Motion

__all__ = ["commands"]

_MARKS = {"mark.read": MarkKind.READ, "mark.star": MarkKind.STARRED, "mark.later": MarkKind.LATER}
_MOTIONS: tuple[Motion, ...] = ("down", "up", "top", "bottom", "half_down", "half_up", "page_down", "page_up")


def commands(screen: MainScreen) -> dict[str, Callable[[str], None]]:
    """Return what to call for each id of the key table; the call is given the key that was pressed."""
    found: dict[str, Callable[[str], None]] = {}
    for group in (_moving, _reading, _finding, _opening, _marking, _others):
        found |= group(screen)
    return found


def _moving(screen: MainScreen) -> dict[str, Callable[[str], None]]:
    panes = screen.panes

    def move(motion: Motion) -> Callable[[str], None]:
        return lambda _key: cast("Any", panes.widget(panes.current)).move(motion)

    return {
        **{f"move.{motion}": move(motion) for motion in _MOTIONS},
        "pane.left": lambda _key: panes.step(-1, around=False),
        "pane.right": lambda _key: panes.step(1, around=False),
        "pane.next": lambda _key: panes.step(1, around=True),
        "pane.previous": lambda _key: panes.step(-1, around=True),
        "topics": lambda _key: panes.toggle_sidebar(),
        "zen": lambda _key: panes.toggle_zen(),
    }


def _reading(screen: MainScreen) -> dict[str, Callable[[str], None]]:
    reading, panes = screen.reading, screen.panes

    def enter(_key: str) -> None:
        order: dict[PaneName, PaneName] = {"sidebar": "articles", "articles": "article", "article": "article"}
        panes.go(order[panes.current])

    def page(_key: str) -> None:
        if screen.article.at_end:
            _next_unread(screen, 1)
        else:
            screen.article.move("page_down")

    def step(go: Callable[[], bool], nothing: str) -> None:
        if not go():
            screen.say(nothing)

    return {
        "article.enter": enter,
        "article.page": page,
        "article.down": lambda _key: screen.article.move("down"),
        "article.up": lambda _key: screen.article.move("up"),
        "unread.next": lambda _key: _next_unread(screen, 1),
        "unread.previous": lambda _key: _next_unread(screen, -1),
        "history.back": lambda _key: step(reading.back, "No article to go back to."),
        "history.forward": lambda _key: step(reading.forward, "No article to go forward to."),
    }


def _finding(screen: MainScreen) -> dict[str, Callable[[str], None]]:
    finding = screen.finding
    step = screen.setup.config.quality_step

    def sort(_key: str) -> None:
        def sorted_by(chosen: SortKey | None) -> None:
            if chosen is not None:
                finding.sort(chosen)

        screen.app.push_screen(SortMenu(finding.view.sort), sorted_by)

    def clear(_key: str) -> None:
        screen.filter_bar.put("")
        finding.change(finding.view.cleared())

    def floor(change: int) -> None:
        finding.change(finding.view.with_floor(change))

    return {
        "filter": lambda _key: screen.filter_bar.begin(),
        "filter.clear": clear,
        "sort": sort,
        "quality.raise": lambda _key: floor(step),
        "quality.lower": lambda _key: floor(-step),
        "topics.kind": lambda _key: finding.next_kind(),
    }


def _opening(screen: MainScreen) -> dict[str, Callable[[str], None]]:
    opening = screen.opening

    def with_article(act: Callable[[Entry], object]) -> Callable[[str], None]:
        return lambda _key: _with_article(screen, act)

    def open_next(entry: Entry) -> None:
        if opening.original(entry):
            if not entry.read:
                screen.marking.toggle(MarkKind.READ, entry)
            _next_unread(screen, 1)

    def edit(entry: Entry) -> None:
        if opening.edit(screen.library.place.root / entry.path):
            screen.syncing.start()

    return {
        "open": with_article(opening.original),
        "open.web": with_article(opening.web),
        "open.next": with_article(open_next),
        "open.link": lambda key: _open_link(screen, int(key)),
        "copy.url": with_article(lambda entry: opening.copy(entry, markdown=False)),
        "copy.markdown": with_article(lambda entry: opening.copy(entry, markdown=True)),
        "edit": with_article(edit),
    }


def _marking(screen: MainScreen) -> dict[str, Callable[[str], None]]:
    marking = screen.marking

    def mark(kind: MarkKind) -> Callable[[str], None]:
        return lambda _key: _with_article(screen, lambda entry: marking.toggle(kind, entry))

    def mark_all(_key: str) -> None:
        ids = screen.articles.ids

        def answered(yes: bool | None) -> None:  # noqa: FBT001 - the call of Textual
            if yes:
                marking.read_all(screen.search.targets(ids))

        if ids:
            screen.app.push_screen(Question(f"Mark all {len(ids):,} shown articles read?"), answered)
        else:
            screen.say("Nothing is shown.")

    return {
        **{key: mark(kind) for key, kind in _MARKS.items()},
        "mark.all": mark_all,
        "undo": lambda _key: marking.undo(),
        "redo": lambda _key: marking.redo(),
    }


def _others(screen: MainScreen) -> dict[str, Callable[[str], None]]:
    def problems(_key: str) -> None:
        window = ProblemsScreen(screen.search.problems(), screen.muted)
        screen.app.push_screen(window, lambda _none: _problem_chosen(screen, window))

    def help_(_key: str) -> None:
        screen.app.push_screen(TextScreen("Keys", help_lines(screen.setup.keys, screen.palette)))

    def rescan(_key: str) -> None:
        screen.say("Reading the folder again …")
        screen.syncing.start()

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


def _with_article(screen: MainScreen, act: Callable[[Entry], object]) -> None:
    """Do something with the open article, as its marks are now."""
    entry = screen.reading.current
    entry = None if entry is None else screen.search.at_path(entry.path)
    if entry is None:
        screen.say("There is no article here.", warning=True)
    else:
        act(entry)


def _open_link(screen: MainScreen, number: int) -> None:
    """Follow a numbered link: here where it leads into the folder, else in the browser."""
    link = screen.reading.link(number)
    if link is None:
        screen.say(f"There is no link {number} here.")
    elif link.path:
        screen.reading.follow(link.path)
    else:
        screen.opening.url(link.url)


def _next_unread(screen: MainScreen, step: int) -> None:
    """Go to the next unread article of the list, or the one before."""
    row = screen.articles.unread_from(screen.articles.cursor, step)
    if row is None:
        screen.say("No unread article further on." if step > 0 else "No unread article before this one.")
    else:
        screen.articles.put_cursor(row)


def _back(screen: MainScreen) -> None:
    """Leave what one is in: the article, the sidebar, then the filter."""
    if screen.panes.zen:
        screen.panes.toggle_zen()
    elif screen.panes.current != "articles":
        screen.panes.go("articles")
    elif not screen.finding.view.is_everything:
        screen.press("filter.clear")


def _problem_chosen(screen: MainScreen, window: ProblemsScreen) -> None:
    """Show the article of a problem, or edit its file at the line."""
    problem = window.chosen
    if problem is None:
        return
    if window.to_edit:
        if screen.opening.edit(screen.library.place.root / problem.path, problem.line):
            screen.syncing.start()
    elif screen.search.at_path(problem.path) is not None:
        screen.reading.follow(problem.path)
