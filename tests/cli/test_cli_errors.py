from __future__ import annotations

import errno
import io
import os
import stat
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from cli_runner import CliRunner, FakeStream

from reader.cli.crash_report import write_crash_report
from reader.cli.main import run
from reader.config.load import load_config
from reader.config.remembered import configured
from reader.storage.paths import AppPaths
from reader.storage.session import Session, SessionFiles

if TYPE_CHECKING:
    from pathlib import Path


def test_invalid_query_is_shown_with_carets(command: CliRunner, content: Path) -> None:
    answer = command.run("list", content, "topc:AI", "q>3")

    assert (answer.status, answer.out) == (2, "")
    first, *rest = answer.err.splitlines()
    assert first.startswith('newsreader: unknown field "topc"')
    assert "topic" in first
    assert rest == ["  topc:AI q>3", "  ^^^^"]


@pytest.mark.parametrize("command_name", ["list", "count", "topics", "open", "mark"])
def test_invalid_query_is_an_error_for_every_command(command: CliRunner, content: Path, command_name: str) -> None:
    flags = ["--read"] if command_name == "mark" else []

    assert command.run(command_name, content, "(a", *flags).status == 2


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("nope", "No such folder: {}", id="a folder that does not exist"),
        pytest.param("nope\x1b[2J\n", "No such folder", id="of a hostile name"),
        pytest.param("a" * 5_000, "File name too long", id="of an impossible name"),
        pytest.param("file.md/deeper", "Not a directory", id="below a file"),
        pytest.param("pipe", "(pipe)", id="a pipe"),
    ],
)
@pytest.mark.parametrize("command_name", ["list", "check", "index"])
def test_invalid_folder_is_a_one_line_error(
    command: CliRunner, tmp_path: Path, command_name: str, name: str, message: str
) -> None:
    (tmp_path / "file.md").write_text("---\ntitle: A file\n---\n", encoding="utf-8")
    os.mkfifo(tmp_path / "pipe")

    answer = command.run(command_name, f"{tmp_path}/{name}")

    assert (answer.status, answer.out) == (2, "")
    assert message.format(f"{tmp_path}/{name}") in answer.err
    assert answer.err.startswith("newsreader: ")
    assert answer.err.count("\n") == 1
    assert answer.err.strip().isprintable()


@pytest.mark.parametrize("line", [["list", ""], [""], ["", "is:unread"]])
def test_empty_folder_name_is_an_error(command: CliRunner, line: list[str]) -> None:
    answer = command.run(*line)

    assert (answer.status, answer.err) == (2, "newsreader: Folder name is empty\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to the superuser")
def test_unreadable_folder_is_a_one_line_error(command: CliRunner, content: Path) -> None:
    content.chmod(0)
    try:
        answer = command.run("list", content)
    finally:
        content.chmod(stat.S_IRWXU)

    assert (answer.status, answer.out) == (2, "")
    assert answer.err.count("\n") == 1


def test_unusable_cache_is_an_error(command: CliRunner, content: Path) -> None:
    command.places.cache.parent.mkdir()
    command.places.cache.write_text("a file where the folder should be", encoding="utf-8")

    answer = command.run("list", content)

    assert answer.status == 2
    assert answer.err.startswith("newsreader: Cannot use the index ")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param(["list", "~nobody-here/x"], "No such folder: ~nobody-here/x", id="of an unknown user"),
        pytest.param(["./nope"], "No such folder: ./nope. To search the current folder", id="no such folder"),
        pytest.param(["is:unread", "x"], "newsreader . is:unread x", id="a query without a folder"),
        pytest.param(["."], 'needs a terminal; use "newsreader list" in scripts', id="no terminal"),
        pytest.param([], "needs a terminal", id="no terminal and no folder"),
    ],
)
def test_tui_that_cannot_open_is_a_one_line_error(command: CliRunner, line: list[str], message: str) -> None:
    answer = command.run(*line)

    assert (answer.status, answer.out) == (2, "")
    assert message in answer.err
    assert answer.err.count("\n") == 1


def test_unexpanded_tilde_is_the_home_folder(
    command: CliRunner, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(content.parent))

    assert "needs a terminal" in command.run(f"~/{content.name}").err


def test_tui_with_only_an_output_terminal_is_an_error(command: CliRunner, content: Path) -> None:
    out, err = FakeStream(terminal=True), FakeStream(terminal=True)

    assert run([str(content)], command.world(out, err)) == 2
    assert "needs a terminal" in err.written


class _FailingStream(io.BytesIO):
    """A stream that fails after some bytes, like a full disk or a closed pipe."""

    def __init__(self, error: int, room: int) -> None:
        super().__init__()
        self._error, self._room = error, room

    def write(self, data: object) -> int:
        assert isinstance(data, bytes)
        self._room -= len(data)
        if self._room < 0:
            raise OSError(self._error, os.strerror(self._error))
        return super().write(data)


_DISK_FULL = (errno.ENOSPC, 2, "newsreader: Cannot write output: No space left on device\n")
_PIPE_CLOSED = (errno.EPIPE, 141, "")


