"""Updates of the layout without a screen: invariants under random orders of events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.tui.layout import (
    PANES,
    BorderDragged,
    BorderReset,
    Layout,
    LayoutRequested,
    PaneChosen,
    PaneEntered,
    PaneLeft,
    PaneResized,
    PaneStepped,
    SidebarToggled,
    SplitRatios,
    TerminalResized,
    ZenToggled,
    update,
)
from reader.tui.ports import Say

if TYPE_CHECKING:
    from reader.tui.events import Event
    from reader.tui.layout import PaneName

SIZES = ((160, 50), (100, 30), (60, 20), (38, 8))
EVENTS: tuple[Event, ...] = (
    *(PaneChosen(name, focus) for name in PANES for focus in (True, False)),
    *(PaneStepped(by, around) for by in (-1, 1) for around in (True, False)),
    *(TerminalResized(*size) for size in SIZES),
    *(BorderDragged(divider, cells) for divider in ("sidebar", "articles") for cells in (-5, 40, 500)),
    BorderReset("sidebar"), BorderReset("articles"), PaneEntered(), PaneLeft(), SidebarToggled(), ZenToggled(),
    LayoutRequested(), PaneResized(1), PaneResized(-3),
)  # fmt: skip


def after(*events: Event, layout: Layout | None = None) -> Layout:
    layout = layout or Layout(room=160, height=50)
    for event in events:
        layout, effects = update(layout, event, 0.0)
        assert effects == () or isinstance(event, LayoutRequested | PaneResized)
    return layout


@given(st.lists(st.sampled_from(EVENTS), max_size=40))
def test_current_pane_is_always_displayed(events: list[Event]) -> None:
    layout = after(*events)
    assert layout.current == "article" or not layout.zen
    assert layout.current != "sidebar" or layout.with_sidebar or layout.mode != "wide"
    set_ = {name for name, is_set in layout.classes.items() if is_set}
    assert f"-in-{layout.current}" in set_
    assert len([name for name in set_ if name.startswith("-in-")]) == 1
    assert f"-{layout.mode}" in set_


@given(st.lists(st.sampled_from(EVENTS), max_size=40))
def test_panes_keep_their_minimum_size_through_any_events(events: list[Event]) -> None:
    layout = after(*events)
    sidebar, articles = layout.sizes["sidebar"], layout.sizes["articles"]
    if layout.zen:
        assert (sidebar, articles) == (None, None)
        return
    assert (sidebar is None) == (layout.mode != "wide")
    assert articles is None or (layout.arrangement != "list" and layout.classes["-with-article"])
    if layout.arrangement == "above":
        assert articles is not None
        assert 5 <= articles <= layout.height - 8
    elif articles is not None:
        beside = sidebar if sidebar is not None and layout.with_sidebar else 0
        assert 24 <= articles <= layout.room - beside - 32


@given(st.lists(st.sampled_from(EVENTS), max_size=20))
def test_zen_returns_to_the_pane_before(events: list[Event]) -> None:
    layout = after(*events)
    if not layout.zen:
        assert after(ZenToggled(), ZenToggled(), layout=layout).current == layout.current
        assert after(ZenToggled(), PaneLeft(), layout=layout).current == layout.current


def test_chosen_pane_is_focused_each_time() -> None:
    layout = after(PaneChosen("articles"), PaneChosen("articles"))
    assert layout.focused == 2
    assert after(PaneChosen("sidebar", focus=False), layout=layout).focused == 2


def test_steps_end_at_the_edges_unless_they_go_around() -> None:
    assert after(PaneStepped(-1, around=False), PaneStepped(-1, around=False)).current == "sidebar"
    assert after(PaneStepped(1, around=True), PaneStepped(1, around=True)).current == "sidebar"
    assert after(SidebarToggled(), PaneStepped(-1, around=False)).current == "articles", "the sidebar is hidden"


def test_sidebar_key_in_a_narrow_terminal_goes_there_and_back() -> None:
    narrow = after(TerminalResized(60, 20))
    assert after(SidebarToggled(), layout=narrow).current == "sidebar"
    assert after(SidebarToggled(), SidebarToggled(), layout=narrow).current == "articles"


@pytest.mark.parametrize(("size", "mode", "tiny"), [
    ((120, 10), "wide", False), ((119, 10), "medium", False), ((80, 10), "medium", False), ((79, 10), "narrow", False),
    ((40, 10), "narrow", False), ((39, 10), "narrow", True), ((40, 9), "narrow", True),
])  # fmt: skip
def test_layout_mode_follows_the_terminal_size(size: tuple[int, int], mode: str, *, tiny: bool) -> None:
    layout = after(TerminalResized(*size))
    assert (layout.mode, layout.tiny) == (mode, tiny)


def test_borders_move_only_where_panes_are_side_by_side() -> None:
    assert after(BorderDragged("sidebar", 40)).shares.sidebar == 0.25
    assert after(BorderDragged("sidebar", 40), BorderReset("sidebar")).shares == SplitRatios()
    assert after(TerminalResized(100, 30), BorderDragged("articles", 40)).shares.articles == 0.4
    for before in (TerminalResized(60, 20), ZenToggled()):
        assert after(before, BorderDragged("sidebar", 40)).shares == SplitRatios()


@pytest.mark.parametrize(("size", "arrangement"), [
    ((160, 50), "beside"), ((120, 40), "beside"), ((100, 30), "beside"), ((99, 24), "above"), ((80, 24), "above"),
    ((80, 23), "beside"), ((79, 24), "list"), ((60, 20), "list"), ((60, 40), "above"),
])  # fmt: skip
def test_list_is_above_the_article_in_a_narrow_and_tall_terminal(size: tuple[int, int], arrangement: str) -> None:
    assert after(TerminalResized(*size)).arrangement == arrangement


def test_layout_key_cycles_through_the_layouts_that_fit() -> None:
    layout, seen = after(TerminalResized(100, 30)), []
    for _press in range(4):
        layout, effects = update(layout, LayoutRequested(), 0.0)
        assert len(effects) == 1, "a message names the layout"
        seen.append(layout.arrangement)
    assert seen == ["above", "list", "beside", "above"]
    assert after(TerminalResized(60, 20), LayoutRequested(), LayoutRequested()).arrangement == "list"


def test_chosen_layout_returns_once_it_fits_again() -> None:
    layout = after(TerminalResized(100, 30), LayoutRequested())
    flat = after(TerminalResized(100, 11), layout=layout)
    assert flat.arrangement == "beside"
    assert after(TerminalResized(160, 50), layout=flat).arrangement == "above"


def test_layout_key_without_room_shows_a_message() -> None:
    layout = after(TerminalResized(60, 11))
    assert update(layout, LayoutRequested(), 0.0) == (layout, (Say("No room for another layout"),))


@pytest.mark.parametrize(("pane", "size", "divider", "change"), [
    ("articles", (100, 30), "articles", 4), ("article", (100, 30), "articles", -4),
    ("articles", (80, 24), "articles", 2), ("article", (80, 24), "articles", -2),
    ("sidebar", (160, 50), "sidebar", 4), ("articles", (160, 50), "articles", 4),
])  # fmt: skip
def test_resize_key_enlarges_the_current_pane(
    pane: PaneName, size: tuple[int, int], divider: Literal["sidebar", "articles"], change: int
) -> None:
    before = after(TerminalResized(*size), PaneChosen(pane))
    at = before.sizes[divider]
    assert at is not None
    assert after(PaneResized(1), layout=before).sizes[divider] == at + change
    assert after(PaneResized(2), layout=before).sizes[divider] == at + 2 * change
    assert after(PaneResized(1), PaneResized(-1), layout=before).sizes[divider] == at


@pytest.mark.parametrize(("size", "events", "steps", "words"), [
    ((60, 20), (), 1, "This pane cannot be resized"),
    ((100, 30), (PaneChosen("sidebar"),), 1, "This pane cannot be resized"),
    ((100, 30), (ZenToggled(),), 1, "This pane cannot be resized"),
    ((100, 30), (PaneResized(20),), 1, "No room left to resize"),
])  # fmt: skip
def test_resize_key_without_effect_shows_a_message(
    size: tuple[int, int], events: tuple[Event, ...], steps: int, words: str
) -> None:
    layout = after(TerminalResized(*size), *events)
    assert update(layout, PaneResized(steps), 0.0) == (layout, (Say(words),))
