"""The commands that do something: open, mark, marks, index. Each returns the exit status."""

from __future__ import annotations

import io
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from reader.cli.output import sync_with_progress
from reader.cli.read_commands import entries, open_search, parse_request, report_no_results
from reader.errors import ReaderError, describe_error
from reader.marks import MarkKind, MarkStore
from reader.text import display_path, sanitize_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reader.cli.arguments import ParsedArgs
    from reader.cli.context import CliContext
    from reader.library import Library

__all__ = ["export_marks", "import_marks", "mark_articles", "open_articles", "update_index"]

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


def open_articles(request: ParsedArgs, library: Library, world: CliContext) -> int:
    """Open articles in the browser."""
    from reader.config.load import load_config  # noqa: PLC0415 - nothing else here asks for settings

    browser = load_config(world.places.config_file).browser
    wanted = parse_request(request, world)
    with closing(open_search(library, request, world)) as search:
        ids = search.ids(*wanted)
        if not ids:
            return report_no_results(library, search, world)
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
                world.err.line(f"newsreader: There is no URL to open for {sanitize_line(entry.title)}.")
        return 0 if opened else 1


def mark_articles(request: ParsedArgs, library: Library, world: CliContext) -> int:
    """Set or take away a mark."""
    wanted = parse_request(request, world)
    kind, on, words = _MARKS[request.mark]
    with closing(open_search(library, request, world)) as search:
        ids = search.ids(*wanted)
        if not ids:
            return report_no_results(library, search, world)
        targets = search.targets(ids)
    with closing(MarkStore(world.places.marks_file)) as marks:
        change = marks.set(kind, targets, on=on, now=int(world.clock().now.timestamp()))
        _tell_notice(marks, world)
    already = len(ids) - len(change)
    so_already = f"; {already:,} already so" if already else ""
    world.err.line(f"{_plural(len(change), 'article')} {words}{so_already}.")
    return 0


def export_marks(world: CliContext) -> int:
    """Write every mark as a line of JSON."""
    with closing(MarkStore(world.places.marks_file)) as marks:
        for line in marks.export_lines():
            world.out.line(line)
    return 0


def import_marks(request: ParsedArgs, world: CliContext) -> int:
    """Take in lines of JSON; a bad one is named and left out, which the exit status tells."""
    with closing(MarkStore(world.places.marks_file)) as marks:
        result = marks.import_lines(_lines(request.file, world))
        _tell_notice(marks, world)
    name = "standard input" if request.file in {"", "-"} else display_path(request.file)
    for bad in result.bad:
        world.err.line(f"{name}:{bad.number}: {sanitize_line(bad.message)}")
    world.err.line(
        f"{_plural(result.taken, 'mark')} taken, {result.known:,} known already, "
        f"{_plural(len(result.bad), 'line')} bad."
    )
    return 1 if result.bad else 0


def _lines(file: str, world: CliContext) -> list[str]:
    if not file or file == "-":
        stream = io.TextIOWrapper(world.stdin.buffer, encoding="utf-8", errors="replace")
        try:
            return stream.readlines()
        finally:
            stream.detach()
    try:
        return Path(file).read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError as error:
        raise ReaderError(f"{display_path(file)} cannot be read: {describe_error(error)}.") from error


def _tell_notice(marks: MarkStore, world: CliContext) -> None:
    if notice := marks.take_notice():
        world.err.line(f"newsreader: {sanitize_line(notice)}")


def update_index(request: ParsedArgs, library: Library, world: CliContext) -> int:
    """Bring the index up to date, or read every file again."""
    if request.rebuild:
        library.index.forget_stamps()
    done = sync_with_progress(library, world)
    with closing(library.search()) as search:
        totals = search.totals()
    world.err.line(
        f"{_plural(totals.articles, 'article')}: {done.added:,} files read for the first time, {done.changed:,} again, "
        f"{done.removed:,} gone. Problems: {totals.problems:,}."
    )
    return 0


def _plural(number: int, thing: str) -> str:
    return f"1 {thing}" if number == 1 else f"{number:,} {thing}s"
