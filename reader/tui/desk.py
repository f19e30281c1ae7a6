"""Where questions are answered for the screen: the index is asked, files are read and articles are drawn.

Values in, values out, and no widget: what takes long here runs in a worker and can be given up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reader.article import Article
from reader.index.search import FacetKind
from reader.query import Query, compile_query
from reader.render.article import Look, Mention, Page, Surroundings, mark_page, render_page
from reader.render.figures import day
from reader.tui.sidebar import SidebarRow, facet_rows
from reader.tui.view import ALL, Choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from reader.index.search import Entry, Search
    from reader.library import Library
    from reader.query import Context
    from reader.tui.view import View

__all__ = ["Drawing", "Opened", "count_sidebar", "draw", "read_article"]

_FIELD = {FacetKind.TOPIC: "topic", FacetKind.PROVIDER: "provider", FacetKind.CATEGORY: "category",
          FacetKind.AUTHOR: "author", FacetKind.YEAR: "date"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opened:
    """An article read from its file, and what the folder knows of it."""

    article: Article
    around: Surroundings


@dataclass(frozen=True, slots=True)
class Drawing:
    """The page of an article as a look wants it; ``plain`` is the same without the words of a filter standing out."""

    opened: Opened
    look: Look
    plain: Page
    page: Page

    @property
    def path(self) -> str:
        """The path of the article."""
        return self.opened.article.path


def count_sidebar(
    search: Search, view: View, query: Query, context: Context, kind: FacetKind, cancelled: Callable[[], bool]
) -> list[SidebarRow]:
    """Return the lines of the sidebar with their counts under a query (the view's own, without its choice)."""
    statement = compile_query(query, context)
    tally = search.tally(statement, kind, everything=query.expr is None, cancelled=cancelled)
    rows = [
        SidebarRow("All", ALL, tally.articles),
        SidebarRow("Unread", Choice("is", "unread"), tally.unread),
        SidebarRow("Starred", Choice("is", "starred"), tally.starred),
        SidebarRow("Later", Choice("is", "later"), tally.later),
    ]
    facets = list(tally.facets)
    if kind is FacetKind.YEAR:
        facets.sort(key=lambda facet: facet.name, reverse=True)
    return rows + facet_rows(kind.plural, facets, view.choice, _FIELD[kind])


def read_article(search: Search, library: Library, entry: Entry, look: Look) -> Opened:
    """Read an article from its file, and look up what surrounds it."""
    loaded = library.load_entry(search, entry)
    article = loaded.article or Article(entry.path, title=entry.title, unreadable=True)
    related = tuple(_path_of(search, (item.original_url, item.web_url)) for item in article.related)
    mentions = tuple(
        Mention(found.path, found.title, _source(found, look))
        for found in search.mentioning((article.original_url, article.web_url))
        if found.path != article.path
    )
    return Opened(article, Surroundings(related, mentions, loaded.problems))


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
