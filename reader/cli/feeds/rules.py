"""The ``rules`` command: articles that the rules in feeds.toml would have dropped."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from reader.cli.arguments import parse_folder
from reader.cli.output import lock_wait, plural
from reader.cli.read_commands import entries, open_folder
from reader.feeds.session import open_unlocked
from reader.feeds.subscriptions import FILE_NAME, load_subscriptions
from reader.fetching.rules import rules_of
from reader.fetching.run import FetchContext, indexed
from reader.query import QueryContext, parse
from reader.text import display_path, sanitize_line

if TYPE_CHECKING:
    from reader.cli.arguments import ParsedArgs
    from reader.cli.context import CliContext

__all__ = ["fetch_context", "show_rules"]


def fetch_context(request: ParsedArgs, context: CliContext) -> FetchContext:
    """Return the dependencies of a fetch into a folder."""
    return FetchContext(cache(lambda: open_folder(request, context)), context.clock, lock_wait(context))


def show_rules(request: ParsedArgs, context: CliContext) -> int:
    """Print the existing articles that the rules would have dropped. Return 1 if there are no rules."""
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
    with indexed(fetch_context(request, context)) as search:
        for feed, (is_kept, query) in rules:
            matching = {
                entry.path for entry in entries(search, search.ids(parse(query), QueryContext(context.clock())))
            }
            everything = {path for path in written.get(feed.url, ()) if search.find_by_path(path) is not None}
            dropped = sorted(everything - matching if is_kept else everything & matching)
            name = feed.title or feed.url
            rule = f"{'keep' if is_kept else 'drop'} = {query}"
            context.out.line(
                sanitize_line(f"{name}: {rule}: drops {len(dropped)} of {plural(len(everything), 'article')}")
            )
            for path in dropped:
                context.out.line(f"  {display_path(path)}")
    return 0
