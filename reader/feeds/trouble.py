"""Problems with a folder's feeds to show the user: feeds that failed, and new versions next to edited files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.feeds.ledger import open_ledger
from reader.feeds.subscriptions import FILE_NAME, load_subscriptions
from reader.feeds.writing.files import read_file
from reader.problems import Code, Problem
from reader.text import display_path, sanitize_line

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["feed_errors", "new_versions"]


def feed_errors(root: Path, state: Path) -> tuple[Problem, ...]:
    """Return a problem in feeds.toml for each feed whose last visit failed. Raises ConfigError, StorageError."""
    with open_ledger(state) as ledger:
        failed = {record.url: record for record in ledger.feeds() if record.error}
    if not failed:
        return ()
    subscriptions = load_subscriptions(root)
    text = (read_file(root, FILE_NAME) or b"").decode("utf-8", "replace")
    return tuple(
        Problem(
            FILE_NAME,
            _line_of(feed.url, text),
            "",
            Code.FEED_FAILED,
            (sanitize_line(feed.title or failed[feed.url].title or feed.url), sanitize_line(failed[feed.url].error)),
        )
        for feed in subscriptions.feeds
        if feed.url in failed
    )


def _line_of(url: str, text: str) -> int:
    place = text.find(url)
    return text.count("\n", 0, place) + 1 if place >= 0 else 0


def new_versions(root: Path, state: Path) -> tuple[Problem, ...]:
    """Return a problem for each edited file that has an unmerged new version next to it."""
    with open_ledger(state) as ledger:
        found = ledger.articles.with_beside()
    return tuple(
        Problem(article.path, 0, "", Code.NEW_VERSION_BESIDE, (display_path(article.beside),))
        for article in found
        if (root / article.beside).is_file()
    )
