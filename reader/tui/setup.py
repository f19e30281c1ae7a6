"""All that the screen takes from outside the folder, as one value, so that a test can bring its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reader.config import Config
    from reader.keys import Key
    from reader.links import Runner
    from reader.marks import Marks
    from reader.query import Clock

__all__ = ["Setup"]


@dataclass(frozen=True, slots=True)
class Setup:
    """Settings, keys, marks; the clock and the environment; what starts a browser; the query to begin with."""

    config: Config
    keys: tuple[Key, ...]
    marks: Marks
    clock: Callable[[], Clock]
    env: Mapping[str, str]
    runner: Runner
    query: str = ""
    notice: str = ""
