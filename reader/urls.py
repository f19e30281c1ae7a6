"""URLs: which are safe to open, and when two are the same.

Does not open anything; that is ``external.browser``.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING

from reader.text import fold

if TYPE_CHECKING:
    from reader.article import Article

__all__ = [
    "MAX_URL",
    "canonical",
    "digest",
    "has_scheme",
    "host",
    "identity",
    "is_safe",
    "key",
]

MAX_URL = 8 * 1024  # characters

# White space, controls, bidi controls, surrogates, and the backslash that browsers take for a slash.
_NEVER = re.compile(r"[\s\x00-\x20\x7f-\xa0\\\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# A user name before the host is refused: it can look like the host, as in "https://bank.example@evil.example/".
_ORIGIN = re.compile(r"https?://(\w[^/?#@:\[\]]*|\[[0-9a-f:.]+\])(?::([0-9]{0,5}))?(?=[/?#]|\Z)", re.IGNORECASE)
_SCHEME = re.compile(r"\s*[a-z][a-z0-9+.-]*:", re.IGNORECASE | re.ASCII)
_TRACKING = re.compile(
    r"(?:utm_[^=]*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok|ocid)(?:=.*)?",
    re.IGNORECASE | re.DOTALL,
)


def is_safe(url: str) -> bool:
    """Tell whether a URL may be opened: absolute, http or https, with a host, and nothing that misleads."""
    return _origin(url) is not None


def _origin(url: str) -> re.Match[str] | None:
    """Return a safe URL's match from scheme to port; None where it is not safe."""
    if len(url) > MAX_URL:
        return None
    if url.isascii() and url.isprintable():  # nearly every URL, told in no time
        return None if " " in url or "\\" in url else _ORIGIN.match(url)
    return None if _NEVER.search(url) else _ORIGIN.match(url)


def has_scheme(url: str) -> bool:
    """Tell whether an address names its own scheme, so is none within a site."""
    return _SCHEME.match(url) is not None


def host(url: str) -> str:
    """Return a URL's host in small letters without ``www.``; empty where it is no safe URL."""
    origin = _origin(url)
    return _bare_host(origin[1]) if origin else ""


def canonical(url: str) -> str:
    """Return one spelling for all URLs that lead to the same page; what is no safe URL stays as it is.

    Scheme, ``www.``, usual port, fragment, tracking parameters and a slash at the end do not count.
    """
    origin = _origin(url)
    if origin is None:
        return url
    address = "https://" + _bare_host(origin[1])
    port = int(origin[2] or 443)
    if port not in {80, 443}:
        address += f":{port}"
    path, _, query = url[origin.end() :].partition("#")[0].partition("?")
    address += path.rstrip("/")
    if query:
        kept = "&".join(part for part in query.split("&") if part and not _TRACKING.fullmatch(part))
        address += f"?{kept}" if kept else ""
    return address


def _bare_host(name: str) -> str:
    name = name.lower().rstrip(".") or name
    while name.startswith("www.") and name[4:5].isalnum() and "." in name[5:]:
        name = name[4:]
    return name


def key(address: str) -> int:
    """Return a signed 64-bit number that is the same for all URLs to one page, and for one ``identity``."""
    return digest(canonical(address))


def digest(canonical_address: str) -> int:
    """Return the ``key`` of what is canonical already."""
    text = canonical_address.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big", signed=True)


def identity(article: Article) -> str:
    """Return what an article is known by wherever its file moves: its canonical URL.

    Without one, what it says of itself: where, when and under which title it was published; without a date, how it
    begins. Of a file that cannot be read there is only its path.
    """
    if article.url:
        return canonical(article.url)
    if article.unreadable:
        return f"file:{article.path}"
    provider, published = article.provider, article.published_at
    moment = "" if published is None else published.isoformat()
    beginning = article.excerpt if published is None else ""
    said = (provider.domain or provider.name, article.title, beginning)
    # No line that was cleaned holds a tab.
    return "\t".join((f"text:{moment}", *map(fold, said))).rstrip("\t")
