"""Benchmarks in a terminal: from a key to the painted result."""

from __future__ import annotations

import time
from bisect import bisect
from contextlib import closing
from threading import Event
from typing import TYPE_CHECKING

from bench_env import cpu_seconds, peak_memory
from bench_reader import ESCAPE, HOME, PAGE_DOWN, PAGE_UP, ReaderTerminal, entries, opened
from bench_report import NEVER, Measurement, median, p95, ratio, timed
from bench_terminal import LINES
from corpus import LONG_READS, typed_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench_env import BenchContext

__all__ = ["article", "filtering", "hold", "key_by_key", "memory", "moves"]

_PAUSE = 0.02
_TIMEOUT = 3.0
_ONE_LINE = 40


def filtering(world: BenchContext) -> list[Measurement]:
    """Measure a letter typed into the filter, until its rows are painted and until the sidebar shows its counts."""
    words = typed_words(world.articles, 6 * world.runs)
    counts = _counts(world, words)
    seen: list[list[float]] = []
    with opened(world) as reader:
        reader.wait_for_rest()
        cpu = cpu_seconds(reader.pid)
        for at, word in enumerate(words):
            if at == len(words) // 2:  # the other half with a cursor that belongs to an article
                reader.press("jjj")
                reader.settle()
            seen += _type(reader, word, counts)
        cpu = cpu_seconds(reader.pid) - cpu
    rows, whole, sidebar = zip(*seen, strict=True) if seen else ((), (), ())
    work = f"CPU {cpu / max(1, sum(len(word) + 2 for word in words)) * 1000:.0f} ms a key"
    return [
        *timed("a letter in the filter, rows painted", rows, 150 if world.is_large else 50, work),
        *timed("a letter in the filter, all of them found", whole, 150),
        *timed("a letter in the filter, sidebar counted", sidebar, 100 if world.is_large else 50),
    ]


def _counts(world: BenchContext, words: Sequence[str]) -> dict[str, int]:
    """Return how many articles each prefix of a word finds as an incremental query."""
    from reader.query import QueryContext, local_clock, parse_incremental  # noqa: PLC0415 - lazy import: startup time

    context = QueryContext(local_clock())
    beginnings = {word[:end] for word in words for end in range(1, len(word) + 1)}
    with closing(world.prepared().search()) as search:
        return {text: search.count(parse_incremental(text), context) for text in beginnings}


def _type(reader: ReaderTerminal, word: str, counts: dict[str, int]) -> list[list[float]]:
    """Type a word letter by letter, then cancel; return the times of the letters that change the results."""
    times = []
    reader.press("/")
    reader.settle()
    for end in range(1, len(word) + 1):
        number, before = f"{counts[word[:end]]:,}", reader.count_of_all()
        title = reader.title()
        pressed = reader.press(word[end - 1])
        if number != before:
            # All three are awaited together: which comes first differs.
            shown = (
                lambda title=title: reader.title() != title,
                lambda number=number: f" {number} of" in reader.title(),
                lambda number=number: reader.count_of_all() == number,
            )
            times.append(_first_seen(reader, pressed, shown))
        reader.settle()
    _cancel_filter(reader)
    return times


def _cancel_filter(reader: ReaderTerminal) -> None:
    # A key right after the escape would be parsed as one sequence with it, and a slash would open no new filter.
    reader.press(ESCAPE)
    reader.wait_now(lambda: " of " not in reader.title())
    reader.settle(quiet=0.3)


def _first_seen(reader: ReaderTerminal, pressed: float, conditions: Sequence[Callable[[], bool]]) -> list[float]:
    """Return the time from a key until each condition first held."""
    seen = [NEVER] * len(conditions)
    deadline = pressed + _TIMEOUT
    while NEVER in seen and (moment := reader.step(deadline)) is not None:
        for at, condition in enumerate(conditions):
            if moment > pressed and seen[at] == NEVER and condition():
                seen[at] = moment - pressed
    return seen


