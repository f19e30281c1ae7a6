"""What a view finds, and where the cursor belongs in it. Values in, values out; runs in a worker and can be given up.

A view that is asked for again keeps what the person has before them: the cursor stays with its article or goes to the
nearest one that is left, and no row goes because of its marks alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from reader.errors import OperationCancelled
from reader.query.relaxation import ignoring_marks

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Generator, Sequence

    from reader.index.database import FileIds
    from reader.index.id_sets import Selection
    from reader.index.live import LiveSearch
    from reader.query import Query, QueryContext

__all__ = ["ListRequest", "ListResult", "ListSnapshot", "NewArticleCriteria", "NewArticles", "fetch_list"]

# Enough rows for any screen: they are shown before the rest is known.
_FIRST_ROWS = 200


class ListSnapshot(Struct, frozen=True):
    """What the list has now: ids of an index file, and the paths about the cursor, nearest first.

    The first path is the cursor's own, unless that row's article is gone.
    """

    ids: array[int]
    files: FileIds
    near: tuple[str, ...]


class NewArticleCriteria(Struct, frozen=True):
    """Which articles count as news: those above the id ``after`` (None: none do) that came at ``since`` or later.

    ``known`` are the paths of earlier ones that nobody has seen yet; ``at`` is when this is asked. Times are in seconds
    since 1970.
    """

    after: int | None
    since: int
    known: frozenset[str]
    at: int


class NewArticles(Struct, frozen=True):
    """Where the articles sought are in the list, as (row, path); ``last_id`` is the highest id there is."""

    sought: NewArticleCriteria
    last_id: int
    rows: tuple[tuple[int, str], ...]


class ListRequest(Struct, frozen=True):
    """A view, to be asked for. ``wanted`` is the path of the article the person last went to.

    ``shown`` is None where the person asks for something else than before. ``follow`` says that another file that has
    taken the place of the index may be asked.
    """

    query: Query
    context: QueryContext
    wanted: str
    shown: ListSnapshot | None
    sought: NewArticleCriteria
    follow: bool = True


class ListResult(Struct, frozen=True):
    """What a view finds: ids in order, of an index file, and how many articles there are in all.

    ``whole`` is False for the first rows alone. ``kept`` is the id of the article that the cursor belongs to.
    """

    ids: array[int]
    files: FileIds
    total: int
    whole: bool
    kept: int | None
    news: NewArticles


def fetch_list(
    search: LiveSearch, question: ListRequest, cancelled: Callable[[], bool]
) -> Generator[ListResult, None, None]:
    """Find what a view asks for: where it is new and there is much, the first rows at once, and then all of them."""
    if question.follow:
        search.follow()
    with search.steady():
        yield from _answer(search, question, cancelled)


def _answer(
    search: LiveSearch, question: ListRequest, cancelled: Callable[[], bool]
) -> Generator[ListResult, None, None]:
    query, context = question.query, question.context
    total = search.totals().articles
    nothing_shown = question.shown is None or not question.shown.ids
    selection: Selection | None = None
    if nothing_shown and total > _FIRST_ROWS * 20:
        first = search.first(query, context, _FIRST_ROWS, cancelled=cancelled)
        if first is None and search.knows_order(query, context):
            selection = search.select(query, context, cancelled=cancelled)
            first = selection.first(_FIRST_ROWS)
        elif first is None:
            first = search.ids(query, context, limit=_FIRST_ROWS, cancelled=cancelled)
        whole = len(first) < _FIRST_ROWS
        wanted = _id_at(search, question.wanted)
        if wanted is not None and wanted not in first and search.is_left_out(query, context, wanted):
            wanted = None
        yield ListResult(first, search.files, total, whole, wanted, _news(search, question.sought, first))
        if whole:
            return
    found = (selection or search.select(query, context, cancelled=cancelled)).all()
    if cancelled():
        raise OperationCancelled
    ids = _held(search, question, found, cancelled)
    kept = _kept(search, question, ids)
    yield ListResult(ids, search.files, total, whole=True, kept=kept, news=_news(search, question.sought, ids))


def _held(search: LiveSearch, question: ListRequest, ids: array[int], cancelled: Callable[[], bool]) -> array[int]:
    """Return what was found, with the rows of before that only their marks would leave out."""
    shown = question.shown
    if shown is None or ignoring_marks(question.query) == question.query:
        return ids
    before: list[int] = list(shown.ids) if shown.files.index == search.files.index else []
    # The cursor's article may have another id by now: its file was edited.
    current = _id_at(search, shown.near[0]) if shown.near else None
    gone = _missing(before if current is None else [*before, current], ids)
    return search.ids(question.query, question.context, pinned=gone, cancelled=cancelled) if gone else ids


def _missing(before: Sequence[int], ids: array[int]) -> list[int]:
    """Return those of before that are not among the ids, with a byte and not an object for each of them."""
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
    found = search.at_path(path) if path else None
    return None if found is None else found.id


def _news(search: LiveSearch, sought: NewArticleCriteria, ids: array[int]) -> NewArticles:
    # By their paths: a changed article has a new id, and is no less unseen.
    new = search.with_paths(sought.known)
    if sought.after is not None:
        new |= search.arrivals(sought.after, sought.since)
    rows = tuple((row, new[article_id]) for row, article_id in enumerate(ids) if article_id in new) if new else ()
    return NewArticles(sought, search.last_id(), rows)
