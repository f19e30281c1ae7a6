"""The index brought up to date with its folder: what is new, changed or gone is worked out, read and written.

``plan`` is the decision, pure; ``sync`` does the work and yields how far it is, so that whoever calls it can show it
and stop it. Each batch is a transaction of its own: whatever interrupts a first read, the next one goes on from there.
"""

from __future__ import annotations

import os
import sqlite3
import time
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import TYPE_CHECKING

from reader.content import Found, scan
from reader.errors import StoreError
from reader.index.parallel import records_here, records_in_processes
from reader.index.store import is_damage, only_writer
from reader.index.write import Record, Writer
from reader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from reader.article import Problem
    from reader.index.store import IndexFile

__all__ = ["Plan", "Progress", "Source", "Stamp", "plan", "sync"]

# A first batch this small is on the screen at once; later ones are larger, since a transaction costs the same.
_FIRST_BATCH = 64
_BATCH = 1_000
# Below this many files another process takes longer to start than it saves.
_WORTH_A_PROCESS = 1_500


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells that a file changed: time of its last change in nanoseconds, size in bytes."""

    mtime_ns: int
    size: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to be done: files to read for the first time, to read again, and paths to forget."""

    add: tuple[Found, ...] = ()
    change: tuple[Found, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sync is: files ``found`` so far, how many of them were ``read`` (of ``to_read`` known so far)."""

    found: int = 0
    to_read: int = 0
    read: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    done: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """What to read: a folder, or a single file in it where ``only`` names one."""

    root: Path
    only: str = ""

    def files(self, problems: list[Problem]) -> Iterator[Found]:
        """Walk over what is there; what cannot be walked over is added to ``problems``."""
        return scan(self.root, only=self.only, on_problem=problems.append)


def plan(known: Mapping[str, Stamp], found: Iterable[Found]) -> Plan:
    """Compare what the index knows with what the folder holds."""
    comparison = _Comparison(known)
    add, change = comparison.split(found)
    return Plan(tuple(add), tuple(change), comparison.gone())


class _Comparison:
    """The same decision taken piece by piece, for folders that are read while they are walked."""

    def __init__(self, known: Mapping[str, Stamp]) -> None:
        self._known = dict(known)

    def split(self, found: Iterable[Found]) -> tuple[list[Found], list[Found]]:
        add: list[Found] = []
        change: list[Found] = []
        for item in found:
            stamp = self._known.pop(item.path, None)
            if stamp is None:
                add.append(item)
            elif stamp != Stamp(item.mtime_ns, item.size):
                change.append(item)
        return add, change

    def gone(self) -> tuple[str, ...]:
        return tuple(self._known)


def sync(
    index: IndexFile,
    source: Source,
    *,
    cancelled: Callable[[], bool] = lambda: False,
    now: Callable[[], float] = time.time,
) -> Iterator[Progress]:
    """Bring the index up to date; yields Progress as it goes, the last one with ``done``.

    Only one process writes at a time: a second one waits here and then finds little left to do. Ends early, without
    ``done``, once ``cancelled()``. Raises StoreError where the index cannot be written, FolderError where the folder
    cannot be read.
    """
    try:
        yield from _sync(index, source, cancelled, now)
    except sqlite3.Error as error:
        if is_damage(error):
            index.discard()
            yield from _sync(index, source, cancelled, now)
        else:
            raise StoreError(f"The index cannot be written: {clean_line(str(error))}") from error


def _sync(
    index: IndexFile, source: Source, cancelled: Callable[[], bool], now: Callable[[], float]
) -> Iterator[Progress]:
    connection = index.connect()
    try:
        with only_writer(index.path):
            yield from _Run(connection, source, cancelled, int(now())).steps()
    finally:
        connection.close()


@dataclass(slots=True)
class _Run:
    connection: sqlite3.Connection
    source: Source
    cancelled: Callable[[], bool]
    now: int
    progress: Progress = field(default_factory=Progress)
    writer: Writer = field(init=False)

    def __post_init__(self) -> None:
        self.writer = Writer(self.connection)

    def steps(self) -> Iterator[Progress]:
        problems: list[Problem] = []
        comparison = _Comparison(_known(self.connection))
        for batch in self._records(self._wanted(comparison, problems)):
            self._write(batch)
            yield self.progress
            if self.cancelled():
                return
        if self.cancelled():
            return
        self._finish(comparison.gone(), problems)
        yield self.progress

    def _wanted(self, comparison: _Comparison, problems: list[Problem]) -> Iterator[list[Found]]:
        """Yield batches of files to read, and count what was found on the way."""
        files = self.source.files(problems)
        size = _FIRST_BATCH
        waiting: list[Found] = []
        while piece := list(islice(files, size)):
            add, change = comparison.split(piece)
            waiting += add + change
            self._count(found=len(piece), to_read=len(add) + len(change), added=len(add), changed=len(change))
            if len(waiting) >= size:
                yield waiting
                waiting = []
            size = _BATCH
            if self.cancelled():
                return
        if waiting:
            yield waiting

    def _records(self, wanted: Iterator[list[Found]]) -> Iterator[list[Record]]:
        """Read the files: the first ones here, and the rest in another process once there are enough of them."""
        root = self.source.root
        yield from records_here(root, islice(wanted, 1))
        ahead = list(islice(wanted, 2))
        read = records_in_processes if sum(map(len, ahead)) >= _WORTH_A_PROCESS else records_here
        yield from read(root, chain(ahead, wanted))

    def _write(self, batch: list[Record]) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            self.writer.put(batch, self.now)
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")
        self._count(read=len(batch))

    def _finish(self, gone: tuple[str, ...], problems: list[Problem]) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        self.writer.remove(gone)
        self.writer.replace_folder_problems(problems)
        self.connection.execute("COMMIT")
        self.progress = replace(self.progress, removed=len(gone), done=True)

    def _count(self, *, found: int = 0, to_read: int = 0, read: int = 0, added: int = 0, changed: int = 0) -> None:
        so_far = self.progress
        self.progress = replace(
            so_far,
            found=so_far.found + found,
            to_read=so_far.to_read + to_read,
            read=so_far.read + read,
            added=so_far.added + added,
            changed=so_far.changed + changed,
        )


def _known(connection: sqlite3.Connection) -> dict[str, Stamp]:
    rows = connection.execute(
        "SELECT path, mtime_ns, size FROM article UNION ALL SELECT path, mtime_ns, size FROM plain"
    )
    return {os.fsdecode(path): Stamp(mtime_ns, size) for path, mtime_ns, size in rows}
