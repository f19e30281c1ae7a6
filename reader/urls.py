"""URLs: safety check, canonical form, and identity of articles.

Does not open URLs; see ``external.browser``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from reader.text import fold

if TYPE_CHECKING:
    from reader.article import Article

__all__ = [
    "MAX_URL",
    "canonical",
    "description",
    "digest",
    "has_scheme",
    "host",
    "identity",
    "is_safe",
    "key",
]

MAX_URL = 8 * 1024  # characters

# Whitespace, control characters, bidi controls, surrogates, and the backslash, which browsers treat as a slash.
_NEVER = re.compile(r"[\s\x00-\x20\x7f-\xa0\\\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Reject a user name before the host: it can look like the host, as in "https://bank.example@evil.example/".
_ORIGIN = re.compile(r"https?://(\w[^/?#@:\[\]]*|\[[0-9a-f:.]+\])(?::([0-9]{0,5}))?(?=[/?#]|\Z)", re.IGNORECASE)
_SCHEME = re.compile(r"\s*[a-z][a-z0-9+.-]*:", re.IGNORECASE | re.ASCII)
_TRACKING = re.compile(
    r"(?:utm_[^=]*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok|ocid)(?:=.*)?",
    re.IGNORECASE | re.DOTALL,
)


def is_safe(url: str) -> bool:
    """Return whether a URL is safe to open: absolute http(s) with a host and no misleading parts."""
    return _origin(url) is not None


@lru_cache(maxsize=256)  # an article's URL is checked a dozen times in a row
def _origin(url: str) -> re.Match[str] | None:
    """Return the match from scheme to port of a safe URL; None if the URL is not safe."""
    if len(url) > MAX_URL:
        return None
    if url.isascii() and url.isprintable():  # fast path for nearly all URLs
        return None if " " in url or "\\" in url else _ORIGIN.match(url)
    return None if _NEVER.search(url) else _ORIGIN.match(url)


def has_scheme(url: str) -> bool:
    """Return whether a string starts with a URL scheme, so that it is not a path within a site."""
    return _SCHEME.match(url) is not None


def host(url: str) -> str:
    """Return the host of a URL in lowercase, without ``www.``; empty if the URL is not safe."""
    origin = _origin(url)
    return _bare_host(origin[1]) if origin else ""


def canonical(url: str, *, fragment: bool = False) -> str:
    """Return the same string for all URLs of one page; a URL that is not safe is returned unchanged.

    Scheme, ``www.``, default ports, tracking parameters and trailing slashes are ignored, and so is the fragment
    unless ``fragment`` is true.
    """
    origin = _origin(url)
    if origin is None:
        return url
    host_name, port = origin.groups()
    address = "https://" + _bare_host(host_name)
    if port and int(port) not in {80, 443}:
        address += f":{int(port)}"
    rest, _, part_of_page = url[origin.end() :].partition("#")
    path, _, query = rest.partition("?")
    address += path.rstrip("/")
    if query:
        kept = "&".join(part for part in query.split("&") if part and not _TRACKING.fullmatch(part))
        address += f"?{kept}" if kept else ""
    return f"{address}#{part_of_page}" if fragment and part_of_page else address


@lru_cache(maxsize=1024)
def _bare_host(name: str) -> str:
    name = name.lower().rstrip(".") or name
    while name.startswith("www.") and name[4:5].isalnum() and "." in name[5:]:
        name = name[4:]
    return name


def key(address: str) -> int:
    """Return a signed 64-bit hash of the canonical form of a URL or of an ``identity``."""
    return digest(canonical(address))


def digest(canonical_address: str) -> int:
    """Return the ``key`` of a string that is already canonical."""
    text = canonical_address.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big", signed=True)


def identity(article: Article) -> str:
    """Return the name of an article in version 1 of the marks: its canonical URL, else ``description``.

    The name is not unique: several articles can have the same URL.
    """
    return canonical(article.url) if article.url else description(article)


def description(article: Article) -> str:
    """Return an article's description of itself: provider, publication date and title.

    Without a date, the excerpt takes its place. An unreadable file has only its path.
    """
    if article.unreadable:
        return f"file:{article.path}"
    provider, published = article.provider, article.published_at
    # Always in UTC; asking its zone for the offset takes ten times as long.
    moment = "" if published is None else f"{published.date()}T{published.time()}+00:00"
    beginning = article.excerpt if published is None else ""
    said = (provider.domain or provider.name, article.title, beginning)
    # Sanitized lines contain no tabs, so the separator is unambiguous.
    return "\t".join((f"text:{moment}", *map(fold, said))).rstrip("\t")
