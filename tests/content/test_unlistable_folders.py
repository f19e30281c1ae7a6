"""Folders that open but whose listing fails: one problem each, and nothing else is lost."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import pytest
from cli_runner import CliRunner
from faulty_listing import FaultyListing
from indexed_folder import IndexFolder, article

from reader.content import ScannedFile, exclude_unlisted, load_file, scan
from reader.content.opening import OpenRoot
from reader.content.scan import list_folders
from reader.errors import FolderError
from reader.problems import Code, Problem

if TYPE_CHECKING:
    from pathlib import Path

ERRORS = [errno.EIO, errno.ESTALE, errno.EACCES, errno.ENOTCONN, errno.ENOMEM, errno.EINVAL]
FILES = ("a.md", "sub/a.md", "sub/b.md", "sub/deep/c.md", "z.md")


def _fill(root: Path) -> None:
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(article(name), encoding="utf-8")


def _open_files() -> int:
    count = 0
    for number in range(256):
        with suppress(OSError):
            os.fstat(number)
            count += 1
    return count


def _scanned(root: Path) -> tuple[set[str], list[Problem]]:
    found = list(scan(root))
    return (
        {item.path for item in found if isinstance(item, ScannedFile)},
        [item for item in found if isinstance(item, Problem)],
    )


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize(
    ("after", "seen"), [(0, set()), (1, {"sub/a.md"}), (2, {"sub/a.md", "sub/b.md"}), (3, {*FILES} - {"a.md", "z.md"})]
)
def test_folder_that_fails_while_listed_loses_only_the_rest(
    tmp_path: Path, after: int, seen: set[str], error: int
) -> None:
    _fill(tmp_path)
    with FaultyListing(tmp_path / "sub", error, after).failing():
        found, problems = _scanned(tmp_path)

    assert problems == [Problem("sub", 0, "", Code.CANNOT_READ_FOLDER, (os.strerror(error),))]
    assert found == seen | {"a.md", "z.md"}


def test_root_that_fails_while_listed_is_a_problem(tmp_path: Path) -> None:
    _fill(tmp_path)
    with FaultyListing(tmp_path, errno.EIO, after=2).failing():
        found, problems = _scanned(tmp_path)

    assert [(found.path, found.message) for found in problems] == [(".", "cannot read folder: Input/output error")]
    assert found == {*FILES} - {"z.md"}


def test_root_that_cannot_be_listed_leaves_no_open_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _open_files()
    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", _refuse)
        for read in (lambda root: list(scan(root)), list_folders):
            with pytest.raises(FolderError, match="Permission denied"):
                read(tmp_path)
    assert _open_files() == before


def _refuse(_path: object) -> None:
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


@pytest.mark.parametrize("error", ERRORS)
def test_folder_whose_type_cannot_be_read_is_a_problem(tmp_path: Path, error: int) -> None:
    _fill(tmp_path)
    with FaultyListing(tmp_path, error, asking=True).failing():
        found, problems = _scanned(tmp_path)

    assert found == {"a.md", "z.md"}, "a file is found even if its type cannot be read; loading it reports the error"
    assert problems == [Problem("sub", 0, "", Code.CANNOT_READ_FOLDER, (os.strerror(error),))]


def test_entry_that_disappears_while_listed_is_no_problem(tmp_path: Path) -> None:
    _fill(tmp_path)
    with FaultyListing(tmp_path / "sub", errno.ENOENT, asking=True).failing():
        assert _scanned(tmp_path) == ({"a.md", "z.md"}, [])


def test_folder_that_disappears_while_walked_is_no_problem(tmp_path: Path) -> None:
    _fill(tmp_path)
    steps = scan(tmp_path)
    found = [next(steps)]
    shutil.rmtree(tmp_path / "sub")
    found += steps

    assert {item.path for item in found} <= {"a.md", "z.md"}
    assert not [item for item in found if isinstance(item, Problem)]


def test_watched_folders_are_those_that_can_be_listed(tmp_path: Path) -> None:
    _fill(tmp_path)
    with FaultyListing(tmp_path / "sub", errno.EIO, after=2).failing():
        assert list_folders(tmp_path) == {str(tmp_path), str(tmp_path / "sub")}


def test_folder_that_is_too_deep_is_a_problem(tmp_path: Path) -> None:
    _fill(tmp_path)
    name = "x" * 250
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)

    found, problems = _scanned(tmp_path)

    assert found == {*FILES}
    assert [(found.code, found.args) for found in problems] == [(Code.CANNOT_READ_FOLDER, ("File name too long",))]


def test_folder_with_a_non_utf8_name_is_listed_and_read(tmp_path: Path) -> None:
    names = [os.fsdecode(b"caf\xe9"), "sub\n\x1b[31m", "a\\b", " "]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.md").write_text(article("Found"), encoding="utf-8")

    found, problems = _scanned(tmp_path)

    assert (found, problems) == ({f"{name}/a.md" for name in names}, [])
    loaded = [load_file(tmp_path, path).article for path in found]
    assert {each.title for each in loaded if each is not None} == {"Found"}


def test_distant_folders_are_opened_with_few_descriptors(tmp_path: Path) -> None:
    deep = "/".join("abcdefghij")
    places = ["", *(deep[: 2 * depth + 1] for depth in range(10)), "a/x/y/z/1/2/3", "a/b/c/d/e/other/f"]
    for place in places:
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
        (tmp_path / place / "found.md").touch()

    before = _open_files()
    with OpenRoot(tmp_path) as opened:
        for place in [*places, *reversed(places), *places[::3], *places[::5]]:
            found = os.stat("found.md", dir_fd=opened.folder(place))
            assert found.st_ino == (tmp_path / place / "found.md").stat().st_ino
            assert _open_files() <= before + 6
    assert _open_files() == before


@pytest.mark.parametrize("path", ["..", "../content", "a/../..", "./a", "a//b", "/etc", "a/.."])
def test_path_out_of_the_root_is_an_error(tmp_path: Path, path: str) -> None:
    root = tmp_path / "content"
    (root / "a").mkdir(parents=True)
    with OpenRoot(root) as opened:
        for use in (opened.folder, opened.open, opened.stat):
            with pytest.raises(OSError, match=r"link leaves|Not a directory|No such"):
                use(path)


@pytest.mark.parametrize(
    ("codes", "kept"),
    [
        ({}, set()),
        ({"sub": Code.CANNOT_READ_FOLDER}, {"sub/a", "sub/deep/b"}),
        ({"sub/deep": Code.CANNOT_READ_FOLDER}, {"sub/deep/b"}),
        ({"su": Code.CANNOT_READ_FOLDER, "sub/a": Code.CANNOT_READ_FILE}, set()),
        ({".": Code.CANNOT_READ_FOLDER}, {"a", "sub", "sub/a", "sub/deep/b", "subs"}),
    ],
)
def test_files_of_unlisted_folders_are_not_removed(codes: dict[str, Code], kept: set[str]) -> None:
    paths = {"a", "sub", "sub/a", "sub/deep/b", "subs"}
    problems = [Problem(path, 0, "", code) for path, code in codes.items()]
    assert {*exclude_unlisted(paths, problems)} == paths - kept


@pytest.mark.parametrize("place", ["", "sub"])
@pytest.mark.parametrize("fault", ["listing", "asking"])
def test_articles_of_unlisted_folder_stay_in_the_index(tmp_path: Path, place: str, fault: str) -> None:
    folder = IndexFolder(tmp_path)
    _fill(folder.root)
    folder.sync()
    before = folder.contents()
    (folder.root / "new.md").write_text(article("new"), encoding="utf-8")

    failing = FaultyListing(folder.root / place, errno.EIO, after=1, asking=fault == "asking")
    for _ in range(2):
        with failing.failing():
            last = folder.sync()
        assert last.removed == 0
        assert {*FILES} <= {*folder.titles()}
        with closing(folder.search()) as search:
            problems = [found.path for found in search.problems()]
        assert len(problems) == len({*problems}), "a problem is stored once"
        assert problems

    (folder.root / "new.md").unlink()
    (folder.root / "sub" / "b.md").unlink()
    assert folder.sync().removed >= 1
    after = folder.contents()
    assert {*folder.titles()} == {*FILES} - {"sub/b.md"}
    (folder.root / "sub" / "b.md").write_text(article("sub/b.md"), encoding="utf-8")
    folder.sync()
    assert after != before
    assert len(folder.titles()) == len(FILES)


def test_check_names_unlistable_folder_and_keeps_marks(tmp_path: Path) -> None:
    command = CliRunner(tmp_path / "home")
    root = tmp_path / "content"
    _fill(root)
    assert command.run("mark", root, "path:sub", "--star").status == 0
    with FaultyListing(root / "sub", errno.ESTALE).failing():
        answer = command.run("check", root)
        assert answer.out == "sub:0: error: cannot read folder: Stale file handle\n"
        assert command.run("count", root, "is:starred").out == "3\n"
    assert command.run("count", root, "is:starred").out == "3\n"
    assert command.run("check", root).out == ""


def test_check_names_file_made_unreadable_after_indexing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = CliRunner(tmp_path / "home")
    root = tmp_path / "content"
    _fill(root)
    assert command.run("mark", root, "path:sub/a.md", "--star").status == 0
    (root / "sub" / "a.md").chmod(0)
    really = os.open

    def refuse(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        # What any user but root gets; the tests may run as root.
        if path == "a.md" and dir_fd is not None and os.path.samestat((root / "sub").stat(), os.fstat(dir_fd)):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return really(path, flags, mode, dir_fd=dir_fd)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        assert command.run("check", root).out == "sub/a.md:0: error: cannot read file: Permission denied\n"
        assert command.run("count", root, "is:starred").out == "1\n"
    assert command.run("check", root).out == ""
    assert command.run("list", root, "is:starred", "--format", "paths").out == "sub/a.md\n"
