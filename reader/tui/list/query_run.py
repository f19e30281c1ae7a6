"""Query of the article list, and the cursor position in its result. Runs in a worker thread and can be canceled.

Refreshing a view keeps the user's place: the cursor stays on its article or moves to the nearest remaining one, and no
row disappears because of a mark change alone.
"""

from __future__ import annotations

from array import array
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct, field

from reader.errors import OperationCancelled
from reader.index.model import IndexProfile
from reader.query.relaxation import ignoring_marks

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from pyroaring import BitMap

    from reader.index.database import FileIds
    from reader.index.id_sets import CachedOrder, Selection
    from reader.index.live import LiveSearch
    from reader.query import Query, QueryContext
    from reader.tui.events import SidebarReady

__all__ = [
    "ListRequest",
    "ListResult",
    "ListSnapshot",
    "NewArticleCriteria",
    "NewArticles",
    "Rows",
    "fetch_list",
]

# Enough rows to fill any terminal. They are shown before the complete result is known.
_FIRST_ROWS = 200
# So many rows are found, sorted and counted sooner than two paints take.
_FEW_ROWS = 10_000


class Rows(Struct, frozen=True):
    """Rows of the list: one article ID each, in order. Never compare two of these: they may hold a million IDs."""

    ids: array[int] = field(default_factory=partial(array, "I"))

    def __len__(self) -> int:
        return len(self.ids)

    def row_of(self, article_id: int | None) -> int | None:
        """Return the row of an article, or None if it has none."""
        if article_id is None:
            return None
        try:
            return self.ids.index(article_id)
        except ValueError:
            return None

    def of_row(self, row: int) -> int:
        """Return the id of the article of a row."""
        return self.ids[row]

    def starts_with(self, other: Rows) -> bool:
        """Return whether the rows begin with those of ``other``."""
        return self.ids[: len(other.ids)] == other.ids


class ListSnapshot(Struct, frozen=True):
    """Current content of the list: its rows in an index file, and the paths near the cursor, nearest first.

    The first path is the cursor row's, unless its article was removed.
    """

    rows: Rows
    files: FileIds
    near: tuple[str, ...]


class NewArticleCriteria(Struct, frozen=True):
    """Criteria for new articles: an ID above ``after`` (if None, no article is new), added at ``since`` or later.

    ``known`` holds the paths of earlier new articles that the user has not seen yet; ``at`` is the time of the request.
    Times are in seconds since 1970.
    """

    after: int | None
    since: int
    known: frozenset[str]
    at: int


class NewArticles(Struct, frozen=True):
    """The new articles in the list, as (row, path); ``last_id`` is the highest id in the index."""

    sought: NewArticleCriteria
    last_id: int
    rows: tuple[tuple[int, str], ...]


class ListRequest(Struct, frozen=True):
    """Request for the articles of a view. ``wanted`` is the path of the article the user last went to.

    ``shown`` is None if the user changed the view. ``follow`` allows the search to switch to an index file that has
    replaced the current one.
    """

    query: Query
    context: QueryContext
    wanted: str
    shown: ListSnapshot | None
    sought: NewArticleCriteria
    follow: bool = True


class ListResult(Struct, frozen=True):
    """Articles of a view, their index file, and the number of articles in the index.

    ``whole`` is False if there are only the first rows. ``kept`` is the ID of the article to move the cursor to.
    ``hits`` are the IDs of the rows as a set, if it is known; ``counts`` are those of the sidebar, if they were counted
    right away.
    """

    rows: Rows
    files: FileIds
    total: int
    whole: bool
    kept: int | None
    news: NewArticles
    profile: IndexProfile = IndexProfile()
    hits: BitMap | None = None
    counts: SidebarReady | None = None


def fetch_list(
    search: LiveSearch, question: ListRequest, cancelled: Callable[[], bool]
) -> Generator[ListResult, None, None]:
    """Yield the result of a request. For a new view of a large index, first yield the first rows alone.

    If few articles match, their rows come with the counts, since painting twice would take longer.
    """
    if question.follow:
        search.follow()
    with search.snapshot():
        yield from _answer(search, question, cancelled)


