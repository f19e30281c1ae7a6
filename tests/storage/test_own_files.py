"""Permissions of newsreader's own files, and symlinks and pipes in their place."""

from __future__ import annotations

import os
import stat
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reader.cli.crash_report import write_crash_report
from reader.config.saved_searches import save_search
from reader.library import open_library
from reader.marks import MarkKind, MarkStore, MarkTarget
from reader.storage.filter_history import FilterHistory
from reader.storage.paths import AppPaths
from reader.storage.reading_places import ReadingPlaces
from reader.storage.session import Session, SessionFiles

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET = b"precious\n" * 1_000


@pytest.fixture
def places(tmp_path: Path) -> AppPaths:
    return AppPaths(*(tmp_path / name / "newsreader" for name in ("cache", "state", "config")))


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "a.md").write_text("---\ntitle: First\n---\n", encoding="utf-8")
    return folder


def use_everything(content: Path, places: AppPaths) -> None:
    """Index, mark, and write every file that newsreader writes."""
    library = open_library(content, places)
    assert [progress.found for progress in library.sync()][-1] == 1
    with closing(library.search()) as search:
        assert search.totals().articles == 1
    with closing(MarkStore(places.marks_file)) as marks:
        marks.set(MarkKind.READ, [MarkTarget(1, "a")], on=True, now=1)
        marks.set(MarkKind.READ, [MarkTarget(1, "a")], on=False, now=1)
    SessionFiles(places.session_file(content), places.theme_file).save(Session(theme="nord"))
    for text in ("is:unread", "is:starred"):
        FilterHistory(places.filters_file).add(text)
    with closing(ReadingPlaces(places.places_file(content))) as reading:
        reading.put("a.md", b"{}", 1)
    save_search(places.config_file, "a", "x")
    write_crash_report(ValueError(), places)


def own_files(places: AppPaths) -> list[Path]:
    return [file for folder in (places.cache, places.state, places.config) for file in sorted(folder.iterdir())]


@pytest.mark.parametrize("mask", [0, 0o022, 0o777])
def test_own_files_are_private_whatever_the_umask(content: Path, places: AppPaths, mask: int) -> None:
    for folder in (places.cache, places.state, places.config):
        folder.parent.mkdir()
    old = os.umask(mask)
    try:
        use_everything(content, places)
        use_everything(content, places)
    finally:
        os.umask(old)
    assert [file.name for file in own_files(places) if stat.S_IMODE(file.stat().st_mode) != 0o600] == []
    folders = (places.cache, places.state, places.config)
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


def test_own_files_readable_by_others_become_private(content: Path, places: AppPaths) -> None:
    use_everything(content, places)
    files = [file for file in own_files(places) if file.parent != places.config and file.suffix != ".lock"]
    for file in files:
        file.chmod(0o644)
    use_everything(content, places)
    assert [file.name for file in files if stat.S_IMODE(file.stat().st_mode) != 0o600] == []


def _index_files(content: Path, places: AppPaths) -> list[Path]:
    index = places.index_file(content)
    suffixes = ("", "-wal", "-shm", "-journal", ".lock", ".new", ".new-wal", ".reading")
    return [index.with_name(index.name + suffix) for suffix in suffixes]


def _state_files(content: Path, places: AppPaths) -> list[Path]:
    names = ("marks.db.lock", "marks.copy.db", "marks.copy.db-wal", "theme.json", "filters.jsonl", "crash.txt")
    return [*(places.state / name for name in names), places.session_file(content), places.places_file(content)]


def _link(file: Path) -> None:
    precious = file.parents[2] / "precious"
    precious.write_bytes(SECRET)
    file.symlink_to(precious)


def _dangling_link(file: Path) -> None:
    file.symlink_to(file.parents[2] / "nowhere")


def _pipe(file: Path) -> None:
    os.mkfifo(file)


@pytest.mark.parametrize("put", [_link, _dangling_link, _pipe], ids=lambda put: put.__name__.strip("_"))
@pytest.mark.parametrize("first", [True, False], ids=["new", "known"])
def test_symlink_in_place_of_an_own_file_is_not_followed(
    content: Path, places: AppPaths, put: Callable[[Path], None], *, first: bool
) -> None:
    if not first:
        use_everything(content, places)
    for folder in (places.cache, places.state):
        folder.mkdir(parents=True, exist_ok=True)
    base = content.parent
    for file in (*_index_files(content, places), *_state_files(content, places)):
        if put is _pipe and file.name.endswith(".lock"):
            continue
        file.unlink(missing_ok=True)
        put(file)
        use_everything(content, places)
        assert not (base / "nowhere").exists(), file.name
        if put is _link:
            assert (base / "precious").read_bytes() == SECRET, file.name
        if file.is_symlink() or file.is_fifo():
            file.unlink()
