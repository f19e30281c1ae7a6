"""Full-text engines on the same words: what each costs to fill and to ask.

Run as a program with ``ENGINE WORDS FOLDER``, it is the measured process, and writes its figures as JSON. ``WORDS`` is a
file with the words of each article in the order of their IDs, newest last.
"""

from __future__ import annotations

import importlib
import json
import pickle
import sqlite3
import sys
import time
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from bench_report import Measurement, median
from corpus import typed_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bench_env import BenchContext

__all__ = ["engines"]

_MOST = 100_000
_BATCH = 8_000
_REPEATS = 5
_PAGE = 50
_COLUMNS = ("body", "title", "excerpt", "provider", "topics", "authors")
_BODY_LATE = ("title", "excerpt", "body", "provider", "topics", "authors")
_PREFIX = "prefix='2'"
_Words = tuple[str, ...]


class _Engine(Protocol):
    """A full-text index to be filled and asked; the IDs are those of the articles, from 1."""

    def put(self, rows: Sequence[tuple[int, _Words]]) -> None:
        """Add articles in one transaction."""

    def finish(self) -> None:
        """Wait until nothing more is being written."""

    def ids(self, words: str, *, prefix: bool = False) -> Sequence[int]:
        """Return the IDs of all articles with a word, or one that begins with it, in no particular order."""

    def newest(self, words: str, *, prefix: bool = False) -> Sequence[int]:
        """Return the first page of these articles, newest first."""


class _Fts5:
    """SQLite's FTS5 through a module with the interface of ``sqlite3`` or apsw."""

    def __init__(self, connect: Callable[[str], Any], folder: Path, columns: Sequence[str], options: str) -> None:
        self._columns = columns
        self._run = connect(str(folder / "index.db")).cursor()
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL"):
            self._run.execute(f"PRAGMA {pragma}")
        named = ", ".join(filter(None, (", ".join(columns), "content=''", "tokenize='ascii'", options)))
        self._run.execute(f"CREATE VIRTUAL TABLE words USING fts5 ({named})")
        for setting, value in (("hashsize", 33554432), ("automerge", 64), ("crisismerge", 200)):
            self._run.execute("INSERT INTO words (words, rank) VALUES (?, ?)", (setting, value))

    def put(self, rows: Sequence[tuple[int, _Words]]) -> None:
        insert = f"INSERT INTO words (rowid, {', '.join(self._columns)}) VALUES (?, ?, ?, ?, ?, ?, ?)"
        places = [_COLUMNS.index(column) for column in self._columns]
        self._run.execute("BEGIN")
        self._run.executemany(insert, [(id_, *(words[at] for at in places)) for id_, words in rows])
        self._run.execute("COMMIT")

    def finish(self) -> None:
        self._run.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def ids(self, words: str, *, prefix: bool = False) -> Sequence[int]:
        sql = "SELECT group_concat(rowid) FROM words WHERE words MATCH ?"
        (found,) = self._run.execute(sql, (_match(words, prefix=prefix),)).fetchone()
        return [] if found is None else json.loads(f"[{found}]")

    def newest(self, words: str, *, prefix: bool = False) -> Sequence[int]:
        sql = f"SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT {_PAGE}"
        return [id_ for (id_,) in self._run.execute(sql, (_match(words, prefix=prefix),)).fetchall()]


def _match(words: str, *, prefix: bool) -> str:
    return " AND ".join(f'"{word}"' for word in words.split()) + "*" * prefix


class _Tantivy:
    """tantivy with two threads, one field per column, places of words, and the ID as a column of its own."""

    def __init__(self, folder: Path) -> None:
        self._library = importlib.import_module("tantivy")
        builder = self._library.SchemaBuilder()
        for column in _COLUMNS:
            builder.add_text_field(column, tokenizer_name="whitespace", index_option="position")
        builder.add_unsigned_field("id", fast=True, indexed=True)
        self._schema = builder.build()
        self._index = self._library.Index(self._schema, path=str(folder))
        self._writer = self._index.writer(256_000_000, 2)

    def put(self, rows: Sequence[tuple[int, _Words]]) -> None:
        for id_, words in rows:
            document = self._library.Document()
            document.add_unsigned("id", id_)
            for column, text in zip(_COLUMNS, words, strict=True):
                document.add_text(column, text)
            self._writer.add_document(document)
        self._writer.commit()

    def finish(self) -> None:
        self._writer.wait_merging_threads()
        self._index.reload()
        self._writer = self._index.writer(256_000_000, 2)

    def _query(self, words: str, *, prefix: bool) -> Any:
        query, occur = self._library.Query, self._library.Occur
        *whole, last = words.split()
        terms = [[query.term_query(self._schema, column, word) for column in _COLUMNS] for word in whole]
        terms.append(
            [
                query.regex_query(self._schema, column, f"{last}.*")
                if prefix
                else query.term_query(self._schema, column, last)
                for column in _COLUMNS
            ]
        )
        anywhere = [query.boolean_query([(occur.Should, each) for each in columns]) for columns in terms]
        return query.boolean_query([(occur.Must, each) for each in anywhere])

    def ids(self, words: str, *, prefix: bool = False) -> Sequence[int]:
        self._index.reload()
        searcher = self._index.searcher()
        hits = searcher.search(self._query(words, prefix=prefix), searcher.num_docs or 1, count=False).hits
        return list(searcher.fast_field_values("id", [address for _score, address in hits]))

    def newest(self, words: str, *, prefix: bool = False) -> Sequence[int]:
        query = self._query(words, prefix=prefix)
        return [id_ for id_, _ in self._index.searcher().search(query, _PAGE, count=False, order_by_field="id").hits]


