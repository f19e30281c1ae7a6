"""However the reader ends, the terminal is left as it was found, no mark is lost and no process is left behind."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pexpect
import pytest
from live_folder import write
from processes import ignores_signal, processes_of, state_of
from pty_session import environment

from reader.marks import MarkStore
from reader.storage.paths import AppPaths

if TYPE_CHECKING:
    from play import Play, Stage

STORIES = 10
ENOUGH_FOR_PROCESSES = 6_000
# Of a processor, for an end in good order on a slow machine.
MOST_SECONDS = 3.0
# Done before the reader starts: it is stopped in the middle of a write, while the queue of output is locked.
STOPPED_WHILE_WRITING = """
    import os, signal
    from reader.tui.terminal.output import OutputThread

    write = OutputThread.write

    def stopped(self, text):
        if "★" in text:
            OutputThread.write = write
            with self._ready:
                os.kill(os.getpid(), signal.SIGTSTP)
        write(self, text)

    OutputThread.write = stopped
"""

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are looked for in /proc")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    for number in range(STORIES):
        write(tmp_path / "content", f"story-{number:02}.md", day=9_000 + number, title=f"Story {number:02}")
    return tmp_path / "content"


def open_starred(stage: Stage, content: Path) -> Play:
    """Open the reader, and star its first article."""
    play = stage.open(content, "--fresh")
    assert {"another screen", "no cursor", "mouse", "pasting in brackets", "raw"} <= play.modes
    play.act("mark.star")
    play.list.expect("★")
    return play


def stars(home: Path) -> int:
    with closing(MarkStore(home / "state" / "newsreader" / "marks.db")) as marks:
        return sum('"starred"' in line for line in marks.export_lines())


def leaves_nothing(play: Play, home: Path) -> None:
    """Check that the terminal is as it was, and that no process is left."""
    assert play.modes == set()
    leaves_no_process(play, home)


def leaves_no_process(play: Play, home: Path) -> None:
    play.awaits(lambda: not processes_of(home), "no process is left")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_signal_ends_the_reader_and_gives_the_terminal_back(
    stage: Stage, tmp_path: Path, content: Path, number: signal.Signals
) -> None:
    play = open_starred(stage, content)
    play.session.tell(number)
    play.ends(128 + number)
    assert stars(tmp_path) == 1
    leaves_nothing(play, tmp_path)


@pytest.mark.parametrize("until", [b"", b"\x1b[?1049h", b"\x1b[?2004h", b"Story"])
def test_signal_while_the_reader_opens_leaves_the_terminal_as_it_was(
    stage: Stage, tmp_path: Path, content: Path, until: bytes
) -> None:
    play = stage.start(content, "--fresh")
    play.until(lambda: until in play.session.sent, "it begins")
    play.session.tell(signal.SIGTERM)
    play.until(lambda: play.session.ended, "it ends")
    play.expect(lacks="Traceback")
    leaves_nothing(play, tmp_path)


def test_reader_that_is_stopped_lends_the_terminal_and_goes_on_where_it_was(stage: Stage, content: Path) -> None:
    play = open_starred(stage, content)
    play.session.tell(signal.SIGTSTP)
    is_stopped(play)
    goes_on(play)


def test_reader_that_is_stopped_in_the_middle_of_a_write_stops_and_goes_on(stage: Stage, content: Path) -> None:
    play = stage.start(content, "--fresh", before=STOPPED_WHILE_WRITING).open()
    play.session.press("s")
    is_stopped(play)
    goes_on(play)


def test_reader_that_is_stopped_without_being_asked_goes_on(stage: Stage, content: Path) -> None:
    play = open_starred(stage, content)
    play.session.tell(signal.SIGSTOP)
    play.awaits(lambda: state_of(play.session.number) == "T", "it is stopped")
    goes_on(play)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_signal_ends_a_reader_whose_terminal_takes_no_output(
    stage: Stage, tmp_path: Path, content: Path, number: signal.Signals
) -> None:
    play = open_starred(stage, content)
    play.session.type_unread(b"zz" * 100)
    os.kill(play.session.number, number)
    assert play.session.ends_unread(bytes_each_time=0), "it does not end"
    leaves_no_process(play, tmp_path)


def test_reader_on_a_slow_line_drops_old_paints_and_quits(stage: Stage, tmp_path: Path, content: Path) -> None:
    play = open_starred(stage, content)
    # A megabyte of paints, for which the line would take hours.
    play.session.type_unread(b"zz" * 50 + b"q")
    assert play.session.ends_unread(bytes_each_time=100), "it does not end"
    leaves_no_process(play, tmp_path)


def test_key_suspends_to_a_shell_with_job_control_which_brings_it_back(tmp_path: Path, content: Path) -> None:
    env = environment(tmp_path, tmp_path, PS1="READY> ", TERM="xterm-256color")
    argv = ["--norc", "--noprofile", "-i"]
    with closing(pexpect.spawn("/bin/bash", argv, env=env, dimensions=(30, 100), timeout=60)) as shell:
        shell.expect_exact("READY> ")
        shell.sendline(f"{sys.executable} -m reader {content}")
        shell.expect_exact("Story 05")
        shell.send("\x1a")
        shell.expect_exact("\x1b[?1049l")
        shell.expect_exact("Stopped")
        shell.expect_exact("READY> ")
        shell.sendline("fg")
        shell.expect_exact("\x1b[?1049h")
        shell.expect_exact("Story 05")
        shell.send("q")
        shell.expect_exact("\x1b[?1049l")
        shell.sendline("echo status=$?")
        shell.expect_exact("status=0")


def is_stopped(play: Play) -> None:
    play.awaits(lambda: state_of(play.session.number) == "T", "it is stopped")
    play.awaits(lambda: not play.modes, "it has lent the terminal")


def goes_on(play: Play) -> None:
    """Continue the reader, and star another article."""
    play.session.tell(signal.SIGCONT)
    play.be_idle()
    assert {"another screen", "mouse", "raw"} <= play.modes
    play.list.expect("★")
    play.press("j", "s")
    assert play.text.count("★") == 2
    play.quit()


def test_terminal_of_one_cell_and_back_costs_nothing(stage: Stage, tmp_path: Path, content: Path) -> None:
    play = open_starred(stage, content)
    for columns, rows in ((1, 1), (2, 60), (300, 1), (1, 1)):
        play.session.resize(columns, rows)
        play.press("j", "k")
        assert not play.session.ended
    play.session.resize(100, 30)
    play.until(lambda: "Story 09" in play.text and "★" in play.text, "it is as it was")
    play.quit()
    assert stars(tmp_path) == 1


def loses_its_window(play: Play, home: Path) -> None:
    status, seconds = play.session.take_terminal_away()
    assert status == 128 + signal.SIGHUP
    assert seconds < MOST_SECONDS
    assert stars(home) == 1
    play.awaits(lambda: not processes_of(home), "no process is left")


def test_window_that_is_closed_ends_the_reader(stage: Stage, tmp_path: Path, content: Path) -> None:
    play = open_starred(stage, content)
    assert not ignores_signal(play.session.number, signal.SIGHUP)
    loses_its_window(play, tmp_path)


def test_window_that_is_closed_without_a_word_ends_the_reader(stage: Stage, tmp_path: Path, content: Path) -> None:
    """As under nohup: nobody is told that the terminal hung up."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        play = open_starred(stage, content)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert ignores_signal(play.session.number, signal.SIGHUP)
    loses_its_window(play, tmp_path)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_end_in_the_first_read_leaves_no_process_behind(
    stage: Stage, tmp_path: Path, content: Path, number: signal.Signals
) -> None:
    for count in range(ENOUGH_FOR_PROCESSES):
        write(content, f"many/{count:05}.md", day=count % 9_000)
    play = stage.start(content, "--fresh")
    play.awaits(lambda: len(processes_of(tmp_path)) > 1, "worker processes help to read")
    play.session.tell(number)
    play.until(lambda: play.session.ended, "it ends")
    play.awaits(lambda: not processes_of(tmp_path), "no process is left")
    places = AppPaths(*(tmp_path / name / "newsreader" for name in ("cache", "state", "config")))
    assert not list(places.cache.glob("*.new"))
