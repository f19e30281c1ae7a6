"""Checks of IP addresses. A host is resolved once, and connections go only to the addresses that were checked."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import Any

from reader.errors import ReaderError, describe_error

__all__ = ["Lookup", "RefusedError", "is_public", "resolve"]

Lookup = Callable[..., Sequence[tuple[Any, Any, Any, Any, tuple[Any, ...]]]]
# Networks whose addresses embed an IPv4 address.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.ip_network("::/96")


class RefusedError(ReaderError):
    """A host or redirect is refused."""


def is_public(address: str) -> bool:
    """Return whether an IP address, or the IPv4 address that it embeds, is on the public internet."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = _embedded(found)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def resolve(host: str, port: int, *, allowed: frozenset[str], lookup: Lookup = socket.getaddrinfo) -> tuple[str, ...]:
    """Return the addresses of a host, all public unless the host is allowed. Raises RefusedError, OSError."""
    found = lookup(host, port, type=socket.SOCK_STREAM)
    addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
    if host.lower().strip("[]") not in allowed and not all(map(is_public, addresses)):
        raise RefusedError(f'{host} is in a private network; allow_hosts = ["{host}"] in feeds.toml permits it')
    if not addresses:
        raise OSError(describe_error(OSError("host not found")))
    return addresses
