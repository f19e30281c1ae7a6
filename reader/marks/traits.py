"""The traits of an article, and the names of records: how marks know an article without its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader import urls
from reader.marks.model import Traits

if TYPE_CHECKING:
    from reader.article import Article

__all__ = ["identity_at", "traits_of"]

# A shorter body, such as "See the link", is likely to occur in other articles as well.
_MIN_TELLING = 200


def traits_of(article: Article) -> Traits:
    """Return the traits of an article."""
    url, body = article.url, article.body.strip()
    page = urls.canonical(url) if url else ""
    whole = page if "#" not in url else urls.canonical(url, fragment=True)
    text = urls.digest(body) if body else None
    return Traits(
        url=urls.digest(whole) if url else None,
        page=urls.digest(page) if url else None,
        content=None if text is None else urls.digest(f"{text}\t{article.title}"),
        text=text if len(body) >= _MIN_TELLING else None,
        said=urls.digest(urls.description(article)),
    )


def identity_at(path: str, number: int = 0) -> str:
    """Return the name of the record of a file, given its absolute path.

    Records stay with their articles when files are renamed. ``number`` tells the record of a file that is now at a
    path from those of files that have left it.
    """
    return f"file:{path}\t{number}" if number else f"file:{path}"
