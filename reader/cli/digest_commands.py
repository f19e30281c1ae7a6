"""Commands that hand articles to other programs: digest and notify. Each returns the exit status."""

from __future__ import annotations

from array import array
from contextlib import closing
from typing import TYPE_CHECKING

from reader import urls
from reader.cli.arguments import UsageError, parse_folder
from reader.cli.output import plural
from reader.cli.read_commands import entries, open_search, parse_request, report_no_results
from reader.errors import ReaderError, describe_error
from reader.storage.atomic import read_limited, write_private_file
from reader.text import display_path, sanitize_line, truncate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reader.article import Article
    from reader.cli.arguments import ParsedArgs
    from reader.cli.context import CliContext
    from reader.index.model import ArticleSummary
    from reader.library import Library

__all__ = ["digest", "notify"]

_MAX_SEEN = 64 * 1024 * 1024  # bytes
_TITLES = 3
_TITLE_CELLS = 50


def digest(request: ParsedArgs, library: Library, context: CliContext) -> int:
    """Write the matching articles as one document. Return 1 if there are none."""
    if request.format == "epub" and not request.output:
        raise UsageError("--format epub needs --output FILE")
    query = parse_request(request, context)
    reported = _ReportedArticles(context.places.reported_file(library.place.root, f"digest {request.query}"))
    with closing(open_search(library, request, context)) as search:
        found = list(entries(search, search.ids(*query, limit=request.limit)))
        new = reported.new(found) if request.since else found
        loaded = (library.load_entry(search, entry).article for entry in new)
        articles = [article for article in loaded if article is not None]
        if not articles:
            return 1 if found else report_no_results(library, search, context)
    _write(articles, request, context)
    if request.since:
        reported.save(found)
    return 0


def _write(articles: Sequence[Article], request: ParsedArgs, context: CliContext) -> None:
    from reader.digest import FORMATS  # noqa: PLC0415 - lazy import: 100 ms, not for `notify`

    clock = context.clock()
    title = f"{request.query or 'Articles'}, {clock.now.astimezone(clock.zone):%Y-%m-%d}"
    content = FORMATS[request.format](articles, title, _language(articles), clock.now)
    if not request.output:
        context.out.line(content.decode())
        return
    try:
        parse_folder(request.output).write_bytes(content)
    except OSError as error:
        raise ReaderError(f"Cannot write {display_path(request.output)}: {describe_error(error)}") from error


def _language(articles: Sequence[Article]) -> str:
    languages = [article.language for article in articles if article.language]
    return max(set(languages), key=languages.count) if languages else "en"


def notify(request: ParsedArgs, library: Library, context: CliContext) -> int:
    """Print one line about matching articles that are new since the last call. Return 1 if there are none."""
    query = parse_request(request, context)
    reported = _ReportedArticles(context.places.reported_file(library.place.root, f"notify {request.query}"))
    with closing(open_search(library, request, context)) as search:
        found = list(entries(search, search.ids(*query)))
    new = reported.new(found)
    if not new:
        return 1
    titles = " · ".join(truncate(sanitize_line(entry.title), _TITLE_CELLS) for entry in new[:_TITLES])
    more = " · …" if len(new) > _TITLES else ""
    context.out.line(f"{plural(len(new), 'new article')}: {titles}{more}")
    reported.save(found)
    return 0


class _ReportedArticles:
    """Articles that earlier runs of a command reported, as hashes of their paths."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: set[int] = set()
        try:
            content = read_limited(path, _MAX_SEEN)
        except OSError:
            return
        self._seen = set(array("q", content[: len(content) // 8 * 8]))

    def new(self, found: Sequence[ArticleSummary]) -> list[ArticleSummary]:
        """Return the articles that no earlier run reported."""
        return [entry for entry in found if urls.digest(entry.path) not in self._seen]

    def save(self, found: Sequence[ArticleSummary]) -> None:
        """Remember the articles. Raises ReaderError if they cannot be saved."""
        seen = self._seen | {urls.digest(entry.path) for entry in found}
        try:
            write_private_file(self._path, array("q", sorted(seen)).tobytes())
        except OSError as error:
            raise ReaderError(f"Cannot write {display_path(str(self._path))}: {describe_error(error)}") from error
