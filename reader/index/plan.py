"""Comparison of the files in an index with those in its folder, to plan a sync. Reads no files."""

from __future__ import annotations

import os
from array import array
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from msgspec import Struct, msgpack

from reader.content import FileStamp, ScannedFile
from reader.index.id_sets import bitmap, parse_ids
from reader.index.reading.extract import RETRY_MTIME

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

__all__ = ["KnownFiles", "Plan", "plan"]

# Files in a piece that is saved: for fewer, looking up each file takes no noticeable time.
_LEAST_SAVED = 200


class Plan(Struct, frozen=True):
    """The work of a sync: files to read for the first time, files to read again, and paths to remove.

    ``retry`` are the paths of the files to read again that could not be read by the last sync.
    """

    add: tuple[ScannedFile, ...] = ()
    change: tuple[ScannedFile, ...] = ()
    gone: tuple[str, ...] = ()
    retry: frozenset[str] = frozenset()


def plan(known: Mapping[str, FileStamp], found: Iterable[ScannedFile]) -> Plan:
    """Compare the files known to the index with those in the folder, and return the work to do."""
    add: list[ScannedFile] = []
    change: list[ScannedFile] = []
    retry: set[str] = set()
    gone = dict(known)
    for item in found:
        stamp = gone.pop(item.path, None)
        if stamp is None:
            add.append(item)
        elif stamp != item.stamp:
            change.append(item)
            if stamp.mtime_ns == RETRY_MTIME:
                retry.add(item.path)
    return Plan(tuple(add), tuple(change), tuple(gone), frozenset(retry))


class KnownFiles:
    """Files in the index when a sync began, queried in pieces to avoid a million stamps in memory.

    Large pieces that a sync found unchanged are saved with their digest. The next sync recognizes them by it, without
    looking up each file. Triggers delete all of them when the index changes.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        run = connection.execute
        self._last_id, self._count = run("SELECT coalesce(max(id), 0), count(*) FROM article").fetchone()
        self._met = bitmap(array("I"))
        self._unmet_plain = {row[0] for row in run("SELECT path FROM plain")}
        self._unchanged: dict[bytes, array[int]] = {}
        self.has_unsaved = False
        """Whether there are unchanged pieces to save."""

    def plan(self, piece: list[ScannedFile]) -> Plan:
        """Return the work for a piece of the folder, and note that its files still exist."""
        digest = _digest(piece) if len(piece) >= _LEAST_SAVED else b""
        saved = self._connection.execute("SELECT ids FROM unchanged WHERE digest = ?", (digest,)).fetchone()
        if saved is not None:
            self._unchanged[digest] = array("I", saved[0])
            self._note(piece, self._unchanged[digest])
            return Plan()
        stamps, ids = self._look_up(piece)
        work = plan(stamps, piece)
        if digest and not (work.add or work.change):
            self._unchanged[digest] = ids
            self.has_unsaved = True
        return work

    def _note(self, piece: list[ScannedFile], ids: array[int]) -> None:
        self._met |= bitmap(ids)
        if self._unmet_plain:
            self._unmet_plain.difference_update(os.fsencode(item.path) for item in piece)

    def _look_up(self, piece: list[ScannedFile]) -> tuple[dict[str, FileStamp], array[int]]:
        """Return the stamps of the known files in a piece, and the IDs of the articles among them."""
        paths = {os.fsencode(item.path): item.path for item in piece}
        articles = self._rows("article", "id", [*paths])
        plain = self._unmet_plain.intersection(paths)
        rows = [*articles, *(self._rows("plain", "NULL", [*plain]) if plain else ())]
        ids = array("I", (row[0] for row in articles))
        self._note(piece, ids)
        return {paths[path]: FileStamp(*stamp) for _, path, *stamp in rows}, ids

    def _rows(self, table: str, id_: str, paths: list[bytes]) -> list[tuple[Any, ...]]:
        marks = ", ".join("?" * len(paths))
        sql = f"SELECT {id_}, path, mtime_ns, size, change FROM {table} WHERE path IN ({marks})"
        return self._connection.execute(sql, paths).fetchall()

    def save(self) -> None:
        """Save the unchanged pieces for the next sync."""
        self._connection.execute("DELETE FROM unchanged")
        rows = ((digest, ids.tobytes()) for digest, ids in self._unchanged.items())
        self._connection.executemany("INSERT INTO unchanged VALUES (?, ?)", rows)

    def gone(self) -> tuple[str, ...]:
        """Return the known paths that were in no piece."""
        gone = map(os.fsdecode, self._unmet_plain)
        if len(self._met) == self._count:
            return tuple(gone)
        known = "SELECT group_concat(id) FROM article WHERE id <= ?"
        ids = parse_ids(self._connection.execute(known, (self._last_id,)).fetchone()[0])
        return (*map(self._path, bitmap(ids) - self._met), *gone)

    def _path(self, article_id: int) -> str:
        row = self._connection.execute("SELECT path FROM article WHERE id = ?", (article_id,)).fetchone()
        return os.fsdecode(row[0])


def _digest(piece: list[ScannedFile]) -> bytes:
    """Return a hash of the paths and stamps of files; empty if a path is not valid UTF-8."""
    try:
        return blake2b(msgpack.encode(piece), digest_size=16).digest()
    except UnicodeEncodeError:
        return b""
