"""Marks on disk: setting, reverting, querying, exporting and merging them. The only module that writes marks.

Each change is one transaction and is on disk when the call returns. Two processes can write simultaneously.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from reader import urls
from reader.marks import places
from reader.marks.database import check_writable, is_corruption, marks_error, open_writable, transaction
from reader.marks.jsonl import ImportResult, InvalidLine, MarkRecord, from_line, to_line
from reader.marks.model import MarkChange, MarkKind, MarkState, MarkTarget, Traits
from reader.marks.reading import open_readonly, prepare_reading
from reader.marks.second_copy import count_change

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from reader.marks.model import Settlement
    from reader.storage.lock import LockWait

__all__ = ["MarkStore"]

_KEYS_AT_ONCE = 500
_T = TypeVar("_T")


class MarkStore:
    """Marks of a user, in a file that is opened on first use. Safe to call from any thread.

    Methods that change marks raise StorageError, with a message for the user, if the change cannot be saved. Nothing of
    that change is saved then; earlier changes are not affected.
    """

    def __init__(self, path: Path, wait: LockWait | None = None) -> None:
        self.path = path
        self._wait = wait
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._file = (0, 0)
        self._notices: list[str] = []

    def prepare(self) -> None:
        """Ensure that marks can be saved. Raises StorageError if they cannot."""
        with self._lock:
            self._open()
            check_writable(self.path)

    def pop_notice(self) -> str:
        """Return, once, what the user must know about the file, for example that it was quarantined."""
        with self._lock:
            notice = " ".join(self._notices)
            self._notices.clear()
        return notice

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        with self._lock:
            self._close()

    def set(self, kind: MarkKind, targets: Iterable[MarkTarget], *, on: bool, now: int) -> MarkChange:
        """Set or remove a mark and return the actual change. A target can occur twice."""
        asked = list(targets)

        def work(connection: sqlite3.Connection) -> MarkChange:
            wanted = {target.mark_key: target for target in places.at_home(connection, asked)}
            times = _times(connection, kind, list(wanted))
            changed = tuple(target for key, target in wanted.items() if (times.get(key) is not None) != on)
            before = tuple(times.get(target.mark_key) for target in changed)
            change = MarkChange(kind, changed, before, now if on else None)
            _put(connection, change, (change.after,) * len(changed), now)
            places.add_places(connection, changed)
            return change

        return self._write(work)

    def apply(self, change: MarkChange, *, now: int) -> None:
        """Apply a change again, with its original time."""
        self._write(lambda connection: _put(connection, change, (change.after,) * len(change), now))

    def revert(self, change: MarkChange, *, now: int) -> None:
        """Revert a change: give every target the time it had before."""
        self._write(lambda connection: _put(connection, change, change.before, now))

    def states(self, mark_keys: Sequence[int]) -> tuple[MarkState, ...]:
        """Return the state of each article, in the order of the keys. Works even if marks cannot be written."""
        with self._reading() as connection:
            found = {
                row[0]: MarkState(*row[1:]) for row in _select(connection, "read_at, starred_at, later_at", mark_keys)
            }
        return tuple(found.get(key, MarkState()) for key in mark_keys)

    def settle(self, settlement: Settlement) -> None:
        """Save a sync's findings about which record belongs to which article."""

        def work(connection: sqlite3.Connection) -> None:
            for old, target in settlement.moves:
                places.move_place(connection, old, target)
            for kind in MarkKind:
                take_over = _take_over(kind)
                connection.executemany(
                    take_over,
                    ((target.mark_key, _bytes(target.identity), key) for key, target in settlement.merges),
                )
            places.add_places(connection, (target for _, target in settlement.merges))
            places.add_claims(connection, settlement.claims)
            places.set_traits(connection, settlement.traits)

        self._write(work)

    def export_lines(self) -> Iterator[str]:
        """Yield every mark as a line of JSON without a newline, by identity. Works even if marks cannot be written."""
        columns = ", ".join(f"{kind}_at, {kind}_changed" for kind in MarkKind)
        self._prepare_reading()
        with self._reading() as connection:
            # As bytes: an identity can contain a file name that is not valid UTF-8.
            connection.text_factory = bytes
            seen = places.first_places(connection)
            sql = f"SELECT mark_key, identity, {columns} FROM mark ORDER BY identity"
            for key, identity, *times in connection.execute(sql):
                name = identity.decode("utf-8", "surrogatepass")
                place = seen.get(key)
                path, traits = (place.path, place.traits) if place else ("", Traits())
                for kind, since, changed in zip(MarkKind, times[::2], times[1::2], strict=True):
                    if changed is not None:
                        yield to_line(MarkRecord(name, kind, since, changed, path, traits))

    def import_lines(self, lines: Iterable[str]) -> ImportResult:
        """Merge exported lines: for each mark of an article, the newest change wins; in a tie, the stored one.

        Invalid lines are reported and the others imported. Blank lines are ignored.
        """
        good: list[MarkRecord] = []
        bad: list[InvalidLine] = []
        for number, text in enumerate(lines, start=1):
            if not text.strip():
                continue
            try:
                good.append(from_line(text))
            except ValueError as error:
                bad.append(InvalidLine(number, str(error)))

        def work(connection: sqlite3.Connection) -> int:
            taken = sum(_merge(connection, kind, good) for kind in MarkKind)
            if taken:
                targets = {target.mark_key: target for target in map(_target, good)}
                places.add_imported(connection, list(targets.values()))
            return taken

        taken = self._write(work)
        return ImportResult(taken, len(good) - taken, tuple(bad))

    def _prepare_reading(self) -> None:
        with self._lock, contextlib.suppress(OSError):
            if notice := prepare_reading(self.path).notice:
                self._notices.append(notice)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            with contextlib.closing(open_readonly(self.path)) as connection:
                yield connection
        except sqlite3.Error as error:
            raise marks_error(self.path, error, "read") from error

    def _write(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        with self._lock:
            try:
                return _done(self._open(), work)
            except sqlite3.Error as error:
                if not is_corruption(error):
                    raise marks_error(self.path, error) from error
            self._close()
            try:
                return _done(self._open(thorough=True), work)
            except sqlite3.Error as error:
                raise marks_error(self.path, error) from error

    def _open(self, *, thorough: bool = False) -> sqlite3.Connection:
        # Another process may have quarantined the file; marks written to the old one would never be read.
        if self._connection is not None and self._file == _which(self.path):
            return self._connection
        self._close()
        opened = open_writable(self.path, thorough=thorough, wait=self._wait)
        self._connection, self._file = opened.connection, _which(self.path)
        if opened.notice:
            self._notices.append(opened.notice)
        return opened.connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _done(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], _T]) -> _T:
    with transaction(connection):
        before = connection.total_changes
        result = work(connection)
        if connection.total_changes != before:
            count_change(connection)
        return result


