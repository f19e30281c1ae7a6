"""Conversion of a session to the initial state and back, without a screen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from reader.config.actions import ACTIONS
from reader.config.remembered import configured
from reader.config.schema import Config, SavedSearch
from reader.index.model import FacetKind
from reader.query import Clock
from reader.storage.session import Session
from reader.tui.layout import ARRANGEMENTS, PANES
from reader.tui.list.view import ALL
from reader.tui.ports import AppContext
from reader.tui.session import capture, first_state

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SEARCHES = (SavedSearch("Mine", "topic:a sort:title"),)
NOTHING: Any = None
SHARES = st.none() | st.floats(0, 1)
SESSIONS = st.builds(
    Session,
    query=st.sampled_from(["", "a b", "topic:x -is:read", "quality>=70"]),
    sort=st.sampled_from(["date", "-date", "quality", "title,-heat"]),
    sort_first=st.booleans(),
    sidebar=st.sampled_from([kind.value for kind in (FacetKind.TOPIC, FacetKind.PROVIDER, FacetKind.YEAR)]),
    with_sidebar=st.booleans(),
    sidebar_share=SHARES,
    articles_share=SHARES,
    rows_share=SHARES,
    columns=st.sampled_from(["", "title", "date,title,topics"]),
    layout=st.sampled_from(["", *ARRANGEMENTS]),
    min_quality=st.integers(0, 100),
    pane=st.sampled_from(PANES),
    article=st.sampled_from(["", "a.md", "b/c.md"]),
    configured=st.just(configured(Config())),
).flatmap(
    lambda session: st.sampled_from(
        [("", ""), ("topic", "x"), ("is", "unread"), ("date", "2021"), ("search", "Mine")]
    ).map(lambda choice: replace(session, choice_field=choice[0], choice_value=choice[1]))
)


def context(session: Session, query: str = "") -> AppContext:
    return AppContext(
        config=Config(searches=SEARCHES), keys=ACTIONS, marks=NOTHING, clock=lambda: Clock(NOW, UTC), env={},
        runner=NOTHING, query=query, session=session,
    )  # fmt: skip


def again(session: Session, article: str = "") -> Session:
    return capture(first_state(context(session)), context(session), article)


@given(SESSIONS)
def test_restored_session_is_saved_unchanged(session: Session) -> None:
    saved = replace(again(session), last_seen=None)
    # A focused sidebar is shown.
    assert saved == replace(session, with_sidebar=session.with_sidebar or session.pane == "sidebar")
    assert again(saved) == again(again(saved)), "saving is idempotent"


@given(SESSIONS)
def test_startup_query_replaces_the_view_of_the_session(session: Session) -> None:
    state = first_state(context(session, "new words"))
    assert (state.list.view.typed, state.list.view.choice, state.list.view.min_quality) == ("new words", ALL, 0)
    assert state.layout.current == "articles"
    assert state.list.filter.text == "new words"


BROKEN: dict[str, Callable[[Session], Session]] = {
    "a query that cannot be parsed": lambda session: replace(session, query="topic:("),
    "an order that does not exist": lambda session: replace(session, sort="nothing"),
    "a saved search that is gone": lambda session: replace(session, choice_field="search", choice_value="Gone"),
    "a field without rows": lambda session: replace(session, choice_field="body", choice_value="x"),
    "a pane that does not exist": lambda session: replace(session, pane="cellar"),
    "a kind that does not exist": lambda session: replace(session, sidebar="cellar"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_invalid_part_of_a_session_is_ignored_alone(broken: str) -> None:
    session = Session(min_quality=30, article="a.md", sort_first=True)
    state = first_state(context(BROKEN[broken](session)))
    assert (state.list.view.min_quality, state.list.wanted) == (30, "a.md")
    assert again(BROKEN[broken](session)) == again(session)


def test_session_saves_the_current_article_or_keeps_the_saved_one() -> None:
    session = Session(article="a.md")
    assert again(session, "b.md").article == "b.md"
    assert again(session).article == "a.md"
    assert again(session).last_seen == int(NOW.timestamp())
    assert not again(replace(session, theme="nord")).theme, "the theme was not picked in this session"
