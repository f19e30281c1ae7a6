"""Helpers for tests of marks: targets, and the state on disk."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from reader import urls
from reader.marks import MarkState, MarkStore, MarkTarget

if TYPE_CHECKING:
    from pathlib import Path


def article(name: str | int) -> MarkTarget:
    """Return the mark target of an article with a URL."""
    identity = f"https://example.com/{name}"
    return MarkTarget(urls.key(identity), identity)


ONE, TWO, THREE = article(1), article(2), article(3)


def read_keys(path: Path) -> set[int]:
    """Return the keys of all articles marked as read in a file."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return {row[0] for row in connection.execute("SELECT mark_key FROM mark WHERE read_at IS NOT NULL")}


def state(marks: MarkStore, target: MarkTarget) -> MarkState:
    """Return the marks of one article."""
    return marks.states([target.mark_key])[0]
