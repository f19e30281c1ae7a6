"""Lanes of background tasks, without threads: which task starts, and what it waits for."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from reader.errors import ReaderError
from reader.tui import jobs as jobs_module
from reader.tui.jobs import Jobs, Lane

if TYPE_CHECKING:
    from collections.abc import Callable


class FakeApp:
    """A fake app whose workers and timers end when the test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.running: dict[str, Callable[[], object]] = {}
        self.timers: list[Callable[[], object]] = []
        self.done: list[Callable[[], object]] = []
        self.under_way: list[str] = []
        self.started: list[str] = []
        self.errors: list[ReaderError] = []
        self.unpainted: set[Lane] = set()
        monkeypatch.setattr(jobs_module, "get_current_worker", lambda: SimpleNamespace(is_cancelled=False))
        monkeypatch.setattr(jobs_module, "wait_until_written", lambda _app: None)
        activity = SimpleNamespace(begin=self.under_way.append, end=self.under_way.remove)
        self.app = SimpleNamespace(activity=activity, call_later=self._call_later)
        node: Any = self  # as much of a node as jobs need
        self.jobs = Jobs(node, self.errors.append, lambda lane: lane in self.unpainted)

    def run_worker(self, work: Callable[[], object], *, name: str, **_options: Any) -> None:
        assert name not in self.running, "two tasks of a lane would use one connection"
        self.running[name] = work

    def set_timer(self, _seconds: float, act: Callable[[], object]) -> SimpleNamespace:
        self.timers.append(act)
        return SimpleNamespace(stop=lambda: self.timers.remove(act) if act in self.timers else None)

    def _call_later(self, act: Callable[[], object]) -> bool:
        self.done.append(act)
        return True

    def submit(self, *lanes: Lane) -> None:
        for lane in lanes:
            self.jobs.submit(lane, partial(self._work, lane))

    def _work(self, lane: Lane, _cancelled: Callable[[], bool]) -> None:
        self.started.append(lane)

    def end(self, lane: Lane) -> None:
        self.running.pop(lane)()
        self.done.pop()()

    def expire(self) -> None:
        for act in tuple(self.timers):
            act()


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> FakeApp:
    return FakeApp(monkeypatch)


def test_lanes_run_rows_before_counts_before_the_article(stage: FakeApp) -> None:
    stage.submit(Lane.LIST, Lane.COUNTS, Lane.ARTICLE)
    assert list(stage.running) == [Lane.LIST]
    stage.end(Lane.LIST)
    assert list(stage.running) == [Lane.COUNTS]
    stage.end(Lane.COUNTS)
    assert list(stage.running) == [Lane.ARTICLE]
    stage.end(Lane.ARTICLE)
    assert stage.started == [Lane.LIST, Lane.COUNTS, Lane.ARTICLE]
    assert not stage.under_way


def test_article_does_not_wait_for_a_repeated_list_query(stage: FakeApp) -> None:
    stage.submit(Lane.LIST, Lane.ARTICLE)
    assert list(stage.running) == [Lane.LIST, Lane.ARTICLE]


def test_counts_and_article_wait_until_the_list_is_painted(stage: FakeApp) -> None:
    stage.unpainted.add(Lane.LIST)
    stage.submit(Lane.COUNTS, Lane.ARTICLE, Lane.LIST, Lane.SYNC)
    assert list(stage.running) == [Lane.LIST, Lane.SYNC]
    stage.end(Lane.LIST)
    assert list(stage.running) == [Lane.SYNC]
    stage.unpainted.clear()
    stage.jobs.painted()
    assert list(stage.running) == [Lane.SYNC, Lane.COUNTS]


def test_article_waits_until_the_counts_are_painted(stage: FakeApp) -> None:
    stage.submit(Lane.COUNTS, Lane.ARTICLE)
    stage.unpainted.add(Lane.COUNTS)
    stage.end(Lane.COUNTS)
    assert not stage.running
    stage.unpainted.clear()
    stage.jobs.go_on()
    assert list(stage.running) == [Lane.ARTICLE]


def test_task_that_waited_too_long_starts_anyway(stage: FakeApp) -> None:
    stage.unpainted.add(Lane.LIST)
    stage.submit(Lane.LIST, Lane.COUNTS, Lane.ARTICLE)
    stage.expire()
    assert set(stage.running) == {Lane.LIST, Lane.COUNTS, Lane.ARTICLE}
    assert not stage.timers


def test_newer_task_replaces_the_waiting_one(stage: FakeApp) -> None:
    stage.submit(Lane.COUNTS, Lane.COUNTS, Lane.COUNTS)
    assert stage.under_way == [Lane.COUNTS]
    stage.end(Lane.COUNTS)
    stage.end(Lane.COUNTS)
    assert stage.started == [Lane.COUNTS] * 2
    assert (stage.running, stage.under_way) == ({}, [])


def test_canceled_lane_lets_the_next_one_run(stage: FakeApp) -> None:
    stage.submit(Lane.LIST, Lane.COUNTS, Lane.ARTICLE)
    stage.jobs.cancel(Lane.COUNTS)
    assert not stage.jobs.is_busy(Lane.COUNTS)
    stage.end(Lane.LIST)
    assert list(stage.running) == [Lane.ARTICLE]
    stage.end(Lane.ARTICLE)
    assert not stage.under_way
    assert not stage.timers


def test_task_error_is_reported_and_its_lane_continues(stage: FakeApp) -> None:
    def fails(_cancelled: Callable[[], bool]) -> None:
        raise ReaderError("no index")

    stage.jobs.submit(Lane.LIST, fails)
    stage.end(Lane.LIST)
    assert [str(error) for error in stage.errors] == ["no index"]
    stage.submit(Lane.LIST)
    stage.end(Lane.LIST)
    assert stage.started == [Lane.LIST]
