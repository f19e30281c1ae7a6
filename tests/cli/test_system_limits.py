"""Too few open files, too little memory: a message and status 2, neither a crash nor an incomplete answer."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from pty_session import environment

from reader.cli.system_limits import describe_shortage

ROOT = Path(__file__).resolve().parents[2]


def run_limited(home: Path, kind: int, value: int, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "reader", *words],
        env=environment(home, home / "programs"),
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(kind, (value, value)),
    )


@pytest.mark.parametrize("files", [10, 26, 31])
def test_command_with_few_open_files_is_an_error(tmp_path: Path, files: int) -> None:
    answer = run_limited(tmp_path, resource.RLIMIT_NOFILE, files, "count", "sample_content")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr == f"newsreader: Not enough open files: 32 needed, {files} allowed (ulimit -n)\n"


def test_command_with_little_memory_is_an_error(tmp_path: Path) -> None:
    answer = run_limited(tmp_path, resource.RLIMIT_AS, 60 << 20, "count", "sample_content")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr == "newsreader: Not enough memory: 64 MiB needed, 60 MiB allowed (ulimit -v)\n"


def test_command_with_just_enough_memory_is_complete(tmp_path: Path) -> None:
    words = ("count", "sample_content", "path:the-book-nobody-has-read")
    answer = run_limited(tmp_path, resource.RLIMIT_AS, 128 << 20, *words)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "1\n", "")


def test_command_with_just_enough_open_files_is_complete(tmp_path: Path) -> None:
    words = ("count", "sample_content", "path:the-book-nobody-has-read")
    answer = run_limited(tmp_path, resource.RLIMIT_NOFILE, 32, *words)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "1\n", "")


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (resource.RLIMIT_NOFILE, 26, "Not enough open files: 64 needed, 26 allowed (ulimit -n)"),
        (resource.RLIMIT_AS, 300 << 20, "Not enough memory: 700 MiB needed, 300 MiB allowed (ulimit -v)"),
    ],
)
def test_tui_with_low_limits_is_an_error(tmp_path: Path, kind: int, value: int, message: str) -> None:
    answer = run_limited(tmp_path, kind, value, "sample_content")
    assert (answer.returncode, answer.stdout, answer.stderr) == (2, "", f"newsreader: {message}\n")


def _caused(error: Exception) -> Exception:
    outer = ValueError("outer")
    outer.__context__ = error
    return outer


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (MemoryError(), "Out of memory"),
        (OSError(errno.ENOMEM, os.strerror(errno.ENOMEM)), "Out of memory"),
        (OSError(errno.EMFILE, os.strerror(errno.EMFILE)), "Too many open files"),
        (OSError(errno.ENFILE, os.strerror(errno.ENFILE)), "Too many open files"),
        (ImportError("a.so: failed to map segment from shared object"), "Out of memory"),
        (ImportError("No module named 'a'"), ""),
        (RuntimeError("can't start new thread"), "Cannot start a thread: out of memory or processes"),
        (ExceptionGroup("several", [ValueError(), MemoryError()]), "Out of memory"),
        (OSError(errno.EACCES, "no"), ""),
        (RuntimeError("something else"), ""),
    ],
)
def test_shortage_in_an_exception_chain_is_described(error: Exception, message: str) -> None:
    assert describe_shortage(error) == message
    assert describe_shortage(_caused(error)) == message
