"""Session with a folder's ledger, locked against other fetches: subscribing, unsubscribing and pruning."""

from __future__ import annotations

import threading
import zlib
from concurrent.futures import Future, wait
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from reader import urls
from reader.errors import FolderError, LockedError, OperationCancelled, ReaderError, describe_error
from reader.feeds.finding.discovery import discover
from reader.feeds.full_text import full_text, require_extractor
from reader.feeds.intake import Place, finish
from reader.feeds.ledger import Answer, open_ledger
from reader.feeds.subscriptions import Subscription, add_subscription, load_subscriptions, remove_subscription
from reader.feeds.visit import Visit, follow
from reader.feeds.writing.files import digest, read_file, remove_file, remove_leftovers
from reader.feeds.writing.markdown import html_to_markdown
from reader.storage.atomic import ensure_private_dir
from reader.storage.lock import LockWait, writer_lock
from reader.text import display_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from reader.feeds.articles import ArticleRecord
    from reader.feeds.fetch import HttpClient
    from reader.feeds.finding.discovery import Candidate
    from reader.feeds.net.client import Response

__all__ = [
    "fetch_full_text",
    "find_feeds",
    "open_session",
    "open_unlocked",
    "prune",
    "replace_body",
    "subscribe",
    "unsubscribe",
]

_T = TypeVar("_T")
_POLL_SECONDS = 0.1  # between checks for cancellation


@contextmanager
def open_session(root: Path, state: Path, now: datetime) -> Iterator[Place]:
    """Open the ledger of a content folder and lock it. Raises FolderError, ReaderError if another process has it."""
    if not root.is_dir():
        raise FolderError(f"No such folder: {display_path(str(root))}")
    try:
        ensure_private_dir(state.parent)
    except OSError as error:
        raise ReaderError(f"Cannot write {display_path(str(state.parent))}: {describe_error(error)}") from error
    try:
        with writer_lock(state, LockWait(seconds=0)), open_ledger(state) as ledger:
            place = Place(root, ledger, now)
            for folder in {feed.folder for feed in ledger.feeds() if feed.folder} | {""}:
                remove_leftovers(root, folder)
            yield place
    except LockedError as error:
        raise ReaderError(f"Another newsreader is busy with the feeds of {display_path(str(root))}: {error}") from error


@contextmanager
def open_unlocked(root: Path, state: Path, now: datetime) -> Iterator[Place]:
    """Open the ledger of a content folder for reading. Raises FolderError, StorageError."""
    if not root.is_dir():
        raise FolderError(f"No such folder: {display_path(str(root))}")
    with open_ledger(state) as ledger:
        yield Place(root, ledger, now)


class _NoQueue:
    """Host queue for a single request, which never has to wait for another."""

    def wait_until(self, _host: str) -> int:
        return 0

    def turn(self, _host: str) -> AbstractContextManager[None]:
        return nullcontext()

    def note(self, _response: Response) -> None:
        return


def find_feeds(
    address: str, client: HttpClient, cancelled: Callable[[], bool] = lambda: False
) -> tuple[Candidate, ...]:
    """Return the feeds for a URL that the user pasted. Raises OperationCancelled, ReaderError if there is none.

    Once ``cancelled`` returns true, the current request is aborted.
    """

    def ask(url: str) -> Visit:
        return follow(client, _NoQueue(), Subscription(url), {})

    return _abortable(lambda: discover(address, ask), client, cancelled)


def fetch_full_text(url: str, client: HttpClient, cancelled: Callable[[], bool]) -> str:
    """Return the Markdown of the article at a URL. Raises OperationCancelled, ReaderError."""
    require_extractor()
    return html_to_markdown(
        _abortable(lambda: full_text(client, _NoQueue(), Subscription(url), url), client, cancelled), url
    )


def _abortable(work: Callable[[], _T], client: HttpClient, cancelled: Callable[[], bool]) -> _T:
    """Return the result of requests; abort them on cancellation. Raises OperationCancelled, ReaderError."""
    found: Future[_T] = Future()

    def run() -> None:
        try:
            found.set_result(work())
        except ReaderError as error:
            found.set_exception(error)
        finally:
            found.cancel()

    # A daemon thread, so that waiting for a host that does not respond cannot keep the program from exiting.
    threading.Thread(target=run, name="request", daemon=True).start()
    while not found.done():
        if cancelled():
            client.close()
            raise OperationCancelled
        wait([found], timeout=_POLL_SECONDS)
    return found.result()


def replace_body(place: Place, path: str, body: str) -> bool:
    """Replace the body in an article's file if the file is unchanged since a fetch wrote it; return whether it is.

    A file that the user wrote or edited is not changed. The earlier text is saved in the ledger. Raises StorageError,
    OSError.
    """
    article = place.ledger.articles.find_by_path(path)
    current = read_file(place.root, path)
    if article is None or current is None or digest(current) != article.digest:
        return False
    head = current.decode().split("\n---\n", 1)[0]
    content = f"{head}\n---\n\n{body}\n".encode()
    if content != current:
        with place.ledger.transaction():
            place.ledger.articles.save(replace(article, pending=zlib.compress(content)))
        finish(place)
    return True


def subscribe(place: Place, feed: Subscription, response: Response | None = None) -> bool:
    """Add a feed to feeds.toml; return False if it is already there. Raises ConfigError.

    ``response`` is the server's response when the feed was found. The first fetch processes it.
    """
    known = load_subscriptions(place.root).feeds
    if any(urls.canonical(other.url) == urls.canonical(feed.url) for other in known):
        return False
    add_subscription(place.root, feed)
    place.ledger.forget_feed(feed.url)
    if response is not None:
        place.ledger.keep_answer(feed.url, Answer(response.url, response.headers, response.body, place.seconds))
    return True


def unsubscribe(place: Place, feed: Subscription) -> None:
    """Remove a feed from feeds.toml; its articles stay. Raises ConfigError."""
    remove_subscription(place.root, feed.url)
    place.ledger.forget_feed(feed.url)


def prune(
    place: Place, feed: Subscription, max_age: int, are_marked: Callable[[Sequence[str]], Sequence[bool]]
) -> tuple[str, ...]:
    """Delete the articles of a feed that are older than ``max_age`` seconds, and return their paths.

    Deletes only files that a fetch wrote and that the user has not edited, starred or marked to read later;
    ``are_marked`` reports which are marked. Raises ReaderError.
    """
    record = place.ledger.feed(feed.url)
    oldest = place.seconds - max_age
    candidates: list[ArticleRecord] = []
    for article in place.ledger.articles.of_feed(record.id):
        if article.state == "written" and (article.published_at or article.first_seen) < oldest:
            with suppress(OSError):  # not the file that a fetch wrote
                content = read_file(place.root, article.path)
                if content is not None and digest(content) == article.digest:
                    candidates.append(article)
    marked = are_marked([article.path for article in candidates]) if candidates else []
    removed = []
    for article, is_marked in zip(candidates, marked, strict=True):
        if not is_marked:
            # Save the ledger first: a leftover file is better than a deleted one that comes back.
            place.ledger.articles.save(replace(article, state="pruned"))
            try:
                remove_file(place.root, article.path)
            except OSError as error:
                place.ledger.articles.save(article)
                raise ReaderError(f"Cannot delete {display_path(article.path)}: {describe_error(error)}") from error
            removed.append(article.path)
    return tuple(removed)
