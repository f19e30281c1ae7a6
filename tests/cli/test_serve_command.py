"""``newsreader serve`` as a process: its address, messages, exit and startup errors."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from cli_runner import CliRunner

from reader.cli.arguments import ParsedArgs, UsageError
from reader.cli.serve_command import access_for, take_token

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "t" * 40


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "a.md").write_text("---\ntitle: A\n---\nText.\n", encoding="utf-8")
    return folder


@pytest.fixture
def command(tmp_path: Path) -> CliRunner:
    return CliRunner(tmp_path / "home")


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_server_prints_its_address_and_ends_by_a_signal(folder: Path, tmp_path: Path, number: signal.Signals) -> None:
    argv = [sys.executable, "-m", "reader", "serve", str(folder), "--port", "0", "--host", "0.0.0.0"]  # noqa: S104 - what is tested
    env = {**os.environ, "HOME": str(tmp_path), "NEWSREADER_TOKEN": TOKEN}
    with subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = server.stdout.readline()
        server.send_signal(number)
        rest, said = server.communicate(timeout=20)
    assert re.match(r"http://[\w.-]+:\d+/", address)
    assert "0.0.0.0" not in address, "nobody can open that"  # noqa: S104 - what is tested
    assert address.endswith(f"/?token={TOKEN}\n")
    assert rest == ""
    assert "Press Ctrl-C to stop" in said
    assert "not encrypted" in said
    assert server.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--url", "https://a.example/path"], "--url must be the URL of a host"),
        (["--url", "ftp://a.example"], "--url must be the URL of a host"),
        (["--host", "192.0.2.1"], "Cannot listen on 192.0.2.1 port 8000: Cannot assign requested address"),
        (["--port", "70000"], "must be a port"),
        (["--host", ""], "--host must be an address or a host name"),
        (["quality>=x"], "quality"),
    ],
)
def test_server_that_cannot_start_is_an_error_with_a_reason(
    folder: Path, command: CliRunner, arguments: list[str], says: str
) -> None:
    result = command.run("serve", folder, *arguments)
    assert result.status == 2
    assert says in result.err


def test_taken_port_is_an_error(folder: Path, command: CliRunner, taken_port: int) -> None:
    result = command.run("serve", folder, "--port", str(taken_port))
    assert result.status == 2
    assert f"Cannot listen on 127.0.0.1 port {taken_port}: Address already in use" in result.err


def test_missing_folder_is_an_error(tmp_path: Path, command: CliRunner) -> None:
    assert "No such folder" in command.run("serve", tmp_path / "nothing").err
    assert command.run("serve", "lisst").err.endswith("To search the current folder, run: newsreader serve . lisst\n")


def test_missing_web_extra_is_an_error_with_the_install_command(
    folder: Path, command: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reader.cli.serve_command.find_spec", lambda _name: None)
    result = command.run("serve", folder)
    assert (result.status, result.err) == (
        2,
        'newsreader: newsreader serve needs aiohttp: pip install "newsreader[web]"\n',
    )


@pytest.mark.parametrize("given", ["short", "ä" * 40, "t" * 31, "t" * 40 + ";", "t" * 40 + "/"])
def test_weak_token_is_refused(given: str) -> None:
    with pytest.raises(UsageError, match="at least 32"):
        take_token({"NEWSREADER_TOKEN": given})


def test_token_is_taken_from_the_environment_or_random() -> None:
    environ = {"NEWSREADER_TOKEN": "-a_" * 20}
    assert take_token(environ) == "-a_" * 20
    assert environ == {}
    assert take_token({}) != take_token({})
    assert len(take_token({})) >= 32


def _refusal(request: ParsedArgs, host: str, origin: str | None = None) -> str:
    sent = {"host": host} if origin is None else {"host": host, "origin": origin}
    return access_for(request, TOKEN, 8000).refusal(sent, is_socket=origin is not None)


@pytest.mark.parametrize(
    ("request_", "host", "is_ours"),
    [
        (ParsedArgs(host="127.0.0.1"), "127.0.0.1:8000", True),
        (ParsedArgs(host="127.0.0.1"), "localhost:8000", True),
        (ParsedArgs(host="127.0.0.1"), "[::1]:8000", True),
        (ParsedArgs(host="127.0.0.1"), "192.168.1.5:8000", False),
        (ParsedArgs(host="127.0.0.1"), f"{os.uname().nodename}.example:8000", False),
        (ParsedArgs(host="0.0.0.0"), "192.168.1.5:8000", True),  # noqa: S104 - what is tested
        (ParsedArgs(host="0.0.0.0"), "[fe80::1]:8000", True),  # noqa: S104 - what is tested
        (ParsedArgs(host="0.0.0.0"), "evil.example:8000", False),  # noqa: S104 - what is tested
        (ParsedArgs(host="0.0.0.0"), "x@192.168.1.5:8000", False),  # noqa: S104 - what is tested
        (ParsedArgs(host="news.local"), "news.local:8000", True),
        (ParsedArgs(host="127.0.0.1", url="https://news.example"), "news.example", True),
        (ParsedArgs(host="127.0.0.1", url="https://news.example"), "evil.example", False),
    ],
)
def test_server_answers_to_its_own_names(request_: ParsedArgs, host: str, *, is_ours: bool) -> None:
    assert (_refusal(request_, host) == "") == is_ours


@pytest.mark.parametrize(
    ("url", "host", "origin", "is_ours"),
    [
        ("", "127.0.0.1:8000", "http://127.0.0.1:8000", True),
        ("", "127.0.0.1:8000", "http://localhost:8000", False),
        ("", "127.0.0.1:8000", "https://127.0.0.1:8000", False),
        ("https://news.example", "news.example", "https://news.example", True),
        ("https://news.example", "news.example", "http://news.example", False),
        ("https://news.example", "news.example", "https://news.example.evil.example", False),
        ("https://news.example", "127.0.0.1:8000", "https://news.example", False),
    ],
)
def test_only_the_own_page_opens_a_socket(url: str, host: str, origin: str, *, is_ours: bool) -> None:
    assert (_refusal(ParsedArgs(host="127.0.0.1", url=url), host, origin) == "") == is_ours
