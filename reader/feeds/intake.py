"""Intake of a feed: find its new and changed entries, and write their files.

Commits a plan with all content to the ledger before it writes, so that ``finish`` can write the files of a process that
was killed. Never touches a file that the user edited or deleted.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from reader.errors import describe_error
from reader.feeds.articles import ArticleRecord
from reader.feeds.identity import entry_keys, match_entries, without_duplicates
from reader.feeds.writing.article import Origin, article_text, yaml_string
from reader.feeds.writing.files import create_file, digest, exists, read_file, replace_file, sync_folders
from reader.feeds.writing.names import article_names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from reader.feeds.ledger import FeedRecord, Ledger
    from reader.feeds.reading import Entry, Feed
    from reader.feeds.subscriptions import Subscription

__all__ = ["BESIDE", "Intake", "Place", "Wanted", "Written", "changed_urls", "finish", "preview", "take_in"]

BESIDE = ".new"
_FEED_LINES = re.compile(r'^feed:(?: "[^\n]*"|(?:\n  - "[^\n]*")+)$', re.MULTILINE)


class Wanted(Struct, frozen=True):
    """Rule for which new entries are written: ``accepts`` gets the texts of their files, ``since`` is a Unix time."""

    accepts: Callable[[Sequence[str]], Sequence[bool]] | None = None
    since: int = 0


class Written(Struct, frozen=True):
    """File that was written; ``before`` is the replaced text."""

    path: str
    text: str
    published_at: int
    before: str = ""


class Intake(Struct, frozen=True):
    """Result of a document's intake: files written, and paths of edited files whose new version is next to them."""

    new: tuple[Written, ...] = ()
    updated: tuple[Written, ...] = ()
    beside: tuple[str, ...] = ()
    dropped: int = 0


class _Plan(Struct, frozen=True):
    """Articles of a document to write, and the number of entries that the rules drop."""

    changed: tuple[ArticleRecord, ...]
    dropped: int


class Place(Struct, frozen=True):
    """Content folder, ledger and time of a fetch."""

    root: Path
    ledger: Ledger
    now: datetime

    @property
    def seconds(self) -> int:
        """The time as Unix time."""
        return int(self.now.timestamp())


def take_in(place: Place, feed: Feed, record: FeedRecord, subscription: Subscription, wanted: Wanted) -> Intake:
    """Write the new and changed entries of a feed, and save ``record`` with them. Raises OSError, StorageError."""
    with place.ledger.transaction():
        plan = _planned(place, feed, record, subscription, wanted)
        place.ledger.save_feed(record)
    return replace(_write_all(place, plan.changed), dropped=plan.dropped)


def preview(place: Place, feed: Feed, record: FeedRecord, subscription: Subscription, wanted: Wanted) -> Intake:
    """Return what ``take_in`` would write, without writing anything."""
    with place.ledger.transaction(undo=True):
        plan = _planned(place, feed, record, subscription, wanted)
    done = Intake(dropped=plan.dropped)
    for article in plan.changed:
        written = Written(article.path, article.content.decode(), article.published_at or article.first_seen)
        done = _add(done, article, written, is_new=article.digest is None)
    return done


def changed_urls(place: Place, feed: Feed, record: FeedRecord, wanted: Wanted) -> tuple[str, ...]:
    """Return the URLs of the entries that ``take_in`` would write unless the rules drop them, newest first."""
    entries = sorted(without_duplicates(feed.entries), key=lambda entry: entry.published_at or place.now, reverse=True)
    matches = match_entries(entries, record.id, place.ledger.articles.find)

    def is_written(number: int, entry: Entry) -> bool:
        if number in matches:
            return _is_changed(place.ledger.articles.get(matches[number].id), entry, record)
        return _published(entry, place) >= wanted.since

    changed = (entry.url for number, entry in enumerate(entries) if entry.url and is_written(number, entry))
    return tuple(dict.fromkeys(changed))


def _published(entry: Entry, place: Place) -> int:
    return int((entry.published_at or place.now).timestamp())


def _is_changed(article: ArticleRecord, entry: Entry, record: FeedRecord) -> bool:
    """Return whether the feed from which an article was written has changed the entry."""
    return article.state == "written" and article.feed == record.id and article.fingerprint != _fingerprint(entry)


