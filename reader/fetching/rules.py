"""Rules in feeds.toml: queries that decide which new entries are kept or dropped.

Each entry is written to a temporary folder and indexed there, so that a rule means exactly what the same query means in
a folder.
"""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from reader.errors import ConfigError, QueryError
from reader.feeds.intake import Wanted
from reader.library import open_library
from reader.query import QueryContext, parse
from reader.storage.paths import AppPaths

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reader.feeds.intake import Place
    from reader.feeds.subscriptions import Subscription, Subscriptions
    from reader.query import Clock

_CASE_FLAG = re.compile(r"(?<=\S)/i(?=[\s)]|\Z)")

__all__ = ["Rule", "rules_of", "wanted_entries"]


Rule = tuple[bool, str]
"""Whether matching entries are kept (rather than dropped), and the query."""


def rules_of(subscriptions: Subscriptions, feed: Subscription) -> tuple[Rule, ...]:
    """Return the rules for a feed: its own and the global ones. Raises ConfigError for an invalid query."""
    rules = [(True, subscriptions.keep), (True, feed.keep), (False, subscriptions.drop), (False, feed.drop)]
    found = tuple((is_kept, query) for is_kept, query in rules if query)
    return tuple((is_kept, _checked(query, is_kept=is_kept)) for is_kept, query in found)


def _checked(query: str, *, is_kept: bool) -> str:
    """Return a query that can be parsed; ``/i`` is accepted, since regular expressions always ignore case."""
    query = _CASE_FLAG.sub("/", query)
    try:
        parse(query)
    except QueryError as error:
        raise ConfigError(f"feeds.toml: {'keep' if is_kept else 'drop'}: {error}: {query}") from error
    return query


def wanted_entries(
    subscriptions: Subscriptions, place: Place, clock: Callable[[], Clock]
) -> Callable[[Subscription], Wanted]:
    """Return the rule for which new entries of a feed are written. Raises ConfigError."""
    rules = {feed.url: rules_of(subscriptions, feed) for feed in subscriptions.feeds}

    def wanted(feed: Subscription) -> Wanted:
        max_age = feed.max_age or subscriptions.max_age
        since = place.seconds - max_age if max_age else 0
        own = rules.get(feed.url, ())
        return Wanted((lambda texts: _accepts(texts, own, clock())) if own else None, since)

    return wanted


def _accepts(texts: Sequence[str], rules: Sequence[Rule], clock: Clock) -> list[bool]:
    """Return for each text whether every ``keep`` rule and no ``drop`` rule matches it."""
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
                ids = search.ids(parse(query), QueryContext(clock))
                matching = {int(entry.path.removesuffix(".md")) for entry in search.entries(ids)}
                accepted = accepted & matching if is_kept else accepted - matching
    return [number in accepted for number in range(len(texts))]
