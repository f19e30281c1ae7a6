"""The output thread: waiting for written output, and terminals that accept none."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from textual.drivers.linux_driver import LinuxDriver

from reader.tui.terminal import output
from reader.tui.terminal.driver import TerminalDriver
from reader.tui.terminal.output import OutputThread

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE = 30.0
# More than the capacity of a pipe.
_MUCH = "x" * 1_000_000


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """A pipe, to read from and to write to."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def test_wait_ends_once_all_output_is_written(pipe: tuple[int, int]) -> None:
    out = OutputThread(pipe[1])
    out.write("one")
    assert not out.wait(0), "the thread has not started"
    out.start()
    out.write("two")
    assert out.wait(_PATIENCE)
    assert os.read(pipe[0], 100) == b"onetwo"
    out.stop()
    assert not out.is_alive()


def test_blocked_terminal_blocks_no_thread(pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "_MOST_SECONDS_BEHIND", _PATIENCE)
    monkeypatch.setattr(output, "_SECONDS_TO_CATCH_UP", 0.01)
    monkeypatch.setattr(output, "_SECONDS_TO_END", 0.01)
    out = OutputThread(pipe[1])
    out.start()
    for _ in range(100):
        out.write(_MUCH)
    read = os.read(pipe[0], 1)  # once the thread has begun to write
    behind = [out.is_behind]
    monkeypatch.setattr(output, "_MOST_SECONDS_BEHIND", -1)
    behind.append(out.is_behind)
    assert behind == [False, True]
    out.catch_up()
    out.write("the end")
    out.stop()
    assert out.is_alive(), "the thread still waits for the terminal"
    while not read.endswith(b"the end"):
        read += os.read(pipe[0], 65536)
    out.join(_PATIENCE)
    assert len(read) < 200_000, "the queued output is dropped"


def test_output_to_a_terminal_that_is_gone_is_discarded() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    out = OutputThread(writing)
    out.start()
    out.write("one")
    assert out.wait(_PATIENCE)
    out.write("two")
    assert out.wait(_PATIENCE)
    out.stop()
    os.close(writing)


@pytest.mark.parametrize("is_ending", [False, True])
def test_continued_app_starts_again_unless_it_is_ending(monkeypatch: pytest.MonkeyPatch, *, is_ending: bool) -> None:
    calls: list[str] = []
    driver = TerminalDriver.__new__(TerminalDriver)
    monkeypatch.setattr(TerminalDriver, "suspend_application_mode", lambda _self: calls.append("suspend"))
    monkeypatch.setattr(LinuxDriver, "_sigcont_application", lambda _self: calls.append("resume"))
    driver.__dict__.update(
        _app=SimpleNamespace(_exit=is_ending), _output=object(), _must_signal_resume=False, _auto_restart=True
    )
    driver._go_on()
    assert calls == ([] if is_ending else ["suspend", "resume"])
