"""Figures as values: what was measured, what it must be, and whether it is; as a table and as JSON."""

from __future__ import annotations

import json
import platform
import sqlite3
import statistics
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["Figure", "median", "p95", "ratio", "save", "table", "timed"]


@dataclass(frozen=True, slots=True)
class Figure:
    """``value`` in ``unit``; ``most`` or ``least`` is what it must be, and neither where nothing is asked of it."""

    what: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None
    beside: str = ""
    samples: tuple[float, ...] = ()

    @property
    def must(self) -> str:
        if self.most is not None:
            return f"≤ {_shown(self.most, self.unit)}"
        return f"≥ {_shown(self.least, self.unit)}" if self.least is not None else ""

    @property
    def holds(self) -> bool | None:
        if self.most is not None:
            return self.value <= self.most
        return self.value >= self.least if self.least is not None else None


def median(samples: Sequence[float]) -> float:
    return statistics.median(samples)


def p95(samples: Sequence[float]) -> float:
    ranked = sorted(samples)
    return ranked[min(len(ranked) - 1, int(len(ranked) * 0.95))]


def ratio(above: float, below: float) -> float:
    return above / below if below else float("inf")


def timed(what: str, samples: Sequence[float], most: float | None = None, beside: str = "") -> list[Figure]:
    """Return the median and the 95th percentile of times in seconds; ``most`` (milliseconds) is for the latter."""
    if not samples:
        return [Figure(f"{what}: nothing was seen", 0.0, "times", least=1.0)]
    shown = tuple(round(sample * 1000, 2) for sample in samples)
    middle = f"median {median(shown):.1f} ms of {len(shown)}"
    return [
        Figure(
            f"{what}, p95", p95(shown), "ms", most, beside=f"{middle}; {beside}" if beside else middle, samples=shown
        )
    ]


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as lines of text."""
    rows = [("what", "measured", "must", "holds", "beside")]
    answers = {True: "yes", False: "NO", None: ""}
    rows += [
        (figure.what, _shown(figure.value, figure.unit), figure.must, answers[figure.holds], figure.beside)
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4])) for row in rows
    ]
    lines.insert(1, "-" * (sum(widths) + 14))
    return "\n".join(line.rstrip() for line in lines)


def _shown(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    digits = 0 if abs(value) >= 100 or unit == "%" else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def save(figures: Sequence[Figure], articles: int, file: Path) -> None:
    """Write the figures, and what they were measured on, as JSON."""
    about = {
        "articles": articles,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "textual": version("textual"),
        "machine": f"{platform.machine()}, {platform.system()} {platform.release()}",
        "command": " ".join(sys.argv),
    }
    found = [{**asdict(figure), "holds": figure.holds} for figure in figures]
    file.write_text(json.dumps({"about": about, "figures": found}, indent=1, ensure_ascii=False), encoding="utf-8")
