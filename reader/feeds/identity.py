"""Identity of entries: whether an entry is new or a known article, perhaps corrected. Pure functions over values.

An entry matches the article with its GUID, else its canonical URL, else its title and day within the same feed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

from reader import urls
from reader.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from reader.feeds.reading import Entry

# Fragments that only tell where a visitor came from.
_TRACKING = re.compile(r"(?:utm_|xtor=|ref=|rss\b|:~:)", re.IGNORECASE)

__all__ = ["Known", "entry_keys", "match_entries", "without_duplicates"]

# A GUID shared by so many different pages of a document identifies nothing.
_SHARED_BY = 3


class Known(Struct, frozen=True):
    """Article written by an earlier fetch; ``id`` identifies it."""

    id: int
    title: str
    url: str
    guid: str
    published_at: datetime | None


def entry_keys(entry: Entry, feed: int) -> tuple[str, ...]:
    """Return the keys that identify an entry of a feed, most reliable first."""
    keys = [_guid_key(entry.guid, feed)] if entry.guid else []
    if entry.url:
        keys.append(f"u:{_page(entry.url)}")
    return (*keys, _day_key(entry, feed))


def _page(url: str) -> str:
    """Return the canonical form of a URL with its fragment, which distinguishes the comments on a page."""
    fragment = url.partition("#")[2] if urls.is_safe(url) else ""
    return f"{urls.canonical(url)}#{fragment}" if fragment and not _TRACKING.match(fragment) else urls.canonical(url)


def _guid_key(guid: str, feed: int) -> str:
    if urls.is_safe(guid):
        return f"g:{_page(guid)}"
    is_global = guid.lower().startswith(("urn:", "tag:")) and len(guid) > 12
    return f"g:{guid}" if is_global else f"g{feed}:{guid}"


def _day_key(entry: Entry, feed: int) -> str:
    # Without a date, only title and text distinguish an entry.
    day = f"{entry.published_at:%Y-%m-%d}" if entry.published_at else urls.digest(entry.html)
    return f"t{feed}:{fold(entry.title)}|{day}"


def without_duplicates(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries of a document in order, keeping only the latest of those that are the same."""
    shared = _shared_guids(entries)
    kept: dict[object, Entry] = {}
    for entry in entries:
        key = _same(entry, shared)
        other = kept.get(key)
        if other is None or _is_later(entry, other):
            kept[key] = entry
    survivors = {id(entry) for entry in kept.values()}
    return [entry for entry in entries if id(entry) in survivors]


def _shared_guids(entries: Iterable[Entry]) -> set[str]:
    pages: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if entry.guid:
            pages[entry.guid].add(_page(entry.url))
    return {guid for guid, found in pages.items() if len(found) >= _SHARED_BY}


def _same(entry: Entry, shared: set[str]) -> object:
    if entry.guid and entry.guid not in shared:
        return _page(entry.guid)
    if entry.url:
        return _page(entry.url), fold(entry.title), entry.published_at
    return fold(entry.title), entry.published_at, entry.html


def _is_later(entry: Entry, other: Entry) -> bool:
    mine, theirs = entry.updated_at or entry.published_at, other.updated_at or other.published_at
    return mine >= theirs if mine is not None and theirs is not None else theirs is None


def match_entries(entries: Sequence[Entry], feed: int, find: Callable[[str], Sequence[Known]]) -> dict[int, Known]:
    """Return position of an entry → known article that it matches; new entries are missing.

    ``find`` returns the articles with a key. No article matches two entries.
    """
    shared = _shared_guids(entries)
    pages: dict[str, int] = defaultdict(int)
    for entry in entries:
        pages[_page(entry.url)] += 1
    found: dict[int, Known] = {}
    taken: set[int] = set()
    for stage in (_by_guid, _by_url, _by_day):
        for place, entry in enumerate(entries):
            if place not in found:
                match = stage(entry, feed, find, _Document(shared, pages, taken))
                if match is not None:
                    found[place] = match
                    taken.add(match.id)
    return found


class _Document(Struct, frozen=True):
    """Facts about keys from the other entries of the document; ``taken`` are the articles already matched."""

    shared_guids: set[str]
    pages: Mapping[str, int]
    taken: set[int]


def _by_guid(entry: Entry, feed: int, find: Callable[[str], Sequence[Known]], document: _Document) -> Known | None:
    if not entry.guid or entry.guid in document.shared_guids:
        return None
    return _first(find(_guid_key(entry.guid, feed)), document)


def _by_url(entry: Entry, _feed: int, find: Callable[[str], Sequence[Known]], document: _Document) -> Known | None:
    if not entry.url:
        return None
    page = _page(entry.url)
    candidates = [known for known in find(f"u:{page}") if known.id not in document.taken]
    alike = [known for known in candidates if _is_alike(entry, known)]
    if alike or document.pages[page] > 1:
        return _first(alike, document)
    # A page that is republished at the same URL with a new GUID is a new entry each time.
    return _first([known for known in candidates if not (known.guid and entry.guid)], document)


def _is_alike(entry: Entry, known: Known) -> bool:
    same_title = fold(entry.title) == fold(known.title)
    return same_title or (entry.published_at is not None and entry.published_at == known.published_at)


def _by_day(entry: Entry, feed: int, find: Callable[[str], Sequence[Known]], document: _Document) -> Known | None:
    candidates = find(_day_key(entry, feed))
    if entry.guid or entry.url:
        # With both another GUID and another URL, it was written before only if the site moved.
        moved = [known for known in candidates if _has_moved(entry, known)]
        return _first(moved, document) if len(candidates) == 1 else None
    exact = [known for known in candidates if known.published_at == entry.published_at]
    return _first(exact or candidates, document)


def _has_moved(entry: Entry, known: Known) -> bool:
    if entry.published_at is None or known.published_at != entry.published_at:
        return False
    at_midnight = entry.published_at.hour == entry.published_at.minute == entry.published_at.second == 0
    return not known.url or not at_midnight or urlsplit(known.url).path == urlsplit(entry.url).path


def _first(candidates: Iterable[Known], document: _Document) -> Known | None:
    return next((known for known in candidates if known.id not in document.taken), None)
