"""Background tasks in lanes: a new task cancels the running one in its lane, and more urgent lanes go first."""

from __future__ import annotations

import threading
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias, cast

from textual.worker import get_current_worker

from reader.errors import OperationCancelled, ReaderError
from reader.tui.terminal.driver import wait_until_written

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.dom import DOMNode
    from textual.timer import Timer

    from reader.tui.activity import Activity, HasActivity

    Work: TypeAlias = Callable[[Callable[[], bool]], None]
    """Task, which gets a function that returns whether it is canceled, and reports by posting messages."""

__all__ = ["Jobs", "Lane", "Work"]


class Lane(StrEnum):
    """Kind of background task. One task of each kind runs at a time."""

    LIST = "list"
    COUNTS = "counts"
    ARTICLE = "article"
    NAMES = "names"
    SYNC = "sync"
    WORDS = "words"
    FEEDS = "feeds"
    CHANGES = "changes"


# Python threads share one GIL, so parallel tasks run at half speed. These lanes therefore wait until all results so far
# have been painted and the other lane is idle, but no longer than this: a long query must not delay opening an article.
_AFTER = MappingProxyType({Lane.COUNTS: Lane.LIST, Lane.ARTICLE: Lane.COUNTS, Lane.WORDS: Lane.COUNTS})
_MOST_SECONDS_OF_WAITING = 0.15
_MOST_SECONDS_OF_PAINTING = 0.1


class _Latest:
    """Tasks of one kind: at most one runs, and at most one waits, until a newer one replaces it.

    A new task cancels the running one and starts after it has ended, so two never use the same connection
    simultaneously. ``may_start`` returns whether nothing more urgent is running; ``fail`` is called with the error of a
    task, and ``ended`` after each task.
    """

    def __init__(
        self,
        node: DOMNode,
        name: str,
        may_start: Callable[[], bool],
        fail: Callable[[ReaderError], object],
        ended: Callable[[], None],
    ) -> None:
        self._node = node
        self._name = name
        self._may_start = may_start
        self._fail = fail
        self._ended = ended
        self._waiting: Work | None = None
        self._running = False
        self._cancelled = False
        self._timer: Timer | None = None

    def submit(self, work: Work) -> None:
        """Start a task, or queue it as the next one. Call it on the UI thread."""
        if not self.busy:
            self._activity.begin(self._name)
        self._waiting = work
        self._stop_timer()
        self.go_on()

    def cancel(self) -> None:
        """Cancel the running task and drop the waiting one."""
        self._cancelled = self._running
        if self.busy:
            self._waiting = None
            self._stop_timer()
            self._release()

    @property
    def busy(self) -> bool:
        """Whether a task runs or waits."""
        return self._running or self._waiting is not None

    def go_on(self) -> None:
        """Start the waiting task if it may start."""
        if self._waiting is None or self._running:
            return
        if self._may_start():
            self._start()
        elif self._timer is None:
            self._timer = self._node.set_timer(_MOST_SECONDS_OF_WAITING, self._start)

    def _start(self) -> None:
        self._stop_timer()
        work, self._waiting = self._waiting, None
        if work is not None:
            self._running = True
            self._node.run_worker(lambda: self._run(work), name=self._name, group=self._name, thread=True)

    def _run(self, work: Work) -> None:
        worker = get_current_worker()
        # Let pending output reach the terminal first: under the GIL both threads would run at half speed.
        wait_until_written(self._node.app)
        try:
            work(lambda: self._cancelled or self._waiting is not None or worker.is_cancelled)
        except OperationCancelled:
            pass
        except ReaderError as error:
            self._fail(error)
        finally:
            if worker.is_cancelled or not self._node.app.call_later(self._done):
                self._activity.end(self._name)

    def _done(self) -> None:
        self._running = self._cancelled = False
        self.go_on()
        self._release()
        self._ended()

    def _release(self) -> None:
        if not self.busy:
            self._activity.end(self._name)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    @property
    def _activity(self) -> Activity:
        return cast("HasActivity", self._node.app).activity


class Jobs:
    """Background tasks by lane: rows first, then the other rows, the counts and the article.

    ``fail`` is called with the error of a task, on its thread; ``is_paint_pending`` returns whether the results of a
    lane have changed since they were painted. Call all methods on the UI thread unless they say otherwise.
    """

    def __init__(
        self,
        node: DOMNode,
        fail: Callable[[ReaderError], object],
        is_paint_pending: Callable[[Lane], bool] = lambda _lane: False,
    ) -> None:
        self.is_paint_pending = is_paint_pending
        self._painted = threading.Event()
        self._lanes = {lane: _Latest(node, lane, self._starter(lane), fail, self.go_on) for lane in Lane}

    def submit(self, lane: Lane, work: Work) -> None:
        """Start a task, or queue it as the next one in its lane."""
        self._lanes[lane].submit(work)

    def cancel(self, lane: Lane) -> None:
        """Cancel the running task of a lane and drop the waiting one."""
        self._lanes[lane].cancel()

    def is_busy(self, lane: Lane) -> bool:
        """Return whether a task of a lane runs or waits. Any thread may call this."""
        return self._lanes[lane].busy

    def painted(self) -> None:
        """Start the tasks that wait for the list to be painted."""
        self._painted.set()
        self.go_on()

    def until_painted(self, send: Callable[[], object]) -> None:
        """Send rows to the UI thread and wait until they are painted. Call it on a worker thread."""
        self._painted.clear()
        send()
        self._painted.wait(_MOST_SECONDS_OF_PAINTING)

    def go_on(self) -> None:
        """Start the waiting tasks that may start."""
        for lane in self._lanes.values():
            lane.go_on()

    def _starter(self, lane: Lane) -> Callable[[], bool]:
        before = _AFTER.get(lane)
        if before is None:
            return lambda: True
        return lambda: not (self.is_busy(before) or any(map(self.is_paint_pending, Lane)))
