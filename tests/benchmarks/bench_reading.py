"""Benchmarks without a screen: first index, rescan, and the command line.

Run as a program with ``again ROOT HOME``, ``plain ROOT`` or ``stages ROOT FILE``, it is the measured process, and writes
its figures as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bench_report import Measurement, median, ratio, timed

if TYPE_CHECKING:
    from bench_env import BenchContext, Run

__all__ = ["command_line", "first_read", "rescan", "stages"]

_T = TypeVar("_T")
_SAMPLE = 5_000
# Enough articles to show the cost of writing to an index of some size, in batches like those of a sync.
_STAGED = 20_000
_BATCH = 2_000


def first_read(world: BenchContext) -> list[Measurement]:
    """Measure ``count`` and ``index`` without an index as processes, alternating with a loop that only loads front matter.

    ``count`` ends when the list is complete, ``index`` when every word is found.
    """
    world.warm()
    plain: list[dict[str, float]] = []
    listed: list[Run] = []
    whole: list[Run] = []
    for _ in range(max(1, world.runs // 2)):
        plain.append(json.loads(world.output(world.script("bench_reading.py", "plain", str(world.root)))))
        listed.append(world.run(world.command("count", str(world.root)), world.empty_home()))
        whole.append(world.run(world.command("index", str(world.root)), world.empty_home(), watch_memory=True))
    rate = median([world.articles / run.seconds for run in whole])
    list_rate = median([world.articles / run.seconds for run in listed])
    list_cpu = median([run.cpu for run in listed]) / world.articles * 1e6
    loop = median([run["rate"] for run in plain])
    cpu = median([run.cpu for run in whole]) / world.articles * 1e6
    plain_cpu = median([run["cpu"] for run in plain]) * 1e6
    beside = f"the loop {loop:,.0f}/s, {plain_cpu:.0f} µs of CPU an article; the reader {cpu:.0f} µs"
    megabytes = world.corpus.size / world.articles * rate / 1e6
    index = sum(file.stat().st_size for file in world.home.with_name(f"{world.home.name}-empty").rglob("*.db*"))
    return [
        Measurement(
            "first read, list complete, beside a frontmatter.load loop",
            ratio(list_rate, loop),
            "×",
            beside=f"{list_rate:,.0f} articles/s; {list_cpu:.0f} µs of CPU an article",
        ),
        Measurement("first read, every word found, beside the loop", ratio(rate, loop), "×", beside=beside),
        Measurement("first read, every word found", rate, "articles/s", beside=f"{megabytes:.0f} MB/s"),
        Measurement(
            "first read, CPU beside the loop's", ratio(plain_cpu, cpu), "×", beside="both without their parallelism"
        ),
        Measurement("first read, memory with its helpers", max(run.memory for run in whole), "MB"),
        Measurement("size of the index", index / 1e6, "MB", beside=f"the folder {world.corpus.size / 1e6:,.0f} MB"),
    ]


def stages(world: BenchContext) -> list[Measurement]:
    """Measure the CPU time of each stage of a first index, one stage after another in one process."""
    world.warm()
    argv = world.script("bench_reading.py", "stages", str(world.root), str(world.empty_home() / "stages.db"))
    seen = [json.loads(world.output(argv)) for _ in range(max(3, world.runs // 2))]
    taken = {what: median([run[what] for run in seen]) * 1e6 for what in seen[0]}
    parts = ", ".join(f"{what} {microseconds:.0f}" for what, microseconds in taken.items())
    return [Measurement("first read, CPU of its stages", sum(taken.values()), "µs", beside=f"an article: {parts}")]


def rescan(world: BenchContext) -> list[Measurement]:
    """Measure a rescan without changes."""
    world.prepared()
    argv = world.script("bench_reading.py", "again", str(world.root), str(world.home))
    seen = [json.loads(world.output(argv)) for _ in range(world.runs)]
    most = 350 * max(1.0, world.articles / 100_000)
    walk, cpu = (median([run[kind] for run in seen]) * 1000 for kind in ("walk", "cpu"))
    beside = f"CPU {cpu:.0f} ms; walk and stat alone {walk:.0f} ms"
    return timed("rescan of an unchanged folder", [run["seconds"] for run in seen], most, beside)


def command_line(world: BenchContext) -> list[Measurement]:
    """Measure commands as processes; ``--cached`` skips the rescan."""
    world.prepared()
    root = str(world.root)
    commands = {
        "an empty Python program": [sys.executable, "-c", "pass"],
        "list --cached --limit 20": world.command("list", root, "--limit", "20", "--cached"),
        "count --cached": world.command("count", root, "--cached"),
        "list --limit 20, which looks for changes first": world.command("list", root, "--limit", "20"),
    }
    world.output(commands["list --cached --limit 20"])  # compiles what it imports
    seen: dict[str, list[Run]] = {what: [] for what in commands}
    for _ in range(world.runs * 2):
        for what, argv in commands.items():
            seen[what].append(world.run(argv))
    most = {"list --cached --limit 20": 100.0}
    if not world.is_large:
        most["list --limit 20, which looks for changes first"] = 400
    figures: list[Measurement] = []
    for what, runs in seen.items():
        cpu = f"CPU {median([run.cpu for run in runs]) * 1000:.0f} ms"
        figures += timed(what, [run.seconds for run in runs], most.get(what), cpu)
    return figures


def _again(root: str, home: str) -> dict[str, float]:
    from reader.content import ScannedFile, scan  # noqa: PLC0415 - only the measured process needs it
    from reader.library import open_library  # noqa: PLC0415 - only the measured process needs it
    from reader.storage.paths import AppPaths  # noqa: PLC0415 - only the measured process needs it

    places = AppPaths(*(Path(home) / kind / "newsreader" for kind in ("cache", "state", "config")))
    library = open_library(Path(root), places)
    began, cpu = time.perf_counter(), time.process_time()
    last = None
    for last in library.sync():
        pass
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    if last is None or last.read:
        raise SystemExit("the index did not know the folder")
    began = time.perf_counter()
    sum(isinstance(item, ScannedFile) for item in scan(Path(root)))
    return {"seconds": seconds, "cpu": cpu, "walk": time.perf_counter() - began}


def _plain(root: str) -> dict[str, float]:
    import frontmatter  # noqa: PLC0415 - only the measured process needs it

    files = sorted(Path(root).glob("*/*.md"))
    files = files[:: max(1, len(files) // _SAMPLE)][:_SAMPLE]
    began, cpu = time.perf_counter(), time.process_time()
    for file in files:
        frontmatter.load(str(file))
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    return {"rate": len(files) / seconds, "cpu": cpu / len(files)}


def _stages(root: str, file: str) -> dict[str, float]:
    import pickle  # noqa: PLC0415 - only the measured process needs it
    from contextlib import closing  # noqa: PLC0415 - only the measured process needs it

    from reader.content import LoadResult, ScannedFile, frontmatter, scan, schema  # noqa: PLC0415 - only the measured process needs it
    from reader.index.database import IndexFile  # noqa: PLC0415 - only the measured process needs it
    from reader.index.text import TEXT_INDEX  # noqa: PLC0415 - only the measured process needs it
    from reader.index.writer import IndexWriter, build_record  # noqa: PLC0415 - only the measured process needs it

    taken: dict[str, float] = {}
    mark = time.process_time()

    def stage(what: str, value: _T) -> _T:
        nonlocal mark
        taken[what] = taken.get(what, 0.0) + time.process_time() - mark
        mark = time.process_time()
        return value

    index = IndexFile(Path(file))
    index.prepare()
    with closing(index.connect()) as connection:
        writer = IndexWriter(connection, root, defers_words=True)
        connection.execute("PRAGMA cache_size = -65536")
        mark = time.process_time()
        files = stage(
            "finding it", [item for item in islice(scan(Path(root)), _STAGED) if isinstance(item, ScannedFile)]
        )
        for start in range(0, len(files), _BATCH):
            batch = files[start : start + _BATCH]
            mark = time.process_time()
            texts = stage("reading it", [(Path(root) / item.path).read_bytes().decode() for item in batch])
            matters = stage(
                "YAML to values", [(it, frontmatter.parse(text)) for it, text in zip(batch, texts, strict=True)]
            )
            loaded = stage(
                "values to an article",
                [
                    (it, LoadResult(*schema.build_article(it.path, matter, brief=True)))
                    for it, matter in matters
                    if matter is not None
                ],
            )
            records = stage("keys", [build_record(*each, words=False) for each in loaded])
            words = stage("words", [build_record(*each).words for each in loaded])
            lean = [(each.article, each.problems, text) for each, text in zip(records, words, strict=True)]
            stage("handing over", pickle.loads(pickle.dumps(lean)))  # noqa: S301 - our own
            connection.execute("BEGIN IMMEDIATE")
            writer.put(records, 0)
            connection.execute("COMMIT")
            stage("writing rows", None)
            connection.execute("BEGIN IMMEDIATE")
            TEXT_INDEX.put(connection, [(start + at, *text) for at, text in enumerate(words, 1)], recent=False)
            connection.execute("COMMIT")
            stage("writing words", None)
    taken["words"] -= taken["keys"]  # they are built with the keys
    return {what: seconds / len(files) for what, seconds in taken.items()}


if __name__ == "__main__":
    measures = {"again": _again, "plain": _plain, "stages": _stages}
    sys.stdout.write(json.dumps(measures[sys.argv[1]](*sys.argv[2:])))
