"""Kills at any moment: confirmed changes stay, bulk changes are all or nothing, and the next start repairs the rest.

NEWSREADER_KILLS=200 kills that often (default 5).
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from indexed_folder import request
from live_folder import write
from pty_session import PtySession, environment
from sweep import amount

from reader.library import open_library
from reader.marks import MarkKind, MarkStore
from reader.storage.paths import AppPaths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reader.index.model import ArticleSummary
    from reader.index.search import Search
    from reader.library import Library

KILLS = amount(5, "NEWSREADER_KILLS")
STORIES, OTHERS = 14, 300
QUERIES = ("", "story", "title", "-story sort:-title", "body OR text")
# The cursor, unread, starred or read later, and then the title.
_ROW = re.compile(r"[│┃][▌ ]([● ])([★◷ ]) [^│┃]*(Story \d\d)")


@dataclass(frozen=True, slots=True)
class Home:
    """The home of a user, with a folder of articles; the newest are the stories, which fit on one screen."""

    base: Path
    content: Path
    env: dict[str, str]

    @property
    def places(self) -> AppPaths:
        return AppPaths(*(self.base / name / "newsreader" for name in ("cache", "state", "config")))

    def entries(self) -> list[ArticleSummary]:
        """Return what a start of the program finds, in the index that is there."""
        with closing(_synced(open_library(self.content, self.places))) as search:
            return search.entries(search.ids(*request("")))

    def found(self) -> list[list[str]]:
        """Return what a start of the program finds for a few queries, in the index that is there."""
        return _found(open_library(self.content, self.places))

    def found_afresh(self) -> list[list[str]]:
        """Return the same of an index that was never killed."""
        aside = self.base / "fresh"
        library = open_library(self.content, AppPaths(aside, self.places.state, aside))
        library.index.discard()
        return _found(library)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "reader", *arguments]
        root = Path(__file__).resolve().parent.parent
        return subprocess.Popen(
            command, env=self.env, cwd=root, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def unmark_all(self) -> None:
        with closing(MarkStore(self.places.marks_file)) as marks:
            targets = [entry.target for entry in self.entries()]
            for kind in MarkKind:
                marks.set(kind, targets, on=False, now=1)


def _synced(library: Library) -> Search:
    for _progress in library.sync():
        pass
    return library.search()


def _found(library: Library) -> list[list[str]]:
    with closing(_synced(library)) as search:
        found = [search.entries(search.ids(*request(query))) for query in QUERIES]
    return [[f"{entry.path} {entry.title}" for entry in entries] for entries in found]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path, tmp_path / "content", environment(tmp_path, tmp_path / "programs"))
    for number in range(STORIES):
        write(home.content, f"story-{number:02}.md", day=9_000 + number, title=f"Story {number:02}")
    for number in range(OTHERS):
        write(home.content, f"other/{number:03}.md", day=number)
    return home


def kill_later(process: subprocess.Popen[str], seconds: float) -> tuple[bool, str]:
    """Kill a program after some seconds; return whether it had already ended, and its output."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    said, complaint = process.communicate()
    assert "Traceback" not in complaint
    assert process.returncode in {0, -9}, complaint
    return process.returncode == 0, said + complaint


def shown_marks(lines: Sequence[str]) -> dict[str, tuple[bool, bool]]:
    """Return for each story on a screen whether it is shown as read and as starred."""
    found = (_ROW.search(line) for line in lines)
    return {row[3]: (row[1] == " ", row[2] == "★") for row in found if row}


def kill_tui(home: Home, rng: random.Random, *, bulk: bool) -> None:
    """Star one story after another, or mark all as read; every mark on the last screen was saved."""
    home.unmark_all()
    root = Path(__file__).resolve().parent.parent
    reader = PtySession([str(home.content), "--fresh"], home.env, (100, 30), root)
    try:
        assert reader.wait(lambda: len(shown_marks(reader.lines)) == STORIES), reader.text
        assert not any(read or starred for read, starred in shown_marks(reader.lines).values())
        if bulk:
            reader.press("A")
            assert reader.wait(lambda: "listed articles as read" in reader.text), reader.text
        reader.press("y" if bulk else "sj" * STORIES)
        reader.wait(lambda: False, rng.uniform(0, 0.5))
        reader.kill()
        shown = shown_marks(reader.lines)
        assert "Traceback" not in reader.text
    finally:
        reader.close()
    assert shown, "part of them may be behind a question, but not all"
    kept = {entry.title: (entry.read, entry.starred) for entry in home.entries()}
    for title, (read, starred) in shown.items():
        assert kept[title][0] or not read, f"{title} was shown as read:\n{reader.text}"
        assert kept[title][1] or not starred, f"{title} was shown as starred:\n{reader.text}"
    assert sum(read for read, _starred in kept.values()) in {0, STORIES + OTHERS}, (
        "a bulk mark is saved entirely or not at all"
    )


def kill_bulk_mark(home: Home, rng: random.Random) -> None:
    """Mark hundreds from the command line: either all of them are marked, or none is."""
    home.unmark_all()
    ended, said = kill_later(home.start("mark", str(home.content), "is:unread", "--read"), rng.uniform(0.05, 0.6))
    read = sum(entry.read for entry in home.entries())
    assert read in {0, STORIES + OTHERS}
    if ended or "Marked read" in said:
        assert read == STORIES + OTHERS


def kill_sync(home: Home, rng: random.Random) -> None:
    """Index changed files: the next start completes the sync, and lists what a new index would."""
    for number in rng.sample(range(OTHERS), 100):
        path = home.content / "other" / f"{number:03}.md"
        if rng.random() < 0.3:
            path.unlink(missing_ok=True)
        else:
            write(home.content, f"other/{number:03}.md", day=number, title=f"Title {rng.random()}")
    for number in range(OTHERS):
        if not (home.content / "other" / f"{number:03}.md").exists():
            write(home.content, f"other/{number:03}.md", day=number)
    rebuild = ("--rebuild",) if rng.random() < 0.5 else ()
    if rng.random() < 0.3:
        home.places.index_file(home.content).unlink(missing_ok=True)
    kill_later(home.start("index", str(home.content), *rebuild), rng.uniform(0.05, 0.8))
    assert home.found() == home.found_afresh()


def kill_first_sync(home: Home, rng: random.Random) -> None:
    """Read a folder for the first time, without or with the words, and again: nothing is missing in the end."""
    home.places.index_file(home.content).unlink(missing_ok=True)
    for command in (("count",), ("index",)):
        kill_later(home.start(*command, str(home.content)), rng.uniform(0.1, 0.9))
    assert home.found() == home.found_afresh()


@pytest.mark.sweep
def test_process_killed_at_any_moment_loses_no_confirmed_mark(home: Home) -> None:
    rng = random.Random(20_261_123)  # noqa: S311 - no secret
    ways = (
        lambda: kill_tui(home, rng, bulk=False),
        lambda: kill_bulk_mark(home, rng),
        lambda: kill_sync(home, rng),
        lambda: kill_tui(home, rng, bulk=True),
        lambda: kill_first_sync(home, rng),
    )
    for number in range(KILLS):
        ways[number % len(ways)]()
    with closing(MarkStore(home.places.marks_file)) as marks:
        marks.prepare()
        assert marks.pop_notice() == "", "the marks file never needed a repair"
