"""Effects of the sidebar: count its rows in a worker thread."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from reader.query import Query, QueryContext
from reader.tui.events import SidebarReady
from reader.tui.jobs import Lane
from reader.tui.sidebar.counts import CountRequest, SearchCounts, count_searches, count_sidebar, with_searches

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable

    from pyroaring import BitMap

    from reader.index.live import LiveSearch
    from reader.index.model import FacetKind
    from reader.query import Clock, SortKey
    from reader.tui.list.view import SidebarSelection
    from reader.tui.ports import CountAtOnce, Ports

__all__ = ["CountSidebar", "PrepareCounts", "TellPainted"]


class CountSidebar(Struct, frozen=True):
    """Count the rows for a query, and the saved searches unless their counts are ``known``."""

    query: Query
    order: tuple[SortKey, ...]
    new_since: int | None
    kind: FacetKind
    choice: SidebarSelection
    known: SearchCounts
    found: array[int] | None

    def run(self, ports: Ports) -> None:
        """Submit the request, which is answered by an event."""
        search = ports.connect(Lane.COUNTS)
        follow, clock = ports.may_follow(), ports.context.clock()

        def work(cancelled: Callable[[], bool]) -> None:
            if follow:
                search.follow()
            ports.post(self._count(search, clock, self.found, cancelled))

        ports.jobs.submit(Lane.COUNTS, work)

    def at_once(self, clock: Clock) -> CountAtOnce:
        """Return a function that counts the articles found if that takes no longer than to show them."""

        def count(search: LiveSearch, found: array[int] | BitMap, cancelled: Callable[[], bool]) -> SidebarReady | None:
            are_known = self.known.counted or not self.known.rows
            is_fast = are_known and self.query.limit is None and search.has_members(self.kind)
            return self._count(search, clock, found, cancelled) if is_fast else None

        return count

    def _count(
        self, search: LiveSearch, clock: Clock, found: array[int] | BitMap | None, cancelled: Callable[[], bool]
    ) -> SidebarReady:
        context = QueryContext(clock, self.new_since, default_sort=self.order)
        request = CountRequest(self.query, context, self.kind, self.choice, found)
        saved = count_searches(search, self.known, context, cancelled)
        rows = with_searches(count_sidebar(search, request, cancelled), saved)
        return SidebarReady(self.kind, self.choice, tuple(rows), saved)


class PrepareCounts(Struct, frozen=True):
    """Cache what counting for any filter needs, while the user has not typed one yet."""

    kind: FacetKind

    def run(self, ports: Ports) -> None:
        """Submit the work, unless a request is running."""
        if not ports.jobs.is_busy(Lane.COUNTS):
            search = ports.connect(Lane.COUNTS)
            ports.jobs.submit(Lane.COUNTS, partial(search.prepare_tally, self.kind))


class TellPainted(Struct, frozen=True):
    """Start the tasks that wait until the counts are painted."""

    def run(self, ports: Ports) -> None:
        """Start them."""
        ports.jobs.go_on()
