"""Commands for feeds: subscribe, unsubscribe, feeds, fetch, import, export. Each returns the exit status.

The only commands that write the content folder; what they write is in docs/safety.md.
"""

from __future__ import annotations

import json
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reader.cli.arguments import UsageError, parse_folder
from reader.cli.feeds.rules import fetch_context, show_rules
from reader.cli.output import plural
from reader.errors import ReaderError, describe_error
from reader.feeds import session
from reader.feeds.fetch import FetchOptions, Outcome, open_client
from reader.feeds.ledger import FeedRecord
from reader.feeds.subscriptions import Subscription, find_subscriptions, load_subscriptions
from reader.fetching.run import add_up, fetch_articles, prune_articles
from reader.text import display_path, sanitize_line, truncate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import tzinfo

    from reader.cli.arguments import ParsedArgs
    from reader.cli.context import CliContext
    from reader.feeds.fetch import FeedResult
    from reader.feeds.finding.discovery import Candidate
    from reader.feeds.intake import Place
    from reader.fetching.run import FetchTotals

__all__ = ["FEED_COMMANDS"]

_MONTH = 30 * 86_400


@contextmanager
def _session(request: ParsedArgs, context: CliContext) -> Iterator[Place]:
    root = parse_folder(request.content or "")
    with session.open_session(root, context.places.feeds_file(root), context.clock().now) as place:
        yield place


@contextmanager
def _reading(request: ParsedArgs, context: CliContext) -> Iterator[Place]:
    root = parse_folder(request.content or "")
    with session.open_unlocked(root, context.places.feeds_file(root), context.clock().now) as place:
        yield place


def _subscribe(request: ParsedArgs, context: CliContext) -> int:
    """Find the feed for a URL and add it. Return 2 if there are several and no terminal to ask the user."""
    with _session(request, context) as place:
        with closing(open_client(load_subscriptions(place.root))) as client:
            found = session.find_feeds(request.subject, client)
            chosen = _chosen(found, context)
            if chosen is None:
                return 2
            if chosen.feed is None:
                (chosen, *_others) = session.find_feeds(chosen.url, client)
        title = sanitize_line(request.title) or chosen.title
        topics = tuple(topic for part in request.topics.split(",") if (topic := sanitize_line(part)))
        feed = Subscription(chosen.url, title, topics, request.folder)
        if not session.subscribe(place, feed, chosen.response):
            context.err.line(f'newsreader: Already subscribed to "{title or feed.url}"')
            return 1
        context.err.line(
            f'Subscribed to "{title or feed.url}"; newsreader fetch {_shown(place.root)} gets its articles'
        )
    return 0


def _chosen(found: Sequence[Candidate], context: CliContext) -> Candidate | None:
    """Return the only feed, or the one that the user picks on a terminal."""
    if len(found) == 1:
        return found[0]
    context.err.line("Several feeds found:")
    for number, candidate in enumerate(found, start=1):
        shown = f"{candidate.url}  {candidate.title}".rstrip()
        if context.stdin.isatty():
            context.err.line(f"{number:3}  {shown}")
        else:
            context.out.line(shown)
    if not context.stdin.isatty():
        context.err.line("newsreader: Subscribe to one of these URLs")
        return None
    context.err.write(f"Subscribe to which one? [1-{len(found)}] ")
    context.err.flush()
    answer = context.stdin.readline().strip() or "1"
    if not (answer.isascii() and answer.isdigit() and 1 <= int(answer) <= len(found)):
        raise UsageError(f'expected a number from 1 to {len(found)}, got "{sanitize_line(answer)}"')
    return found[int(answer) - 1]


def _unsubscribe(request: ParsedArgs, context: CliContext) -> int:
    """Remove a feed; its articles stay."""
    with _session(request, context) as place:
        found = find_subscriptions(load_subscriptions(place.root), (request.subject,))
        if len(found) > 1:
            for feed in found:
                context.out.line(feed.url)
            raise ReaderError(f'{len(found)} feeds match "{sanitize_line(request.subject)}"; name one of them')
        session.unsubscribe(place, found[0])
        context.err.line(f'Unsubscribed from "{found[0].title or found[0].url}"; its articles stay')
    return 0


