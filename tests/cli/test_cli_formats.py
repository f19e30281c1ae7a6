from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from cli_runner import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from reader.cli.formats import caret_lines, path_line, problem_array, problem_lines
from reader.cli.output import OutputStyle
from reader.problems import Problem
from reader.text import cell_width

if TYPE_CHECKING:
    from pathlib import Path

    from cli_runner import CliResult

FORMATS = ("table", "json", "jsonl", "tsv", "paths", "urls")
# Characters that control a terminal or end a line.
HOSTILE = "\x00\x07\x08\x0b\x0c\x1b\x7f\x85\x9b\u2028\u2029\u202a\u202e\u2066\u2069"
TITLE = "Evil \x1b[2J\x1b]0;owned\x07 title\twith\nlines \u202ereversed\u2069 \x9b31m end"


def _bad_characters(text: str) -> set[str]:
    return {character for character in text if character in HOSTILE}


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """An article with control characters in every field and in its file name."""
    root = tmp_path / "hostile"
    root.mkdir()
    text = "---\n" + "\n".join(
        f"{key}: {json.dumps(value)}"
        for key, value in {
            "title": TITLE,
            "excerpt": TITLE,
            "provider": {"name": TITLE, "domain": TITLE},
            "topics": [TITLE],
            "authors": [TITLE],
            "category": [TITLE],
            "type": TITLE,
            "quality": TITLE,
            "originalUrl": f"https://example.org/{TITLE}",
            "webUrl": "https://example.org/fine",
        }.items()
    )
    name = "evil \x1b[2J\n\t\u202e name.md"
    (root / name).write_text(f"{text}\n---\n{TITLE}\n", encoding="utf-8")
    return root


def _lines_of(answer: CliResult) -> list[str]:
    assert _bad_characters(answer.out + answer.err) == set()
    assert answer.out.endswith("\n")
    return answer.out.removesuffix("\n").split("\n")


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("terminal", [False, True])
def test_hostile_article_is_one_line_in_every_format(
    command: CliRunner, hostile: Path, format_: str, *, terminal: bool
) -> None:
    command.terminal = terminal
    command.environ = {"TERM": "xterm", "NO_COLOR": "1"}

    (line,) = _lines_of(command.run("list", hostile, "--format", format_))

    assert line.count("\t") == (5 if format_ == "tsv" else 0)


@pytest.mark.parametrize("by", ["topic", "provider", "category", "author"])
@pytest.mark.parametrize("format_", ["table", "json", "jsonl", "tsv"])
def test_hostile_facet_name_is_one_line_in_every_format(
    command: CliRunner, hostile: Path, by: str, format_: str
) -> None:
    assert len(_lines_of(command.run("topics", hostile, "--by", by, "--format", format_))) == 1


@pytest.mark.parametrize("line", [["check"], ["check", "--format", "json"], ["check", "--all"]])
def test_hostile_problem_is_one_line(command: CliRunner, hostile: Path, line: list[str]) -> None:
    problems = json.loads(command.run("check", hostile, "--format", "json").out)

    assert len(_lines_of(command.run(line[0], hostile, *line[1:]))) == len(problems) > 0


@pytest.mark.parametrize("format_", ["text", "json"])
def test_show_of_a_hostile_article_has_no_control_characters(command: CliRunner, hostile: Path, format_: str) -> None:
    (path,) = (entry["path"] for entry in command.run("list", hostile, "--format", "json").json)

    answer = command.run("show", hostile, path, "--format", format_)

    assert answer.status == 0
    assert _bad_characters(answer.out + answer.err) == set()


def test_json_has_the_exact_path(command: CliRunner, hostile: Path) -> None:
    (name,) = (path.name for path in hostile.iterdir())

    assert [entry["path"] for entry in command.run("list", hostile, "--format", "json").json] == [name]


def test_non_utf8_path_is_kept_only_in_a_pipe(command: CliRunner, tmp_path: Path) -> None:
    root = tmp_path / "latin"
    root.mkdir()
    (root / os.fsdecode(b"caf\xe9  two.md")).write_text("---\ntitle: Latin\n---\n", encoding="utf-8")

    assert os.fsencode(command.run("list", root, "--format", "paths").out) == b"caf\xe9  two.md\n"
    assert command.run("list", root, "--format", "json").json[0]["path"] == "caf\ufffd  two.md"
    assert command.run("show", root, os.fsdecode(b"caf\xe9  two.md")).status == 0
    command.terminal = True
    assert b"\xe9" not in os.fsencode(command.run("list", root, "--format", "paths").out)


def test_ascii_output_stream_gets_ascii(tmp_path: Path, content: Path) -> None:
    command = CliRunner(tmp_path / "home", encoding="ascii")

    json_text = command.run("list", content, "--format", "json").out
    assert json_text.isascii()
    assert "気候変動" in json.loads(json_text)[1]["title"]
    assert "\ufffd" not in json.loads(json_text)[1]["title"]
    for format_ in ("table", "tsv", "paths", "urls"):
        answer = command.run("list", content, "--format", format_)
        assert (answer.status, answer.out.isascii()) == (0, True)


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 100])
def test_table_fits_the_terminal_and_is_aligned(command: CliRunner, content: Path, columns: int) -> None:
    command.columns = columns

    lines = command.run("list", content).out.splitlines()

    assert len(lines) == 3
    assert max(map(cell_width, lines)) <= columns
    assert "These top" in lines[0], "other columns give way to the title"
    if columns >= 60:
        assert max(map(cell_width, lines)) >= columns - 2
        starts = {
            cell_width(line[: line.index(title)]) for line, title in zip(lines, ("These", "東京", "No"), strict=True)
        }
        assert len(starts) == 1


