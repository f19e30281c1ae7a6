"""Effects of the list room: query the list in a worker thread, and look up data that its rows depend on."""

from __future__ import annotations

import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.errors import OperationCancelled, ReaderError
from reader.query import Query, QueryContext
from reader.tui.events import IndexFollowed, ListOutdated
from reader.tui.jobs import Lane
from reader.tui.list.events import FilterFinished, ListReady, NewArticlesFound, RowsLocated
from reader.tui.list.new_items import new_since_text
from reader.tui.list.query_run import ListRequest, ListSnapshot, Rows, fetch_list

if TYPE_CHECKING:
    from collections.abc import Callable

    from reader.query import SortKey
    from reader.tui.events import NewArticlesCounted
    from reader.tui.list.new_items import NewItems
    from reader.tui.list.query_run import NewArticles
    from reader.tui.list.view import View
    from reader.tui.ports import Ports

__all__ = [
    "FindFirstRows",
    "FindRows",
    "FinishFilter",
    "FollowIndex",
    "LocateRows",
    "PrepareRows",
    "RefreshUnlessBusy",
    "RememberFilter",
    "SayNews",
    "ShowNews",
    "TellPainted",
]

_SECONDS_FOR_FIRST_ROWS = 0.05
_MOST_SECONDS_TO_FINISH = 0.05


class FindRows(Struct, frozen=True):
    """Answer list request number ``asked``. ``shown`` is None if the user changed the view.

    ``order`` is the default order of a query.
    """

    asked: int
    query: Query
    order: tuple[SortKey, ...]
    new_since: int | None
    wanted: str
    news: NewItems
    shown: Rows | None

    def run(self, ports: Ports) -> None:
        """Submit the request, which is answered by events."""
        search = ports.connect(Lane.LIST)
        request, cursor, count = self.request(ports), ports.position().cursor, ports.counter()

        def work(cancelled: Callable[[], bool]) -> None:
            for result in fetch_list(search, request, cancelled):
                # Counted now rather than in the lane of counts, where that would compete with the paint of the rows.
                found = result.rows.ids if result.hits is None else result.hits
                counts = count(search, found, cancelled) if result.whole and count is not None else None
                ready = ListReady(self.asked, replace(result, hits=None, counts=counts), self.shown is None, cursor)
                if result.whole:
                    ports.post(ready)
                else:
                    ports.jobs.until_painted(partial(ports.post, ready))

        ports.jobs.submit(Lane.LIST, work)
        # Count after the list is found: the list has priority, and the count uses its IDs.
        ports.jobs.cancel(Lane.COUNTS)

    def request(self, ports: Ports) -> ListRequest:
        """Return the request for the current state."""
        shown = None if self.shown is None else ListSnapshot(self.shown, ports.search.files, ports.near())
        context = QueryContext(ports.context.clock(), self.new_since, default_sort=self.order)
        criteria = self.news.criteria(int(time.time()))
        return ListRequest(self.query, context, self.wanted, shown, criteria, follow=ports.may_follow())


class PrepareRows(Struct, frozen=True):
    """Cache what finding rows for any filter needs, while the user has not typed one yet."""

    find: FindRows

    def run(self, ports: Ports) -> None:
        """Submit the work, unless a request is running."""
        if ports.jobs.is_busy(Lane.LIST):
            return
        search, request = ports.connect(Lane.LIST), self.find.request(ports)
        ports.jobs.submit(Lane.LIST, partial(search.prepare_selection, request.query, request.context))


class FindFirstRows(Struct, frozen=True):
    """Show the first rows in the first frame if they can be found quickly."""

    find: FindRows

    def run(self, ports: Ports) -> None:
        """Dispatch the rows if they were found in time."""
        late = time.monotonic() + _SECONDS_FOR_FIRST_ROWS
        try:
            search, request = ports.connect(Lane.LIST), self.find.request(ports)
            with closing(fetch_list(search, request, lambda: time.monotonic() > late)) as results:
                ports.dispatch(ListReady(self.find.asked, next(results), changed=True, cursor=0))
        except ReaderError:
            pass  # the next request has no deadline and reports errors


class LocateRows(Struct, frozen=True):
    """Look up the position of the cursor and the article it belongs on.

    ``moved_to`` is the path of the article that the user has gone to since the request, None if they have not moved.
    """

    found: ListReady
    moved_to: str | None

    def run(self, ports: Ports) -> None:
        """Dispatch the rows with the results."""
        found, files, cursor = self.found, ports.search.files, ports.position().cursor
        kept, moved_to = found.result.kept, self.moved_to
        if moved_to is None and not found.changed and cursor != found.cursor:
            # The message about it has not arrived yet.
            current = ports.articles().current
            moved_to = None if current is None else current.path
        if moved_to is not None and found.result.files.index == files.index:
            entry = ports.search.find_by_path(moved_to) if moved_to else None
            kept = None if entry is None else entry.id
        ports.dispatch(RowsLocated(found.asked, found.result, found.changed, kept, cursor, files, moved_to))


class FollowIndex(Struct, frozen=True):
    """Switch to the index file of the rows shown, in which IDs of the previous file are not valid."""

    def run(self, ports: Ports) -> None:
        """Switch, and dispatch that it happened."""
        ports.search.follow()
        ports.dispatch(IndexFollowed())


class ShowNews(Struct, frozen=True):
    """Count the new articles above the first visible row."""

    news: NewArticles

    def run(self, ports: Ports) -> None:
        """Dispatch them with the first visible row."""
        ports.dispatch(NewArticlesFound(self.news, ports.position().top))


class FinishFilter(Struct, frozen=True):
    """Make the last word of a filter a prefix if it finds more that way, so that the list stays the same."""

    view: View
    new_since: int | None

    def run(self, ports: Ports) -> None:
        """Dispatch the view. If the check takes too long, the last word also becomes a prefix."""
        late = time.monotonic() + _MOST_SECONDS_TO_FINISH
        context = QueryContext(ports.context.clock(), self.new_since, default_sort=self.view.sort)

        def count(view: View) -> int:
            query = replace(view.query(), limit=None)
            return ports.search.count(query, context, cancelled=lambda: time.monotonic() > late)

        view, begun = self.view, self.view.begun()
        try:
            if begun != view and count(begun) > count(view):
                view = begun
        except OperationCancelled:
            view = begun
        except ReaderError as error:
            ports.fail(error)
        ports.dispatch(FilterFinished(self.view, view))


class RememberFilter(Struct, frozen=True):
    """Add a filter to the history."""

    text: str

    def run(self, ports: Ports) -> None:
        """Save the filter."""
        ports.context.filters.add(self.text)


class SayNews(Struct, frozen=True):
    """Show how many articles are new since the last session, if any."""

    news: NewArticlesCounted

    def run(self, ports: Ports) -> None:
        """Show the message."""
        if text := new_since_text(self.news, ports.context):
            ports.say(text)


class TellPainted(Struct, frozen=True):
    """Start the tasks that wait until the list is painted."""

    def run(self, ports: Ports) -> None:
        """Start them."""
        ports.jobs.painted()


class RefreshUnlessBusy(Struct, frozen=True):
    """Query the list again, unless a query is already running."""

    def run(self, ports: Ports) -> None:
        """Dispatch ``ListOutdated``."""
        if not ports.jobs.is_busy(Lane.LIST):
            ports.dispatch(ListOutdated())
