"""Background tasks where a new submission cancels the running one."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias, cast

from textual.worker import get_current_worker

from reader.errors import OperationCancelled
from reader.tui.terminal.driver import wait_until_written

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.dom import DOMNode

    from reader.tui.activity import Activity, HasActivity

    Work: TypeAlias = Callable[[Callable[[], bool]], None]
    """A task receives a function that returns whether it is canceled, and reports by posting messages."""

__all__ = ["Jobs", "Lane", "Work"]


class _Latest:
    """Tasks of one kind: at most one runs, and at most one waits, which a newer one replaces.

    A new task cancels the running one and starts after it has ended, so two never use the same connection
    simultaneously.
    """

    def __init__(self, node: DOMNode, name: str) -> None:
        self._node = node
        self._name = name
        self._waiting: Work | None = None
        self._running = False
        self._cancelled = False

    def submit(self, work: Work) -> None:
        """Start a task, or queue it as the next. Call it on the UI thread."""
        self._waiting = work
        if not self._running:
            self._start()

    def cancel(self) -> None:
        """Cancel the running task and drop the waiting one."""
        self._waiting = None
        self._cancelled = self._running

    @property
    def busy(self) -> bool:
        """Whether a task runs or waits."""
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
        # Let pending output reach the terminal first: under the GIL both threads would run at half speed.
        wait_until_written(self._node.app)
        try:
            work(lambda: self._cancelled or self._waiting is not None or worker.is_cancelled)
        except OperationCancelled:
            pass
        finally:
            # Else _done releases it, after the next task has acquired its own token: no idle signal in between.
            if worker.is_cancelled or not self._node.app.call_later(self._done):
                self._activity.end(self._name)

    def _done(self) -> None:
        self._running = self._cancelled = False
        self._start()
        self._activity.end(self._name)

    @property
    def _activity(self) -> Activity:
        return cast("HasActivity", self._node.app).activity


class Lane(StrEnum):
    """A kind of background task; one task of each kind runs at a time."""

    LIST = "list"
    COUNTS = "counts"
    ARTICLE = "article"
    NAMES = "names"
    SYNC = "sync"


class Jobs:
    """Background tasks by lane; the lanes run in parallel."""

    def __init__(self, node: DOMNode) -> None:
        self._lanes = {lane: _Latest(node, lane) for lane in Lane}

    def submit(self, lane: Lane, work: Work) -> None:
        """Start a task, or queue it as the next of its lane. Call it on the UI thread."""
        self._lanes[lane].submit(work)

    def cancel(self, lane: Lane) -> None:
        """Cancel the running task of a lane and drop the waiting one."""
        self._lanes[lane].cancel()

    def is_busy(self, lane: Lane) -> bool:
        """Return whether a task of a lane runs or waits."""
        return self._lanes[lane].busy
