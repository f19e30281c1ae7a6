"""A subfolder replaced by a symlink out of the content folder during a scan or load: no file outside is reached."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest
from cli_runner import CliRunner
from indexed_folder import article
from sweep import amount

from reader.content import ScannedFile, get_stamp, load_file, scan
from reader.content.opening import OpenRoot, OutsideError
from reader.content.scan import list_folders
from reader.content.site import open_site
from reader.feeds.writing.files import (
    create_file,
    exists,
    read_file,
    remove_file,
    remove_leftovers,
    replace_file,
    sync_folders,
)
from reader.problems import Code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ROUNDS = amount(5, "NEWSREADER_SWAPS")
ELSEWHERE = "Elsewhere"
# A writer may create the folder while it is moved away.
_SWAP = """
import os, shutil, sys
folder, away, link = sys.argv[1:]
def move(old, new):
    while True:
        try:
            return os.rename(old, new)
        except OSError:
            shutil.rmtree(new, ignore_errors=True)
print(flush=True)
while True:
    move(folder, away); move(link, folder)
    move(folder, link); move(away, folder)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "content"
    for place, title in ((root / "sub" / "deep", "Inside"), (tmp_path / "outside" / "deep", ELSEWHERE)):
        place.mkdir(parents=True)
        for name in ("a.md", "deep/b.md"):
            (place.parent / name).write_text(article(title, f"{title} text"), encoding="utf-8")
    (root.parent / "outside" / "other.md").write_text(article(ELSEWHERE), encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "outside")
    return root


def _replace_by_symlink(root: Path) -> None:
    (root / "sub").rename(root.parent / "away")
    (root.parent / "link").rename(root / "sub")


