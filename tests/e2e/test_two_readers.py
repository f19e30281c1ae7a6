"""Two TUIs on one folder, each in its own terminal: both see the changes of the other, and no mark is lost."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from live_folder import write
from pty_session import environment

from reader.library import open_library
from reader.marks import MarkStore
from reader.storage.paths import AppPaths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from play import Play, Stage

STORIES = 16
ROOT = Path(__file__).resolve().parents[2]
_ROW = re.compile(r"[│┃]([▌ ])([● ])([★◷ ]) [^│┃]*(Story \d\d)")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    for number in range(STORIES):
        write(tmp_path / "content", f"story-{number:02}.md", day=9_000 + number, title=f"Story {number:02}")
    return tmp_path / "content"


def open_reader(stage: Stage, content: Path, height: int = 30) -> Play:
    play = stage.open(content, "--fresh", size=(100, height))
    assert len(rows(play)) == min(STORIES, height - 3)
    return play


def rows(play: Play) -> dict[str, tuple[bool, bool]]:
    """Return for each story on the screen whether it is shown as read and as starred."""
    found = (_ROW.search(line) for line in play.session.lines)
    return {row[4]: (row[2] == " ", row[3] == "★") for row in found if row}


def places(base: Path) -> AppPaths:
    return AppPaths(*(base / name / "newsreader" for name in ("cache", "state", "config")))


def stars(play: Play) -> int:
    return sum(starred for _read, starred in rows(play).values())


def run(stage: Stage, *words: str) -> None:
    """Run a command."""
    command = [sys.executable, "-m", "reader", *words]
    subprocess.run(command, check=True, env=environment(stage.base, stage.programs), cwd=ROOT, capture_output=True)


def test_concurrent_marks_of_two_tuis_are_visible_in_both(stage: Stage, tmp_path: Path, content: Path) -> None:
    one, two = open_reader(stage, content), open_reader(stage, content)
    half = STORIES // 2
    # One moves down from the top, the other up from the bottom, concurrently.
    one.session.press(*["s", "j"] * half)
    two.session.press("G", *["s", "k"] * half)
    one.be_idle()
    two.be_idle()
    for play in (one, two):
        play.awaits(lambda play=play: stars(play) == STORIES, "the marks of both TUIs")  # type: ignore[misc]  # bound for each reader
    one.act("mark.all")
    one.expect("listed articles as read")
    one.press("y")
    two.awaits(lambda: all(read for read, _starred in rows(two).values()), "all are read")
    # Undo concerns the program's own changes only.
    two.act("undo")
    one.awaits(lambda: stars(one) == STORIES - 1, "the star is gone")
    library = open_library(content, places(tmp_path))
    with closing(library.search()) as search:
        kept = [search.find_by_path(f"story-{number:02}.md") for number in range(STORIES)]
    assert [entry.read for entry in kept if entry] == [True] * STORIES
    assert [entry.title for entry in kept if entry and not entry.starred] == [f"Story {half - 1:02}"]


def test_mark_of_a_command_and_new_file_appear_automatically(stage: Stage, content: Path) -> None:
    play = open_reader(stage, content, height=16)
    play.press("j", "j")
    play.list.expect(cursor="Story 13")
    run(stage, "mark", str(content), "title:05", "--star")
    play.awaits(lambda: rows(play).get("Story 05") == (False, True), "the star")
    write(content, "deeper/story-99.md", day=9_999, title="Story 99")
    play.until_shown("▲ 1 new")
    play.list.expect(cursor="Story 13")
    assert "Story 13" in play.session.lines[3], "the cursor has not moved"
    play.act("move.top")
    assert "Story 99" in play.session.lines[1]


def test_index_rebuilt_by_another_process_is_reopened(stage: Stage, tmp_path: Path, content: Path) -> None:
    play = open_reader(stage, content)
    play.press("j", "s")
    assert stars(play) == 1
    places(tmp_path).index_file(content).unlink()
    run(stage, "index", str(content), "--rebuild")
    write(content, "story-90.md", day=9_999, title="Story 90")
    play.awaits(lambda: "▲ 1 new" in play.text or "Story 90" in rows(play), "the new article")
    play.act("move.top")
    assert {"Story 90", "Story 15"} <= rows(play).keys()
    assert rows(play)["Story 14"][1], "its star is kept"
    play.expect(lacks="Traceback")


def test_read_only_state_folder_shows_marks_and_an_error(stage: Stage, tmp_path: Path, content: Path) -> None:
    first = open_reader(stage, content)
    first.act("mark.star")
    assert stars(first) == 1
    first.quit()
    with _read_only(places(tmp_path).state):
        play = open_reader(stage, content)
        assert "not writable" in play.words
        assert stars(play) == 1
        play.press("g g", "j", "s")
        assert "Cannot save" in play.words
        assert stars(play) == 1
        play.press("j")
        play.list.expect(cursor="Story 13")
        play.session.close()


@contextmanager
def _read_only(folder: Path) -> Iterator[None]:
    if os.geteuid():
        folder.chmod(0o500)
        yield
        folder.chmod(0o700)
        return
    # Permissions do not restrict root, but a read-only file system does.
    if not _can_mount():
        pytest.skip("root ignores permissions, and no file system can be mounted here")
    subprocess.run(["mount", "--bind", str(folder), str(folder)], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_full_disk_is_an_error_and_loses_no_mark(stage: Stage, tmp_path: Path, content: Path) -> None:
    if not _can_mount():
        pytest.skip("no file system of a few pages can be mounted here")
    state = places(tmp_path).state
    state.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(state)], check=True)
    try:
        play = open_reader(stage, content)
        play.act("mark.star")
        assert stars(play) == 1
        with (state / "filler").open("wb") as filler:
            _fill(filler.fileno())
        play.press(*["j", "s"] * (STORIES - 1))
        assert "disk is full" in play.words
        play.press("g g", "j")
        (state / "filler").unlink()
        with closing(MarkStore(places(tmp_path).marks_file)) as marks:
            kept = sum("starred" in line for line in marks.export_lines())
        assert kept == stars(play), "the screen shows the saved marks"
        play.session.close()
    finally:
        subprocess.run(["umount", "-l", str(state)], check=True)


def _can_mount() -> bool:
    probe = subprocess.run(
        ["sh", "-c", "d=$(mktemp -d) && mount -t tmpfs -o size=64k tmpfs $d && umount $d && rmdir $d"],
        check=False,
        capture_output=True,
    )
    return probe.returncode == 0


def _fill(file: int) -> None:
    piece = 4096
    while piece:
        try:
            os.write(file, b"x" * piece)
        except OSError:
            piece //= 2
