"""Reading of files into index records in worker processes, for folders with many files.

Most of the work is parsing, for which a Python process can use only one core. While the workers parse, this process
writes. If a file crashes its worker or takes far too long, only that file is lost.
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
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from reader.index.reading.extract import MAX_SECONDS, can_fork, failed_record
from reader.index.writer import ArticleRow, IndexRecord
from reader.problems import Code, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager
    from multiprocessing.connection import Connection
    from pathlib import Path

    from reader.content import ScannedFile
    from reader.index.reading.extract import Reader

__all__ = ["read_in_workers", "read_isolated"]

# Up to one per core, although this process needs one too: writing takes a third of the time of parsing, and the
# operating system shares the cores.
_MOST_PROCESSES = 4
# Parsing creates no reference cycles, so a collection every 700 objects would find nothing.
_OBJECTS_BETWEEN_COLLECTIONS = 200_000
# What a worker returns for a file, without the data that was sent to it.
_Answer = tuple[int, ArticleRow | None, tuple[Problem, ...], tuple[str, ...]]


def read_in_workers(
    root: Path, batches: Iterable[list[ScannedFile]], read: Reader, seconds: float = MAX_SECONDS
) -> Iterator[list[IndexRecord]]:
    """Read batches in worker processes, a few ahead of the caller, and yield them in the given order.

    Each file may take at most ``seconds`` of CPU time.
    """
    workers = _WorkerPool(root, read, seconds)
    try:
        for batch in batches:
            workers.submit(batch)
            if workers.ahead:
                yield workers.next()
        while workers.waiting:
            yield workers.next()
    finally:
        workers.close()


class _WorkerPool:
    """Pool of worker processes with the batches submitted to them."""

    def __init__(self, root: Path, read: Reader, seconds: float) -> None:
        self._root = root
        self._read = read
        self._seconds = seconds
        self._count = min(_MOST_PROCESSES, os.cpu_count() or 1)
        self._pool = _pool(self._count)
        self.waiting: deque[tuple[Future[list[_Answer]], list[ScannedFile]]] = deque()

    @property
    def ahead(self) -> bool:
        """Whether enough batches are pending to keep every worker busy."""
        return len(self.waiting) > self._count + 1

    def submit(self, batch: list[ScannedFile]) -> None:
        try:
            future = self._submitted(batch)
        except BrokenProcessPool:
            self._pool = _pool(self._count)
            future = self._submitted(batch)
        self.waiting.append((future, batch))

    def _submitted(self, batch: list[ScannedFile]) -> Future[list[_Answer]]:
        with _true_stderr():
            return self._pool.submit(_read_in_time, self._root, batch, self._read, self._seconds)

    def next(self) -> list[IndexRecord]:
        future, batch = self.waiting.popleft()
        try:
            return _records(batch, future.result())
        except BrokenProcessPool:
            return read_isolated(self._root, batch, self._read, self._seconds)

    def close(self) -> None:
        # Idle workers end at once. If the program ended before them, Python could write to a pipe that is just being
        # closed, and print an error.
        self._pool.shutdown(wait=not self.waiting, cancel_futures=True)


def _pool(workers: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("fork" if can_fork() else "spawn")
    with _true_stderr():
        return ProcessPoolExecutor(workers, mp_context=context, initializer=_prepare)


def _true_stderr() -> AbstractContextManager[object]:
    # multiprocessing needs sys.stderr.fileno(), which Textual's replacement lacks.
    return contextlib.redirect_stderr(sys.__stderr__)


def _prepare() -> None:
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    # A killed parent cannot notify its workers, which would wait forever for their next batch.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _read_in_time(root: Path, batch: list[ScannedFile], read: Reader, seconds: float) -> list[_Answer]:
    return list(_answers(root, batch, read, seconds))


def _answers(root: Path, batch: list[ScannedFile], read: Reader, seconds: float) -> Iterator[_Answer]:
    """Read files; this process is killed if one of them takes too long."""
    # The signal kills the process: no Python handler can run while a native parser is working.
    start_timer = partial(signal.setitimer, signal.ITIMER_PROF, seconds)
    for record in read.read_many(root, batch, start_timer):
        yield record.found.mtime_ns, record.article, record.problems, record.words
    signal.setitimer(signal.ITIMER_PROF, 0)


def _records(batch: list[ScannedFile], answers: list[_Answer]) -> list[IndexRecord]:
    return [
        IndexRecord(
            found if mtime_ns == found.mtime_ns else replace(found, mtime_ns=mtime_ns), article, problems, words
        )
        for found, (mtime_ns, article, problems, words) in zip(batch, answers, strict=True)
    ]


def read_isolated(
    root: Path, batch: list[ScannedFile], read: Reader, seconds: float = MAX_SECONDS
) -> list[IndexRecord]:
    """Read files that may crash their reader in a separate process, which is replaced after each crash."""
    records: list[IndexRecord] = []
    while rest := batch[len(records) :]:
        visit = _IsolatedWorker(root, rest, read, seconds)
        records += _records(rest[: len(visit.answers)], visit.answers)
        if not visit.began:
            # Worker processes cannot start on this system, which is no file's fault.
            return [*records, *read.read_many(root, rest)]
        if len(visit.answers) < len(rest):
            culprit = rest[len(visit.answers)]
            if visit.took_too_long:
                records.append(failed_record(culprit, Code.TIMED_OUT, str(MAX_SECONDS)))
            else:
                records.append(failed_record(culprit, Code.CRASHES))
    return records


class _IsolatedWorker:
    """A process that reads files and returns their records one by one until it ends or crashes."""

    def __init__(self, root: Path, batch: list[ScannedFile], read: Reader, seconds: float) -> None:
        self.began = False
        self.answers: list[_Answer] = []
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_visit, args=(theirs, root, batch, read, seconds), daemon=True)
        with _true_stderr():
            process.start()
        theirs.close()
        try:
            self._listen(ours, len(batch))
        finally:
            ours.close()
            process.kill()  # its work is done or no longer needed
            process.join()
        self.took_too_long = process.exitcode == -signal.SIGPROF

    def _listen(self, connection: Connection, count: int) -> None:
        with contextlib.suppress(EOFError, ConnectionError):
            connection.recv()
            self.began = True
            while len(self.answers) < count:
                self.answers.append(connection.recv())


def _visit(connection: Connection, root: Path, batch: list[ScannedFile], read: Reader, seconds: float) -> None:
    _prepare()
    connection.send(None)
    for item in batch:
        # One by one, so that the file of the missing answer is the one that ended this process.
        connection.send(*_answers(root, [item], read, seconds))