def _sqlite(columns: Sequence[str], options: str) -> Callable[[Path], _Engine]:
    return lambda folder: _Fts5(lambda file: sqlite3.connect(file, isolation_level=None), folder, columns, options)


def _apsw(folder: Path) -> _Engine:
    return _Fts5(importlib.import_module("apsw").Connection, folder, _COLUMNS, _PREFIX)


_ENGINES: dict[str, Callable[[Path], _Engine]] = {
    "FTS5 as it is": _sqlite(_COLUMNS, _PREFIX),
    "FTS5, body in the third column": _sqlite(_BODY_LATE, _PREFIX),
    "FTS5 without the index of two letters": _sqlite(_COLUMNS, ""),
    "FTS5 without places, for no phrase": _sqlite(_COLUMNS, f"{_PREFIX}, detail=column"),
    "FTS5 of apsw": _apsw,
    "tantivy": _Tantivy,
}


def engines(world: BenchContext) -> list[Measurement]:
    """Measure each engine in a process of its own, with the words of at most ``_MOST`` articles."""
    home = world.empty_home()
    count = min(world.articles, _MOST)
    words = home / "words"
    _save_words(world, count, words)
    rare = typed_words(world.articles, 2)[-1]
    found = []
    for number, name in enumerate(_ENGINES):
        folder = home / str(number)
        folder.mkdir()
        argv = world.script("bench_engines.py", name, str(words), str(folder), rare)
        figures = json.loads(world.output(argv))
        found.append(_measurement(name, figures, count))
    words.unlink()
    return found


def _save_words(world: BenchContext, count: int, file: Path) -> None:
    from reader.content import ScannedFile, load_file, scan  # noqa: PLC0415 - lazy import: few benchmarks need it
    from reader.index.writer import build_record  # noqa: PLC0415 - lazy import: few benchmarks need it

    found = (item for item in scan(world.root) if isinstance(item, ScannedFile))
    records = (build_record(item, load_file(world.root, item.path)) for item in islice(found, count))
    with file.open("wb") as stream:
        for record in records:
            pickle.dump(record.words, stream)


def _load_words(file: Path) -> Iterator[tuple[int, _Words]]:
    with file.open("rb") as stream, suppress(EOFError):
        number = 0
        while True:
            number += 1
            yield number, pickle.load(stream)  # noqa: S301 - our own


def _measurement(name: str, figures: dict[str, float] | None, count: int) -> Measurement:
    what = f"full text: {name}"
    if figures is None:
        return Measurement(what, 0.0, "", beside="not installed")
    beside = (
        f"CPU of an article, {count:,} of them; wall {figures['wall']:.0f} µs, {figures['size'] / count:,.0f} bytes; "
        f"milliseconds: {', '.join(f'{key} {value:.3g}' for key, value in figures.items() if key not in _NO_QUERY)}"
    )
    return Measurement(what, figures["cpu"], "µs", beside=beside)


_NO_QUERY = {"cpu", "wall", "size"}


def _measure(name: str, words: Path, folder: Path, rare: str) -> dict[str, float] | None:
    try:
        engine = _ENGINES[name](folder)
    except ModuleNotFoundError:
        return None
    rows = _load_words(words)
    cpu = wall = 0.0
    last: tuple[int, _Words] = 0, ()
    is_full = False
    while not is_full:
        batch = list(islice(rows, _BATCH))
        began, used = time.perf_counter(), time.process_time()
        if batch:
            engine.put(batch)
            last = batch[-1]
        else:
            engine.finish()
            is_full = True
        wall += time.perf_counter() - began
        cpu += time.process_time() - used
    count = last[0]
    figures = {"cpu": cpu / count * 1e6, "wall": wall / count * 1e6, "size": _size(folder)}
    questions: dict[str, Callable[[], object]] = {
        "all IDs of a common word": lambda: engine.ids("the"),
        "of a rare one": lambda: engine.ids(rare),
        "of two common ones": lambda: engine.ids("the of"),
        "of two letters": lambda: engine.ids("th", prefix=True),
        "of three": lambda: engine.ids("the", prefix=True),
        "newest 50 of a common word": lambda: engine.newest("the"),
        "of two letters, newest 50": lambda: engine.newest("th", prefix=True),
        "one more article": lambda: engine.put([(count + 1, last[1])]),
    }
    return figures | {what: _milliseconds(ask) for what, ask in questions.items()}


def _size(folder: Path) -> float:
    return float(sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()))


def _milliseconds(ask: Callable[[], object]) -> float:
    taken = []
    for _ in range(_REPEATS):
        began = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - began)
    return median(taken) * 1000


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])))
