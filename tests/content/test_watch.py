"""The watcher: which changes it reports, and its error if a folder cannot be watched."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

import pytest

from reader.content import ContentRoot
from reader.content.scan import list_folders
from reader.content.watch import watch_folder
from reader.errors import FolderError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_PATIENCE = 20.0


class Watcher:
    """A watcher in a thread that records its notifications."""

    def __init__(self, place: ContentRoot) -> None:
        self._stop = threading.Event()
        self._told: deque[bool] = deque()
        self._thread = threading.Thread(target=self._run, args=(place,))
        self._thread.start()

    def _run(self, place: ContentRoot) -> None:
        for news in watch_folder(place, self._stop):
            self._told.append(news)

    def reports_change(self) -> bool:
        """Return whether a change was reported; wait until two checks in a row find no new one."""
        until, quiet, news = time.monotonic() + _PATIENCE, 0, False
        while quiet < 2:
            assert time.monotonic() < until, "the watch fell silent"
            try:
                told = self._told.popleft()
            except IndexError:
                self._thread.join(0.01)
                continue
            quiet, news = 0 if told else quiet + 1, news or told
        return news

    def close(self) -> None:
        self._stop.set()
        self._thread.join()


def _build(folder: Path) -> Path:
    (folder / "sub").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "node_modules").mkdir()
    (folder / "sub" / "there.md").write_text("x", encoding="utf-8")
    outside = folder.parent.parent / f"outside-{folder.name}"
    outside.mkdir()
    (folder / "linked").symlink_to(outside)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return _build(tmp_path / "base" / "content")


@pytest.fixture
def watch(folder: Path) -> Iterator[Callable[[str], Watcher]]:
    begun: list[Watcher] = []

    def begin(only: str = "") -> Watcher:
        begun.append(Watcher(ContentRoot(folder, only)))
        assert not begun[-1].reports_change(), "nothing has happened yet"
        return begun[-1]

    yield begin
    for watcher in begun:
        watcher.close()


def _write(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text("x", encoding="utf-8")


def _new_folders(folder: Path) -> None:
    (folder / "new" / "deeper").mkdir(parents=True)
    (folder / "new" / "deeper" / "a.md").write_text("x", encoding="utf-8")


def _odd_name(folder: Path) -> None:
    with open(os.fsencode(folder) + b"/caf\xe9.md", "wb") as file:  # noqa: PTH123 - the name is not UTF-8
        file.write(b"x")


ACTS: list[tuple[Callable[[Path], object], bool, str]] = [
    (_write("a.md"), True, "a new file"),
    (_write("sub/there.md"), True, "a change"),
    (_write("A.HTML"), True, "a suffix in capitals"),
    (lambda folder: (folder / "sub" / "there.md").unlink(), True, "a file that goes"),
    (lambda folder: (folder / "sub" / "there.md").rename(folder / "here.md"), True, "a file that moves"),
    (lambda folder: (folder / "sub").rename(folder / "bus"), True, "a folder that gets another name"),
    (lambda folder: shutil.rmtree(folder / "sub"), True, "a folder that goes"),
    (_new_folders, True, "folders within each other, and a file in them"),
    (_odd_name, True, "a name that is no UTF-8"),
    (_write("picture.jpg"), False, "no article"),
    (_write(".hidden.md"), False, "a hidden file"),
    (_write(".git/notes.md"), False, "in a hidden folder"),
    (_write("node_modules/readme.md"), False, "in a folder of a build tool"),
    (_write("linked/a.md"), False, "outside, where only a link leads"),
    (lambda folder: (folder / "sub" / "there.md").read_text(encoding="utf-8"), False, "reading"),
]


def test_watcher_reports_changes_of_possible_articles(folder: Path, watch: Callable[..., Watcher]) -> None:
    parts = [_build(folder / f"part-{number}") for number in range(len(ACTS))]
    watcher = watch()
    for part, (act, expected, remark) in zip(parts, ACTS, strict=True):
        act(part)
        assert watcher.reports_change() is expected, remark
    _write("once-more.md")(folder)
    assert watcher.reports_change(), "the watcher still reports changes"


def test_watcher_follows_new_folders(folder: Path, watch: Callable[..., Watcher]) -> None:
    watcher = watch()
    _new_folders(folder)
    assert watcher.reports_change()
    _write("new/deeper/b.md")(folder)
    assert watcher.reports_change()


def test_watcher_of_a_single_file_reports_only_its_changes(folder: Path, watch: Callable[..., Watcher]) -> None:
    _write("one.md")(folder)
    watcher = watch("one.md")
    _write("two.md")(folder)
    assert not watcher.reports_change()
    _write("other.md")(folder)
    (folder / "other.md").replace(folder / "one.md")
    assert watcher.reports_change(), "an editor may save by putting another file in its place"


def test_watcher_follows_a_replaced_root(folder: Path, watch: Callable[..., Watcher]) -> None:
    watcher = watch()
    aside = folder.with_name("aside")
    folder.rename(aside)
    shutil.copytree(aside, folder, symlinks=True)
    assert watcher.reports_change()
    _write("a.md")(folder)
    assert watcher.reports_change()


def test_watcher_follows_a_root_that_disappears_and_returns(folder: Path, watch: Callable[..., Watcher]) -> None:
    watcher = watch()
    folder.rename(folder.with_name("aside"))
    watcher.reports_change()
    folder.with_name("aside").rename(folder)
    assert watcher.reports_change()


def test_watcher_reports_many_changes_at_once(folder: Path, watch: Callable[..., Watcher]) -> None:
    watcher = watch()
    for number in range(2_000):
        _write(f"{number}.md")(folder)
    assert watcher.reports_change()
    _write("sub/one-more.md")(folder)
    assert watcher.reports_change()


def test_watched_folders_are_those_that_a_scan_reads(folder: Path) -> None:
    (folder / "sub" / "back").symlink_to(folder)
    assert list_folders(folder) == {str(folder.resolve()), str(folder.resolve() / "sub")}


def test_watch_without_watchfiles_is_a_folder_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    with pytest.raises(FolderError, match=r"watchfiles is not installed$"):
        next(watch_folder(ContentRoot(folder), threading.Event()))


class _FailingWatchfiles:
    """A fake of watchfiles whose watch function fails."""

    def __init__(self, message: str) -> None:
        self._message = message
        self.asked = 0

    def watch(self, *_folders: str, **_options: object) -> Iterator[set[tuple[int, str]]]:
        self.asked += 1
        raise OSError(self._message)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ('OS file watch limit reached. about ["/x"]', "limit for watched folders is reached"),
        ("Too many open files (os error 24)", "limit for watched folders is reached"),
    ],
)
def test_watch_over_a_system_limit_fails_without_retry(
    folder: Path, monkeypatch: pytest.MonkeyPatch, message: str, reason: str
) -> None:
    failing = _FailingWatchfiles(message)
    monkeypatch.setitem(sys.modules, "watchfiles", failing)
    with pytest.raises(FolderError, match=reason):
        next(watch_folder(ContentRoot(folder), threading.Event()))
    assert failing.asked == 1


class _NoWaitEvent(threading.Event):
    """An event that is never set, and whose wait returns immediately."""

    def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002 - as its base has it
        return False


def test_watch_retries_other_errors_three_times(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = _FailingWatchfiles("It is \x1b[2Jbroken.")
    monkeypatch.setitem(sys.modules, "watchfiles", failing)
    with pytest.raises(FolderError, match=r"It is \[2Jbroken$"):
        next(watch_folder(ContentRoot(folder), _NoWaitEvent()))
    assert failing.asked == 4
