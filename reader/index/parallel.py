"""Files read and worked out into records in other processes, for folders of many files.

Reading a file is nearly all parsing, which one Python process does on one core; while others parse, this one writes.
A file that kills the process that reads it costs that file and nothing else.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, TypeVar

from reader.article import Article, Problem
from reader.content import Found, Loaded
from reader.index.reading import DEADLY, read_record
from reader.index.write import Columns, Record, record
from reader.text import readable_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from reader.index.reading import Read

__all__ = ["records_in_processes"]

# As many as there are cores: writing takes a third of the time that parsing takes, and the system shares them out.
_MOST_PROCESSES = 4
# Parsed text makes no cycles, so looking for them after every 700 objects would find nothing.
_OBJECTS_BETWEEN_COLLECTIONS = 200_000
_T = TypeVar("_T")
# What comes back of a file: what was sent there need not.
_Answer = tuple[Columns | None, tuple[Problem, ...]]


def records_in_processes(
    root: Path, batches: Iterable[list[Found]], read: Read = read_record
) -> Iterator[list[Record]]:
    """Read batches in other processes, a few ahead of whoever takes them, in the order given."""
    workers = _Workers(root, read)
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

    def __init__(self, root: Path, read: Read) -> None:
        self._root = root
        self._read = read
        self._count = min(_MOST_PROCESSES, os.cpu_count() or 1)
        self._pool = _pool(self._count)
        self.waiting: deque[tuple[Future[list[_Answer]], list[Found]]] = deque()

    @property
    def ahead(self) -> bool:
        """Whether enough batches are under way to keep every process busy."""
        return len(self.waiting) > self._count + 1

    def submit(self, batch: list[Found]) -> None:
        try:
            future = _submit(self._pool, _read_all, self._root, batch, self._read)
        except BrokenProcessPool:
            self._pool = _pool(self._count)
            future = _submit(self._pool, _read_all, self._root, batch, self._read)
        self.waiting.append((future, batch))

    def next(self) -> list[Record]:
        future, batch = self.waiting.popleft()
        try:
            return _records(batch, future.result())
        except BrokenProcessPool:
            return _read_carefully(self._root, batch, self._read)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _pool(workers: int) -> ProcessPoolExecutor:
    # Not fork: this process has threads by the time it reads a folder.
    context = multiprocessing.get_context("spawn")
    with _true_stderr():
        return ProcessPoolExecutor(workers, mp_context=context, initializer=_prepare)


def _submit(pool: ProcessPoolExecutor, call: Callable[..., _T], *arguments: object) -> Future[_T]:
    with _true_stderr():
        return pool.submit(call, *arguments)


def _true_stderr() -> AbstractContextManager[object]:
    # Whatever starts a process hands on the number of sys.stderr, and what the screen puts in its place has none.
    return contextlib.redirect_stderr(sys.__stderr__)


def _prepare() -> None:
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    # One that is killed tells nobody, and who waits for its next batch would wait for ever.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _read_all(root: Path, batch: list[Found], read: Read) -> list[_Answer]:
    records = (read(root, item) for item in batch)
    return [(record.article, record.problems) for record in records]


def _records(batch: list[Found], answers: list[_Answer]) -> list[Record]:
    return [Record(found, *answer) for found, answer in zip(batch, answers, strict=True)]


def _read_carefully(root: Path, batch: list[Found], read: Read) -> list[Record]:
    """Read files of which one may have killed its reader: in halves, until that one stands alone."""
    with _pool(1) as pool:
        try:
            _submit(pool, os.getpid).result()
        except BrokenProcessPool:
            # No other process lives here at all: no file is to blame for that.
            return _records(batch, _read_all(root, batch, read))
        try:
            return _records(batch, _submit(pool, _read_all, root, batch, read).result())
        except BrokenProcessPool:
            if len(batch) == 1:
                return [_deadly(batch[0])]
    middle = len(batch) // 2
    return _read_carefully(root, batch[:middle], read) + _read_carefully(root, batch[middle:], read)


def _deadly(item: Found) -> Record:
    article = Article(item.path, title=readable_path(item.path), unreadable=True)
    problem = Problem(item.path, 0, message=DEADLY)
    return record(item, Loaded(article, (problem,)))
