"""Files read and worked out into records in this process. Asks nothing of the index and writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from reader.article import Article, Problem
from reader.content import LoadResult, load_file
from reader.index.writer import IndexRecord, build_record
from reader.text import display_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from reader.content import ScannedFile

    # How a file below a folder becomes a record; where other processes are to use it, it can be pickled.
    Read = Callable[[Path, ScannedFile], IndexRecord]

__all__ = [
    "CRASHED",
    "HEAVY_BYTES",
    "MAX_SECONDS",
    "PERMANENT_FAILURES",
    "RETRY_MTIME",
    "TIMED_OUT",
    "failed_record",
    "read_inline",
    "read_record",
]

# Of a processor, not of a clock: a machine that sleeps or is busy with others is not the fault of a file.
MAX_SECONDS = 20
HEAVY_BYTES = 64 * 1024
"""From this size on a file is read in another process, which can be ended: whatever a smaller one holds, it takes no
time worth speaking of.
"""

CRASHED = "crashes the parser; skipped until it changes"
"""The problem of a file that killed the process that read it."""

TIMED_OUT = f"parsing exceeds {MAX_SECONDS} s; skipped until it changes"
"""The problem of a file whose reading was given up."""

PERMANENT_FAILURES = frozenset({CRASHED, TIMED_OUT})
"""The problems of files that are not read again until they change."""

RETRY_MTIME = -2
"""The time of change that is kept of a file that the system would not let be read: no file has it, so that the next
sync tries again. What was refused, permissions for one, can change without a trace in the file's times.
"""


def read_record(root: Path, found: ScannedFile) -> IndexRecord:
    """Read one file and work out what the index keeps of it."""
    loaded = load_file(root, found.path)
    return build_record(replace(found, mtime_ns=RETRY_MTIME) if loaded.refused else found, loaded)


def failed_record(found: ScannedFile, message: str) -> IndexRecord:
    """Return what the index keeps of a file that could not be read, or is not to be; ``message`` says why."""
    article = Article(found.path, title=display_path(found.path), unreadable=True)
    return build_record(found, LoadResult(article, (Problem(found.path, 0, message=message),)))


def read_inline(
    root: Path, batches: Iterable[list[ScannedFile]], read: Read = read_record
) -> Iterator[list[IndexRecord]]:
    """Read batch after batch in this process."""
    for batch in batches:
        yield [read(root, item) for item in batch]
