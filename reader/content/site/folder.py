"""Facts about articles that come from the other files in a content folder, determined when first needed."""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from reader.content.dates import is_ambiguous, parse_date
from reader.content.dialects import KEYS, normalize_key
from reader.content.opening import OpenRoot
from reader.content.scan import ScannedFile, is_article_name, scan
from reader.content.site.addresses import build_web_url
from reader.content.site.authors import Authors
from reader.content.site.config import SiteConfig, find_config
from reader.content.site.language import (
    CONTENT_FOLDERS,
    Listing,
    language_code,
    language_of_folder,
    language_of_name,
    languages_in,
)
from reader.errors import FolderError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from reader.article import Article

__all__ = ["MAX_ENTRIES", "MAX_HEADS", "MAX_HEAD_BYTES", "Site", "open_site"]

MAX_ENTRIES = 20_000
"""Maximum entries of a folder that can imply a language."""

MAX_HEADS = 500
"""Maximum number of other files read to find out whether dates begin with the day or the month."""

MAX_HEAD_BYTES = 4_096

_DATE_FIELDS = frozenset({"date", "published", "created", "updated"})
_AMERICAN = normalize_key("ms.date")
_TWO_READINGS = re.compile(r"\s*\d\d?([/.-])\d\d?\1\d{4}(?!\d).{,30}\Z", re.ASCII)
_EVERYWHERE = "*/"  # not a folder's path
_DATE_LINE = re.compile(
    rb"""(?:^[^\S\n]*["']?|[{,][^\S\n]*")"""  # also in an object on a single line
    rb"""[\w. -]{,30}(?:date|publish|created|modified|time)[\w. -]{,30}["']?[^\S\n]*(?:=|::?)[^\S\n]*["']?"""
    rb"(\d\d?)([/.-])(\d\d?)\2\d{4}(?!\d)",
    re.IGNORECASE | re.MULTILINE,
)


