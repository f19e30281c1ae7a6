"""All that the screen takes from outside the folder, and all that a room may use; a test can bring its own.

A room's ``update`` returns effects. Each is a value that knows how to run with ``Ports``; those here suit every room.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

from reader.storage.filter_history import FilterHistory
from reader.storage.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from reader.config.actions import Action
    from reader.config.load import Config
    from reader.content.watch import Watch
    from reader.errors import ReaderError
    from reader.external.browser import ProcessRunner
    from reader.index.live import LiveSearch
    from reader.library import Library
    from reader.marks import MarkStore
    from reader.query import Clock
    from reader.tui.events import Event
    from reader.tui.jobs import Jobs

__all__ = ["AppContext", "Effect", "Fail", "Ports", "Publish", "Say", "Speak", "WakeAfter"]


def _keep_nothing(_session: Session) -> None:
    return


class AppContext(Struct, frozen=True):
    """Config, keys and marks; clock and environment; the runner that starts a browser; the query to start with.

    ``filters`` is the filter history, ``session`` the state of the last session and ``save_session`` saves the new one.
    Saved searches are stored in ``config_file``, if any. ``watch`` watches the folder; with None it is not watched.
    """

    config: Config
    keys: tuple[Action, ...]
    marks: MarkStore
    clock: Callable[[], Clock]
    env: Mapping[str, str]
    runner: ProcessRunner
    query: str = ""
    notice: str = ""
    filters: FilterHistory = field(default_factory=FilterHistory)
    session: Session = field(default_factory=Session)
    save_session: Callable[[Session], None] = _keep_nothing
    config_file: Path | None = None
    watch: Watch | None = None


class Speak(Protocol):
    """What shows messages."""

    def __call__(self, message: str, *, warning: bool = False, unless_saying: bool = False) -> None:
        """Show a message for a few seconds."""


class Ports(Struct, frozen=True):
    """What a room may use. ``post`` and ``fail`` may be called by any thread, all else by the screen's alone.

    ``search`` is the connection for short questions. ``dispatch`` takes an event at once, ``post`` soon, ``wake`` after
    so many seconds; ``fail`` reports an error.
    """

    library: Library
    search: LiveSearch
    context: AppContext
    jobs: Jobs
    say: Speak
    dispatch: Callable[[Event], None]
    post: Callable[[Event], object]
    wake: Callable[[float, Event], object]
    fail: Callable[[ReaderError], object]


class Effect(Protocol):
    """Something to be done: a value that an update returns."""

    def run(self, ports: Ports) -> None:
        """Do it, or have a worker do it."""


class Publish(Struct, frozen=True):
    """Tell all rooms of an event."""

    event: Event

    def run(self, ports: Ports) -> None:
        """Dispatch it at once."""
        ports.dispatch(self.event)


class WakeAfter(Struct, frozen=True):
    """Have an event happen later."""

    seconds: float
    event: Event

    def run(self, ports: Ports) -> None:
        """Start the timer."""
        ports.wake(self.seconds, self.event)


class Say(Struct, frozen=True):
    """Show a message; ``unless_saying`` lets one that is shown stay."""

    message: str
    warning: bool = False
    unless_saying: bool = False

    def run(self, ports: Ports) -> None:
        """Show it."""
        ports.say(self.message, warning=self.warning, unless_saying=self.unless_saying)


class Fail(Struct, frozen=True):
    """Report an error."""

    error: ReaderError

    def run(self, ports: Ports) -> None:
        """Report it as a worker would."""
        ports.fail(self.error)
