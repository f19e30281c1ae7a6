"""Reading of files into index records, in this process. Does not access the index."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from msgspec import Struct
from msgspec.structs import replace

from reader.article import Article
from reader.content import DEFAULT_OPTIONS, LoadResult, load_file, load_files, read_texts
from reader.index.writer import IndexRecord, build_record
from reader.marks.traits import content_of
from reader.problems import Code, Problem
from reader.text import display_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reader.content import ReadOptions, ScannedFile
    from reader.content.site import Site
    from reader.index.text.wordless import WordlessFile

__all__ = [
    "HEAVY_BYTES",
    "MAX_SECONDS",
    "PERMANENT_FAILURES",
    "RETRY_MTIME",
    "Reader",
    "RecordReader",
    "WordReader",
    "can_fork",
    "failed_record",
    "split_by_size",
]

# CPU time, not wall-clock time: a file is not to blame if the machine sleeps or is busy with other work.
MAX_SECONDS = 20
HEAVY_BYTES = 64 * 1024
"""Larger files are read in another process, which can be killed. Smaller ones always take negligible time."""

# Limits batches of a few large files, since all data read for a batch is in memory simultaneously. Batches of typical
# articles are far smaller.
_BATCH_BYTES = 16 * 1024 * 1024
# Files read step by step together. Their values take up to 40 times as much memory.
_BYTES_AT_ONCE = 2 * 1024 * 1024

PERMANENT_FAILURES = frozenset({Code.CRASHES.value, Code.TIMED_OUT.value})
"""Codes of problems whose files are not read again until they change."""

RETRY_MTIME = -(2**63) + 1
"""Modification time stored for a file that the system did not allow to be read. No file has it, so the next sync tries
again: the cause, such as permissions, can change without a trace in the file's times.
"""


def _nothing() -> None:
    return


class Reader(Protocol):
    """Reads files of a folder; must be picklable for use in other processes."""

    def read_many(
        self, root: Path, batch: list[ScannedFile], on_step: Callable[[], object] = _nothing
    ) -> Iterator[IndexRecord]:
        """Yield the record of each file. ``on_step`` is called before each file, or each step of a file."""


class RecordReader(Struct, frozen=True):
    """Reads files and builds their index records, without the ``words`` if they are read later."""

    site: Site | None = None
    options: ReadOptions = DEFAULT_OPTIONS
    words: bool = True

    def read_many(
        self, root: Path, batch: list[ScannedFile], on_step: Callable[[], object] = _nothing
    ) -> Iterator[IndexRecord]:
        """Read a batch step by step, as ``load_files`` does."""
        for files in split_by_size(batch, _BYTES_AT_ONCE):
            paths = [found.path for found in files]
            loaded = load_files(root, paths, site=self.site, options=self.options, brief=True, on_step=on_step)
            for found, each in zip(files, loaded, strict=True):
                on_step()
                yield self._record(found, each)

    def _record(self, found: ScannedFile, loaded: LoadResult) -> IndexRecord:
        found = replace(found, mtime_ns=RETRY_MTIME) if loaded.refused else found
        return build_record(found, loaded, words=self.words)


class WordReader(Struct, frozen=True):
    """Reads only the words of articles that are in the index.

    If a file cannot be read right now, its record's modification time is RETRY_MTIME.
    """

    site: Site | None = None
    options: ReadOptions = DEFAULT_OPTIONS

    def read_many(
        self, root: Path, batch: list[ScannedFile], on_step: Callable[[], object] = _nothing
    ) -> Iterator[IndexRecord]:
        """Read the words of a batch of WordlessFile."""
        for files in split_by_size(batch, _BYTES_AT_ONCE):
            texts = read_texts(root, [found.path for found in files], on_step=on_step)
            for found, text in zip(files, texts, strict=True):
                on_step()
                yield self._record(root, cast("WordlessFile", found), text)

    def _record(self, root: Path, found: WordlessFile, text: str) -> IndexRecord:
        if found.mtime_ns == RETRY_MTIME:
            found = replace(found, mtime_ns=0)
        body = ""
        if found.body_size:
            # Nearly every body is the end of its file. The hash confirms that without parsing the front matter again.
            body = text.rstrip()[-found.body_size :]
            if content_of(found.title, body) != found.content:
                loaded = load_file(root, found.path, site=self.site, options=self.options)
                body = "" if loaded.article is None else loaded.article.body
                found = replace(found, mtime_ns=RETRY_MTIME) if loaded.refused else found
        return IndexRecord(found, None, (), found.words(body))


def failed_record(found: ScannedFile, code: str, *args: str) -> IndexRecord:
    """Return the index record of a file that could not or must not be read, with the reason."""
    article = Article(found.path, title=display_path(found.path), unreadable=True)
    return build_record(found, LoadResult(article, (Problem(found.path, 0, "", code, args),)))


def can_fork() -> bool:
    """Return whether this process can start others as copies of itself, which takes a tenth of the time.

    It cannot if it has several threads: a lock that another thread holds would stay locked in the copy.
    """
    try:
        return len([*Path("/proc/self/task").iterdir()]) == 1
    except OSError:  # not Linux
        return False


def split_by_size(batch: list[ScannedFile], limit: int = _BATCH_BYTES) -> Iterator[list[ScannedFile]]:
    """Yield a batch in portions of at most ``limit`` bytes; a larger file is a portion of its own."""
    start = total = 0
    for at, item in enumerate(batch):
        total += item.size
        if total > limit and at > start:
            yield batch[start:at]
            start, total = at, item.size
    yield batch[start:]
