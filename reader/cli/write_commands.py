"""Commands that change or open something: open, mark, marks, index. Each returns the exit status."""

from __future__ import annotations

import io
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from reader.cli.output import lock_wait, plural, sync_with_progress
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

_MAX_OPENED = 10
_MARKS: Mapping[str, tuple[MarkKind, bool, str, str]] = MappingProxyType(
    {
        "read": (MarkKind.READ, True, "Marked {} as read", "already read"),
        "unread": (MarkKind.READ, False, "Marked {} as unread", "already unread"),
        "star": (MarkKind.STARRED, True, "Starred {}", "already starred"),
        "unstar": (MarkKind.STARRED, False, "Unstarred {}", "not starred"),
        "later": (MarkKind.LATER, True, "Added {} to read later", "already there"),
        "not-later": (MarkKind.LATER, False, "Removed {} from read later", "not there"),
    }
)


def open_articles(request: ParsedArgs, library: Library, context: CliContext) -> int:
    """Open the matching articles in the browser. Return 1 if none has a URL."""
    from reader.config.load import load_config  # noqa: PLC0415 - lazy import: 7 ms, only `open` needs the settings

    browser = load_config(context.places.config_file).browser
    query = parse_request(request, context)
    with closing(open_search(library, request, context)) as search:
        ids = search.ids(*query)
        if not ids:
            return report_no_results(library, search, context)
        if len(ids) > _MAX_OPENED and not request.yes:
            raise ReaderError(f"{len(ids):,} articles match (limit {_MAX_OPENED}); use --yes to open them all")
        opened = 0
        for entry in entries(search, ids):
            if entry.url:
                context.open_url(entry.url, browser)
                opened += 1
            else:
                context.err.line(f'newsreader: No URL: "{sanitize_line(entry.title)}"')
        return 0 if opened else 1


def mark_articles(request: ParsedArgs, library: Library, context: CliContext) -> int:
    """Set or clear a mark on the matching articles."""
    query = parse_request(request, context)
    kind, on, message, was = _MARKS[request.mark]
    with closing(open_search(library, request, context)) as search:
        ids = search.ids(*query)
        if not ids:
            return report_no_results(library, search, context)
        targets = search.targets(ids)
    with closing(MarkStore(context.places.marks_file, lock_wait(context))) as marks:
        change = marks.set(kind, targets, on=on, now=int(context.clock().now.timestamp()))
        _print_notice(marks, context)
    unchanged = len(ids) - len(change)
    suffix = f"; {unchanged:,} {'was' if unchanged == 1 else 'were'} {was}" if unchanged else ""
    context.err.line(message.format(plural(len(change), "article")) + suffix)
    return 0


def export_marks(context: CliContext) -> int:
    """Write all marks as JSON Lines."""
    with closing(MarkStore(context.places.marks_file, lock_wait(context))) as marks:
        for line in marks.export_lines():
            context.out.line(line)
        _print_notice(marks, context)
    return 0


def import_marks(request: ParsedArgs, context: CliContext) -> int:
    """Import marks from JSON Lines. Report and skip invalid lines; return 1 if there were any."""
    with closing(MarkStore(context.places.marks_file, lock_wait(context))) as marks:
        result = marks.import_lines(_lines(request.file, context))
        _print_notice(marks, context)
    name = "standard input" if request.file in {"", "-"} else display_path(request.file)
    for bad in result.bad:
        context.err.line(f"{name}:{bad.number}: {sanitize_line(bad.message)}")
    context.err.line(
        f"{plural(result.taken, 'mark')} imported, {result.known:,} unchanged, {len(result.bad):,} invalid"
    )
    return 1 if result.bad else 0


def _lines(file: str, context: CliContext) -> list[str]:
    if not file or file == "-":
        stream = io.TextIOWrapper(context.stdin.buffer, encoding="utf-8-sig", errors="replace")
        try:
            return stream.readlines()
        finally:
            stream.detach()
    try:
        return Path(file).read_text(encoding="utf-8-sig", errors="replace").split("\n")
    except OSError as error:
        raise ReaderError(f"Cannot read {display_path(file)}: {describe_error(error)}") from error


def _print_notice(marks: MarkStore, context: CliContext) -> None:
    if notice := marks.pop_notice():
        context.err.line(f"newsreader: {sanitize_line(notice)}")


def update_index(request: ParsedArgs, library: Library, context: CliContext) -> int:
    """Update the index; with ``--rebuild`` read every file again."""
    if request.rebuild:
        library.index.invalidate_stamps(lock_wait(context))
    done = sync_with_progress(library, context)
    with closing(library.search()) as search:
        totals = search.totals()
    context.err.line(
        f"{plural(totals.articles, 'article')}: {done.added:,} added, {done.changed:,} updated, "
        f"{done.removed:,} removed; {plural(totals.problems, 'problem')}"
    )
    return 0
