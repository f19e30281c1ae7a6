"""The program of a visitor: keys, sizes, requests to the page, its end and reconnection."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from web_client import WebClient

from reader.external.page import DESCRIPTOR, READ_ONLY
from reader.web.messages import read_request
from reader.web.terminal import environment

if TYPE_CHECKING:
    from reader.web.server import Site


async def _start(client: WebClient) -> int:
    """Start a reader and return its process ID."""
    assert "101" in await client.open_socket()
    client.start()
    return int((await client.shown(b"]")).split()[1].strip(b"]"))


async def test_keys_and_sizes_are_passed_to_the_program(site: Site) -> None:
    async with WebClient(site) as client:
        await _start(client)
        client.send({"type": "keys", "data": "j\x1b[B\U0001f600"})
        assert await client.shown(b">") == "<j\x1b[B\U0001f600>".encode()
        client.send({"type": "resize", "columns": 120, "rows": 40})
        assert await client.shown(b"]") == b"[size 120 40]"


async def test_closed_page_ends_its_reader(site: Site) -> None:
    async with WebClient(site) as client, WebClient(site) as other:
        process = await _start(client)
        client.writer.close()
        await other.open_socket()
        other.start()  # the same visit: waits for the end of the reader before it
        await other.shown(b"[ready")
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


async def test_visitor_is_told_that_the_program_ended(site: Site) -> None:
    async with WebClient(site) as client:
        await _start(client)
        client.send({"type": "keys", "data": "q"})
        assert await client.closing() == (4000, "The reader ended with status 3")


async def test_long_text_reaches_the_clipboard_of_the_page(site: Site) -> None:
    async with WebClient(site) as client:
        await _start(client)
        client.send({"type": "keys", "data": "c"})
        frames = [await client.receive() for _ in range(2)]
        (copied,) = [data for opcode, data in frames if opcode == 1]
        assert copied == b'["copy", "' + b"x" * 1_000_000 + b'"]'


@pytest.mark.parametrize(
    ("line", "request_"),
    [
        (b'["open", "https://example.org/"]\n', '["open", "https://example.org/"]'),
        (b'["open", "javascript:alert(1)"]\n', ""),
        (b'["open", "file:///etc/passwd"]\n', ""),
        (b'["copy", "text"]\n', '["copy", "text"]'),
        (b'["copy"', ""),
        (b"7\n", ""),
    ],
)
def test_only_web_urls_are_passed_to_the_page(line: bytes, request_: str) -> None:
    assert read_request(line) == request_


def test_environment_of_a_visit_omits_the_terminal_of_the_server() -> None:
    of_server = {
        "HOME": "/h",
        "TERM": "dumb",
        "TERM_PROGRAM": "x",
        "TMUX": "1",
        "COLUMNS": "7",
        "TEXTUAL_DRIVER": "a",
    }
    assert environment(of_server, 7, read_only=True) == {
        "HOME": "/h", "TERM": "xterm-256color", "COLORTERM": "truecolor", DESCRIPTOR: "7", READ_ONLY: "1",
    }  # fmt: skip
