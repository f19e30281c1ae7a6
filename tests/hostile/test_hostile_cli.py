"""The hostile folder through the command line: it matches the manifest, and prints no escape sequence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hostile_folder import GOOD
from hostile_manifest import Observed, Outcome, diff
from hostile_output import find_escapes
from peak_memory import MEASURED, MEGABYTES
from pty_session import environment
from sweep import sample

if TYPE_CHECKING:
    from pathlib import Path

    from hostile_folder import HostileFolder

# Far longer than any command takes: one that runs until then hangs.
SECONDS = 300
FORMATS = ("table", "json", "jsonl", "tsv", "paths", "urls")
MAX_MEGABYTES = 300


class Program:
    """The program as a process, started repeatedly with the same home."""

    def __init__(self, home: Path) -> None:
        self._env = environment(home, home / "programs")
        self._home = home

    def run(self, *words: object, status: int = 0) -> bytes:
        megabytes = self._home / "megabytes"
        argv = [sys.executable, "-c", MEASURED, str(megabytes), sys.executable, "-m", "reader", *map(str, words)]
        done = subprocess.run(
            argv,
            env=self._env,
            capture_output=True,
            check=False,
            timeout=SECONDS,
            stdin=subprocess.DEVNULL,
            cwd=self._home,
        )
        assert done.returncode == status, done.stderr[-500:]
        assert int(megabytes.read_text(encoding="ascii")) < MAX_MEGABYTES
        assert b"Traceback" not in done.stderr
        for stream in (done.stdout, done.stderr):
            assert find_escapes(stream) == []
        return done.stdout


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    return Program(tmp_path_factory.mktemp("home"))


def test_check_and_list_match_the_manifest(hostile: HostileFolder, program: Program) -> None:
    problems: dict[str, list[tuple[str, str]]] = {}
    plain = set()
    for found in json.loads(program.run("check", hostile.path, "--all", "--format", "json", status=1)):
        if found["message"] == "not an article":
            plain.add(found["path"])
        else:
            problems.setdefault(found["path"], []).append((found["field"] or "", found["message"]))
    listed = json.loads(program.run("list", hostile.path, "--format", "json"))

    seen = Observed({entry["path"]: entry["title"] for entry in listed}, problems, frozenset(plain))
    assert diff(hostile.manifest, seen) == []
    assert sum("good" in entry["title"] for entry in listed) >= GOOD


def test_every_format_has_one_line_per_article(hostile: HostileFolder, program: Program) -> None:
    for format_ in FORMATS:
        lines = program.run("list", hostile.path, "--format", format_).decode("utf-8", "surrogateescape").split("\n")
        if format_ != "urls":
            assert len(lines) - 1 == len(hostile.listed), format_
    for by in ("topic", "provider", "category", "author", "year"):
        program.run("topics", hostile.path, "--by", by)
    assert int(program.run("count", hostile.path)) == len(hostile.listed)
    program.run("check", hostile.path, "--all", status=1)


def test_listed_urls_are_safe_to_open(hostile: HostileFolder, program: Program) -> None:
    for line in program.run("list", hostile.path, "--format", "urls").decode().splitlines():
        assert line.isprintable()
        assert " " not in line
        assert line.lower().startswith(("https://", "http://"))
        assert "bad.example" not in line


def test_commands_never_write_the_content_folder(hostile: HostileFolder, program: Program) -> None:
    before = _stamps(hostile.path)
    program.run("index", hostile.path, "--rebuild")
    program.run("mark", hostile.path, "is:unread", "--star")
    program.run("check", hostile.path, "--all", status=1)
    assert _stamps(hostile.path) == before
    assert len(before) > 100


def _stamps(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return mtime, size and mode of a folder and its entries, by name."""
    found = {entry.name: entry.stat(follow_symlinks=False) for entry in os.scandir(folder)} | {"": folder.stat()}
    return {name: (status.st_mtime_ns, status.st_size, status.st_mode) for name, status in found.items()}


@pytest.mark.sweep
@pytest.mark.parametrize(("format_", "first"), [("text", 0), ("json", 1)])
def test_show_prints_every_article_without_escapes(
    hostile: HostileFolder, tmp_path: Path, format_: str, first: int
) -> None:
    """Runs in one process, since hundreds of processes would take minutes; a sweep shows all articles."""
    cases = sample(hostile.listed, -(-len(hostile.listed) // 3), first)
    done = subprocess.run(
        [sys.executable, "-c", MEGABYTES + SHOW, str(hostile.path), str(tmp_path), format_],
        input="\0".join(case.path for case in cases).encode("utf-8", "surrogateescape"),
        capture_output=True,
        check=True,
        timeout=SECONDS,
    )
    shown, megabytes = map(int, done.stderr.split())
    assert shown == len(cases)
    assert megabytes < MAX_MEGABYTES
    assert find_escapes(done.stdout) == []
    text = done.stdout.decode("utf-8", "surrogateescape")
    assert [case.path for case in cases if case.label not in text] == []


SHOW = """
import io, os, sys
from datetime import UTC, datetime
from pathlib import Path
from reader.cli.output import OutputStream, OutputStyle
from reader.cli.main import run
from reader.cli.context import CliContext
from reader.storage.paths import AppPaths
from reader.query import Clock

folder, home, format_ = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
world = CliContext(
    stdin=io.StringIO(), out=OutputStream(sys.stdout), err=OutputStream(sys.stderr), style=OutputStyle(),
    places=AppPaths(home / "cache", home / "state", home / "config"),
    clock=lambda: Clock(datetime(2026, 11, 23, tzinfo=UTC), UTC), seconds=lambda: 0.0, open_url=lambda url, argv: None,
)
done = 0
for path in map(os.fsdecode, sys.stdin.buffer.read().split(b"\\0")):
    # After the first the index is known.
    cached = ["--cached"] if done else []
    done += run(["show", folder, path, "--format", format_, *cached], world) == 0
sys.stderr.write(f"{done} {megabytes()}")
"""


def test_manifest_has_cases_of_every_outcome(hostile: HostileFolder) -> None:
    """With an empty manifest, the other tests would pass."""
    fates = [case.fate for case in hostile.manifest]
    assert all(fates.count(fate) >= 5 for fate in Outcome)
    assert len(hostile.manifest) > 200
