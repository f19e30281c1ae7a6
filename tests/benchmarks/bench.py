"""``make bench``: measure the performance targets on a generated folder, as a table and as JSON.

    python tests/benchmarks/bench.py [--articles N] [--runs N] [--only NAME …]
    python tests/benchmarks/bench.py --docs      the figures of all earlier runs into docs/performance.md
    python tests/benchmarks/bench.py --plot      how they grow with the folder, as docs/performance-growth.svg

Exits with 0 whether or not the targets are met, and with 1 if a program could not run.
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench_env import BenchContext
    from bench_report import Measurement

ROOT = Path(__file__).resolve().parent.parent.parent


def _measures() -> dict[str, Callable[[BenchContext], list[Measurement]]]:
    import bench_browser  # noqa: PLC0415 - not every measure needs it
    import bench_competitors  # noqa: PLC0415 - lazy import: startup time
    import bench_engines  # noqa: PLC0415 - not every measure needs it
    import bench_feeds  # noqa: PLC0415 - not every measure needs it
    import bench_lower_bounds  # noqa: PLC0415 - lazy import: startup time
    import bench_reading  # noqa: PLC0415 - lazy import: startup time
    import bench_screen  # noqa: PLC0415 - not every measure needs it
    import bench_start  # noqa: PLC0415 - not every measure needs it

    return {
        "read": bench_reading.first_read,
        "stages": bench_reading.stages,
        "bounds": bench_lower_bounds.bounds,
        "engines": bench_engines.engines,
        "start": bench_start.start,
        "imports": bench_start.imports,
        "rescan": bench_reading.rescan,
        "filter": bench_screen.filtering,
        "moves": bench_screen.moves,
        "article": bench_screen.article,
        "hold": bench_screen.hold,
        "memory": bench_screen.memory,
        "browser": bench_browser.page_keys,
        "list": bench_reading.command_line,
        "feeds": bench_feeds.unchanged_feeds,
        "peers": bench_competitors.peers,
    }


def main() -> int:
    sys.path.insert(0, str(ROOT))
    sys.setswitchinterval(0.0005)  # the thread that timestamps terminal output must not wait
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ends the measured program too
    from bench_docs import write_docs, write_plot  # noqa: PLC0415 - not every measure needs it

    measures = _measures()
    wanted = _arguments(list(measures))
    cache = ROOT / ".bench"
    cache.mkdir(exist_ok=True)
    if wanted.plot:
        write_plot(cache, ROOT / "docs/performance-growth.svg")
    if wanted.docs:
        write_docs(cache, ROOT / "docs/performance.md")
    if not (wanted.plot or wanted.docs):
        _measure(wanted, cache, measures)
    return 0


def _measure(
    wanted: argparse.Namespace, cache: Path, measures: dict[str, Callable[[BenchContext], list[Measurement]]]
) -> None:
    from bench_env import BenchContext  # noqa: PLC0415 - not every measure needs it
    from bench_report import load, merged, save, table  # noqa: PLC0415 - not every measure needs it
    from corpus import corpus  # noqa: PLC0415 - not every measure needs it

    place = wanted.place or cache
    world = BenchContext(corpus(wanted.articles, place), place / f"home-{wanted.articles}", wanted.runs)
    world.home.mkdir(parents=True, exist_ok=True)
    world.warm()
    file = cache / f"figures-{wanted.articles}.json"
    about, before = load(file) if wanted.only and file.exists() else ({}, [])
    figures: list[Measurement] = []
    for name in wanted.only or measures:
        sys.stderr.write(f"measuring: {name}\n")
        found = measures[name](world)
        figures += found
        save(merged(before, figures), world.articles, world.corpus.size, file, about.get("commands", ()))
        sys.stderr.write(table(found) + "\n\n")
    sys.stdout.write(f"{world.articles:,} articles\n\n{table(figures)}\n")


def _arguments(names: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure newsreader.")
    parser.add_argument("--articles", type=int, default=100_000, help="how many there are in the folder")
    parser.add_argument("--runs", type=int, default=5, help="how often a start is measured; the rest follows")
    parser.add_argument("--only", nargs="+", choices=names, help="measure these alone; the other figures are kept")
    parser.add_argument(
        "--place", type=Path, help="where to keep folders and indexes: in /dev/shm, no disk is measured"
    )
    parser.add_argument("--docs", action="store_true", help="write the figures of earlier runs into the docs")
    parser.add_argument("--plot", action="store_true", help="draw how the figures of earlier runs grow")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
