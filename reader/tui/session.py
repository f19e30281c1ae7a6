"""Conversion of a saved session to the first state and back. Pure. The config fills in what no session has saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from reader.config.remembered import configured
from reader.config.schema import COLUMNS, parse_fetch_plan
from reader.errors import QueryError
from reader.index.model import FacetKind
from reader.query import SortKey, parse
from reader.storage.session import Session
from reader.tui.article.state import OpenArticle
from reader.tui.feeds.update import FeedsState
from reader.tui.input.key_sequence import Bindings, KeySequence
from reader.tui.input.keyboard import Keyboard
from reader.tui.layout import ARRANGEMENTS, PANES, Layout, SplitRatios
from reader.tui.list.update import FilterText, ListState
from reader.tui.list.view import ALL, SidebarSelection, View
from reader.tui.sidebar.update import first_sidebar
from reader.tui.store import State

if TYPE_CHECKING:
    from typing import Literal

    from reader.tui.layout import Arrangement, PaneName
    from reader.tui.ports import AppContext

__all__ = ["capture", "first_state", "first_view"]

# Fields that the sidebar has rows for, besides saved searches.
_FIELDS = frozenset({"is", "topic", "provider", "category", "author", "date", "feed"})


def first_view(setup: AppContext) -> View:
    """Return the first view: the last session's, or only the query if one was given at startup."""
    session = setup.session
    sort = _sort(session.sort) or _sort(setup.config.sort)
    view = View(sort=sort, sort_first=session.sort_first) if sort else View()
    if setup.query:
        return replace(view, typed=setup.query, sort_first=False)
    typed = session.query if _is_query(session.query) else ""
    return replace(view, typed=typed, choice=_choice(setup), min_quality=session.min_quality)


def first_state(setup: AppContext) -> State:
    """Return the first state of the rooms."""
    view = first_view(setup)
    return State(
        list=ListState(
            view=view,
            wanted=setup.session.article,
            filter=FilterText(view.typed),
            columns=_columns(setup.session.columns) or setup.config.columns,
        ),
        article=OpenArticle(setup.config.mark_read_after),
        sidebar=first_sidebar(
            _first_kind(setup), view.choice, setup.config.searches, has_feeds=setup.known_feeds is not None
        ),
        layout=_first_layout(setup),
        keyboard=Keyboard(KeySequence(Bindings(setup.keys))),
        feeds=FeedsState(parse_fetch_plan(setup.config.fetch)),
    )


def _first_layout(setup: AppContext) -> Layout:
    """Return the first layout. With a startup query, the list is current."""
    session = setup.session
    pane: PaneName = next((name for name in PANES if name == session.pane and not setup.query), "articles")
    with_sidebar = session.with_sidebar or pane == "sidebar"
    shares = SplitRatios(session.sidebar_share, session.articles_share, session.rows_share)
    wanted = session.layout or setup.config.layout
    chosen: Arrangement | Literal[""] = next((name for name in ARRANGEMENTS if name == wanted), "")
    zen = session.zen and pane == "article"
    return Layout(current=pane, with_sidebar=with_sidebar, zen=zen, shares=shares, chosen=chosen)


def _first_kind(setup: AppContext) -> FacetKind:
    """Return the facet that the sidebar lists at startup."""
    return FacetKind.named(setup.session.sidebar) or FacetKind.named(setup.config.sidebar) or FacetKind.TOPIC


def capture(state: State, setup: AppContext, article: str) -> Session:
    """Return the state of the UI for saving, without a theme, which is saved only if the user picked it.

    ``article`` is the path of the article under the cursor.
    """
    view, layout = state.list.view, state.layout
    return Session(
        query=view.typed,
        sort=",".join(map(str, view.sort)),
        sort_first=view.sort_first,
        sidebar=state.sidebar.kind.value,
        choice_field=view.choice.field,
        choice_value=view.choice.value,
        choice_any_of=view.choice.any_of,
        choice_none_of=view.choice.none_of,
        with_sidebar=layout.with_sidebar,
        sidebar_share=layout.shares.sidebar,
        articles_share=layout.shares.articles,
        columns="" if state.list.columns == setup.config.columns else ",".join(state.list.columns),
        rows_share=layout.shares.rows,
        layout="" if layout.chosen == setup.config.layout else layout.chosen,
        min_quality=view.min_quality,
        pane=layout.current,
        zen=layout.zen,
        # With an empty list or without an index, keep the article to return to for the next session.
        article=article or state.list.wanted,
        last_seen=int(setup.clock().now.timestamp()),
        configured=configured(setup.config),
    )


def _choice(setup: AppContext) -> SidebarSelection:
    field, value = setup.session.choice_field, setup.session.choice_value
    if field == "search":
        found = (
            SidebarSelection(field, search.name, search.query)
            for search in setup.config.searches
            if search.name == value
        )
        return next(found, ALL)
    any_of, none_of = setup.session.choice_any_of, setup.session.choice_none_of
    if field not in _FIELDS or not (value or any_of or none_of):
        return ALL
    choice = SidebarSelection(field, value, any_of=any_of, none_of=none_of)
    try:
        choice.query()
    except QueryError:
        return ALL
    return choice


def _columns(text: str) -> tuple[str, ...]:
    """Return the columns that a session names; none if any of them is unknown."""
    names = tuple(text.split(","))
    return names if "title" in names and set(names) <= set(COLUMNS) and len(set(names)) == len(names) else ()


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
