"""Versions of a fetched article: its text before the last change, or the new version next to an edited file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from reader.errors import ReaderError, describe_error
from reader.feeds.ledger import open_ledger
from reader.feeds.writing.files import read_file

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Versions", "find_versions"]


class Versions(Struct, frozen=True):
    """Two versions of a file, older first. ``changed_at`` is a Unix time, 0 if the newer one is in another file."""

    before: bytes
    now: bytes
    changed_at: int = 0


def find_versions(root: Path, state: Path, path: str) -> Versions:
    """Return the two versions of an article to compare. Raises ReaderError with the reason if there is only one."""
    try:
        with open_ledger(state) as ledger:
            article = ledger.articles.find_by_path(path)
            if article is None:
                raise ReaderError("No earlier version: this article is not from a feed")
            revisions = ledger.articles.revisions(article.id)
        current = read_file(root, path) or b""
        beside = read_file(root, article.beside) if article.beside else None
    except OSError as error:
        raise ReaderError(f"Cannot read the article's file: {describe_error(error)}") from error
    if beside is not None:
        return Versions(current, beside)
    if not revisions:
        raise ReaderError("Not changed since it was fetched")
    changed_at, before = revisions[0]
    return Versions(before, current, changed_at)
