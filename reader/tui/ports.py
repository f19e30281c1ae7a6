"""All that the screen takes from outside the folder, as one value, so that a test can bring its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from reader.storage.filter_history import FilterHistory
from reader.storage.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from reader.config.actions import Action
    from reader.config.load import Config
    from reader.content.watch import Watch
    from reader.external.browser import ProcessRunner
    from reader.marks import MarkStore
    from reader.query import Clock

__all__ = ["AppContext"]


def _keep_nothing(_session: Session) -> None:
    return


class AppContext(Struct, frozen=True):
    """Settings, keys, marks; the clock and the environment; what starts a browser; the query to begin with.

    ``filters`` are those used before, ``session`` is how the screen was left and ``save_session`` keeps how it is left.
    Saved searches are kept in ``config_file``; None keeps none. ``watch`` watches the folder; None leaves it unwatched.
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
