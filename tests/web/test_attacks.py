"""Attacks on the web server: foreign pages and clients are refused, and visitors are not affected."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest
from web_client import VISIT, WebClient, answer_to

from reader.cli.system_limits import require_open_files

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from reader.web.server import Site

    Opens = Callable[..., AbstractAsyncContextManager[Site]]

FOREIGN = "https://evil.example"


@pytest.fixture
async def visitor(site: Site) -> AsyncIterator[WebClient]:
    """A visitor whose session must continue."""
    async with WebClient(site) as client:
        assert "101" in await client.open_socket()
        client.start()
        await client.shown(b"[ready")
        yield client


async def is_unaffected(visitor: WebClient) -> bool:
    visitor.send({"type": "keys", "data": "still here"})
    return b"<still here>" in await visitor.shown(b"still here>")


@pytest.mark.parametrize(
    ("path", "changed", "reason"),
    [
        pytest.param("/", {"Cookie": None}, "secret", id="no token"),
        pytest.param("/?token=" + "y" * 40, {"Cookie": None}, "secret", id="a wrong token"),
        pytest.param("/?token=", {}, "secret", id="an empty token beside a cookie"),
        pytest.param("/?token=%ff%00", {"Cookie": None}, "secret", id="a token that is no text"),
        pytest.param("/page.mjs", {"Cookie": None}, "secret", id="a file without a token"),
        pytest.param("/page.mjs?token=" + "x" * 40, {"Cookie": None}, "secret", id="a token elsewhere"),
        pytest.param("/nothing", {"Cookie": None}, "secret", id="no such page, which only visitors may know"),
        pytest.param("/", {"Origin": FOREIGN}, "other pages", id="a foreign page"),
        pytest.param("/", {"Origin": "null"}, "other pages", id="a page without an origin"),
        pytest.param("/", {"Host": "evil.example"}, "Unknown host", id="a foreign name"),
        pytest.param("/", {"Host": "evil.example:80"}, "Unknown host", id="a foreign name and port"),
        pytest.param("/", {"Host": "127.0.0.1:1"}, "Unknown host", id="another port"),
        pytest.param("/", {"Host": "127.0.0.1"}, "Unknown host", id="no port"),
        pytest.param("/", {"Host": "127.0.0.1.evil.example"}, "Unknown host", id="a name that begins like ours"),
        pytest.param("/", {"Host": ""}, "Unknown host", id="an empty name"),
        pytest.param("/", {"Host": "["}, "Unknown host", id="a broken address"),
        pytest.param("http://evil.example/", {}, "Unknown host", id="a foreign name in the request line"),
        pytest.param("/", {"Sec_Fetch_Dest": "iframe"}, "frame", id="a frame"),
        pytest.param("/", {"Sec_Fetch_Dest": "fencedframe"}, "frame", id="a fenced frame"),
    ],
)
async def test_request_from_elsewhere_is_refused(
    site: Site, visitor: WebClient, path: str, changed: dict[str, str | None], reason: str
) -> None:
    async with WebClient(site) as client:
        head = await client.ask(path, {name.replace("_", "-"): value for name, value in changed.items()})
        body = await client.reader.read(200)
    assert head.startswith("HTTP/1.1 403 ")
    assert reason.lower() in body.decode().lower()
    assert "Set-Cookie" not in head
    assert await is_unaffected(visitor)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"Cookie": None}, id="no cookie"),
        pytest.param({"Cookie": "newsreader-1=x"}, id="a cookie of another port"),
        pytest.param({"Origin": FOREIGN}, id="a foreign page"),
        pytest.param({"Origin": None}, id="no page"),
        pytest.param({"Origin": "null"}, id="a page without an origin"),
        pytest.param({"Host": "evil.example", "Origin": "http://evil.example"}, id="a name that leads here"),
    ],
)
async def test_socket_from_elsewhere_is_refused(site: Site, visitor: WebClient, changed: dict[str, str | None]) -> None:
    async with WebClient(site) as client:
        assert (await client.open_socket(**changed)).startswith("HTTP/1.1 403 ")
    assert await is_unaffected(visitor)


async def test_malformed_request_is_not_logged_with_its_token(site: Site, capfd: pytest.CaptureFixture[str]) -> None:
    async with WebClient(site) as client:
        client.writer.write(f"GET /?token={site.access.token} HTTP/1.1\nHost: x\n\n".encode())
        assert (await client.reader.read(200)).startswith(b"HTTP/1.0 400 ")
    assert capfd.readouterr().err == ""


async def test_response_forbids_frames_and_foreign_content(site: Site) -> None:
    for path, changed in (("/", {}), ("/page.css", {}), ("/", {"Cookie": None}), ("/nothing", {})):
        _status, head = await answer_to(site, path, **changed)
        assert "frame-ancestors 'none'" in head
        assert "default-src 'none'" in head
        assert "X-Frame-Options: DENY" in head
        assert "unsafe" not in head
        assert "http" not in head.partition("Content-Security-Policy")[2].partition("\r\n")[0]


async def test_token_in_the_url_becomes_an_http_only_cookie(site: Site) -> None:
    status, head = await answer_to(site, f"/?token={site.access.token}", Cookie=None)
    cookie = next(line for line in head.splitlines() if line.startswith("Set-Cookie"))
    assert status == 200
    assert all(part in cookie for part in (f"newsreader-{site.access.port}=", "HttpOnly", "SameSite=Strict"))


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(b"x" * 1_000_000, id="a megabyte"),
        pytest.param({"type": "keys", "data": "x" * 70_000}, id="keys that are too long"),
        pytest.param({"type": "resize", "columns": 10**6, "rows": 24}, id="a million columns"),
        pytest.param({"type": "resize", "columns": 80, "rows": 10**30}, id="rows beyond any number"),
        pytest.param({"type": "resize", "columns": 0, "rows": 24}, id="no column"),
        pytest.param({"type": "resize", "columns": "80", "rows": 24}, id="a text for a number"),
        pytest.param({"type": "start", "visit": VISIT, "columns": 80, "rows": 24}, id="a second start"),
        pytest.param({"type": "shell", "data": "id"}, id="an unknown type"),
        pytest.param({"type": "keys"}, id="no keys"),
        pytest.param([], id="a list"),
        pytest.param(b"[" * 60_000, id="nesting"),
        pytest.param(b"\xff\xfe", id="no text"),
    ],
)
async def test_invalid_message_ends_only_its_own_socket(site: Site, visitor: WebClient, message: object) -> None:
    async with WebClient(site) as client:
        await client.open_socket()
        client.start("fedcba9876543210")
        await client.shown(b"[ready")
        client.send(message)
        code, _reason = await client.closing()
    assert code in {1007, 1009, 4003, 0}  # 0: not all of it was read, so the connection was reset
    assert await is_unaffected(visitor)


@pytest.mark.parametrize("size", [(10**6, 24), (80, 10**6), (0, 0), (-1, 24)])
async def test_start_with_an_invalid_size_starts_no_program(site: Site, size: tuple[int, int]) -> None:
    async with WebClient(site) as client:
        await client.open_socket()
        client.start(VISIT, *size)
        assert await client.closing() == (4003, "Invalid message")


async def test_thousand_connections_are_refused_without_harm_to_others(site: Site, visitor: WebClient) -> None:
    require_open_files(2_500)
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(WebClient(site)) for _ in range(1_000)]
        refused = [client for client in clients if client.reader.at_eof() or not await _is_open(client)]
        assert len(refused) >= 1_000 - site.limits.connections
        assert await is_unaffected(visitor)


async def _is_open(client: WebClient) -> bool:
    """Return whether the server keeps a connection on which nothing was sent."""
    try:
        return bool(await asyncio.wait_for(client.reader.read(1), 0.001))
    except TimeoutError:
        return True
    except ConnectionError:
        return False


async def test_silent_connection_is_closed(open_site: Opens) -> None:
    async with open_site(silent_seconds=0.05) as site, WebClient(site) as client:
        client.writer.write(b"GET / HTT")
        assert await client.within(client.reader.read()) == b""


async def test_more_readers_than_the_limit_are_refused(open_site: Opens) -> None:
    async with open_site(readers=1) as site, WebClient(site) as first, WebClient(site) as second:
        await first.open_socket()
        first.start()
        await first.shown(b"[ready")
        await second.open_socket()
        second.start("fedcba9876543210")
        assert await second.closing() == (4001, "All 1 readers are in use")
        assert await is_unaffected(first)


async def test_idle_reader_ends(open_site: Opens) -> None:
    async with open_site(idle_seconds=0.6) as site, WebClient(site) as client:
        await client.open_socket()
        client.start()
        process = int((await client.shown(b"]")).split()[1].strip(b"]"))
        assert await client.closing() == (4002, "Closed after 0.01 minutes without a key")
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