def _fetch(request: ParsedArgs, context: CliContext) -> int:
    """Fetch the feeds that are due. Return 1 if any failed."""
    with _session(request, context) as place:
        subscriptions = load_subscriptions(place.root)
        chosen = find_subscriptions(subscriptions, request.words)
        if not chosen:
            raise ReaderError(
                f"No feeds in {_shown(place.root)}; newsreader subscribe {_shown(place.root)} URL adds one"
            )
        options = FetchOptions(
            clock=lambda: context.clock().now,
            force=request.force,
            dry_run=request.dry_run,
        )
        results = []
        progress = _Progress(context, len(chosen))
        needs = fetch_context(request, context)
        for result in fetch_articles(place, subscriptions, chosen, options, needs):
            progress.clear()
            _report(result, request, context)
            results.append(result)
            progress.show(len(results))
        progress.clear()
        pruned = 0 if request.dry_run else prune_articles(place, subscriptions, chosen, needs)
    totals = add_up(results, pruned)
    if not request.quiet:
        context.err.line(_summary(totals, dry_run=request.dry_run))
    return 1 if totals.failed else 0


class _Progress:
    """Progress on standard error; prints nothing unless it is a terminal."""

    def __init__(self, context: CliContext, total: int) -> None:
        self._err = context.err
        self._total = total
        self._cells = 0

    def show(self, done: int) -> None:
        if self._err.is_terminal:
            line = f"Fetching {done}/{self._total}"
            self._err.write("\r" + line)
            self._err.flush()
            self._cells = len(line)

    def clear(self) -> None:
        if self._cells:
            self._err.write("\r" + " " * self._cells + "\r")
            self._cells = 0


def _report(result: FeedResult, request: ParsedArgs, context: CliContext) -> None:
    """Print a line for a failed feed, for edited files and, in a dry run, for each file."""
    if result.outcome in {Outcome.FAILED, Outcome.RETIRED}:
        context.err.line(f"newsreader: {result.title}: {sanitize_line(result.message)}")
    for path in result.intake.beside:
        context.err.line(f"newsreader: {display_path(path)}: edited; the new version is in {path}.new")
    if request.dry_run:
        for label, files in (("new", result.intake.new), ("updated", result.intake.updated)):
            for file in files:
                context.out.line(f"{label}\t{display_path(file.path)}")


def _summary(totals: FetchTotals, *, dry_run: bool) -> str:
    parts = [f"{totals.new:,} new", f"{totals.updated:,} updated"]
    parts += [f"{totals.dropped:,} dropped"] if totals.dropped else []
    parts += [f"{totals.pruned:,} pruned"] if totals.pruned else []
    feeds = ", ".join(f"{number:,} {outcome.value}" for outcome, number in totals.feeds.items())
    many = plural(sum(totals.feeds.values()), "feed")
    return f"{'Would write: ' if dry_run else ''}{', '.join(parts)}; {many}: {feeds}"


def _feeds(request: ParsedArgs, context: CliContext) -> int:
    """List the subscriptions with their state. Return 1 if there are none."""
    with _reading(request, context) as place:
        now = place.seconds
        known = {record.url: record for record in place.ledger.feeds()}
        rows = []
        for feed in load_subscriptions(place.root).feeds:
            record = known.get(feed.url, FeedRecord(0, feed.url))
            articles, month = place.ledger.articles.counts(record.id, now - _MONTH)
            rows.append(_row(feed, record, articles, month))
    for line in _FEED_FORMATS[request.format](rows, context):
        context.out.line(line)
    return 0 if rows else 1


