"""When garbage is looked for."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from reader.tui.terminal.idle_gc import IdleGarbageCollector

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Return a list that grows by one with every look through everything."""
    thresholds = gc.get_threshold()
    done: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda: done.append(1))
    monkeypatch.setattr(gc, "freeze", lambda: None)
    gc.disable()
    yield done
    gc.set_threshold(*thresholds)
    gc.enable()


def test_it_is_looked_for_once_in_each_pause(looks: list[int]) -> None:
    garbage = IdleGarbageCollector()
    garbage.begin()
    assert gc.isenabled()
    seen = []
    for painted in (1, 2, 2, 2, 3, 4, 4, 4):
        garbage.look(painted)
        seen.append(len(looks))
    assert seen == [0, 0, 1, 1, 1, 1, 2, 2]


def test_whoever_turned_it_on_before_is_left_alone(looks: list[int]) -> None:
    gc.enable()
    thresholds = gc.get_threshold()
    garbage = IdleGarbageCollector()
    garbage.begin()
    garbage.look(1)
    garbage.look(1)
    assert (looks, gc.get_threshold()) == ([], thresholds)
