"""Read-only commands: list, count, topics, show, check; and how all commands open a folder.

Each command takes ParsedArgs and an open Library, prints lines, and returns the exit status.
"""

from __future__ import annotations

import os
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from reader import urls
from reader.cli import formats
from reader.cli.arguments import UsageError, parse_folder
from reader.cli.output import lock_wait, print_paged, sync_with_progress
from reader.content import ReadOptions
from reader.errors import LockedError, QueryError, StorageError, describe_error
from reader.index.model import FacetKind
from reader.index.search import needs_words
from reader.library import find_context, open_library
from reader.problems import Code, Level, Problem
from reader.query import QueryContext, combine, parse
from reader.query.relaxation import ignoring_marks
from reader.render.style import TERMINAL, Palette, RenderOptions, to_ansi
from reader.storage.session import SessionFiles
from reader.text import display_path

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable, Iterator

    from reader.article import Article
    from reader.cli.arguments import ParsedArgs
    from reader.cli.context import CliContext
    from reader.index.model import ArticleSummary
    from reader.index.search import Search
    from reader.library import Library
    from reader.query import Query

__all__ = [
    "check",
    "count",
    "entries",
    "list_",
    "open_folder",
    "open_search",
    "parse_request",
    "report_no_results",
    "show",
    "topics",
]

_CHUNK = 500
_MAX_TEXT_WIDTH = 90


def open_folder(request: ParsedArgs, context: CliContext) -> Library:
    """Open the folder or file that a command names. Raises FolderError, ConfigError, StorageError."""
    folder = parse_folder(request.content or "")
    return open_library(folder, context.places, lock_wait(context), _read_options(request, context, folder))


def _read_options(request: ParsedArgs, context: CliContext, folder: Path) -> ReadOptions:
    only = request.only_front_matter
    # The settings of most users concern the TUI; reading them would take longer than most commands.
    if not _mentions(context.places.config_file, (b"only_front_matter", b"base_url", b"sites")):
        return ReadOptions(only)
    from reader.config.load import load_config  # noqa: PLC0415 - lazy import: 6 ms, few users have these settings

    config = load_config(context.places.config_file)
    return ReadOptions(only or config.only_front_matter, config.base_url_of(folder))


def _mentions(file: Path, settings: Iterable[bytes]) -> bool:
    try:
        text = file.read_bytes() if file.is_file() else b""
    except OSError:
        return False
    return any(setting in text for setting in settings)


def list_(request: ParsedArgs, library: Library, context: CliContext) -> int:
    """List the matching articles."""
    query = parse_request(request, context)
    with closing(open_search(library, request, context, words=needs_words(*query))) as search:
        ids = search.ids(*query, limit=request.limit)
        for line in formats.article_lines(entries(search, ids), request.format, context.style, context.clock().zone):
            context.out.line(line)
        return 0 if ids else report_no_results(library, search, context)


def count(request: ParsedArgs, library: Library, context: CliContext) -> int:
    """Print the number of matching articles."""
    query = parse_request(request, context)
    with closing(open_search(library, request, context, words=needs_words(*query))) as search:
        number = search.count(*query)
        context.out.line(str(number))
        return 0 if number else report_no_results(library, search, context)


def topics(request: ParsedArgs, library: Library, context: CliContext) -> int:
    """Count the matching articles per value of a field."""
    query = parse_request(request, context)
    with closing(open_search(library, request, context, words=needs_words(*query))) as search:
        facets = search.facets(*query, FacetKind(request.by))[: request.limit]
        for line in formats.facet_lines(facets, request.format, context.style):
            context.out.line(line)
        return 0 if facets else report_no_results(library, search, context)


def show(request: ParsedArgs, library: Library, context: CliContext) -> int:
    """Print one article."""
    with closing(open_search(library, request, context, words=False)) as search:
        entry = _find_article(request.subject, library, search)
        loaded = None if entry is None else library.load_entry(search, entry)
        if entry is None or loaded is None or loaded.article is None:
            context.err.line(f"newsreader: No such article: {display_path(request.subject)}")
            return 1
        if request.format == "json":
            context.out.line(formats.show_line(entry, loaded.article, loaded.problems, context.style))
        else:
            print_paged(list(_page(loaded.article, loaded.problems, search, context)), context.out, os.environ)
        return 0


def check(request: ParsedArgs, library: Library, context: CliContext) -> int:
    """List errors and warnings, and the number of omitted notes; with ``--all``, also list the notes."""
    with closing(open_search(library, request, context, words=False)) as search:
        found = sorted([*search.problems(), *_new_versions(library, context)])
        plain = [Problem(path, 0, "", Code.OTHER_FILE) for path in search.other_files()]
    problems = [problem for problem in found if problem.level is not Level.NOTE]
    shown = sorted(found + plain) if request.all else problems
    as_json = request.format == "json"
    lines = formats.problem_array(shown, context.style) if as_json else formats.problem_lines(shown)
    for line in lines:
        context.out.line(line)
    if (left_out := len(found) + len(plain) - len(shown)) and not request.all:
        context.err.line(f"newsreader: {left_out:,} {'note' if left_out == 1 else 'notes'} omitted (--all)")
    return 1 if problems else 0


