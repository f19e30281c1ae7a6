"""Helpers for tests of changing folders: many articles, a manual watcher, and counted syncs."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

from msgspec import field

from reader.library import Library
from reader.storage.lock import FOREVER, LockWait

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from tui_driver import TuiDriver

    from reader.content import ContentRoot
    from reader.content.watch import StopEvent
    from reader.index.sync import SyncProgress


def write(folder: Path, name: str, *, day: int = 0, title: str = "", text: str = "Text.", more: str = "") -> Path:
    """Write an article; the higher its day, the newer it is."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    year, rest = divmod(day, 336)
    date = f"{2000 + year}-{rest // 28 + 1:02}-{rest % 28 + 1:02}"
    path.write_text(f"---\ntitle: {title or path.stem}\ndate: {date}\n{more}---\n{text}\n", encoding="utf-8")
    return path


def write_many(folder: Path, prefix: str, days: range) -> list[Path]:
    """Write an article for each day."""
    return [write(folder, f"{prefix}-{day:05}.md", day=day) for day in days]


class ManualWatcher:
    """A watcher that reports a change only when the test rings it."""

    def __init__(self) -> None:
        self._rings: queue.SimpleQueue[str] = queue.SimpleQueue()

    def ring(self) -> None:
        self._rings.put("ring")

    def __call__(self, _place: ContentRoot, stop: StopEvent) -> Iterator[bool]:
        yield False
        while not stop.is_set():
            try:
                self._rings.get(timeout=0.05)
            except queue.Empty:
                continue
            yield True


class Latch:
    """A latch that blocks threads until it is opened."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._open.set()

    def shut(self) -> None:
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    def pass_through(self) -> None:
        assert self._open.wait(30), "the latch was never opened"


class CountingLibrary(Library, frozen=True):
    """A library that records started syncs, and holds each at a gate before it ends."""

    syncs: list[str] = field(default_factory=list)
    gate: Latch = field(default_factory=Latch)

    def sync(
        self, *, cancelled: Callable[[], bool] = lambda: False, wait: LockWait = FOREVER
    ) -> Generator[SyncProgress, None, None]:
        self.syncs.append("begun")
        for progress in Library.sync(self, cancelled=cancelled, wait=wait):
            if progress.done:
                self.gate.pass_through()
            yield progress


def counting(reading: TuiDriver) -> CountingLibrary:
    """Replace the library of a running TUI by a counting one."""
    library = reading.library
    counted = CountingLibrary(library.place, library.index, library.marks, library.texts)
    reading.use_library(counted)
    return counted
