"""Commands of the list room: filter, sort order and minimum quality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.query import SortKey
from reader.tui.events import ChoicePicked, FilterCleared, KindRequested, ViewChanged
from reader.tui.input.invocation import send
from reader.tui.layout import PaneChosen, SidebarToggled, ZenToggled
from reader.tui.list.columns_dialog import ColumnsDialog
from reader.tui.list.events import ColumnsChosen
from reader.tui.list.view import ALL, SORT_OPTIONS
from reader.tui.sidebar.saved_searches import SavedSearches, SavedSearchesDialog
from reader.tui.widgets.dialogs import MenuRow, SortMenu, motion_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import App

    from reader.tui.input.invocation import Command, Commands, Invocation, Widgets
    from reader.tui.sidebar.pane import Sidebar
    from reader.tui.store import Store

__all__ = ["view_commands"]


def view_commands(store: Store, widgets: Widgets) -> Commands:
    """Return the commands that change what the list shows."""
    bar, context = widgets.filter_bar, store.ports.context

    def sort(_invocation: Invocation) -> None:
        def sorted_by(chosen: SortKey | None) -> None:
            if chosen is not None:
                store.dispatch(ViewChanged(store.state.list.view.sorted_by(chosen)))

        rows = list(_sort_rows(store.state.list.order[0]))
        bar.app.push_screen(SortMenu(rows, motion_keys(context.keys)), sorted_by)

    def begin(_invocation: Invocation) -> None:
        bar.begin()
        # The list shows the result while the user types, so it must be visible.
        store.dispatch(PaneChosen("articles", focus=False))

    def change_quality(change: int) -> Command:
        def command(_invocation: Invocation) -> None:
            view = store.state.list.view
            if (changed := view.with_min_quality(change)) == view:
                store.ports.say(f"The minimum quality is {view.min_quality}" if change > 0 else "No minimum quality")
            else:
                store.dispatch(ViewChanged(changed))

        return command

    return {
        "topics.exclude": lambda _invocation: _exclude(store, widgets.sidebar),
        "columns": lambda _invocation: bar.app.push_screen(_columns_dialog(store)),
        "filter": begin,
        "filter.clear": send(store, FilterCleared(ALL)),
        "searches": lambda _invocation: _open_searches(store, bar.app),
        "sort": sort,
        "unread.only": lambda _invocation: store.dispatch(ViewChanged(store.state.list.view.with_unread_toggled())),
        "quality.raise": change_quality(context.config.quality_step),
        "quality.lower": change_quality(-context.config.quality_step),
        "topics.kind": lambda _invocation: _show_kind(store),
    }


def _open_searches(store: Store, app: App[None]) -> None:
    known = SavedSearches(store)

    def chosen(name: str | None) -> None:
        if name is not None:
            known.open(name)
            store.dispatch(PaneChosen("articles"))

    app.push_screen(SavedSearchesDialog(known, known.reload(), motion_keys(store.ports.context.keys)), chosen)


def _exclude(store: Store, sidebar: Sidebar) -> None:
    in_sidebar = store.state.layout.current == "sidebar"
    excluded = sidebar.toggled(excluded=True) if in_sidebar else None
    if excluded is None:
        store.ports.say("This row cannot be excluded" if in_sidebar else "Exclude topics in the sidebar")
    else:
        store.dispatch(ChoicePicked(excluded))


def _show_kind(store: Store) -> None:
    """Show the next kind of facet, or the sidebar if it is hidden."""
    if store.state.layout.zen:
        store.dispatch(ZenToggled())
    store.dispatch(KindRequested() if store.state.layout.has_sidebar else SidebarToggled())


def _columns_dialog(store: Store) -> ColumnsDialog:
    def chosen(names: tuple[str, ...]) -> None:
        store.dispatch(ColumnsChosen(names))

    return ColumnsDialog(store.state.list.columns, chosen, motion_keys(store.ports.context.keys))


def _sort_rows(current: SortKey) -> Iterator[MenuRow]:
    for option in SORT_OPTIONS:
        is_current = option.key == current.key
        words = option.reverse if is_current and current.reverse else option.useful
        again = SortKey(option.key, reverse=is_current and not current.reverse)
        key, reverse = SortKey(option.key), SortKey(option.key, reverse=True)
        yield MenuRow(option.letter, f"{option.name:<10} {words}", is_current, key, reverse, again)