def _which(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return found.st_dev, found.st_ino


def _select(connection: sqlite3.Connection, columns: str, keys: Sequence[int]) -> Iterator[tuple[int, ...]]:
    remaining = iter(keys)
    while piece := tuple(islice(remaining, _KEYS_AT_ONCE)):
        places = ", ".join("?" * len(piece))
        yield from connection.execute(f"SELECT mark_key, {columns} FROM mark WHERE mark_key IN ({places})", piece)


def _times(connection: sqlite3.Connection, kind: MarkKind, keys: Sequence[int]) -> dict[int, int | None]:
    return dict(_select(connection, f"{kind}_at", keys))  # type: ignore[arg-type] # a row is a key and one value


def _put(connection: sqlite3.Connection, change: MarkChange, times: Sequence[int | None], now: int) -> None:
    rows = zip(change.targets, times, strict=True)
    connection.executemany(
        _upsert(change.kind), ((target.mark_key, _bytes(target.identity), time, now) for target, time in rows)
    )


def _merge(connection: sqlite3.Connection, kind: MarkKind, lines: Iterable[MarkRecord]) -> int:
    """Merge the lines of one kind and return how many of them were newer than the stored marks."""
    merged = connection.executemany(
        f"{_upsert(kind)} WHERE mark.{kind}_changed IS NULL OR excluded.{kind}_changed > mark.{kind}_changed",
        (
            (urls.key(line.identity), _bytes(line.identity), line.since, line.changed)
            for line in lines
            if line.kind is kind
        ),
    )
    # Not total_changes, which includes the changes of the second copy.
    return merged.rowcount


def _target(line: MarkRecord) -> MarkTarget:
    return MarkTarget(urls.key(line.identity), line.identity, line.path, line.traits)


def _take_over(kind: MarkKind) -> str:
    """Return SQL that merges one kind of mark from another record, whose key is the last parameter."""
    return (
        f"INSERT INTO mark (mark_key, identity, {kind}_at, {kind}_changed) "
        f"SELECT ?, CAST(? AS TEXT), {kind}_at, {kind}_changed FROM mark WHERE mark_key = ? "
        f"AND ({kind}_at IS NOT NULL OR {kind}_changed IS NOT NULL) "
        "ON CONFLICT (mark_key) DO UPDATE SET "
        f"{kind}_at = excluded.{kind}_at, {kind}_changed = excluded.{kind}_changed "
        f"WHERE mark.{kind}_changed IS NULL OR excluded.{kind}_changed > mark.{kind}_changed"
    )


def _upsert(kind: MarkKind) -> str:
    return (
        f"INSERT INTO mark (mark_key, identity, {kind}_at, {kind}_changed) VALUES (?, CAST(? AS TEXT), ?, ?) "
        "ON CONFLICT (mark_key) DO UPDATE SET "
        f"{kind}_at = excluded.{kind}_at, {kind}_changed = excluded.{kind}_changed"
    )


def _bytes(identity: str) -> bytes:
    return identity.encode("utf-8", "surrogatepass")
