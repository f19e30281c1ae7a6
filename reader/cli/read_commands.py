"""The commands that answer from a folder and change nothing: list, count, topics, show, check.

Each takes a Request and an opened Library, writes lines, and returns the exit status.
"""

from __future__ import annotations

import os
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from reader import urls
from reader.article import Problem
from reader.cli import formats
from reader.cli.arguments import UsageError, parse_folder
from reader.cli.output import sync_with_progress
from reader.errors import QueryError
from reader.index.search import FacetKind
from reader.query import QueryContext, combine, parse
from reader.text import display_path

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator

    from reader.article import Article
    from reader.cli.arguments import ParsedArgs
    from reader.cli.context import CliContext
    from reader.index.search import ArticleSummary, Search
    from reader.library import Library
    from reader.query import Query

__all__ = [
    "check",
    "count",
    "entries",
    "list_",
    "open_search",
    "parse_request",
    "report_no_results",
    "show",
    "topics",
]

_PAGE = 500
_TEXT_CELLS = 90


def list_(request: ParsedArgs, library: Library, world: CliContext) -> int:
    """List articles."""
    wanted = parse_request(request, world)
    with closing(open_search(library, request, world)) as search:
        ids = search.ids(*wanted, limit=request.limit)
        found = entries(search, ids)
        for line in formats.article_lines(found, request.format, world.style, world.clock().zone):
            world.out.line(line)
        return 0 if ids else report_no_results(library, search, world)


def count(request: ParsedArgs, library: Library, world: CliContext) -> int:
    """Count articles."""
    wanted = parse_request(request, world)
    with closing(open_search(library, request, world)) as search:
        found = search.count(*wanted)
        world.out.line(str(found))
        return 0 if found else report_no_results(library, search, world)


def topics(request: ParsedArgs, library: Library, world: CliContext) -> int:
    """Count articles by one of their fields."""
    wanted = parse_request(request, world)
    with closing(open_search(library, request, world)) as search:
        facets = search.facets(*wanted, FacetKind(request.by))[: request.limit]
        for line in formats.facet_lines(facets, request.format, world.style):
            world.out.line(line)
        return 0 if facets else report_no_results(library, search, world)


def show(request: ParsedArgs, library: Library, world: CliContext) -> int:
    """Print one article."""
    with closing(open_search(library, request, world)) as search:
        entry = _article_named(request.subject, library, search)
        loaded = None if entry is None else library.load_entry(search, entry)
        if entry is None or loaded is None or loaded.article is None:
            world.err.line(f"newsreader: There is no article at {display_path(request.subject)}.")
            return 1
        if request.format == "json":
            world.out.line(formats.show_line(entry, loaded.article, loaded.problems, world.style))
        else:
            for line in _page(entry, loaded.article, loaded.problems, search, world):
                world.out.line(line)
        return 0


def check(request: ParsedArgs, library: Library, world: CliContext) -> int:
    """List every problem; with ``--all`` the files that are no articles, too."""
    with closing(open_search(library, request, world)) as search:
        problems = search.problems()
        plain = [Problem(path, 0, "", "no front matter, so not an article") for path in search.plain_paths()]
    shown = sorted(problems + plain) if request.all else problems
    as_json = request.format == "json"
    lines = formats.problem_array(shown, world.style) if as_json else formats.problem_lines(shown)
    for line in lines:
        world.out.line(line)
    return 1 if problems else 0


def parse_request(request: ParsedArgs, world: CliContext) -> tuple[Query, QueryContext]:
    """Parse the query and the order of a request. Raises QueryError, UsageError."""
    query = parse(request.query)
    if request.sort:
        query = combine(query, _order(request.sort))
    return query, QueryContext(world.clock(), _last_visit(request, world))


def _last_visit(request: ParsedArgs, world: CliContext) -> int | None:
    """Return when the reader last left this folder, which is what ``is:new`` asks for."""
    if "new" not in request.query.lower():
        return None
    from reader.storage.session import SessionFiles  # noqa: PLC0415 - hardly any query asks for it

    places = world.places
    return SessionFiles(places.session_file(parse_folder(request.content or "")), places.theme_file).load().last_seen


def _order(keys: str) -> Query:
    try:
        order = parse(f"sort:{keys}")
    except QueryError as error:
        raise UsageError(f"--sort: {error}.") from error
    if order.expr is not None or order.limit is not None or not order.sort:
        raise UsageError("--sort needs keys with commas between them, such as quality,-date.")
    return order


def open_search(library: Library, request: ParsedArgs, world: CliContext) -> Search:
    """Bring the index up to date, unless it is to be taken as it is and there is one, and open it."""
    search = library.search()
    if request.cached:
        totals = search.totals()
        if totals.articles or totals.plain:
            return search
    search.close()
    sync_with_progress(library, world)
    return library.search()


def entries(search: Search, ids: array[int]) -> Iterator[ArticleSummary]:
    """Yield the articles with these ids, a page at a time."""
    remaining = iter(ids)
    while page := tuple(islice(remaining, _PAGE)):
        yield from search.entries(page)


def report_no_results(library: Library, search: Search, world: CliContext) -> int:
    """Say so where there is nothing because the folder holds no article at all, and return the exit status."""
    if not search.totals().articles:
        place = display_path(os.path.join(library.place.root, library.place.only))  # noqa: PTH118 - a name to show
        world.err.line(
            f"newsreader: There are no articles in {place.rstrip('/')}: no file that begins with front matter."
        )
    return 1


def _article_named(name: str, library: Library, search: Search) -> ArticleSummary | None:
    """Find an article by its path in the folder, its path from here, or one of its URLs."""
    if urls.is_safe(name):
        return search.at_urls([name])
    entry = search.at_path(os.path.normpath(name))
    if entry is None:
        root = os.path.realpath(library.place.root)
        inside = os.path.relpath(os.path.realpath(name), root)
        entry = search.at_path(Path(inside).as_posix())
    return entry


def _page(
    entry: ArticleSummary, article: Article, problems: tuple[Problem, ...], search: Search, world: CliContext
) -> Iterator[str]:
    """Yield the lines of the article as the reader draws it, in plain text."""
    # Imported here: drawing Markdown costs more than most commands take in all.
    from reader.render.page import ArticleContext, Backlink, render_page  # noqa: PLC0415 - as said above
    from reader.render.style import Palette, RenderOptions  # noqa: PLC0415 - as said above

    related = [search.at_urls((item.original_url, item.web_url)) for item in article.related]
    around = ArticleContext(
        tuple("" if found is None else found.path for found in related),
        tuple(
            Backlink(found.path, found.title, found.provider.name)
            for found in search.mentioning((entry.original_url, entry.web_url))
        ),
        problems,
    )
    look = RenderOptions(min(_TEXT_CELLS, world.style.width), world.clock().zone, Palette())
    for line in render_page(article, around, look).lines:
        yield "".join(segment.text for segment in line).rstrip()
