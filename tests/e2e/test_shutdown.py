"""Every way to end the program restores the terminal, loses no mark and leaves no process behind."""

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
# CPU time of a proper exit on a slow machine.
MAX_SECONDS = 3.0
# Runs before the program: stops it in the middle of a write, while the output queue is locked.
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

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    for number in range(STORIES):
        write(tmp_path / "content", f"story-{number:02}.md", day=9_000 + number, title=f"Story {number:02}")
    return tmp_path / "content"


def open_starred(stage: Stage, content: Path) -> Play:
    """Open the TUI and star the first article."""
    play = stage.open(content, "--fresh")
    assert {"another screen", "no cursor", "mouse", "pasting in brackets", "raw"} <= play.modes
    play.act("mark.star")
    play.list.expect("★")
    return play


def stars(home: Path) -> int:
    with closing(MarkStore(home / "state" / "newsreader" / "marks.db")) as marks:
        return sum('"starred"' in line for line in marks.export_lines())


def check_clean_exit(play: Play, home: Path) -> None:
    """Check that the terminal is restored and no process is left."""
    assert play.modes == set()
    leaves_no_process(play, home)


def leaves_no_process(play: Play, home: Path) -> None:
    play.awaits(lambda: not processes_of(home), "no process is left")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_signal_ends_the_program_and_restores_the_terminal(
    stage: Stage, tmp_path: Path, content: Path, number: signal.Signals
) -> None:
    play = open_starred(stage, content)
    play.session.tell(number)
    play.ends(128 + number)
    assert stars(tmp_path) == 1
    check_clean_exit(play, tmp_path)


@pytest.mark.parametrize("until", [b"", b"\x1b[?1049h", b"\x1b[?2004h", b"Story"])
def test_signal_during_the_start_restores_the_terminal(
    stage: Stage, tmp_path: Path, content: Path, until: bytes
) -> None:
    play = stage.start(content, "--fresh")
    play.until(lambda: until in play.session.sent, "it begins")
    play.session.tell(signal.SIGTERM)
    play.until(lambda: play.session.ended, "it ends")
    play.expect(lacks="Traceback")
    check_clean_exit(play, tmp_path)


def test_suspended_program_releases_the_terminal_and_resumes(stage: Stage, content: Path) -> None:
    play = open_starred(stage, content)
    play.session.tell(signal.SIGTSTP)
    is_stopped(play)
    resume(play)


def test_program_suspended_during_a_write_resumes(stage: Stage, content: Path) -> None:
    play = stage.start(content, "--fresh", before=STOPPED_WHILE_WRITING).open()
    play.session.press("s")
    is_stopped(play)
    resume(play)


def test_program_stopped_by_sigstop_resumes(stage: Stage, content: Path) -> None:
    play = open_starred(stage, content)
    play.session.tell(signal.SIGSTOP)
    play.awaits(lambda: state_of(play.session.number) == "T", "it is stopped")
    resume(play)


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


def test_suspend_key_returns_to_the_shell_and_resumes(tmp_path: Path, content: Path) -> None:
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
    play.awaits(lambda: not play.modes, "the terminal is released")


def resume(play: Play) -> None:
    """Resume the program and star another article."""
    play.session.tell(signal.SIGCONT)
    play.be_idle()
    assert {"another screen", "mouse", "raw"} <= play.modes
    play.list.expect("★")
    play.press("j", "s")
    assert play.text.count("★") == 2
    play.quit()


def test_terminal_resized_to_one_cell_and_back_is_redrawn(stage: Stage, tmp_path: Path, content: Path) -> None:
    play = open_starred(stage, content)
    for columns, rows in ((1, 1), (2, 60), (300, 1), (1, 1)):
        play.session.resize(columns, rows)
        play.press("j", "k")
        assert not play.session.ended
    play.session.resize(100, 30)
    play.until(lambda: "Story 09" in play.text and "★" in play.text, "the screen is restored")
    play.quit()
    assert stars(tmp_path) == 1


def close_window(play: Play, home: Path) -> None:
    status, seconds = play.session.take_terminal_away()
    assert status == 128 + signal.SIGHUP
    assert seconds < MAX_SECONDS
    assert stars(home) == 1
    play.awaits(lambda: not processes_of(home), "no process is left")


def test_closed_terminal_window_ends_the_program(stage: Stage, tmp_path: Path, content: Path) -> None:
    play = open_starred(stage, content)
    assert not ignores_signal(play.session.number, signal.SIGHUP)
    close_window(play, tmp_path)


def test_closed_terminal_window_without_sighup_ends_the_program(stage: Stage, tmp_path: Path, content: Path) -> None:
    """As under nohup, where the process ignores SIGHUP."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        play = open_starred(stage, content)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert ignores_signal(play.session.number, signal.SIGHUP)
    close_window(play, tmp_path)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_end_during_the_first_sync_leaves_no_process(
    stage: Stage, tmp_path: Path, content: Path, number: signal.Signals
) -> None:
    for count in range(ENOUGH_FOR_PROCESSES):
        write(content, f"many/{count:05}.md", day=count % 9_000)
    play = stage.start(content, "--fresh")
    play.awaits(lambda: len(processes_of(tmp_path)) > 1, "worker processes are running")
    play.session.tell(number)
    play.until(lambda: play.session.ended, "it ends")
    play.awaits(lambda: not processes_of(tmp_path), "no process is left")
    places = AppPaths(*(tmp_path / name / "newsreader" for name in ("cache", "state", "config")))
    assert not list(places.cache.glob("*.new"))
