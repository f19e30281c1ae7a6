"""Updates of the folder state without a screen: invariants under random orders of events."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Event as Signal
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from reader.errors import CorruptIndexError, FolderError
from reader.index.database import DataVersions, FileIds
from reader.index.sync import SyncProgress
from reader.query import Clock, QueryContext
from reader.tui import events
from reader.tui.folder.effects import CountProblems, Sync, WriteWords
from reader.tui.folder.update import Folder, IndexState, Pending, update
from reader.tui.ports import Publish, Say, WakeAfter
from reader.tui.widgets.status_bar import EMPTY_FOLDER, empty_text

if TYPE_CHECKING:
    from reader.tui.ports import Effect

OLD, NEW = FileIds((1, 1), (1, 1)), FileIds((1, 2), (1, 1))
NEWS = QueryContext(Clock(now=datetime(2026, 11, 23, tzinfo=UTC), zone=UTC), None)
DONE = SyncProgress(done=True)
ACTIONS = ("changed", "asked", "damaged", "replaced", "ends", "fails", "progress", "time", "watched", "late")


class Machine:
    """A folder state whose syncs and timers end when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0
        self.syncs: list[Sync] = []
        self.running = 0
        self.timers: list[float] = []
        self.owed = False
        self.folder = Folder()
        self.tell(events.ReaderOpened(NEWS, Signal(), empty=False))

    def tell(self, event: events.Event) -> None:
        self.folder, effects = update(self.folder, event, self.now)
        for effect in effects:
            self.run(effect)

    def run(self, effect: Effect) -> None:
        if isinstance(effect, Sync):
            self.running += 1
            self.syncs.append(effect)
            self.owed = False
        elif isinstance(effect, WakeAfter):
            self.timers.append(self.now + effect.seconds)

    def act(self, action: str) -> None:
        match action:
            case "changed" | "asked":
                self.owed = True
                self.tell(events.FolderChanged() if action == "changed" else events.RescanRequested())
            case "damaged":
                self.tell(events.WorkFailed(CorruptIndexError("broken"), OLD, OLD))
            case "replaced":
                self.tell(events.IndexChecked(OLD, NEW, None))
            case "ends" | "fails" if self.running:
                self.running -= 1
                ended = events.SyncProgressed(DONE, 1.0) if action == "ends" else events.SyncFailed(FolderError("gone"))
                self.tell(ended)
            case "progress" if self.running:
                self.tell(events.SyncProgressed(SyncProgress(to_read=9, read=3), 0.2))
            case "time":
                self.pass_time(1.5)
            case "watched":
                self.tell(events.WatchStarted())
            case "late":
                self.tell(events.WatchLate())

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        due = [at for at in self.timers if at <= self.now]
        self.timers = [at for at in self.timers if at > self.now]
        for _at in due:
            self.tell(events.RestEnded())

    def finish(self) -> None:
        for _ in range(20):
            self.act("ends")
            self.pass_time(30)


@given(st.lists(st.sampled_from(ACTIONS), max_size=40))
def test_syncs_run_one_at_a_time_and_miss_no_change(actions: list[str]) -> None:
    machine = Machine()
    for action in actions:
        machine.act(action)
        assert machine.running <= 1
        assert machine.folder.reading == bool(machine.running)
        assert len(machine.timers) == int(machine.folder.resting)
        waits = machine.folder.pending is not Pending.NOTHING or machine.folder.resting
        assert waits or not machine.owed, "every requested change is read or scheduled"
    machine.finish()
    assert machine.folder.pending is Pending.NOTHING
    assert (machine.running, machine.timers, machine.owed) == (0, [], False)


@given(st.lists(st.sampled_from(("changed", "ends", "time")), max_size=40))
def test_changes_sync_the_folder_at_most_a_fifth_of_the_time(actions: list[str]) -> None:
    machine = Machine()
    machine.act("ends")
    for action in actions:
        rests = machine.now < machine.folder.rest_until
        count = len(machine.syncs)
        machine.act(action)
        assert not (rests and action == "changed" and len(machine.syncs) > count), "no sync starts during a rest"


def test_damaged_index_is_discarded_once() -> None:
    machine = Machine()
    machine.act("damaged")
    machine.act("damaged")
    assert [sync.instead_of for sync in machine.syncs] == [None], "not during a sync"
    machine.act("ends")
    assert [sync.instead_of for sync in machine.syncs] == [None, OLD]
    machine.act("ends")
    machine.act("damaged")
    assert len(machine.syncs) == 2


def test_replaced_index_is_synced_before_it_is_reopened() -> None:
    machine = Machine()
    machine.act("ends")
    machine.act("replaced")
    machine.act("replaced")
    assert len(machine.syncs) == 2
    assert not machine.folder.may_follow(list_empty=False)
    machine.act("ends")
    assert machine.folder.may_follow(list_empty=False)


