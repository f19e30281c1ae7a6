"""Marks outlive changes to files, folders and the index."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from indexed_folder import request
from live_folder import write

from reader.index import records
from reader.library import open_library
from reader.marks import MarkKind, MarkStore
from reader.storage.paths import AppPaths

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAMES = tuple(f"a-{number}.md" for number in range(6))


@pytest.fixture
def places(tmp_path: Path) -> AppPaths:
    return AppPaths(tmp_path / "cache", tmp_path / "state", tmp_path / "config")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number, name in enumerate(NAMES):
        write(tmp_path / "content", name, day=number, more=f"originalUrl: https://example.com/{number}\n")
    return tmp_path / "content"


def starred(folder: Path, places: AppPaths) -> list[str]:
    """Return the titles of starred articles after a sync, as the program would show them at startup."""
    library = open_library(folder, places)
    for _progress in library.sync():
        pass
    with closing(library.search()) as search:
        assert search.totals().articles == len(NAMES)
        return [entry.title for entry in search.entries(search.ids(*request("is:starred sort:title")))]


def star(folder: Path, places: AppPaths, names: tuple[str, ...]) -> None:
    library = open_library(folder, places)
    with closing(library.search()) as search, closing(MarkStore(places.marks_file)) as marks:
        found = [search.find_by_path(name) for name in names]
        targets = [entry.target for entry in found if entry]
        marks.set(MarkKind.STARRED, targets, on=True, now=1)


def _rename_files(folder: Path, _index: Path) -> Path:
    for name in NAMES:
        (folder / name).rename(folder / f"renamed-{name}.txt")
    return folder


def _move_files_deeper(folder: Path, _index: Path) -> Path:
    (folder / "deeper").mkdir()
    for name in NAMES:
        (folder / name).rename(folder / "deeper" / name)
    return folder


def _move_folder(folder: Path, _index: Path) -> Path:
    return folder.rename(folder.with_name("elsewhere"))


def _edit_files(folder: Path, _index: Path) -> Path:
    for number, name in enumerate(NAMES):
        url = f"http://www.example.com/{number}/?utm_source=feed#top"
        write(folder, name, title=f"a-{number}", text="Another text.", more=f"originalUrl: {url}\n")
    return folder


def _delete_index(folder: Path, index: Path) -> Path:
    for file in index.parent.iterdir():
        file.unlink()
    return folder


def _garble_index(folder: Path, index: Path) -> Path:
    index.write_bytes(os.urandom(100_000))
    return folder


def _tear_index(folder: Path, index: Path) -> Path:
    with index.open("r+b") as file:
        file.truncate(5_000)
    return folder


def _version(by: int) -> Callable[[Path, Path], Path]:
    def change(folder: Path, index: Path) -> Path:
        with closing(sqlite3.connect(index)) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            connection.execute(f"PRAGMA user_version = {version + by}")
        return folder

    return change


def _foreign_index(folder: Path, index: Path) -> Path:
    index.unlink()
    with closing(sqlite3.connect(index)) as connection:
        connection.execute("CREATE TABLE article (id INTEGER PRIMARY KEY, path TEXT)")
    return folder


@pytest.mark.parametrize(
    ("change_files", "remark"),
    [
        (_rename_files, "files are renamed"),
        (_move_files_deeper, "files move into another folder"),
        (_move_folder, "the folder moves"),
        (_edit_files, "files are edited, and their URL is spelt in another way"),
        (_delete_index, "the index is deleted"),
        (_garble_index, "the index is replaced by garbage"),
        (_tear_index, "the index is cut off"),
        (_version(-1), "the index is of an older version"),
        (_version(1), "the index is of a newer version"),
        (_foreign_index, "the index is another program's file"),
    ],
)
def test_marks_outlive_changes_to_files_folder_and_index(
    folder: Path, places: AppPaths, change_files: Callable[[Path, Path], Path], remark: str
) -> None:
    assert starred(folder, places) == []
    star(folder, places, NAMES[1:4])
    kept = starred(folder, places)
    assert len(kept) == 3
    index = places.index_file(folder)
    with closing(sqlite3.connect(index)) as connection:
        # The write-ahead log would hide the damage.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    moved = change_files(folder, index)
    assert starred(moved, places) == kept, remark


def test_mark_of_an_article_without_url_survives_rename_and_edit(folder: Path, places: AppPaths) -> None:
    write(folder, NAMES[0], text="No URL any more.", title="Plain")
    assert starred(folder, places) == []
    star(folder, places, NAMES[:1])
    (folder / NAMES[0]).unlink()
    write(folder, "deep/other name.txt", text="Edited.", title="Plain")
    assert starred(folder, places) == ["Plain"]
    _delete_index(folder, places.index_file(folder))
    assert starred(folder, places) == ["Plain"]


def test_files_with_the_same_name_in_two_folders_share_no_mark(folder: Path, places: AppPaths, tmp_path: Path) -> None:
    write(folder, NAMES[0], title="Here")
    assert starred(folder, places) == []
    star(folder, places, NAMES[:1])
    for name in NAMES:
        write(tmp_path / "second", name, title=f"There {name}")
    assert starred(tmp_path / "second", places) == []


def test_marks_file_of_a_newer_version_is_readable(folder: Path, places: AppPaths) -> None:
    assert starred(folder, places) == []
    star(folder, places, NAMES[1:4])
    _version(1)(folder, places.marks_file)
    assert len(starred(folder, places)) == 3


def test_sync_interrupted_before_the_index_loses_no_mark(
    folder: Path, places: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert starred(folder, places) == []
    star(folder, places, NAMES)
    _move_files_deeper(folder, places.index_file(folder))
    with monkeypatch.context() as patch:
        patch.setattr(records, "store", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            starred(folder, places)
    assert len(starred(folder, places)) == len(NAMES)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
