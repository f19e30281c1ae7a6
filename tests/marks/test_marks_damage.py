"""Damage to the marks file, its copy and the files next to them: answers stay correct, or a notice says otherwise.

NEWSREADER_BYTES=500 changes that many bytes of each file, one at a time (default 10).
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sqlite3
from typing import TYPE_CHECKING, cast

import pytest
from mark_factories import article
from sweep import amount

from reader.errors import StorageError
from reader.marks import MarkKind, MarkStore
from reader.marks.database import open_writable, transaction
from reader.marks.reading import attach
from reader.marks.repair import save
from reader.marks.schema import TABLES
from reader.marks.second_copy import copy_file, count_change, drop_copy, read_generation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

BYTES = amount(10, "NEWSREADER_BYTES")
ARTICLES = 60


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Create marks of every kind, and remove some of them again."""
    path = tmp_path / "state" / "marks.db"
    with contextlib.closing(MarkStore(path)) as marks:
        for number, kind in enumerate(MarkKind):
            chosen = [article(each) for each in range(ARTICLES) if each % (number + 2) == 0]
            marks.set(kind, chosen, on=True, now=1_700_000_000 + number)
            marks.set(kind, chosen[::5], on=False, now=1_700_000_100 + number)
    return path


def visible_marks(path: Path) -> tuple[list[tuple[object, ...]], str]:
    """Return the marks as a query sees them, and the notice to the user."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as index:
        told = attach(index, path)
        rows = index.execute("SELECT mark_key, read_at, starred_at, later_at FROM marks.mark ORDER BY mark_key")
        return rows.fetchall(), told.notice


def exported(path: Path) -> list[str]:
    with contextlib.closing(MarkStore(path)) as marks:
        return list(marks.export_lines())


def back_up(path: Path) -> Path:
    aside = path.parent.with_name("backup")
    shutil.copytree(path.parent, aside)
    return aside


def restore(path: Path, aside: Path) -> None:
    shutil.rmtree(path.parent)
    shutil.copytree(aside, path.parent)


def change_byte(file: Path, place: int, change: int) -> None:
    content = bytearray(file.read_bytes())
    content[place] ^= change
    file.write_bytes(content)


@pytest.mark.sweep
@pytest.mark.parametrize("name", ["marks.db", "marks.copy.db"])
def test_one_changed_byte_loses_no_mark(path: Path, name: str) -> None:
    truth, lines = visible_marks(path)[0], exported(path)
    aside = back_up(path)
    size = (path.parent / name).stat().st_size
    rng = random.Random(20_261_126)  # noqa: S311 - no secret
    # The file header and the schema are small, and every byte of them matters.
    places = [*range(0, 100, max(1, 4_000 // BYTES)), *rng.choices(range(size), k=BYTES)]
    for place in places:
        restore(path, aside)
        change_byte(path.parent / name, place, rng.randrange(1, 256))
        assert visible_marks(path)[0] == truth, place
        assert exported(path) == lines, place
        with contextlib.closing(MarkStore(path)) as marks:
            marks.set(MarkKind.READ, [article("new")], on=True, now=1_800_000_000)
        assert len(exported(path)) == len(lines) + 1, place


@pytest.mark.sweep
def test_one_changed_byte_of_the_log_loses_no_mark(path: Path) -> None:
    with contextlib.closing(MarkStore(path)) as marks:
        marks.set(MarkKind.STARRED, [article("in the log")], on=True, now=1_800_000_000)
        marks.set(MarkKind.STARRED, [article("in the log, too")], on=True, now=1_800_000_000)
        aside = back_up(path)
    restore(path, aside)
    log = path.with_name("marks.db-wal")
    size, truth, lines = log.stat().st_size, visible_marks(path)[0], exported(path)
    rng = random.Random(20_261_126)  # noqa: S311 - no secret
    for place in rng.choices(range(size), k=BYTES):
        restore(path, aside)
        change_byte(log, place, rng.randrange(1, 256))
        assert visible_marks(path)[0] == truth, place
        assert exported(path) == lines, place


@pytest.mark.parametrize("name", ["marks.db", "marks.copy.db"])
@pytest.mark.parametrize("word", [b"mark_key INTEGER", b"identity", b"CREATE TABLE", b"generation"])
def test_undecodable_schema_loses_no_mark(path: Path, name: str, word: bytes) -> None:
    truth, lines = visible_marks(path)[0], exported(path)
    file = path.parent / name
    content = file.read_bytes()
    file.write_bytes(content.replace(word, b"\xde" + word[1:], 1))
    assert visible_marks(path)[0] == truth
    assert exported(path) == lines


def test_changed_time_is_reported_and_restored(path: Path) -> None:
    truth = visible_marks(path)[0]
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "UPDATE mark SET read_at = read_at + 1 WHERE mark_key IN (SELECT max(mark_key) FROM mark WHERE read_at > 0)"
        )
    rows, notice = visible_marks(path)
    assert rows == truth
    assert notice.startswith(f"The marks file {path} was corrupt and was renamed to marks.db.broken-1.")
    assert visible_marks(path) == (truth, ""), "the notice appears once"


def test_damaged_copy_is_written_again(path: Path) -> None:
    copy_file(path).write_bytes(b"garbage" * 1_000)
    before = path.read_bytes()
    rows, notice = visible_marks(path)
    assert notice.startswith("The second copy")
    assert path.read_bytes() == before
    assert visible_marks(path) == (rows, "")
    assert not list(path.parent.glob("*broken*"))


def _nothing(file: Path) -> None:
    file.unlink()


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _garbage(file: Path) -> None:
    file.write_bytes(random.Random(1).randbytes(20_000))  # noqa: S311 - no secret


def _half(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _foreign(file: Path) -> None:
    file.unlink()
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE mark (mark_key)")


def _version(file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 77")


DAMAGES = [_nothing, _empty, _garbage, _half, _foreign, _version]


@pytest.mark.parametrize("name", ["marks.db", "marks.copy.db"])
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__.strip("_"))
def test_damaged_file_is_restored_from_the_other(path: Path, name: str, damage: Callable[[Path], None]) -> None:
    truth = visible_marks(path)[0]
    damage(path.parent / name)
    assert visible_marks(path)[0] == truth
    with contextlib.closing(MarkStore(path)) as marks:
        marks.set(MarkKind.READ, [article("new")], on=True, now=1_800_000_000)
    assert len(visible_marks(path)[0]) == len(truth) + 1


def _pipe(file: Path) -> None:
    file.unlink(missing_ok=True)
    os.mkfifo(file)


def _folder(file: Path) -> None:
    file.unlink(missing_ok=True)
    file.mkdir()


def _dangling(file: Path) -> None:
    file.unlink(missing_ok=True)
    file.symlink_to("nowhere.db")


@pytest.mark.parametrize("damage", [_pipe, _folder, _dangling], ids=lambda damage: damage.__name__.strip("_"))
@pytest.mark.parametrize("name", ["marks.db", "marks.db-wal", "marks.db-journal", "marks.db-shm"])
def test_special_file_is_a_notice_and_a_storage_error(path: Path, name: str, damage: Callable[[Path], None]) -> None:
    damage(path.parent / name)
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as index:
        told = attach(index, path)
    assert not told.complete
    assert f"Cannot use the marks in {path}" in told.notice
    with contextlib.closing(MarkStore(path)) as marks, pytest.raises(StorageError, match="not a regular file"):
        marks.set(MarkKind.READ, [article(1)], on=True, now=1)
    assert not path.with_name("nowhere.db").exists()


@pytest.mark.parametrize("damage", [_pipe, _folder, _dangling], ids=lambda damage: damage.__name__.strip("_"))
@pytest.mark.parametrize("suffix", ["", "-wal", "-journal", "-shm"])
def test_special_file_in_place_of_the_copy_loses_no_mark(
    path: Path, suffix: str, damage: Callable[[Path], None]
) -> None:
    truth, lines = visible_marks(path)[0], exported(path)
    damage(path.with_name(f"marks.copy.db{suffix}"))
    assert visible_marks(path)[0] == truth
    with contextlib.closing(MarkStore(path)) as marks:
        marks.set(MarkKind.READ, [article("new")], on=True, now=1_800_000_000)
    assert len(exported(path)) == len(lines) + 1
    assert not path.with_name("nowhere.db").exists()


def test_change_missing_from_the_copy_is_copied_later(path: Path) -> None:
    copy = copy_file(path)
    old = copy.read_bytes()
    with contextlib.closing(MarkStore(path)) as marks:
        marks.set(MarkKind.READ, [article("new")], on=True, now=1_800_000_000)
    copy.write_bytes(old)
    rows, notice = visible_marks(path)
    assert notice == ""
    path.write_bytes(b"garbage" * 1_000)
    assert visible_marks(path)[0] == rows


def test_copy_is_created_again_only_if_it_is_not_current(path: Path) -> None:
    copy = copy_file(path)

    def schema_version_after_opening() -> int:
        open_writable(path).connection.close()
        with contextlib.closing(sqlite3.connect(copy)) as connection:
            return int(connection.execute("PRAGMA schema_version").fetchone()[0])

    before = schema_version_after_opening()
    assert schema_version_after_opening() == before
    with contextlib.closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA user_version = 0")
    assert schema_version_after_opening() != before


@pytest.mark.parametrize("older", ["marks.db", "marks.copy.db"])
def test_later_of_file_and_copy_is_saved(path: Path, older: str) -> None:
    file = path.with_name(older)
    old = file.read_bytes()
    with contextlib.closing(MarkStore(path)) as marks:
        marks.set(MarkKind.READ, [article(2)], on=False, now=1_800_000_000)
        marks.set(MarkKind.LATER, [article(1)], on=True, now=1_800_000_000)
    expected = save(path, TABLES)
    file.write_bytes(old)

    saved = save(path, TABLES)

    assert saved.rows == expected.rows
    assert saved.generation == expected.generation
    assert not saved.same_generation


def test_copy_being_created_by_another_process_is_not_damaged(path: Path) -> None:
    rows, _ = visible_marks(path)
    drop_copy(path)
    copy_file(path).touch()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert visible_marks(path) == (rows, "")
    with contextlib.closing(MarkStore(path)) as marks:
        marks.set(MarkKind.READ, [article("new")], on=True, now=1_800_000_000)
    rows, _ = visible_marks(path)
    path.write_bytes(b"garbage" * 1_000)
    assert visible_marks(path)[0] == rows


def test_files_are_private_whatever_the_umask(tmp_path: Path) -> None:
    for mask in (0, 0o777):
        path = tmp_path / f"state-{mask}" / "marks.db"
        old = os.umask(mask)
        try:
            with contextlib.closing(MarkStore(path)) as marks:
                marks.set(MarkKind.READ, [article(1)], on=True, now=1)
                modes = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}
        finally:
            os.umask(old)
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert {"marks.db", "marks.copy.db", "marks.db-wal"} <= modes.keys()
        assert set(modes.values()) == {0o600}


class _CopyFails:
    """A connection whose COMMIT saves the marks file, then fails: what SQLite does if the disk is full for the copy."""

    def __init__(self, connection: sqlite3.Connection, *, saves: bool) -> None:
        self._connection = connection
        self._saves = saves

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)

    def execute(self, sql: str, values: Sequence[int] = ()) -> sqlite3.Cursor:
        if sql != "COMMIT":
            return self._connection.execute(sql, values)
        self._connection.execute("COMMIT" if self._saves else "ROLLBACK")
        raise sqlite3.OperationalError("database or disk is full")


@pytest.mark.parametrize("saves", [True, False])
def test_failed_copy_is_an_error_only_if_nothing_was_saved(tmp_path: Path, *, saves: bool) -> None:
    with contextlib.closing(open_writable(tmp_path / "marks.db").connection) as connection:
        failing = cast("sqlite3.Connection", _CopyFails(connection, saves=saves))
        expected = contextlib.nullcontext() if saves else pytest.raises(sqlite3.OperationalError)
        with expected, transaction(failing):
            count_change(failing)
        assert read_generation(connection, "main") == saves
