"""The SQL functions that compiled queries call, in plain Python; ``register`` adds them to a connection."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from reader.query.regex import compile_pattern
from reader.text import fold

if TYPE_CHECKING:
    import sqlite3

__all__ = ["domain_matches", "fold_contains", "regex_found", "register"]


def fold_contains(haystack: str | bytes, needle: str) -> bool:
    """Return whether a string, or a path as bytes, contains a folded string."""
    if isinstance(haystack, bytes):
        haystack = haystack.decode("utf-8", "replace")
    return needle in fold(haystack)


def domain_matches(domain: str, wanted: str, prefix: int) -> bool:
    """Return whether a domain equals a folded one or is a subdomain of it.

    With ``prefix``, return whether the domain begins with ``wanted``.
    """
    folded = fold(domain)
    if prefix:
        return folded.startswith(wanted)
    return folded == wanted or folded.endswith("." + wanted)


def regex_found(pattern: str, text: str) -> bool:
    """Return whether a regular expression matches in a text, ignoring case and accents.

    Raises QueryError if the regular expression is invalid.
    """
    return compile_pattern(pattern)(fold(text))


def register(connection: sqlite3.Connection) -> None:
    """Register the functions for the SQL of one connection."""
    compiled = lru_cache(maxsize=64)(compile_pattern)

    def found(pattern: str, text: str) -> bool:
        return compiled(pattern)(fold(text))

    connection.create_function("fold_contains", 2, fold_contains, deterministic=True)
    connection.create_function("domain_matches", 3, domain_matches, deterministic=True)
    connection.create_function("regex_found", 2, found, deterministic=True)
