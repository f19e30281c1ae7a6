"""Measures through a terminal: from the start, or from a key, to what has been painted."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from bench_figures import Figure, median, p95, ratio, timed
from bench_terminal import LINES, Terminal
from bench_world import peak_memory
from corpus import LONG_READS, typed_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench_world import World

__all__ = ["article", "filtering", "hold", "memory", "moves", "start"]

# Where things stand on a screen of 140 columns: a sidebar of 26 columns, then two panes of 57.
_SIDEBAR = (0, 26)
_LIST = (26, 83)
_PAGE = (83, 140)
_PAGE_DOWN, _PAGE_UP, _HOME, _ESCAPE = "\x1b[6~", "\x1b[5~", "\x1b[H", "\x1b"
_PAUSE = 0.02


class _Reader(Terminal):
    """The reader (or the bare list, which looks alike) in a terminal."""

    def cursor_line(self) -> str:
        """Return the row of the list that has the cursor; empty where there is none."""
        return next((line[2:] for line in self.text(*_LIST)[1:-2] if line[1] == "▌"), "")

    def title(self) -> str:
        return self.text(*_LIST)[0]

    def count_of_all(self) -> str:
        return next((line for line in self.text(*_SIDEBAR) if "All" in line), "")

    def page(self) -> str:
        """Return the text of the article pane, its lines joined."""
        return " ".join(" ".join(line[1:-1] for line in self.text(*_PAGE)[1:-2]).split())

    def is_listed(self) -> bool:
        return self.cursor_line().strip() != ""

    def wait_for_rest(self) -> None:
        """Wait until the folder has been looked through and everything counted."""
        self.wait_now(self.is_listed)
        self.settle(quiet=1.0, seconds=60)


def _opened(world: World, *query: str) -> _Reader:
    world.forget_marks()
    return _Reader(world.command(str(world.root), *query), world.env())


def start(world: World) -> list[Figure]:
    """Measure how long it takes until the first row is there, in a folder new and known, beside an empty app."""
    world.prepared()
    empty, known, unread = [], [], []
    for _ in range(world.runs):
        with Terminal(world.script("bench_apps.py", "empty"), world.env()) as app:
            empty.append(_since_start(app, lambda app=app: "ready" in app.screen.display[0]))
        with _opened(world) as reader:
            known.append(_since_start(reader, reader.is_listed))
        with _Reader(world.command(str(world.root)), world.env(world.empty_home())) as reader:
            unread.append(_since_start(reader, reader.is_listed))
    beside = f"an empty Textual app {median(empty) * 1000:.0f} ms; the reader {median(known) * 1000:.0f} ms"
    return [
        *timed("first row, unread folder", unread, 1000),
        Figure(
            "first row, known folder, beside an empty app",
            ratio(median(known), median(empty)),
            "×",
            most=1.6,
            beside=beside,
            samples=tuple(round(sample * 1000, 2) for sample in known),
        ),
    ]


def _since_start(terminal: Terminal, shown: Callable[[], bool]) -> float:
    moment = terminal.wait(shown)
    return float("inf") if moment is None else moment - terminal.started


def filtering(world: World) -> list[Figure]:
    """Measure a letter typed into the filter: until its rows are painted, and until the sidebar has counted."""
    world.prepared()
    rows: list[float] = []
    whole: list[float] = []
    counts: list[float] = []
    with _opened(world) as reader:
        reader.wait_for_rest()
        for at, word in enumerate(typed_words(world.articles, 6 * world.runs)):
            if at == 3 * world.runs:  # the other half with a cursor that belongs to an article
                reader.press("jjj")
                reader.settle()
            _type(reader, word, rows, whole, counts)
    large = world.articles > 100_000
    return [
        *timed("a letter in the filter, rows painted", rows, 150 if large else 50),
        *timed("a letter in the filter, all of them found", whole),
        *timed("a letter in the filter, sidebar counted", counts, None if large else 150),
    ]


def _type(reader: _Reader, word: str, rows: list[float], whole: list[float], counts: list[float]) -> None:
    """Type a word letter by letter, and take it back."""
    reader.press("/")
    reader.settle()
    for place, letter in enumerate(word):
        title, count = reader.title(), reader.count_of_all()
        pressed = reader.press(letter)
        if place:  # a single letter does not narrow anything yet
            # All three are awaited together: which comes first differs.
            seen = _first_seen(
                reader,
                [
                    lambda title=title: reader.title() != title,
                    lambda title=title: reader.title() != title and "…" not in reader.title(),
                    lambda count=count: reader.count_of_all() != count,
                ],
            )
            for moment, times in zip(seen, (rows, whole, counts), strict=True):
                if moment is not None:
                    times.append(moment - pressed)
        reader.settle()
    reader.press(_ESCAPE)
    reader.settle(quiet=0.4)


def _first_seen(reader: _Reader, conditions: Sequence[Callable[[], bool]], seconds: float = 3.0) -> list[float | None]:
    """Return when each condition was first true, None where it was not in time."""
    seen: list[float | None] = [None] * len(conditions)
    deadline = time.perf_counter() + seconds
    while None in seen and (moment := reader.step(deadline)) is not None:
        for at, condition in enumerate(conditions):
            if seen[at] is None and condition():
                seen[at] = moment
    return seen


def moves(world: World) -> list[Figure]:
    """Measure the keys that move the cursor, beside a bare list of as many rows."""
    world.prepared()
    ours: list[float] = []
    bare: list[float] = []
    keys = ["j"] * 20 + [_PAGE_DOWN] * 20 + ["G", _HOME] * 5 + ["j", "k"] * 5 + [_PAGE_DOWN, _PAGE_UP] * 5
    for _ in range(max(1, world.runs // 2)):
        with _Reader(world.script("bench_apps.py", "list", str(world.articles)), world.env()) as reader:
            bare += _key_by_key(reader, keys)
        with _opened(world) as reader:
            ours += _key_by_key(reader, keys)
    if not (ours and bare):
        return timed("j, k, PgDn, PgUp, G, Home", ())
    beside = f"the bare list p95 {p95(bare) * 1000:.1f} ms, median {median(bare) * 1000:.1f} ms"
    return [
        Figure("j, k, PgDn, G, Home, p95 beside a bare list", ratio(p95(ours), p95(bare)), "×", most=1.2),
        *timed("j, k, PgDn, G, Home, painted", ours, beside=beside),
    ]


def _key_by_key(reader: _Reader, keys: Sequence[str]) -> list[float]:
    reader.wait_for_rest()
    times = []
    for key in keys:
        before = reader.cursor_line()
        pressed = reader.press(key)
        painted = reader.wait(lambda before=before: reader.cursor_line() not in {before, ""}, 2.0)
        if painted is not None:
            times.append(painted - pressed)
        reader.settle()
    return times


def article(world: World) -> list[Figure]:
    """Measure the way to the next article of about 20 KiB, until its text is painted."""
    library = world.prepared()
    times: list[float] = []
    query = f'topic:"{LONG_READS}"'
    beginnings = _beginnings(world, query, 5 * world.runs)
    if len(beginnings) < 2:
        return []
    with _opened(world, query) as reader:
        reader.wait_for_rest()
        for beginning in beginnings[1:]:
            pressed = reader.press("j")
            painted = reader.wait(lambda beginning=beginning: beginning in reader.page(), 3.0)
            if painted is not None:
                times.append(painted - pressed)
            reader.settle()
    del library
    return timed("next article of 20 KiB, text painted", times, 60)


def _beginnings(world: World, query: str, most: int) -> list[str]:
    """Return how the bodies of the articles found begin, in order."""
    entries = _entries(world, query, most)
    bodies = [world.prepared().load(path).article for path, _title in entries]
    return [" ".join(found.body.split()[:3]) for found in bodies if found is not None]


def _entries(world: World, query: str, most: int) -> list[tuple[str, str]]:
    from contextlib import closing  # noqa: PLC0415 - few measures need to know what the list holds

    from reader.query import Context, compile_query, local_clock, parse  # noqa: PLC0415

    statement = compile_query(parse(query), Context(local_clock()))
    with closing(world.prepared().search()) as search:
        return [(entry.path, entry.title) for entry in search.entries(search.ids(statement, limit=most))]


def hold(world: World) -> list[Figure]:
    """Measure a key that is held: how far the cursor is behind, and when the last article is there."""
    held = 250
    titles = [title[:24] for _path, title in _entries(world, "", held + 1)]
    behind: list[float] = []
    with _opened(world) as reader:
        reader.wait_for_rest()
        pressed = _hold(reader, held, titles, behind)
        shown = reader.wait_now(lambda: titles[held] in reader.page(), 5.0)
    last = float("inf") if shown is None else max(0.0, shown - pressed)
    return [
        *timed("j held (a key every 20 ms), cursor painted", behind, 100),
        Figure("j held, the last article after release", last * 1000, "ms", most=100),
    ]


def _hold(reader: _Reader, held: int, titles: Sequence[str], behind: list[float]) -> float:
    """Press j so many times; note how late each step was painted, and return when the last key was sent."""
    sent: list[float] = []
    row = 0
    began = time.perf_counter()
    deadline = began + held * _PAUSE + 5.0
    while row < held and time.perf_counter() < deadline:
        due = began + len(sent) * _PAUSE
        if len(sent) < held and time.perf_counter() >= due:
            sent.append(reader.press("j"))
            continue
        moment = reader.step(due if len(sent) < held else deadline)
        now = row if moment is None else _row_of(reader.cursor_line(), titles, row)
        behind.extend(moment - sent[step] for step in range(row, min(now, len(sent))) if moment is not None)
        row = now
    return sent[-1]


def _row_of(line: str, titles: Sequence[str], least: int) -> int:
    return next((row for row in range(least, len(titles)) if titles[row][:20] in line), least)


def memory(world: World) -> list[Figure]:
    """Measure the most memory the reader takes: known folder, scrolled and filtered; and folder read for the first time."""
    world.prepared()
    pages = min(world.articles // LINES, 800)
    with _opened(world) as reader:
        reader.wait_for_rest()
        idle = _cpu_seconds(reader.pid)
        reader.settle(quiet=3.0, seconds=3.0)
        idle = _cpu_seconds(reader.pid) - idle
        for _ in range(pages):
            reader.press(_PAGE_DOWN)
            reader.settle(quiet=0.01, seconds=0.03)
        reader.press("G")
        reader.settle()
        for word in typed_words(world.articles, 6):
            _type(reader, word, [], [], [])
        scrolled = peak_memory(reader.pid)
    large = world.articles > 100_000
    return [
        Figure(
            "memory after scrolling and filtering", scrolled, "MB", most=250 if large else 120, beside="main process"
        ),
        Figure("CPU while idle", idle / 3.0 * 100, "%", most=1.0, beside="over 3 s"),
    ]


def _cpu_seconds(pid: int) -> float:
    with open(f"/proc/{pid}/stat", encoding="utf-8") as line:
        fields = line.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
