"""The marks file: no saved mark is lost through damage to the file, the disk or the process."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from mark_factories import ONE, TWO, article, read_keys, state

from reader.errors import StorageError
from reader.marks import MarkKind, MarkState, MarkStore, MarkTarget
from reader.marks.database import migrate
from reader.marks.reading import attach
from reader.marks.schema import APPLICATION_ID, MIGRATIONS
from reader.marks.second_copy import copy_file

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY_UID = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "marks.db"


@pytest.fixture
def marks(path: Path) -> Iterator[MarkStore]:
    with contextlib.closing(MarkStore(path)) as opened:
        yield opened


# The file


@pytest.mark.parametrize(
    ("content", "remark"),
    [
        (b"this is no database, and long enough to be looked at\n" * 200, "garbage"),
        (b"SQLite format 3\0" + b"\xff" * 8000, "garbage after a valid header"),
    ],
)
def test_garbage_in_place_of_marks_is_renamed_and_not_deleted(
    path: Path, marks: MarkStore, content: bytes, remark: str
) -> None:
    path.parent.mkdir()
    for number in (1, 2):
        marks.close()
        path.write_bytes(content)
        marks.set(MarkKind.READ, [ONE], on=True, now=number)
        assert state(marks, ONE) == MarkState(read_at=1), f"{remark}, from the second copy"
        aside = path.with_name(f"marks.db.broken-{number}")
        assert aside.read_bytes() == content
        assert aside.name in marks.pop_notice()
    assert marks.pop_notice() == "", "a notice appears once"


def test_database_of_another_program_is_renamed_intact(path: Path, marks: MarkStore) -> None:
    path.parent.mkdir()
    with contextlib.closing(sqlite3.connect(path)) as foreign:
        foreign.executescript("CREATE TABLE mark (mark_key, read_at); INSERT INTO mark VALUES (1, 2);")
    marks.prepare()
    assert "belongs to another program" in marks.pop_notice()
    with contextlib.closing(sqlite3.connect(path.with_name("marks.db.broken-1"))) as foreign:
        assert foreign.execute("SELECT * FROM mark").fetchall() == [(1, 2)]


def damaged(path: Path, marks: MarkStore, count: int) -> None:
    """Fill the file with marks and destroy a page in its middle."""
    marks.set(MarkKind.READ, (MarkTarget(number, f"file:{number:050}") for number in range(count)), on=True, now=7)
    marks.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2 // 4096 * 4096)
        file.write(b"\xff" * 4096)


def test_damaged_file_is_restored_from_its_copy(path: Path, marks: MarkStore) -> None:
    damaged(path, marks, 5_000)
    marks.prepare()
    assert len(read_keys(path)) == 5_000
    assert "was corrupt" in marks.pop_notice()


def test_damaged_file_without_a_copy_is_salvaged(path: Path, marks: MarkStore) -> None:
    damaged(path, marks, 5_000)
    copy_file(path).unlink()
    marks.prepare()
    saved = read_keys(path)
    assert 4_900 < len(saved) < 5_000
    assert saved > {0, 4_999}, "marks before and after the damaged page"
    assert f"{len(saved)} articles" in marks.pop_notice()
    assert path.with_name("marks.db.broken-1").exists()


def test_damage_to_an_open_file_is_repaired_by_the_next_mark(path: Path, marks: MarkStore) -> None:
    damaged(path, marks, 5_000)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as connection:
        # As if it had been opened before the damage.
        marks._connection = connection
        marks._file = (path.stat().st_dev, path.stat().st_ino)
        marks.set(MarkKind.STARRED, (MarkTarget(number, "") for number in range(5_000)), on=True, now=8)
    assert "corrupt" in marks.pop_notice()
    assert state(marks, MarkTarget(1, "")) == MarkState(read_at=7, starred_at=8)


def test_mark_after_the_file_was_replaced_goes_to_the_new_file(path: Path, marks: MarkStore) -> None:
    marks.set(MarkKind.READ, [ONE], on=True, now=1)
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).rename(path.with_name("old" + suffix))
    marks.set(MarkKind.READ, [TWO], on=True, now=2)
    assert read_keys(path) == {ONE.mark_key, TWO.mark_key}


def test_file_of_a_newer_version_is_read_but_not_written(path: Path, marks: MarkStore) -> None:
    marks.set(MarkKind.READ, [ONE], on=True, now=1)
    marks.close()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"ALTER TABLE mark ADD COLUMN note TEXT; PRAGMA user_version = {len(MIGRATIONS) + 1};")
    before = path.read_bytes()
    with pytest.raises(StorageError, match="newer newsreader"):
        marks.set(MarkKind.READ, [TWO], on=True, now=2)
    assert state(marks, ONE) == MarkState(read_at=1)
    assert path.read_bytes() == before


def test_file_of_an_older_version_is_migrated_once(tmp_path: Path) -> None:
    older = ("CREATE TABLE mark (a INTEGER)", "INSERT INTO mark VALUES (1), (2)")
    newer = (*older, "ALTER TABLE mark ADD COLUMN b INTEGER", "UPDATE mark SET b = a * 10")
    with contextlib.closing(sqlite3.connect(tmp_path / "old.db", isolation_level=None)) as connection:
        migrate(connection, older)
        migrate(connection, newer)
        assert connection.execute("SELECT * FROM mark").fetchall() == [(1, 10), (2, 20)]
        assert connection.execute("PRAGMA user_version").fetchone() == (4,)
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        migrate(connection, newer)
        assert connection.execute("SELECT count(*) FROM mark").fetchone() == (2,), "no migration runs twice"


def test_failed_migration_changes_nothing(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "old.db", isolation_level=None)) as connection:
        migrate(connection, ("CREATE TABLE mark (a INTEGER)", "INSERT INTO mark VALUES (1)"))
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, ("", "", "DELETE FROM mark", "DROP TABLE nothing"))
        assert connection.execute("SELECT a FROM mark").fetchall() == [(1,)]
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)


def test_full_disk_is_a_storage_error_and_loses_no_mark(path: Path, marks: MarkStore) -> None:
    marks.set(MarkKind.READ, [ONE], on=True, now=1)
    connection = marks._connection
    assert connection is not None
    connection.execute("PRAGMA max_page_count = 4")
    with pytest.raises(StorageError, match="the disk is full"):
        marks.set(MarkKind.READ, (article(number) for number in range(10_000)), on=True, now=2)
    assert read_keys(path) == {ONE.mark_key}
    connection.execute("PRAGMA max_page_count = 100000")
    marks.set(MarkKind.READ, [TWO], on=True, now=3)
    assert read_keys(path) == {ONE.mark_key, TWO.mark_key}


def test_state_folder_that_cannot_be_created_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    marks = MarkStore(tmp_path / "state" / "marks.db")
    with pytest.raises(StorageError, match="Cannot save the marks"):
        marks.prepare()
    with pytest.raises(StorageError, match="Cannot save the marks"):
        marks.set(MarkKind.READ, [ONE], on=True, now=1)
    assert list(marks.export_lines()) == []


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_marks_path_that_is_no_regular_file_is_a_storage_error(path: Path, marks: MarkStore, kind: str) -> None:
    path.parent.mkdir()
    if kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    with pytest.raises(StorageError, match="not a regular file"):
        marks.prepare()
    with pytest.raises(StorageError):
        list(marks.export_lines())


@pytest.fixture
def locked_folder() -> Iterator[Path]:
    """Create a folder with one mark that this process may read but not write."""
    folder = Path(tempfile.mkdtemp())
    with contextlib.closing(MarkStore(folder / "marks.db")) as marks:
        marks.set(MarkKind.READ, [ONE], on=True, now=1)
    (folder / "marks.db").chmod(0o444)
    folder.chmod(0o555)
    root = os.getuid() == 0
    if root:
        os.setresuid(NOBODY_UID, NOBODY_UID, 0)
    try:
        yield folder
    finally:
        if root:
            os.setresuid(0, 0, 0)
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_read_only_state_folder_is_an_error_but_marks_are_readable(locked_folder: Path) -> None:
    if os.access(locked_folder, os.W_OK):
        pytest.skip("this user may write everywhere")
    marks = MarkStore(locked_folder / "marks.db")
    with pytest.raises(StorageError, match="not writable"):
        marks.prepare()
    with pytest.raises(StorageError, match="not writable"):
        marks.set(MarkKind.READ, [TWO], on=True, now=2)
    assert state(marks, ONE) == MarkState(read_at=1)
    assert len(list(marks.export_lines())) == 1
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as index:
        attach(index, marks.path)
        assert index.execute("SELECT mark_key FROM marks.mark").fetchall() == [(ONE.mark_key,)]


# What a query sees


def attached(path: Path | None) -> contextlib.closing[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    attach(connection, path)
    return contextlib.closing(connection)


def count_read(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM marks.mark WHERE read_at IS NOT NULL").fetchone()[0])


def test_attached_marks_file_shows_its_first_mark(path: Path, marks: MarkStore) -> None:
    with attached(path) as index:
        assert count_read(index) == 0
        marks.set(MarkKind.READ, [ONE], on=True, now=1)
        assert count_read(index) == 1


def test_empty_marks_file_has_no_marks_and_can_be_used(path: Path, marks: MarkStore) -> None:
    """A process that dies, or whose disk fails, while it creates the file leaves it like this."""
    path.parent.mkdir()
    path.touch()

    assert marks.states([ONE.mark_key]) == (MarkState(),)
    assert list(marks.export_lines()) == []
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        attach(connection, path)
        marks.set(MarkKind.READ, [ONE], on=True, now=1)
        assert connection.execute("SELECT count(*) FROM marks.mark").fetchone() == (1,)


def test_query_without_a_marks_file_sees_no_marks() -> None:
    with attached(None) as index:
        assert count_read(index) == 0


def test_corrupt_marks_file_is_reported_by_every_query(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"garbage" * 1000)
    for _time in range(2):
        with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as index:
            told = attach(index, path)
            assert count_read(index) == 0
        assert not told.complete
        assert told.notice == f"The marks in {path} are corrupt; those of 0 articles can be read"
    assert path.read_bytes() == b"garbage" * 1000


def test_query_without_a_state_folder_sees_no_marks(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with attached(tmp_path / "state" / "marks.db") as index:
        assert count_read(index) == 0


# Other processes

MARKER = """
import sys
from pathlib import Path
from reader.marks import MarkKind, MarkStore, MarkTarget
marks = MarkStore(Path(sys.argv[1]))
first, steps, size = map(int, sys.argv[2:])
for step in range(steps):
    start = first + step * size
    marks.set(MarkKind.READ, [MarkTarget(key, f"file:{key}") for key in range(start, start + size)], on=True, now=1)
    print(start + size, flush=True)
