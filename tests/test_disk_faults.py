"""A failure of any disk call at any moment: an error message, no mark lost, and the next start works.

By default, some of the calls fail, each with one error; a sweep tries every call, and a long one every error at each.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cli_runner import CliRunner
from fault_injection import OS_ERRORS, SQLITE_ERRORS, Fault, FaultyDisk
from indexed_folder import request
from live_folder import write
from sweep import TIMES, amount, sample

from reader.config.load import load_config
from reader.config.saved_searches import save_search
from reader.errors import ReaderError
from reader.library import open_library
from reader.marks import MarkKind, MarkStore, MarkTarget
from reader.storage.filter_history import FilterHistory
from reader.storage.session import Session, SessionFiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cli_runner import CliResult

    from reader.index.model import ArticleSummary
    from reader.storage.paths import AppPaths

CALLS, WAYS = amount(12), max(1, TIMES // 10)
STORIES = 6
STARRED = "story-01.md"


@dataclass(frozen=True, slots=True)
class Home:
    """The home of a user that each scenario starts from, restored to the same state every time."""

    base: Path

    @property
    def content(self) -> Path:
        return self.base / "content"

    @property
    def command(self) -> CliRunner:
        return CliRunner(self.base)

    @property
    def places(self) -> AppPaths:
        return self.command.places

    def keep(self) -> None:
        """Take things as they are for the beginning."""
        shutil.rmtree(self.base.parent / "kept", ignore_errors=True)
        shutil.copytree(self.base, self.base.parent / "kept")

    def again(self) -> None:
        """Go back to the beginning."""
        shutil.rmtree(self.base)
        shutil.copytree(self.base.parent / "kept", self.base)

    def run(self, *words: object) -> CliResult:
        """Run a command line, which must end in a sentence where it fails."""
        answer = self.command.run(*words)
        if answer.status not in {0, 1}:
            assert answer.status == 2
            assert answer.err.startswith("newsreader: "), answer.err
            assert "as if SQLITE" not in answer.err, "the words of SQLite are no sentence"
        return answer

    def entries(self) -> list[ArticleSummary]:
        """Return what a start finds."""
        library = open_library(self.content, self.places)
        for _progress in library.sync():
            pass
        with closing(library.search()) as search:
            return search.entries(search.ids(*request("")))

    def marked(self, kind: str) -> set[str]:
        return {entry.path for entry in self.entries() if getattr(entry, kind)}


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder in memory where the system has one, since it is restored thousands of times."""
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - the folder made in it is ours alone
    with tempfile.TemporaryDirectory(dir=place) as folder:
        yield Path(folder)


@pytest.fixture
def home(memory: Path) -> Home:
    home = Home(memory / "home")
    for number in range(STORIES):
        write(home.content, f"story-{number:02}.md", day=number, title=f"Story {number:02}")
    write(home.content, "deeper/broken.md", more="quality: [\n")
    (home.content / "README.md").write_text("no front matter", encoding="utf-8")
    assert home.run("mark", home.content, "path:story-01.md", "--star").status == 0
    home.keep()
    return home


# Each does one thing, and returns what looks afterwards whether what it said is so.


def _no_check() -> None:
    return


def start(home: Home) -> Callable[[], None]:
    home.run("list", home.content, "--format", "paths")
    return _no_check


def first_read(home: Home) -> Callable[[], None]:
    return start(home)


def show_and_check(home: Home) -> Callable[[], None]:
    home.run("show", home.content, STARRED)
    home.run("topics", home.content)
    home.run("check", home.content, "--all")
    home.run("config")
    return _no_check


def sync(home: Home) -> Callable[[], None]:
    home.run("index", home.content)
    return _no_check


def rebuild(home: Home) -> Callable[[], None]:
    home.run("index", home.content, "--rebuild")
    return _no_check


def mark_one(home: Home) -> Callable[[], None]:
    answer = home.run("mark", home.content, "path:story-02.md", "--later")

    def look() -> None:
        assert answer.status != 0 or home.marked("later") == {"story-02.md"}

    return look


def mark_all(home: Home) -> Callable[[], None]:
    answer = home.run("mark", home.content, "is:unread", "--read")

    def look() -> None:
        # What cannot be read cannot be marked, and how many were is what it says.
        told = int(answer.err.split()[1]) if answer.status == 0 else 0
        assert len(home.marked("read")) in ({told} if answer.status == 0 else {0, STORIES + 1})

    return look


def mark_in_the_tui(home: Home) -> Callable[[], None]:
    """Mark as the TUI does: the marks file stays open while marks are set, undone and redone."""
    target = MarkTarget(4_711, "https://example.com/a")
    kept: list[bool] = [False]
    with closing(MarkStore(home.places.marks_file)) as marks:
        for on in (True, False, True):
            try:
                change = marks.set(MarkKind.READ, [target], on=on, now=1)
                kept = [on]
                marks.revert(change, now=2)
                kept = [not on]
                marks.apply(change, now=3)
                kept = [on]
            except ReaderError:
                # Where it was refused for want of an answer, either may be so.
                kept = [True, False]

    def look() -> None:
        with closing(MarkStore(home.places.marks_file)) as marks:
            assert (marks.states([target.mark_key])[0].read_at is not None) in kept

    return look


