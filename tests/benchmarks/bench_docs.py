"""Report earlier runs: a table of targets in the docs, and a plot of growth with the number of articles.

Reads the JSON files that the benchmarks write, and measures nothing.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from bench_report import load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bench_report import Measurement

__all__ = ["write_docs", "write_plot"]

_BEGIN, _END = "<!-- figures: begin -->", "<!-- figures: end -->"
_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 760, 400, 70, 40, 290, 50
# One figure per kind of cost, with its label in the plot. All are in milliseconds.
_GROWING = (
    ("rescan of an unchanged folder, p95", "rescan, nothing changed"),
    ("first row, unread folder, p95", "first row, unread folder"),
    ("first row, known folder, p95", "first row, known folder"),
    ("a letter in the filter, rows painted, p95", "letter → rows"),
    ("a letter in the filter, sidebar counted, p95", "letter → sidebar counted"),
    ("next article of 20 KiB, text painted, p95", "next article → its text"),
    ("j, k, PgDn, G, Home, painted, p95", "j, k, PgDn, G → painted"),
    ("list --cached --limit 20, p95", "list --cached --limit 20"),
)
_COLORS = ("#d62728", "#9467bd", "#1f77b4", "#2ca02c", "#8c564b", "#ff7f0e", "#7f7f7f", "#17becf")


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    color: str
    points: tuple[tuple[float, float], ...]


def _runs(cache: Path) -> list[tuple[dict[str, Any], list[Measurement]]]:
    runs = [load(file) for file in cache.glob("figures-*.json")]
    if not runs:
        raise SystemExit("Nothing has been measured yet: run `make bench` first.")
    return sorted(runs, key=lambda run: int(run[0]["articles"]))


def write_docs(cache: Path, file: Path) -> None:
    """Write the figures of every run between the two markers in a Markdown file."""
    before, _, rest = file.read_text(encoding="utf-8").partition(_BEGIN)
    _old, _, after = rest.partition(_END)
    tables = "\n\n".join(_table(about, figures) for about, figures in reversed(_runs(cache)))
    file.write_text(f"{before}{_BEGIN}\n\n{tables}\n\n{_END}{after}", encoding="utf-8")


def _table(about: dict[str, Any], figures: Sequence[Measurement]) -> str:
    engines = f"Python {about['python']}, SQLite {about['sqlite']}, Textual {about['textual']}"
    lines = [
        f"### {about['articles']:,} articles, {about['bytes'] / 1e6:,.0f} MB",
        "",
        f"{about['date']}, `{'`, `'.join(about['commands'])}`. {about['machine']}, load at the end {about.get('load', 'not noted')}; {engines}.",
        "",
        "| what | measured | must | | beside it |",
        "|---|--:|--:|---|---|",
    ]
    lines += [
        f"| {figure.what} | {figure.measured} | {figure.must} | {_emphasized(figure)} | {figure.beside} |"
        for figure in figures
    ]
    return "\n".join(lines)


def _emphasized(figure: Measurement) -> str:
    return f"**{figure.verdict}**" if figure.holds is False else figure.verdict


def write_plot(cache: Path, file: Path) -> None:
    """Plot the times of all runs against the number of articles, both on logarithmic scales."""
    runs = [
        (int(about["articles"]), {figure.what: figure.value for figure in figures}) for about, figures in _runs(cache)
    ]
    lines = []
    for (what, name), color in zip(_GROWING, _COLORS, strict=True):
        points = [(float(articles), values[what]) for articles, values in runs if values.get(what, 0.0) > 0]
        lines.append(_Line(name, color, tuple(point for point in points if math.isfinite(point[1]))))
    file.write_text(_svg([line for line in lines if line.points]), encoding="utf-8")


def _svg(lines: Sequence[_Line]) -> str:
    columns = _tens([point[0] for line in lines for point in line.points])
    rows = _tens([point[1] for line in lines for point in line.points])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_LEFT}" y="22" font-size="14">Times (p95) over the number of articles</text>',
    ]
    for power in range(columns[0], columns[1] + 1):
        x = _x(10.0**power, columns)
        parts.append(f'<path d="M{x:.0f} {_TOP}V{_HEIGHT - _BOTTOM}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.0f}" y="{_HEIGHT - _BOTTOM + 20}" text-anchor="middle">{10**power:,}</text>')
    for power in range(rows[0], rows[1] + 1):
        y = _y(10.0**power, rows)
        parts.append(f'<path d="M{_LEFT} {y:.0f}H{_WIDTH - _RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.0f}" text-anchor="end">{10.0**power:,g} ms</text>')
    labels = _spread([_y(line.points[-1][1], rows) for line in lines])
    for line, label in zip(lines, labels, strict=True):
        parts += _drawn(line, label, columns, rows)
    return "\n".join([*parts, "</svg>\n"])


def _drawn(line: _Line, label: float, columns: tuple[int, int], rows: tuple[int, int]) -> list[str]:
    places = [(_x(articles, columns), _y(value, rows)) for articles, value in line.points]
    path = re.sub("^L", "M", "".join(f"L{x:.1f} {y:.1f}" for x, y in places))
    (x, y), value = places[-1], line.points[-1][1]
    edge = _WIDTH - _RIGHT + 12
    return [
        f'<path d="{path}" fill="none" stroke="{line.color}" stroke-width="2"/>',
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{line.color}"/>' for x, y in places),
        f'<path d="M{x + 4:.1f} {y:.1f}L{edge} {label:.1f}" stroke="{line.color}" stroke-dasharray="2 2" fill="none"/>',
        f'<text x="{edge + 4}" y="{label + 4:.1f}" fill="{line.color}">{escape(line.name)}: {value:,.0f} ms</text>',
    ]


def _tens(values: Sequence[float]) -> tuple[int, int]:
    """Return the powers of ten that enclose values; at least one decade."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _x(value: float, powers: tuple[int, int]) -> float:
    share = (math.log10(value) - powers[0]) / (powers[1] - powers[0])
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _y(value: float, powers: tuple[int, int]) -> float:
    share = (math.log10(value) - powers[0]) / (powers[1] - powers[0])
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _BOTTOM - _TOP)


def _spread(places: Sequence[float], least: float = 16.0) -> list[float]:
    """Return positions of labels that do not overlap, each as near to its own as those above it allow."""
    taken = -math.inf
    spread: dict[int, float] = {}
    for at in sorted(range(len(places)), key=lambda at: places[at]):
        spread[at] = taken = max(places[at], taken + least)
    return [spread[at] for at in range(len(places))]
