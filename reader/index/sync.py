"""Sync of the index with its folder: finds new, changed and removed files, reads them and writes the result.

``plan`` decides, without side effects; ``sync`` does the work and yields its progress, so that the caller can show it
and stop it. Results are committed batch by batch, or several batches together once there are many: if the first sync is
interrupted, the next one continues from there.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.content import FileStamp, ScannedFile, exclude_unlisted, scan
from reader.content.site import open_site
from reader.errors import OperationCancelled
from reader.index import records
from reader.index.database import WRONG_VALUE, note_options, write_error
from reader.index.extract import HEAVY_BYTES, PERMANENT_FAILURES, RETRY_MTIME, failed_record, read_inline, read_record
from reader.index.id_sets import parse_ids
from reader.index.model import SELECT_PROBLEMS, read_problem
from reader.index.text import recent
from reader.index.writer import IndexWriter
from reader.storage.lock import FOREVER, LockWait, writer_lock

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
    from pathlib import Path

    from reader.content import ContentRoot
    from reader.content.site import Site
    from reader.index.database import IndexFile
    from reader.index.extract import Read
    from reader.index.writer import IndexRecord
    from reader.problems import Problem

__all__ = ["Plan", "SyncProgress", "plan", "sync"]

# A first batch this small is visible immediately; later ones are larger, since each batch has a cost of its own.
_FIRST_BATCH = 64
_BATCH = 1_000
# Limits a batch of few but large files, since all data read for a batch is in memory simultaneously. Batches of typical
# articles are far smaller.
_BATCH_BYTES = 16 * 1024 * 1024
# The first files are committed batch by batch, so that they become visible. Later ones are committed this many at a
# time: each transaction takes time in the full-text index, and makes later ones slower.
_KEPT_SINGLY = 5_000
_FILES_PER_COMMIT = 4_000
# Not IMMEDIATE: that would lock the attached marks, too, for all other processes. The index has no other writer.
_BEGIN = "BEGIN"
# When this many files were read in this process and more remain, worker processes save more time than they take to
# start.
PARALLEL_THRESHOLD = 1_000


class Plan(Struct, frozen=True):
    """The work of a sync: files to read for the first time, files to read again, and paths to remove."""

    add: tuple[ScannedFile, ...] = ()
    change: tuple[ScannedFile, ...] = ()
    gone: tuple[str, ...] = ()


class SyncProgress(Struct, frozen=True):
    """The progress of a sync.

    ``found`` counts the files found so far; ``read`` of the ``to_read`` files known so far have been read.
    """

    found: int = 0
    to_read: int = 0
    read: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    done: bool = False


def plan(known: Mapping[str, FileStamp], found: Iterable[ScannedFile]) -> Plan:
    """Compare the files known to the index with those in the folder, and return the work to do."""
    add: list[ScannedFile] = []
    change: list[ScannedFile] = []
    gone = dict(known)
    for item in found:
        stamp = gone.pop(item.path, None)
        if stamp is None:
            add.append(item)
        elif stamp != item.stamp:
            change.append(item)
    return Plan(tuple(add), tuple(change), tuple(gone))


def sync(
    index: IndexFile,
    place: ContentRoot,
    *,
    cancelled: Callable[[], bool] = lambda: False,
    wait: LockWait = FOREVER,
    now: Callable[[], float] = time.time,
    read: Read | None = None,
) -> Generator[SyncProgress, None, None]:
    """Bring the index up to date; yields SyncProgress as it goes, the last one with ``done``.

    Only one process writes at a time: a second one waits here and then finds little left to do. Ends early, without
    ``done``, once ``cancelled()`` is true. Raises LockedError if ``wait`` is limited and over, StorageError if the
    index cannot be written, FolderError if the folder cannot be read. Reads every file again if the options of the
    folder are not those of the last sync.
    """
    wait = replace(wait, cancelled=cancelled)
    site = open_site(place.root, place.options.base_url)
    run = partial(_sync, index, place, site, wait, now, read or partial(read_record, site=site, options=place.options))
    try:
        try:
            yield from run()
        except (sqlite3.Error, *WRONG_VALUE) as error:
            if not index.is_damaged_by(error):
                raise
            index.discard(wait)
            yield from run()
    except OperationCancelled:
        return
    except sqlite3.Error as error:
        raise write_error(index.path, error) from error


def _sync(
    index: IndexFile, place: ContentRoot, site: Site, wait: LockWait, now: Callable[[], float], read: Read
) -> Iterator[SyncProgress]:
    # Connect under the lock: the process that had it before may have replaced the index file.
    with writer_lock(index.path, wait), closing(index.connect()) as connection, _crash_marker(index.path) as trail:
        note_options(connection, place.options, site)
        yield from _SyncRun(index, connection, place, wait.cancelled, int(now()), read, trail).steps()


@contextmanager
def _crash_marker(index: Path) -> Iterator[Path]:
    """Yield the path of a marker file for the duration of a sync, and delete the file at the end.

    A marker that exists before this process reads its first file means that another process died while reading.
    """
    trail = index.with_name(index.name + ".reading")
    try:
        yield trail
    finally:
        with suppress(OSError):
            trail.unlink()


@dataclass(slots=True)
class _SyncRun:
    index: IndexFile
    connection: sqlite3.Connection
    place: ContentRoot
    cancelled: Callable[[], bool]
    now: int
    read: Read
    trail: Path
    progress: SyncProgress = field(default_factory=SyncProgress)
    root: str = field(init=False)
    writer: IndexWriter = field(init=False)
    refused: set[str] = field(default_factory=set)
    unkept: int = 0

    def __post_init__(self) -> None:
        self.root = os.path.realpath(self.place.root)
        self.writer = IndexWriter(self.connection, self.root)

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
        self._finish(exclude_unlisted(known.gone(), problems), problems)
        self._settle_records()
        if recent.needs_rebuild(self.connection):
            self._renew_newest()
        if not self.cancelled():
            self.progress = replace(self.progress, done=True)
        yield self.progress

    def _settle_records(self) -> None:
        """Find the records of articles whose files have moved."""
        comparison = records.compare(self.connection, self.root, self.writer.reread)
        if comparison is None:
            return
        comparison = records.write_marks(comparison, self.index.marks)
        with _transaction(self.connection):
            records.store(self.connection, self.root, comparison)

    def _renew_newest(self) -> None:
        """Pick the newest articles again, and read their files for the words in them."""
        since = recent.pick_cutoff(self.connection)
        read_again: list[IndexRecord] = []
        if since is None and recent.cutoff(self.connection) is None:
            return
        if since is not None:
            unread = self._unread()
            files = list(recent.files(self.connection, since))
            read_again = [failed_record(item, *unread[item.path]) for item in files if item.path in unread]
            wanted = [item for item in files if item.path not in unread]
            refused = {item.path for item in wanted if item.mtime_ns == RETRY_MTIME}
            for batch in self._records_again(wanted):
                read_again += batch
                # A file that cannot be read right now would permanently lack its words, so leave this to a later sync.
                unsure = any(each.found.mtime_ns == RETRY_MTIME and each.found.path not in refused for each in batch)
                if unsure or self.cancelled():
                    return
        with _transaction(self.connection):
            self.writer.replace_newest(since, read_again)

    def _records_again(self, files: list[ScannedFile]) -> Iterator[list[IndexRecord]]:
        """Read files that were read before, a few at a time."""
        size = PARALLEL_THRESHOLD // 2
        portions = (part for at in range(0, len(files), size) for part in _split_by_size(files[at : at + size]))
        if len(files) > PARALLEL_THRESHOLD:
            return self._records_elsewhere(portions)
        return chain.from_iterable(map(self._records_of, portions))

    def _unread(self) -> dict[str, tuple[str, ...]]:
        """Return the files that are not read again until they change, and why: code and arguments."""
        marks = ", ".join("?" * len(PERMANENT_FAILURES))
        rows = self.connection.execute(f"{SELECT_PROBLEMS} WHERE code IN ({marks})", tuple(PERMANENT_FAILURES))
        return {found.path: (found.code, *found.args) for found in map(read_problem, rows)}

    def _wanted(self, known: _KnownFiles, problems: list[Problem]) -> Iterator[list[ScannedFile]]:
        """Yield batches of files to read (empty ones if nothing changed), and count the files found."""
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
        """Read the first files in this process, and the rest in worker processes once there are enough of them."""
        # A leftover marker: a file may have crashed the process that read it. Worker processes find out which file,
        # without this process crashing.
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
        from reader.index.worker_pool import read_in_workers  # noqa: PLC0415 - costs 40 ms; for large folders only

        return read_in_workers(self.place.root, batches, self.read)

    def _records_of(self, batch: list[ScannedFile]) -> Iterator[list[IndexRecord]]:
        """Read files of which only the large ones are worth another process."""
        root = self.place.root
        heavy = [item for item in batch if item.size > HEAVY_BYTES]
        yield from read_inline(root, [[item for item in batch if item.size <= HEAVY_BYTES]], self.read)
        if heavy:
            from reader.index.worker_pool import read_isolated  # noqa: PLC0415 - costs 40 ms; for large files only

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
        """Omit files that are still unreadable, and count those that no longer are."""
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
    """Yield a batch, in parts if its files are too large to be in memory together."""
    start = total = 0
    for at, item in enumerate(batch):
        total += item.size
        if total > _BATCH_BYTES and at > start:
            yield batch[start:at]
            start, total = at, item.size
    yield batch[start:]


class _KnownFiles:
    """The files in the index when a sync began, queried piece by piece to keep a million stamps out of memory."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._last_id = int(connection.execute("SELECT coalesce(max(id), 0) FROM article").fetchone()[0])
        self._met = bytearray(self._last_id + 1)
        self._unmet_plain = {row[0] for row in connection.execute("SELECT path FROM plain")}

    def of(self, piece: list[ScannedFile]) -> dict[str, FileStamp]:
        """Return the stamps of the known files in a piece, and record that those files still exist."""
        paths = [os.fsencode(item.path) for item in piece]
        marks = ", ".join("?" * len(paths))
        stamps: dict[str, FileStamp] = {}
        for article_id, path, *stamp in self._connection.execute(
            f"SELECT id, path, mtime_ns, size, change FROM article WHERE path IN ({marks}) "
            f"UNION ALL SELECT NULL, path, mtime_ns, size, change FROM plain WHERE path IN ({marks})",
            paths * 2,
        ).fetchall():
            stamps[os.fsdecode(path)] = FileStamp(*stamp)
            if article_id is None:
                self._unmet_plain.discard(path)
            else:
                self._met[article_id] = 1
        return stamps

    def gone(self) -> tuple[str, ...]:
        """Return the known paths that were in no piece."""
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
    """Commit the transaction left open by the block, or roll it back on an error."""
    try:
        yield
    except BaseException:
        # SQLite has already rolled back if the disk is full.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    if connection.in_transaction:
        connection.execute("COMMIT")