def _new_versions(library: Library, context: CliContext) -> Iterator[Problem]:
    """Yield a problem for each edited file of which the feed has a new version."""
    state = context.places.feeds_file(library.place.root)
    try:
        has_feeds = state.exists()
    except OSError as error:
        raise StorageError(f"Cannot read {display_path(str(state))}: {describe_error(error)}") from error
    if has_feeds:
        from reader.feeds.trouble import new_versions  # noqa: PLC0415 - lazy import: 5 ms, only folders with feeds need it

        yield from new_versions(library.place.root, state)


def parse_request(request: ParsedArgs, context: CliContext) -> tuple[Query, QueryContext]:
    """Parse the query and ``--sort``. Raises QueryError, UsageError."""
    query = parse(request.query)
    if request.sort:
        query = combine(query, _order(request.sort))
    return query, QueryContext(context.clock(), _last_visit(request, context))


def _last_visit(request: ParsedArgs, context: CliContext) -> int | None:
    """Return the time of the last visit to the folder, which ``is:new`` needs."""
    if "new" not in request.query.lower():
        return None
    places = context.places
    return SessionFiles(places.session_file(parse_folder(request.content or "")), places.theme_file).load().last_seen


def _order(keys: str) -> Query:
    try:
        order = parse(f"sort:{keys}")
    except QueryError as error:
        raise UsageError(f"--sort: {error}") from error
    if order.expr is not None or order.limit is not None or not order.sort:
        raise UsageError("--sort expects comma-separated keys, e.g. quality,-date")
    return order


def open_search(library: Library, request: ParsedArgs, context: CliContext, *, words: bool = True) -> Search:
    """Update and open the index; with ``--cached`` update it only if it is empty.

    If another process locks the index for too long, use the existing index, unless it is empty. ``words`` if the
    command needs the words of articles.
    """
    search = library.search()
    try:
        _report_marks(library, request, context)
    except StorageError:
        search.close()
        raise
    if request.cached and not _is_empty(search):
        return _reporting_missing_words(search, context) if words else search
    search.close()
    try:
        sync_with_progress(library, context, words=words)
    except LockedError as error:
        search = library.search()
        if _is_empty(search):
            search.close()
            raise
        context.err.line(f"newsreader: {error}; the index may be out of date")
        return _reporting_missing_words(search, context) if words else search
    return library.search()


def _reporting_missing_words(search: Search, context: CliContext) -> Search:
    totals = search.totals()
    if totals.wordless:
        ready = 100 * (totals.articles - totals.wordless) // totals.articles
        context.err.line(f"newsreader: only {ready} % of the words are indexed so far; results may be incomplete")
    return search


def _report_marks(library: Library, request: ParsedArgs, context: CliContext) -> None:
    """Print what the user must know about the marks. Raises StorageError if the query needs unreadable marks."""
    marks = library.index.attached
    if marks is None or not marks.notice:
        return
    if not marks.complete:
        query = parse(request.query)
        if ignoring_marks(query) != query:
            raise StorageError(marks.notice)
    context.err.line(f"newsreader: {marks.notice}")


def _is_empty(search: Search) -> bool:
    totals = search.totals()
    return not (totals.articles or totals.plain)


def entries(search: Search, ids: array[int]) -> Iterator[ArticleSummary]:
    """Yield the articles with these IDs, loading them in chunks."""
    remaining = iter(ids)
    while page := tuple(islice(remaining, _CHUNK)):
        yield from search.entries(page)


def report_no_results(library: Library, search: Search, context: CliContext) -> int:
    """Print an error if the folder contains no articles at all. Return exit status 1."""
    if not search.totals().articles:
        place = display_path(os.path.join(library.place.root, library.place.only))  # noqa: PTH118 - Path would drop a leading ./
        context.err.line(f"newsreader: No articles in {place.rstrip('/')}: no file starts with front matter")
    return 1


def _find_article(name: str, library: Library, search: Search) -> ArticleSummary | None:
    """Find an article by its path in the content folder, its file path, or one of its URLs."""
    if urls.is_safe(name):
        return search.find_by_urls([name])
    entry = search.find_by_path(os.path.normpath(name))
    if entry is None:
        root = os.path.realpath(library.place.root)
        inside = os.path.relpath(os.path.realpath(name), root)
        entry = search.find_by_path(Path(inside).as_posix())
    return entry


def _page(article: Article, problems: tuple[Problem, ...], search: Search, context: CliContext) -> Iterator[str]:
    """Yield the lines of the article page, with colors on a terminal."""
    from reader.render.page import link_targets, parse_article, render_page  # noqa: PLC0415 - lazy import: 86 ms, slow, only `show` needs it

    palette = TERMINAL if context.style.color else Palette()
    body = parse_article(article)
    article, around = find_context(search, article, problems, link_targets(article, body))
    options = RenderOptions(min(_MAX_TEXT_WIDTH, context.style.width), context.clock().zone, palette)
    for line in render_page(article, around, options, body).lines:
        yield to_ansi(line) if context.style.color else "".join(segment.text for segment in line).rstrip()
