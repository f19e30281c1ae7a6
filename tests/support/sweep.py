"""The number of cases of long tests: a third of the usual one for ``make test``, many times as many for ``make sweep``.

A test that takes its number of cases from here is marked ``sweep``, unless it is a Hypothesis property.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["TIMES", "amount", "sample"]

_SWEEP = os.environ.get("NEWSREADER_SWEEP")
TIMES = int(_SWEEP or "1")
"""The factor of a sweep for the usual number of cases; 1 in ``make test``, which takes a third of them."""

T = TypeVar("T")


def amount(usual: int, name: str = "") -> int:
    """Return the number of cases; the environment variable ``name`` overrides it."""
    return int(os.environ.get(name, usual * TIMES if _SWEEP else max(1, usual // 3)))


def sample(cases: Sequence[T], usual: int, first: int = 0) -> list[T]:
    """Return a sample of the cases over the entire range, always the same one, beginning with the case ``first``."""
    count = min(len(cases), amount(usual))
    return [cases[(first + at * len(cases) // count) % len(cases)] for at in range(count)]
