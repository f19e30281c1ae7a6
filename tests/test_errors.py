"""Errors of the system and of SQLite, described for the user."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing

import pytest

from reader.errors import describe_error


def _of_sqlite(name: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        pytest.param(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/a/b"), "No space left on device", id="system"),
        pytest.param(OSError("no number.\x1b[2J"), "no number.[2J", id="system error without a number"),
        pytest.param(ValueError("embedded null byte"), "embedded null byte", id="null byte in a name"),
        pytest.param(ValueError("open: embedded null character in path"), "embedded null byte", id="the same, newer"),
        pytest.param(ValueError(), "ValueError", id="nothing at all"),
        pytest.param(_of_sqlite("SQLITE_FULL"), "the disk is full", id="full"),
        pytest.param(_of_sqlite("SQLITE_BUSY_SNAPSHOT"), "file is locked by another program", id="busy"),
        pytest.param(_of_sqlite("SQLITE_IOERR_FSYNC"), "disk I/O error", id="input, output"),
        pytest.param(_of_sqlite("SQLITE_IOERR_NOMEM"), "out of memory", id="memory"),
        pytest.param(sqlite3.OperationalError("no such table: x"), "no such table: x", id="unknown SQLite error"),
    ],
)
def test_described_error_is_short_and_sanitized(error: Exception, words: str) -> None:
    assert describe_error(error) == words


def test_error_raised_by_sqlite_is_described() -> None:
    with (
        pytest.raises(sqlite3.OperationalError) as caught,
        closing(sqlite3.connect("/nowhere/at/all.db")) as connection,
    ):
        connection.execute("SELECT 1")
    assert describe_error(caught.value) == "file or folder is not writable"
