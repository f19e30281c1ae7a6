"""Events that only the feeds room reacts to; those that cross rooms are in ``reader.tui.events``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.tui.events import Event

if TYPE_CHECKING:
    from reader.errors import ReaderError
    from reader.feeds.finding.discovery import Candidate
    from reader.feeds.subscriptions import Subscription
    from reader.fetching.run import FetchTotals
    from reader.index.model import ArticleSummary
    from reader.tui.feeds.changes import Piece

__all__ = [
    "AddressEntered",
    "ChangesAsked",
    "ChangesFound",
    "FailingCounted",
    "FeedPicked",
    "FeedsFailed",
    "FeedsFound",
    "FetchAsked",
    "FetchDue",
    "FetchEnded",
    "FetchProgressed",
    "FullTextAsked",
    "SubscribeAsked",
    "Subscribed",
    "SubscriptionPicked",
    "SubscriptionsListed",
    "UnsubscribeAsked",
    "Unsubscribed",
]


class FetchAsked(Event, frozen=True):
    """The user asked to fetch all feeds."""


class FetchDue(Event, frozen=True):
    """The time to fetch has come, according to the setting."""


class FetchProgressed(Event, frozen=True):
    """``done`` of the ``total`` feeds have been fetched or skipped."""

    done: int
    total: int


class FetchEnded(Event, frozen=True):
    """A fetch has ended; ``asked`` if the user asked for it.

    ``failing`` is the number of feeds with an error now. If no feed was due, ``until`` says when the first one is.
    """

    totals: FetchTotals
    failing: int = 0
    until: str = ""
    asked: bool = True


class FeedsFailed(Event, frozen=True):
    """The current task failed."""

    error: ReaderError


class FailingCounted(Event, frozen=True):
    """The feeds with an error from earlier fetches were counted."""

    failing: int


class SubscribeAsked(Event, frozen=True):
    """The user wants to subscribe to a feed."""


class AddressEntered(Event, frozen=True):
    """The user entered or pasted the URL of a feed or page."""

    address: str


class FeedsFound(Event, frozen=True):
    """At least one feed was found for a URL."""

    found: tuple[Candidate, ...]


class FeedPicked(Event, frozen=True):
    """The user picked one of several feeds."""

    feed: Candidate


class Subscribed(Event, frozen=True):
    """A feed was added, unless it was already there."""

    url: str
    title: str
    is_new: bool


class UnsubscribeAsked(Event, frozen=True):
    """The user wants to unsubscribe from a feed."""


class SubscriptionsListed(Event, frozen=True):
    """The feeds that the user can unsubscribe from were listed."""

    feeds: tuple[Subscription, ...]


class SubscriptionPicked(Event, frozen=True):
    """The user picked the feed to unsubscribe from."""

    feed: Subscription


class Unsubscribed(Event, frozen=True):
    """A feed was removed."""

    title: str


class ChangesAsked(Event, frozen=True):
    """The user asked what changed in an article."""

    entry: ArticleSummary


class FullTextAsked(Event, frozen=True):
    """The user asked for the full text of an article."""

    entry: ArticleSummary


class ChangesFound(Event, frozen=True):
    """The changed paragraphs of an article were found; ``title`` names the versions compared."""

    title: str
    paragraphs: tuple[tuple[Piece, ...], ...]
