"""A changing folder: the TUI follows new, changed and deleted files, and nothing moves on the screen."""

from __future__ import annotations

import os
import threading
import time
from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from live_folder import ManualWatcher, counting, write, write_many
from sweep import amount
from tui_driver import MEDIUM, NARROW, opened

from reader.content.watch import watch_folder
from reader.errors import FolderError
from reader.index.sync import sync
from reader.library import open_library
from reader.marks import MarkKind, MarkStore
from reader.storage.paths import AppPaths
from reader.tui.folder import update as folder_update
from reader.tui.list import effects as list_effects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tui_driver import ReaderEnv

    from reader.content import ContentRoot
    from reader.content.watch import StopEvent
    from reader.index.database import IndexFile

# The number of files that change concurrently.
MANY = amount(300, "NEWSREADER_MANY")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    return folder


async def test_watched_folder_follows_new_changed_and_deleted_files(folder: Path, world: ReaderEnv) -> None:
    write(folder, "old.md", day=1)
    async with opened(folder, replace(world, watch=watch_folder)) as reading:
        await reading.until(reading.is_watched, "the watcher runs")
        new = write(folder, "deeper/new.md", day=2)
        await reading.until(lambda: reading.paths() == ["deeper/new.md", "old.md"], "a file in a new folder is listed")
        write(folder, "deeper/new.md", day=0, title="Grown older")
        await reading.until(lambda: reading.paths() == ["old.md", "deeper/new.md"], "its change is seen")
        new.unlink()
        await reading.until(lambda: reading.paths() == ["old.md"], "it is gone")
        assert reading.current == reading.opened == "old.md"


async def test_file_added_while_a_folder_opens_is_listed(folder: Path, world: ReaderEnv) -> None:
    write(folder, "old.md", day=1)
    world = replace(world, watch=watch_folder)
    async with opened(folder, world):
        pass
    write(folder, "meanwhile.md", day=2)
    async with opened(folder, world) as reading:
        write(folder, "then.md", day=3)
        await reading.until(lambda: reading.paths() == ["then.md", "meanwhile.md", "old.md"], "both are there")


async def test_burst_of_changes_is_one_sync_and_one_more_for_the_rest(folder: Path, world: ReaderEnv) -> None:
    write(folder, "old.md")
    bell = ManualWatcher()
    async with opened(folder, replace(world, watch=bell)) as reading:
        library = counting(reading)
        library.gate.shut()
        bell.ring()
        await reading.until(lambda: len(library.syncs) == 1, "the first change begins a sync")
        for _ in range(50):
            bell.ring()
        await reading.until(reading.is_sync_pending, "changes during a sync are noticed")
        assert len(library.syncs) == 1
        library.gate.open()
        await reading.until(lambda: len(library.syncs) == 2, "one more sync follows")
        await reading.until(lambda: not reading.is_syncing(), "it ends")
        await reading.settled()
        # A third sync, running or planned, would be visible now.
        assert not reading.is_sync_pending()
        assert len(library.syncs) == 2


async def test_rescan_key_during_a_sync_causes_one_more(folder: Path, world: ReaderEnv) -> None:
    write(folder, "old.md")
    bell = ManualWatcher()
    async with opened(folder, replace(world, watch=bell)) as reading:
        library = counting(reading)
        library.gate.shut()
        bell.ring()
        await reading.until(lambda: len(library.syncs) == 1, "a sync begins")
        reading.invoke("rescan")
        reading.invoke("rescan")
        library.gate.open()
        await reading.until(lambda: len(library.syncs) == 2, "one more sync follows")
        await reading.settled()
        assert len(library.syncs) == 2


def _refusing(_place: ContentRoot, _stop: StopEvent) -> Iterator[bool]:
    raise FolderError("Live updates are off: no watches are left")


async def test_unwatchable_folder_shows_a_message_and_can_be_rescanned(folder: Path, world: ReaderEnv) -> None:
    write(folder, "old.md")
    async with opened(folder, replace(world, watch=_refusing)) as reading:
        await reading.until(lambda: "no watches are left" in reading.said, "the reason is shown")
        write(folder, "new.md", day=1)
        await reading.press("R")
        assert reading.paths() == ["new.md", "old.md"]


# --- nothing moves


