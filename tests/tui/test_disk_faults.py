"""A disk that fails under the open TUI: it shows an error message and continues, and shows only saved marks."""

from __future__ import annotations

import errno
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fault_injection import Fault, FaultyDisk
from live_folder import write
from sweep import TIMES, sample
from tui_driver import ReaderEnv, opened

from reader.marks import MarkStore
from reader.storage.session import SessionFiles

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import TuiDriver

    from reader.storage.paths import AppPaths

# The first failing call, and its errors.
FAULTS = [
    pytest.param(Fault(1, errno.EIO, "SQLITE_IOERR_READ", lasting=True), id="no reads"),
    pytest.param(Fault(1, errno.ENOSPC, "SQLITE_FULL", lasting=True), id="full"),
    pytest.param(Fault(1, errno.EACCES, "SQLITE_CANTOPEN", lasting=True), id="no access"),
    pytest.param(Fault(30, errno.EMFILE, "SQLITE_BUSY", lasting=True), id="busy, in the middle"),
    pytest.param(Fault(60, errno.EIO, "SQLITE_CORRUPT", lasting=True), id="damaged, later"),
]
if TIMES > 1:
    FAULTS += [
        pytest.param(Fault(at, errno.EIO, name, lasting=lasting), id=f"{at} {name} {lasting}")
        # The test makes about seventy calls; a fault after the last one has no effect.
        for at in sample(range(1, 81), 2)
        for name in ("SQLITE_IOERR_READ", "SQLITE_FULL", "SQLITE_BUSY", "SQLITE_CORRUPT")
        for lasting in (False, True)
        # A lasting SQLITE_BUSY makes SQLite wait for half a minute or longer, as intended.
        if not (lasting and name == "SQLITE_BUSY")
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(12):
        write(tmp_path / "home" / "content", f"story-{number:02}.md", day=number, title=f"Story {number:02}")
    return tmp_path / "home" / "content"


@pytest.mark.sweep
@pytest.mark.parametrize("fault", FAULTS)
async def test_failing_disk_is_an_error_message_and_loses_no_mark(
    folder: Path, world: ReaderEnv, places: AppPaths, tmp_path: Path, fault: Fault
) -> None:
    files = SessionFiles(places.session_file(folder), places.theme_file)
    own = ReaderEnv(places, world.env, save_session=files.save, config_file=places.config_file)
    # The TUI opens all its files on this disk, which works at the beginning and at the end.
    disk = FaultyDisk(tmp_path, Fault(0))
    with disk.failing():
        async with opened(folder, own) as reading:
            await reading.press("s", "j", "s", "j")
            disk.fault = replace(fault, at=disk.calls + fault.at)
            await _use(reading)
            assert disk.failed or TIMES > 1
            assert reading.app.is_running
            disk.fault = Fault(0)
            await reading.press("F", "g", "g", "R")
            assert sorted(entry.title for entry in reading.entries()) == [f"Story {number:02}" for number in range(12)]
            shown = {entry.title for entry in reading.entries() if entry.starred}
            assert {"Story 11", "Story 10"} <= shown
            await reading.press("q", "q")
    with closing(MarkStore(places.marks_file)) as marks:
        kept = {line for line in marks.export_lines() if '"starred"' in line and '"since": null' not in line}
    assert len(kept) == len(shown)


async def _use(reading: TuiDriver) -> None:
    """Use every part of the TUI, and check that each message is one line."""
    for keys in ("s", "j s", "r", "u", "ctrl+r", "A y", "enter", "q", "R", "S t", "T", "n", "O"):
        await reading.press(*keys.split())
        said = reading.said
        assert "as if" not in said, said
        assert "Traceback" not in said
    await reading.type("story")
    await reading.type("")
    await reading.check_index()