def finish(place: Place) -> Intake:
    """Write the files planned by a process that was killed before it could write them."""
    return _write_all(place, place.ledger.articles.pending())


def _planned(place: Place, feed: Feed, record: FeedRecord, subscription: Subscription, wanted: Wanted) -> _Plan:
    ledger = place.ledger
    # Oldest first, so that the older of two articles with the same name keeps it.
    entries = sorted(without_duplicates(feed.entries), key=lambda entry: entry.published_at or place.now)
    matches = match_entries(entries, record.id, ledger.articles.find)
    origin = Origin((record.title,), feed.site_url, subscription.topics, feed.language)
    changed: list[int] = []
    fresh: list[tuple[Entry, str]] = []
    for number, entry in enumerate(entries):
        known = matches.get(number)
        if known is None:
            fresh.append((entry, article_text(_with_page(entry, feed), origin, place.now)))
            continue
        article = ledger.articles.get(known.id)
        if _update(place, article, entry, _with_page(entry, feed), origin, record):
            changed.append(article.id)
        ledger.articles.add_keys(article.id, record.id, entry_keys(entry, record.id))
    accepted = _accepted([text for _entry, text in fresh], wanted)
    paths: set[str] = set()
    for (entry, text), is_accepted in zip(fresh, accepted, strict=True):
        article = _new_article(place, entry, text, record, wanted, paths if is_accepted else None)
        number = ledger.articles.add(article)
        ledger.articles.add_keys(number, record.id, entry_keys(entry, record.id))
        if article.pending is not None:
            changed.append(number)
    return _Plan(tuple(map(ledger.articles.get, changed)), accepted.count(False))


def _with_page(entry: Entry, feed: Feed) -> Entry:
    """Return the entry with the full text of its page, if the user wants it."""
    return replace(entry, html=feed.pages[entry.url], base=entry.url) if entry.url in feed.pages else entry


def _accepted(texts: list[str], wanted: Wanted) -> list[bool]:
    return list(wanted.accepts(texts)) if wanted.accepts is not None and texts else [True] * len(texts)


def _new_article(
    place: Place, entry: Entry, text: str, record: FeedRecord, wanted: Wanted, paths: set[str] | None
) -> ArticleRecord:
    """Return the record of a new entry, with the content to write unless it is dropped or too old."""
    state = "dropped" if paths is None else "pruned" if _published(entry, place) < wanted.since else "written"
    path = _free_path(place, record, entry, paths) if state == "written" and paths is not None else ""
    return ArticleRecord(
        id=0,
        feed=record.id,
        path=path,
        state=state,
        digest=None,
        pending=zlib.compress(text.encode()) if state == "written" else None,
        fingerprint=_fingerprint(entry),
        title=entry.title,
        url=entry.url,
        guid=entry.guid,
        published_at=int(entry.published_at.timestamp()) if entry.published_at else None,
        first_seen=place.seconds,
    )


def _fingerprint(entry: Entry) -> bytes:
    return digest(msgspec.json.encode(entry))


def _free_path(place: Place, record: FeedRecord, entry: Entry, taken: set[str]) -> str:
    identity = entry.guid or entry.url or entry.title or entry.html
    for name in article_names(entry.published_at or place.now, entry.title, identity):
        path = f"{record.folder}/{name}"
        if path not in taken and not _is_taken(place, path):
            taken.add(path)
            return path
    raise AssertionError("names do not end")  # pragma: no cover


def _is_taken(place: Place, path: str) -> bool:
    return place.ledger.articles.find_by_path(path) is not None or exists(place.root, path)


def _update(
    place: Place, article: ArticleRecord, entry: Entry, full: Entry, origin: Origin, record: FeedRecord
) -> bool:
    """Plan the new content of a known article. Return whether its file must be written.

    The file gets ``full``, the entry with its full text. Whether it changed is decided by ``entry``.
    """
    if article.state == "written" and article.feed != record.id:
        return _add_carrier(place, article, record)
    if not _is_changed(article, entry, record):
        return False
    names = _names(place.ledger, article, record)
    first_seen = place.now.fromtimestamp(article.first_seen, place.now.tzinfo)
    origin = replace(origin, feeds=names)
    content = article_text(full, origin, first_seen).encode()
    is_same = article.digest == digest(content)
    if not is_same and entry.updated_at in {None, entry.published_at}:
        # The feed gives no time for the change, so the file does.
        content = article_text(replace(full, updated_at=place.now), origin, first_seen).encode()
    place.ledger.articles.save(
        replace(
            article,
            fingerprint=_fingerprint(entry),
            title=entry.title,
            url=entry.url,
            guid=entry.guid,
            published_at=int(entry.published_at.timestamp()) if entry.published_at else None,
            pending=None if is_same else zlib.compress(content),
        )
    )
    return not is_same


