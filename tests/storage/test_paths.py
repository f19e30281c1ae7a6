"""Paths of newsreader's files, by content folder and XDG variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.storage.paths import AppPaths, default_paths

PLACES = AppPaths(Path("/cache"), Path("/state"), Path("/config"))


def test_marks_filters_and_config_have_fixed_paths() -> None:
    assert PLACES.marks_file == Path("/state/marks.db")
    assert PLACES.filters_file == Path("/state/filters.jsonl")
    assert PLACES.config_file == Path("/config/config.toml")


def test_content_folders_have_separate_indexes(tmp_path: Path) -> None:
    roots = [tmp_path / "a" / "news", tmp_path / "b" / "news", tmp_path / "a" / "news" / "one.md"]
    names = [PLACES.index_file(root) for root in roots]
    assert len(set(names)) == len(roots)
    assert {name.parent for name in names} == {Path("/cache")}
    assert names[0].name.startswith("news-")


def test_paths_to_the_same_folder_share_one_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "link").symlink_to("news")
    monkeypatch.chdir(tmp_path)
    ways = [tmp_path / "news", Path("news"), Path("news/../news"), Path("link")]
    assert len({PLACES.index_file(way) for way in ways}) == 1


@pytest.mark.parametrize(
    ("name", "remark"),
    [
        ("a b/../c\nd", "white space"),
        ("\udcff\x1b[31m", "undecodable bytes and an escape"),
        ("x" * 200, "a name of 200 characters"),
        ("…", "nothing readable"),
    ],
)
def test_index_name_is_printable_and_limited(name: str, remark: str) -> None:
    index = PLACES.index_file(Path("/somewhere") / name)
    assert index.parent == Path("/cache"), remark
    assert index.name.isprintable()
    assert len(index.name.encode()) < 255


def test_file_system_root_has_an_index() -> None:
    assert PLACES.index_file(Path("/")).name.startswith("root-")


def test_xdg_variables_set_the_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CACHE", "STATE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", f"/xdg/{name.lower()}")
    monkeypatch.setattr("sys.platform", "linux")
    assert default_paths() == AppPaths(
        Path("/xdg/cache/newsreader"), Path("/xdg/state/newsreader"), Path("/xdg/config/newsreader")
    )
