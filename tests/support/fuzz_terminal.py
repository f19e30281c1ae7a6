"""What may reach a terminal and a browser, said a second time and in another way than the program says it."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Controls, lone surrogates, and the separators that some terminals take for line ends.
_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BIDI = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def forbidden(text: str, allowed: str = "") -> set[str]:
    """Return the characters of a text that may not be shown."""
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
    """Fail unless each is an absolute http or https URL with a host and nothing that misleads; an empty one is none."""
    for url in urls:
        scheme, _, rest = url.partition("://")
        assert not url or scheme.lower() in {"http", "https"}, url
        assert not url or rest[:1] not in {"", "/", "?", "#", ":", "@"}, url
        assert not forbidden(url), repr(url)
        assert "\\" not in url, url
        assert not any(letter.isspace() for letter in url), url
