"""Commands while another process holds a lock and is stuck: they name the process and end."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest
from lock_holder import holding_lock, stop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cli_runner import CliRunner


@pytest.fixture
def content(tmp_path: Path, command: CliRunner) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "a.md").write_text("---\ntitle: First\n---\n", encoding="utf-8")
    assert command.run("mark", folder, "path:a.md", "--star").status == 0
    command.seconds_a_look = 1.0
    return folder


def test_list_with_a_stopped_writer_answers_from_the_index(content: Path, command: CliRunner) -> None:
    (content / "b.md").write_text("---\ntitle: Second\n---\n", encoding="utf-8")
    index = command.places.index_file(content)
    with holding_lock(index) as process:
        stop(process)
        answer = command.run("list", content, "--format", "paths")
        who = f"newsreader (process {process.pid}, stopped)"
    assert answer.status == 0
    assert answer.out.splitlines() == ["a.md"]
    assert answer.err.splitlines() == [
        f"newsreader: Waiting for {who}, which has locked {index}",
        f"newsreader: {index} is locked by {who}; the index may be out of date",
    ]


@pytest.mark.parametrize("words", [("list",), ("index",), ("index", "--rebuild")])
def test_command_that_needs_the_locked_index_fails(content: Path, command: CliRunner, words: tuple[str, ...]) -> None:
    index = command.places.index_file(content)
    if words == ("list",):
        index.unlink()
    with holding_lock(index):
        answer = command.run(words[0], content, *words[1:])
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.splitlines()[-1].startswith(f"newsreader: {index} is locked by newsreader (process ")


def test_count_with_locked_marks_does_not_wait(content: Path, command: CliRunner) -> None:
    command.places.marks_file.unlink()
    with holding_lock(command.places.marks_file):
        answer = command.run("count", content)
    assert (answer.status, answer.out) == (0, "1\n")


def test_mark_with_locked_marks_names_the_process_and_fails(content: Path, command: CliRunner) -> None:
    command.places.marks_file.unlink()
    with holding_lock(command.places.marks_file) as process:
        answer = command.run("mark", content, "path:a.md", "--read")
    assert answer.status == 2
    waiting, error = answer.err.splitlines()
    assert waiting.startswith(f"newsreader: Waiting for newsreader (process {process.pid})")
    assert error == f"newsreader: {command.places.marks_file} is locked by newsreader (process {process.pid})"


@contextmanager
def _written_by_another_program(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


def test_list_with_index_locked_by_another_program_answers(content: Path, command: CliRunner) -> None:
    (content / "b.md").write_text("---\ntitle: Second\n---\n", encoding="utf-8")
    index = command.places.index_file(content)
    with _written_by_another_program(index):
        answer = command.run("list", content, "--format", "paths")
    assert (answer.status, answer.out) == (0, "a.md\n")
    assert answer.err == f"newsreader: {index} is locked by another program; the index may be out of date\n"
    assert command.run("list", content, "--format", "paths").out.splitlines() == ["a.md", "b.md"]


def test_mark_with_marks_locked_by_another_program_fails(content: Path, command: CliRunner) -> None:
    marks = command.places.marks_file
    copy = marks.with_name("marks.copy.db")
    before = copy.stat().st_ino
    with _written_by_another_program(marks):
        answer = command.run("mark", content, "path:a.md", "--unstar")
        counted = command.run("count", content, "is:starred")
    assert answer.status == 2
    assert answer.err.splitlines() == [
        f"newsreader: Waiting for another program, which has locked {marks}",
        f"newsreader: {marks} is locked by another program",
    ]
    assert (counted.out, counted.err) == ("1\n", "")
    assert copy.stat().st_ino == before, "the second copy is kept"
    assert command.run("mark", content, "path:a.md", "--unstar").status == 0
