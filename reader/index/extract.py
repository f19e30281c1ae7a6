"""Files read and worked out into records in this process. Asks nothing of the index and writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from reader.article import Article, Problem
from reader.content import Loaded, load
from reader.index.writer import Record, record
from reader.text import readable_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from reader.content import Found

    # How a file below a folder becomes a record; where other processes are to use it, it can be pickled.
    Read = Callable[[Path, Found], Record]

__all__ = [
    "DEADLY",
    "HEAVY_BYTES",
    "MAX_SECONDS",
    "REFUSED",
    "TOO_LONG",
    "UNREAD",
    "read_record",
    "records_here",
    "unread_record",
]

# Of a processor, not of a clock: a machine that sleeps or is busy with others is not the fault of a file.
MAX_SECONDS = 20
HEAVY_BYTES = 64 * 1024
"""From this size on a file is read in another process, which can be ended: whatever a smaller one holds, it takes no
time worth speaking of.
"""

DEADLY = "reading this file crashes its parser"
"""The problem of a file that killed the process that read it."""

TOO_LONG = f"reading this file takes more than {MAX_SECONDS} seconds"
"""The problem of a file whose reading was given up."""

UNREAD = frozenset({DEADLY, TOO_LONG})
"""The problems of files that are not read again until they change."""

REFUSED = -2
"""The time of change that is kept of a file that the system would not let be read: no file has it, so that the next
sync tries again. What was refused, permissions for one, can change without a trace in the file's times.
"""


def read_record(root: Path, found: Found) -> Record:
    """Read one file and work out what the index keeps of it."""
    loaded = load(root, found.path)
    return record(replace(found, mtime_ns=REFUSED) if loaded.refused else found, loaded)


def unread_record(found: Found, message: str) -> Record:
    """Return what the index keeps of a file that could not be read, or is not to be; ``message`` says why."""
    article = Article(found.path, title=readable_path(found.path), unreadable=True)
    return record(found, Loaded(article, (Problem(found.path, 0, message=message),)))


def records_here(root: Path, batches: Iterable[list[Found]], read: Read = read_record) -> Iterator[list[Record]]:
    """Read batch after batch in this process."""
    for batch in batches:
        yield [read(root, item) for item in batch]
