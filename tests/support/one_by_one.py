"""Readers for tests that interfere with single files of a sync."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from reader.index.reading.extract import RecordReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from reader.content import ScannedFile
    from reader.index.writer import IndexRecord

__all__ = ["OneByOne", "read_record"]


class OneByOne(Struct, frozen=True):
    """Reads each file with a function, which worker processes must be able to import."""

    read: Callable[[Path, ScannedFile], IndexRecord]

    def read_many(
        self, root: Path, batch: list[ScannedFile], on_step: Callable[[], object] = lambda: None
    ) -> Iterator[IndexRecord]:
        for found in batch:
            on_step()
            yield self.read(root, found)


def read_record(root: Path, found: ScannedFile) -> IndexRecord:
    (record,) = RecordReader().read_many(root, [found])
    return record