class Site:
    """Content folder of an article and the base URL of its site.

    Results are cached, so use a new Site for each sync. A copy sent to another process starts with an empty cache.
    """

    def __init__(self, root: Path, base_url: str = "", top_language: str = "") -> None:
        self.root = root
        self.base_url = base_url
        self.top_language = top_language
        self._listings: dict[str, Listing] = {}
        self._languages: dict[str, str] = {}
        self._orders: dict[tuple[str, str], bool | None] = {}
        self._authors = Authors(root, self._listing)

    def __reduce__(self) -> tuple[type[Site], tuple[Path, str, str]]:
        return Site, (self.root, self.base_url, self.top_language)

    @property
    def fingerprint(self) -> str:
        """Text that identifies how files are read. If it differs, even unchanged files must be read again."""
        places = ["", *sorted(self._listing("").folders & CONTENT_FOLDERS)]
        languages = [f"{place}/{name}" for place in places for name in sorted(languages_in(self._listing(place)))]
        authors = self._authors.fingerprint()
        return " ".join((self.base_url, *filter(None, [self.top_language]), *languages, *authors))

    def settle_dates(self, path: str, metadata: dict[str, Any]) -> dict[str, Any]:
        """Return front matter in which dates such as ``03/04/2021`` are settled by the dates in other files.

        Files in the same folder count first. A date that cannot be settled stays unchanged.
        """
        settled = {
            key: moment
            for key, value in metadata.items()
            if type(value) is str and type(key) is str and _TWO_READINGS.match(value)
            if (moment := self._settled(path, normalize_key(key), value)) is not None
        }
        return metadata | settled if settled else metadata

    def complete(self, article: Article, metadata: Mapping[str, Any]) -> Article:
        """Return an article with the language and web URL that its path and its site imply."""
        language = language_code(article.language) or self.language(article.path)
        web_url = article.web_url
        if self.base_url and not web_url:
            path = self._path_on_site(article.path) if self.top_language else article.path
            web_url = build_web_url(self.base_url, path, metadata, article.published_at)
        authors, translators = map(self._authors.named, (article.authors, article.translators))
        values = (language, web_url, authors, translators)
        if values == (article.language, article.web_url, article.authors, article.translators):
            return article
        return replace(article, language=language, web_url=web_url, authors=authors, translators=translators)

    def _path_on_site(self, path: str) -> str:
        """Return the path of a file below a folder for its language, unless the site has that language at the top."""
        folder, _, name = path.rpartition("/")
        if code := language_of_name(name, folder, self._listing):
            stem, _, rest = path.rpartition(f".{code}.")
            root, _, below = stem.partition("/")
            path = f"{root}/{code}/{below}.{rest}" if below and root in CONTENT_FOLDERS else f"{code}/{stem}.{rest}"
        folders = path.split("/")
        at = int(folders[0] in CONTENT_FOLDERS)
        if folders[at].lower() == self.top_language:
            del folders[at]
        return "/".join(folders)

    def language(self, path: str) -> str:
        """Return the language that the path of a file implies; empty if it implies none."""
        folder, _, name = path.rpartition("/")
        if folder not in self._languages:
            self._languages[folder] = language_of_folder(folder, self._listing)
        return self._languages[folder] or language_of_name(name, folder, self._listing)

    def _settled(self, path: str, key: str, value: str) -> datetime | None:
        if not any(place.field in _DATE_FIELDS for place in KEYS.get(key, ())) or not is_ambiguous(value):
            return None
        day_first = False if key == _AMERICAN else self._day_first(path, value)
        return None if day_first is None else parse_date(value, day_first=day_first)

    def _listing(self, folder: str) -> Listing:
        if folder not in self._listings:
            self._listings[folder] = _list(self.root, folder)
        return self._listings[folder]

    def _day_first(self, path: str, value: str) -> bool | None:
        sign = next((sign for sign in "/.-" if sign in value), "/")
        own = path.rpartition("/")[0]
        for place in (own, _EVERYWHERE):
            if (place, sign) not in self._orders:
                paths = self._all_paths() if place == _EVERYWHERE else self._paths_in(place)
                self._orders[place, sign] = _day_is_first(self.root, paths, sign)
            if (order := self._orders[place, sign]) is not None:
                return order
        return None

    def _paths_in(self, folder: str) -> list[str]:
        names = sorted(filter(is_article_name, self._listing(folder).files))
        return [f"{folder}/{name}" if folder else name for name in names]

    def _all_paths(self) -> list[str]:
        try:
            found = list(islice(scan(self.root), MAX_ENTRIES))
        except FolderError:
            return []
        return sorted(item.path for item in found if isinstance(item, ScannedFile))


def _list(root: Path, folder: str) -> Listing:
    folders: set[str] = set()
    files: set[str] = set()
    try:
        with OpenRoot(root) as opened, opened.entries(opened.real_path(folder)) as entries:
            for entry in islice(entries, MAX_ENTRIES + 1):
                (folders if entry.is_dir(follow_symlinks=False) else files).add(entry.name)
    except (OSError, ValueError):
        return Listing()
    if len(folders) + len(files) > MAX_ENTRIES:
        return Listing()
    return Listing(frozenset(folders), frozenset(files))


def _day_is_first(root: Path, paths: Iterable[str], sign: str) -> bool | None:
    """Return whether the dates in files begin with the day; None if they do not show it or disagree."""
    day_first = month_first = False
    for head in _heads(root, islice(paths, MAX_HEADS)):
        for first, separator, second in _DATE_LINE.findall(head):
            if separator == sign.encode():
                day_first |= int(first) > 12 >= int(second)
                month_first |= int(second) > 12 >= int(first)
    return day_first if day_first != month_first else None


def _heads(root: Path, paths: Iterable[str]) -> Iterator[bytes]:
    with suppress(OSError), OpenRoot(root) as opened:
        for path in paths:
            with suppress(OSError, ValueError):
                yield _head(opened.open(path))


def _head(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, MAX_HEAD_BYTES) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""
    finally:
        os.close(descriptor)


def open_site(root: Path, base_url: str = "") -> Site:
    """Return the site around a content folder. Without ``base_url``, take it from the site's configuration."""
    config = SiteConfig(base_url) if base_url else find_config(root)
    return Site(root, config.base_url, config.language)