def _names(ledger: Ledger, article: ArticleRecord, record: FeedRecord) -> tuple[str, ...]:
    titles = {feed.url: feed.title for feed in ledger.feeds()}
    return tuple(dict.fromkeys(titles.get(url) or record.title for url in ledger.articles.carriers(article.id))) or (
        record.title,
    )


def _add_carrier(place: Place, article: ArticleRecord, record: FeedRecord) -> bool:
    """Add another feed's name to the file of an article, unless the user edited it."""
    if record.url in place.ledger.articles.carriers(article.id) or article.pending is not None:
        return False
    content = read_file(place.root, article.path)
    if content is None or digest(content) != article.digest:
        return False
    names = dict.fromkeys((*_names(place.ledger, article, record), record.title))
    lines = "feed:" + "".join(f"\n  - {yaml_string(name)}" for name in names)
    text = _FEED_LINES.sub(lambda _: lines, content.decode(), count=1)
    place.ledger.articles.save(replace(article, pending=zlib.compress(text.encode())))
    return True


def _write_all(place: Place, articles: Sequence[ArticleRecord]) -> Intake:
    """Write the files and record which were written. Raises the first OSError after trying all."""
    done = Intake()
    saved: list[ArticleRecord] = []
    failed: OSError | None = None
    try:
        for article in articles:
            try:
                record, written = _write(place, article)
            except OSError as error:  # often only of this file, such as a folder in its place
                failed = failed or OSError(error.errno, describe_error(error), article.path)
                continue
            saved.append(record)
            done = _add(done, record, written, is_new=article.digest is None)
    finally:
        sync_folders(place.root, {record.path.rpartition("/")[0] for record in saved})
        with place.ledger.transaction():
            for record in saved:
                place.ledger.articles.save(record)
    if failed is not None:
        raise failed
    return done


def _add(done: Intake, record: ArticleRecord, written: Written | None, *, is_new: bool) -> Intake:
    if written is None:
        return done if record.state == "deleted" else replace(done, beside=(*done.beside, record.path))
    if is_new:
        return replace(done, new=(*done.new, written))
    return replace(done, updated=(*done.updated, written))


def _write(place: Place, article: ArticleRecord) -> tuple[ArticleRecord, Written | None]:
    """Write an article's pending content. Return the record to save, and the file unless the existing one was kept."""
    content = article.content
    mark = digest(content)
    current = read_file(place.root, article.path)
    if current is None and article.digest is not None:
        return replace(article, state="deleted", pending=None), None
    before = ""
    path = article.path
    if article.digest is None:
        path = _create(place, path, content, mark)
    elif current is not None and digest(current) == article.digest:
        before = current.decode("utf-8", "replace")
        if _FEED_LINES.sub("", before, count=1) != _FEED_LINES.sub("", content.decode(), count=1):
            place.ledger.articles.add_revision(article.id, current, place.seconds)
        replace_file(place.root, path, content)
    elif current is not None and digest(current) != mark:
        replace_file(place.root, path + BESIDE, content)
        return replace(article, pending=None, beside=path + BESIDE), None
    record = replace(article, digest=mark, pending=None, path=path)
    return record, Written(path, content.decode(), article.published_at or article.first_seen, before)


def _create(place: Place, path: str, content: bytes, mark: bytes) -> str:
    """Create a file under its name or the next free one, and return its path."""
    stem = path.removesuffix(".md")
    number = 1
    name = path
    while not create_file(place.root, name, content):
        current = read_file(place.root, name)
        if current is not None and digest(current) == mark:
            break  # written by a process that was killed before it could record it
        number += 1
        name = f"{stem}-{number}.md"
    return name
