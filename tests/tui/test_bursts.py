"""Bursts of keys and clicks, as over a slow connection: they are handled in order and never crash."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sweep import amount
from textual.events import Key
from tui_driver import MEDIUM, NARROW, WIDE, ReaderEnv, opened

from reader.config.actions import ACTIONS
from reader.storage.paths import AppPaths
from reader.tui.activity import Activity
from reader.tui.input.queue import InputQueue

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

EXAMPLES = amount(4, "NEWSREADER_EXAMPLES")
# Actions that quit or suspend the TUI, or list such commands.
_LEAVING = {"quit", "quit.now", "edit", "pipe", "palette"}
_OF_THE_TABLE = [stroke for key in ACTIONS if key.id not in _LEAVING for keys in key.keys for stroke in keys.split()]
_KEYS = st.sampled_from([*_OF_THE_TABLE, "enter", "backspace", "y", "d", "D", "x"])
# Column, row and number of clicks, within the screen at every size.
_CLICKS = st.tuples(st.integers(0, NARROW[0] - 1), st.integers(0, NARROW[1] - 1), st.integers(1, 3))
_BURSTS = st.lists(st.one_of(st.lists(_KEYS, min_size=2, max_size=7), _CLICKS), min_size=4, max_size=16)


async def _take(
    folder: Path, world: ReaderEnv, size: tuple[int, int], bursts: list[list[str] | tuple[int, int, int]]
) -> None:
    async with opened(folder, world, size=size) as reading:
        for burst in bursts:
            if isinstance(burst, tuple):
                await reading.click_at_once(*burst)
            else:
                await reading.press_at_once(*burst)
            assert reading.app.is_running
            assert reading.app.broken is None
        await reading.press("escape", "escape")  # close any dialog; there are never two
        assert not reading.has_dialog()


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(size=st.sampled_from([NARROW, MEDIUM, WIDE]), bursts=_BURSTS)
def test_any_burst_of_keys_and_clicks_is_handled(
    tmp_path_factory: pytest.TempPathFactory,
    shelf: Path,
    size: tuple[int, int],
    bursts: list[list[str] | tuple[int, int, int]],
) -> None:
    base = tmp_path_factory.mktemp("burst")
    shutil.copytree(shelf, base / "content")
    world = ReaderEnv(AppPaths(base / "cache", base / "state", base / "config"))
    asyncio.run(_take(base / "content", world, size, bursts))


class StalledApp:
    """An app and its screen, which is not mounted before ``resume`` and handles no key until then."""

    def __init__(self) -> None:
        self.screen = self
        self.focused = None
        self.is_mounted = False
        self.ancestors_with_self: list[Any] = []
        self._waiting: tuple[Any, ...] = ()

    def call_after_refresh(self, *call: Any) -> None:
        self._waiting = call

    def call_later(self, *_call: Any) -> None:
        raise AssertionError("only after a refresh")

    async def resume(self) -> None:
        self.is_mounted = True
        _later, arrive, turn = self._waiting
        await arrive(turn)


async def test_keys_typed_ahead_beyond_the_limit_are_ignored() -> None:
    app: Any = StalledApp()
    given: list[str] = []

    async def give(key: Any) -> None:
        given.append(key.key)

    queue = InputQueue(app, Activity(app, {}), give)
    for number in range(10_100):
        await queue.take(Key(str(number), None))
    assert given == []
    await app.resume()
    assert given == [str(number) for number in range(10_000)]
    await queue.take(Key("q", None))
    assert given[-1] == "q", "there is room again"


async def test_keys_do_not_wait_for_work_of_the_main_screen(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        worker = reading.app.screen.run_worker(asyncio.Event().wait())
        await reading.pilot.press("j")
        assert not worker.is_finished
        assert reading.cursor == 1
        worker.cancel()
