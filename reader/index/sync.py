"""The index brought up to date with its folder: what is new, changed or gone is worked out, read and written.

``plan`` is the decision, pure; ``sync`` does the work and yields how far it is, so that whoever calls it can show it
and stop it. What is written is kept batch by batch, and several together once there are many: whatever interrupts a
first read, the next one goes on from there.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.content import FileStamp, ScannedFile, scan
from reader.errors import OperationCancelled, StorageError, describe_error
from reader.index import recent
from reader.index.database import is_corruption
from reader.index.extract import HEAVY_BYTES, PERMANENT_FAILURES, RETRY_MTIME, failed_record, read_inline, read_record
from reader.index.id_sets import parse_ids
from reader.index.writer import IndexWriter
from reader.storage.lock import writer_lock

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
    from pathlib import Path

    from reader.article import Problem
    from reader.content import ContentRoot
    from reader.index.database import IndexFile
    from reader.index.extract import Read
    from reader.index.writer import IndexRecord

__all__ = ["Plan", "SyncProgress", "plan", "sync"]

# A first batch this small is on the screen at once; later ones are larger, since each costs something, too.
_FIRST_BATCH = 64
_BATCH = 1_000
# However few they are: all that is read of a batch is in memory at once. Usual articles do not come near this.
_BATCH_BYTES = 16 * 1024 * 1024
# The first files are kept batch by batch, so that they can be seen. Later so many at a time: each transaction costs the
# full-text index some of its time, and those who come later.
_KEPT_SINGLY = 5_000
_FILES_PER_COMMIT = 4_000
# Not IMMEDIATE: that would keep everybody from the marks, too, which are attached. The index has no other writer.
_BEGIN = "BEGIN"
# Once this many files were read here and there are more, other processes save more time than they take to start.
PARALLEL_THRESHOLD = 1_000


class Plan(Struct, frozen=True):
    """What has to be done: files to read for the first time, to read again, and paths to forget."""

    add: tuple[ScannedFile, ...] = ()
    change: tuple[ScannedFile, ...] = ()
    gone: tuple[str, ...] = ()


class SyncProgress(Struct, frozen=True):
    """How far a sync is: files ``found`` so far, how many of them were ``read`` (of ``to_read`` known so far)."""

    found: int = 0
    to_read: int = 0
    read: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    done: bool = False


def plan(known: Mapping[str, FileStamp], found: Iterable[ScannedFile]) -> Plan:
    """Compare what the index knows with what the folder holds."""
    add: list[ScannedFile] = []
    change: list[ScannedFile] = []
    gone = dict(known)
    for item in found:
        stamp = gone.pop(item.path, None)
        if stamp is None:
            add.append(item)
        elif stamp != FileStamp(item.mtime_ns, item.size):
            change.append(item)
    return Plan(tuple(add), tuple(change), tuple(gone))


def sync(
    index: IndexFile,
    place: ContentRoot,
    *,
    cancelled: Callable[[], bool] = lambda: False,
    now: Callable[[], float] = time.time,
    read: Read = read_record,
) -> Generator[SyncProgress, None, None]:
    """Bring the index up to date; yields Progress as it goes, the last one with ``done``.

    Only one process writes at a time: a second one waits here and then finds little left to do. Ends early, without
    ``done``, once ``cancelled()``. Raises StoreError where the index cannot be written, FolderError where the folder
    cannot be read.
    """
    try:
        try:
            yield from _sync(index, place, cancelled, now, read)
        except sqlite3.Error as error:
            if not is_corruption(error):
                raise
            index.discard()
            yield from _sync(index, place, cancelled, now, read)
    except OperationCancelled:
        return
    except sqlite3.Error as error:
        raise StorageError(f"The index cannot be written: {describe_error(error)}.") from error


def _sync(
    index: IndexFile, place: ContentRoot, cancelled: Callable[[], bool], now: Callable[[], float], read: Read
) -> Iterator[SyncProgress]:
    # Connected under the lock: whoever had it may have put another file in the place of the index.
    with writer_lock(index.path, cancelled), closing(index.connect()) as connection, _crash_marker(index.path) as trail:
        yield from _SyncRun(connection, place, cancelled, int(now()), read, trail).steps()


@contextmanager
def _crash_marker(index: Path) -> Iterator[Path]:
    """Give the name of a file that is there while this process reads; one that is found is of a process that died."""
    trail = index.with_name(index.name + ".reading")
    try:
        yield trail
    finally:
        with suppress(OSError):
            trail.unlink()


@dataclass(slots=True)
class _SyncRun:
    connection: sqlite3.Connection
    place: ContentRoot
    cancelled: Callable[[], bool]
    now: int
    read: Read
    trail: Path
    progress: SyncProgress = field(default_factory=SyncProgress)
    writer: IndexWriter = field(init=False)
    refused: set[str] = field(default_factory=set)
    unkept: int = 0

    def __post_init__(self) -> None:
        self.writer = IndexWriter(self.connection)

    def steps(self) -> Iterator[SyncProgress]:
        problems: list[Problem] = []
        known = _KnownFiles(self.connection)
        with _commit_or_rollback(self.connection):
            for batch in self._records(self._wanted(known, problems)):
                self._write(batch)
                yield self.progress
                if self.cancelled():
                    return
        if self.cancelled():
            return
        self._finish(known.gone(), problems)
        if recent.needs_rebuild(self.connection):
            self._renew_newest()
        if not self.cancelled():
            self.progress = replace(self.progress, done=True)
        yield self.progress

    def _renew_newest(self) -> None:
        """Choose the newest articles anew, and read their files for the words in them."""
        since = recent.pick_cutoff(self.connection)
        records: list[IndexRecord] = []
        if since is None and recent.cutoff(self.connection) is None:
            return
        if since is not None:
            unread = self._unread()
            files = list(recent.files(self.connection, since))
            records = [failed_record(item, unread[item.path]) for item in files if item.path in unread]
            wanted = [item for item in files if item.path not in unread]
            refused = {item.path for item in wanted if item.mtime_ns == RETRY_MTIME}
            for batch in self._records_again(wanted):
                records += batch
                # What cannot be read at this moment would be without its words for good: another time.
                unsure = any(each.found.mtime_ns == RETRY_MTIME and each.found.path not in refused for each in batch)
                if unsure or self.cancelled():
                    return
        with _transaction(self.connection):
            self.writer.replace_newest(since, records)

    def _records_again(self, files: list[ScannedFile]) -> Iterator[list[IndexRecord]]:
        """Read files that have been read before, a few at a time."""
        size = PARALLEL_THRESHOLD // 2
        portions = (part for at in range(0, len(files), size) for part in _split_by_size(files[at : at + size]))
        if len(files) > PARALLEL_THRESHOLD:
            return self._records_elsewhere(portions)
        return chain.from_iterable(map(self._records_of, portions))

    def _unread(self) -> dict[str, str]:
        """Return the files that are not read again until they change, and why."""
        marks = ", ".join("?" * len(PERMANENT_FAILURES))
        rows = self.connection.execute(
            f"SELECT path, message FROM problem WHERE message IN ({marks})", tuple(PERMANENT_FAILURES)
        )
        return {os.fsdecode(path): message for path, message in rows}

    def _wanted(self, known: _KnownFiles, problems: list[Problem]) -> Iterator[list[ScannedFile]]:
        """Yield batches of files to read, empty ones where nothing changed, and count what was found on the way."""
        files = self._files(problems)
        size = _FIRST_BATCH
        while piece := list(islice(files, size)):
            stamps = known.of(piece)
            work = plan(stamps, piece)
            wanted = [*work.add, *work.change]
            refused = {item.path for item in work.change if stamps[item.path].mtime_ns == RETRY_MTIME}
            self.refused |= refused
            changed = len(work.change) - len(refused)
            self._count(found=len(piece), to_read=changed + len(work.add), added=len(work.add), changed=changed)
            yield from _split_by_size(wanted)
            size = _BATCH
            if self.cancelled():
                return

    def _files(self, problems: list[Problem]) -> Iterator[ScannedFile]:
        for item in scan(self.place.root, self.place.only):
            if isinstance(item, ScannedFile):
                yield item
            else:
                problems.append(item)

    def _records(self, wanted: Iterator[list[ScannedFile]]) -> Iterator[list[IndexRecord]]:
        """Read the files: the first ones here, and the rest in other processes once there are enough of them."""
        # A file may have killed whoever read it last; other processes find out which, and live on.
        here = PARALLEL_THRESHOLD if os.path.lexists(self.trail) else 0
        for batch in wanted:
            if batch and here >= PARALLEL_THRESHOLD:
                yield from self._records_elsewhere(chain([batch], wanted))
                return
            if batch and not here:
                with suppress(OSError):
                    self.trail.touch()
            here += len(batch)
            yield from self._records_of(batch)

    def _records_elsewhere(self, batches: Iterable[list[ScannedFile]]) -> Iterator[list[IndexRecord]]:
        # Imported here: an unchanged folder, or a small one, has no need of other processes.
        from reader.index.worker_pool import read_in_workers  # noqa: PLC0415 - costs 40 ms

        return read_in_workers(self.place.root, batches, self.read)

    def _records_of(self, batch: list[ScannedFile]) -> Iterator[list[IndexRecord]]:
        """Read files of which only the large ones are worth another process."""
        root = self.place.root
        heavy = [item for item in batch if item.size > HEAVY_BYTES]
        yield from read_inline(root, [[item for item in batch if item.size <= HEAVY_BYTES]], self.read)
        if heavy:
            from reader.index.worker_pool import read_isolated  # noqa: PLC0415 - costs 40 ms

            yield read_isolated(root, heavy, self.read)

    def _write(self, batch: list[IndexRecord]) -> None:
        if self.refused:
            batch = self._without_refused_again(batch)
        if not batch:
            return
        if not self.connection.in_transaction:
            self.connection.execute(_BEGIN)
            self.unkept = 0
        self.writer.put(batch, self.now)
        self._count(read=len(batch))
        self.unkept += len(batch)
        if self.progress.read <= _KEPT_SINGLY or self.unkept >= _FILES_PER_COMMIT:
            self.connection.execute("COMMIT")

    def _without_refused_again(self, batch: list[IndexRecord]) -> list[IndexRecord]:
        """Leave out what is as unreadable as it was, and count what is not."""
        kept = [each for each in batch if each.found.mtime_ns != RETRY_MTIME or each.found.path not in self.refused]
        read_now = sum(each.found.path in self.refused for each in kept)
        self._count(to_read=read_now, changed=read_now)
        return kept

    def _finish(self, gone: tuple[str, ...], problems: list[Problem]) -> None:
        if gone or self.writer.folder_problems() != sorted(problems):
            with _transaction(self.connection):
                self.writer.remove(gone)
                self.writer.replace_folder_problems(problems)
        self.progress = replace(self.progress, removed=len(gone))

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


def _split_by_size(batch: list[ScannedFile]) -> Iterator[list[ScannedFile]]:
    """Yield a batch, in parts where its files are too large to be in memory together."""
    start = total = 0
    for at, item in enumerate(batch):
        total += item.size
        if total > _BATCH_BYTES and at > start:
            yield batch[start:at]
            start, total = at, item.size
    yield batch[start:]


class _KnownFiles:
    """What the index knew when a sync began, asked for piece by piece: a million stamps never stand in memory."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._last_id = int(connection.execute("SELECT coalesce(max(id), 0) FROM article").fetchone()[0])
        self._met = bytearray(self._last_id + 1)
        self._unmet_plain = {row[0] for row in connection.execute("SELECT path FROM plain")}

    def of(self, piece: list[ScannedFile]) -> dict[str, FileStamp]:
        """Return the stamps of those files of a piece that were known, and remember that they are still there."""
        paths = [os.fsencode(item.path) for item in piece]
        marks = ", ".join("?" * len(paths))
        stamps: dict[str, FileStamp] = {}
        for article_id, path, mtime_ns, size in self._connection.execute(
            f"SELECT id, path, mtime_ns, size FROM article WHERE path IN ({marks}) "
            f"UNION ALL SELECT NULL, path, mtime_ns, size FROM plain WHERE path IN ({marks})",
            paths * 2,
        ).fetchall():
            stamps[os.fsdecode(path)] = FileStamp(mtime_ns, size)
            if article_id is None:
                self._unmet_plain.discard(path)
            else:
                self._met[article_id] = 1
        return stamps

    def gone(self) -> tuple[str, ...]:
        """Return the paths that were known and in no piece."""
        known = "SELECT group_concat(id) FROM article WHERE id <= ?"
        ids = parse_ids(self._connection.execute(known, (self._last_id,)).fetchone()[0])
        unmet = [article_id for article_id in ids if not self._met[article_id]]
        return (*map(self._path, unmet), *map(os.fsdecode, self._unmet_plain))

    def _path(self, article_id: int) -> str:
        row = self._connection.execute("SELECT path FROM article WHERE id = ?", (article_id,)).fetchone()
        return os.fsdecode(row[0])


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    with _commit_or_rollback(connection):
        connection.execute(_BEGIN)
        yield


@contextmanager
def _commit_or_rollback(connection: sqlite3.Connection) -> Iterator[None]:
    """Keep what was begun inside and is not kept yet, or on an error nothing of that."""
    try:
        yield
    except BaseException:
        # A full disk has ended the transaction already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    if connection.in_transaction:
        connection.execute("COMMIT")
