"""``make bench``: the speed promises of the design, measured on a generated folder, as a table and as JSON.

    python tests/benchmarks/bench.py [--articles N] [--runs N] [--only NAME …]

Exits with 0 whether they hold or not; with 1 where something could not be run at all.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench_figures import Figure
    from bench_world import World

ROOT = Path(__file__).resolve().parent.parent.parent


def _measures() -> dict[str, Callable[[World], list[Figure]]]:
    import bench_peers  # noqa: PLC0415 - they need the path that main sets
    import bench_reading  # noqa: PLC0415
    import bench_screen  # noqa: PLC0415

    return {
        "read": bench_reading.first_read,
        "start": bench_screen.start,
        "rescan": bench_reading.rescan,
        "filter": bench_screen.filtering,
        "moves": bench_screen.moves,
        "article": bench_screen.article,
        "hold": bench_screen.hold,
        "memory": bench_screen.memory,
        "list": bench_reading.command_line,
        "peers": bench_peers.peers,
    }


def main() -> int:
    sys.path.insert(0, str(ROOT))
    sys.setswitchinterval(0.0005)  # the thread that stamps what a terminal receives must not wait
    from bench_figures import save, table  # noqa: PLC0415 - as above
    from bench_world import World  # noqa: PLC0415
    from corpus import corpus  # noqa: PLC0415

    measures = _measures()
    wanted = _arguments(list(measures))
    cache = ROOT / ".bench"
    cache.mkdir(exist_ok=True)
    world = World(corpus(wanted.articles, cache), cache / f"home-{wanted.articles}", wanted.runs)
    world.home.mkdir(parents=True, exist_ok=True)
    figures: list[Figure] = []
    for name in wanted.only or measures:
        sys.stderr.write(f"measuring: {name}\n")
        figures += measures[name](world)
        sys.stderr.write(table(figures[-4:]) + "\n\n")
    save(figures, wanted.articles, cache / f"figures-{wanted.articles}.json")
    sys.stdout.write(f"{wanted.articles:,} articles\n\n{table(figures)}\n")
    return 0


def _arguments(names: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure newsreader.")
    parser.add_argument("--articles", type=int, default=100_000, help="how many there are in the folder")
    parser.add_argument("--runs", type=int, default=5, help="how often a start is measured; the rest follows")
    parser.add_argument("--only", nargs="+", choices=names, help="measure these alone")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
