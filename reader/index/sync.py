"""Sync of the index with its folder: find new, changed and removed files, read them and write the result.

``sync`` yields its progress, so that the caller can show it and stop it. The rows of all articles come first; in a
first sync, the words for the full-text index follow. Results are committed batch by batch, or several batches together
once there are many: if the first sync is interrupted, the next one continues from there.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import InitVar, dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.content import ScannedFile, exclude_unlisted, scan
from reader.content.site import open_site
from reader.errors import OperationCancelled
from reader.index import records
from reader.index.database import WRONG_VALUE, note_options, write_error
from reader.index.plan import KnownFiles
from reader.index.reading.extract import (
    HEAVY_BYTES,
    RETRY_MTIME,
    RecordReader,
    WordReader,
    can_fork,
    split_by_size,
)
from reader.index.text import recent, wordless
from reader.index.writer import IndexWriter
from reader.storage.lock import FOREVER, LockWait, writer_lock

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from pathlib import Path

    from reader.content import ContentRoot
    from reader.content.site import Site
    from reader.index.database import IndexFile
    from reader.index.reading.extract import Reader
    from reader.index.writer import IndexRecord
    from reader.problems import Problem

__all__ = ["SyncProgress", "sync", "write_words"]

# A first batch this small is visible immediately. Later ones are larger, since each batch has a fixed cost.
_FIRST_BATCH, _SECOND_BATCH, _BATCH = 64, 200, 1_000
# The first files are committed batch by batch, so that they become visible. Later ones are committed this many at a
# time, or this share of those read so far: each transaction writes nearly every page of the indexes sorted by hashes.
_KEPT_SINGLY = 5_000
_FILES_PER_COMMIT, _SHARE_PER_COMMIT = 4_000, 20
# Each transaction adds a segment to the full-text index, with a list of words of its own.
_WORDS_PER_COMMIT = 8_000
# Not IMMEDIATE, which would also lock the attached marks for all other processes. The index has no other writer.
_BEGIN = "BEGIN"
# Once this many files were read in this process and more remain, worker processes save more time than they need to
# start. Forked ones start ten times as fast.
PARALLEL_THRESHOLD = 1_000
_FORK_THRESHOLD = _FIRST_BATCH
# Reading words takes a seventh of the time.
_PARALLEL_WORDS = 10_000
# In KiB (SQLite's default is 2,000), and files for a KiB more. In a first sync, indexes sorted by hashes should fit.
_CACHE_OF_FIRST_SYNC, _FILES_PER_KIB = 64 * 1024, 4


class SyncProgress(Struct, frozen=True):
    """Progress of a sync.

    ``found`` counts the files found so far; ``read`` of the ``to_read`` files known so far have been read. ``done`` is
    true once the index has every article. Missing words follow: those of ``worded`` out of ``to_word`` articles are
    written.
    """

    found: int = 0
    to_read: int = 0
    read: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    done: bool = False
    worded: int = 0
    to_word: int = 0


def sync(
    index: IndexFile,
    place: ContentRoot,
    *,
    cancelled: Callable[[], bool] = lambda: False,
    wait: LockWait = FOREVER,
    now: Callable[[], float] = time.time,
    read: Reader | None = None,
) -> Generator[SyncProgress, None, None]:
    """Update the index; yield SyncProgress along the way, with ``done`` once the index has every article.

    If the index had no words before, they follow; a later sync writes those still missing. Only one process writes at a
    time: a second one waits here and then finds little left to do. Ends early, without ``done``, once ``cancelled()``
    is true. Reads every file again if the folder's options differ from those of the last sync. Raises LockedError if
    ``wait`` times out, StorageError if the index cannot be written, FolderError if the folder cannot be read.
    """

    def steps(work: _SyncRun) -> Iterator[SyncProgress]:
        yield from work.steps()
        if work.progress.done:
            yield from work.word_steps()

    return _run(steps, index, place, replace(wait, cancelled=cancelled), now, read)


def write_words(
    index: IndexFile, place: ContentRoot, *, cancelled: Callable[[], bool], wait: LockWait = FOREVER
) -> Generator[SyncProgress, None, None]:
    """Write the words that a sync would write after the articles, without checking the folder for changes."""
    return _run(_SyncRun.word_steps, index, place, replace(wait, cancelled=cancelled))


def _run(
    steps: Callable[[_SyncRun], Iterator[SyncProgress]],
    index: IndexFile,
    place: ContentRoot,
    wait: LockWait,
    now: Callable[[], float] = time.time,
    read: Reader | None = None,
) -> Generator[SyncProgress, None, None]:
    site = open_site(place.root, place.options.base_url)

    def run() -> Iterator[SyncProgress]:
        # Connect while holding the lock: its previous holder may have replaced the index file.
        with writer_lock(index.path, wait), closing(index.connect()) as connection, _crash_marker(index.path) as trail:
            note_options(connection, place.options, site)
            yield from steps(_SyncRun(index, connection, place, site, wait.cancelled, int(now()), trail, read))

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
    site: Site
    cancelled: Callable[[], bool]
    now: int
    trail: Path
    given: InitVar[Reader | None]
    progress: SyncProgress = field(default_factory=SyncProgress)
    root: str = field(init=False)
    read: Reader = field(init=False)
    read_words: WordReader = field(init=False)
    writer: IndexWriter = field(init=False)
    refused: set[str] = field(default_factory=set)
    unkept: int = 0

    def __post_init__(self, given: Reader | None) -> None:
        self.root = os.path.realpath(self.place.root)
        defers = wordless.may_defer(self.connection)
        options = self.place.options
        self.read = given or RecordReader(self.site, options, not defers)
        self.read_words = WordReader(self.site, options)
        self.writer = IndexWriter(self.connection, self.root, defers_words=defers)

    def steps(self) -> Iterator[SyncProgress]:
        problems: list[Problem] = []
        known = KnownFiles(self.connection)
        with _commit_or_rollback(self.connection):
            for batch in self._records(self._wanted(known, problems)):
                self._write(batch)
                yield self.progress
                if self.cancelled():
                    return
        if self.cancelled():
            return
        self._finish(known, problems)
        self._settle_records()
        if wordless.first(self.connection) is None:
            self._renew_newest()
        if not self.cancelled():
            self.progress = replace(self.progress, done=True, to_word=wordless.count(self.connection))
        yield self.progress

    def _settle_records(self) -> None:
        """Find the records of articles whose files have moved."""
        comparison = records.compare(self.connection, self.root, self.writer.reread)
        if comparison is None:
            return
        comparison = records.write_marks(comparison, self.index.marks)
        with _transaction(self.connection):
            records.store(self.connection, self.root, comparison)

    def word_steps(self) -> Iterator[SyncProgress]:
        """Write the words that the index lacks."""
        run = self.connection
        start = wordless.first(run)
        if start is None:
            return
        self.progress = replace(self.progress, to_word=wordless.count(run))
        if run.execute("SELECT 1 FROM article WHERE id < ? LIMIT 1", (start,)).fetchone() is None:
            # Pick the newest articles first, so that their files need not be read again for their words.
            self._renew_newest(with_words=False)
        with _commit_or_rollback(run):
            for batch in self._words_of(wordless.files(run), self.progress.to_word):
                self._write_words(batch)
                if self.progress.worded < self.progress.to_word:
                    yield self.progress
                if self.cancelled():
                    return
        with _transaction(run):
            wordless.settle(run)
        self._renew_newest()
        if self.progress.to_word:
            yield self.progress

    def _write_words(self, batch: list[IndexRecord]) -> None:
        self._begin()
        self.writer.put_words(batch)
        refused = [(RETRY_MTIME, os.fsencode(each.found.path)) for each in batch if each.found.mtime_ns == RETRY_MTIME]
        self.connection.executemany("UPDATE article SET mtime_ns = ? WHERE path = ?", refused)
        self.progress = replace(self.progress, worded=self.progress.worded + len(batch))
        self.unkept += len(batch)
        if self.progress.worded <= _KEPT_SINGLY or self.unkept >= _WORDS_PER_COMMIT:
            self.connection.execute("COMMIT")

    def _renew_newest(self, *, with_words: bool = True) -> None:
        """Pick the newest articles again if necessary, and read their files for the words in them."""
        if not recent.needs_rebuild(self.connection):
            return
        since = recent.pick_cutoff(self.connection)
        read_again: list[IndexRecord] = []
        if since is None and recent.cutoff(self.connection) is None:
            return
        if since is not None and with_words:
            files = wordless.files_since(self.connection, since)
            for batch in self._words_of(files, sum(map(len, files))):
                read_again += batch
                # A file that cannot be read right now would permanently lack its words, so leave this to a later sync.
                if self.cancelled() or any(each.found.mtime_ns == RETRY_MTIME for each in batch):
                    return
        with _transaction(self.connection):
            self.writer.replace_newest(since, read_again)

    def _words_of(self, portions: Iterable[list[ScannedFile]], count: int) -> Iterator[list[IndexRecord]]:
        """Read the words of files that were read before."""
        portions = chain.from_iterable(map(split_by_size, portions))
        if count > _PARALLEL_WORDS:
            return self._records_elsewhere(portions, self.read_words)
        return (list(chain.from_iterable(self._records_of(each, self.read_words))) for each in portions)

    def _wanted(self, known: KnownFiles, problems: list[Problem]) -> Iterator[list[ScannedFile]]:
        """Yield batches of files to read (empty ones if nothing changed), and count the files found."""
        files = self._files(problems)
        size = _FIRST_BATCH
        while piece := list(islice(files, size)):
            work = known.plan(piece)
            self.refused |= work.retry
            changed = len(work.change) - len(work.retry)
            self._count(found=len(piece), to_read=changed + len(work.add), added=len(work.add), changed=changed)
            yield from split_by_size([*work.add, *work.change])
            size = min(max(self.progress.found // 5, _SECOND_BATCH), _BATCH)
            if self.cancelled():
                return

    def _files(self, problems: list[Problem]) -> Iterator[ScannedFile]:
        for item in scan(self.place.root, self.place.only):
            if isinstance(item, ScannedFile):
                yield item
            else:
                problems.append(item)

    def _records(self, wanted: Iterator[list[ScannedFile]]) -> Iterator[list[IndexRecord]]:
        """Read the first files in this process, and the rest in worker processes if there are enough."""
        # A leftover marker: some file may have crashed the process that read it. Worker processes find out which,
        # without crashing this process.
        threshold = _FORK_THRESHOLD if can_fork() else PARALLEL_THRESHOLD
        here = threshold if os.path.lexists(self.trail) else 0
        for batch in wanted:
            if batch and here >= threshold:
                yield from self._records_elsewhere(chain([batch], wanted), self.read)
                return
            if batch and not here:
                with suppress(OSError):
                    self.trail.touch()
            here += len(batch)
            yield from self._records_of(batch, self.read)

    def _records_elsewhere(self, batches: Iterable[list[ScannedFile]], read: Reader) -> Iterator[list[IndexRecord]]:
        from reader.index.reading.worker_pool import read_in_workers  # noqa: PLC0415 - costs 40 ms; for large folders only

        return read_in_workers(self.place.root, batches, read)

    def _records_of(self, batch: list[ScannedFile], read: Reader) -> Iterator[list[IndexRecord]]:
        """Read files, using another process only for large ones."""
        root = self.place.root
        heavy = [item for item in batch if item.size > HEAVY_BYTES]
        yield [*read.read_many(root, [item for item in batch if item.size <= HEAVY_BYTES])]
        if heavy:
            from reader.index.reading.worker_pool import read_isolated  # noqa: PLC0415 - costs 40 ms; for large files only

            yield read_isolated(root, heavy, read)

    def _write(self, batch: list[IndexRecord]) -> None:
        if self.refused:
            batch = self._without_refused_again(batch)
        if not batch:
            return
        self._begin()
        self.writer.put(batch, self.now)
        self._count(read=len(batch))
        self.unkept += len(batch)
        enough = max(_FILES_PER_COMMIT, self.progress.read // _SHARE_PER_COMMIT)
        if self.progress.read <= _KEPT_SINGLY or self.unkept >= enough:
            self.connection.execute("COMMIT")

    def _begin(self) -> None:
        if not self.connection.in_transaction:
            if self.writer.defers_words:
                kib = max(_CACHE_OF_FIRST_SYNC, self.progress.read // _FILES_PER_KIB)
                self.connection.execute(f"PRAGMA main.cache_size = {-kib}")
            self.connection.execute(_BEGIN)
            self.unkept = 0

    def _without_refused_again(self, batch: list[IndexRecord]) -> list[IndexRecord]:
        """Omit files that are still unreadable, and count those that have become readable."""
        kept = [each for each in batch if each.found.mtime_ns != RETRY_MTIME or each.found.path not in self.refused]
        read_now = sum(each.found.path in self.refused for each in kept)
        self._count(to_read=read_now, changed=read_now)
        return kept

    def _finish(self, known: KnownFiles, problems: list[Problem]) -> None:
        gone = exclude_unlisted(known.gone(), problems)
        if gone or self.writer.folder_problems() != sorted(problems):
            with _transaction(self.connection):
                self.writer.remove(gone)
                self.writer.replace_folder_problems(problems)
        if known.has_unsaved:
            with _transaction(self.connection):
                known.save()
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
    except BaseException:  # also if interrupted
        # SQLite has already rolled back if the disk is full.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    if connection.in_transaction:
        connection.execute("COMMIT")