"""


def start_marker(path: Path, first: int, steps: int, size: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", MARKER, str(path), str(first), str(steps), str(size)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


def test_marks_of_two_concurrent_processes_are_all_saved(path: Path) -> None:
    processes = [start_marker(path, first, 100, 3) for first in (0, 1000)]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    assert read_keys(path) == {*range(300), *range(1000, 1300)}


def test_two_stores_share_marks_and_undo_only_their_own(path: Path, marks: MarkStore) -> None:
    with contextlib.closing(MarkStore(path)) as other, attached(path) as index:
        mine = marks.set(MarkKind.READ, [ONE], on=True, now=1)
        other.set(MarkKind.STARRED, [ONE], on=True, now=2)
        other.set(MarkKind.READ, [TWO], on=True, now=3)
        assert count_read(index) == 2
        marks.revert(mine, now=4)
        assert other.states([ONE.mark_key, TWO.mark_key]) == (MarkState(starred_at=2), MarkState(read_at=3))


def test_killed_process_loses_no_confirmed_mark(path: Path) -> None:
    confirmed = 0
    for run in range(15):
        # Single and bulk marks in turn, killed after a different number of them each time.
        with start_marker(path, confirmed, 1_000, 1 if run % 2 else 400) as process:
            assert process.stdout is not None
            for _ in range(run % 5 + 1):
                confirmed = int(process.stdout.readline())
            process.send_signal(signal.SIGKILL)
            rest = process.stdout.read().split()
        confirmed = max([confirmed, *map(int, rest)])
        keys = read_keys(path)
        assert keys >= set(range(confirmed))
        confirmed = len(keys)
        assert keys == set(range(confirmed)), "a bulk mark is saved entirely or not at all"
