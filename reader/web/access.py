"""Access control for the page: the secret in its URL, the names of this server, and the origin of requests. Pure.

A page elsewhere on the web must not reach a reader on this machine. Such a page does not know the secret, the browser
does not send our cookie with its requests (SameSite), ``Origin`` holds its own origin, and ``Host`` holds a name that
it made point here (DNS rebinding).
"""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Access", "headers", "is_loopback"]

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
# How a browser labels requests for a page that is embedded in another page.
_EMBEDDED = frozenset({"iframe", "frame", "embed", "object", "fencedframe"})


class Access(Struct, frozen=True):
    """The secret ``token``, the ``port``, the ``names`` of this server, and the origin behind a proxy, if any.

    ``any_address`` accepts every IP address as the server's, since a rebound name is not an IP address.
    """

    token: str
    port: int
    names: frozenset[str] = _LOOPBACK_NAMES
    any_address: bool = False
    origin: str = ""

    @property
    def cookie(self) -> str:
        """The name of the cookie. Cookies are shared by all ports of a host."""
        return f"newsreader-{self.port}"

    def is_token(self, text: str) -> bool:
        """Return whether a text is the secret, in constant time."""
        return hmac.compare_digest(text.encode("utf-8", "surrogatepass"), self.token.encode())

    def refusal(self, sent: Mapping[str, str], *, is_socket: bool) -> str:
        """Return why a request is refused whatever its secret; empty if it is not. Header names are lowercase."""
        host, origin = sent.get("host", ""), sent.get("origin")
        if not self._is_here(host):
            return f"Unknown host: this is not the address that newsreader serves ({self.port})"
        if origin is None:
            if is_socket:
                return "No Origin header: not a browser"
        elif origin != self._origin_of(host):
            return "Requests from other pages are not allowed"
        if sent.get("sec-fetch-dest") in _EMBEDDED:
            return "Not allowed in a frame"
        return ""

    def _is_here(self, host: str) -> bool:
        if self._is_public(host):
            return True
        try:
            parts = urlsplit(f"//{host}")
            name, port = parts.hostname or "", parts.port or 80
        except ValueError:
            return False
        if not name or port != self.port or parts.netloc != host or "@" in host:
            return False
        return name in self.names or (self.any_address and _is_address(name))

    def _is_public(self, host: str) -> bool:
        return bool(self.origin) and host == urlsplit(self.origin).netloc

    def _origin_of(self, host: str) -> str:
        return self.origin if self._is_public(host) else f"http://{host}"


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a host."""
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)


def headers(nonce: str = "", socket: str = "") -> dict[str, str]:
    """Return the headers of each response; a page has the ``nonce`` of its styles and the origin of its ``socket``."""
    styles = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    policy = (
        "default-src 'none'",
        "script-src 'self'",
        f"style-src {styles}",
        "img-src 'self' data:",
        "font-src 'self'",
        # Older browsers do not apply 'self' to WebSockets.
        f"connect-src 'self' {socket}".rstrip(),
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "Server": "newsreader",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