def export_marks(home: Home) -> Callable[[], None]:
    answer = home.run("marks", "export")
    assert answer.status != 0 or answer.out.count("\n") == 1
    return _no_check


def import_marks(home: Home) -> Callable[[], None]:
    lines = home.base / "lines.jsonl"
    answer = home.run("marks", "import", lines)

    def look() -> None:
        with closing(MarkStore(home.places.marks_file)) as marks:
            found = sum("imported" in line for line in marks.export_lines())
        assert found in ({3} if answer.status == 0 else {0, 3})

    return look


def save_state(home: Home) -> Callable[[], None]:
    """Save session and history, whose failure is no error, and a search, whose failure is an error message."""
    places = home.places
    files = SessionFiles(places.session_file(home.content), places.theme_file)
    files.load()
    files.save(Session(query="is:unread", theme="nord"))
    FilterHistory(places.filters_file).add("quality>=70")
    saved, sentence = False, ""
    try:
        save_search(places.config_file, "good", "quality>=80")
        saved = True
    except ReaderError as error:
        sentence = str(error)
    assert saved or sentence.startswith("Cannot "), sentence

    def look() -> None:
        now = files.load()
        assert now.query in {"", "is:unread"}
        assert now.theme in {"", "nord"}
        assert FilterHistory(places.filters_file).past() in {("quality>=70", "old"), ("old",), ("quality>=70",)}
        names = {search.name for search in load_config(places.config_file).searches}
        assert "best" in names
        assert "good" in names or not saved

    return look


def _unread(home: Home) -> None:
    shutil.rmtree(home.places.cache)


def _changed(home: Home) -> None:
    write(home.content, "new.md", day=50, title="New")
    write(home.content, "story-03.md", day=3, title="Another title, longer")
    (home.content / "story-04.md").unlink()


def _unmarked(home: Home) -> None:
    shutil.rmtree(home.places.state)


def _with_lines(home: Home) -> None:
    time = '"2021-10-02T13:30:00Z"'
    line = f'{{{{"identity": "imported-{{}}", "mark": "read", "since": {time}, "changed": {time}}}}}\n'
    (home.base / "lines.jsonl").write_text("".join(map(line.format, range(3))), encoding="utf-8")


def _with_memories(home: Home) -> None:
    save_search(home.places.config_file, "best", "quality>=70")
    FilterHistory(home.places.filters_file).add("old")


def _unchanged(_home: Home) -> None:
    return


SCENARIOS = [
    (start, _unchanged),
    (first_read, _unread),
    (show_and_check, _unchanged),
    (sync, _changed),
    (rebuild, _unchanged),
    (mark_one, _unchanged),
    (mark_one, _unmarked),
    (mark_all, _unchanged),
    (mark_in_the_tui, _unchanged),
    (mark_in_the_tui, _unmarked),
    (export_marks, _unchanged),
    (import_marks, _with_lines),
    (save_state, _with_memories),
]


def faults_at(number: int) -> Iterator[Fault]:
    """Yield some of the ways in which a call can fail, different ones for each call."""
    ways = [
        Fault(number, OS_ERRORS[at % len(OS_ERRORS)], SQLITE_ERRORS[at % len(SQLITE_ERRORS)], lasting=lasting)
        for lasting in (False, True)
        for at in range(len(SQLITE_ERRORS))
        # Who is busy for ever is waited for, for ever or half a minute: that is meant so.
        if not (lasting and SQLITE_ERRORS[at % len(SQLITE_ERRORS)] == "SQLITE_BUSY")
    ]
    yield from (ways[(number + at) % len(ways)] for at in range(min(WAYS, len(ways))))


@pytest.mark.sweep
@pytest.mark.parametrize(("step", "before"), SCENARIOS, ids=lambda part: part.__name__.strip("_"))
def test_disk_fault_is_an_error_message_and_loses_no_mark(
    home: Home, step: Callable[[Home], Callable[[], None]], before: Callable[[Home], None]
) -> None:
    before(home)
    home.keep()
    paths = [(entry.path, entry.title) for entry in home.entries()]
    starred = home.marked("starred")
    home.again()
    with FaultyDisk(home.base, Fault(0)).failing() as well:
        step(home)
    assert well.calls
    for number in sample(range(1, well.calls + 1), CALLS):
        for fault in faults_at(number):
            home.again()
            with FaultyDisk(home.base, fault).failing() as disk:
                look = step(home)
            assert disk.failed
            remark = f"{fault}: {disk.failed[0]}"
            look()
            assert [(entry.path, entry.title) for entry in home.entries()] == paths, remark
            assert home.marked("starred") >= starred, remark
            assert not list(home.places.cache.glob("*.new*")), remark
            if not fault.lasting:
                assert not list(home.base.glob("*/.*")), f"{remark}: a partially written file is left"