def moves(world: BenchContext) -> list[Measurement]:
    """Measure the keys that move the cursor, alternating with a bare list of the same length."""
    world.prepared()
    ours: list[float] = []
    bare: list[float] = []
    keys = ["j"] * 20 + [PAGE_DOWN] * 20 + ["G", HOME] * 5 + ["j", "k"] * 5 + [PAGE_DOWN, PAGE_UP] * 5
    for _ in range(max(1, world.runs // 2)):
        with ReaderTerminal(world.script("baseline_apps.py", "list", str(world.articles)), world.env()) as reader:
            bare += key_by_key(reader, keys)
        with opened(world) as reader:
            ours += key_by_key(reader, keys)
    medians = f"p50 {ratio(median(ours), median(bare)):.2f} ×"
    return [
        Measurement(
            "j, k, PgDn, G, Home, beside a bare list", ratio(p95(ours), p95(bare)), "×", most=1.2, beside=medians
        ),
        *timed("j, k, PgDn, G, Home, painted", ours),
        *timed("j, k, PgDn, G, Home in the bare list", bare),
    ]


def key_by_key(reader: ReaderTerminal, keys: Sequence[str]) -> list[float]:
    """Return how long the cursor took to move after each key."""
    reader.wait_for_rest()
    times = []
    for key in keys:
        before = reader.cursor_line()
        pressed = reader.press(key)
        painted = reader.wait(lambda before=before: reader.cursor_line() not in {before, ""}, 2.0, of=reader.rows)
        times.append(NEVER if painted is None else painted - pressed)
        reader.settle()
    return times


def article(world: BenchContext) -> list[Measurement]:
    """Measure a move to the next article of about 20 KiB, until its text is painted."""
    what, query = "next article of 20 KiB, text painted", f'topic:"{LONG_READS}"'
    beginnings = _beginnings(world, query, 10 * world.runs)
    if len(beginnings) < 2:
        return [Measurement(what, 0.0, "ms", beside="there are too few of them in so small a folder")]
    times: list[float] = []
    with opened(world, query) as reader:
        reader.wait_for_rest()
        cpu = cpu_seconds(reader.pid)
        for beginning in beginnings[1:]:
            pressed = reader.press("j")
            painted = reader.wait(lambda beginning=beginning: beginning in reader.page(), 3.0)
            times.append(NEVER if painted is None else painted - pressed)
            reader.settle()
        cpu = (cpu_seconds(reader.pid) - cpu) / len(times)
    return timed(what, times, 60, f"CPU {cpu * 1000:.0f} ms")


def _beginnings(world: BenchContext, query: str, most: int) -> list[str]:
    """Return the first words of the articles that a query finds, in order."""
    library = world.prepared()
    bodies = [library.load(path).article for path, _title in entries(world, query, most)]
    return [" ".join(found.body.split()[:3]) for found in bodies if found is not None]


def hold(world: BenchContext) -> list[Measurement]:
    """Measure a held key: the lag of the cursor, and the time until the last article is shown."""
    held = round(10 / _PAUSE)
    titles = [title for _path, title in entries(world, "", held + 1)]
    held = len(titles) - 1
    with opened(world) as reader:
        reader.wait_for_rest()
        cpu = cpu_seconds(reader.pid)
        released, behind, queue = _hold(reader, held, titles)
        shown = reader.wait_now(lambda: titles[held][:_ONE_LINE] in reader.page(), _TIMEOUT)
        cpu = (cpu_seconds(reader.pid) - cpu) / held
    last = NEVER if shown is None else max(0.0, shown - released)
    return [
        *timed("j held (a key every 20 ms), cursor painted", behind, 100, f"CPU {cpu * 1000:.0f} ms a key"),
        Measurement("j held, keys that wait at most", queue, "keys", most=5),
        Measurement("j held, the last article after release", last * 1000, "ms", most=100),
    ]


def _hold(reader: ReaderTerminal, held: int, titles: Sequence[str]) -> tuple[float, list[float], int]:
    """Press j repeatedly; return the time of the last key, the lag of each step, and the longest queue of keys."""
    sent: list[float] = []
    clock = Event()
    began = time.perf_counter()
    # The output is kept with its times and emulated later: emulating it now would delay the keys.
    for number in range(held):
        clock.wait(max(0.0, began + number * _PAUSE - time.perf_counter()))
        sent.append(reader.press("j"))
    behind: list[float] = []
    queue = 0
    while len(behind) < held and (moment := reader.step(time.perf_counter() + _TIMEOUT)) is not None:
        row = len(behind)
        waiting = bisect(sent, moment)
        queue = max(queue, waiting - row)
        now = _row_of(reader.cursor_title(), titles[: waiting + 1], row)
        behind.extend(moment - sent[step] for step in range(row, now))
    behind.extend([NEVER] * (held - len(behind)))
    return sent[-1], behind, queue


def _row_of(seen: str, titles: Sequence[str], least: int) -> int:
    """Return the row of a title, possibly truncated, from ``least`` on."""
    return next((row for row in range(least, len(titles)) if seen and titles[row].startswith(seen)), least)


def memory(world: BenchContext) -> list[Measurement]:
    """Measure the peak memory of the TUI in an indexed folder: idle, scrolled from end to end, and filtered."""
    world.prepared()
    with opened(world) as reader:
        reader.wait_for_rest()
        reader.settle(quiet=3.0, seconds=60.0)  # long enough for the first article to be marked as read
        at_rest, cpu = peak_memory(reader.pid), cpu_seconds(reader.pid)
        reader.settle(quiet=3.0, seconds=3.0)
        idle = (cpu_seconds(reader.pid) - cpu) / 3.0
        steps = min(800, max(1, world.articles // LINES))
        for _ in range(steps):
            reader.press(PAGE_DOWN * -(-world.articles // LINES // steps))
            reader.settle(quiet=0.01, seconds=0.03)
        reader.press("G")
        reader.settle()
        scrolled = peak_memory(reader.pid)
        for word in typed_words(world.articles, 6):
            for key in ("/", *word):
                reader.press(key)
                reader.settle()
            _cancel_filter(reader)
        filtered = peak_memory(reader.pid)
    beside = f"at rest {at_rest:.0f} MB, scrolled from end to end {scrolled:.0f} MB, then filtered"
    return [
        Measurement("memory", filtered, "MB", most=250 if world.is_large else 120, beside=beside),
        Measurement("CPU while idle", idle * 100, "%", most=1.0, beside="over 3 s"),
    ]