def _answer(
    search: LiveSearch, question: ListRequest, cancelled: Callable[[], bool]
) -> Generator[ListResult, None, None]:
    query, context = question.query, question.context
    profile, order = search.profile(), search.cached_order(query, context)
    nothing_shown = question.shown is None or not question.shown.rows
    # Counting a million articles takes as long as finding the first rows. A refresh counts them, since with all rows
    # cached it would not notice that the index is damaged.
    total = len(order) if nothing_shown and order is not None else search.totals().articles
    first: array[int] | None = None
    selection: Selection | None = None
    if nothing_shown and total > _FEW_ROWS:
        first, selection = _first_rows(search, query, context, order, cancelled)
    if first is not None:
        whole = len(first) < _FIRST_ROWS
        wanted = _id_at(search, question.wanted)
        if wanted is not None and wanted not in first and search.is_excluded(query, context, wanted):
            wanted = None
        news = _news(search, question.sought, first)
        yield ListResult(Rows(first), search.files, total, whole, wanted, news, profile)
        if whole:
            return
    if selection is None:
        selection = search.select(query, context, cancelled=cancelled)
    found = selection.all()
    if cancelled():
        raise OperationCancelled
    ids = _held(search, question, found, cancelled)
    kept, news = _kept(search, question, ids), _news(search, question.sought, ids)
    hits = selection.hits if ids is found else None
    yield ListResult(Rows(ids), search.files, total, True, kept, news, profile, hits)  # noqa: FBT003 - fields in their order


def _first_rows(
    search: LiveSearch, query: Query, context: QueryContext, order: CachedOrder | None, cancelled: Callable[[], bool]
) -> tuple[array[int] | None, Selection | None]:
    """Return the first rows, None if there are not many more, and the selection if one was made."""
    found = search.first(query, context, _FIRST_ROWS, cancelled=cancelled)
    if found is not None:
        expected = None if order is None else order.expect(found)
        return None if expected is not None and expected <= _FEW_ROWS else found, None
    if order is None:
        return search.ids(query, context, limit=_FIRST_ROWS, cancelled=cancelled), None
    selection = search.select(query, context, cancelled=cancelled)
    return None if len(selection) <= _FEW_ROWS else selection.first(_FIRST_ROWS), selection


def _held(search: LiveSearch, question: ListRequest, ids: array[int], cancelled: Callable[[], bool]) -> array[int]:
    """Return the IDs found, including earlier rows that only a mark change would remove."""
    shown = question.shown
    if shown is None or ignoring_marks(question.query) == question.query:
        return ids
    before: list[int] = list(shown.rows.ids) if shown.files.index == search.files.index else []
    # Editing a file changes its article's ID, so find the cursor's article by path.
    current = _id_at(search, shown.near[0]) if shown.near else None
    gone = _missing(before if current is None else [*before, current], ids)
    return search.ids(question.query, question.context, pinned=gone, cancelled=cancelled) if gone else ids


def _missing(before: Sequence[int], ids: array[int]) -> list[int]:
    """Return the IDs of ``before`` that are not in ``ids``, using one byte per ID instead of a set of objects."""
    there = bytearray(max(max(before, default=0), max(ids, default=0)) + 1)
    for article_id in ids:
        there[article_id] = 1
    return [article_id for article_id in before if not there[article_id]]


def _kept(search: LiveSearch, question: ListRequest, ids: array[int]) -> int | None:
    wanted = _id_at(search, question.wanted)
    if question.shown is None or (wanted is not None and wanted in ids):
        return wanted
    if question.shown.near and (current := _id_at(search, question.shown.near[0])) is not None and current in ids:
        return current
    near = [_id_at(search, path) for path in question.shown.near]
    left = {article_id for article_id in near if article_id is not None}.intersection(ids)
    return next((article_id for article_id in near if article_id in left), None)


def _id_at(search: LiveSearch, path: str) -> int | None:
    found = search.find_by_path(path) if path else None
    return None if found is None else found.id


def _news(search: LiveSearch, sought: NewArticleCriteria, ids: array[int]) -> NewArticles:
    # By path, since a changed article gets a new ID although the user has still not seen it.
    new = search.with_paths(sought.known)
    if sought.after is not None:
        new |= search.added_since(sought.after, sought.since)
    rows = tuple((row, new[article_id]) for row, article_id in enumerate(ids) if article_id in new) if new else ()
    return NewArticles(sought, search.last_id(), rows)
