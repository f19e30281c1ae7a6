"""Extreme numbers and dates in every place that accepts them: no command crashes."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from contextlib import closing
from itertools import product
from typing import TYPE_CHECKING

import pytest
from cli_runner import CliRunner
from indexed_folder import article
from msgspec.structs import replace
from sweep import sample

from reader.query import local_clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cli_runner import FakeStream

    from reader.cli.context import CliContext

NUMBERS = (
    *("0", "-0", "-1", "1e400", "-1e400", "1e-400", "1_000", "0x1F", ".nan", ".inf", "-.inf", "nan", "inf"),
    *(str(sign * 2**power + plus) for sign in (1, -1) for power in (31, 53, 63, 64, 80) for plus in (-1, 0)),
    *("9" * digits for digits in (16, 19, 20, 400, 4_300, 4_301)),
    f"0.{'0' * 400}1",
)
DATES = (
    "9999-12-31T23:59:59-01:00",
    "9999-12-31T23:59:59+00:00",
    "9999-12-31",
    "0001-01-01T00:00:00+23:59",
    "0001-01-01T00:00:00Z",
    "0001-01-01",
    "0000-00-00",
    "10000-01-01",
    "-0001-01-01",
    "1969-12-31T23:59:59Z",
    "2021-10-02T24:00:00Z",
    "2021-10-02T23:59:60Z",
    "2021-10-02T00:00:00+99:99",
    "2021-10-02T00:00:00.999999999999999999Z",
    "Fri, 31 Dec 9999 23:59:59 -2359",
)
FIELDS = ("quality", "heat", "date", "updated", "lang", "title", "draft", "topics", "secured", "length", "author")
NESTED = {
    "yaml": "images: [{{url: 'https://example.org/a.png', width: {0}, height: {0}}}]\n"
    "related: [{{title: A, url: 'https://example.org/a', date: {0}, quality: {0}, heat: {0}}}]\n",
    "toml": "images = [{{url = 'https://example.org/a.png', width = {0}, height = {0}}}]\n"
    "related = [{{title = 'A', url = 'https://example.org/a', date = {0}, quality = {0}}}]\n",
    "json": '"images": [{{"url": "https://example.org/a.png", "width": {0}, "height": {0}}}], '
    '"related": [{{"title": "A", "url": "https://example.org/a", "date": {0}, "quality": {0}}}]',
}
ZONES = ("UTC", "XXX-24", "XXX24", "XXX-24:59:59", "XXX167", "XXX-167:59:59", "Pacific/Kiritimati", "nonsense", "")


class LocalRunner(CliRunner):
    """A runner of command lines in the time zone of the environment."""

    def world(self, out: FakeStream, err: FakeStream, stdin: str = "") -> CliContext:
        return replace(CliRunner.world(self, out, err, stdin), clock=local_clock)


@pytest.fixture
def command(tmp_path: Path) -> CliRunner:
    return LocalRunner(tmp_path / "home")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "plain.md").write_text(article("Plain", date="2021-10-02"), encoding="utf-8")
    return folder


def check_commands(command: CliRunner, content: Path, files: int) -> None:
    """Check that every command succeeds on all files."""
    assert command.run("count", content, "").out == f"{files}\n"
    for words in (
        ("list", content, "sort:date"),
        ("list", content, "sort:-quality", "--format", "json"),
        ("list", content, "since:1d", "--format", "tsv"),
        ("count", content, "date:1000..9999 OR quality>1 OR heat<1"),
        ("topics", content, "--by", "year"),
        ("check", content, "--all"),
        ("mark", content, "is:published OR is:draft", "--star"),
        ("marks", "export"),
        ("show", content, "plain.md"),
    ):
        answer = command.run(*words)
        assert answer.status in {0, 1}, (words, answer.err)
    assert "Plain" in command.run("list", content, "title:plain").out


def test_extreme_numbers_and_dates_in_front_matter_are_handled(command: CliRunner, content: Path) -> None:
    count = 1
    for number, (value, field) in enumerate(product((*NUMBERS, *DATES), FIELDS)):
        for quote in ("", "'"):
            text = f"---\n{field}: {quote}{value}{quote}\n---\nText.\n"
            (content / f"n{number}{'q' * len(quote)}.md").write_text(text, encoding="utf-8")
            count += 1
    for number, value in enumerate((*NUMBERS, *DATES)):
        for kind, (before, after) in {
            "yaml": ("---\n", "---\n"),
            "toml": ("+++\n", "+++\n"),
            "json": ("{", "}\n"),
        }.items():
            text = f"{before}{NESTED[kind].format(value)}{after}Text.\n"
            (content / f"{kind}-{number}.md").write_text(text, encoding="utf-8")
            count += 1
    check_commands(command, content, count)
    for name in ("list", "check"):
        assert command.run(name, content, "--format", "json").status in {0, 1}


TIMES = [-(2**63), -(2**62), -(2**33) * 10**9, -1, 0, 1, 2**31 * 10**9, 2**33 * 10**9, 2**63 - 1, 2**63, 2**64, 2**65]


def test_extreme_file_times_are_handled(command: CliRunner, content: Path) -> None:
    count = 1
    for number, nanoseconds in enumerate(TIMES):
        path = content / f"{number}.md"
        path.write_text(article(f"T{number}"), encoding="utf-8")
        os.utime(path, ns=(0, nanoseconds))
        count += 1
    check_commands(command, content, count)
    assert command.run("list", content, "T1").status == 0, "the second sync succeeds too"


def test_extreme_times_in_imported_marks_are_handled(command: CliRunner, content: Path) -> None:
    lines = [
        json.dumps({"identity": f"https://example.org/{number}", "mark": "read", "since": since, "changed": changed})
        for number, (since, changed) in enumerate(product((*DATES, *NUMBERS, None, 1, 2**63, 1e300), repeat=2))
    ]
    file = content.parent / "marks.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    assert command.run("marks", "import", file).status == 1
    check_commands(command, content, 1)
    exported = command.run("marks", "export")
    file.write_text(exported.out, encoding="utf-8")
    assert command.run("marks", "import", file).status == 0, "an export can be imported"
    assert command.run("marks", "export").out == exported.out


def test_extreme_times_in_the_marks_file_are_handled(command: CliRunner, content: Path) -> None:
    check_commands(command, content, 1)
    with closing(sqlite3.connect(command.places.marks_file)) as connection:
        for number, when in enumerate((-(2**63), -(2**40), -1, 0, 2**40, 2**63 - 1)):
            row = (number, f"https://example.org/{number}", when, when, when, when, when, when)
            connection.execute("INSERT INTO mark VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        connection.commit()
    check_commands(command, content, 1)
    exported = content.parent / "marks.jsonl"
    exported.write_text(command.run("marks", "export").out, encoding="utf-8")
    assert command.run("marks", "import", exported).status == 0


@pytest.mark.parametrize(
    "template",
    [
        "limit:{}",
        "quality>{}",
        "heat:{}..",
        "since:{}",
        "on:{}",
        "date:{}..{}",
        "since:{}d",
        "since:{}y",
        "since:{}h",
        "related>{}",
        "{}",
    ],
)
def test_extreme_numbers_in_a_query_are_handled(command: CliRunner, content: Path, template: str) -> None:
    for value in (*NUMBERS, *DATES):
        answer = command.run("list", content, template.format(value, value), "--cached")
        assert answer.status in {0, 1, 2}
        assert "Traceback" not in answer.err


def test_extreme_numbers_on_the_command_line_are_handled(command: CliRunner, content: Path) -> None:
    for value, option in product(NUMBERS, ("--limit", "--width", "--by")):
        assert command.run("list", content, option, value).status in {0, 1, 2}


@pytest.mark.sweep
def test_extreme_numbers_in_the_settings_are_handled(command: CliRunner, content: Path) -> None:
    settings = ("text_width", "mark_read_after", "sidebar", "theme", "unknown")
    command.places.config_file.parent.mkdir(parents=True)
    values = (*NUMBERS, "9999-12-31T23:59:59-01:00", "[[[[]]]]")
    for value, name in sample(list(product(values, settings)), 47):
        command.places.config_file.write_text(f"{name} = {value}\n", encoding="utf-8")
        for words in (("config",), ("list", content), ("open", content, "nothing")):
            assert command.run(*words).status in {0, 1, 2}


@pytest.fixture(params=sample(ZONES, 3))
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", str(request.param))
        time.tzset()
        yield str(request.param)
    time.tzset()


@pytest.mark.sweep
@pytest.mark.usefixtures("zone")
def test_extreme_dates_in_every_time_zone_are_handled(command: CliRunner, content: Path) -> None:
    for number, value in enumerate(DATES):
        (content / f"{number}.md").write_text(article(f"D{number}", date=f"'{value}'"), encoding="utf-8")
    check_commands(command, content, len(DATES) + 1)
    for query in (
        "on:2021-10-02",
        "before:0001-01-02",
        "since:9999-12-31",
        "date:0001..9999",
        "since:2021-10-02T23:59",
    ):
        assert command.run("list", content, query).status in {0, 1}
