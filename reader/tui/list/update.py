"""Controller of the article list: the view (filter, sidebar selection, minimum quality, order) and its queries."""

from __future__ import annotations

import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from reader.errors import OperationCancelled, QueryError, ReaderError
from reader.index.model import FacetKind
from reader.query import Query, QueryContext
from reader.query.highlight import Highlight, highlight_terms, match_spans
from reader.query.relaxation import ignoring_marks
from reader.render.format import format_count
from reader.tui.events import ListReady, SidebarReady, TaskFailed
from reader.tui.folder.effects import SeeVersions
from reader.tui.jobs import Lane
from reader.tui.list.new_items import NewArticleTracker
from reader.tui.list.query_run import ListRequest, ListResult, ListSnapshot, fetch_list
from reader.tui.sidebar.counts import count_searches, count_sidebar, with_searches
from reader.tui.state import View, sort_words

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Sequence

    from reader.query import Clock, SortKey
    from reader.tui.screen import MainScreen

__all__ = ["Finding"]

_SECONDS_FOR_FIRST_ROWS = 0.05
_MOST_SECONDS_TO_FINISH = 0.05
_KINDS = (FacetKind.TOPIC, FacetKind.PROVIDER, FacetKind.CATEGORY, FacetKind.YEAR)


class Finding:
    """Controller that owns the view, and keeps the list and the sidebar in sync with it."""

    def __init__(self, screen: MainScreen, view: View, kind: FacetKind, clock: Callable[[], Clock]) -> None:
        self._screen = screen
        self._clock = clock
        self._search = screen.library.live_search()
        self._counts = screen.library.live_search()
        self._jobs = screen.store.ports.jobs
        self._asked = 0
        self._changed = True
        # The request whose first rows are shown while the rest is pending.
        self._begun_with: int | None = None
        self._wanted_then = ""
        # In a newly created index every article has just been added, so none counts as new.
        self._new_since = screen.setup.session.last_seen if screen.search.last_id() else None
        self.arrivals = NewArticleTracker(screen.show_standing)
        self.is_settled = False
        """Whether the first sync has ended: from then on the cursor keeps its article even if the user never moved."""
        self.view = view
        self.kind = kind
        self._kinds = tuple(dict.fromkeys((*_KINDS, kind)))
        self._query = Query()
        self._highlight = Highlight()
        self._found: Callable[[str], Sequence[tuple[int, int]]] = partial(match_spans, self._highlight)
        self.typing = False
        self.total = 0
        self.wanted = ""
        """The path of the article the user last went to; the cursor returns to it whenever it is in the list."""

    @property
    def depends_on_marks(self) -> bool:
        """Whether setting a mark can add an article to the list or remove one."""
        return ignoring_marks(self._query) != self._query

    def begin(self) -> None:
        """Show the first rows in the first frame if they are found within ``_SECONDS_FOR_FIRST_ROWS``."""
        late = time.monotonic() + _SECONDS_FOR_FIRST_ROWS
        self._wanted_then = self.wanted
        try:
            self._query = self.view.query(typing=False)
            question = self._question(self._query, changed=True)
            with closing(fetch_list(self._search, question, lambda: time.monotonic() > late)) as answers:
                self.take(ListReady(self._asked, next(answers), changed=True))
        except ReaderError:
            pass  # the refresh that follows has no deadline, and reports errors

    def settle(self) -> None:
        """Record that the first sync has ended; articles that arrive later count as new."""
        self.is_settled = True
        self.arrivals.begin()

    def close(self) -> None:
        """Close the index connections of the list and the sidebar."""
        self._search.close()
        self._counts.close()

    @property
    def busy(self) -> bool:
        """Whether a list request is still running or waiting."""
        return self._jobs.is_busy(Lane.LIST)

    def change(self, view: View) -> None:
        """Change the view; an equal one is ignored."""
        if view == self.view:
            return
        self.view = view
        self._ask(changed=True)

    def refresh(self) -> None:
        """Repeat the query: the folder or the marks have changed."""
        self._screen.saved.recount()
        self._ask(changed=False)

    def type(self, text: str) -> None:
        """Update the view while the user types into the filter bar."""
        self.change(replace(self.view, typed=text))

    def finish(self, *, keep: bool) -> None:
        """End typing; with ``keep``, turn the last word into a prefix if only that finds anything."""
        self.typing = False
        if keep:
            try:
                self.view = self.view.finished(self._finds)
                self._screen.filter_bar.put(self.view.typed)
            except OperationCancelled:
                pass  # too slow to tell whether the last word itself finds anything
            except ReaderError as error:
                self._screen.post_message(TaskFailed(error))
        self.refresh()

    def _finds(self, query: Query) -> bool:
        late = time.monotonic() + _MOST_SECONDS_TO_FINISH
        one, context = replace(query, limit=1), self.context()
        return bool(self._screen.search.count(one, context, cancelled=lambda: time.monotonic() > late))

    @property
    def order(self) -> tuple[SortKey, ...]:
        """The sort order of the list."""
        return self._query.sort or self.view.sort

    def next_kind(self) -> None:
        """List the next kind of facet in the sidebar."""
        self.kind = self._kinds[(self._kinds.index(self.kind) + 1) % len(self._kinds)]
        self.count()

    def _ask(self, *, changed: bool) -> None:
        screen = self._screen
        try:
            query = self.view.query(typing=self.typing)
        except QueryError as error:
            screen.complain(error)
            return
        screen.complain(None)
        self._asked += 1
        self._query = query
        # A change whose result has not been shown yet is still a change to what the list shows.
        self._changed = changed = self._changed or changed
        self._wanted_then = self.wanted
        question = self._question(query, changed=changed)
        asked, search, jobs = self._asked, self._search, self._jobs

        def work(cancelled: Callable[[], bool]) -> None:
            try:
                for results in fetch_list(search, question, cancelled):
                    message = ListReady(asked, results, changed=changed)
                    if results.whole:
                        screen.post_message(message)
                    else:
                        jobs.until_painted(partial(screen.post_message, message))
            except OperationCancelled:
                raise
            except ReaderError as error:
                screen.post_message(TaskFailed(error))

        self._jobs.submit(Lane.LIST, work)
        # Count after the list is found: it has priority, and its ids are what is counted.
        self._jobs.cancel(Lane.COUNTS)

    def count(self, found: array[int] | None = None) -> None:
        """Recount the sidebar, from the ids ``found`` by the list if known, else by running the query."""
        view, kind, context, search, screen = self.view, self.kind, self.context(), self._counts, self._screen
        follow = screen.store.ports.may_follow()
        known = screen.saved.tally
        try:
            query = view.query_without_choice(typing=self.typing)
        except QueryError:
            return

        def work(cancelled: Callable[[], bool]) -> None:
            try:
                if follow:
                    search.follow()
                saved = count_searches(search, known, context, cancelled)
                rows = count_sidebar(search, view, query, context, kind, cancelled, found)
                screen.post_message(SidebarReady(view, with_searches(rows, saved), saved))
            except OperationCancelled:
                raise
            except ReaderError as error:
                screen.post_message(TaskFailed(error))

        self._jobs.submit(Lane.COUNTS, work)

    def highlights(self) -> Callable[[str], Sequence[tuple[int, int]]]:
        """Return a function that finds the filter's words in a text; it is the same object for the same words."""
        wanted = highlight_terms(self._query)
        if wanted != self._highlight:
            self._highlight, self._found = wanted, partial(match_spans, wanted)
        return self._found

    def take(self, message: ListReady) -> bool:
        """Show a result if it belongs to the latest request; return whether it was shown."""
        results, screen, articles = message.results, self._screen, self._screen.articles
        if message.asked != self._asked:
            return False
        kept = results.kept if self.wanted == self._wanted_then else self._id_of_wanted(results)
        row = _row_of(results.ids, kept)
        if row is None and kept is not None and not results.whole:
            return False
        if row is None:
            row = 0 if message.changed else min(articles.cursor, max(0, len(results.ids) - 1))
        if results.files != screen.search.files:
            self._go_over(results)
        is_rest = results.whole and self._begun_with == message.asked and row == articles.cursor
        if not (is_rest and articles.show_rest(results.ids)):
            articles.show(results.ids, row, follow=message.changed)
        self._begun_with = None if results.whole else message.asked
        self._changed = False
        self.total = results.total
        self.arrivals.take(results.news, articles.scroll_offset.y)
        self._title(results)
        if results.whole:
            # Else the ids are not what is counted: a sidebar selection narrows only the list, and rows may be pinned.
            self.count(None if self.view.choice.field or self.depends_on_marks else results.ids)
        return True

    def _go_over(self, results: ListResult) -> None:
        """Switch to the index file of a result: ids of the previous file are not valid in it."""
        screen = self._screen
        before = screen.search.files
        screen.search.follow()
        if results.files.index != before.index:
            self._new_since = None
            self.arrivals.begin_again()
        SeeVersions(followed=True).run(screen.store.ports)

    def _id_of_wanted(self, results: ListResult) -> int | None:
        """Return the id of the article the user went to after the request was made."""
        screen = self._screen
        if results.files.index != screen.search.files.index:
            return results.kept
        entry = screen.search.at_path(self.wanted) if self.wanted else None
        return None if entry is None else entry.id

    def _title(self, results: ListResult) -> None:
        count = format_count(len(results.ids)) if results.whole else "…"
        parts = [count if self.view.is_everything else f"{count} of {format_count(results.total)}"]
        if self.view.choice.field:
            parts.append(self.view.choice.value)
        if self.view.floor:
            parts.append(f"quality ≥ {self.view.floor}")
        parts.append(sort_words(self.order))
        self._screen.articles.retitle(" · ".join(parts))

    def context(self) -> QueryContext:
        """Return the context that queries are interpreted in."""
        return QueryContext(self._clock(), self._new_since, default_sort=self.view.sort)

    def _question(self, query: Query, *, changed: bool) -> ListRequest:
        screen = self._screen
        shown = None if changed else ListSnapshot(screen.articles.ids, screen.search.files, self._near())
        follow = screen.store.ports.may_follow()
        return ListRequest(query, self.context(), self.wanted, shown, self.arrivals.sought(), follow=follow)

    def _near(self) -> tuple[str, ...]:
        """Return the paths of the articles near the cursor, nearest first.

        Empty until the first sync ends, unless the user has scrolled or entered the article: the cursor then starts on
        the first article.
        """
        screen = self._screen
        if not self.is_settled and not screen.article.scroll_offset.y and screen.panes.current != "article":
            return ()
        return screen.articles.paths_about_cursor()


def _row_of(ids: array[int], article_id: int | None) -> int | None:
    if article_id is None:
        return None
    try:
        return ids.index(article_id)
    except ValueError:
        return None
