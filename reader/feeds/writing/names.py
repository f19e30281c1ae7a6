"""Names of written files and folders: readable, of limited length, and safe on every file system."""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b
from typing import TYPE_CHECKING

from reader.content.scan import is_ignored
from reader.text import sanitize_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

__all__ = ["article_names", "folder_path", "slug"]

_MAX_SLUG = 80  # bytes
_MAX_FOLDERS = 8
_BREAKS = re.compile(r"[^\w]+|_+")
_LATIN = re.compile(r"[\u0000-\u024f\u1e00-\u1eff\u2000-\u206f\u0300-\u036f]*")
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", "index", "_index"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}
)


def slug(text: str, limit: int = _MAX_SLUG) -> str:
    """Return a text as part of a file name: lowercase letters and digits of its script, with hyphens; can be empty.

    Two texts that some file system treats as equal, because of case or accents, either give the same slug or slugs that
    differ on every file system.
    """
    text = text.replace("'", "").replace("’", "")
    if _LATIN.fullmatch(text):
        text = text.replace("ß", "ss").replace("æ", "ae").replace("ø", "o").replace("ł", "l").replace("œ", "oe")
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())
    words = [word for word in _BREAKS.split(text) if word]
    found = ""
    for word in words:
        longer = f"{found}-{word}" if found else _cut(word, limit)
        if len(longer.encode()) > limit:
            break
        found = longer
    return found


def _cut(word: str, limit: int) -> str:
    return word.encode()[:limit].decode(errors="ignore")


def folder_path(folder: str, title: str, url: str) -> str:
    """Return the folder of a feed in the content folder, made from the user's folder and the feed's title."""
    parts = [_folder_name(part) for part in re.split(r"[/\\]", folder) if part.strip(" .")][:_MAX_FOLDERS]
    host = url.partition("://")[2].partition("/")[0].partition(":")[0].removeprefix("www.")
    name = slug(title, 60) or slug(host, 60) or _hash(url)
    return "/".join([*(part for part in parts if part), _folder_name(name)])


def _folder_name(name: str) -> str:
    """Return the user's folder name without the characters that some file systems reject."""
    name = re.sub(r'[\x00-\x1f\x7f<>:"|?*]+', "-", unicodedata.normalize("NFC", name))
    name = sanitize_line(name).strip(" .")
    name = _cut(name, _MAX_SLUG).rstrip(" .")
    is_reserved = name.casefold().partition(".")[0] in _RESERVED or name.casefold() == "feeds.toml"
    return f"{name}-feed" if is_reserved or is_ignored(name) else name


def article_names(date: datetime, title: str, identity: str) -> Iterator[str]:
    """Yield possible names of a file, best first, without end."""
    stem = f"{date:%Y-%m-%d}-{slug(title) or _hash(identity)}"
    yield f"{stem}.md"
    number = 2
    while True:
        yield f"{stem}-{number}.md"
        number += 1


def _hash(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()
