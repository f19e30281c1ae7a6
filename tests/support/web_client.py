"""A client of ``newsreader serve`` that is not a browser: raw requests and WebSocket frames, valid or not."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import struct
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from types import TracebackType

    from reader.web.server import Site

__all__ = ["VISIT", "WebClient", "answer_to"]

VISIT = "0123456789abcdef"
_PATIENCE = 20.0


def request(site: Site, path: str, changed: dict[str, str | None]) -> bytes:
    """Return a request as our own page sends it, with some headers changed; None omits one."""
    access = site.access
    sent: dict[str, str | None] = {
        "Host": f"127.0.0.1:{access.port}",
        "Cookie": f"{access.cookie}={access.token}",
        **changed,
    }
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items() if value is not None)]
    return "\r\n".join([*lines, "", ""]).encode()


async def answer_to(site: Site, path: str = "/", **changed: str | None) -> tuple[int, str]:
    """Return status and headers of the response to a request; ``Sec_Fetch_Dest`` names the header with hyphens."""
    named = {name.replace("_", "-"): value for name, value in changed.items()}
    async with WebClient(site) as client:
        head = await client.ask(path, named)
    return int(head.split()[1]), head


class WebClient:
    """One connection."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def __aenter__(self) -> Self:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self._site.access.port)
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()

    async def ask(self, path: str, changed: dict[str, str | None]) -> str:
        """Send a request and return the headers of the response."""
        self.writer.write(request(self._site, path, changed))
        return (await self.within(self.reader.readuntil(b"\r\n\r\n"))).decode()

    async def open_socket(self, **changed: str | None) -> str:
        """Request a WebSocket as our own page does, with some headers changed, and return the response headers."""
        upgrade: dict[str, str | None] = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Origin": f"http://127.0.0.1:{self._site.access.port}",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        }
        return await self.ask("/socket", {**upgrade, **changed})

    def send(self, message: object, *, opcode: int = 1) -> None:
        """Send a frame: a value as JSON, or bytes unchanged."""
        data = message if isinstance(message, bytes) else json.dumps(message).encode()
        size = struct.pack("!BQ", 0x80 | 127, len(data))
        # A mask of zeros leaves the bytes as they are.
        self.writer.write(bytes([0x80 | opcode]) + size + bytes(4) + data)

    def start(self, visit: str = VISIT, columns: int = 80, rows: int = 24) -> None:
        """Send what a page sends first."""
        self.send({"type": "start", "visit": visit, "columns": columns, "rows": rows})

    async def receive(self) -> tuple[int, bytes]:
        """Return opcode and data of the next frame; (0, b"") if the connection has ended."""
        try:
            first, second = await self.within(self.reader.readexactly(2))
            length = second & 0x7F
            if length >= 126:
                length = int.from_bytes(await self.within(self.reader.readexactly(2 if length == 126 else 8)))
            return first & 0x0F, await self.within(self.reader.readexactly(length))
        except (asyncio.IncompleteReadError, ConnectionError):
            return 0, b""

    async def shown(self, text: bytes) -> bytes:
        """Return the output up to a text."""
        output = b""
        while text not in output:
            opcode, data = await self.receive()
            assert opcode in {1, 2}, (opcode, data, output)
            output += data if opcode == 2 else b""
        return output

    async def closing(self) -> tuple[int, str]:
        """Return the close code and reason of the WebSocket; (0, "") without a close frame."""
        while True:
            opcode, data = await self.receive()
            if opcode in {0, 8}:
                return int.from_bytes(data[:2]), data[2:].decode()

    async def within(self, work: Awaitable[bytes]) -> bytes:
        """Return the result of an awaitable, or fail if it takes too long."""
        return await asyncio.wait_for(work, _PATIENCE)
