"""Controller of background syncs: starts them, shows their progress and sums up their result."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

from reader.config.keymap import fill_keys
from reader.errors import ReaderError
from reader.query import Query, combine
from reader.query.ast import Compare, Flag
from reader.render.format import format_count
from reader.tui.events import NewArticlesCounted, SyncFailed, SyncProgressed, TaskFailed
from reader.tui.jobs import Latest

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

    from reader.index.database import FileIds
    from reader.index.sync import SyncProgress
    from reader.query import QueryContext
    from reader.tui.screen import MainScreen

__all__ = ["Syncing"]

_BETWEEN_REPORTS = 0.1
_BETWEEN_LISTS = 0.7
_BAR_CELLS = 12
# A sync is followed by a rest of four times its duration, so that a folder that keeps changing is read at most a fifth
# of the time; the rest is limited, however large the folder.
_REST = 4
_MOST_REST = 20.0
_MOST_WAIT_FOR_WATCH = 5.0
_GOOD = 70


class Syncing:
    """Controller of syncs: one runs at a time, and another follows if something changed meanwhile."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._job = Latest(screen, "sync")
        self._listed_at = 0.0
        self._listed = 0
        self._again = False
        self._noticed = False
        self._rested_at = 0.0
        self._resting = False
        self.words = ""
        self.is_blind = False
        """Whether a sync started before the folder was watched, so that changes may have been missed."""
        self.under_way = False

    def begin(self, watched: Event) -> None:
        """Start the first sync: immediately if the index is empty, else once the folder is watched.

        With articles from the index on the screen, the user does not notice the wait, and no change is missed.
        """
        self.is_blind = not self._screen.search.last_id()

        def wait() -> None:
            self.is_blind = self.is_blind or not watched.wait(_MOST_WAIT_FOR_WATCH)

        self._submit(wait, self._screen.finding.context())

    def start(self, *, instead_of: FileIds | None = None) -> None:
        """Start a sync, or another one after the running one; ``instead_of`` is a corrupt index to rebuild."""
        if self.under_way:
            self._again = True
            return
        index = self._screen.library.index

        def discard() -> None:
            if instead_of is not None and index.files().index == instead_of.index:
                index.discard()

        self._submit(discard, None)

    def notice(self) -> None:
        """Schedule a sync: the folder has changed."""
        if self.under_way:
            self._noticed = True
        elif not self._resting:
            rest = self._rested_at - time.monotonic()
            if rest > 0:
                self._resting = True
                self._screen.set_timer(rest, self._rested)
            else:
                self.start()

    def _rested(self) -> None:
        self._resting = False
        self.notice()

    def _submit(self, prepare: Callable[[], None], news: QueryContext | None) -> None:
        screen = self._screen
        self.under_way, self._noticed, self._again = True, False, False

        def work(cancelled: Callable[[], bool]) -> None:
            try:
                prepare()
                began = time.monotonic()
                reported = 0.0
                for progress in screen.library.sync(cancelled=cancelled):
                    seconds = time.monotonic() - began
                    if progress.done and news is not None and news.new_since is not None:
                        screen.post_message(self._count_news(news))
                    if progress.done or seconds - reported >= _BETWEEN_REPORTS or not reported:
                        reported = seconds
                        screen.post_message(SyncProgressed(progress, seconds))
            except ReaderError as error:
                screen.post_message(SyncFailed(error))

        self._job.submit(work)

    def _count_news(self, context: QueryContext) -> NewArticlesCounted:
        new = Query(Flag("is", ("new",)))
        good = combine(new, Query(Compare("quality", ">", float(_GOOD))))
        with closing(self._screen.library.search()) as search:
            count, count_of_good = (search.count(query, context) for query in (new, good))
        return NewArticlesCounted(count, count_of_good, _GOOD)

    def take(self, message: SyncProgressed) -> bool:
        """Show the progress; return whether the list should be refreshed."""
        progress = message.progress
        if progress.done:
            self._rested_at = time.monotonic() + min(_MOST_REST, _REST * message.seconds)
            self._end()
        elif progress.to_read:
            self._show(_words(progress, message.seconds))
        now = time.monotonic()
        changed = progress.read + progress.removed
        due = now - self._listed_at >= _BETWEEN_LISTS and not self._screen.finding.busy
        if not (progress.done or (due and changed != self._listed)):
            return False
        self._listed, self._listed_at = (0 if progress.done else changed), now
        return True

    def failed(self) -> None:
        """End a sync that failed."""
        self._end()
        self.sum_up()

    def _end(self) -> None:
        self.under_way = False
        if self._again:
            self.start()
        elif self._noticed:
            self.notice()

    def sum_up(self, progress: SyncProgress | None = None) -> None:
        """Show the number of problems, and what a sync changed unless another message is shown."""
        try:
            problems = self._screen.search.totals().problems
        except ReaderError as error:
            self._screen.post_message(TaskFailed(error))
            return
        many = "1 problem" if problems == 1 else f"{format_count(problems)} problems"
        template = f"{many} ({{key:problems}}) · {{key:help}} help" if problems else "{key:help} help"
        self._show(fill_keys(template, self._screen.setup.keys))
        news = progress is not None and (progress.removed or progress.changed or progress.added != progress.read)
        if progress is not None and news and not self._screen.status.is_saying:
            self._screen.say(_summary(progress))

    def _show(self, words: str) -> None:
        self.words = words
        self._screen.show_standing()


def _summary(progress: SyncProgress) -> str:
    parts = [(progress.added, "added"), (progress.changed, "updated"), (progress.removed, "removed")]
    return ", ".join(f"{format_count(count)} {word}" for count, word in parts if count)


def _words(progress: SyncProgress, seconds: float) -> str:
    share = progress.read / max(1, progress.to_read)
    full = round(share * _BAR_CELLS)
    rate = f" · {format_count(round(progress.read / seconds))}/s" if seconds > 0.5 else ""
    bar = "█" * full + "░" * (_BAR_CELLS - full)
    return f"Indexing {format_count(progress.read)}/{format_count(progress.to_read)} {bar}{rate}"
