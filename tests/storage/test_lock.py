"""The writer lock between processes: limited waiting, the process in the error, and other files in its place."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from lock_holder import holding_lock, stop

from reader.errors import LockedError, OperationCancelled, StorageError
from reader.storage.lock import LockWait, writer_lock

if TYPE_CHECKING:
    from pathlib import Path


class Clock:
    """A clock that advances by a second at each call."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index.db"


@pytest.fixture
def lock_file(path: Path) -> Path:
    return path.with_name("index.db.lock")


def test_free_lock_can_be_taken_repeatedly(path: Path, lock_file: Path) -> None:
    for _time in range(3):
        with writer_lock(path):
            assert lock_file.read_text() == f"{os.getpid()}\n"
    assert lock_file.read_text() == ""


def test_lock_held_by_another_process_is_an_error_that_names_it(path: Path) -> None:
    told: list[str] = []
    with holding_lock(path) as process:
        with (
            pytest.raises(LockedError, match=rf"locked by newsreader \(process {process.pid}\)$"),
            writer_lock(path, LockWait(5.0, notify=told.append, clock=Clock())),
        ):
            pass
        assert told == [f"Waiting for newsreader (process {process.pid}), which has locked {path}"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the state of a process in a file")
def test_lock_held_by_a_stopped_process_is_reported_as_such(path: Path) -> None:
    with holding_lock(path) as process:
        stop(process)
        with pytest.raises(LockedError, match=r", stopped\)$"), writer_lock(path, LockWait(0.0)):
            pass


def test_lock_of_a_killed_process_is_free(path: Path) -> None:
    with holding_lock(path) as process:
        process.kill()
        process.wait()
        with writer_lock(path, LockWait(0.0)):
            pass


def test_lock_wait_continues_while_the_holder_writes(path: Path) -> None:
    looks = 0
    with holding_lock(path) as process:

        def cancelled() -> bool:
            nonlocal looks
            looks += 1
            path.write_text("x" * looks)
            if looks == 20:
                process.kill()
                process.wait()
            return looks > 1_000

        with writer_lock(path, LockWait(5.0, cancelled, clock=Clock())):
            assert looks == 20


def test_cancelled_lock_wait_raises(path: Path) -> None:
    with holding_lock(path), pytest.raises(OperationCancelled), writer_lock(path, LockWait(cancelled=lambda: True)):
        pass


def test_lock_excludes_other_threads_of_the_process(path: Path) -> None:
    errors: list[Exception] = []

    def take() -> None:
        try:
            with writer_lock(path, LockWait(0.0)):
                pass
        except LockedError as error:
            errors.append(error)

    with writer_lock(path):
        thread = threading.Thread(target=take)
        thread.start()
        thread.join()
    assert len(errors) == 1


@pytest.mark.parametrize("target", ["precious.txt", "missing.txt"])
def test_symlink_in_place_of_a_lock_is_replaced_not_followed(path: Path, lock_file: Path, target: str) -> None:
    precious = path.with_name("precious.txt")
    precious.write_text("precious")
    lock_file.symlink_to(target)
    with writer_lock(path):
        assert not lock_file.is_symlink()
    assert precious.read_text() == "precious"
    assert not path.with_name("missing.txt").exists()


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_lock_file_that_is_no_regular_file_is_an_error(path: Path, lock_file: Path, make: object) -> None:
    assert callable(make)
    make(lock_file)
    with pytest.raises(StorageError, match="Cannot lock"), writer_lock(path):
        pass


def test_lock_file_is_private_whatever_the_umask(path: Path, lock_file: Path) -> None:
    old = os.umask(0)
    try:
        with writer_lock(path):
            pass
    finally:
        os.umask(old)
    assert lock_file.stat().st_mode & 0o777 == 0o600


def test_lock_can_be_taken_after_its_file_was_deleted(path: Path, lock_file: Path) -> None:
    with holding_lock(path):
        lock_file.unlink()
        with writer_lock(path, LockWait(0.0)):
            assert lock_file.exists()
