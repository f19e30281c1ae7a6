"""The functions that compiled queries call from SQL, as plain Python; ``register`` makes them known to a connection."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from reader.query.regex import compile_pattern
from reader.text import fold

if TYPE_CHECKING:
    import sqlite3

__all__ = ["domain_matches", "fold_contains", "regex_found", "register"]


def fold_contains(haystack: str | bytes, needle: str) -> bool:
    """Say whether a text, or a path as bytes, has a folded text in it."""
    if isinstance(haystack, bytes):
        haystack = haystack.decode("utf-8", "replace")
    return needle in fold(haystack)


def domain_matches(domain: str, wanted: str, prefix: int) -> bool:
    """Say whether a domain is a folded one, or lies below it; with ``prefix``, whether it begins so."""
    folded = fold(domain)
    if prefix:
        return folded.startswith(wanted)
    return folded == wanted or folded.endswith("." + wanted)


def regex_found(pattern: str, text: str) -> bool:
    """Say whether a pattern occurs in a text, whatever its case and accents. Raises QueryError for a bad pattern."""
    return compile_pattern(pattern)(fold(text))


def register(connection: sqlite3.Connection) -> None:
    """Make the functions callable in the SQL of one connection."""
    compiled = lru_cache(maxsize=64)(compile_pattern)

    def found(pattern: str, text: str) -> bool:
        return compiled(pattern)(fold(text))

    connection.create_function("fold_contains", 2, fold_contains, deterministic=True)
    connection.create_function("domain_matches", 3, domain_matches, deterministic=True)
    connection.create_function("regex_found", 2, found, deterministic=True)