def _row(feed: Subscription, record: FeedRecord, articles: int, month: int) -> dict[str, object]:
    return {
        "title": feed.title or record.title,
        "url": feed.url,
        "site_url": record.site_url or None,
        "topics": list(feed.topics),
        "folder": record.folder or None,
        "enabled": feed.enabled,
        "articles": articles,
        "per_month": month,
        "last_success": _iso(record.succeeded_at),
        "next_fetch": None if record.retired else _iso(record.next_at),
        "error": record.error or None,
        "retired": bool(record.retired),
    }


def _iso(seconds: int) -> str | None:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}" if seconds else None


_COLUMNS = (("articles", ">8"), ("month", ">5"), ("last success", "16"), ("next", "16"))


def _table(rows: Sequence[dict[str, object]], context: CliContext) -> Iterator[str]:
    """Yield the rows of a table, without columns that are empty for all feeds."""
    if not rows:
        return
    cells = [_cells(row, context.clock().zone) for row in rows]
    shown = [at for at in range(len(_COLUMNS)) if any(line[at] for line in cells)]
    heads, forms = zip(*_COLUMNS, strict=True)
    for line, name in zip([heads, *cells], ["feed", *map(_name, rows)], strict=True):
        begin = "".join(f"{line[at] or '-':{forms[at]}}  " for at in shown)
        yield begin + truncate(name, max(20, context.style.width - len(begin)))


def _name(row: dict[str, object]) -> str:
    return str(row["title"] or row["url"]) + (f" ({row['error']})" if row["error"] else "")


def _cells(row: dict[str, object], zone: tzinfo) -> tuple[str, ...]:
    """Return the cells before the name. A feed that was never fetched has no counts."""
    is_counted = row["last_success"] or row["articles"]
    counts = (str(row[name]) if is_counted else "" for name in ("articles", "per_month"))
    return (*counts, *(_local(row[name], zone) for name in ("last_success", "next_fetch")))


def _local(value: object, zone: tzinfo) -> str:
    return f"{datetime.fromisoformat(str(value)).astimezone(zone):%Y-%m-%d %H:%M}" if value else ""


def _json(rows: Sequence[dict[str, object]], _context: CliContext) -> Iterator[str]:
    yield json.dumps(rows, ensure_ascii=False, indent=1)


def _jsonl(rows: Sequence[dict[str, object]], _context: CliContext) -> Iterator[str]:
    return (json.dumps(row, ensure_ascii=False) for row in rows)


_FEED_FORMATS: dict[str, Callable[[Sequence[dict[str, object]], CliContext], Iterator[str]]] = {
    "table": _table,
    "json": _json,
    "jsonl": _jsonl,
}


def _import(request: ParsedArgs, context: CliContext) -> int:
    """Subscribe to the feeds of an OPML file that are not subscribed yet."""
    from reader.feeds.finding.opml import read_opml  # noqa: PLC0415 - lazy import: 10 ms, only for OPML

    try:
        raw = context.stdin.buffer.read() if request.file in {"", "-"} else Path(request.file).read_bytes()
    except OSError as error:
        raise ReaderError(f"Cannot read {display_path(request.file)}: {describe_error(error)}") from error
    feeds, skipped = read_opml(raw)
    with _session(request, context) as place:
        added = sum(session.subscribe(place, feed) for feed in feeds)
    others = f"; {skipped:,} skipped: not http or https, or with a user name" if skipped else ""
    context.err.line(f"Imported {plural(added, 'feed')} ({len(feeds) - added:,} subscribed before{others})")
    return 0


def _export(request: ParsedArgs, context: CliContext) -> int:
    """Write the subscriptions as OPML."""
    from reader.feeds.finding.opml import write_opml  # noqa: PLC0415 - lazy import: 10 ms, only for OPML

    with _reading(request, context) as place:
        sites = {record.url: record.site_url for record in place.ledger.feeds()}
        context.out.line(write_opml(load_subscriptions(place.root).feeds, sites))
    return 0


def _shown(path: Path) -> str:
    return display_path(str(path))


FEED_COMMANDS: dict[str, Callable[[ParsedArgs, CliContext], int]] = {
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "feeds": _feeds,
    "fetch": _fetch,
    "import": _import,
    "export": _export,
    "rules": show_rules,
}
