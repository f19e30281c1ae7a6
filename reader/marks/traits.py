"""Traits of articles and names of records, which identify an article to the marks without its file."""

from __future__ import annotations

from hashlib import sha1
from typing import TYPE_CHECKING

from reader import urls
from reader.marks.model import Traits

if TYPE_CHECKING:
    from reader.article import Article

__all__ = ["content_of", "identity_at", "traits_of"]

# A shorter body, such as "See the link", is likely to occur in other articles as well.
_MIN_TELLING = 200


def traits_of(article: Article) -> Traits:
    """Return the traits of an article."""
    url, body = article.url, article.body.strip()
    page = urls.key(url) if url else None
    whole = urls.digest(urls.canonical(url, fragment=True)) if "#" in url else page
    text = _hash(body) if body else None
    content = None if text is None else _with_title(text, article.title)
    said = urls.digest(urls.description(article))
    return Traits(whole, page, content, text if len(body) >= _MIN_TELLING else None, said)


def content_of(title: str, body: str) -> int | None:
    """Return the trait ``content`` of an article with this title and body."""
    body = body.strip()
    return _with_title(_hash(body), title) if body else None


def _with_title(text: int, title: str) -> int:
    return urls.digest(f"{text}\t{title}")


def _hash(body: str) -> int:
    # SHA-1 takes a third of the time of BLAKE2b. It need not be secure: a forged hash only moves a mark.
    digest = sha1(body.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def identity_at(path: str, number: int = 0) -> str:
    """Return the name of the record of a file, given its absolute path.

    Records stay with their articles when files are renamed. ``number`` distinguishes the record of the file now at a
    path from the records of files that have left it.
    """
    return f"file:{path}\t{number}" if number else f"file:{path}"
