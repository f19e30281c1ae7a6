"""Dependencies of the UI other than the folder (config, marks, clock, browser), injectable in tests."""

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
