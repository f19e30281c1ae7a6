"""Work off the screen's thread of which only the newest is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

from textual.worker import get_current_worker

from reader.errors import OperationCancelled
from reader.tui.terminal.driver import wait_until_written

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.dom import DOMNode

    from reader.tui.activity import Activity, HasActivity

    Work: TypeAlias = Callable[[Callable[[], bool]], None]
    """Work is given a function that says whether to give up; it reports by posting messages."""

__all__ = ["Latest", "Work"]


class Latest:
    """One kind of work: at most one piece runs, at most one waits, and a newer one takes the waiting one's place.

    A running piece is asked to give up when a newer one arrives, and the newer one starts once it has: so two never
    use the same connection at once.
    """

    def __init__(self, node: DOMNode, name: str) -> None:
        self._node = node
        self._name = name
        self._waiting: Work | None = None
        self._running = False
        self._cancelled = False

    def submit(self, work: Work) -> None:
        """Start a piece of work, or let it be the next. Called on the screen's thread."""
        self._waiting = work
        if not self._running:
            self._start()

    def cancel(self) -> None:
        """Give up what runs, and forget what waits."""
        self._waiting = None
        self._cancelled = self._running

    @property
    def busy(self) -> bool:
        """Whether anything runs or waits."""
        return self._running

    def _start(self) -> None:
        work, self._waiting = self._waiting, None
        if work is None:
            return
        self._running = True
        self._activity.begin(self._name)
        self._node.run_worker(lambda: self._run(work), name=self._name, group=self._name, thread=True)

    def _run(self, work: Work) -> None:
        worker = get_current_worker()
        # Two threads of one process that work at once both take twice as long: what is painted goes out first.
        wait_until_written(self._node.app)
        try:
            work(lambda: self._cancelled or self._waiting is not None or worker.is_cancelled)
        except OperationCancelled:
            pass
        finally:
            # Given back after what follows: the work that waits begins before this one's token ends.
            if worker.is_cancelled or not self._node.app.call_later(self._done):
                self._activity.end(self._name)

    def _done(self) -> None:
        self._running = self._cancelled = False
        self._start()
        self._activity.end(self._name)

    @property
    def _activity(self) -> Activity:
        return cast("HasActivity", self._node.app).activity
