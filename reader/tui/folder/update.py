"""Updates of the folder room: when to sync, and which index file to trust. Pure: ``effects`` does the work."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.errors import CorruptIndexError
from reader.render.format import format_count
from reader.tui.events import (
    FolderChanged,
    FolderRead,
    IndexChanged,
    IndexChecked,
    IndexFollowed,
    ListOutdated,
    MarksChanged,
    ProblemsCounted,
    ReaderOpened,
    RescanRequested,
    RestEnded,
    SyncFailed,
    SyncProgressed,
    SyncWaiting,
    VersionsSeen,
    WatchLate,
    WatchStarted,
    WordsProgressed,
    WorkFailed,
)
from reader.tui.folder.effects import CountProblems, Opening, SeeVersions, Sync, WriteWords
from reader.tui.ports import Fail, Publish, Say, WakeAfter

if TYPE_CHECKING:
    from reader.errors import ReaderError
    from reader.index.database import DataVersions, FileIds
    from reader.index.sync import SyncProgress
    from reader.tui.events import Event
    from reader.tui.ports import Effect

    Step = tuple["Folder", tuple[Effect, ...]]

__all__ = ["Folder", "IndexState", "Pending", "update"]

_BETWEEN_LISTS = 0.7
_PERCENT_BETWEEN_LISTS = 10
_BAR_CELLS = 12
# Syncing a folder that keeps changing takes at most a fifth of the time, with pauses no longer than this.
_REST = 4
_MAX_REST = 20.0


class Pending(IntEnum):
    """Next step after the running sync: nothing, a sync after a pause, or a sync immediately."""

    NOTHING = 0
    CHANGED = 1
    ASKED = 2


class IndexState(Struct, frozen=True):
    """The known ``versions`` of the index, a file to switch to (``followed``) and a corrupt file (``broken``)."""

    versions: DataVersions | None = None
    followed: FileIds | None = None
    broken: FileIds | None = None


class Folder(Struct, frozen=True):
    """State of syncing: one sync at a time, and another one if something changed meanwhile.

    ``asked`` if the user waits for the result of a sync. ``blind`` if the folder was synced before it was watched, so
    changes may have been missed. ``listed`` is the number of changes at the last refresh of the list in this sync, and
    ``listed_at`` its time. ``first`` while articles are added to an empty index, and ``wording`` while a sync that has
    read all files writes their words. ``words`` is the text of the status bar, with placeholders for keys.
    """

    reading: bool = False
    first: bool = False
    wording: bool = False
    pending: Pending = Pending.NOTHING
    asked: bool = False
    resting: bool = False
    rest_until: float = 0.0
    watched: bool = False
    blind: bool = False
    listed: int = 0
    listed_at: float = 0.0
    words: str = ""
    index: IndexState = IndexState()

    @property
    def is_incomplete(self) -> bool:
        """Whether articles or words are still missing from the index."""
        return self.first or self.wording

    def may_follow(self, *, list_empty: bool) -> bool:
        """Return whether to switch to a new index file: not while a sync fills it, if the old one is readable."""
        return not self.reading or self.index.broken is not None or list_empty


def update(folder: Folder, event: Event, now: float) -> Step:
    """Return the state after an event, and the effects to run."""
    match event:
        case SyncProgressed() | WordsProgressed() | SyncWaiting() | SyncFailed() | ProblemsCounted():
            return _update_sync(folder, event, now)
        case IndexChecked() | VersionsSeen() | WorkFailed():
            return _update_index(folder, event)
        case IndexChanged() | MarksChanged() | IndexFollowed():
            return folder, (SeeVersions(followed=isinstance(event, IndexFollowed)),)
        case FolderChanged() | RestEnded():
            return _change(replace(folder, resting=False) if isinstance(event, RestEnded) else folder, now)
        case RescanRequested():
            return _ask(replace(folder, asked=True))
    return _update_watch(folder, event, now)


def _update_watch(folder: Folder, event: Event, now: float) -> Step:
    match event:
        case ReaderOpened():
            opening = Opening(None if event.empty else event.watched, event.news)
            return replace(folder, reading=True, first=event.empty, blind=event.empty), (Sync(opening=opening),)
        case WatchStarted():
            folder = replace(folder, watched=True)
        case WatchLate():
            folder = replace(folder, blind=True)
        case _:
            return folder, ()
    # Neither the sync nor the watcher noticed changes in between.
    return _change(folder, now) if folder.watched and folder.blind else (folder, ())


def _update_sync(
    folder: Folder, event: SyncProgressed | WordsProgressed | SyncWaiting | SyncFailed | ProblemsCounted, now: float
) -> Step:
    match event:
        case SyncProgressed():
            return _progress(folder, event, now)
        case WordsProgressed():
            return _progress_of_words(folder, event)
        case SyncWaiting():
            return folder, (Say(event.message, warning=True),)
        case SyncFailed():
            ended, effects = _end(folder, now)
            return ended, (*effects, CountProblems(), Publish(FolderRead()), Fail(event.error))
        case ProblemsCounted():
            return _sum_up(folder, event)


def _update_index(folder: Folder, event: IndexChecked | VersionsSeen | WorkFailed) -> Step:
    match event:
        case IndexChecked(shown=shown, on_disk=on_disk) if shown != on_disk:
            return _follow(folder, shown, on_disk)
        case IndexChecked():
            return _compare(folder, event.versions)
        case VersionsSeen():
            index = folder.index
            versions = index.versions if event.versions is None else event.versions
            broken = None if event.followed else index.broken
            return replace(folder, index=replace(index, versions=versions, broken=broken)), ()
        case WorkFailed():
            return _fail(folder, event.error, event.shown, event.on_disk)


# When to sync.


def _ask(folder: Folder) -> Step:
    """Sync now, or again after the running sync."""
    if folder.reading:
        return replace(folder, pending=Pending.ASKED), ()
    # A sync that is writing words gives way; the next one continues with them.
    started = replace(folder, reading=True, wording=False, pending=Pending.NOTHING)
    return started, (Sync(instead_of=folder.index.broken),)


def _change(folder: Folder, now: float) -> Step:
    """Sync soon: after the pause, if there is one."""
    if folder.reading:
        return replace(folder, pending=max(folder.pending, Pending.CHANGED)), ()
    if folder.resting:
        return folder, ()
    if now < folder.rest_until:
        return replace(folder, resting=True), (WakeAfter(folder.rest_until - now, RestEnded()),)
    return _ask(folder)


def _progress(folder: Folder, event: SyncProgressed, now: float) -> Step:
    progress = event.progress
    if progress.done:
        rested = replace(folder, rest_until=now + min(_MAX_REST, _REST * event.seconds), listed=0, listed_at=now)
        ended, effects = _end(rested, now)
        effects = (*effects, Publish(IndexChanged()), CountProblems(progress), Publish(FolderRead()))
        if not progress.to_word or ended.reading:
            return ended, effects
        return replace(ended, wording=True), (*effects, WriteWords())
    if progress.to_read:
        folder = replace(folder, words=_progress_text(progress, event.seconds))
    changed = progress.read + progress.removed
    if event.list_busy or now - folder.listed_at < _BETWEEN_LISTS or changed == folder.listed:
        return folder, ()
    return replace(folder, listed=changed, listed_at=now), (Publish(IndexChanged()),)


def _progress_of_words(folder: Folder, event: WordsProgressed) -> Step:
    progress = event.progress
    if not folder.wording:
        return folder, ()
    if progress.worded == progress.to_word:
        return replace(folder, wording=False, listed=0), (Publish(IndexChanged()), CountProblems())
    percent = 100 * progress.worded // progress.to_word
    folder = replace(folder, words=f"indexing words: {percent} %")
    if event.list_busy or percent < folder.listed + _PERCENT_BETWEEN_LISTS:
        return folder, ()
    return replace(folder, listed=percent), (Publish(IndexChanged()),)


def _end(folder: Folder, now: float) -> Step:
    pending = folder.pending
    ended = replace(folder, reading=False, first=False, wording=False, pending=Pending.NOTHING)
    if pending is Pending.ASKED:
        return _ask(ended)
    return _change(ended, now) if pending is Pending.CHANGED else (ended, ())


def _sum_up(folder: Folder, event: ProblemsCounted) -> Step:
    """Show the number of problems and of changes."""
    problems = event.problems
    many = "1 problem" if problems == 1 else f"{format_count(problems)} problems"
    folder = replace(folder, words=f"{many} ({{key:problems}})" if problems else "")
    progress, asked = event.progress, folder.asked and folder.pending is not Pending.ASKED
    if asked:
        folder = replace(folder, asked=False)
    if progress is None:
        return folder, ()
    if asked or progress.removed or progress.changed or progress.added != progress.read:
        return folder, (Say(_summary(progress) or "Nothing changed", unless_saying=not asked),)
    return folder, ()


# Which index file to trust.


def _compare(folder: Folder, now: DataVersions | None) -> Step:
    before = folder.index.versions
    folder = replace(folder, index=replace(folder.index, versions=now))
    if before is None or now is None:
        return folder, ()
    is_writing = folder.reading or folder.wording
    marks = (Publish(MarksChanged()),) if now.marks != before.marks else ()
    index = (Publish(IndexChanged()),) if now.index != before.index and not is_writing else ()
    return folder, (*marks, *index)


def _follow(folder: Folder, shown: FileIds, on_disk: FileIds) -> Step:
    if on_disk.index == shown.index:
        # Only the marks file was replaced: query it immediately.
        return folder, (Publish(ListOutdated()),)
    if on_disk == folder.index.followed or folder.reading:
        return folder, ()
    # Sync the new file first; the next list request switches to it.
    return _ask(replace(folder, index=replace(folder.index, followed=on_disk)))


def _fail(folder: Folder, error: ReaderError, shown: FileIds, on_disk: FileIds) -> Step:
    """Report a failed task; rebuild a corrupt index."""
    if not isinstance(error, CorruptIndexError):
        return folder, (Say(str(error), warning=True),)
    if shown != on_disk:
        return _follow(folder, shown, on_disk)
    if folder.index.broken == shown:
        return folder, ()
    folder, effects = _ask(replace(folder, index=replace(folder.index, broken=shown)))
    return folder, (Say("Index was corrupt; rebuilding…", warning=True), *effects)


def _summary(progress: SyncProgress) -> str:
    parts = [(progress.added, "new"), (progress.changed, "changed"), (progress.removed, "removed")]
    return ", ".join(f"{format_count(count)} {word}" for count, word in parts if count)


def _progress_text(progress: SyncProgress, seconds: float) -> str:
    share = progress.read / max(1, progress.to_read)
    full = round(share * _BAR_CELLS)
    rate = f" · {format_count(round(progress.read / seconds))}/s" if seconds > 0.5 else ""
    bar = "█" * full + "░" * (_BAR_CELLS - full)
    return f"Indexing {format_count(progress.read)}/{format_count(progress.to_read)} {bar}{rate}"
