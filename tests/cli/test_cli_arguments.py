from __future__ import annotations

import pytest

from reader.cli.arguments import HelpRequested, ParsedArgs, UsageError, parse_args
from reader.cli.spec import COMMANDS, DEFAULT_COMMAND

LIST = ParsedArgs("list", "DIR", format="table")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param([], ParsedArgs(), id="no arguments open the TUI"),
        pytest.param(["DIR"], ParsedArgs(content="DIR"), id="a folder opens the TUI on it"),
        pytest.param([""], ParsedArgs(content=""), id="an empty name is a name"),
        pytest.param(["DIR", "a", "-b"], ParsedArgs(content="DIR", words=("a", "-b")), id="a query narrows it"),
        pytest.param(["./list"], ParsedArgs(content="./list"), id="a folder that is named like a command"),
        pytest.param(["--", "list"], ParsedArgs(content="list"), id="the same in another way"),
        pytest.param(["list", "DIR"], LIST, id="a command"),
        pytest.param(
            ["list", "--format", "json", "DIR", "a", "--limit=5", "b"],
            ParsedArgs("list", "DIR", ("a", "b"), format="json", limit=5),
            id="options anywhere",
        ),
        pytest.param(
            ["list", "DIR", "-crypto", "-topic:x", "-(a OR b)", "->", "-1", "-"],
            ParsedArgs("list", "DIR", ("-crypto", "-topic:x", "-(a OR b)", "->", "-1", "-"), format="table"),
            id="what begins with one dash is of the query",
        ),
        pytest.param(
            ["list", "DIR", "-l", "-c", "-f"],
            ParsedArgs("list", "DIR", ("-l", "-c", "-f"), format="table"),
            id="even a single letter",
        ),
        pytest.param(
            ["list", "DIR", "--", "--format", "-h"],
            ParsedArgs("list", "DIR", ("--format", "-h"), format="table"),
            id="two dashes end the options",
        ),
        pytest.param(
            ["list", "DIR", "--sort", "-quality,date"],
            ParsedArgs("list", "DIR", format="table", sort="-quality,date"),
            id="a value may begin with a dash",
        ),
        pytest.param(
            ["count", "DIR", 'topic:"Facebook AI"', "climate policy"],
            ParsedArgs("count", "DIR", ('topic:"Facebook AI"', "climate policy")),
            id="words that were quoted for the shell",
        ),
        pytest.param(["topics", "DIR"], ParsedArgs("topics", "DIR", format="table", by="topic"), id="usual values"),
        pytest.param(
            ["mark", "--not-later", "DIR", "x"],
            ParsedArgs("mark", "DIR", ("x",), mark="not-later"),
            id="one of a group",
        ),
        pytest.param(
            ["show", "DIR", "a.md"], ParsedArgs("show", "DIR", subject="a.md", format="text"), id="an article"
        ),
        pytest.param(["marks", "import", "f"], ParsedArgs("marks", subject="import", file="f"), id="a file"),
        pytest.param(["marks", "export"], ParsedArgs("marks", subject="export"), id="no file"),
        pytest.param(["open", "DIR", "x", "--yes"], ParsedArgs("open", "DIR", ("x",), yes=True), id="a switch"),
        pytest.param(["count", "DIR", "--cached"], ParsedArgs("count", "DIR", cached=True), id="a switch of many"),
        pytest.param(["check", "DIR", "--all"], ParsedArgs("check", "DIR", format="text", all=True), id="another"),
        pytest.param(
            ["serve", "DIR", "a"], ParsedArgs("serve", "DIR", ("a",), host="127.0.0.1", port=8000), id="a server"
        ),
        pytest.param(
            ["serve", "DIR", "--port", "0", "--host", "::1", "--read-only", "--url", "https://a.example"],
            ParsedArgs("serve", "DIR", host="::1", port=0, read_only=True, url="https://a.example"),
            id="a server elsewhere",
        ),
        pytest.param(["index", "DIR", "--rebuild"], ParsedArgs("index", "DIR", rebuild=True), id="one more"),
    ],
)
def test_command_line_parses_to_arguments(line: list[str], expected: ParsedArgs) -> None:
    assert parse_args(line) == expected


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param(["list", "DIR", "--unknown"], "unrecognized arguments: --unknown", id="an unknown option"),
        pytest.param(["DIR", "--unknown"], "--unknown; see newsreader --help", id="of the TUI"),
        pytest.param(["list", "DIR", "--form", "json"], "unrecognized", id="options are not cut short"),
        pytest.param(["check", "DIR", "--format", "xml"], '--format: expected text, json, got "xml"', id="no format"),
        pytest.param(["serve", "DIR", "--port", "70000"], "must be a port from 0 to 65535", id="no port"),
        pytest.param(["serve", "DIR", "--port", "x"], "must be a port from 0 to 65535", id="no number"),
        pytest.param(["list", "DIR", "--limit", "0"], "must be a positive integer", id="no limit at all"),
        pytest.param(["list", "DIR", "--limit", "-5"], "must be a positive integer", id="less than nothing"),
        pytest.param(["list", "DIR", "--limit", "٣"], "must be a positive integer", id="digits of another script"),
        pytest.param(["list", "DIR", "--limit"], "expected one argument", id="an option without its value"),
        pytest.param(["open"], "QUERY", id="to open everything has to be said"),
        pytest.param(["mark", "--read"], "QUERY", id="to mark everything has to be said"),
        pytest.param(["mark", "DIR", "x"], "one of the arguments --read", id="no mark"),
        pytest.param(["mark", "DIR", "x", "--read", "--star"], "not allowed with", id="two marks"),
        pytest.param(["marks", "burn"], 'expected export, import, got "burn"', id="an unknown action"),
        pytest.param(["config", "more"], "unrecognized arguments: more", id="too many words"),
        pytest.param(
            ["list", "DIR", "--\x1b[2J\n"], "unrecognized arguments: --[2J;", id="control characters are removed"
        ),
    ],
)
def test_invalid_command_line_is_a_usage_error(line: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_args(line)

    assert message in str(caught.value)
    assert str(caught.value).isprintable()
    assert str(caught.value).endswith(" --help")


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_command_help_lists_its_options_and_examples(command: str, flag: str) -> None:
    with pytest.raises(HelpRequested) as caught:
        parse_args([command, flag])

    text = str(caught.value)
    (spec,) = (spec for spec in COMMANDS if spec.name == command)
    assert text.startswith(f"usage: newsreader {command}")
    assert all(f"--{option.name}" in text for option in spec.options)
    assert all(example.line in text for example in spec.examples)


def test_main_help_lists_every_command() -> None:
    with pytest.raises(HelpRequested) as caught:
        parse_args(["--help"])

    assert all(f"  {command.name} " in str(caught.value) for command in COMMANDS)


def test_help_lines_fit_in_120_columns() -> None:
    for command in ("", *(command.name for command in COMMANDS)):
        with pytest.raises(HelpRequested) as caught:
            parse_args([*command.split(), "--help"])
        assert [line for line in str(caught.value).split("\n") if len(line) > 120] == []


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
def test_help_wraps_to_the_terminal(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for command in ("", *(command.name for command in COMMANDS)):
        with pytest.raises(HelpRequested) as caught:
            parse_args([*command.split(), "--help"])
        examples = {f"  {example.line}" for each in (DEFAULT_COMMAND, *COMMANDS) for example in each.examples}
        wide = [line for line in str(caught.value).split("\n") if len(line) > min(columns, 96)]
        assert not [line for line in wide if line not in examples], "only what is to be copied is not wrapped"


def test_query_words_are_joined_by_spaces() -> None:
    assert ParsedArgs(words=("a", "", 'topic:"b c"', "-d")).query == 'a topic:"b c" -d'
