"""HTTP client: connects to checked addresses, limits time and size, and decompresses the body.

Follows no redirects and stores no cookies. Certificates are checked against the system's store; the proxy comes from
the environment.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit
from weakref import WeakSet

import httpcore2
import truststore
from msgspec import Struct, field

from reader.errors import ReaderError, describe_error
from reader.feeds.net.addresses import Lookup, RefusedError, is_public, resolve
from reader.feeds.net.bodies import ACCEPTED, BodyError, decode_body

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ACCEPTED_TYPES = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.8"

__all__ = ["Client", "FetchError", "Limits", "Response"]


class FetchError(ReaderError):
    """No usable response: no connection, a timeout, or a limit exceeded."""


class Limits(Struct, frozen=True):
    """Limits of a request: bytes of the body, and seconds in total and for the connection."""

    size: int = 16 * 1024 * 1024
    seconds: float = 30.0
    connect_seconds: float = 10.0


class Response(Struct, frozen=True):
    """Response to a request; the names of ``headers`` are lowercase."""

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Client:
    """HTTP client. Safe to use from several threads; ``fetch`` limits the connections to a host."""

    def __init__(
        self,
        *,
        agent: str,
        allowed: frozenset[str] = frozenset(),
        limits: Limits | None = None,
        lookup: Lookup = socket.getaddrinfo,
    ) -> None:
        self._agent = agent
        self._allowed = frozenset(host.lower() for host in allowed)
        self._limits = limits or Limits()
        self._context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._backend = _Backend(self._allowed, lookup)
        self._direct = httpcore2.ConnectionPool(
            ssl_context=self._context, network_backend=self._backend, max_connections=64, max_keepalive_connections=64
        )
        self._proxy_of = urllib.request.getproxies()
        self._proxies: dict[str, Any] = {}

    def close(self) -> None:
        """Close all connections; running requests in other threads end with an error."""
        self._backend.abort()
        self._direct.close()
        for pool in self._proxies.values():
            pool.close()

    def get(self, url: str, headers: Mapping[str, str]) -> Response:
        """Return the response to a GET request. Raises FetchError, RefusedError."""
        deadline = time.monotonic() + self._limits.seconds
        self._backend.set_deadline(deadline)
        try:
            return self._read(url, self._request_headers(url, headers), deadline)
        except (FetchError, RefusedError, BodyError):
            raise
        except httpcore2.TimeoutException as error:
            raise FetchError(f"No complete answer within {self._limits.seconds:g} seconds") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.ProxyError, OSError) as error:
            raise FetchError(_reason(error)) from error
        except UnicodeError as error:  # raised by the IDNA codec, with a technical message
            raise FetchError("Invalid URL: no such host name") from error
        except (httpcore2.UnsupportedProtocol, ValueError) as error:
            raise FetchError(f"Invalid URL: {describe_error(error)}") from error

    def _request_headers(self, url: str, headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
        own = {
            "Host": urlsplit(_ascii(url)).netloc.rpartition("@")[2],
            "User-Agent": self._agent,
            "Accept": _ACCEPTED_TYPES,
            "Accept-Encoding": ACCEPTED,
        }
        given = {name.lower() for name in headers}
        sent = {**{name: value for name, value in own.items() if name.lower() not in given}, **headers}
        return [(name.encode(), _header_value(value)) for name, value in sent.items()]

    def _read(self, url: str, headers: list[tuple[bytes, bytes]], deadline: float) -> Response:
        left = self._limits.seconds
        timeouts = {"connect": min(self._limits.connect_seconds, left), "read": left, "write": left, "pool": left}
        with self._pool(url).stream("GET", _ascii(url), headers=headers, extensions={"timeout": timeouts}) as answer:
            found: dict[str, str] = {}
            for name, value in answer.headers:
                found.setdefault(name.decode("latin-1").lower(), value.decode("latin-1").strip())
            body = self._body(answer.iter_stream(), deadline) if answer.status == 200 else b""
        body = decode_body(body, found.get("content-encoding", ""), self._limits.size)
        return Response(url, answer.status, found, body)

    def _body(self, parts: Iterable[bytes], deadline: float) -> bytes:
        received = bytearray()
        for part in parts:
            received += part
            if len(received) > self._limits.size:
                raise BodyError(f"Larger than {self._limits.size / 1024**2:g} MiB")
            if time.monotonic() > deadline:
                raise FetchError(f"No complete answer within {self._limits.seconds:g} seconds")
        return bytes(received)

    def _pool(self, url: str) -> Any:
        """Return the connection pool for a URL: direct, or through the proxy set in the environment."""
        parts = urlsplit(url)
        proxy = self._proxy_of.get(parts.scheme) or self._proxy_of.get("all")
        host = parts.hostname or ""
        if not proxy or host in self._allowed or urllib.request.proxy_bypass(host):
            return self._direct
        if host == "localhost" or ((host.replace(".", "").isdigit() or ":" in host) and not is_public(host)):
            raise RefusedError(f"{host} is in a private network")
        if proxy not in self._proxies:
            address = proxy if "://" in proxy else f"http://{proxy}"
            self._proxies[proxy] = httpcore2.HTTPProxy(address, ssl_context=self._context, max_connections=64)
        return self._proxies[proxy]


def _header_value(value: str) -> bytes:
    """Return the bytes of a header; those of a validator are the bytes that the server sent."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode()


