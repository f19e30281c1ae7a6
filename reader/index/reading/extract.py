"""Reading of files into index records, in this process. Does not access the index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from reader.article import Article
from reader.content import DEFAULT_OPTIONS, LoadResult, load_file, read_text
from reader.index.writer import IndexRecord, build_record
from reader.marks.traits import content_of
from reader.problems import Code, Problem
from reader.text import display_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from reader.content import ReadOptions, ScannedFile
    from reader.content.site import Site
    from reader.index.text.wordless import WordlessFile

    # Converts a file in a folder to a record; must be picklable for use in other processes.
    Read = Callable[[Path, ScannedFile], IndexRecord]

__all__ = [
    "HEAVY_BYTES",
    "MAX_SECONDS",
    "PERMANENT_FAILURES",
    "RETRY_MTIME",
    "failed_record",
    "read_inline",
    "read_record",
    "read_words",
    "split_by_size",
]

# CPU time, not wall-clock time: a file is not to blame if the machine sleeps or is busy with other work.
MAX_SECONDS = 20
HEAVY_BYTES = 64 * 1024
"""Larger files are read in another process, which can be killed. Smaller ones always take negligible time."""

# Limits batches of a few large files, since all data read for a batch is in memory simultaneously. Batches of typical
# articles are far smaller.
_BATCH_BYTES = 16 * 1024 * 1024

PERMANENT_FAILURES = frozenset({Code.CRASHES.value, Code.TIMED_OUT.value})
"""Codes of problems whose files are not read again until they change."""

RETRY_MTIME = -(2**63) + 1
"""Modification time stored for a file that the system did not allow to be read. No file has it, so the next sync tries
again: the cause, such as permissions, can change without a trace in the file's times.
"""


def read_record(
    root: Path,
    found: ScannedFile,
    site: Site | None = None,
    options: ReadOptions = DEFAULT_OPTIONS,
    *,
    words: bool = True,
) -> IndexRecord:
    """Read a file and build its index record, without the ``words`` if they are read later."""
    loaded = load_file(root, found.path, site=site, options=options)
    return build_record(replace(found, mtime_ns=RETRY_MTIME) if loaded.refused else found, loaded, words=words)


def read_words(
    root: Path, found: WordlessFile, site: Site | None = None, options: ReadOptions = DEFAULT_OPTIONS
) -> IndexRecord:
    """Read only the words of an article that is in the index.

    If the file cannot be read right now, the record's modification time is RETRY_MTIME.
    """
    if found.mtime_ns == RETRY_MTIME:
        found = replace(found, mtime_ns=0)
    body = ""
    if found.body_size:
        # Nearly every body is the end of its file. The hash confirms that without parsing the front matter again.
        body = read_text(root, found.path).rstrip()[-found.body_size :]
        if content_of(found.title, body) != found.content:
            loaded = load_file(root, found.path, site=site, options=options)
            body = "" if loaded.article is None else loaded.article.body
            found = replace(found, mtime_ns=RETRY_MTIME) if loaded.refused else found
    return IndexRecord(found, None, (), found.words(body))


def failed_record(found: ScannedFile, code: str, *args: str) -> IndexRecord:
    """Return the index record of a file that could not or must not be read, with the reason."""
    article = Article(found.path, title=display_path(found.path), unreadable=True)
    return build_record(found, LoadResult(article, (Problem(found.path, 0, "", code, args),)))


def read_inline(
    root: Path, batches: Iterable[list[ScannedFile]], read: Read = read_record
) -> Iterator[list[IndexRecord]]:
    """Read the batches one after another in this process."""
    for batch in batches:
        yield [read(root, item) for item in batch]


def split_by_size(batch: list[ScannedFile]) -> Iterator[list[ScannedFile]]:
    """Yield a batch, split if its files are too large to be in memory together."""
    start = total = 0
    for at, item in enumerate(batch):
        total += item.size
        if total > _BATCH_BYTES and at > start:
            yield batch[start:at]
            start, total = at, item.size
    yield batch[start:]