async def test_new_articles_above_are_announced_without_scrolling(folder: Path, world: ReaderEnv) -> None:
    write_many(folder, "old", range(100))
    async with opened(folder, world, size=MEDIUM) as reading:
        before = (reading.current, reading.line_of_cursor, reading.lines_of("articles"))
        assert reading.line_of_cursor == 0, "at the top, where new rows would push it down"
        write_many(folder, "new", range(200, 203))
        write(folder, "older.md", day=50)
        await reading.press("R")
        assert (reading.current, reading.line_of_cursor) == before[:2]
        assert reading.lines_of("articles") == before[2]
        assert reading.news == "▲ 3 new"
        await reading.dismiss_message()
        assert "▲ 3 new" in reading.text()
        await reading.press("k")
        assert reading.news == "", "moving near the upper edge scrolls them into view"


async def test_articles_scrolled_into_view_are_no_longer_announced(
    folder: Path, world: ReaderEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_many(folder, "old", range(100))
    async with opened(folder, world, size=MEDIUM) as reading:
        await reading.press("G")
        for count, day in ((5, 200), (7, 300)):
            write_many(folder, "new", range(day, day + count))
            await reading.press("R")
        assert reading.news == "▲ 12 new"
        # Some time later.
        with monkeypatch.context() as later:
            later.setattr(list_effects, "time", SimpleNamespace(time=lambda: time.time() + 60))
            await reading.refresh()
        write(folder, "new-00300.md", day=300, title="Changed")
        await reading.press("R")
        assert reading.news == "▲ 12 new", "a changed article is not announced again"
        await reading.scroll("articles", 4)
        assert reading.news == "▲ 4 new"
        await reading.press("g", "g")
        assert reading.news == ""


async def test_first_sync_announces_nothing_and_starts_at_the_top(folder: Path, world: ReaderEnv) -> None:
    write_many(folder, "old", range(100))
    async with opened(folder, world) as reading:
        assert reading.current == "old-00099.md"
    write_many(folder, "new", range(200, 203))
    async with opened(folder, world) as reading:
        assert reading.current == "new-00202.md"
        assert reading.news == ""


async def test_list_scrolled_by_mouse_stays_there_on_a_sync(folder: Path, world: ReaderEnv) -> None:
    write_many(folder, "old", range(200))
    async with opened(folder, world, size=MEDIUM) as reading:
        await reading.scroll("articles", 90)
        before = reading.lines_of("articles")
        write_many(folder, "new", range(300, 310))
        await reading.press("R")
        assert reading.lines_of("articles") == before
        assert reading.current == "old-00199.md"


@pytest.mark.parametrize(
    ("at", "removed", "expected", "remark"),
    [
        (10, range(10, 11), 11, "the next one below"),
        (19, range(19, 20), 18, "at the end, the one above"),
        (10, range(8, 15), 7, "above, where that is nearer"),
        (10, range(6, 13), 13, "below, where that is nearer"),
        (0, range(5), 5, "from the top"),
        (10, range(1, 20), 0, "the only one left"),
    ],
)
async def test_cursor_of_a_deleted_article_moves_to_its_nearest_neighbor(
    folder: Path, world: ReaderEnv, at: int, removed: range, expected: int, remark: str
) -> None:
    files = write_many(folder, "a", range(20))[::-1]
    async with opened(folder, world, size=NARROW) as reading:
        await reading.go_to(files[at].name)
        for row in removed:
            files[row].unlink()
        # More new files than deleted ones, so that row numbers change.
        write_many(folder, "above", range(100, 105))
        await reading.press("R")
        assert (reading.current, reading.opened) == (files[expected].name,) * 2, remark


async def test_restored_article_gets_the_cursor_back(folder: Path, world: ReaderEnv) -> None:
    write_many(folder, "a", range(5))
    async with opened(folder, world) as reading:
        await reading.go_to("a-00002.md")
        text = (folder / "a-00002.md").read_text(encoding="utf-8")
        (folder / "a-00002.md").unlink()
        await reading.press("R")
        assert reading.current == "a-00001.md"
        (folder / "a-00002.md").write_text(text, encoding="utf-8")
        await reading.press("R")
        assert reading.current == "a-00002.md", "an editor may delete the file before it saves"


async def test_changed_open_article_is_reloaded_at_the_same_line(folder: Path, world: ReaderEnv) -> None:
    text = "\n\n".join(f"Paragraph {number}." for number in range(100))
    write(folder, "long.md", text=text)
    async with opened(folder, world, size=MEDIUM) as reading:
        await reading.press("J", "J", "J")
        line = reading.page_top
        assert line > 0
        write(folder, "long.md", text=text.replace("Paragraph 7.", "Something else."))
        await reading.press("R")
        assert "Something else." in reading.page()
        assert reading.page_top == line


async def test_article_opened_by_a_link_stays_open_on_a_sync(folder: Path, world: ReaderEnv) -> None:
    write(folder, "hub.md", day=9, more='related: [{title: Far, originalUrl: "https://far.example/"}]\n')
    write(folder, "far.md", day=1, more="originalUrl: https://far.example/\ntopics: [Far]\n")
    async with opened(folder, world, query="-topic:far") as reading:
        await reading.press("1", "enter")
        assert (reading.opened, reading.current) == ("far.md", "hub.md")
        write(folder, "new.md", day=20)
        await reading.press("R")
        assert (reading.opened, reading.current) == ("far.md", "hub.md")
        write(folder, "far.md", day=1, text="Changed.", more="originalUrl: https://far.example/\ntopics: [Far]\n")
        await reading.press("R")
        assert "Changed." in reading.page()
        await reading.press("k")
        assert reading.opened == reading.current == "new.md"


async def test_cursor_moved_during_a_query_is_not_moved_back(folder: Path, world: ReaderEnv) -> None:
    write_many(folder, "a", range(50))
    async with opened(folder, world) as reading:
        await reading.go_to("a-00040.md")
        reading.refresh_at_once()
        reading.step_at_once("down")
        await reading.settled()
        assert (reading.current, reading.opened) == ("a-00039.md", "a-00039.md")


async def test_query_changed_before_its_result_pins_no_rows(folder: Path, world: ReaderEnv) -> None:
    for number, file in enumerate(write_many(folder, "a", range(6))):
        write(folder, file.name, day=number, more=f"topics: [{'odd' if number % 2 else 'even'}]\n")
    async with opened(folder, world) as reading:
        await reading.press("r", "j", "r", "j")
        reading.refresh_at_once("is:unread")
        await reading.settled()
        assert len(reading.paths()) == 4, "rows of the previous list are not pinned in the new one"


@pytest.mark.sweep
async def test_many_files_change_while_the_user_scrolls(folder: Path, world: ReaderEnv, tmp_path: Path) -> None:
    """The files that the user scrolls through stay; those above and below change."""
    write_many(folder, "stays", range(MANY, MANY + MANY // 2))
    below, above = write_many(folder, "below", range(MANY)), write_many(folder, "above", range(2 * MANY, 3 * MANY))
    done = threading.Event()

    def change() -> None:
        for number, (low, high) in enumerate(zip(below, above, strict=True)):
            write(folder, f"new-{number:05}.md", day=number if number % 3 else 2 * MANY + number)
            if number % 2:
                low.unlink()
                write(folder, high.name, day=2 * MANY + number, title="Changed")
            else:
                high.unlink()
                write(folder, low.name, day=number, title="Changed")
        done.set()

    async with opened(folder, replace(world, watch=watch_folder), size=MEDIUM) as reading:
        await reading.until(reading.is_watched, "the watcher runs")
        await reading.go_to(f"stays-{MANY + MANY // 4:05}.md")
        thread = threading.Thread(target=change)
        thread.start()
        moves, list_before = 0, reading.row_ids
        while not done.is_set() or reading.is_syncing() or moves < 20:
            before = (reading.current, reading.line_of_cursor)
            assert before[0].startswith("stays")
            await reading.pilot.pause(0.01)
            assert (reading.current, reading.line_of_cursor) == before
            if reading.row_ids is not list_before:
                list_before = reading.row_ids
                moves += 1
                reading.step_at_once("down" if moves % 3 else "up", 2)
            elif done.is_set():
                reading.step_at_once("down" if (moves := moves + 1) % 2 else "up")
        thread.join()
        fresh = _fresh_list(folder, tmp_path)
        await reading.until(lambda: reading.paths() == fresh, "the list is that of a fresh start")
        await reading.settled()
        assert reading.current == reading.opened


def _fresh_list(folder: Path, tmp_path: Path) -> list[str]:
    """Return the list as a new index of the folder gives it."""
    library = open_library(folder, AppPaths(tmp_path / "fresh", tmp_path / "fresh", tmp_path / "fresh"))
    for _progress in library.sync():
        pass
    from indexed_folder import request  # noqa: PLC0415 - its clock plays no part here

    with closing(library.search()) as search:
        return [entry.path for entry in search.entries(search.ids(*request("")))]


# --- the index, replaced


def _discard_and_fill(index: IndexFile, place: ContentRoot) -> None:
    index.discard()
    for _progress in sync(index, place):
        pass


def _discard(index: IndexFile, _place: ContentRoot) -> None:
    index.discard()


def _delete(index: IndexFile, _place: ContentRoot) -> None:
    index.path.unlink()


def _garble(index: IndexFile, _place: ContentRoot) -> None:
    with closing(index.connect()) as connection:
        connection.execute("PRAGMA main.wal_checkpoint(TRUNCATE)")
    with index.path.open("r+b") as file:
        file.write(os.urandom(index.path.stat().st_size))


def _rebuild(index: IndexFile, place: ContentRoot) -> None:
    index.invalidate_stamps()
    for _progress in sync(index, place):
        pass


@pytest.mark.parametrize("damage", [_discard_and_fill, _discard, _delete, _garble, _rebuild])
async def test_replaced_index_is_reopened(
    folder: Path, world: ReaderEnv, damage: Callable[[IndexFile, ContentRoot], None]
) -> None:
    write_many(folder, "a", range(100))
    async with opened(folder, world, size=MEDIUM) as reading:
        await reading.press("5", "0", "j", "s")
        before = (reading.paths(), reading.current, reading.line_of_cursor)
        first_file = reading.index_file
        write(folder, "new.md", day=400)
        # Held open, or the new file could get the inode of the old one.
        with reading.library.index.path.open("rb"):
            damage(reading.library.index, reading.library.place)
            if damage is _garble:
                # The pages in use are cached; only the next connection notices the damage.
                await reading.press("R")
            await reading.until(
                lambda: reading.is_index_in_use() and reading.paths()[:1] == ["new.md"], "the new list is there"
            )
            assert damage is _rebuild or reading.index_file != first_file
        assert (reading.paths()[1:], reading.current, reading.line_of_cursor) == before
        assert reading.entries()[reading.cursor].starred
        assert "(removed)" not in reading.text()
        await reading.press("j")
        assert reading.opened == before[0][51]
        await reading.type("new")
        assert reading.paths() == ["new.md"], "word queries use the new index"


async def test_damage_found_by_a_query_rebuilds_the_index(
    folder: Path, world: ReaderEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a slow machine the list would also show the first rows of the new index, and grow again.
    monkeypatch.setattr(folder_update, "_BETWEEN_LISTS", 3600.0)
    write_many(folder, "a", range(300))
    async with opened(folder, world, size=MEDIUM) as reading:
        await reading.press("1", "0", "0", "j")
        before = (reading.paths(), reading.current, reading.line_of_cursor)
        # Cached rows would hide the damage for a while.
        reading.drop_index_cache()
        first_file = reading.index_file
        # Held open, or the new file could get the inode of the old one.
        with reading.library.index.path.open("rb"):
            _garble(reading.library.index, reading.library.place)
            reading.refresh_at_once()
            await reading.until(
                lambda: reading.index_file != first_file and reading.is_index_in_use(), "another index is there"
            )
        assert (reading.paths(), reading.current, reading.line_of_cursor) == before
        assert "(removed)" not in reading.text()


async def test_marks_file_replaced_by_another_program_is_reopened(folder: Path, world: ReaderEnv) -> None:
    write_many(folder, "a", range(3))
    async with opened(folder, world) as reading:
        await reading.press("s")
        assert reading.counts()["Starred"] == 1
        for name in ("marks.db", "marks.copy.db"):
            world.places.marks_file.with_name(name).rename(world.places.marks_file.with_name(f"aside.{name}"))
        entry = reading.entries()[1]
        with closing(MarkStore(world.places.marks_file)) as other:
            other.set(MarkKind.STARRED, [entry.target], on=True, now=1)
        await reading.check_index()
        assert [found.starred for found in reading.entries()] == [False, True, False]
        assert reading.counts()["Starred"] == 1
