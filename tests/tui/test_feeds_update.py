"""Updates of the feeds state without a screen: invariants under random orders of events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.config.schema import FetchPlan
from reader.errors import ReaderError
from reader.feeds.fetch import Outcome
from reader.feeds.finding.discovery import Candidate
from reader.feeds.subscriptions import Subscription
from reader.fetching.run import FetchTotals
from reader.tui.events import FolderChanged, FolderRead
from reader.tui.feeds import events
from reader.tui.feeds.effects import AddFeed, CountFailing, FetchFeeds, FindFeeds, ListSubscriptions, RemoveFeed
from reader.tui.feeds.update import FeedsState, outcome_text, update
from reader.tui.ports import Ask, Choose, Publish, Say, WakeAfter

if TYPE_CHECKING:
    from reader.tui.events import Event
    from reader.tui.ports import Effect

ONE, TWO = Candidate("https://one.example/feed", "One"), Candidate("https://two.example/feed", "Two")
ACTIONS = (
    "fetch",
    "due",
    "progress",
    "subscribe",
    "unsubscribe",
    "answer",
    "several",
    "known",
    "fails",
    "pick",
    "read",
)
TASKS = (AddFeed, CountFailing, FetchFeeds, FindFeeds, ListSubscriptions, RemoveFeed)


class Machine:
    """A feeds state whose tasks end when the test says so."""

    def __init__(self, plan: FetchPlan | None = None) -> None:
        self.state = FeedsState(plan or FetchPlan())
        self.running: list[Effect] = []
        self.started: list[Effect] = []
        self.choices: list[Choose] = []
        self.said: list[str] = []
        self.timers = 0
        self.synced = 0

    def tell(self, event: Event) -> None:
        self.state, effects = update(self.state, event, 0.0)
        for effect in effects:
            match effect:
                case Ask():
                    self.tell(effect.answered("news.example"))
                case Choose():
                    self.choices.append(effect)
                case Say():
                    self.said.append(effect.message)
                case WakeAfter():
                    self.timers += 1
                case Publish(event=FolderChanged()):
                    self.synced += 1
                case _:
                    assert isinstance(effect, TASKS)
                    self.running.append(effect)
                    self.started.append(effect)

    def act(self, action: str) -> None:
        match action:
            case "fetch" | "subscribe" | "unsubscribe":
                asked = {
                    "fetch": events.FetchAsked(),
                    "subscribe": events.SubscribeAsked(),
                    "unsubscribe": events.UnsubscribeAsked(),
                }
                self.tell(asked[action])
            case "due" if self.timers:
                self.timers -= 1
                self.tell(events.FetchDue())
            case "progress" if self.running and isinstance(self.running[0], FetchFeeds):
                self.tell(events.FetchProgressed(1, 3))
            case "pick" if self.choices:
                self.tell(self.choices.pop().chosen(0))
            case "read":
                self.tell(FolderRead())
            case "answer" | "several" | "known" | "fails" if self.running:
                task = self.running.pop()
                self.tell(events.FeedsFailed(ReaderError("no")) if action == "fails" else _answer(task, action))

    def finish(self) -> None:
        while self.running:
            self.act("answer")


def _answer(task: Effect, how: str) -> Event:
    match task:
        case FetchFeeds():
            return events.FetchEnded(FetchTotals(new=1), asked=task.asked)
        case FindFeeds():
            return events.FeedsFound((ONE, TWO) if how == "several" else (ONE,))
        case AddFeed():
            return events.Subscribed(task.feed.url, task.feed.title, is_new=how != "known")
        case ListSubscriptions():
            return events.SubscriptionsListed((Subscription(ONE.url, "One"), Subscription(TWO.url)))
        case RemoveFeed():
            return events.Unsubscribed(task.feed.title)
    return events.FailingCounted(1)


@given(st.lists(st.sampled_from(ACTIONS), max_size=40))
def test_feed_tasks_run_one_at_a_time_and_none_is_dropped(actions: list[str]) -> None:
    machine = Machine(FetchPlan(on_start=True, every=60))
    asked = 0
    for action in actions:
        asked += action in {"subscribe", "unsubscribe"}
        machine.act(action)
        assert len(machine.running) == int(machine.state.busy) <= 1
        assert machine.state.busy or not (machine.state.waiting or machine.state.doing)
    machine.finish()
    assert not machine.state.busy
    found = [task for task in machine.started if isinstance(task, FindFeeds | ListSubscriptions)]
    assert len(found) == asked, "every request of the user is served"
    assert machine.timers <= 1, "more timers would make fetches more and more frequent"


@given(st.lists(st.sampled_from(ACTIONS), max_size=40))
def test_fetch_setting_never_fetches_only_on_request(actions: list[str]) -> None:
    machine = Machine()
    for action in actions:
        machine.act(action)
    machine.finish()
    assert machine.timers == 0
    assert all(task.asked for task in machine.started if isinstance(task, FetchFeeds))


def test_fetch_ends_with_a_message_and_a_sync() -> None:
    machine = Machine()
    machine.act("fetch")
    assert machine.state.words == "Fetching…"
    machine.act("progress")
    assert machine.state.words == "Fetching 1/3"
    machine.act("fetch")
    machine.act("answer")
    assert machine.said == ["Fetching 1/3", "1 new"]
    assert (machine.synced, machine.state.words) == (1, "")


def test_automatic_fetch_without_new_articles_is_silent() -> None:
    machine = Machine(FetchPlan(on_start=True))
    machine.act("read")
    machine.tell(events.FetchEnded(FetchTotals(), asked=False))
    assert machine.said == []


def test_failing_feeds_are_counted_in_the_status_line() -> None:
    machine = Machine()
    machine.tell(events.FetchEnded(FetchTotals(feeds={Outcome.FAILED: 2}), failing=2))
    assert machine.state.words == "2 feeds failed ({key:problems})"


def test_subscribe_offers_several_feeds_and_fetches_the_chosen_one() -> None:
    machine = Machine()
    for action in ("subscribe", "several", "pick", "answer"):
        machine.act(action)
    assert machine.said == ['Subscribed to "One"']
    assert machine.running == [FetchFeeds((ONE.url,))]


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        (FetchTotals(), "Nothing new"),
        (FetchTotals(new=2, updated=1, feeds={Outcome.FAILED: 1}), "2 new, 1 changed, 1 feed failed"),
        (FetchTotals(new=1200, dropped=3, pruned=4), "1,200 new, 3 dropped, 4 pruned"),
        (FetchTotals(feeds={Outcome.FAILED: 3, Outcome.FETCHED: 1}), "Nothing new, 3 feeds failed"),
    ],
)
def test_fetch_totals_are_one_message(totals: FetchTotals, expected: str) -> None:
    assert outcome_text(totals) == expected
