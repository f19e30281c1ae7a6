"""Commands with damaged or unreadable marks: none answers a query about marks with a silent zero."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reader.marks.second_copy import copy_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cli_runner import CliRunner


@pytest.fixture
def content(tmp_path: Path, command: CliRunner) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.md").write_text(f"---\ntitle: {name}\n---\n", encoding="utf-8")
    assert command.run("mark", folder, "path:a.md", "--star").status == 0
    return folder


def _garbage(marks: Path) -> None:
    marks.write_bytes(b"garbage" * 1_000)


def _pipe(marks: Path) -> None:
    marks.unlink()
    os.mkfifo(marks)


def _folder(marks: Path) -> None:
    marks.unlink()
    marks.mkdir()


def _dangling(marks: Path) -> None:
    marks.unlink()
    marks.symlink_to("nowhere.db")


def _newer(marks: Path) -> None:
    for file in (marks, copy_file(marks)):
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA user_version = 77")
            connection.execute("DROP TABLE IF EXISTS mark")


DAMAGES = [_garbage, _pipe, _folder, _dangling, _newer]


@pytest.fixture(params=DAMAGES, ids=lambda damage: damage.__name__.strip("_"))
def damage(request: pytest.FixtureRequest) -> Callable[[Path], None]:
    return request.param  # type: ignore[no-any-return] # a parameter has no type


def test_query_about_unreadable_marks_is_an_error(
    content: Path, command: CliRunner, damage: Callable[[Path], None]
) -> None:
    marks = command.places.marks_file
    copy_file(marks).unlink()
    if damage is _newer:
        copy_file(marks).touch()
    damage(marks)
    for words in (("count", "is:starred"), ("list", "-is:read b"), ("topics", "is:unread or a"), ("count", "is:later")):
        for _time in range(2):
            answer = command.run(words[0], content, *words[1].split())
            assert (answer.status, answer.out) == (2, ""), words
            assert str(marks) in answer.err
    answer = command.run("marks", "export")
    assert (answer.status, answer.out) == (2, "")


def test_unreadable_marks_are_reported_by_every_command(
    content: Path, command: CliRunner, damage: Callable[[Path], None]
) -> None:
    marks = command.places.marks_file
    copy_file(marks).unlink()
    if damage is _newer:
        copy_file(marks).touch()
    damage(marks)
    for words in (("count", content), ("list", content, "a"), ("show", content, "a.md"), ("check", content)):
        answer = command.run(*words)
        assert answer.status == (0 if words[0] != "check" else answer.status), words
        assert answer.out or words[0] == "check"
        assert str(marks) in answer.err, words
        assert answer.err.count("\n") == 1, "one line"


def test_damaged_marks_are_restored_with_a_notice(content: Path, command: CliRunner) -> None:
    marks = command.places.marks_file
    _garbage(marks)
    answer = command.run("count", content, "is:starred")
    assert (answer.status, answer.out) == (0, "1\n")
    assert answer.err == (
        f"newsreader: The marks file {marks} was corrupt and was renamed to marks.db.broken-1. "
        "The marks of 1 article were restored.\n"
    )
    again = command.run("count", content, "is:starred")
    assert (again.out, again.err) == ("1\n", "")


@pytest.mark.usefixtures("content")
def test_missing_marks_are_restored_with_a_notice(command: CliRunner) -> None:
    command.places.marks_file.unlink()
    answer = command.run("marks", "export")
    assert answer.out.count("\n") == 1
    marks = command.places.marks_file
    assert answer.err == f"newsreader: The marks file {marks} was missing. The marks of 1 article were restored.\n"
    assert not list(marks.parent.glob("*broken*"))
