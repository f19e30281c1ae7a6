"""The panes without a screen: random orders of events, against what must always hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.tui.layout import (
    PANES,
    BorderDragged,
    BorderReset,
    Layout,
    PaneChosen,
    PaneEntered,
    PaneLeft,
    PaneStepped,
    SidebarToggled,
    SplitRatios,
    TerminalResized,
    ZenToggled,
    update,
)

if TYPE_CHECKING:
    from reader.tui.events import Event

SIZES = ((160, 50), (100, 30), (60, 20), (38, 8))
EVENTS: tuple[Event, ...] = (
    *(PaneChosen(name, focus) for name in PANES for focus in (True, False)),
    *(PaneStepped(by, around) for by in (-1, 1) for around in (True, False)),
    *(TerminalResized(*size) for size in SIZES),
    *(BorderDragged(divider, cells) for divider in ("sidebar", "articles") for cells in (-5, 40, 500)),
    BorderReset("sidebar"), BorderReset("articles"), PaneEntered(), PaneLeft(), SidebarToggled(), ZenToggled(),
)  # fmt: skip


def after(*events: Event, layout: Layout | None = None) -> Layout:
    layout = layout or Layout(room=160)
    for event in events:
        layout, effects = update(layout, event, 0.0)
        assert effects == ()
    return layout


@given(st.lists(st.sampled_from(EVENTS), max_size=40))
def test_the_current_pane_is_always_one_that_is_displayed(events: list[Event]) -> None:
    layout = after(*events)
    assert layout.current == "article" or not layout.zen
    assert layout.current != "sidebar" or layout.with_sidebar or layout.mode != "wide"
    set_ = {name for name, is_set in layout.classes.items() if is_set}
    assert f"-in-{layout.current}" in set_
    assert len([name for name in set_ if name.startswith("-in-")]) == 1
    assert f"-{layout.mode}" in set_


@given(st.lists(st.sampled_from(EVENTS), max_size=40))
def test_every_pane_keeps_room_whatever_is_dragged(events: list[Event]) -> None:
    layout = after(*events)
    if layout.mode != "wide" or layout.zen:
        assert layout.widths == {"sidebar": None, "articles": None}
        return
    left = sum(width for width in layout.widths.values() if width is not None)
    assert left < layout.room


@given(st.lists(st.sampled_from(EVENTS), max_size=20))
def test_zen_returns_to_the_pane_before(events: list[Event]) -> None:
    layout = after(*events)
    if not layout.zen:
        assert after(ZenToggled(), ZenToggled(), layout=layout).current == layout.current
        assert after(ZenToggled(), PaneLeft(), layout=layout).current == layout.current


def test_going_to_a_pane_focuses_it_each_time() -> None:
    layout = after(PaneChosen("articles"), PaneChosen("articles"))
    assert layout.focused == 2
    assert after(PaneChosen("sidebar", focus=False), layout=layout).focused == 2


def test_steps_end_at_the_edges_unless_they_go_around() -> None:
    assert after(PaneStepped(-1, around=False), PaneStepped(-1, around=False)).current == "sidebar"
    assert after(PaneStepped(1, around=True), PaneStepped(1, around=True)).current == "sidebar"
    assert after(SidebarToggled(), PaneStepped(-1, around=False)).current == "articles", "there is no sidebar"


def test_without_room_the_sidebar_key_goes_there_and_back() -> None:
    narrow = after(TerminalResized(60, 20))
    assert after(SidebarToggled(), layout=narrow).current == "sidebar"
    assert after(SidebarToggled(), SidebarToggled(), layout=narrow).current == "articles"


@pytest.mark.parametrize(("size", "mode", "tiny"), [
    ((120, 10), "wide", False), ((119, 10), "medium", False), ((80, 10), "medium", False), ((79, 10), "narrow", False),
    ((40, 10), "narrow", False), ((39, 10), "narrow", True), ((40, 9), "narrow", True),
])  # fmt: skip
def test_the_mode_follows_the_width(size: tuple[int, int], mode: str, *, tiny: bool) -> None:
    layout = after(TerminalResized(*size))
    assert (layout.mode, layout.tiny) == (mode, tiny)


def test_borders_move_only_where_panes_are_side_by_side() -> None:
    assert after(BorderDragged("sidebar", 40)).shares.sidebar == 0.25
    assert after(BorderDragged("sidebar", 40), BorderReset("sidebar")).shares == SplitRatios()
    for before in (TerminalResized(60, 20), ZenToggled()):
        assert after(before, BorderDragged("sidebar", 40)).shares == SplitRatios()
