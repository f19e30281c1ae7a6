"""An opened folder: a file that crashed the worker process is never loaded again."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from indexed_folder import request
from live_folder import write
from one_by_one import OneByOne, read_record

from reader.article import Article
from reader.content import LoadResult
from reader.index.sync import sync
from reader.index.writer import build_record
from reader.library import Library, open_library
from reader.problems import Code, Problem
from reader.storage.paths import AppPaths

if TYPE_CHECKING:
    from pathlib import Path

    from reader.content import ScannedFile
    from reader.index.writer import IndexRecord


class _NoLoadLibrary(Library, frozen=True):
    """A library that raises if a file is loaded."""

    def load(self, path: str) -> LoadResult:
        raise AssertionError(f"{path} was read")


def _read_or_crash(root: Path, found: ScannedFile) -> IndexRecord:
    if found.path == "deadly.md":
        problem = Problem(found.path, 0, "", Code.CRASHES)
        return build_record(found, LoadResult(Article(found.path, "Deadly", unreadable=True), (problem,)))
    return read_record(root, found)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    for name in ("deadly.md", "harmless.md"):
        write(tmp_path / "content", name)
    library = open_library(tmp_path / "content", AppPaths(tmp_path / "cache", tmp_path / "state", tmp_path / "config"))
    for _progress in sync(library.index, library.place, read=OneByOne(_read_or_crash)):
        pass
    return _NoLoadLibrary(library.place, library.index, library.marks, library.texts)


def test_file_that_crashed_a_worker_is_not_loaded_again(library: Library) -> None:
    with closing(library.search()) as search:
        (entry,) = search.entries(search.ids(*request("is:unreadable")))
        loaded = library.load_entry(search, entry)

    assert loaded.article == Article("deadly.md", "Deadly", unreadable=True)
    assert [problem.code for problem in loaded.problems] == [Code.CRASHES]


def test_other_file_is_loaded_when_shown(library: Library) -> None:
    with closing(library.search()) as search:
        (entry,) = search.entries(search.ids(*request("-is:unreadable")))
        with pytest.raises(AssertionError, match=r"harmless.md was read"):
            library.load_entry(search, entry)
