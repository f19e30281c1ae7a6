"""However the reader ends, the terminal is left as it was found, no mark is lost and no process is left behind."""

from __future__ import annotations

import os
import signal
import textwrap
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from live_folder import write
from processes import ignores_signal, processes_of, state_of
from pty_session import PtySession, environment

from reader.marks import MarkStore
from reader.storage.paths import AppPaths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
STORIES = 10
ENOUGH_FOR_PROCESSES = 6_000
# Of a processor, for an end in good order on a slow machine.
MOST_SECONDS = 3.0
# Done before the reader starts: it is stopped in the middle of a write, while the queue of what is written is locked.
STOPPED_WHILE_WRITING = """
    import os, signal
    from textual.drivers._writer_thread import WriterThread

    write = WriterThread.write

    def stopped(self, text):
        if "★" in text:
            WriterThread.write = write
            with self._queue.mutex:
                os.kill(os.getpid(), signal.SIGTSTP)
        write(self, text)

    WriterThread.write = stopped
"""

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are looked for in /proc")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    for number in range(STORIES):
        write(tmp_path / "content", f"story-{number:02}.md", day=9_000 + number, title=f"Story {number:02}")
    return tmp_path / "content"


@pytest.fixture
def start(tmp_path: Path, content: Path) -> Iterator[Callable[..., PtySession]]:
    readers: list[PtySession] = []

    def begin(first: str = "") -> PtySession:
        env = environment(tmp_path, tmp_path / "programs")
        if first:
            (tmp_path / "entry").mkdir()
            (tmp_path / "entry" / "sitecustomize.py").write_text(textwrap.dedent(first), encoding="utf-8")
            env["PYTHONPATH"] = os.pathsep.join((str(tmp_path / "entry"), env["PYTHONPATH"]))
        readers.append(PtySession([str(content), "--fresh"], env, (100, 30), ROOT))
        return readers[-1]

    yield begin
    for reader in readers:
        reader.close()


def star(reader: PtySession) -> None:
    assert reader.wait(lambda: "Story 09" in reader.text and "? help" in reader.text), reader.text
    assert {"another screen", "no cursor", "mouse", "pasting in brackets", "raw"} <= reader.modes
    reader.press("s")
    assert reader.wait(lambda: "★" in reader.text), reader.text


def stars(home: Path) -> int:
    with closing(MarkStore(home / "state" / "newsreader" / "marks.db")) as marks:
        return sum('"starred"' in line for line in marks.export_lines())


