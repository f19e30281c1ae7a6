"""Lower bounds of a first index: its libraries alone, on the same texts, and alternatives to them.

Run as a program with ``ROOT FILE``, it is the measured process, and writes CPU microseconds per article as JSON.
"""

from __future__ import annotations

import gc
import json
import os
import sqlite3
import sys
import time
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench_report import Measurement, median, ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bench_env import BenchContext

__all__ = ["bounds"]

_SAMPLE = 20_000
_BATCH = 4_000
_CORES = 2
_COLUMNS = "body, title, excerpt, provider, topics, authors"
_OPTIONS = "tokenize='ascii', prefix='2'"
_Words = tuple[str, ...]


def bounds(world: BenchContext) -> list[Measurement]:
    """Measure the CPU time of the libraries alone, and of alternatives."""
    world.warm()
    argv = world.script("bench_lower_bounds.py", str(world.root), str(world.empty_home() / "bounds.db"))
    seen = [json.loads(world.output(argv)) for _ in range(max(1, world.runs // 2))]
    taken = {what: median([run[what] for run in seen]) for what in seen[0]}
    loop = taken.pop("the loop")
    needed = [taken.pop(what) for what in ("opening and reading", "YAML to values, yaml_rs", "words into FTS5")]
    parts = ", ".join(f"{what} {microseconds:.0f}" for what, microseconds in taken.items())
    floor = ratio(loop, sum(needed) / _CORES)
    beside = f"µs an article: opening and reading {needed[0]:.0f}, yaml_rs {needed[1]:.0f}, FTS5 {needed[2]:.0f}"
    return [
        Measurement(f"first read, if nothing but its libraries took time on {_CORES} cores", floor, "×", beside=beside),
        Measurement("first read, what others would take in their place", 0.0, "", beside=f"µs an article: {parts}"),
    ]


def _taken(work: Callable[[Any], object], items: Sequence[Any]) -> float:
    gc.disable()
    began = time.process_time()
    for item in items:
        work(item)
    taken = time.process_time() - began
    gc.enable()
    return taken / len(items) * 1e6


def _read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, os.fstat(descriptor).st_size + 1)
    finally:
        os.close(descriptor)


def _measure(root: str, file: Path) -> dict[str, float]:
    import frontmatter  # noqa: PLC0415 - only the measured process needs it
    import yaml  # noqa: PLC0415 - only the measured process needs it

    from reader.content import ScannedFile, load_file, scan  # noqa: PLC0415 - only the measured process needs it
    from reader.content.frontmatter import handler_for  # noqa: PLC0415 - only the measured process needs it
    from reader.index.writer import build_record  # noqa: PLC0415 - only the measured process needs it

    found = [item for item in islice(scan(Path(root)), _SAMPLE) if isinstance(item, ScannedFile)]
    names = [f"{root}/{item.path}" for item in found]
    texts = [Path(name).read_text(encoding="utf-8") for name in names]
    heads = [handler.split(text)[0] for text in texts if (handler := handler_for(text)) is not None]
    records = (build_record(item, load_file(Path(root), item.path)) for item in found)
    words = [record.words for record in records if record.words]
    few = texts[: _SAMPLE // 10], heads[: _SAMPLE // 10]
    return {
        "the loop": _taken(frontmatter.load, names[: _SAMPLE // 10]),
        "opening and reading": _taken(_read, names),
        "YAML to values, yaml_rs": _taken(_yaml_rs(), heads),
        "words into FTS5": _full_text(file, words),
        "YAML to values, PyYAML in C": _taken(lambda head: yaml.load(head, Loader=yaml.CSafeLoader), few[1]),
        "sets of words, in Python": _taken(lambda columns: set("\n".join(columns).split()), words),
        **_others(heads),
    }


def _yaml_rs() -> Callable[[str], object]:
    import yaml_rs  # noqa: PLC0415 - only the measured process needs it

    return lambda head: yaml_rs.loads(head, parse_datetime=False)


def _full_text(file: Path, words: Sequence[_Words]) -> float:
    """Return the time per article of adding words to a separate full-text index with our settings."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"CREATE VIRTUAL TABLE words USING fts5 ({_COLUMNS}, content='', {_OPTIONS})")
        connection.execute("INSERT INTO words (words, rank) VALUES ('hashsize', 33554432), ('automerge', 64)")
        insert = f"INSERT INTO words (rowid, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"
        rows: Iterable[tuple[int, *_Words]] = ((number, *columns) for number, columns in enumerate(words, start=1))
        began = time.process_time()
        while batch := list(islice(rows, _BATCH)):
            connection.execute("BEGIN")
            connection.executemany(insert, batch)
            connection.execute("COMMIT")
        return (time.process_time() - began) / len(words) * 1e6


def _others(heads: Sequence[str]) -> dict[str, float]:
    """Return the times of alternative libraries that are installed; newsreader does not need them."""
    taken: dict[str, float] = {}
    with suppress(ImportError):
        import ryml  # noqa: PLC0415 - only the measured process needs it
        from msgspec.json import decode  # noqa: PLC0415 - only the measured process needs it

        taken["rapidyaml and JSON"] = _taken(lambda head: decode(ryml.emit_json(ryml.parse_in_arena(head))), heads)
    return taken


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent.parent))
    sys.stdout.write(json.dumps(_measure(sys.argv[1], Path(sys.argv[2]))))
