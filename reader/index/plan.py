"""Comparison of the files in an index with those in its folder, to plan a sync. Reads no files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from reader.content import FileStamp, ScannedFile
from reader.index.id_sets import parse_ids

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

__all__ = ["KnownFiles", "Plan", "plan"]


class Plan(Struct, frozen=True):
    """The work of a sync: files to read for the first time, files to read again, and paths to remove."""

    add: tuple[ScannedFile, ...] = ()
    change: tuple[ScannedFile, ...] = ()
    gone: tuple[str, ...] = ()


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


class KnownFiles:
    """Files in the index when a sync began, queried in pieces to avoid a million stamps in memory."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._last_id = int(connection.execute("SELECT coalesce(max(id), 0) FROM article").fetchone()[0])
        self._met = bytearray(self._last_id + 1)
        self._unmet_plain = {row[0] for row in connection.execute("SELECT path FROM plain")}

    def of(self, piece: list[ScannedFile]) -> dict[str, FileStamp]:
        """Return the stamps of the known files in a piece, and record that those files still exist."""
        paths = {os.fsencode(item.path): item.path for item in piece}
        stamps: dict[str, FileStamp] = {}
        for article_id, path, *stamp in self._rows("article", "id", [*paths]):
            stamps[paths[path]] = FileStamp(*stamp)
            self._met[article_id] = 1
        plain = self._unmet_plain.intersection(paths)
        self._unmet_plain -= plain
        for _, path, *stamp in self._rows("plain", "NULL", [*plain]) if plain else ():
            stamps[paths[path]] = FileStamp(*stamp)
        return stamps

    def _rows(self, table: str, id_: str, paths: list[bytes]) -> list[tuple[Any, ...]]:
        marks = ", ".join("?" * len(paths))
        sql = f"SELECT {id_}, path, mtime_ns, size, change FROM {table} WHERE path IN ({marks})"
        return self._connection.execute(sql, paths).fetchall()

    def gone(self) -> tuple[str, ...]:
        """Return the known paths that were in no piece."""
        known = "SELECT group_concat(id) FROM article WHERE id <= ?"
        ids = parse_ids(self._connection.execute(known, (self._last_id,)).fetchone()[0])
        unmet = [article_id for article_id in ids if not self._met[article_id]]
        return (*map(self._path, unmet), *map(os.fsdecode, self._unmet_plain))

    def _path(self, article_id: int) -> str:
        row = self._connection.execute("SELECT path FROM article WHERE id = ?", (article_id,)).fetchone()
        return os.fsdecode(row[0])