def nobody_is_left(home: Path, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while processes_of(home):
        if time.monotonic() > deadline:
            return False
    return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_ends_the_reader_and_gives_the_terminal_back(
    start: Callable[..., PtySession], tmp_path: Path, number: signal.Signals
) -> None:
    reader = start()
    star(reader)
    reader.tell(number)

    assert reader.wait(lambda: reader.ended), reader.text
    assert reader.status == 128 + number
    assert reader.modes == set()
    assert stars(tmp_path) == 1
    assert nobody_is_left(tmp_path)
    assert "Traceback" not in reader.text


@pytest.mark.parametrize("until", [b"", b"\x1b[?1049h", b"\x1b[?2004h", b"Story"])
def test_a_signal_while_the_reader_opens_leaves_the_terminal_as_it_was(
    start: Callable[..., PtySession], tmp_path: Path, until: bytes
) -> None:
    reader = start()
    assert reader.wait(lambda: until in reader.sent), reader.text
    reader.tell(signal.SIGTERM)

    assert reader.wait(lambda: reader.ended), reader.text
    assert reader.modes == set()
    assert nobody_is_left(tmp_path)
    assert "Traceback" not in reader.text


def test_a_reader_that_is_stopped_lends_the_terminal_and_goes_on_where_it_was(start: Callable[..., PtySession]) -> None:
    reader = start()
    star(reader)
    reader.tell(signal.SIGTSTP)
    assert reader.wait_outside(lambda: state_of(reader.number) == "T"), reader.text
    assert reader.wait_outside(lambda: not reader.modes, 5), reader.modes

    reader.tell(signal.SIGCONT)
    _goes_on(reader)


def test_a_reader_that_is_stopped_in_the_middle_of_a_write_stops_and_goes_on(start: Callable[..., PtySession]) -> None:
    reader = start(STOPPED_WHILE_WRITING)
    assert reader.wait(lambda: "Story 09" in reader.text and "? help" in reader.text), reader.text
    reader.press("s")
    assert reader.wait_outside(lambda: state_of(reader.number) == "T"), reader.text
    assert reader.wait_outside(lambda: not reader.modes, 5), reader.modes

    reader.tell(signal.SIGCONT)
    _goes_on(reader)


def test_a_reader_that_is_stopped_without_being_asked_goes_on(start: Callable[..., PtySession]) -> None:
    reader = start()
    star(reader)
    reader.tell(signal.SIGSTOP)
    assert reader.wait_outside(lambda: state_of(reader.number) == "T"), reader.text

    reader.tell(signal.SIGCONT)
    _goes_on(reader)


def _goes_on(reader: PtySession) -> None:
    assert reader.wait_outside(lambda: {"another screen", "mouse", "raw"} <= reader.modes), reader.modes
    assert reader.wait(lambda: "★" in reader.text), reader.text
    reader.press("j", "s")
    assert reader.wait(lambda: reader.text.count("★") == 2), reader.text
    reader.press("q")
    assert reader.wait(lambda: reader.ended), reader.text
    assert reader.status == 0
    assert reader.modes == set()


def test_a_terminal_of_one_cell_and_back_costs_nothing(start: Callable[..., PtySession], tmp_path: Path) -> None:
    reader = start()
    star(reader)
    for columns, rows in ((1, 1), (2, 60), (300, 1), (1, 1)):
        reader.resize(columns, rows)
        reader.press("j", "k")
        assert reader.idle(), reader.story
        assert not reader.ended, reader.text
    reader.resize(100, 30)
    assert reader.wait(lambda: "Story 09" in reader.text and "★" in reader.text), reader.text
    reader.press("q")
    assert reader.wait(lambda: reader.ended)
    assert reader.status == 0
    assert stars(tmp_path) == 1


def test_a_window_that_is_closed_ends_the_reader(start: Callable[..., PtySession], tmp_path: Path) -> None:
    reader = start()
    star(reader)

    assert not ignores_signal(reader.number, signal.SIGHUP)
    status, seconds = reader.take_terminal_away()
    assert status == 128 + signal.SIGHUP
    assert seconds < MOST_SECONDS
    assert stars(tmp_path) == 1
    assert nobody_is_left(tmp_path)


def test_a_window_that_is_closed_without_a_word_ends_the_reader(tmp_path: Path, content: Path) -> None:
    """As under nohup: nobody is told that the terminal hung up."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        reader = PtySession([str(content)], environment(tmp_path, tmp_path / "programs"), (100, 30), ROOT)
    finally:
        signal.signal(signal.SIGHUP, before)
    star(reader)

    assert ignores_signal(reader.number, signal.SIGHUP)
    status, seconds = reader.take_terminal_away()
    assert status == 128 + signal.SIGHUP
    assert seconds < MOST_SECONDS
    assert stars(tmp_path) == 1
    assert nobody_is_left(tmp_path)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_an_end_in_the_first_read_leaves_no_process_behind(
    start: Callable[..., PtySession], tmp_path: Path, content: Path, number: signal.Signals
) -> None:
    for count in range(ENOUGH_FOR_PROCESSES):
        write(content, f"many/{count:05}.md", day=count % 9_000)
    reader = start()
    assert reader.wait_outside(lambda: len(processes_of(tmp_path)) > 1), "nobody helps to read"
    reader.tell(number)

    assert reader.wait(lambda: reader.ended), reader.text
    assert nobody_is_left(tmp_path)
    places = AppPaths(*(tmp_path / name / "newsreader" for name in ("cache", "state", "config")))
    assert not list(places.cache.glob("*.new"))
