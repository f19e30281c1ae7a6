"""Effects of the filter room: look up names in a worker thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from reader.errors import OperationCancelled, ReaderError
from reader.query import QueryContext
from reader.tui.filter.completion import NameIndex, NameRequest, build_name_index
from reader.tui.filter.events import ListIdle, NamesReady
from reader.tui.jobs import Lane

if TYPE_CHECKING:
    from collections.abc import Callable

    from reader.tui.events import Event
    from reader.tui.ports import Ports

__all__ = ["CheckList", "FindNames", "TellLater"]


class FindNames(Struct, frozen=True):
    """Look up names for completion."""

    wanted: NameRequest

    def run(self, ports: Ports) -> None:
        """Submit the request, which is answered by an event, without names if it fails."""
        search = ports.connect(Lane.NAMES)
        wanted, context = self.wanted, QueryContext(ports.context.clock())

        def work(cancelled: Callable[[], bool]) -> None:
            names = NameIndex()
            try:
                search.follow()
                names = build_name_index(search.facets(wanted.within, context, wanted.kind, cancelled=cancelled))
            except OperationCancelled:
                raise
            except ReaderError as error:
                ports.fail(error)
            ports.post(NamesReady(wanted, names))

        ports.jobs.submit(Lane.NAMES, work)


class TellLater(Struct, frozen=True):
    """Dispatch an event after those that are already queued."""

    event: Event

    def run(self, ports: Ports) -> None:
        """Post the event."""
        ports.post(self.event)


class CheckList(Struct, frozen=True):
    """Check whether the list is being queried, in which case rows will be painted."""

    def run(self, ports: Ports) -> None:
        """Dispatch ``ListIdle`` if it is not."""
        if not ports.jobs.is_busy(Lane.LIST):
            ports.dispatch(ListIdle())
