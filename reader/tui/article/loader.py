"""Articles read from their files and drawn for the screen. Values in, values out, and no widget; runs in a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.article import Article
from reader.render.format import day
from reader.render.page import Mention, Page, Surroundings, mark_page, render_page
from reader.render.style import Look

if TYPE_CHECKING:
    from reader.content import Stamp
    from reader.index.search import Entry, Search
    from reader.library import Library

__all__ = ["Drawing", "Opened", "draw", "read_article"]


class Opened(Struct, frozen=True):
    """An article read from its file, what the folder knows of it, and how the file was when it was read."""

    article: Article
    around: Surroundings
    stamp: Stamp | None


class Drawing(Struct, frozen=True):
    """The page of an article as a look wants it; ``plain`` is the same without the words of a filter standing out."""

    opened: Opened
    look: Look
    plain: Page
    page: Page

    @property
    def path(self) -> str:
        """The path of the article."""
        return self.opened.article.path


def read_article(search: Search, library: Library, entry: Entry, look: Look) -> Opened:
    """Read an article from its file, and look up what surrounds it."""
    # Asked first: a file that changes while it is read is not what was read.
    stamp = library.stamp(entry.path)
    loaded = library.load_entry(search, entry)
    article = loaded.article or Article(entry.path, title=entry.title, unreadable=True)
    related = tuple(_path_of(search, (item.original_url, item.web_url)) for item in article.related)
    mentions = tuple(
        Mention(found.path, found.title, _source(found, look))
        for found in search.mentioning((article.original_url, article.web_url))
        if found.path != article.path
    )
    return Opened(article, Surroundings(related, mentions, loaded.problems), stamp)


def draw(opened: Opened, look: Look, before: Drawing | None) -> Drawing:
    """Draw an article that was read; as little of it as possible where another drawing of it is there."""
    bare = Look(look.width, look.zone, look.palette)
    if before is not None and before.opened is opened and replace(before.look, found=bare.found) == bare:
        plain = before.plain
    else:
        plain = render_page(opened.article, opened.around, bare)
    return Drawing(opened, look, plain, mark_page(plain, look))


def _path_of(search: Search, urls: tuple[str, ...]) -> str:
    entry = search.at_urls(urls)
    return "" if entry is None else entry.path


def _source(entry: Entry, look: Look) -> str:
    words = (entry.provider.name or entry.provider.domain, day(entry.published_at, look.zone))
    return " · ".join(word for word in words if word)