@contextmanager
def _swapping(root: Path) -> Iterator[None]:
    """Continuously replace the subfolder by a symlink and back, in another process."""
    places = [root / "sub", root.parent / "away", root.parent / "link"]
    process = subprocess.Popen([sys.executable, "-c", _SWAP, *map(str, places)], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield
        assert process.poll() is None, "the folder was swapped to the end"
    finally:
        process.kill()
        process.communicate()


def test_file_below_replaced_folder_is_unreadable(root: Path) -> None:
    found = [item.path for item in scan(root) if isinstance(item, ScannedFile)]
    _replace_by_symlink(root)
    for path in (*found, "sub/other.md"):
        loaded = load_file(root, path)
        assert [problem.code for problem in loaded.problems] == [Code.LINK_LEAVES_FOLDER]
        assert loaded.article is not None
        assert loaded.article.unreadable
        assert get_stamp(root, path) is None


def test_folder_replaced_while_walked_is_not_listed(root: Path) -> None:
    (root / "a.md").touch()
    steps = scan(root)
    found = [next(steps)]
    _replace_by_symlink(root)
    found += steps
    assert not [item.path for item in found if "other" in item.path]
    assert list_folders(root) == {str(root)}


@pytest.mark.parametrize("command", [["show"], ["show", "--cached"], ["list", "--cached"], ["digest", "--cached"]])
def test_command_after_replacement_shows_no_file_outside(root: Path, tmp_path: Path, command: list[str]) -> None:
    runner = CliRunner(tmp_path / "home")
    runner.run("index", root)
    _replace_by_symlink(root)
    name, *options = command
    subject = ["sub/a.md"] if name == "show" else []
    answer = runner.run(name, root, *subject, *options)
    assert ELSEWHERE not in answer.out


def test_site_around_replaced_folder_is_not_read(root: Path) -> None:
    (root.parent / "outside" / "en").mkdir()
    (root.parent / "outside" / "de").mkdir()
    _replace_by_symlink(root)
    site = open_site(root)
    assert site.language("sub/en/a.md") == ""


def test_symlink_to_folder_inside_is_followed(root: Path) -> None:
    (root / "sub").rename(root / ".store")
    (root / "one").symlink_to(".store")
    (root / "two.md").symlink_to("one/a.md")
    (root / "inner").symlink_to("one/deep")
    found = {item.path for item in scan(root) if isinstance(item, ScannedFile)}
    assert "one/a.md" in found
    for path in ("one/a.md", "one/deep/b.md", "two.md", "inner/b.md", ".store/a.md"):
        loaded = load_file(root, path)
        assert loaded.problems == ()
        assert loaded.article is not None
        assert loaded.article.title == "Inside"
        stamp = get_stamp(root, path)
        assert stamp is not None
        assert stamp.size == (root / path).stat().st_size


def test_root_that_is_a_symlink_is_followed(root: Path, tmp_path: Path) -> None:
    (tmp_path / "way").symlink_to(root)
    loaded = load_file(tmp_path / "way", "sub/a.md")
    assert loaded.article is not None
    assert loaded.article.title == "Inside"
    assert {item.path for item in scan(tmp_path / "way")} == {item.path for item in scan(root)}


@pytest.mark.sweep
def test_scan_of_a_swapped_folder_never_leaves_the_root(root: Path) -> None:
    own = {"sub/a.md", "sub/deep/b.md"}
    with _swapping(root):
        for _ in range(ROUNDS):
            found = list(scan(root))
            assert {item.path for item in found if isinstance(item, ScannedFile)} <= own
            for folder in list_folders(root):
                assert folder.startswith(str(root))


WRITES = [
    pytest.param(lambda root: create_file(root, "sub/new.md", b"new"), id="create"),
    pytest.param(lambda root: create_file(root, "sub/made/new.md", b"new"), id="create folder"),
    pytest.param(lambda root: replace_file(root, "sub/other.md", b"new"), id="replace"),
    pytest.param(lambda root: remove_file(root, "sub/other.md"), id="remove"),
    pytest.param(lambda root: read_file(root, "sub/other.md"), id="read"),
]


def _content(folder: Path) -> dict[str, str]:
    return {str(path): path.read_text("utf-8") for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("write", WRITES)
def test_feed_file_below_replaced_folder_is_not_written(root: Path, write: Callable[[Path], object]) -> None:
    outside = root.parent / "outside"
    (outside / ".newsreader-0.tmp").touch()
    before = _content(outside)
    _replace_by_symlink(root)
    with pytest.raises(OutsideError):
        write(root)
    remove_leftovers(root, "sub")
    sync_folders(root, ["sub"])
    assert _content(outside) == before


@pytest.mark.sweep
@pytest.mark.parametrize("write", WRITES)
def test_write_to_a_swapped_folder_never_leaves_the_root(root: Path, write: Callable[[Path], object]) -> None:
    outside = root.parent / "outside"
    before = _content(outside)
    with _swapping(root):
        for _ in range(ROUNDS):
            with suppress(OSError):
                assert write(root) in {None, True, False}
            remove_leftovers(root, "sub")
        assert _content(outside) == before


def test_feed_folder_that_is_a_symlink_inside_is_written(root: Path) -> None:
    (root / "feed").symlink_to("sub/deep")
    assert create_file(root, "feed/new.md", b"new")
    assert exists(root, "sub/deep/new.md")
    assert not create_file(root, "feed/new.md", b"newer")
    replace_file(root, "feed/new.md", b"newer")
    assert read_file(root, "sub/deep/new.md") == b"newer"
    remove_file(root, "feed/new.md")
    remove_file(root, "feed/new.md")
    assert read_file(root, "sub/deep/new.md") is None
    assert [path.name for path in (root / "sub" / "deep").iterdir()] == ["b.md"]


@pytest.mark.sweep
def test_load_from_a_swapped_folder_never_leaves_the_root(root: Path) -> None:
    titles = set()
    with _swapping(root), OpenRoot(root) as opened:
        for _ in range(ROUNDS * 10):
            for path in ("sub/a.md", "sub/deep/b.md", "sub/other.md"):
                loaded = load_file(root, path)
                assert loaded.article is not None
                titles.add(loaded.article.title)
            with suppress(OutsideError, OSError):
                descriptor = opened.open("sub/other.md")
                os.close(descriptor)
                raise AssertionError("opened a file outside")
    assert ELSEWHERE not in titles
