from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from cli_runner import CliRunner

from reader.errors import OpenUrlError

if TYPE_CHECKING:
    from pathlib import Path


def _many(content: Path, count: int) -> None:
    for number in range(count):
        text = f"---\ntitle: Many {number}\noriginalUrl: https://example.org/many/{number}\ntopics: [many]\n---\n"
        (content / f"many{number:02}.md").write_text(text, encoding="utf-8")


def test_open_opens_the_url_of_the_article(command: CliRunner, content: Path) -> None:
    answer = command.run("open", content, "topic:AI")

    assert answer.status == 0
    assert command.opened == ["https://example.org/one"]


def test_open_of_more_than_ten_articles_needs_yes(command: CliRunner, content: Path) -> None:
    _many(content, 11)
    answer = command.run("open", content, "topic:many")
    assert (answer.status, command.opened) == (2, [])
    assert answer.err == ("newsreader: 11 articles match (limit 10); use --yes to open them all\n")

    assert command.run("open", content, "topic:many", "limit:10").status == 0
    assert len(command.opened) == 10
    assert command.run("open", content, "topic:many", "--yes").status == 0
    assert len(command.opened) == 21


def test_open_of_an_article_without_url_names_it(command: CliRunner, content: Path) -> None:
    answer = command.run("open", content, "-has:url")

    assert (answer.status, command.opened) == (1, [])
    assert answer.err == 'newsreader: No URL: "No date, no topic, no URL"\n'
    assert command.run("open", content, "topic:nothing").status == 1


class NoBrowser(CliRunner):
    def _open(self, url: str, _browser: tuple[str, ...]) -> None:
        raise OpenUrlError(f"No browser found for {url}; set $BROWSER")


def test_open_without_a_browser_prints_the_url(tmp_path: Path, content: Path) -> None:
    answer = NoBrowser(tmp_path / "home").run("open", content, "topic:AI")

    assert answer.status == 2
    assert answer.err == "newsreader: No browser found for https://example.org/one; set $BROWSER\n"


@pytest.mark.parametrize(
    ("mark", "unmark", "query", "field"),
    [
        ("--read", "--unread", "is:read", "read"),
        ("--star", "--unstar", "is:starred", "starred"),
        ("--later", "--not-later", "is:later", "later"),
    ],
)
def test_mark_is_set_and_removed(
    command: CliRunner, content: Path, mark: str, unmark: str, query: str, field: str
) -> None:
    answer = command.run("mark", content, "topic:AI", mark)
    assert (answer.status, answer.out) == (0, "")
    assert "1 article" in answer.err
    (article,) = command.run("list", content, query, "--format", "json").json
    assert (article["path"], article[field]) == ("one.md", True)

    was = {"--unread": "already unread", "--unstar": "not starred", "--not-later": "not there"}[unmark]
    assert command.run("mark", content, "has:url", unmark).err.endswith(f"; 1 was {was}\n")
    assert command.run("count", content, query).out == "0\n"


def test_mark_without_matches_sets_status_one(command: CliRunner, content: Path) -> None:
    assert command.run("mark", content, "topic:nothing", "--read").status == 1


def test_mark_applies_to_every_match(command: CliRunner, content: Path) -> None:
    _many(content, 1_200)

    assert command.run("mark", content, "topic:many", "--read").err == "Marked 1,200 articles as read\n"
    assert command.run("count", content, "is:read").out == "1200\n"


def test_exported_marks_are_imported_elsewhere(command: CliRunner, content: Path, tmp_path: Path) -> None:
    command.run("mark", content, "topic:AI", "--star")
    exported = command.run("marks", "export")
    assert exported.status == 0
    assert [json.loads(line)["mark"] for line in exported.out.splitlines()] == ["starred"]

    other = CliRunner(tmp_path / "other")
    answer = other.run("marks", "import", stdin=exported.out)
    assert (answer.status, answer.err) == (0, "1 mark imported, 0 unchanged, 0 invalid\n")
    assert other.run("list", content, "is:starred", "--format", "paths").out == "one.md\n"

    file = tmp_path / "marks.jsonl"
    file.write_text(exported.out, encoding="utf-8")
    assert other.run("marks", "import", file).err == "0 marks imported, 1 unchanged, 0 invalid\n"


def test_import_reports_a_bad_line_and_takes_the_others(command: CliRunner, content: Path, tmp_path: Path) -> None:
    command.run("mark", content, "has:url", "--read")
    good = command.run("marks", "export").out.splitlines()
    other = CliRunner(tmp_path / "other")

    answer = other.run("marks", "import", "-", stdin=f"{good[0]}\nnonsense \x1b[2J\n\n{good[1]}\n")

    assert answer.status == 1
    assert answer.err.startswith("standard input:2: ")
    assert answer.err.endswith("2 marks imported, 0 unchanged, 1 invalid\n")
    assert "\x1b" not in answer.err


def test_import_of_a_missing_file_is_an_error(command: CliRunner, tmp_path: Path) -> None:
    answer = command.run("marks", "import", tmp_path / "nope")

    assert answer.status == 2
    assert answer.err == f"newsreader: Cannot read {tmp_path}/nope: No such file or directory\n"
