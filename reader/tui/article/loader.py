"""Loading and rendering of articles. Runs in a worker thread and does not depend on widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.article import Article
from reader.library import find_context
from reader.render.format import format_date
from reader.render.page import ArticleContext, Page, highlight_page, link_targets, parse_article, render_page
from reader.render.style import RenderOptions

if TYPE_CHECKING:
    from reader.content import FileStamp
    from reader.index.articles import ArticleReader
    from reader.index.model import ArticleSummary
    from reader.library import Library
    from reader.render.markdown import ParsedBody

__all__ = ["LoadedArticle", "RenderedArticle", "read_article", "render_article"]


class LoadedArticle(Struct, frozen=True):
    """Article read from its file, its context in the folder, and the stamp of the file before it was read.

    ``body`` is its parsed body. ``version`` is its ID in the index, which is a new one whenever the file has changed.
    """

    article: Article
    around: ArticleContext
    stamp: FileStamp | None
    body: ParsedBody | None = None
    version: int = 0


class RenderedArticle(Struct, frozen=True):
    """Page of an article for given render options; ``plain`` is the page without highlighted filter words."""

    opened: LoadedArticle
    look: RenderOptions
    plain: Page
    page: Page

    @property
    def path(self) -> str:
        """The path of the article."""
        return self.opened.article.path


def read_article(search: ArticleReader, library: Library, entry: ArticleSummary, look: RenderOptions) -> LoadedArticle:
    """Read an article from its file, and look up its related articles and backlinks."""
    # Before reading, so that the stamp is outdated if the file changes meanwhile.
    stamp = library.stamp(entry.path)
    loaded = library.load_entry(search, entry)
    article = loaded.article or Article(entry.path, title=entry.title, unreadable=True)
    body = parse_article(article)
    targets = link_targets(article, body)
    article, around = find_context(search, article, loaded.problems, targets, lambda found: _source(found, look))
    return LoadedArticle(article, around, stamp, body, entry.id)


def render_article(opened: LoadedArticle, look: RenderOptions, before: RenderedArticle | None) -> RenderedArticle:
    """Render a loaded article; reuse the plain page of ``before`` if only the highlighted words differ."""
    bare = RenderOptions(look.width, look.zone, look.palette)
    if before is not None and before.opened is opened and replace(before.look, found=bare.found, sought=None) == bare:
        plain = before.plain
    else:
        plain = render_page(opened.article, opened.around, bare, opened.body)
    return RenderedArticle(opened, look, plain, highlight_page(plain, look))


def _source(entry: ArticleSummary, look: RenderOptions) -> str:
    words = (entry.provider.name or entry.provider.domain, format_date(entry.published_at, look.zone))
    return " · ".join(word for word in words if word)
