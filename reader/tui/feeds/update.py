"""Updates of the feeds room: the current task, the waiting ones, and their messages. Pure: ``effects`` does the work.

One task runs at a time. A task that the user starts meanwhile waits; a second fetch is dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.config.schema import FetchPlan
from reader.render.format import format_count
from reader.tui.events import FolderChanged, FolderRead, FullTextKept
from reader.tui.feeds.effects import (
    AddFeed,
    CompareVersions,
    CountFailing,
    FetchFeeds,
    FetchFullText,
    FindFeeds,
    ListSubscriptions,
    RemoveFeed,
)
from reader.tui.feeds.events import (
    AddressEntered,
    ChangesAsked,
    FailingCounted,
    FeedPicked,
    FeedsFailed,
    FeedsFound,
    FetchAsked,
    FetchDue,
    FetchEnded,
    FetchProgressed,
    FullTextAsked,
    SubscribeAsked,
    Subscribed,
    SubscriptionPicked,
    SubscriptionsListed,
    UnsubscribeAsked,
    Unsubscribed,
)
from reader.tui.ports import Ask, ChoicePrompt, Choose, LinePrompt, Publish, Say, WakeAfter

if TYPE_CHECKING:
    from reader.feeds.finding.discovery import Candidate
    from reader.fetching.run import FetchTotals
    from reader.tui.events import Event
    from reader.tui.ports import Effect

    Step = tuple["FeedsState", tuple[Effect, ...]]

__all__ = ["FeedsState", "outcome_text", "update"]

_ADDRESS = LinePrompt("Subscribe to:", "", "URL of a feed or website")


class FeedsState(Struct, frozen=True):
    """State of the feeds room: the running task and its message, the waiting tasks, the number of feeds with an error.

    ``plan`` says when to fetch automatically; ``opened`` once the folder has been read for the first time.
    """

    plan: FetchPlan = FetchPlan()
    busy: bool = False
    doing: str = ""
    waiting: tuple[tuple[str, Effect], ...] = ()
    failing: int = 0
    opened: bool = False

    @property
    def words(self) -> str:
        """The text of the status bar, with placeholders for keys."""
        if self.doing or not self.failing:
            return self.doing
        many = "1 feed" if self.failing == 1 else f"{format_count(self.failing)} feeds"
        return f"{many} failed ({{key:problems}})"


def update(state: FeedsState, event: Event, now: float) -> Step:  # noqa: ARG001 - the signature of all rooms
    """Return the state after an event, and the effects to run."""
    match event:
        case FolderRead() if not state.opened:
            return _open(replace(state, opened=True))
        case FetchAsked() | FetchDue() | FetchProgressed() | FetchEnded():
            return _update_fetch(state, event)
        case SubscribeAsked() | AddressEntered() | FeedsFound() | FeedPicked() | Subscribed():
            return _update_subscribing(state, event)
        case FeedsFailed(error=error):
            return _end(state, Say(str(error), warning=True))
        case FailingCounted(failing=failing):
            return _end(replace(state, failing=failing))
    return _update_rest(state, event)


def _update_fetch(state: FeedsState, event: FetchAsked | FetchDue | FetchProgressed | FetchEnded) -> Step:
    match event:
        case FetchAsked() if state.busy:
            return state, (Say(state.doing or "Reading feeds.toml…"),)
        case FetchAsked():
            return _start(state, "Fetching…", FetchFeeds())
        case FetchDue():
            return _fetch_again(state)
        case FetchProgressed(done=done, total=total):
            return replace(state, doing=f"Fetching {format_count(done)}/{format_count(total)}"), ()
        case FetchEnded():
            return _end(replace(state, failing=event.failing), *_report(event), Publish(FolderChanged()))


def _update_subscribing(
    state: FeedsState, event: SubscribeAsked | AddressEntered | FeedsFound | FeedPicked | Subscribed
) -> Step:
    match event:
        case SubscribeAsked():
            return state, (Ask(_ADDRESS, AddressEntered),)
        case AddressEntered(address=address):
            address = address.strip()
            return _start(state, "Looking for feeds…", FindFeeds(address)) if address else (state, ())
        case FeedsFound(found=found):
            return _choose(state, found)
        case FeedPicked(feed=feed):
            return _start(state, "Subscribing…", AddFeed(feed))
        case Subscribed():
            return _subscribed(state, event)


def _choose(state: FeedsState, found: tuple[Candidate, ...]) -> Step:
    if len(found) == 1:
        return _continue(state, "Subscribing…", AddFeed(found[0]))
    rows = tuple(f"{feed.title}  {feed.url}".strip() for feed in found)
    return _end(state, Choose(ChoicePrompt("Subscribe to", rows), lambda row: FeedPicked(found[row])))


def _subscribed(state: FeedsState, event: Subscribed) -> Step:
    if not event.is_new:
        return _end(state, Say(f'Already subscribed to "{event.title}"'))
    state, effects = _continue(state, "Fetching…", FetchFeeds((event.url,)))
    return state, (Say(f'Subscribed to "{event.title}"'), *effects)


def _update_rest(state: FeedsState, event: Event) -> Step:
    match event:
        case UnsubscribeAsked():
            return _start(state, "Reading feeds.toml…", ListSubscriptions())
        case SubscriptionsListed(feeds=feeds):
            prompt = ChoicePrompt("Unsubscribe from", tuple(feed.title or feed.url for feed in feeds))
            return _end(state, Choose(prompt, lambda row: SubscriptionPicked(feeds[row])))
        case SubscriptionPicked(feed=feed):
            return _start(state, "Unsubscribing…", RemoveFeed(feed))
        case Unsubscribed(title=title):
            state, effects = _continue(state, "", CountFailing())
            return state, (Say(f'Unsubscribed from "{title}"; its articles stay'), *effects)
    return _update_article(state, event)


def _update_article(state: FeedsState, event: Event) -> Step:
    match event:
        case ChangesAsked(entry=entry):
            return state, (CompareVersions(entry),)
        case FullTextAsked(entry=entry):
            return _start(state, "Fetching the full text…", FetchFullText(entry))
        case FullTextKept(in_file=in_file):
            return _end(state, Say("Full text fetched"), *([Publish(FolderChanged())] if in_file else []))
    return state, ()


def _open(state: FeedsState) -> Step:
    """Fetch if the setting says so; otherwise only count the feeds with an error."""
    if state.plan.on_start:
        return _fetch_again(state)
    return _start(state, "", CountFailing())


def _fetch_again(state: FeedsState) -> Step:
    timer = (WakeAfter(state.plan.every, FetchDue()),) if state.plan.every else ()
    if state.busy:
        return state, timer
    state, effects = _start(state, "Fetching…", FetchFeeds(asked=False))
    return state, (*effects, *timer)


def _start(state: FeedsState, words: str, task: Effect) -> Step:
    """Run a task, or queue it behind the current one."""
    if state.busy:
        return replace(state, waiting=(*state.waiting, (words, task))), ()
    return _continue(state, words, task)


def _continue(state: FeedsState, words: str, task: Effect) -> Step:
    """Run the next step of the current task."""
    return replace(state, busy=True, doing=words), (task,)


def _end(state: FeedsState, *effects: Effect) -> Step:
    """End the current task and run the one that has waited longest."""
    if not state.waiting:
        return replace(state, busy=False, doing=""), effects
    (words, task), *others = state.waiting
    return replace(state, doing=words, waiting=tuple(others)), (*effects, task)


def _report(event: FetchEnded) -> tuple[Effect, ...]:
    """Report a fetch. One started by the timer is reported only if something changed or failed."""
    totals = event.totals
    if not event.asked and not (totals.new or totals.updated or totals.failed):
        return ()
    text = f"No feed is due before {event.until}" if event.until else outcome_text(totals)
    return (Say(text, warning=bool(totals.failed)),)


def outcome_text(totals: FetchTotals) -> str:
    """Return ``2 new, 1 changed, 1 feed failed`` or ``Nothing new``."""
    parts = [(totals.new, "new"), (totals.updated, "changed"), (totals.dropped, "dropped"), (totals.pruned, "pruned")]
    words = [f"{format_count(count)} {word}" for count, word in parts if count] or ["Nothing new"]
    failed = "1 feed failed" if totals.failed == 1 else f"{format_count(totals.failed)} feeds failed"
    return ", ".join([*words, failed] if totals.failed else words)