def test_late_watcher_causes_a_rescan() -> None:
    for order in (("late", "watched"), ("watched", "late")):
        machine = Machine()
        for action in order:
            machine.act(action)
        assert machine.folder.pending is Pending.CHANGED


def test_sync_reports_its_changes() -> None:
    folder = Folder()
    folder, effects = update(folder, events.ProblemsCounted(2, SyncProgress(changed=1, read=1)), 0.0)
    assert folder.words.startswith("2 problems")
    assert any(isinstance(effect, Say) for effect in effects)


def test_list_is_refreshed_at_intervals_and_when_idle() -> None:
    folder = Folder(reading=True)
    listed = []
    for now, read, busy in ((10.0, 1, True), (10.1, 2, False), (10.2, 3, False), (11.0, 3, False), (12.0, 3, False)):
        event = events.SyncProgressed(SyncProgress(to_read=9, read=read), 1.0, busy)
        folder, effects = update(folder, event, now)
        listed.append(Publish(events.IndexChanged()) in effects)
    assert listed == [False, True, False, True, False]


def test_word_indexing_shows_percent_until_complete() -> None:
    folder = Folder(reading=True, words="Indexing")
    folder, effects = update(folder, events.SyncProgressed(replace(DONE, read=200, to_word=200), 1.0), 0.0)
    assert WriteWords() in effects
    assert not folder.reading
    shown, listed = [], []
    for worded, busy in ((0, False), (10, True), (86, True), (87, False), (100, False), (200, False)):
        event = events.WordsProgressed(replace(DONE, worded=worded, to_word=200), busy)
        folder, effects = update(folder, event, 9.0)
        shown.append(folder.words)
        listed.append(Publish(events.IndexChanged()) in effects)
    assert shown[:5] == [f"indexing words: {percent} %" for percent in (0, 5, 43, 43, 50)]
    assert listed == [False, False, False, True, False, True]
    assert CountProblems() in effects, "the status bar then shows problems again"
    assert not folder.wording


def test_first_sync_is_incomplete_until_its_words_are_written() -> None:
    seen = []
    folder = Folder()
    steps: tuple[events.Event, ...] = (
        events.ReaderOpened(NEWS, Signal(), empty=True),
        events.SyncProgressed(SyncProgress(to_read=200, read=100), 1.0),
        events.SyncProgressed(replace(DONE, read=200, to_word=200), 1.0),
        events.WordsProgressed(replace(DONE, worded=100, to_word=200)),
        events.WordsProgressed(replace(DONE, worded=200, to_word=200)),
        events.RescanRequested(),
    )
    for event in steps:
        folder, _ = update(folder, event, 9.0)
        seen.append(folder.is_incomplete)
    assert seen == [True, True, True, True, False, False]


def test_failed_first_sync_leaves_nothing_to_wait_for() -> None:
    folder, _ = update(Folder(reading=True, first=True), events.SyncFailed(FolderError("gone")), 9.0)
    assert not folder.is_incomplete


def test_empty_list_says_that_indexing_goes_on() -> None:
    texts = [empty_text(0, reading=False, everything=False, typing=True, incomplete=each) for each in (False, True)]

    assert texts == ["No matching articles.", "No matching articles yet. Indexing goes on."]


def test_list_whose_article_is_not_loaded_yet_is_not_called_empty() -> None:
    assert empty_text(0, reading=False, everything=True) == EMPTY_FOLDER
    assert empty_text(0, reading=True, everything=True) == "Indexing folder…"
    assert empty_text(25, reading=False, everything=True) is None
    assert empty_text(25, reading=True, everything=True) is None


def test_word_indexing_yields_to_a_sync_of_changes() -> None:
    folder, effects = update(Folder(wording=True), events.FolderChanged(), 9.0)
    assert effects == (Sync(),)
    assert folder.reading
    late = events.WordsProgressed(replace(DONE, worded=1, to_word=200))
    assert update(folder, late, 9.0) == (folder, ())
    folder, effects = update(folder, events.SyncProgressed(replace(DONE, to_word=199), 1.0), 9.0)
    assert WriteWords() in effects


def test_word_indexing_waits_for_a_pending_sync() -> None:
    folder = Folder(reading=True, pending=Pending.ASKED)
    folder, effects = update(folder, events.SyncProgressed(replace(DONE, to_word=200), 1.0), 9.0)
    assert Sync() in effects
    assert WriteWords() not in effects
    assert not folder.wording


def test_word_indexing_does_not_refresh_the_list_each_time() -> None:
    folder = Folder(wording=True, index=IndexState(DataVersions(1, 1)))
    _, effects = update(folder, events.IndexChecked(OLD, OLD, DataVersions(2, 1)), 0.0)
    assert effects == ()
