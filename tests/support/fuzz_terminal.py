"""Checks of terminal text and URLs, implemented independently of the program."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Control characters, lone surrogates, and separators that some terminals treat as line ends.
_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BIDI = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def forbidden(text: str, allowed: str = "") -> set[str]:
    """Return the forbidden characters of a text."""
    return {
        letter
        for letter in set(text)
        if (unicodedata.category(letter) in _CATEGORIES or unicodedata.bidirectional(letter) in _BIDI)
        and letter not in allowed
    }


def assert_terminal_safe(texts: Iterable[str], allowed: str = "") -> None:
    for text in texts:
        assert not forbidden(text, allowed), f"{sorted(forbidden(text, allowed))!r} in {text!r}"


def assert_can_be_opened(urls: Iterable[str]) -> None:
    """Check that each is empty or an absolute http or https URL with a host and without misleading parts."""
    for url in urls:
        scheme, _, rest = url.partition("://")
        assert not url or scheme.lower() in {"http", "https"}, url
        assert not url or rest[:1] not in {"", "/", "?", "#", ":", "@"}, url
        assert not forbidden(url), repr(url)
        assert "\\" not in url, url
        assert not any(letter.isspace() for letter in url), url
