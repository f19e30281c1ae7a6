"""Small files in private folders, whichever module creates them first."""

from __future__ import annotations

import os
import stat
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reader.cli.crash_report import write_crash_report
from reader.config.saved_searches import save_search
from reader.index.database import IndexFile
from reader.marks import MarkStore
from reader.storage.atomic import read_limited, write_private_file
from reader.storage.filter_history import FilterHistory
from reader.storage.paths import AppPaths
from reader.storage.session import Session, SessionFiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def places(tmp_path: Path) -> Iterator[AppPaths]:
    before = os.umask(0o022)
    yield AppPaths(tmp_path / "cache", tmp_path / "state", tmp_path / "config")
    os.umask(before)


def _marks(places: AppPaths) -> None:
    with closing(MarkStore(places.marks_file)) as marks:
        marks.prepare()


MAKERS: dict[str, Callable[[AppPaths], object]] = {
    "filters": lambda places: FilterHistory(places.filters_file).add("is:unread"),
    "session": lambda places: SessionFiles(places.session_file(places.cache), places.theme_file).save(Session()),
    "marks": _marks,
    "index": lambda places: IndexFile(places.index_file(places.cache)).prepare(),
    "searches": lambda places: save_search(places.config_file, "best", "quality>=70"),
    "crash": lambda places: write_crash_report(ValueError(), places),
}


@pytest.mark.parametrize("maker", MAKERS)
def test_folder_created_by_any_module_is_private(places: AppPaths, maker: str) -> None:
    MAKERS[maker](places)

    made = [folder for folder in (places.cache, places.state, places.config) if folder.exists()]
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in made] == [0o700]


def test_read_limited_stops_at_the_limit(tmp_path: Path) -> None:
    write_private_file(tmp_path / "new" / "file", b"0123456789")

    assert read_limited(tmp_path / "new" / "file", 4) == b"0123"


def test_read_limited_does_not_block_on_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert read_limited(tmp_path / "pipe", 4) == b""
