"""Figures as values: measurement, target, and verdict; as a table and as JSON."""

from __future__ import annotations

import json
import math
import os
import platform
import sqlite3
import statistics
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["NEVER", "Measurement", "load", "median", "merged", "p95", "ratio", "save", "table", "timed"]

NEVER = math.inf
"""The time of an event that never came; it counts, since a benchmark that misses many events would look good."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """``value`` in ``unit``, which is empty if there is only a note (``beside``); ``most`` or ``least`` is the target, if any."""

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
    def measured(self) -> str:
        return _shown(self.value, self.unit)

    @property
    def holds(self) -> bool | None:
        if self.most is not None:
            return self.value <= self.most
        return self.value >= self.least if self.least is not None else None

    @property
    def verdict(self) -> str:
        return {True: "holds", False: "does not hold", None: ""}[self.holds]


def median(samples: Sequence[float]) -> float:
    return statistics.median(samples)


def p95(samples: Sequence[float]) -> float:
    ranked = sorted(samples)
    return ranked[min(len(ranked) - 1, int(len(ranked) * 0.95))]


def ratio(above: float, below: float) -> float:
    return above / below if below and math.isfinite(above) else NEVER


def timed(what: str, samples: Sequence[float], most: float | None = None, beside: str = "") -> list[Measurement]:
    """Return the 95th percentile of times in seconds, with the median; ``most`` is in milliseconds."""
    if not samples:
        return [Measurement(f"{what}: nothing to measure", 0.0, "times", least=1.0, beside=beside)]
    shown = tuple(round(sample * 1000, 2) for sample in samples)
    missed = sum(math.isinf(sample) for sample in samples)
    parts = (f"p50 {_shown(median(shown), 'ms')} of {len(shown)}", f"{missed} never came" if missed else "", beside)
    return [Measurement(f"{what}, p95", p95(shown), "ms", most, beside="; ".join(filter(None, parts)), samples=shown)]


def table(figures: Sequence[Measurement]) -> str:
    """Return the figures as lines of text."""
    rows = [("what", "measured", "must", "verdict", "beside")]
    rows += [(figure.what, figure.measured, figure.must, figure.verdict, figure.beside) for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4])) for row in rows
    ]
    lines.insert(1, "-" * (sum(widths) + 14))
    return "\n".join(line.rstrip() for line in lines)


def _shown(value: float | None, unit: str) -> str:
    if value is None or not unit:
        return ""
    if math.isinf(value):
        return "never"
    digits = 0 if abs(value) >= 100 or unit == "%" else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def save(figures: Sequence[Measurement], articles: int, size: int, file: Path, before: Sequence[str] = ()) -> None:
    """Write the figures and the environment as JSON; an event that never came is null.

    ``before`` are the commands that measured the figures of earlier runs.
    """
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])
    about = {
        "articles": articles,
        "bytes": size,
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "textual": version("textual"),
        "machine": f"{_processors()}, {_memory()} GB of memory, {platform.system()} {platform.release().split('-')[0]}",
        "load": round(os.getloadavg()[1], 1),
        "commands": [*dict.fromkeys((*before, command))],
    }
    found = [
        {
            **asdict(figure),
            "value": _finite(figure.value),
            "samples": [_finite(sample) for sample in figure.samples],
            "holds": figure.holds,
        }
        for figure in figures
    ]
    text = json.dumps({"about": about, "figures": found}, indent=1, ensure_ascii=False, allow_nan=False)
    file.write_text(text + "\n", encoding="utf-8")


def load(file: Path) -> tuple[dict[str, Any], list[Measurement]]:
    """Return the environment and the figures that ``save`` wrote."""
    written = json.loads(file.read_text(encoding="utf-8"))
    figures = [
        Measurement(
            what=found["what"],
            value=NEVER if found["value"] is None else found["value"],
            unit=found["unit"],
            most=found["most"],
            least=found["least"],
            beside=found["beside"],
            samples=tuple(NEVER if sample is None else sample for sample in found["samples"]),
        )
        for found in written["figures"]
    ]
    return written["about"], figures


def merged(old: Sequence[Measurement], figures: Sequence[Measurement]) -> list[Measurement]:
    """Return the figures of an earlier run, updated with new ones."""
    new = {figure.what: figure for figure in figures}
    kept = [new.pop(figure.what, figure) for figure in old]
    return [*kept, *new.values()]


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _processors() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} × {names[0] if names else platform.machine()}"


def _memory() -> int:
    with open("/proc/meminfo", encoding="ascii") as lines:
        return round(int(next(lines).split()[1]) / 1024**2)
