"""The commands that do something: open, mark, marks, index. Each returns the exit status."""

from __future__ import annotations

import io
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from reader.cli.output import bring_up_to_date
from reader.cli.read_commands import entries, nothing, search_in, statement
from reader.errors import ReaderError, reason
from reader.marks import MarkKind, Marks
from reader.text import clean_line, readable_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reader.cli.arguments import Request
    from reader.cli.context import World
    from reader.library import Library

__all__ = ["export_marks", "import_marks", "index", "mark", "open_"]

_MOST_OPENED = 10
_MARKS: Mapping[str, tuple[MarkKind, bool, str]] = MappingProxyType(
    {
        "read": (MarkKind.READ, True, "marked read"),
        "unread": (MarkKind.READ, False, "marked unread"),
        "star": (MarkKind.STARRED, True, "starred"),
        "unstar": (MarkKind.STARRED, False, "no longer starred"),
        "later": (MarkKind.LATER, True, "kept for later"),
        "not-later": (MarkKind.LATER, False, "no longer kept for later"),
    }
)


def open_(request: Request, library: Library, world: World) -> int:
    """Open articles in the browser."""
    from reader.config.load import load_config  # noqa: PLC0415 - nothing else here asks for settings

    browser = load_config(world.places.config_file).browser
    wanted = statement(request, world)
    with closing(search_in(library, request, world)) as search:
        ids = search.ids(wanted)
        if not ids:
            return nothing(library, search, world)
        if len(ids) > _MOST_OPENED and not request.yes:
            raise ReaderError(
                f"{len(ids):,} articles match, and at most {_MOST_OPENED} are opened at once. "
                "Add --yes to open them all."
            )
        opened = 0
        for entry in entries(search, ids):
            if entry.url:
                world.open_url(entry.url, browser)
                opened += 1
            else:
                world.err.line(f"newsreader: There is no URL to open for {clean_line(entry.title)}.")
        return 0 if opened else 1


def mark(request: Request, library: Library, world: World) -> int:
    """Set or take away a mark."""
    wanted = statement(request, world)
    kind, on, words = _MARKS[request.mark]
    with closing(search_in(library, request, world)) as search:
        ids = search.ids(wanted)
        if not ids:
            return nothing(library, search, world)
        targets = search.targets(ids)
    with closing(Marks(world.places.marks_file)) as marks:
        change = marks.set(kind, targets, on=on, now=int(world.clock().now.timestamp()))
        _tell_notice(marks, world)
    already = len(ids) - len(change)
    so_already = f"; {already:,} already so" if already else ""
    world.err.line(f"{_many(len(change), 'article')} {words}{so_already}.")
    return 0


def export_marks(world: World) -> int:
    """Write every mark as a line of JSON."""
    with closing(Marks(world.places.marks_file)) as marks:
        for line in marks.export_lines():
            world.out.line(line)
    return 0


def import_marks(request: Request, world: World) -> int:
    """Take in lines of JSON; a bad one is named and left out, which the exit status tells."""
    with closing(Marks(world.places.marks_file)) as marks:
        result = marks.import_lines(_lines(request.file, world))
        _tell_notice(marks, world)
    name = "standard input" if request.file in {"", "-"} else readable_path(request.file)
    for bad in result.bad:
        world.err.line(f"{name}:{bad.number}: {clean_line(bad.message)}")
    world.err.line(
        f"{_many(result.taken, 'mark')} taken, {result.known:,} known already, {_many(len(result.bad), 'line')} bad."
    )
    return 1 if result.bad else 0


def _lines(file: str, world: World) -> list[str]:
    if not file or file == "-":
        stream = io.TextIOWrapper(world.stdin.buffer, encoding="utf-8", errors="replace")
        try:
            return stream.readlines()
        finally:
            stream.detach()
    try:
        return Path(file).read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError as error:
        raise ReaderError(f"{readable_path(file)} cannot be read: {reason(error)}.") from error


def _tell_notice(marks: Marks, world: World) -> None:
    if notice := marks.take_notice():
        world.err.line(f"newsreader: {clean_line(notice)}")


def index(request: Request, library: Library, world: World) -> int:
    """Bring the index up to date, or read every file again."""
    if request.rebuild:
        library.index.forget_stamps()
    done = bring_up_to_date(library, world)
    with closing(library.search()) as search:
        totals = search.totals()
    world.err.line(
        f"{_many(totals.articles, 'article')}: {done.added:,} files read for the first time, {done.changed:,} again, "
        f"{done.removed:,} gone. Problems: {totals.problems:,}."
    )
    return 0


def _many(number: int, thing: str) -> str:
    return f"1 {thing}" if number == 1 else f"{number:,} {thing}s"
