"""How much of a long attack is tried: a sample by ``make test``, many times as much by ``make sweep``.

A test that takes its amount from here is marked ``sweep``, unless it is a property of Hypothesis.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["TIMES", "amount", "sample"]

TIMES = int(os.environ.get("NEWSREADER_SWEEP", "1"))
"""How many times as much as by ``make test``."""

T = TypeVar("T")


def amount(usual: int, name: str = "") -> int:
    """Return how many are tried; the environment variable ``name`` overrides it."""
    return int(os.environ.get(name, usual * TIMES))


def sample(cases: Sequence[T], usual: int, first: int = 0) -> list[T]:
    """Return as many cases as are tried, from the entire range: always the same ones, beginning with the ``first``."""
    count = min(len(cases), amount(usual))
    return [cases[(first + at * len(cases) // count) % len(cases)] for at in range(count)]
