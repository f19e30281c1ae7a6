"""Newsboat, if it is installed, on the same articles as one feed with titles, excerpts and URLs."""

from __future__ import annotations

import shutil
import time
from contextlib import closing
from email.utils import format_datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from bench_env import peak_memory
from bench_report import NEVER, Measurement
from bench_terminal import LINES, Terminal
from corpus import typed_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench_env import BenchContext

    from reader.index.model import ArticleSummary

__all__ = ["newsboat"]

_AT_ONCE = 1_000
_PATIENCE = 60.0


def newsboat(world: BenchContext) -> list[Measurement]:
    """Measure its start with a cached feed, a search, and its memory after both."""
    if shutil.which("newsboat") is None:
        return [Measurement("newsboat", 0.0, "", beside="not installed")]
    home = world.empty_home()
    feed = home / "feed.xml"
    with feed.open("w", encoding="utf-8") as file:
        file.writelines(_rss(world))
    (home / "urls").write_text(f"file://{feed}\n", encoding="utf-8")
    (home / "config").write_text("max-items 0\n", encoding="utf-8")
    argv = ["newsboat", "-C", str(home / "config"), "-u", str(home / "urls"), "-c", str(home / "cache.db")]
    began = time.perf_counter()
    world.output([*argv, "-x", "reload"])
    read = time.perf_counter() - began
    started, searched, memory = _used(world, argv)
    return [
        Measurement("newsboat: reading the feed", read, "s"),
        Measurement("newsboat: to its list of feeds", started, "s", beside="known feed"),
        Measurement("newsboat: a search", searched, "s"),
        Measurement("newsboat: memory", memory, "MB"),
    ]


def _used(world: BenchContext, argv: list[str]) -> tuple[float, float, float]:
    (word,) = typed_words(world.articles, 1)
    with Terminal(argv, world.env()) as terminal:
        shown = terminal.wait(lambda: f"({world.articles}/" in "\n".join(terminal.screen.display), _PATIENCE)
        started = NEVER if shown is None else shown - terminal.started
        terminal.settle(quiet=0.5)
        terminal.press("/")
        terminal.settle()
        terminal.press(word)
        terminal.settle()
        pressed = terminal.press("\r")
        found = terminal.wait(lambda: _is_full(terminal), _PATIENCE)
        return started, NEVER if found is None else found - pressed, peak_memory(terminal.pid)


def _is_full(terminal: Terminal) -> bool:
    """Return whether its list of articles fills the screen, except for a title and two lines at the bottom."""
    return sum(bool(line.strip()) for line in terminal.screen.display) > LINES - 4


def _rss(world: BenchContext) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>Everything</title>\n'
    for entry in _entries(world):
        date = "" if entry.published_at is None else f"<pubDate>{format_datetime(entry.published_at)}</pubDate>"
        yield (
            f"<item><title>{escape(entry.title)}</title><link>{escape(entry.url)}</link>{date}"
            f"<guid>{escape(entry.path)}</guid><description>{escape(entry.excerpt)}</description></item>\n"
        )
    yield "</channel></rss>\n"


def _entries(world: BenchContext) -> Iterator[ArticleSummary]:
    from reader.query import QueryContext, local_clock, parse  # noqa: PLC0415 - lazy import: startup time

    with closing(world.prepared().search()) as search:
        ids = search.ids(parse(""), QueryContext(local_clock()))
        for at in range(0, len(ids), _AT_ONCE):
            yield from search.entries(ids[at : at + _AT_ONCE])
