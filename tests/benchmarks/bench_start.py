"""Startup benchmarks: time to the first row in a new and in an indexed folder, and imports."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from bench_env import cpu_seconds
from bench_reader import ReaderTerminal, opened
from bench_report import NEVER, Measurement, median, ratio, timed
from bench_terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench_env import BenchContext

__all__ = ["imports", "start"]

_IMPORT = re.compile(rb"import time:\s+(\d+) \|\s+\d+ \|\s+([\w.]+)")
_LISTED = 9


def start(world: BenchContext) -> list[Measurement]:
    """Measure the time to the first row, alternating with an empty app."""
    world.prepared()
    seen: dict[str, list[tuple[float, float]]] = {"empty": [], "known": [], "unread": []}
    for turn in range(world.runs + 1):
        with Terminal(world.script("baseline_apps.py", "empty"), world.env()) as app:
            empty = _since_start(app, partial(_is_ready, app))
        with opened(world) as reader:
            known = _since_start(reader, reader.is_listed)
        with ReaderTerminal(world.command(str(world.root)), world.env(world.empty_home())) as reader:
            unread = _since_start(reader, reader.is_listed)
        if turn:  # the first one compiles what it imports
            for name, times in (("empty", empty), ("known", known), ("unread", unread)):
                seen[name].append(times)
    wall = {name: median([seconds for seconds, _cpu in times]) for name, times in seen.items()}
    cpu = {name: median([cpu for _seconds, cpu in times]) for name, times in seen.items()}
    beside = f"an empty Textual app {wall['empty'] * 1000:.0f} ms, CPU {cpu['empty'] * 1000:.0f} ms"
    return [
        *timed("first row, unread folder", [seconds for seconds, _cpu in seen["unread"]], 1000),
        *timed("first row, known folder", [seconds for seconds, _cpu in seen["known"]], None, beside),
        Measurement(
            "first row, known folder, beside an empty app",
            ratio(wall["known"], wall["empty"]),
            "×",
            most=1.6,
            beside=f"CPU {ratio(cpu['known'], cpu['empty']):.2f} ×, {cpu['known'] * 1000:.0f} ms",
        ),
    ]


def _is_ready(app: Terminal) -> bool:
    return "ready" in app.screen.display[0]


def _since_start(terminal: Terminal, shown: Callable[[], bool]) -> tuple[float, float]:
    moment = terminal.wait(shown)
    cpu = cpu_seconds(terminal.pid)
    return (NEVER if moment is None else moment - terminal.started), cpu


def imports(world: BenchContext) -> list[Measurement]:
    """Measure the imports before the first row with ``-X importtime``, which itself takes time."""
    world.prepared()
    figures = []
    reader, empty = world.command(str(world.root)), world.script("baseline_apps.py", "empty")
    for what, argv in (("the reader", reader), ("an empty app", empty)):
        with ReaderTerminal([argv[0], "-X", "importtime", *argv[1:]], world.env()) as terminal:
            # The report is written over the screen: by the time it is quiet, everything is there.
            terminal.settle(quiet=1.0, seconds=20)
            terminal.press("q")
            terminal.settle()
            times = _by_package(bytes(terminal.received))
        costliest = sorted(times.items(), key=lambda item: -item[1])[:_LISTED]
        beside = ", ".join(f"{name} {seconds * 1000:.0f}" for name, seconds in costliest)
        figures.append(Measurement(f"imports of {what}", sum(times.values()) * 1000, "ms", beside=beside))
    return figures


def _by_package(received: bytes) -> dict[str, float]:
    times: dict[str, float] = {}
    for found in _IMPORT.finditer(received):
        package = found[2].decode().partition(".")[0]
        times[package] = times.get(package, 0.0) + int(found[1]) / 1e6
    return times
