"""Controller of filter completion: finds the candidates at the cursor, with names from the index in a worker thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from reader.errors import OperationCancelled, QueryError, ReaderError
from reader.index.model import FacetKind
from reader.query import QueryContext
from reader.query.completion import without_term
from reader.tui.events import NamesReady, TaskFailed
from reader.tui.filter.completion import NameIndex, NameRequest, build_name_index, from_language, from_names
from reader.tui.jobs import Lane

if TYPE_CHECKING:
    from collections.abc import Callable

    from reader.index.live import LiveSearch
    from reader.query import Clock, Query
    from reader.query.completion import Completion
    from reader.tui.filter.completion import Candidate, CompletionState
    from reader.tui.screen import MainScreen

__all__ = ["CompletionController"]


class CompletionController:
    """Controller that owns the names requested last and the candidates to show."""

    def __init__(self, screen: MainScreen, clock: Callable[[], Clock]) -> None:
        self._screen = screen
        self._clock = clock
        self._search: LiveSearch | None = None
        self._asked: NameRequest | None = None
        self._known: NameRequest | None = None
        self._names = NameIndex()
        self._offered: tuple[CompletionState | None, int] | None = None

    def close(self) -> None:
        """Close the index connection, if any."""
        if self._search is not None:
            self._search.close()

    def propose(self, text: str, cursor: int, completion: Completion) -> tuple[Candidate, ...] | None:
        """Return the candidates at the cursor, or None while they are being looked up."""
        kind = FacetKind.of_field(completion.kind)
        if kind is None:
            return from_language(completion)
        wanted = NameRequest(kind, self._among(text, cursor))
        if wanted == self._known:
            return from_names(self._names, completion.prefix)
        if wanted != self._asked:
            self._asked = wanted
            self._ask(wanted)
        return None

    def offer(self, choosing: CompletionState | None, column: int) -> None:
        """Show candidates, or hide them, once pending rows are painted."""
        self._offered = choosing, column
        # Later: the list request for the typed text may not have been made yet.
        self._screen.call_later(self._show_unless_busy)

    def _show_unless_busy(self) -> None:
        if not self._screen.store.ports.jobs.is_busy(Lane.LIST):
            self.show()

    def show(self) -> None:
        """Show the candidates offered last."""
        offered, self._offered = self._offered, None
        if offered is not None:
            self._screen.completions.show(*offered)

    def forget(self) -> None:
        """Invalidate the names: the folder or the marks may have changed."""
        self._asked = self._known = None

    def take(self, message: NamesReady) -> None:
        """Store the names if they belong to the latest request."""
        if message.wanted == self._asked:
            self._known, self._names = message.wanted, message.names

    def _among(self, text: str, cursor: int) -> Query:
        """Return the query of the view without the term being typed; if that is invalid, without the filter."""
        view = self._screen.store.state.list.view
        try:
            return replace(view, typed=without_term(text, cursor)).query()
        except QueryError:
            return replace(view, typed="").query()

    def _ask(self, wanted: NameRequest) -> None:
        screen = self._screen
        try:
            search = self._search = self._search or screen.library.live_search()
        except ReaderError as error:
            screen.post_message(TaskFailed(error))
            return
        context = QueryContext(self._clock())

        def work(cancelled: Callable[[], bool]) -> None:
            names = NameIndex()
            try:
                search.follow()
                names = build_name_index(search.facets(wanted.among, context, wanted.kind, cancelled=cancelled))
            except OperationCancelled:
                raise
            except ReaderError as error:
                screen.post_message(TaskFailed(error))
            screen.post_message(NamesReady(wanted, names))

        screen.store.ports.jobs.submit(Lane.NAMES, work)