@pytest.mark.parametrize("failure", [_DISK_FULL, _PIPE_CLOSED])
@pytest.mark.parametrize(
    ("line", "room"),
    [
        pytest.param("list {} --format json", 0, id="immediately"),
        pytest.param("list {}", 50, id="half way"),
        pytest.param("count {}", 0, id="a number"),
        pytest.param("check {}", 0, id="a problem"),
        pytest.param("show {} one.md", 0, id="an article"),
        pytest.param("--help", 0, id="the help"),
        pytest.param("list --help", 0, id="the help of a command"),
        pytest.param("config", 0, id="the settings"),
    ],
)
def test_failed_output_ends_the_command(
    command: CliRunner, content: Path, line: str, room: int, failure: tuple[int, int, str]
) -> None:
    error, status, message = failure
    out, err = FakeStream(_FailingStream(error, room)), FakeStream()

    assert run([word.format(content) for word in line.split()], command.world(out, err)) == status
    assert err.written == message


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EPIPE])
def test_error_with_closed_stderr_sets_status_two(command: CliRunner, tmp_path: Path, error: int) -> None:
    out, err = FakeStream(), FakeStream(_FailingStream(error, 0))

    assert run(["list", str(tmp_path / "nope")], command.world(out, err)) == 2


class _Interrupted(CliRunner):
    def _later(self) -> float:
        raise KeyboardInterrupt


def test_interrupt_sets_status_130_without_traceback(tmp_path: Path, content: Path) -> None:
    answer = _Interrupted(tmp_path / "home").run("list", content)

    assert (answer.status, answer.out, answer.err) == (130, "", "")


def test_progress_bar_on_a_terminal_is_drawn_and_erased(command: CliRunner, content: Path) -> None:
    command.terminal, command.seconds_a_look = True, 1.0

    answer = command.run("index", content)

    assert "/4 files" in answer.err
    *_, last = answer.err.removesuffix("\n").split("\r")
    assert last.startswith("3 articles: ")
    assert "\x1b" not in answer.err


def test_progress_bar_is_not_drawn_without_a_terminal(command: CliRunner, content: Path) -> None:
    command.seconds_a_look = 1.0

    assert "\r" not in command.run("index", content).err


def test_progress_bar_is_not_drawn_for_a_short_sync(command: CliRunner, content: Path) -> None:
    command.terminal = True

    assert command.run("count", content).err == ""


def test_crash_report_is_a_file_named_in_the_message(tmp_path: Path) -> None:
    places = AppPaths(tmp_path / "cache", tmp_path / "state", tmp_path / "config")
    error = ValueError("what \x1b[2J happened \udcff")

    report_message = write_crash_report(error, places)

    (file,) = places.state.iterdir()
    assert report_message == f"Internal error (ValueError). Crash report: {file}"
    assert "ValueError" in file.read_text(encoding="utf-8")


def test_crash_report_falls_back_to_another_folder(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way", encoding="utf-8")
    places = AppPaths(tmp_path / "cache", tmp_path / "state", tmp_path / "config")

    report_message = write_crash_report(ValueError(), places)

    name = report_message.rpartition(" ")[2]
    with closing(open(name, encoding="utf-8")) as file:  # noqa: PTH123 - a path taken from a message
        assert "ValueError" in file.read()
    os.unlink(name)  # noqa: PTH108 - a path taken from a message


def test_config_command_prints_a_valid_config_file(command: CliRunner) -> None:
    command.places.config.mkdir(parents=True)
    command.places.config_file.write_text('browser = "w3m"\n[searches]\nbest = "quality>=70"\n', encoding="utf-8")

    answer = command.run("config")

    assert answer.status == 0
    assert f"# config:   {command.places.config_file}\n" in answer.out
    assert f"# marks:    {command.places.marks_file} (not created yet)\n" in answer.out
    command.places.config_file.write_text(answer.out, encoding="utf-8")
    again = command.run("config")
    assert 'browser = ["w3m"]  # config.toml:1\n' in answer.out
    assert 'theme = "nord"  # default\n' in answer.out
    assert [line.partition("  #")[0] for line in again.out.split("\n")] == [
        line.partition("  #")[0] for line in answer.out.split("\n")
    ], "the output is a config file with the same settings"
    assert '"best" = "quality>=70"' in again.out


def test_config_command_shows_picked_values_until_the_file_is_edited(command: CliRunner, tmp_path: Path) -> None:
    places, folder = command.places, tmp_path / "news"
    folder.mkdir()
    places.config.mkdir(parents=True)
    places.config_file.write_text(f'content = "{folder}"\ntheme = "gruvbox"\n', encoding="utf-8")
    config = load_config(places.config_file)
    files = SessionFiles(places.session_file(folder), places.theme_file)
    files.save(Session(theme="dracula", sort="-quality", columns="title,date", configured=configured(config)))

    picked = command.run("config").out
    places.config_file.write_text(f'content = "{folder}"\ntheme = "nord"\nsort = "title"\n', encoding="utf-8")
    edited = command.run("config").out

    assert f"# session:  {places.session_file(folder)}\n" in picked
    assert 'theme = "dracula"  # picked in the UI; config.toml:2: "gruvbox"\n' in picked
    assert 'sort = "-quality"  # picked in the UI; default: "date"\n' in picked
    assert 'columns = ["title", "date"]  # picked in the UI; default: []\n' in picked
    assert 'theme = "nord"  # config.toml:2\n' in edited
    assert 'sort = "title"  # config.toml:3\n' in edited
    assert 'columns = ["title", "date"]  # picked' in edited


def test_config_command_with_invalid_config_still_prints_paths(command: CliRunner) -> None:
    command.places.config.mkdir(parents=True)
    command.places.config_file.write_text("\nbrowzer = 1\n", encoding="utf-8")

    answer = command.run("config")

    assert answer.status == 2
    assert answer.out.startswith("# config: ")
    assert f"{command.places.config_file}:2: " in answer.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script_has_commands_and_options(command: CliRunner, shell: str) -> None:
    answer = command.run("completion", shell)

    assert answer.status == 0
    for word in ("list", "topics", "completion", "--format", "not-later", "jsonl"):
        assert word.lstrip("-") in answer.out
