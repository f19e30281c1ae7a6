from __future__ import annotations

import os
import socket
import stat
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import astuple

from reader.content import ContentRoot, FileStamp, ScannedFile, get_stamp, resolve_root, scan
from reader.errors import FolderError
from reader.index.reading.extract import RETRY_MTIME
from reader.problems import Code, Problem

if TYPE_CHECKING:
    from pathlib import Path


def _write(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("---\ntitle: x\n---\n")


def _paths(root: Path) -> list[str]:
    found = list(scan(root))
    assert not [problem for problem in found if isinstance(problem, Problem)]
    return sorted(item.path for item in found)


def _problems(root: Path) -> list[tuple[str, str]]:
    return sorted((item.path, item.message) for item in scan(root) if isinstance(item, Problem))


def test_scan_finds_files_by_suffix_in_any_case(tmp_path: Path) -> None:
    wanted = ["a.md", "b.MARKDOWN", "c.Mdx", "d.txt", "e.html", "sub/deep/f.md", "x.md/g.md", "k.qmd", "l.Rmd", "m.rst"]
    wanted += ["n.mdown", "o.mkd"]
    _write(tmp_path, *wanted, "h.org", "i", "j.md.bak", "md")
    assert _paths(tmp_path) == sorted(wanted)


def test_scan_ignores_hidden_tool_and_template_folders(tmp_path: Path) -> None:
    _write(tmp_path, "a.md", ".b.md", ".git/c.md", "node_modules/x/d.md", "sub/__pycache__/e.md")
    _write(tmp_path, "_layouts/post.html", "docs/_includes/f.md", "_data/people/g.md", "_site/h.html", "_static/i.txt")
    assert _paths(tmp_path) == ["a.md"]


def test_scan_of_a_hidden_root_finds_its_files(tmp_path: Path) -> None:
    _write(tmp_path, ".notes/a.md")
    assert _paths(tmp_path / ".notes") == ["a.md"]


def test_scanned_file_has_mtime_and_size_of_the_file(tmp_path: Path) -> None:
    _write(tmp_path, "a.md")
    os.utime(tmp_path / "a.md", ns=(5, 1_600_000_000_000_000_001))
    (found,) = scan(tmp_path)
    assert isinstance(found, ScannedFile)
    assert (found.path, found.mtime_ns) == ("a.md", 1_600_000_000_000_000_001)
    assert found.size == (tmp_path / "a.md").stat().st_size
    assert found.stamp == get_stamp(tmp_path, "a.md")


def test_scan_finds_names_that_are_not_utf8(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9 \x1b[31m\n.md")
    _write(tmp_path, f"{name[:-3]}/{name}")
    assert _paths(tmp_path) == [f"{name[:-3]}/{name}"]


def test_pipe_socket_and_device_are_problems(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero.md").symlink_to("/dev/zero")
    here = os.open(".", os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as server:
        try:
            os.chdir(tmp_path)  # the path of a socket must be short
            server.bind("socket.txt")
        finally:
            os.chdir(here)
            os.close(here)
        assert _problems(tmp_path) == [
            ("pipe.md", "not a regular file (pipe)"),
            ("socket.txt", "not a regular file (socket)"),
            ("zero.md", "link leaves the content folder; ignored"),
        ]


def test_symlinks_out_of_the_folder_are_ignored_with_a_problem(tmp_path: Path) -> None:
    root = tmp_path / "root"
    _write(tmp_path, "root/a.md", "outside/b.md", "root-not/c.md")
    (root / "passwd.txt").symlink_to("/etc/passwd")
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "near").symlink_to(tmp_path / "root-not")
    (root / "program").symlink_to("/bin/sh")
    message = "link leaves the content folder; ignored"
    assert _problems(root) == [("near", message), ("out", message), ("passwd.txt", message)]
    assert [item.path for item in scan(root) if isinstance(item, ScannedFile)] == ["a.md"]


def test_symlink_loop_is_a_problem(tmp_path: Path) -> None:
    _write(tmp_path, "a/b/x.md")
    (tmp_path / "a" / "b" / "up").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "root").symlink_to(tmp_path)
    (tmp_path / "self.md").symlink_to(tmp_path / "self.md")
    assert _problems(tmp_path) == [
        ("a/b/up", "link loop; ignored"),
        ("a/root", "link loop; ignored"),
        ("self.md", "broken link: Too many levels of symbolic links"),
    ]


def test_symlink_to_a_found_file_is_no_second_article(tmp_path: Path) -> None:
    _write(tmp_path, "a/x.md", "b/y.md")
    (tmp_path / "0").symlink_to(tmp_path / "a")
    (tmp_path / "latest.md").symlink_to(tmp_path / "b" / "y.md")
    assert _paths(tmp_path) == ["a/x.md", "b/y.md"]


def test_file_behind_several_symlinks_is_found_once(tmp_path: Path) -> None:
    _write(tmp_path, ".store/a/x.md", ".store/y.md", ".store/data")
    (tmp_path / "one").symlink_to(tmp_path / ".store" / "a")
    (tmp_path / "two").symlink_to(tmp_path / ".store" / "a")
    (tmp_path / "y1.md").symlink_to(".store/y.md")
    (tmp_path / "y2.md").symlink_to(".store/y.md")
    (tmp_path / "z.md").symlink_to(".store/data")
    assert _paths(tmp_path) == ["one/x.md", "y1.md", "z.md"]


def test_broken_symlink_with_an_article_name_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to("nothing")
    (tmp_path / "b").symlink_to("nothing")
    assert _problems(tmp_path) == [("a.md", "broken link: No such file or directory")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_folder_is_a_problem_and_the_rest_is_found(tmp_path: Path) -> None:
    _write(tmp_path, "a.md", "locked/b.md")
    (tmp_path / "locked").chmod(0)
    try:
        assert _problems(tmp_path) == [("locked", "cannot read folder: Permission denied")]
        assert [item.path for item in scan(tmp_path) if isinstance(item, ScannedFile)] == ["a.md"]
    finally:
        (tmp_path / "locked").chmod(0o700)


def test_root_can_be_folder_symlink_or_single_file(tmp_path: Path) -> None:
    root = tmp_path / "root"
    _write(root, "a.md", "b.md")
    (tmp_path / "link").symlink_to(root)
    assert resolve_root(root) == ContentRoot(root)
    assert _paths(tmp_path / "link") == ["a.md", "b.md"]
    place = resolve_root(root / "a.md")
    assert place == ContentRoot(root, "a.md")
    assert [item.path for item in scan(place.root, place.only)] == ["a.md"]


def test_deleted_single_file_is_a_problem(tmp_path: Path) -> None:
    assert list(scan(tmp_path, "a.md")) == [
        Problem("a.md", 0, "", Code.CANNOT_READ_FILE, ("No such file or directory",))
    ]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("none", "none: No such file or directory"),
        ("a.md/b", "b: Not a directory"),
        ("pipe", "pipe (pipe)"),
        ("x" * 300, ": File name too long"),
        ("\x00", ": embedded null byte"),
        ("no\x1b[31m\nne", "no[31m ne: No such file or directory"),
    ],
)
def test_invalid_root_is_a_folder_error(tmp_path: Path, name: str, sentence: str) -> None:
    _write(tmp_path, "a.md")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FolderError) as caught:
        resolve_root(tmp_path / name)
    assert str(caught.value).endswith(sentence)
    assert str(caught.value).isprintable()


def test_scan_of_a_deleted_root_is_a_folder_error(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="No such file"):
        list(scan(tmp_path / "gone"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("name", ["a.md", "sub"])
def test_unreadable_root_is_a_folder_error(tmp_path: Path, name: str) -> None:
    _write(tmp_path, "a.md", "sub/b.md")
    (tmp_path / name).chmod(0)
    try:
        with pytest.raises(FolderError, match="Permission denied"):
            resolve_root(tmp_path / name)
    finally:
        (tmp_path / name).chmod(0o700)


def _stamp(path: Path) -> FileStamp | None:
    return get_stamp(path.parent, path.name)


def test_stamp_changes_with_the_file_even_if_mtime_is_reset(tmp_path: Path) -> None:
    path, other = tmp_path / "a.md", tmp_path / "b.md"
    path.write_text("One.", encoding="utf-8")
    other.write_text("Two.", encoding="utf-8")
    for file in (path, other):
        os.utime(file, ns=(1, 1))
    before = _stamp(path)
    assert before == _stamp(path)

    other.replace(path)  # as cp -p and rsync -t do
    replaced = _stamp(path)
    assert replaced != before

    time = path.stat().st_ctime_ns
    while path.stat().st_ctime_ns == time:  # the clock of a file system has ticks of some milliseconds
        path.write_text("Six.", encoding="utf-8")
        os.utime(path, ns=(1, 1))
    assert _stamp(path) not in {before, replaced}


EXTREMES = [-(2**80), -(2**63), -(2**63) + 1, -1, 0, 1, 2**31, 2**32, 2**53, 2**63 - 1, 2**63, 2**64 - 1, 2**80]


@pytest.mark.parametrize("number", EXTREMES)
@pytest.mark.parametrize("name", ["st_mtime_ns", "st_ctime_ns", "st_ino"])
def test_stamp_clamps_extreme_file_system_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, number: int
) -> None:
    numbers = {"st_mtime_ns": 0, "st_ctime_ns": 0, "st_ino": 0, "st_size": 1, "st_mode": stat.S_IFREG, name: number}
    monkeypatch.setattr(os, "stat", lambda *_, **__: SimpleNamespace(**numbers))
    stamp = get_stamp(tmp_path, "a.md")
    assert stamp is not None
    assert all(-(2**63) <= value < 2**63 for value in astuple(stamp))
    assert stamp.mtime_ns > RETRY_MTIME
