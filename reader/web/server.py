"""Web server for pages, files and WebSockets, with limits on connections, readers and idle time."""

from __future__ import annotations

import asyncio
import contextlib
import html
import logging
import os
import secrets
import signal
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import WSMsgType, web
from msgspec import Struct

from reader.errors import ReaderError, describe_error
from reader.web.access import Access, headers
from reader.web.messages import MOST_BYTES, Closing, Keys, Resize, Start, read_message, read_request
from reader.web.terminal import ReaderTerminal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from reader.web.terminal import Command

    _Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

__all__ = ["FILES", "Limits", "Site", "open_server", "serve"]

_STATIC = Path(__file__).with_name("static")
_TYPES = {".mjs": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
FILES = {f"/{file.relative_to(_STATIC)}": file for file in _STATIC.rglob("*") if file.suffix in _TYPES}
_HEARTBEAT_SECONDS = 10
_SECONDS_TO_START = 10
_SECONDS_TO_CLOSE = 2
# Nothing is sent: the system only tells which of its addresses it would use. Reserved for documentation.
_ELSEWHERE = ("192.0.2.1", 9)
_BACKLOG = 128


class Limits(Struct, frozen=True):
    """Maximum readers, idle seconds before one ends, connections, and seconds that a connection may be silent."""

    readers: int
    idle_seconds: float
    connections: int = 200
    silent_seconds: float = 15


class Site(Struct, frozen=True):
    """Access rules, command and limits of a server."""

    title: str
    command: Command
    access: Access
    limits: Limits


class _Refused(asyncio.Protocol):
    """There are too many connections."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


class _Door:
    """Factory of connection protocols that refuses connections above the limit."""

    def __init__(self) -> None:
        self._server: web.Server | None = None
        self._limit = 0

    def open(self, runner: web.AppRunner, limit: int) -> None:
        """Accept connections from now on."""
        self._server, self._limit = runner.server, limit

    def __call__(self) -> asyncio.Protocol:
        if self._server is None or len(self._server.connections) >= self._limit:
            return _Refused()
        protocol: asyncio.Protocol = self._server()
        return protocol


class _Visits:
    """Running readers by the visit that a page names."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._terminals: dict[str, ReaderTerminal] = {}
        self._starting = 0

    async def start(self, start: Start) -> ReaderTerminal | None:
        """Start a reader once the visitor's previous one has saved its session; return None if there are too many."""
        before = self._terminals.pop(start.visit, None)
        if len(self._terminals) + self._starting >= self._site.limits.readers:
            return None
        self._starting += 1
        try:
            if before is not None:
                await before.end()
            terminal = await ReaderTerminal.start(self._site.command, start.columns, start.rows)
            self._terminals[start.visit] = terminal
        finally:
            self._starting -= 1
        return terminal

    async def end(self, visit: str, terminal: ReaderTerminal) -> None:
        """End a reader."""
        await terminal.end()
        if self._terminals.get(visit) is terminal:
            del self._terminals[visit]

    async def end_all(self) -> None:
        """End all readers."""
        await asyncio.gather(*(terminal.end() for terminal in self._terminals.values()))


class _Application:
    """Routes and their handlers."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.visits = _Visits(site)
        self._sockets: set[web.WebSocketResponse] = set()

        async def guard(request: web.Request, handler: _Handler) -> web.StreamResponse:
            return await self._guard(request, handler)

        self.app = web.Application(middlewares=[web.middleware(guard)], client_max_size=1)
        self.app.router.add_get("/", self._page)
        self.app.router.add_get("/socket", self._socket)
        for path in FILES:
            self.app.router.add_get(path, self._file)

    async def close(self) -> None:
        """Close all WebSockets and end all readers."""
        await asyncio.gather(*(socket.close(code=1001) for socket in list(self._sockets)), self.visits.end_all())

    async def _guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Refuse a request without the secret or not from our own page; add the headers."""
        refusal = self._refusal(request)
        if refusal:
            return web.Response(status=403, text=f"{refusal}\n", headers=headers())
        try:
            response = await handler(request)
        except web.HTTPException as error:
            return web.Response(status=error.status, text=f"{error.reason}\n", headers=headers())
        for name, value in headers().items() if not response.prepared else ():
            response.headers.setdefault(name, value)
        return response

    def _refusal(self, request: web.Request) -> str:
        access = self._site.access
        # A target such as "http://host/" takes precedence over the Host header.
        if not request.raw_path.startswith("/") and urlsplit(request.raw_path).netloc != request.headers.get("Host"):
            return "Unknown host in the request line"
        sent: dict[str, str] = {}
        for name, value in request.headers.items():
            if name.lower() in sent and name.lower() in {"host", "origin", "cookie"}:
                return "Duplicate header"
            sent[name.lower()] = value
        if refusal := access.refusal(sent, is_socket=request.path == "/socket"):
            return refusal
        token = request.cookies.get(access.cookie, "")
        if request.path == "/" and "token" in request.query:
            token = request.query["token"]
        return (
            "" if access.is_token(token) else "Open the address that newsreader serve printed: it contains the secret"
        )

    async def _page(self, request: web.Request) -> web.Response:
        nonce = secrets.token_urlsafe(16)
        text = Template((_STATIC / "index.html").read_text(encoding="utf-8")).substitute(
            nonce=nonce, title=html.escape(self._site.title)
        )
        socket = f"ws://{request.host} wss://{request.host}"
        response = web.Response(text=text, content_type="text/html", headers=headers(nonce, socket))
        response.headers["Cache-Control"] = "no-store"
        access = self._site.access
        response.set_cookie(
            access.cookie, access.token, httponly=True, samesite="Strict", secure=access.origin.startswith("https:")
        )
        return response

    async def _file(self, request: web.Request) -> web.FileResponse:
        file = FILES[request.path]
        return web.FileResponse(file, headers={"Content-Type": _TYPES[file.suffix], "Cache-Control": "no-cache"})

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(
            timeout=_SECONDS_TO_CLOSE, heartbeat=_HEARTBEAT_SECONDS, max_msg_size=MOST_BYTES, compress=False
        )
        await socket.prepare(request)
        self._sockets.add(socket)
        try:
            await self._visit(socket)
        finally:
            self._sockets.discard(socket)
        return socket

    async def _visit(self, socket: web.WebSocketResponse) -> None:
        start = await _receive(socket, _SECONDS_TO_START)
        if not isinstance(start, Start):
            await _close(socket, start if isinstance(start, Closing) else Closing.INVALID, "Invalid message")
            return
        try:
            terminal = await self.visits.start(start)
        except OSError as error:
            await _close(socket, Closing.FULL, f"Cannot start a reader: {describe_error(error)}")
            return
        if terminal is None:
            readers = self._site.limits.readers
            await _close(socket, Closing.FULL, f"All {readers} readers are in use")
            return
        try:
            code, reason = await self._show(socket, terminal)
        finally:
            await asyncio.shield(self.visits.end(start.visit, terminal))
        await _close(socket, code, reason)

    async def _show(self, socket: web.WebSocketResponse, terminal: ReaderTerminal) -> tuple[Closing, str]:
        """Show a reader until it ends, the page is closed, or no key was pressed for a long time."""
        shown = asyncio.create_task(_show_output(socket, terminal))
        tasks = (
            asyncio.create_task(self._take_messages(socket, terminal)),
            asyncio.create_task(_pass_requests(socket, terminal)),
        )
        try:
            await asyncio.wait((shown, tasks[0]), return_when=asyncio.FIRST_COMPLETED)
            return tasks[0].result() if tasks[0].done() else (Closing.ENDED, await _describe_end(terminal))
        finally:
            for task in (shown, *tasks):
                task.cancel()
            await asyncio.gather(shown, *tasks, return_exceptions=True)

    async def _take_messages(self, socket: web.WebSocketResponse, terminal: ReaderTerminal) -> tuple[Closing, str]:
        idle = self._site.limits.idle_seconds
        while True:
            match await _receive(socket, idle):
                case Keys(data=data):
                    if not terminal.write(data.encode("utf-8", "replace")):
                        return Closing.ENDED, await _describe_end(terminal)
                case Resize(columns=columns, rows=rows):
                    terminal.resize(columns, rows)
                case Closing.IDLE:
                    return Closing.IDLE, f"Closed after {idle / 60:g} minutes without a key"
                case _:
                    return Closing.INVALID, "Invalid message"


async def _receive(socket: web.WebSocketResponse, seconds: float) -> Start | Keys | Resize | Closing:
    """Return the next message from a page, or the reason why there is none."""
    try:
        message = await socket.receive(timeout=seconds)
    except TimeoutError:
        return Closing.IDLE
    return (read_message(message.data) if message.type is WSMsgType.TEXT else None) or Closing.INVALID


async def _show_output(socket: web.WebSocketResponse, terminal: ReaderTerminal) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await terminal.read():
            await socket.send_bytes(data)


async def _pass_requests(socket: web.WebSocketResponse, terminal: ReaderTerminal) -> None:
    with contextlib.suppress(ConnectionError):
        while line := await terminal.requests.readline():
            if request := read_request(line):
                await socket.send_str(request)


async def _describe_end(terminal: ReaderTerminal) -> str:
    status = await terminal.end()
    return f"The reader ended with status {status}" if status > 0 else "The reader is closed"


async def _close(socket: web.WebSocketResponse, code: Closing, reason: str) -> None:
    with contextlib.suppress(ConnectionError):
        await socket.close(code=code, message=reason.encode()[:120])


def _silent_logger() -> logging.Logger:
    logger = logging.Logger(__name__)  # noqa: LOG001 - not shared with other libraries
    logger.addHandler(logging.NullHandler())
    return logger


@contextlib.asynccontextmanager
async def open_server(make_site: Callable[[int], Site], host: str, port: int) -> AsyncIterator[Site]:
    """Serve within the context. ``make_site`` gets the port, which the system chooses if 0 is given.

    Raises ReaderError if the port cannot be used.
    """
    door = _Door()
    try:
        listening = await asyncio.get_running_loop().create_server(
            door, host, port, backlog=_BACKLOG, start_serving=False
        )
    except OSError as error:
        # asyncio rewords the message.
        code = error.errno or 0
        reason = os.strerror(code) if code > 0 else describe_error(error)
        raise ReaderError(f"Cannot listen on {host} port {port}: {reason}") from error
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(listening.close)
        site = make_site(listening.sockets[0].getsockname()[1])
        application = _Application(site)
        runner = web.AppRunner(
            application.app,
            access_log=None,
            # Malformed requests are logged with a traceback and the secret in them.
            logger=_silent_logger(),
            keepalive_timeout=site.limits.silent_seconds,
            max_line_size=4096,
            max_field_size=4096,
        )
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        stack.push_async_callback(application.close)
        door.open(runner, site.limits.connections)
        await listening.start_serving()
        stack.callback(listening.close)  # before the rest
        yield site


async def _find_address(host: str) -> str:
    """Return an address at which others reach a host that means all addresses of this machine."""
    if host not in {"0.0.0.0", "::"}:  # noqa: S104 - compared
        return host
    loop = asyncio.get_running_loop()
    try:
        transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=_ELSEWHERE)
    except OSError:  # no network
        return os.uname().nodename
    address = str(transport.get_extra_info("sockname")[0])
    transport.close()
    return address


async def serve(make_site: Callable[[int], Site], host: str, port: int, ready: Callable[[Site, str], None]) -> None:
    """Serve until a signal ends the program. Raises ReaderError.

    Once connections are accepted, ``ready`` is called with the address at which others reach the host.
    """
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopped.set)
    async with open_server(make_site, host, port) as site:
        ready(site, await _find_address(host))
        await stopped.wait()
