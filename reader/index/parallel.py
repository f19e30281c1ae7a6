"""Files read and worked out into records: in this process for a few, in others for many.

Reading a file is nearly all parsing, which one Python process does on one core; while others parse, this one writes.
A file that kills the process that reads it costs that file and nothing else.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from reader.article import Article, Problem
from reader.content import Found, Loaded, load
from reader.index.write import Record, record
from reader.text import readable_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["records_here", "records_in_processes"]

_MOST_PROCESSES = 4


def records_here(root: Path, batches: Iterable[list[Found]]) -> Iterator[list[Record]]:
    """Read batch after batch in this process."""
    for batch in batches:
        yield _read(root, batch)


def records_in_processes(root: Path, batches: Iterable[list[Found]]) -> Iterator[list[Record]]:
    """Read batches in other processes, a few ahead of whoever takes them, in the order given."""
    workers = _Workers(root)
    try:
        for batch in batches:
            workers.submit(batch)
            if workers.ahead:
                yield workers.next()
        while workers.waiting:
            yield workers.next()
    finally:
        workers.close()


class _Workers:
    """The processes that read, and the batches that are with them."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._count = max(1, min(_MOST_PROCESSES, (os.cpu_count() or 2) - 1))
        self._pool = _pool(self._count)
        self.waiting: deque[tuple[Future[list[Record]], list[Found]]] = deque()

    @property
    def ahead(self) -> bool:
        """Whether enough batches are under way to keep every process busy."""
        return len(self.waiting) > self._count + 1

    def submit(self, batch: list[Found]) -> None:
        try:
            self.waiting.append((self._pool.submit(_read, self._root, batch), batch))
        except BrokenProcessPool:
            self._pool = _pool(self._count)
            self.waiting.append((self._pool.submit(_read, self._root, batch), batch))

    def next(self) -> list[Record]:
        future, batch = self.waiting.popleft()
        try:
            return future.result()
        except BrokenProcessPool:
            return [_read_alone(self._root, item) for item in batch]

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _pool(workers: int) -> ProcessPoolExecutor:
    # Not fork: this process has threads by the time it reads a folder.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_leave_signals_to_the_parent)


def _leave_signals_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _read(root: Path, batch: list[Found]) -> list[Record]:
    return [record(item, load(root, item.path)) for item in batch]


def _read_alone(root: Path, item: Found) -> Record:
    """Read one file in a process of its own, for it is among those of which one killed its reader."""
    with _pool(1) as pool:
        try:
            return pool.submit(_read, root, [item]).result()[0]
        except BrokenProcessPool:
            article = Article(item.path, title=readable_path(item.path), unreadable=True)
            problem = Problem(item.path, 0, message="reading this file crashes its parser")
            return record(item, Loaded(article, (problem,)))
