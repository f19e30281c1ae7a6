"""Open content folder: the folder, its index, the marks, and the operations on them.

Entry point of both the command line and the TUI. Holds no connection and no state of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.article import Article, Related
from reader.content import DEFAULT_OPTIONS, LoadResult, get_stamp, leads_outside, load_file, resolve_root
from reader.errors import FolderError
from reader.index.database import IndexFile
from reader.index.live import LiveSearch
from reader.index.search import Search
from reader.marks import MarkStore
from reader.storage.full_texts import FullTexts
from reader.storage.lock import FOREVER, LockWait
from reader.text import display_path, sanitize

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from pathlib import Path

    from reader.content import ContentRoot, FileStamp, ReadOptions
    from reader.index.articles import ArticleReader
    from reader.index.live import SharedMembers
    from reader.index.model import ArticleSummary
    from reader.index.sync import SyncProgress
    from reader.problems import Problem
    from reader.render.page import ArticleContext
    from reader.storage.paths import AppPaths

__all__ = ["Library", "RelatedInFolder", "find_context", "find_related", "open_library"]


class Library(Struct, frozen=True):
    """A folder (or a single file), its index, marks and full texts. Article paths are relative to ``place.root``."""

    place: ContentRoot
    index: IndexFile
    marks: MarkStore
    texts: FullTexts

    def sync(
        self, *, cancelled: Callable[[], bool] = lambda: False, wait: LockWait = FOREVER
    ) -> Generator[SyncProgress, None, None]:
        """Sync the index with the folder, as ``reader.index.sync.sync`` does."""
        from reader.index.sync import sync  # noqa: PLC0415 - lazy import: 10 ms, queries alone do not read files

        return sync(self.index, self.place, cancelled=cancelled, wait=wait)

    def write_words(self, *, cancelled: Callable[[], bool], wait: LockWait) -> Generator[SyncProgress, None, None]:
        """Write the words that an interrupted sync has not written."""
        from reader.index.sync import write_words  # noqa: PLC0415 - lazy import: 11 ms, queries alone do not read files

        return write_words(self.index, self.place, cancelled=cancelled, wait=wait)

    def search(self) -> Search:
        """Open the index for a few queries; the caller closes the result. Raises StorageError."""
        return Search(self.index.connect())

    def live_search(self, shared: SharedMembers | None = None) -> LiveSearch:
        """Open the index for queries over a longer time; the caller closes the result. Raises StorageError."""
        return LiveSearch(self.index, shared)

    def load(self, path: str) -> LoadResult:
        """Load one article from its file, given its path in the folder."""
        from reader.content.site import open_site  # noqa: PLC0415 - lazy import: 6 ms, not needed for the first frame

        options = self.place.options
        return load_file(self.place.root, path, site=open_site(self.place.root, options.base_url), options=options)

    def stamp(self, path: str) -> FileStamp | None:
        """Return the stamp of a file, which changes with the file; None if the file cannot be accessed."""
        return get_stamp(self.place.root, path)

    def file(self, path: str) -> Path:
        """Return the path of a file, for another program. Raises FolderError if a link leads out of the folder."""
        if leads_outside(self.place.root, path):
            raise FolderError(f"Cannot open {display_path(path)}: link leaves the content folder")
        return self.place.root / path

    def load_entry(self, search: ArticleReader, entry: ArticleSummary) -> LoadResult:
        """Load an article that is in the index. Raises StorageError.

        A file that crashed its reader or exceeded the time limit is not read again: the result has its stored problems.
        If the user asked for the full text of an article, that is its body.
        """
        if entry.unreadable:
            from reader.index.reading.extract import PERMANENT_FAILURES  # noqa: PLC0415 - lazy import: 1 ms, rarely needed

            problems = tuple(search.problems_of(entry.path))
            if any(problem.code in PERMANENT_FAILURES for problem in problems):
                return LoadResult(Article(entry.path, entry.title, unreadable=True), problems)
        loaded = self.load(entry.path)
        text = self.texts.get(loaded.article.url) if loaded.article is not None else ""
        if not text or loaded.article is None:
            return loaded
        return replace(loaded, article=replace(loaded.article, body=sanitize(text)))


def open_library(
    content: Path, places: AppPaths, wait: LockWait | None = None, options: ReadOptions = DEFAULT_OPTIONS
) -> Library:
    """Open a folder or single file, and ensure that it has a usable index. Does not read any content yet.

    Raises FolderError if the path does not exist or cannot be read, StorageError if the index cannot be used.
    """
    try:
        content.stat()
    except FileNotFoundError as error:
        raise FolderError(f"No such folder: {display_path(str(content))}") from error
    except (OSError, ValueError):
        pass  # resolve_root reports the cause more precisely
    place = resolve_root(content, options)
    index = IndexFile(places.index_file(content), places.marks_file)
    index.prepare(wait)
    return Library(place, index, MarkStore(places.marks_file), FullTexts(places.full_texts_folder))


class RelatedInFolder(Struct, frozen=True):
    """Article with its related articles completed from the index, and their paths in the folder, or empty strings."""

    article: Article
    paths: tuple[str, ...]


def find_related(search: ArticleReader, article: Article) -> RelatedInFolder:
    """Return the article with its related articles looked up in the index. Raises StorageError."""
    related: list[Related] = []
    paths: list[str] = []
    for item in article.related:
        found = search.find_by_urls((item.original_url, item.web_url)) if item.url else None
        if found is None and item.path:
            path = search.links.find(article.path, article.url, (item.path,))[item.path].path
            found = search.find_by_path(path) if path else None
            item = item if found is None else _completed(found)  # noqa: PLW2901 - what is known of it replaces it
        related.append(item)
        paths.append("" if found is None else found.path)
    return RelatedInFolder(replace(article, related=tuple(related)) if related else article, tuple(paths))


def find_context(
    search: ArticleReader,
    article: Article,
    problems: tuple[Problem, ...],
    targets: Iterable[str] = (),
    describe: Callable[[ArticleSummary], str] = lambda found: found.provider.name,
) -> tuple[Article, ArticleContext]:
    """Return the article with its related articles looked up, and the folder context that its page shows.

    ``targets`` are the targets of the links in its text; ``describe`` returns a line about an article that links to it.
    Raises StorageError.
    """
    from reader.render.page import ArticleContext, Backlink  # noqa: PLC0415 - lazy import: 89 ms, only pages need the renderer

    known = find_related(search, article)
    linking = search.backlinks((article.original_url, article.web_url), article.path)
    mentions = (Backlink(each.path, each.title, describe(each)) for each in linking if each.path != article.path)
    destinations = search.links.find(article.path, article.url, targets)
    return known.article, ArticleContext(known.paths, tuple(mentions), problems, destinations)


def _completed(found: ArticleSummary) -> Related:
    return Related(
        title=found.title,
        excerpt=found.excerpt,
        published_at=found.published_at,
        original_url=found.original_url,
        web_url=found.web_url,
        type=found.type,
        quality=found.quality,
        heat=found.heat,
        provider=found.provider,
        topics=found.topics,
        path=found.path,
    )
