"""CONTENT omitted: the setting replaces it in every command; an existing file needs no folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reader.cli.arguments import UsageError, parse_args
from reader.cli.settings.content import with_content

if TYPE_CHECKING:
    from pathlib import Path

    from cli_runner import CliRunner


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text('content = "~/news"\n', encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("line", "content", "words", "rest"),
    [
        (["list"], "~/news", (), ""),
        (["list", "climate", "ice"], "~/news", ("climate", "ice"), ""),
        (["list", "-crypto"], "~/news", ("-crypto",), ""),
        (["count", "{folder}", "ice"], "{folder}", ("ice",), ""),
        (["mark", "ice", "--star"], "~/news", ("ice",), ""),
        (["check"], "~/news", (), ""),
        (["show", "a.md"], "~/news", (), "a.md"),
        (["show", "{file}"], "{file}", (), "{file}"),
        (["show", "{folder}", "a.md"], "{folder}", (), "a.md"),
        (["subscribe", "https://a.example/"], "~/news", (), "https://a.example/"),
        (["fetch", "a.example"], "~/news", ("a.example",), ""),
        (["import", "a.opml"], "~/news", (), "a.opml"),
        (["index", "nope"], "nope", (), ""),
        (["show", "nope", "a.md"], "nope", (), "a.md"),
    ],
)
def test_content_setting_replaces_an_omitted_folder(
    tmp_path: Path, config: Path, line: list[str], content: str, words: tuple[str, ...], rest: str
) -> None:
    (tmp_path / "one.md").touch()
    names = {"folder": str(tmp_path), "file": str(tmp_path / "one.md")}
    request = with_content(parse_args([word.format(**names) for word in line]), config)
    assert (request.content, request.words) == (content.format(**names), words)
    assert request.subject + request.file == rest.format(**names)


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        (["list"], "CONTENT"),
        (["check"], "CONTENT"),
        (["open", "{folder}"], "QUERY"),
        (["mark", "{folder}", "--read"], "QUERY"),
        (["subscribe", "{folder}"], "ADDRESS"),
    ],
)
def test_error_names_the_missing_arguments(tmp_path: Path, line: list[str], missing: str) -> None:
    with pytest.raises(UsageError, match=f"required: {missing}; see newsreader {line[0]} --help"):
        with_content(parse_args([word.format(folder=tmp_path) for word in line]), tmp_path / "none.toml")


def test_commands_use_the_content_setting(command: CliRunner, content: Path) -> None:
    command.places.config.mkdir(parents=True)
    command.places.config_file.write_text(f'content = "{content}"\n', encoding="utf-8")
    assert command.run("count").out == "3\n"
    assert command.run("list", "topic:AI", "--format", "paths").out == "one.md\n"
    assert command.run("show", "one.md").out.startswith("These top AI cities")


def test_show_needs_no_folder_for_a_file(command: CliRunner, content: Path) -> None:
    assert command.run("show", content / "deep" / "two.md").out.startswith("東京")


def test_misspelled_command_gets_a_suggestion(command: CliRunner) -> None:
    assert command.run("lsit", "x").err == 'newsreader: No such folder: lsit; did you mean "list"?\n'


def test_invalid_query_is_an_error_before_the_tui_opens(command: CliRunner, content: Path) -> None:
    answer = command.run(content, "topc:AI")
    assert answer.status == 2
    assert 'unknown field "topc"; did you mean topic:?' in answer.err


def test_list_omits_empty_columns(command: CliRunner, tmp_path: Path) -> None:
    for number in range(2):
        (tmp_path / f"{number}.md").write_text(f"---\ntitle: Plain {number}\n---\nText.\n", encoding="utf-8")
    assert sorted(command.run("list", tmp_path).out.splitlines()) == ["Plain 0", "Plain 1"]
    (tmp_path / "2.md").write_text("---\ntitle: Dated\ndate: 2026-11-01\n---\n", encoding="utf-8")
    assert command.run("list", tmp_path).out.splitlines()[0] == "2026-11-01  Dated"
