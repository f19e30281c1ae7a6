"""Files read and worked out into records in this process. Asks nothing of the index and writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from reader.content import load
from reader.index.write import Record, record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from reader.content import Found

    # How a file below a folder becomes a record; where other processes are to use it, it can be pickled.
    Read = Callable[[Path, Found], Record]

__all__ = ["DEADLY", "REFUSED", "read_record", "records_here"]

DEADLY = "reading this file crashes its parser"
"""The problem of a file that killed the process that read it."""

REFUSED = -2
"""The time of change that is kept of a file that the system would not let be read: no file has it, so that the next
sync tries again. What was refused, permissions for one, can change without a trace in the file's times.
"""


def read_record(root: Path, found: Found) -> Record:
    """Read one file and work out what the index keeps of it."""
    loaded = load(root, found.path)
    return record(replace(found, mtime_ns=REFUSED) if loaded.refused else found, loaded)


def records_here(root: Path, batches: Iterable[list[Found]], read: Read = read_record) -> Iterator[list[Record]]:
    """Read batch after batch in this process."""
    for batch in batches:
        yield [read(root, item) for item in batch]
