"""Rules of feeds.toml: which new entries are kept or dropped, in the query language.

An entry is asked about as the article that it would be: in a temporary folder with an index of its own, so that a rule
means what the same query means in a folder.
"""

from __future__ import annotations

import re
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from reader.cli.arguments import parse_folder
from reader.cli.output import lock_wait, plural
from reader.cli.read_commands import entries
from reader.errors import ConfigError, QueryError
from reader.feeds.intake import Wanted
from reader.feeds.session import open_unlocked
from reader.feeds.subscriptions import FILE_NAME, load_subscriptions
from reader.query import QueryContext, parse
from reader.storage.paths import AppPaths
from reader.text import display_path, sanitize_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reader.cli.arguments import ParsedArgs
    from reader.cli.context import CliContext
    from reader.feeds.intake import Place
    from reader.feeds.subscriptions import Subscription, Subscriptions
    from reader.index.search import Search

_CASE_FLAG = re.compile(r"(?<=\S)/i(?=[\s)]|\Z)")

__all__ = ["Rule", "indexed", "rules_of", "show_rules", "wanted_entries"]


@contextmanager
def indexed(root: Path, context: CliContext) -> Iterator[Search]:
    """Bring the index of a folder up to date and open it."""
    from reader.library import open_library  # noqa: PLC0415 - lazy import: only some fetches need the index

    library = open_library(root, context.places, lock_wait(context))
    for _progress in library.sync():
        pass
    with closing(library.search()) as search:
        yield search


Rule = tuple[bool, str]
"""Whether matching entries are kept (else dropped), and the query."""


def rules_of(subscriptions: Subscriptions, feed: Subscription) -> tuple[Rule, ...]:
    """Return the rules for a feed: its own and those for all. Raises ConfigError for an invalid query."""
    rules = [(True, subscriptions.keep), (True, feed.keep), (False, subscriptions.drop), (False, feed.drop)]
    found = tuple((is_kept, query) for is_kept, query in rules if query)
    return tuple((is_kept, _checked(query, is_kept=is_kept)) for is_kept, query in found)


def _checked(query: str, *, is_kept: bool) -> str:
    """Return a query that can be parsed; ``/i`` is accepted, since expressions always ignore case."""
    query = _CASE_FLAG.sub("/", query)
    try:
        parse(query)
    except QueryError as error:
        raise ConfigError(f"feeds.toml: {'keep' if is_kept else 'drop'}: {error}: {query}") from error
    return query


def wanted_entries(subscriptions: Subscriptions, place: Place, context: CliContext) -> Callable[[Subscription], Wanted]:
    """Return the function that says which new entries of a feed are written. Raises ConfigError."""
    rules = {feed.url: rules_of(subscriptions, feed) for feed in subscriptions.feeds}

    def wanted(feed: Subscription) -> Wanted:
        max_age = feed.max_age or subscriptions.max_age
        since = place.seconds - max_age if max_age else 0
        own = rules.get(feed.url, ())
        return Wanted((lambda texts: _accepts(texts, own, context)) if own else None, since)

    return wanted


def _accepts(texts: Sequence[str], rules: Sequence[Rule], context: CliContext) -> list[bool]:
    """Return for each text whether every ``keep`` and no ``drop`` matches it."""
    from reader.library import open_library  # noqa: PLC0415 - lazy import: only feeds with rules need an index

    with TemporaryDirectory(prefix="newsreader-") as name:
        base = Path(name)
        content = base / "content"
        content.mkdir()
        for number, text in enumerate(texts):
            (content / f"{number}.md").write_text(text, encoding="utf-8")
        library = open_library(content, AppPaths(base / "cache", base / "state", base / "config"))
        for _progress in library.sync():
            pass
        accepted = set(range(len(texts)))
        with closing(library.search()) as search:
            for is_kept, query in rules:
                ids = search.ids(parse(query), QueryContext(context.clock()))
                matching = {int(entry.path.removesuffix(".md")) for entry in entries(search, ids)}
                accepted = accepted & matching if is_kept else accepted - matching
    return [number in accepted for number in range(len(texts))]


def show_rules(request: ParsedArgs, context: CliContext) -> int:
    """Print what the rules would have dropped of the articles that are there. Return 1 if there are no rules."""
    root = parse_folder(request.content or "")
    with open_unlocked(root, context.places.feeds_file(root), context.clock().now) as place:
        subscriptions = load_subscriptions(root)
        records = {record.url: record for record in place.ledger.feeds()}
        written = {
            feed.url: {article.path for article in place.ledger.articles.of_feed(records[feed.url].id)}
            for feed in subscriptions.feeds
            if feed.url in records
        }
    rules = [(feed, rule) for feed in subscriptions.feeds for rule in rules_of(subscriptions, feed)]
    if not rules:
        context.err.line(f"newsreader: No rules in {display_path(str(root / FILE_NAME))}")
        return 1
    with indexed(root, context) as search:
        for feed, (is_kept, query) in rules:
            matching = {
                entry.path for entry in entries(search, search.ids(parse(query), QueryContext(context.clock())))
            }
            everything = {path for path in written.get(feed.url, ()) if search.at_path(path) is not None}
            dropped = sorted(everything - matching if is_kept else everything & matching)
            name = feed.title or feed.url
            rule = f"{'keep' if is_kept else 'drop'} = {query}"
            context.out.line(
                sanitize_line(f"{name}: {rule}: drops {len(dropped)} of {plural(len(everything), 'article')}")
            )
            for path in dropped:
                context.out.line(f"  {display_path(path)}")
    return 0
