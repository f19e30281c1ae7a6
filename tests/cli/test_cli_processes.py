"""The program as a process: pipes, failing streams, imports, two processes at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from sweep import sample

PROGRAM = [sys.executable, "-m", "reader"]
# Modules that a command on an indexed folder may not import.
HEAVY = ("textual", "rich.markdown", "markdown_it", "yaml", "yaml_rs", "frontmatter", "watchfiles", "re2")
MODULES = """
import sys
from reader.__main__ import main
sys.argv = ["newsreader", *sys.argv[1:]]
status = main()
print(*sorted(sys.modules), file=sys.stderr)
sys.exit(status)
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The environment of a user who has never started the program."""
    home = tmp_path / "home"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "NEWSREADER"))}
    return {**kept, "HOME": str(home), "LC_ALL": "C.UTF-8"}


def _many(content: Path, count: int) -> None:
    for number in range(count):
        text = f"---\ntitle: Number {number}\ntopics: [many]\n---\n"
        (content / f"many{number:05}.md").write_text(text, encoding="utf-8")


def _run(environ: dict[str, str], *words: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*PROGRAM, *map(str, words)], env=environ, capture_output=True, check=False)


def test_list_as_json_can_be_parsed(environ: dict[str, str], content: Path) -> None:
    listed = _run(environ, "list", content, "topic:AI", "--format", "json")

    assert (listed.returncode, listed.stderr) == (0, b"")
    assert [article["path"] for article in json.loads(listed.stdout)] == ["one.md"]


def test_closed_pipe_ends_the_list_silently(environ: dict[str, str], content: Path) -> None:
    _many(content, 3_000)
    with subprocess.Popen(
        [*PROGRAM, "list", str(content), "--format", "json"],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        assert program.stdout.readline().startswith(b"[{")
        program.stdout.close()
        errors = program.stderr.read()

    assert errors == b""
    assert program.returncode == 141


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")  # noqa: PTH110 - a device
@pytest.mark.parametrize("line", [["list"], ["count"], ["list", "--format", "json"]])
def test_full_disk_is_an_error_with_status_two(environ: dict[str, str], content: Path, line: list[str]) -> None:
    name, *rest = line
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        found = subprocess.run(
            [*PROGRAM, name, str(content), *rest], env=environ, stdout=full, stderr=subprocess.PIPE, check=False
        )

    assert found.returncode == 2
    assert found.stderr == b"newsreader: Cannot write output: No space left on device\n"


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        ("count $C >&-", 2, "newsreader: Cannot write output: standard output is closed\n"),
        ("count $C 2>&-", 0, ""),
        ("count $C <&-", 0, ""),
        ("count $C >&- 2>&- <&-", 2, ""),
        ("count nothing 2>&-", 2, ""),
        ("marks import <&-", 0, "0 marks imported, 0 unchanged, 0 invalid\n"),
        ("import $C <&-", 2, "newsreader: Not an OPML file\n"),
    ],
)
def test_closed_streams_cause_no_traceback(
    environ: dict[str, str], content: Path, arguments: str, status: int, says: str
) -> None:
    line = f"C='{content}'; '{sys.executable}' -m reader {arguments}"
    found = subprocess.run(["sh", "-c", line], env=environ, capture_output=True, check=False)

    assert (found.returncode, found.stderr.decode()) == (status, says)


def test_tui_without_a_terminal_is_an_error(environ: dict[str, str], content: Path) -> None:
    found = subprocess.run(
        [*PROGRAM, str(content)], env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )

    assert (found.returncode, found.stdout) == (2, b"")
    assert found.stderr == b'newsreader: The TUI needs a terminal; use "newsreader list" in scripts\n'


@pytest.mark.sweep
@pytest.mark.parametrize(
    ("locale", "encoding"),
    sample([*product(("C", "C.UTF-8", "POSIX"), ("", "ascii", "latin-1", "utf-8"))], 4),
)
def test_list_works_in_every_locale(environ: dict[str, str], content: Path, locale: str, encoding: str) -> None:
    environ |= {"LC_ALL": locale, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

    for format_ in ("table", "json"):
        found = _run(environ, "list", content, "--format", format_)
        assert (found.returncode, found.stderr) == (0, b"")
        assert found.stdout.count(b"\n") == 3


def test_commands_on_an_indexed_folder_import_nothing_heavy(environ: dict[str, str], content: Path) -> None:
    assert _run(environ, "index", content).returncode == 0

    for line in (["list", content], ["count", content, "topic:AI"], ["topics", content], ["check", content]):
        words = [sys.executable, "-c", MODULES, *map(str, line)]
        found = subprocess.run(words, env=environ, capture_output=True, check=False, text=True)
        modules = found.stderr.split()
        assert found.returncode in {0, 1}
        assert "reader.index.search" in modules
        assert [name for name in modules if name.startswith(HEAVY)] == []
        assert [name for name in modules if name.startswith("multiprocessing")] == []


def test_help_imports_neither_index_nor_tui(environ: dict[str, str]) -> None:
    words = [sys.executable, "-c", MODULES, "list", "--help"]
    found = subprocess.run(words, env=environ, capture_output=True, check=False, text=True)

    assert found.returncode == 0
    assert {"sqlite3", "reader.query", "reader.index", "reader.tui"} & set(found.stderr.split()) == set()


def test_concurrent_lists_of_an_unindexed_folder_agree(environ: dict[str, str], content: Path) -> None:
    _many(content, 1_200)
    line = [*PROGRAM, "list", str(content), "--format", "paths"]
    programs = [subprocess.Popen(line, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    answers = [program.communicate() for program in programs]

    assert [program.returncode for program in programs] == [0, 0]
    # On a slow machine, one of them reports that it waits for the other.
    assert all(not err or err.startswith(b"newsreader: Waiting for newsreader (process ") for _, err in answers)
    assert [err.count(b"\n") < 2 for _, err in answers] == [True, True]
    assert answers[0][0] == answers[1][0]
    assert answers[0][0].count(b"\n") == 1_203


def test_unexpected_error_is_one_line_and_a_crash_report(environ: dict[str, str], tmp_path: Path) -> None:
    # An empty module in place of shtab causes the error.
    (tmp_path / "shtab.py").write_text("", encoding="utf-8")
    environ |= {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}

    found = _run(environ, "completion", "bash")

    assert (found.returncode, found.stdout) == (70, b"")
    assert found.stderr.startswith(b"newsreader: Internal error (AttributeError)")
    assert found.stderr.count(b"\n") == 1
    assert b"Traceback" in Path(os.fsdecode(found.stderr.split()[-1])).read_bytes()

    debugged = _run(environ | {"NEWSREADER_DEBUG": "1"}, "completion", "bash")
    assert debugged.returncode == 1
    assert b"Traceback" in debugged.stderr
