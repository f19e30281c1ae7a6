"""The hostile folder through the library: files match the manifest, both loaded singly and in the index."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from hostile_manifest import Observed, Outcome, diff, shown_path
from indexed_folder import request

from reader.content import ScannedFile, load_file, scan
from reader.library import open_library
from reader.problems import Problem
from reader.storage.paths import AppPaths
from reader.text import sanitize

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from hostile_folder import HostileFolder

    from reader.content.yaml import YamlParser


def _of_paths(problems: Iterable[Problem]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for problem in problems:
        found.setdefault(shown_path(problem.path), []).append((problem.field, problem.message))
        assert sanitize(problem.field + problem.message) == problem.field + problem.message
    return found


def test_loaded_files_match_the_manifest(hostile: HostileFolder, engine: YamlParser) -> None:
    titles, plain, problems, unreadable = {}, set(), [], set()
    for item in scan(hostile.path):
        if isinstance(item, Problem):
            problems.append(item)
            continue
        assert isinstance(item, ScannedFile)
        loaded = load_file(hostile.path, item.path, engine)
        problems += loaded.problems
        if loaded.article is None:
            plain.add(shown_path(item.path))
            continue
        titles[shown_path(item.path)] = loaded.article.title
        if loaded.article.unreadable:
            unreadable.add(item.path)

    seen = Observed(titles, _of_paths(problems), frozenset(plain))
    assert diff(hostile.manifest, seen) == []
    assert unreadable == {case.path for case in hostile.manifest if case.fate is Outcome.UNREADABLE}


def test_indexed_files_match_the_manifest(hostile: HostileFolder, tmp_path: Path) -> None:
    library = open_library(hostile.path, AppPaths(tmp_path / "cache", tmp_path / "state", tmp_path / "config"))
    for _progress in library.sync():
        pass
    with closing(library.search()) as search:
        entries = search.entries(search.ids(*request("")))
        seen = Observed(
            {shown_path(entry.path): entry.title for entry in entries},
            _of_paths(search.problems()),
            frozenset(map(shown_path, search.other_files())),
        )
    assert diff(hostile.manifest, seen) == []
