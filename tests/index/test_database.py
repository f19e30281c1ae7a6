from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from indexed_folder import IndexFolder, article, request

from reader.errors import CorruptIndexError, StorageError
from reader.index.schema import APPLICATION_ID, VERSION


@pytest.fixture
def folder(tmp_path: Path) -> IndexFolder:
    folder = IndexFolder(tmp_path)
    folder.write("a.md", article("Found again"))
    return folder


def _text(path: Path) -> None:
    path.write_text("this was never a database" * 100, encoding="utf-8")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _first_page(path: Path) -> None:
    raw = path.read_bytes()
    path.write_bytes(raw[:100] + b"\xff" * 3_000 + raw[3_100:])


def _foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE article (id); INSERT INTO article VALUES (1);")


def _pragma(path: Path, name: str, value: int) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA {name} = {value}")


def _older(path: Path) -> None:
    _pragma(path, "user_version", VERSION - 1)


def _newer(path: Path) -> None:
    _pragma(path, "user_version", VERSION + 1)


def _another_application(path: Path) -> None:
    _pragma(path, "application_id", APPLICATION_ID + 1)


def _missing_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE article_label")


@pytest.mark.parametrize(
    "damage", [_text, _empty, _half, _first_page, _foreign, _older, _newer, _another_application, _missing_table]
)
def test_unusable_index_is_rebuilt(folder: IndexFolder, damage: object) -> None:
    assert callable(damage)
    folder.sync()
    damage(folder.index.path)
    folder.write("b.md", article("Came later"))
    folder.sync()

    assert sorted(folder.titles()) == ["Came later", "Found again"]


def test_lock_file_with_garbage_does_not_block_a_sync(folder: IndexFolder) -> None:
    folder.sync()
    folder.index.path.with_name(folder.index.path.name + ".lock").write_text("garbage" * 100, encoding="utf-8")
    folder.write("b.md", article("Came later"))
    folder.sync()

    assert sorted(folder.titles()) == ["Came later", "Found again"]


def test_damage_found_by_a_query_is_a_corrupt_index_error(folder: IndexFolder) -> None:
    folder.sync()
    with closing(sqlite3.connect(folder.index.path)) as connection:
        connection.execute("DROP TABLE entry")

    with closing(folder.search()) as search, pytest.raises(CorruptIndexError):
        search.entries([1])

    folder.index.discard()
    folder.sync()
    assert folder.titles() == ["Found again"]


def test_rebuilt_index_loses_no_mark(folder: IndexFolder) -> None:
    folder.sync()
    assert folder.index.marks is not None
    with closing(folder.index.connect()) as connection:
        connection.execute(
            "INSERT INTO marks.mark (mark_key, identity, read_at, read_changed) "
            "SELECT mark_key, identity, 1, 1 FROM article JOIN entry USING (id)"
        )
    _text(folder.index.path)
    folder.sync()

    with closing(folder.search()) as search:
        assert [entry.read for entry in search.entries(search.ids(*request("")))] == [True]


def test_unreadable_marks_do_not_discard_the_index(folder: IndexFolder) -> None:
    assert folder.index.marks is not None
    folder.sync()
    _text(folder.index.marks)
    before = folder.index.path.stat().st_ino
    folder.sync()

    assert folder.index.path.stat().st_ino == before
    assert folder.titles() == ["Found again"]


def test_invalidated_stamps_reload_files_under_an_open_search(folder: IndexFolder) -> None:
    folder.write("README.md", "no front matter")
    folder.sync()
    with closing(folder.search()) as reader:
        folder.index.invalidate_stamps()
        assert reader.count(*request("")) == 1

        progress = folder.sync()

        assert progress.changed == 2
        assert reader.count(*request("again")) == 1


def test_article_ids_are_never_reused(folder: IndexFolder) -> None:
    folder.sync()
    with closing(folder.search()) as search:
        (first,) = search.ids(*request(""))
    (folder.root / "a.md").unlink()
    folder.sync()
    folder.write("b.md", article("Another"))
    folder.sync()

    with closing(folder.search()) as search:
        assert search.ids(*request("")).tolist() > [first]


def test_unusable_cache_folder_is_a_storage_error(folder: IndexFolder) -> None:
    folder.index.path.parent.write_text("a file where the folder should be", encoding="utf-8")

    with pytest.raises(StorageError, match=r"Cannot use the index .*: File exists$"):
        folder.index.prepare()


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm", "-journal", ".new"])
def test_folder_in_place_of_an_index_file_is_moved_aside(folder: IndexFolder, suffix: str) -> None:
    in_the_way = folder.index.path.with_name(folder.index.path.name + suffix)
    (in_the_way / "something").mkdir(parents=True)

    folder.sync()

    assert folder.titles() == ["Found again"]
    kept = [path for path in folder.index.path.parent.iterdir() if (path / "something").is_dir()]
    assert [path.name for path in kept] == [f"{in_the_way.name}.aside-1"]


def test_pipe_in_place_of_the_index_does_not_block(folder: IndexFolder) -> None:
    folder.index.path.parent.mkdir()
    os.mkfifo(folder.index.path)

    folder.sync()

    assert folder.titles() == ["Found again"]


def test_failed_rebuild_leaves_no_partial_index(folder: IndexFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: Path, _target: Path) -> Path:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr("pathlib.Path.replace", refuse)

    with pytest.raises(StorageError, match=r"Cannot use the index .*: Input/output error$"):
        folder.index.prepare()

    assert [path.name for path in folder.index.path.parent.iterdir()] == [f"{folder.index.path.name}.lock"]


def test_index_that_cannot_be_opened_leaves_no_open_file(folder: IndexFolder) -> None:
    folder.sync()
    _text(folder.index.path)
    before = _open_files()

    with pytest.raises(StorageError) as caught:
        folder.index.connect()

    # The traceback of the error keeps the frames, and so their objects, alive.
    assert caught.value.__cause__ is not None
    assert _open_files() == before


def _open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())
