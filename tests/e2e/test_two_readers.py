"""Two readers on one folder, each in a terminal of its own: both see what the other does, and nothing is lost."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from live_folder import write
from pty_session import PtySession, environment

from reader.library import open_library
from reader.marks import MarkStore
from reader.storage.paths import AppPaths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STORIES = 16
ROOT = Path(__file__).resolve().parents[2]
_ROW = re.compile(r"[│┃]([▌ ])([● ])([★◷ ]) [^│┃]*(Story \d\d)")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    for number in range(STORIES):
        write(tmp_path / "content", f"story-{number:02}.md", day=9_000 + number, title=f"Story {number:02}")
    return tmp_path / "content"


@pytest.fixture
def start(tmp_path: Path, content: Path) -> Iterator[Callable[..., PtySession]]:
    readers: list[PtySession] = []

    def begin(height: int = 30) -> PtySession:
        env = environment(tmp_path, tmp_path / "programs")
        readers.append(PtySession([str(content), "--fresh"], env, (100, height), ROOT))
        assert readers[-1].wait(lambda: len(rows(readers[-1])) == min(STORIES, height - 3)), readers[-1].text
        return readers[-1]

    yield begin
    for reader in readers:
        reader.close()


def rows(reader: PtySession) -> dict[str, tuple[bool, bool]]:
    """Return whether each story on the screen is shown as read, and as starred."""
    found = (_ROW.search(line) for line in reader.lines)
    return {row[4]: (row[2] == " ", row[3] == "★") for row in found if row}


def places(base: Path) -> AppPaths:
    return AppPaths(*(base / name / "newsreader" for name in ("cache", "state", "config")))


def stars(reader: PtySession) -> int:
    return sum(starred for _read, starred in rows(reader).values())


def wait_in_both(one: PtySession, two: PtySession, is_so: Callable[[PtySession], bool], seconds: float) -> bool:
    """Take in both screens until both show something."""
    deadline = time.monotonic() + seconds
    while not (is_so(one) and is_so(two)):
        if time.monotonic() > deadline:
            return False
        for reader in (one, two):
            reader.wait(lambda reader=reader: is_so(reader), 0.05)  # type: ignore[misc] # bound for each reader
    return True


def test_two_readers_mark_at_once_and_see_each_others_marks(
    start: Callable[..., PtySession], tmp_path: Path, content: Path
) -> None:
    one, two = start(), start()
    half = STORIES // 2
    # One goes down from the top, the other up from the end; keys of both are under way at the same time.
    one.press(*["s", "j"] * half)
    two.press("G")
    two.press(*["s", "k"] * half)
    pressed = time.monotonic()
    assert one.wait(lambda: stars(one) >= half, 10), one.text
    assert two.wait(lambda: stars(two) >= half, 10), two.text
    assert wait_in_both(one, two, lambda reader: stars(reader) == STORIES, 2.5), f"{one.text}\n{two.text}"
    assert time.monotonic() - pressed < 20
    one.press("A")
    assert one.wait(lambda: "listed articles as read" in one.text), one.text
    one.press("y")
    assert two.wait(lambda: all(read for read, _starred in rows(two).values()), 3), two.text
    # Each takes back what it did itself.
    two.press("u")
    assert one.wait(lambda: stars(one) == STORIES - 1, 3), one.text
    library = open_library(content, places(tmp_path))
    with closing(library.search()) as search:
        kept = [search.at_path(f"story-{number:02}.md") for number in range(STORIES)]
    assert [entry.read for entry in kept if entry] == [True] * STORIES
    assert [entry.title for entry in kept if entry and not entry.starred] == [f"Story {half - 1:02}"]


def test_a_mark_from_the_command_line_and_a_new_file_come_onto_the_screen_by_themselves(
    start: Callable[..., PtySession], tmp_path: Path, content: Path
) -> None:
    reader = start(height=16)
    reader.press("j", "j")
    assert reader.wait(lambda: "▌●  " in reader.lines[3]), reader.text
    env = environment(tmp_path, tmp_path / "programs")
    command = [sys.executable, "-m", "reader", "mark", str(content), "title:05", "--star"]
    subprocess.run(command, check=True, env=env, cwd=ROOT, capture_output=True)
    assert reader.wait(lambda: rows(reader).get("Story 05") == (False, True), 3), reader.text
    write(content, "deeper/story-99.md", day=9_999, title="Story 99")
    assert reader.wait(lambda: "▲ 1 new" in reader.text, 10), reader.text
    assert "▌" in reader.lines[3], "the cursor is where it was"
    assert "Story 13" in reader.lines[3]
    reader.press("g", "g")
    assert reader.wait(lambda: "Story 99" in reader.lines[1]), reader.text


def test_an_index_rebuilt_by_another_program_is_followed(
    start: Callable[..., PtySession], tmp_path: Path, content: Path
) -> None:
    reader = start()
    reader.press("j", "s")
    assert reader.wait(lambda: stars(reader) == 1), reader.text
    env = environment(tmp_path, tmp_path / "programs")
    places(tmp_path).index_file(content).unlink()
    command = [sys.executable, "-m", "reader", "index", str(content), "--rebuild"]
    subprocess.run(command, check=True, env=env, cwd=ROOT, capture_output=True)
    write(content, "story-90.md", day=9_999, title="Story 90")
    assert reader.wait(lambda: "▲ 1 new" in reader.text or "Story 90" in rows(reader), 10), reader.text
    reader.press("g", "g")
    assert reader.wait(lambda: {"Story 90", "Story 15"} <= rows(reader).keys()), reader.text
    assert rows(reader)["Story 14"][1], "its star is still there"
    assert "Traceback" not in reader.text


def test_a_state_folder_that_is_read_only_is_a_sentence_and_its_marks_are_seen(
    start: Callable[..., PtySession], tmp_path: Path
) -> None:
    first = start()
    first.press("s")
    assert first.wait(lambda: stars(first) == 1), first.text
    first.press("q")
    assert first.wait(lambda: first.ended), first.text
    with _read_only(places(tmp_path).state):
        reader = start()
        assert reader.wait(lambda: "not writable" in _words(reader)), reader.text
        assert stars(reader) == 1
        reader.press("g", "g", "j", "s")
        assert reader.wait(lambda: "▌" in reader.lines[2] and "Cannot save" in _words(reader)), reader.text
        assert stars(reader) == 1
        reader.press("j")
        assert reader.wait(lambda: "▌" in reader.lines[3]), "reading goes on"
        reader.close()


def _words(reader: PtySession) -> str:
    """Return what is on the screen, with the lines of a box put together."""
    return " ".join(re.sub(r"[^\w.:,/ -]+", " ", reader.text).split())


@contextmanager
def _read_only(folder: Path) -> Iterator[None]:
    if os.geteuid():
        folder.chmod(0o500)
        yield
        folder.chmod(0o700)
        return
    # To root no permission means anything, but a file system that is read-only does.
    if not _can_mount():
        pytest.skip("nothing is read-only to root, and no file system can be mounted here")
    subprocess.run(["mount", "--bind", str(folder), str(folder)], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_a_sentence_and_what_was_kept_is_still_there(
    start: Callable[..., PtySession], tmp_path: Path
) -> None:
    if not _can_mount():
        pytest.skip("no file system of a few pages can be mounted here")
    state = places(tmp_path).state
    state.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(state)], check=True)
    try:
        reader = start()
        reader.press("s")
        assert reader.wait(lambda: stars(reader) == 1), reader.text
        with (state / "filler").open("wb") as filler:
            _fill(filler.fileno())
        reader.press(*["j", "s"] * (STORIES - 1))
        assert reader.wait(lambda: "disk is full" in _words(reader)), reader.text
        reader.press("g", "g", "j")
        assert reader.idle(), reader.story
        (state / "filler").unlink()
        with closing(MarkStore(places(tmp_path).marks_file)) as marks:
            kept = sum("starred" in line for line in marks.export_lines())
        assert kept == stars(reader), "what the screen shows is what is kept"
        reader.close()
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
