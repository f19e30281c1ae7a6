"""A content folder with subscriptions, and a clock that only the test moves."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from reader.feeds.fetch import FeedResult, FetchOptions, fetch_feeds
from reader.feeds.intake import Place
from reader.feeds.ledger import FeedRecord, Ledger
from reader.feeds.net.client import Client, Limits
from reader.feeds.subscriptions import Subscription, Subscriptions, add_subscription, load_subscriptions

if TYPE_CHECKING:
    from pathlib import Path

    from feed_server import FeedServer


@dataclass
class FeedsFolder:
    """A folder whose feeds come from the server; each fetch happens at ``now``."""

    base: Path
    server: FeedServer
    now: datetime = datetime(2021, 11, 1, 9, tzinfo=UTC)
    limits: Limits = field(default_factory=lambda: Limits(seconds=10, connect_seconds=5))
    allowed: frozenset[str] = frozenset({"127.0.0.1", "localhost"})
    subscriptions: Subscriptions = field(default_factory=Subscriptions)

    @property
    def root(self) -> Path:
        return self.base / "content"

    def subscribe(self, path: str = "/feed.xml", **fields: object) -> Subscription:
        host = str(fields.pop("host", "127.0.0.1"))
        feed = Subscription(self.server.url(path, host), **fields)  # type: ignore[arg-type] # the fields of a test
        if (self.root / "feeds.toml").exists() or not fields:
            add_subscription(self.root, feed)
        self.subscriptions = replace(self.subscriptions, feeds=(*self.subscriptions.feeds, feed))
        return feed

    def fetch(self, **options: object) -> list[FeedResult]:
        with closing(self.ledger()) as ledger:
            place = Place(self.root, ledger, self.now)
            made = FetchOptions(clock=lambda: self.now, client=self._client, **options)  # type: ignore[arg-type] # of a test
            chosen = self.current().feeds
            return sorted(
                fetch_feeds(place, self.subscriptions, chosen, made), key=lambda result: result.subscription.url
            )

    def current(self) -> Subscriptions:
        """Return the subscriptions, from the file if there is one."""
        if (self.root / "feeds.toml").exists():
            self.subscriptions = replace(self.subscriptions, feeds=load_subscriptions(self.root).feeds)
        return self.subscriptions

    def ledger(self) -> Ledger:
        return Ledger(self.base / "state" / "feeds.db")

    def record(self, url: str) -> FeedRecord:
        with closing(self.ledger()) as ledger:
            return ledger.feed(url)

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    def files(self) -> dict[str, str]:
        found = sorted(file for file in self.root.rglob("*") if file.is_file() and file.name != "feeds.toml")
        return {file.relative_to(self.root).as_posix(): file.read_text(encoding="utf-8") for file in found}

    def _client(self, _subscriptions: Subscriptions) -> Client:
        return Client(agent="test", allowed=self.allowed, limits=self.limits)
