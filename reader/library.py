"""A content folder, opened: the folder, its index beside the marks, and the two things to do with them.

The command line and the screen both come in through here. Holds no connection and no state of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from reader.article import Article
from reader.content import ContentRoot, FileStamp, LoadResult, get_stamp, resolve_root
from reader.errors import FolderError
from reader.index.database import IndexFile
from reader.index.search import Search
from reader.marks import MarkStore
from reader.text import display_path

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from reader.index.live import LiveSearch
    from reader.index.search import ArticleSummary
    from reader.index.sync import SyncProgress
    from reader.storage.paths import AppPaths

__all__ = ["Library", "open_library"]


class Library(Struct, frozen=True):
    """A folder (or a single file) and its index. ``place.root`` is where the paths of its articles begin."""

    place: ContentRoot
    index: IndexFile
    marks: MarkStore

    def sync(self, *, cancelled: Callable[[], bool] = lambda: False) -> Generator[SyncProgress, None, None]:
        """Bring the index up to date with the folder; as ``reader.index.sync.sync``."""
        # Imported here, as below: whoever only asks the index reads no files.
        from reader.index.sync import sync  # noqa: PLC0415 - as above

        return sync(self.index, self.place, cancelled=cancelled)

    def search(self) -> Search:
        """Open the index for questions; whoever asks closes it. Raises StoreError."""
        return Search(self.index.connect())

    def live_search(self) -> LiveSearch:
        """Open the index for questions over a longer time; whoever asks closes it. Raises StoreError."""
        from reader.index.live import LiveSearch  # noqa: PLC0415 - as above

        return LiveSearch(self.index)

    def load(self, path: str) -> LoadResult:
        """Read one article from its file, by its path in the folder."""
        from reader.content import load_file  # noqa: PLC0415 - as above

        return load_file(self.place.root, path)

    def stamp(self, path: str) -> FileStamp | None:
        """Return what tells that a file changed, by its path in the folder; None where it cannot be looked at."""
        return get_stamp(self.place.root, path)

    def load_entry(self, search: Search, entry: ArticleSummary) -> LoadResult:
        """Read an article that the index knows. Raises StoreError.

        What killed who read it, or kept them busy for too long, is not read again.
        """
        if entry.unreadable:
            from reader.index.extract import PERMANENT_FAILURES  # noqa: PLC0415 - the same

            problems = tuple(search.problems_of(entry.path))
            if any(problem.message in PERMANENT_FAILURES for problem in problems):
                return LoadResult(Article(entry.path, entry.title, unreadable=True), problems)
        return self.load(entry.path)


def open_library(content: Path, places: AppPaths) -> Library:
    """Open a folder, or a single file, and make sure of a usable index for it; nothing of it is read yet.

    Raises FolderError where there is no such thing or it cannot be read, StoreError where the index cannot be kept.
    """
    try:
        content.stat()
    except FileNotFoundError as error:
        raise FolderError(f"No such folder: {display_path(str(content))}") from error
    except (OSError, ValueError):
        pass  # what is wrong with it, find_place says better
    place = resolve_root(content)
    index = IndexFile(places.index_file(content), places.marks_file)
    index.prepare()
    return Library(place, index, MarkStore(places.marks_file))
