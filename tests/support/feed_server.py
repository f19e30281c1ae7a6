"""A server on a loopback port with scripted responses, broken ones included, and a log of requests."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Scene = Callable[["Asked"], "bytes | Iterator[bytes]"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: ``connection`` is the number of its connection, ``number`` counts the requests for this path."""

    path: str
    headers: Mapping[str, str]
    connection: int
    number: int

    @property
    def is_conditional(self) -> bool:
        return "if-none-match" in self.headers or "if-modified-since" in self.headers


def response(
    body: bytes | str = b"", status: int = 200, headers: Mapping[str, str] | None = None, *, length: int | None = None
) -> bytes:
    """Return the bytes of an HTTP response."""
    body = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def redirect(target: str, status: int = 301) -> bytes:
    """Return a redirect."""
    return response(status=status, headers={"Location": target})


@dataclass(slots=True)
class FeedServer:
    """A server that answers each path with the scene of that name, and other paths with the scene ``*``."""

    scenes: dict[str, Scene | bytes] = field(default_factory=dict)
    log: list[Asked] = field(default_factory=list)
    most_at_once: int = 0
    _open: int = 0
    _connections: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _socket: socket.socket = field(default_factory=socket.socket)
    _closing: bool = False

    def start(self, address: str = "127.0.0.1") -> None:
        self._socket.bind((address, 0))
        self._socket.listen(256)
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def asked(self, path: str) -> list[Asked]:
        return [asked for asked in self.log if asked.path == path]

    @property
    def connections(self) -> int:
        return self._connections

    def close(self) -> None:
        self._closing = True
        # Wakes the thread that waits in accept.
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
            pass
        self._socket.close()

    def _accept(self) -> None:
        while not self._closing:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with self._lock:
                self._connections += 1
                number = self._connections
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        with self._lock:
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
        try:
            with connection, contextlib.suppress(OSError):
                waiting = b""
                while not self._closing:
                    while b"\r\n\r\n" not in waiting:
                        more = connection.recv(65_536)
                        if not more:
                            return
                        waiting += more
                    head, _, waiting = waiting.partition(b"\r\n\r\n")
                    self._answer(connection, head.decode("latin-1"), number)
        finally:
            with self._lock:
                self._open -= 1

    def _answer(self, connection: socket.socket, head: str, number: int) -> None:
        first, *rest = head.split("\r\n")
        path = first.split(" ")[1]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
        with self._lock:
            asked = Asked(path, headers, number, len(self.asked(path)) + 1)
            self.log.append(asked)
        scene = self.scenes.get(path) or self.scenes.get("*") or response("No", 404)
        answer = scene if isinstance(scene, bytes) else scene(asked)
        if isinstance(answer, bytes):
            connection.sendall(answer)
            return
        for part in answer:
            connection.sendall(part)
        raise ConnectionError  # the connection closes after a scene in parts


@contextlib.contextmanager
def feed_server(address: str = "127.0.0.1") -> Iterator[FeedServer]:
    server = FeedServer()
    server.start(address)
    try:
        yield server
    finally:
        server.close()


def rss_document(*items: str, title: str = "News", channel: str = "") -> str:
    """Return an RSS feed with these items."""
    inside = "".join(f"<item>{item}</item>" for item in items)
    return (
        f"<?xml version='1.0'?><rss version='2.0'><channel><title>{title}</title><link>https://news.example/</link>"
        f"{channel}{inside}</channel></rss>"
    )


def rss_item(number: int, *, text: str = "Text.", title: str = "") -> str:
    """Return an RSS item with a unique GUID and a date in October 2021."""
    return (
        f"<title>{title or f'Article {number}'}</title><link>https://news.example/{number}</link><guid>tag:news,{number}"
        f"</guid><pubDate>{number % 28 + 1:02} Oct 2021 10:00:00 GMT</pubDate><description>{text}</description>"
    )
