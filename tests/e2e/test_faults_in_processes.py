"""The program itself on a disk that fails: what it cannot do it says in a sentence, and it ends as it should."""

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
from pty_session import PtySession, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
# Python runs a module of this name before anything else.
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


@pytest.fixture
def failing(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Return the variables of somebody whose disk fails."""

    def variables(at: int, system: int, sqlite: str, *, lasting: bool) -> dict[str, str]:
        entry = tmp_path / "entry"
        entry.mkdir(exist_ok=True)
        script = ENTRY.format(base=str(tmp_path), at=at, system=system, sqlite=sqlite, lasting=lasting)
        (entry / "sitecustomize.py").write_text(textwrap.dedent(script), encoding="utf-8")
        env = environment(tmp_path, tmp_path / "programs")
        env["PYTHONPATH"] = os.pathsep.join((str(entry), str(ROOT / "tests" / "support"), env["PYTHONPATH"]))
        return env

    return variables


def run(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "reader", *words], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param((1, errno.EIO, "SQLITE_IOERR_READ", True), id="nothing works"),
        pytest.param((12, errno.ENOSPC, "SQLITE_FULL", False), id="once"),
        pytest.param((40, errno.EACCES, "SQLITE_CORRUPT", True), id="from then on"),
    ],
)
def test_a_command_ends_in_a_sentence(
    failing: Callable[..., dict[str, str]], tmp_path: Path, content: Path, fault: tuple[int, int, str, bool]
) -> None:
    well = environment(tmp_path, tmp_path / "programs")
    assert run(well, "mark", str(content), "story", "--later").returncode == 0
    *what, lasting = fault
    env = failing(*what, lasting=lasting)
    for name, *flags in COMMANDS:
        found = run(env, name, str(content), *flags)
        assert found.returncode in {0, 1, 2}, found.stderr
        assert "Traceback" not in found.stderr
        assert found.returncode != 2 or found.stderr.startswith("newsreader: ")
    assert run(well, "count", str(content), "is:later").stdout == "5\n"


@pytest.fixture
def reader(
    request: pytest.FixtureRequest, failing: Callable[..., dict[str, str]], content: Path
) -> Iterator[PtySession]:
    at = request.param
    reader = PtySession([str(content)], failing(at, errno.EIO, "SQLITE_IOERR_READ", lasting=True), (100, 30), ROOT)
    yield reader
    reader.close()


@pytest.mark.parametrize("reader", [1, 30], indirect=True)
def test_a_reader_that_cannot_begin_says_why(reader: PtySession) -> None:
    assert reader.wait(lambda: reader.ended), reader.text
    assert reader.status == 2
    assert "newsreader: " in reader.text
    assert reader.modes == set()


@pytest.mark.parametrize("reader", [120, 250], indirect=True)
def test_a_reader_whose_disk_fails_goes_on_and_leaves_in_order(reader: PtySession) -> None:
    assert reader.wait_outside(lambda: "another screen" in reader.modes or reader.ended), reader.text
    if not reader.ended:
        reader.press("s", "j", "s", "r", "R", "q", "q", "q")
        assert reader.wait(lambda: reader.ended), reader.text
    assert reader.status in {0, 2}, reader.text
    assert reader.modes == set()
    assert "Traceback" not in reader.text
