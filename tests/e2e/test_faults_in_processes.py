"""The program on a failing disk: errors are messages, and it exits properly."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from live_folder import write
from pty_session import environment

if TYPE_CHECKING:
    from play import Play, Stage

ROOT = Path(__file__).resolve().parents[2]
SUPPORT = os.pathsep.join((str(ROOT / "tests" / "support"), str(ROOT)))
# Python imports a module of this name first.
ENTRY = """
    from pathlib import Path
    from fault_injection import Fault, FaultyDisk

    context = FaultyDisk(Path({base!r}), Fault({at}, {system}, {sqlite!r}, lasting={lasting})).failing()
    context.__enter__()
"""
COMMANDS = (("list",), ("mark", "--star"), ("index", "--rebuild"), ("check",))


@pytest.fixture
def content(tmp_path: Path) -> Path:
    for number in range(5):
        write(tmp_path / "content", f"story-{number}.md", day=number, title=f"Story {number}")
    return tmp_path / "content"


def script(base: Path, fault: tuple[int, int, str], *, lasting: bool) -> str:
    """Return a startup script that makes the disk below a folder fail."""
    at, system, sqlite = fault
    return ENTRY.format(base=str(base), at=at, system=system, sqlite=sqlite, lasting=lasting)


def run(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "reader", *words], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("fault", "lasting"),
    [
        pytest.param((1, errno.EIO, "SQLITE_IOERR_READ"), True, id="always"),
        pytest.param((12, errno.ENOSPC, "SQLITE_FULL"), False, id="once"),
        pytest.param((40, errno.EACCES, "SQLITE_CORRUPT"), True, id="from then on"),
    ],
)
def test_command_on_a_failing_disk_ends_with_a_message(
    tmp_path: Path, content: Path, fault: tuple[int, int, str], *, lasting: bool
) -> None:
    well = environment(tmp_path, tmp_path / "programs")
    assert run(well, "mark", str(content), "story", "--later").returncode == 0
    entry = tmp_path / "entry"
    entry.mkdir()
    text = textwrap.dedent(script(tmp_path, fault, lasting=lasting))
    (entry / "sitecustomize.py").write_text(text, encoding="utf-8")
    env = {**well, "PYTHONPATH": os.pathsep.join((str(entry), SUPPORT))}
    for name, *flags in COMMANDS:
        found = run(env, name, str(content), *flags)
        assert found.returncode in {0, 1, 2}, found.stderr
        assert "Traceback" not in found.stderr
        assert found.returncode != 2 or found.stderr.startswith("newsreader: ")
    assert run(well, "count", str(content), "is:later").stdout == "5\n"


def start_failing(stage: Stage, content: Path, at: int) -> Play:
    """Start the TUI with a disk that fails from a call on."""
    before = script(stage.base, (at, errno.EIO, "SQLITE_IOERR_READ"), lasting=True)
    return stage.start(content, env={"PYTHONPATH": SUPPORT}, before=before)


@pytest.mark.parametrize("at", [1, 30])
def test_tui_that_cannot_start_shows_an_error(stage: Stage, content: Path, at: int) -> None:
    play = start_failing(stage, content, at)
    play.ends(2)
    play.expect("newsreader: ")
    assert play.modes == set()


@pytest.mark.parametrize("at", [120, 250])
def test_tui_on_a_failing_disk_continues_and_exits_properly(stage: Stage, content: Path, at: int) -> None:
    play = start_failing(stage, content, at)
    play.awaits(lambda: "another screen" in play.modes or play.session.ended, "it begins or ends")
    if not play.session.ended:
        play.session.press("s", "j", "s", "r", "R", "q", "q", "q")
    play.until(lambda: play.session.ended, "it ends")
    assert play.session.status in {0, 2}
    assert play.modes == set()
    play.expect(lacks="Traceback")
