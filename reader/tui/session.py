"""Restoring and capturing the state of the UI across sessions. The config applies to what no session has saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from reader.errors import QueryError, ReaderError
from reader.index.model import FacetKind
from reader.query import SortKey, parse
from reader.storage.session import Session
from reader.tui.article.update import OpenArticle
from reader.tui.list.update import FilterText, ListState
from reader.tui.sidebar.update import first_sidebar
from reader.tui.state import ALL, SidebarSelection, View
from reader.tui.store import State
from reader.tui.widgets.splitter import SplitRatios

if TYPE_CHECKING:
    from reader.tui.layout import PaneName
    from reader.tui.ports import AppContext
    from reader.tui.screen import MainScreen

__all__ = ["capture", "first_state", "first_view", "restore"]

_PANES: tuple[PaneName, ...] = ("sidebar", "articles", "article")
# Fields that the sidebar has rows for, besides saved searches.
_FIELDS = frozenset({"is", "topic", "provider", "category", "author", "date"})


def first_view(setup: AppContext) -> View:
    """Return the first view: that of the last session, or only the query if one was given at startup."""
    session = setup.session
    sort = _sort(session.sort) or _sort(setup.config.sort)
    view = View(sort=sort, sort_first=session.sort_first) if sort else View()
    if setup.query:
        return replace(view, typed=setup.query, sort_first=False)
    typed = session.query if _is_query(session.query) else ""
    return replace(view, typed=typed, choice=_choice(setup), floor=session.floor)


def first_state(setup: AppContext) -> State:
    """Return the first state of the rooms."""
    view = first_view(setup)
    return State(
        list=ListState(view=view, wanted=setup.session.article, filter=FilterText(view.typed)),
        article=OpenArticle(setup.config.mark_read_after),
        sidebar=first_sidebar(_first_kind(setup), view.choice, setup.config.searches),
    )


def _first_kind(setup: AppContext) -> FacetKind:
    """Return the facet that the sidebar lists first."""
    return FacetKind.named(setup.session.sidebar) or FacetKind.named(setup.config.sidebar) or FacetKind.TOPIC


def restore(screen: MainScreen) -> None:
    """Restore the panes; with a startup query, begin in the list."""
    session, panes = screen.setup.session, screen.panes
    panes.with_sidebar = session.with_sidebar
    panes.shares = SplitRatios(session.sidebar_share, session.articles_share)
    if not screen.setup.query:
        panes.current = next((name for name in _PANES if name == session.pane), "articles")
    panes.with_sidebar |= panes.current == "sidebar"


def capture(screen: MainScreen) -> Session:
    """Return the current state of the UI, to be saved; without a theme, which is saved only if it was picked."""
    state, setup = screen.store.state, screen.setup
    view = state.list.view
    return Session(
        query=view.typed,
        sort=",".join(map(str, view.sort)),
        sort_first=view.sort_first,
        sidebar=state.sidebar.kind.value,
        choice_field=view.choice.field,
        choice_value=view.choice.value,
        with_sidebar=screen.panes.with_sidebar,
        sidebar_share=screen.panes.shares.sidebar,
        articles_share=screen.panes.shares.articles,
        floor=view.floor,
        pane=screen.panes.current,
        article=_article(screen),
        last_seen=int(setup.clock().now.timestamp()),
    )


def _article(screen: MainScreen) -> str:
    try:
        entry = screen.articles.current
    except ReaderError:
        entry = None
    # With an empty list or without an index, keep the article to return to for the next session.
    return screen.store.state.list.wanted if entry is None else entry.path


def _choice(setup: AppContext) -> SidebarSelection:
    field, value = setup.session.choice_field, setup.session.choice_value
    if field == "search":
        found = (
            SidebarSelection(field, search.name, search.query)
            for search in setup.config.searches
            if search.name == value
        )
        return next(found, ALL)
    choice = SidebarSelection(field, value) if field in _FIELDS and value else ALL
    try:
        choice.query()
    except QueryError:
        return ALL
    return choice


def _sort(text: str) -> tuple[SortKey, ...]:
    try:
        return parse(f"sort:{text}").sort if text else ()
    except QueryError:
        return ()


def _is_query(text: str) -> bool:
    try:
        parse(text)
    except QueryError:
        return False
    return True
