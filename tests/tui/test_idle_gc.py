"""Garbage collection in idle time."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from reader.tui.terminal.idle_gc import IdleGarbageCollector

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def full_collections(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Return a list that grows by one with every full collection."""
    thresholds = gc.get_threshold()
    done: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda: done.append(1))
    monkeypatch.setattr(gc, "freeze", lambda: None)
    gc.disable()
    yield done
    gc.set_threshold(*thresholds)
    gc.enable()


def test_garbage_is_collected_once_per_pause(full_collections: list[int]) -> None:
    garbage = IdleGarbageCollector()
    garbage.begin()
    assert gc.isenabled()
    seen = []
    for painted in (1, 2, 2, 2, 3, 4, 4, 4):
        garbage.look(painted)
        seen.append(len(full_collections))
    assert seen == [0, 0, 1, 1, 1, 1, 2, 2]


def test_enabled_garbage_collection_is_not_changed(full_collections: list[int]) -> None:
    gc.enable()
    thresholds = gc.get_threshold()
    garbage = IdleGarbageCollector()
    garbage.begin()
    garbage.look(1)
    garbage.look(1)
    assert (full_collections, gc.get_threshold()) == ([], thresholds)
