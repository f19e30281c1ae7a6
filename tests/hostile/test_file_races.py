"""Files that disappear, shrink, grow or change type between the scan and the load, and during the load."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from indexed_folder import IndexFolder, article, request
from one_by_one import OneByOne, read_record
from tui_driver import ReaderEnv, opened

from reader.content import ScannedFile, load_file, scan
from reader.content.load import MAX_BYTES
from reader.storage.paths import AppPaths

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reader.index.writer import IndexRecord


def _remove(path: Path) -> None:
    path.unlink()


def _become_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _become_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _symlink_out(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


def _symlink_to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def _grow(path: Path) -> None:
    os.truncate(path, 1 << 40)


def _empty(path: Path) -> None:
    os.truncate(path, 0)


def _halve(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _lose_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


CHANGES = [
    pytest.param(_remove, "cannot read file: No such file or directory", id="is deleted"),
    pytest.param(_become_folder, "not a regular file", id="turns into a folder"),
    pytest.param(_become_pipe, "not a regular file", id="turns into a pipe"),
    pytest.param(_symlink_out, "link leaves the content folder; ignored", id="turns into a symlink out"),
    pytest.param(_symlink_to_itself, "cannot read file: Too many levels of symbolic links", id="turns into a loop"),
    pytest.param(_grow, f"larger than {MAX_BYTES // 1024**2} MiB", id="grows"),
    pytest.param(_halve, "unclosed front matter (no closing ---)", id="is truncated"),
    pytest.param(_lose_folder, "cannot read file: No such file or directory", id="is deleted with its folder"),
]


def _fill(folder: IndexFolder) -> None:
    folder.write("before.md", article("Before"))
    folder.write("sub/x.md", "---\n" + "topics: [a, b]\n" * 8 + "title: The changing one\n---\n")
    folder.write("zulu.md", article("Behind"))


@pytest.mark.parametrize(("change", "expected"), CHANGES)
def test_file_changed_after_the_scan_is_a_problem_and_the_rest_loads(
    tmp_path: Path, change: Callable[[Path], None], expected: str
) -> None:
    folder = IndexFolder(tmp_path)
    _fill(folder)

    def read(root: Path, found: ScannedFile) -> IndexRecord:
        if found.path == "sub/x.md":
            change(root / found.path)
        return read_record(root, found)

    for _progress in folder.sync_steps(read=OneByOne(read)):
        pass

    with closing(folder.search()) as search:
        problem = search.problems()[0]
        assert (problem.path, problem.message[: len(expected)]) == ("sub/x.md", expected)
        found = search.entries(search.ids(*request("")))
    assert {entry.path for entry in found} == {"before.md", "sub/x.md", "zulu.md"}
    assert {entry.title for entry in found} >= {"Before", "Behind"}


def test_file_emptied_after_the_scan_is_not_an_article(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    _fill(folder)

    def read(root: Path, found: ScannedFile) -> IndexRecord:
        os.truncate(root / "sub/x.md", 0)
        return read_record(root, found)

    for _progress in folder.sync_steps(read=OneByOne(read)):
        pass
    with closing(folder.search()) as search:
        assert search.problems() == []
        assert search.totals().plain == 1


def test_folder_deleted_after_the_scan_makes_its_files_unreadable(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    _fill(folder)
    found = list(scan(folder.root))
    shutil.rmtree(folder.root / "sub")
    loaded = {item.path: load_file(folder.root, item.path) for item in found}
    assert {path for path, each in loaded.items() if each.article is not None and each.article.unreadable} == {
        "sub/x.md"
    }


class _ChangingRead:
    """A fake of os.read for a file that another program truncates or extends after each read."""

    def __init__(self, path: Path, change: Callable[[Path], None]) -> None:
        self._path = path
        self._change = change
        self._read = os.read

    def __call__(self, descriptor: int, size: int) -> bytes:
        data = self._read(descriptor, size)
        self._change(self._path)
        return data


def _append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more\n" * 1000)


@pytest.mark.parametrize(("change", "remark"), [(_append, "it grows"), (_halve, "shrinks"), (_empty, "empties")])
def test_file_changed_during_the_read_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None], remark: str
) -> None:
    file = tmp_path / "a.md"
    file.write_text(article("Unsteady", "text " * 1000), encoding="utf-8")
    monkeypatch.setattr(os, "read", _ChangingRead(file, change))

    loaded = load_file(tmp_path, "a.md")

    assert loaded.article is not None
    assert loaded.article.title == "Unsteady", remark
    assert len(loaded.article.body) <= MAX_BYTES


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_remove, "Unreadable: cannot read file: No such file or directory"),
        (_become_folder, "Unreadable: not a regular file"),
        (_grow, "Unreadable: larger than 4 MiB"),
        (_empty, "Unreadable: front matter was removed"),
        (_halve, "unclosed front matter (no closing ---)"),
    ],
)
async def test_page_of_a_changed_file_shows_the_problem(
    tmp_path: Path, change: Callable[[Path], None], expected: str
) -> None:
    folder = IndexFolder(tmp_path)
    _fill(folder)
    reader_env = ReaderEnv(AppPaths(tmp_path / "cache", tmp_path / "state", tmp_path / "config"))
    async with opened(folder.root, reader_env) as reading:
        change(folder.root / "sub" / "x.md")
        await reading.go_to("sub/x.md")
        assert expected in " ".join(reading.page().split())
        # The row comes from the index until the next sync.
        assert "The changing one" in reading.text()
        await reading.press("o", "w", "y", "j", "k", "enter", "escape")
        assert reading.app.return_code is None


async def test_terminal_that_cannot_suspend_the_tui_shows_a_message(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    folder.write("a.md", article("One", originalUrl="https://good.example/"))
    (tmp_path / "w3m").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "w3m").chmod(0o755)
    env = {"PATH": str(tmp_path), "BROWSER": "w3m", "EDITOR": "true"}
    places = AppPaths(tmp_path / "cache", tmp_path / "state", tmp_path / "config")
    async with opened(folder.root, ReaderEnv(places, env)) as reading:
        for keys in (("o",), ("O",), ("e",), ("|", "c", "a", "t", "enter")):
            await reading.dismiss_message()
            await reading.press(*keys)
            assert "Cannot suspend the UI in this terminal" in reading.said, keys
        assert reading.runner.started == []
        assert not reading.entries()[0].read


async def test_editor_does_not_open_a_symlink_out_of_the_folder(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    _fill(folder)
    places = AppPaths(tmp_path / "cache", tmp_path / "state", tmp_path / "config")
    async with opened(folder.root, ReaderEnv(places, {"EDITOR": "true"})) as reading:
        _symlink_out(folder.root / "sub" / "x.md")
        await reading.go_to("sub/x.md")
        await reading.press("e")
        assert "Cannot open sub/x.md: link leaves the content folder" in reading.said
        assert reading.runner.started == []


async def test_editor_with_an_unclosed_quote_is_an_error_message(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    folder.write("a.md", article("One"))
    places = AppPaths(tmp_path / "cache", tmp_path / "state", tmp_path / "config")
    async with opened(folder.root, ReaderEnv(places, {"EDITOR": "vi '"})) as reading:
        await reading.press("e")
        assert "Cannot parse $EDITOR" in reading.said