def test_table_in_a_pipe_is_100_columns_wide(command: CliRunner, content: Path) -> None:
    lines = command.run("list", content).out.splitlines()

    assert lines[0] == "2021-10-02    35  Analytics Insight     These top AI cities are doing pretty well"
    assert lines[1].startswith("2021-09-30    68  Ünï" + " " * 19 + "東京")
    assert lines[1].endswith("…")
    assert 98 <= cell_width(lines[1]) <= 100
    assert lines[2] == " " * 40 + "No date, no topic, no URL"


def test_tsv_has_fields_in_order(command: CliRunner, content: Path) -> None:
    lines = command.run("list", content, "--format", "tsv").out.splitlines()

    assert lines[0].split("\t") == [
        "2021-10-02T13:30:00Z",
        "35",
        "Analytics Insight",
        "These top AI cities are doing pretty well",
        "https://example.org/one",
        "one.md",
    ]
    assert lines[2].split("\t") == ["", "", "", "No date, no topic, no URL", "", "three.md"]


def test_urls_format_omits_articles_without_url(command: CliRunner, content: Path) -> None:
    answer = command.run("list", content, "--format", "urls")

    assert answer.out == "https://example.org/one\nhttps://example.org/two\n"


@pytest.mark.parametrize(
    ("terminal", "environ", "colored"),
    [
        pytest.param(True, {"TERM": "xterm"}, True, id="a terminal"),
        pytest.param(True, {"TERM": "xterm", "NO_COLOR": "1"}, False, id="NO_COLOR"),
        pytest.param(True, {"TERM": "xterm", "NO_COLOR": ""}, True, id="empty NO_COLOR"),
        pytest.param(True, {"TERM": "dumb"}, False, id="a terminal without color"),
        pytest.param(True, {}, False, id="an unknown terminal"),
        pytest.param(False, {"TERM": "xterm"}, False, id="a pipe"),
    ],
)
def test_color_follows_terminal_and_environment(
    command: CliRunner, content: Path, environ: dict[str, str], *, terminal: bool, colored: bool
) -> None:
    command.terminal, command.environ = terminal, environ

    assert ("\x1b" in command.run("list", content).out) == colored
    assert "\x1b" not in command.run("list", content, "--format", "json").out


def test_color_changes_no_text(command: CliRunner, content: Path) -> None:
    command.terminal, command.environ = True, {"TERM": "xterm"}
    painted = command.run("list", content).out
    command.environ = {"TERM": "xterm", "NO_COLOR": "1"}

    for code in ("\x1b[1m", "\x1b[2m", "\x1b[0m"):
        painted = painted.replace(code, "")
    assert [line.rstrip() for line in painted.splitlines()] == command.run("list", content).out.splitlines()


def test_problem_lines_have_file_line_level_and_message() -> None:
    problems = [
        Problem("a.md", 3, "date", "is not a date"),
        Problem("a.md", 0, "", "cannot be read"),
        Problem("b\n\x1b.md", 1, "x\ty", "one\ntwo"),
    ]

    assert list(problem_lines(problems)) == [
        "a.md:3: warning: date: is not a date",
        "a.md:0: warning: cannot be read",
        "b\ufffd\ufffd.md:1: warning: x y: one two",
    ]


def test_json_without_problems_is_an_empty_array() -> None:
    assert list(problem_array([], OutputStyle())) == ["[]"]


@given(st.lists(st.builds(Problem, st.text(), st.integers(0, 9), st.text(), st.text()), max_size=4), st.booleans())
def test_json_of_any_problem_is_safe_and_round_trips(problems: list[Problem], unicode: bool) -> None:  # noqa: FBT001 - Hypothesis fills it in
    lines = list(problem_array(problems, replace(OutputStyle(), unicode=unicode)))
    text = "\n".join(lines)

    assert len(lines) == max(1, len(problems))
    assert all("\n" not in line for line in lines)
    assert _bad_characters(text) == set()
    assert unicode or text.isascii()
    assert [(value["path"], value["message"]) for value in json.loads(text)] == [
        (problem.path, problem.message) for problem in problems
    ]


@given(st.text())
def test_any_path_is_one_safe_line(path: str) -> None:
    line = path_line(path)

    assert len(line) == len(path)
    assert _bad_characters(line) == set()
    assert line.isascii() == path.isascii() or "\ufffd" in line


@pytest.mark.parametrize(
    ("query", "start", "end", "expected"),
    [
        pytest.param("topc:AI", 0, 4, ("topc:AI", "^^^^"), id="at the start"),
        pytest.param("a q>x", 4, 5, ("a q>x", "    ^"), id="in the middle"),
        pytest.param("(a", 2, 2, ("(a", "  ^"), id="where something is missing"),
        pytest.param("データ q>x", 6, 7, ("データ q>x", "         ^"), id="after wide characters"),
        pytest.param("a\x0b\u2028\x85\x0c q>x", 7, 8, ("a     q>x", "       ^"), id="after what would end the line"),
        pytest.param("a\tb\n\x1b q>x", 8, 9, ("a b   q>x", "        ^"), id="after what is not shown"),
    ],
)
def test_carets_are_below_the_error_span(query: str, start: int, end: int, expected: tuple[str, str]) -> None:
    assert caret_lines(query, start, end) == expected


@given(st.text(max_size=400), st.data())
def test_carets_of_any_query_fit_a_terminal(query: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(query)))
    end = data.draw(st.integers(start, len(query)))

    shown, carets = caret_lines(query, start, end)

    assert cell_width(shown) <= 75
    assert cell_width(carets) <= 75
    assert set(carets) <= {" ", "^"}
    assert carets.endswith("^")
    assert _bad_characters(shown) == set()
