"""Measures without a screen: reading the folder for the first time and again, and the command line.

Run as a program, it is the process that is measured: ``first ROOT HOME``, ``again ROOT HOME`` or ``plain ROOT``; it
writes its figures as JSON.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench_figures import Figure, median, ratio, timed

if TYPE_CHECKING:
    from bench_world import World

__all__ = ["command_line", "first_read", "rescan"]

_SAMPLE = 2_000


def first_read(world: World) -> list[Figure]:
    """Measure a first read beside a loop that only loads the front matter, turn by turn."""
    rates: list[float] = []
    plain: list[float] = []
    memory: list[float] = []
    for _ in range(max(1, world.runs // 2)):
        plain.append(json.loads(world.output(world.script("bench_reading.py", "plain", str(world.root))))["rate"])
        home = world.empty_home()
        seen = json.loads(world.output(world.script("bench_reading.py", "first", str(world.root), str(home)), home))
        rates.append(world.articles / seen["seconds"])
        memory.append(seen["memory"])
    beside = f"frontmatter.load alone: {median(plain):,.0f}/s"
    megabytes = world.corpus.size / world.articles * median(rates) / 1e6
    return [
        Figure("first read, beside a frontmatter.load loop", ratio(median(rates), median(plain)), "×", least=6.0),
        Figure("first read", median(rates), "articles/s", least=15_000, beside=f"{beside}; {megabytes:.0f} MB/s"),
        Figure("first read, memory of the reader and its helpers", max(memory), "MB"),
    ]


def rescan(world: World) -> list[Figure]:
    """Measure looking for changes where there are none."""
    world.prepared()
    argv = world.script("bench_reading.py", "again", str(world.root), str(world.home))
    seen = [json.loads(world.output(argv)) for _ in range(world.runs)]
    most = 1000 * max(1.0, world.articles / 100_000)
    beside = f"walk and stat alone {median([run['walk'] for run in seen]) * 1000:.0f} ms"
    return timed("rescan of an unchanged folder", [run["seconds"] for run in seen], most, beside)


def command_line(world: World) -> list[Figure]:
    """Measure the command line, from its start to its end."""
    world.prepared()
    words = ("list", str(world.root), "--limit", "20")
    nothing = [_seconds(world, [sys.executable, "-c", "pass"]) for _ in range(world.runs * 2)]
    cached = [_seconds(world, world.command(*words, "--cached")) for _ in range(world.runs * 2)]
    checked = [_seconds(world, world.command(*words)) for _ in range(world.runs)]
    python = f"an empty Python program {median(nothing) * 1000:.0f} ms"
    return [
        *timed("list --cached --limit 20", cached, 100, python),
        *timed("list --limit 20, which looks for changes first", checked),
    ]


def _seconds(world: World, argv: list[str]) -> float:
    began = time.perf_counter()
    world.output(argv)
    return time.perf_counter() - began


def _first(root: str, home: str) -> dict[str, float]:
    from reader.library import open_library  # noqa: PLC0415 - only the measured process needs it
    from reader.places import Places  # noqa: PLC0415

    library = open_library(Path(root), Places(Path(home) / "cache", Path(home) / "state", Path(home) / "config"))
    began = time.perf_counter()
    helpers = 0.0
    for step, progress in enumerate(library.sync()):
        if step % 20 == 0:
            helpers = max(helpers, _memory_of_children())
        if progress.done and progress.read != progress.found:
            raise SystemExit("not everything was read")
    seconds = time.perf_counter() - began
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "memory": own + helpers}


def _memory_of_children() -> float:
    from bench_world import peak_memory  # noqa: PLC0415 - as above

    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as pids:
        return sum(peak_memory(int(pid)) for pid in pids.read().split())


def _again(root: str, home: str) -> dict[str, float]:
    from reader.content import Found, scan  # noqa: PLC0415 - as above
    from reader.library import open_library  # noqa: PLC0415
    from reader.places import Places  # noqa: PLC0415

    places = Places(*(Path(home) / kind / "newsreader" for kind in ("cache", "state", "config")))
    library = open_library(Path(root), places)
    began = time.perf_counter()
    last = None
    for last in library.sync():
        pass
    seconds = time.perf_counter() - began
    if last is None or last.read:
        raise SystemExit("the index did not know the folder")
    began = time.perf_counter()
    sum(isinstance(item, Found) for item in scan(Path(root)))
    return {"seconds": seconds, "walk": time.perf_counter() - began}


def _plain(root: str) -> dict[str, float]:
    import frontmatter  # noqa: PLC0415 - as above

    files = sorted(Path(root).glob("*/*.md"))
    files = files[:: max(1, len(files) // _SAMPLE)]
    for file in files:
        file.read_bytes()  # what is measured is not the disk
    began = time.perf_counter()
    for file in files:
        frontmatter.load(str(file))
    return {"rate": len(files) / (time.perf_counter() - began)}


if __name__ == "__main__":
    measures = {"first": _first, "again": _again, "plain": _plain}
    sys.stdout.write(json.dumps(measures[sys.argv[1]](*sys.argv[2:])))