def _ascii(url: str) -> str:
    """Return a URL in the form to send: IDNA for the host, all other non-ASCII characters escaped."""
    if url.isascii():
        return url
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode()
    port = f":{parts.port}" if parts.port else ""
    rest = url[url.index(parts.netloc) + len(parts.netloc) :]
    escaped = "".join(letter if letter.isascii() else quote(letter) for letter in rest)
    return f"{parts.scheme}://{host}{port}{escaped}"


def _reason(error: Exception) -> str:
    cause = error.__cause__ or error.__context__ or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"Certificate not valid: {cause.verify_message or 'not trusted'}"
    if isinstance(cause, ssl.SSLError):
        words = (cause.reason or "unknown reason").lower().replace("_", " ")
        return "The server does not speak HTTPS" if "version number" in words else f"No secure connection: {words}"
    if isinstance(error, httpcore2.RemoteProtocolError):
        return "The server closed the connection or did not answer in HTTP"
    return f"Cannot connect: {describe_error(cause if isinstance(cause, OSError) else error)}"


class _Deadline(threading.local):
    """Deadline of a thread's request, in monotonic seconds."""

    at: float = float("inf")

    def left(self, timeout: float | None) -> float:
        """Return the seconds left for an operation. Raises ReadTimeout if there are none."""
        left = min(timeout if timeout is not None else float("inf"), self.at - time.monotonic())
        if left <= 0:
            raise httpcore2.ReadTimeout
        return left


class _Backend:
    """Connections to checked addresses, with a deadline for all operations on them."""

    def __init__(self, allowed: frozenset[str], lookup: Lookup) -> None:
        self._allowed = allowed
        self._lookup = lookup
        self._plain = httpcore2.SyncBackend()
        self._local = _Deadline()
        self._sockets: WeakSet[socket.socket] = WeakSet()
        self._aborted = False

    def abort(self) -> None:
        """Shut down all sockets, which wakes the threads waiting for them, and make no new connections."""
        self._aborted = True
        for opened in list(self._sockets):
            with contextlib.suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)

    def set_deadline(self, deadline: float) -> None:
        """Set the deadline of this thread's requests, in monotonic seconds."""
        self._local.at = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> _Stream:
        """Connect to the first address of a host that answers."""
        addresses = resolve(host, port, allowed=self._allowed, lookup=self._lookup)
        for number, address in enumerate(addresses, start=1):
            try:
                stream = self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if number == len(addresses):
                    raise
            else:
                self._sockets.add(stream.get_extra_info("socket"))
                if self._aborted:
                    break
                return _Stream(stream, self._local, self._sockets)
        raise httpcore2.ConnectError("no address")

    def sleep(self, seconds: float) -> None:
        """Do not wait: nothing is retried."""


class _Stream:
    """Stream whose operations end by the deadline of the thread that uses it."""

    def __init__(self, stream: Any, deadline: _Deadline, sockets: WeakSet[socket.socket]) -> None:
        self._stream = stream
        self._deadline = deadline
        self._sockets = sockets

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read at most ``max_bytes``."""
        return bytes(self._stream.read(max_bytes, self._deadline.left(timeout)))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of the buffer."""
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> _Stream:
        """Encrypt the connection."""
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        self._sockets.add(stream.get_extra_info("socket"))
        return _Stream(stream, self._deadline, self._sockets)

    def get_extra_info(self, info: str) -> Any:
        """Return a fact about the connection."""
        return self._stream.get_extra_info(info)
