from __future__ import annotations

import errno
import os
import tempfile
import threading
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indexed_folder import IndexFolder, article, request
from sweep import amount

from reader.content import ContentRoot, FileStamp, ScannedFile, resolve_root, scan
from reader.errors import FolderError, StorageError
from reader.index import plan as plan_module
from reader.index import sync as sync_module
from reader.index.plan import KnownFiles, Plan, plan
from reader.index.sync import SyncProgress, sync
from reader.marks import MarkKind, MarkStore, MarkTarget
from reader.marks import database as marks_file
from reader.problems import Code, Problem


@pytest.fixture
def folder(tmp_path: Path) -> IndexFolder:
    return IndexFolder(tmp_path)


A, A_LATER, A_LONGER, B = (
    ScannedFile("a.md", 1, 10),
    ScannedFile("a.md", 2, 10),
    ScannedFile("a.md", 1, 11),
    ScannedFile("b.md", 1, 10),
)


@pytest.mark.parametrize(
    ("known", "found", "expected"),
    [
        pytest.param({}, [], Plan(), id="both empty"),
        pytest.param({}, [A, B], Plan(add=(A, B)), id="first scan"),
        pytest.param({"a.md": FileStamp(1, 10)}, [A], Plan(), id="unchanged"),
        pytest.param({"a.md": FileStamp(1, 10)}, [A_LATER], Plan(change=(A_LATER,)), id="another time"),
        pytest.param({"a.md": FileStamp(2, 10)}, [A], Plan(change=(A,)), id="an earlier time is a change too"),
        pytest.param({"a.md": FileStamp(1, 10)}, [A_LONGER], Plan(change=(A_LONGER,)), id="another size"),
        pytest.param({"a.md": FileStamp(1, 10)}, [], Plan(gone=("a.md",)), id="gone"),
        pytest.param({"a.md": FileStamp(1, 10)}, [B], Plan(add=(B,), gone=("a.md",)), id="renamed"),
    ],
)
def test_plan_lists_files_to_add_update_and_remove(
    known: dict[str, FileStamp], found: list[ScannedFile], expected: Plan
) -> None:
    before = dict(known)

    assert plan(known, found) == expected
    assert known == before


def test_sync_of_an_unchanged_folder_reads_nothing(folder: IndexFolder) -> None:
    folder.write("a.md", article())
    folder.write("README.md", "no front matter")
    first, second = folder.sync(), folder.sync()

    assert first == SyncProgress(found=2, to_read=2, read=2, added=2, done=True, worded=1, to_word=1)
    assert second == SyncProgress(found=2, done=True)


def test_sync_of_an_unchanged_folder_writes_nothing(folder: IndexFolder) -> None:
    folder.write("a.md", article())
    (folder.root / "elsewhere.md").symlink_to(folder.root.parent)
    folder.sync()
    with closing(folder.index.connect()) as connection:
        before = connection.execute("PRAGMA data_version").fetchone()
        folder.sync()

        assert connection.execute("PRAGMA data_version").fetchone() == before


def test_removed_words_match_nothing(folder: IndexFolder) -> None:
    folder.write("a.md", article("Zebra", "walrus", topics="[otter]"))
    folder.sync()
    assert [folder.titles(word) for word in ("zebra", "walrus", "otter")] == [["Zebra"]] * 3

    folder.write("a.md", article("Heron", "walrus", topics="[lynx]"))
    progress = folder.sync()

    assert progress.changed == 1
    assert [folder.titles(word) for word in ("zebra", "otter", "topic:otter")] == [[], [], []]
    assert [folder.titles(word) for word in ("heron", "walrus", "lynx", "topic:lynx")] == [["Heron"]] * 4


def test_changed_article_keeps_its_added_time(folder: IndexFolder) -> None:
    folder.write("a.md", article("First"))
    folder.sync(now=100.0)
    folder.write("a.md", article("Second"))
    folder.write("b.md", article("New"))
    folder.sync(now=200.0)

    with closing(folder.index.connect()) as connection:
        rows = connection.execute("SELECT path, added FROM article ORDER BY path").fetchall()
    assert rows == [(b"a.md", 100), (b"b.md", 200)]


def test_emptied_article_is_no_longer_listed(folder: IndexFolder) -> None:
    folder.write("a.md", article("Was one"))
    folder.sync()
    folder.write("a.md", "")
    folder.sync()

    assert folder.titles() == []
    with closing(folder.search()) as search:
        assert search.other_files() == ["a.md"]


def test_plain_file_that_becomes_an_article_is_listed(folder: IndexFolder) -> None:
    folder.write("a.md", "only text")
    folder.sync()
    folder.write("a.md", article("Is one"))
    folder.sync()

    assert folder.titles() == ["Is one"]
    with closing(folder.search()) as search:
        assert search.other_files() == []


def test_special_file_is_a_problem_until_it_is_deleted(folder: IndexFolder) -> None:
    os.mkfifo(folder.root / "pipe.md")
    folder.write("a.md", article())
    folder.sync()
    with closing(folder.search()) as search:
        assert search.problems() == [Problem("pipe.md", 0, "", Code.SPECIAL_FILE, ("pipe",))]

    (folder.root / "pipe.md").unlink()
    folder.sync()
    with closing(folder.search()) as search:
        assert search.problems() == []


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(b"caf\xe9.md", id="a name that is not UTF-8"),
        pytest.param(b"two\nlines.md", id="a newline in a name"),
        pytest.param(b"\x1b[2J.md", id="an escape sequence as a name"),
        pytest.param("日本.md".encode(), id="another script"),
    ],
)
def test_file_with_any_name_is_added_and_removed(folder: IndexFolder, name: bytes) -> None:
    path = os.path.join(os.fsencode(folder.root), name)  # noqa: PTH118 - a name of bytes
    Path(os.fsdecode(path)).write_text(article("Named so"), encoding="utf-8")
    folder.sync()
    assert folder.sync() == SyncProgress(found=1, done=True)
    with closing(folder.search()) as search:
        entry = search.find_by_path(os.fsdecode(name))
        assert entry is not None
        assert entry.title == "Named so"
        assert search.targets([entry.id]) == [entry.target]

    Path(os.fsdecode(path)).unlink()
    assert folder.sync().removed == 1
    assert folder.titles() == []


def test_canceled_sync_is_continued_by_the_next(folder: IndexFolder) -> None:
    folder.write_many(200)

    steps = folder.sync_steps(cancelled=lambda: True)
    assert not steps[-1].done
    assert 0 < steps[-1].read < 200
    assert len(folder.titles()) == steps[-1].read

    second = folder.sync()
    assert second.done
    assert second.to_read == 200 - steps[-1].read
    assert len(folder.titles()) == 200


def test_canceled_sync_removes_no_article(folder: IndexFolder) -> None:
    folder.write_many(3)
    folder.sync()
    (folder.root / "00000.md").unlink()

    assert folder.sync_steps(cancelled=lambda: True)[-1:] != [SyncProgress(done=True)]
    assert len(folder.titles()) == 3


def test_first_rows_are_visible_before_the_last_file_is_read(folder: IndexFolder) -> None:
    folder.write_many(1_200)
    folder.index.prepare()
    steps = sync(folder.index, ContentRoot(folder.root))

    first = next(steps)

    assert 0 < first.read < 100
    assert len(folder.titles()) == first.read
    steps.close()


def test_concurrent_sync_waits_and_finds_nothing_left(folder: IndexFolder) -> None:
    folder.write_many(1_200)
    folder.index.prepare()
    first = sync(folder.index, ContentRoot(folder.root))
    next(first)
    second: list[SyncProgress] = []
    other = threading.Thread(target=lambda: second.extend(folder.sync_steps()))
    other.start()

    *_, last = first
    other.join()

    assert last.read == 1_200
    assert second[-1] == SyncProgress(found=1_200, done=True)
    assert len(folder.titles()) == 1_200


def test_sync_waiting_for_another_can_be_canceled(folder: IndexFolder) -> None:
    folder.write_many(100)
    folder.index.prepare()
    first = sync(folder.index, ContentRoot(folder.root))
    next(first)

    assert list(sync(folder.index, ContentRoot(folder.root), cancelled=lambda: True)) == []
    first.close()


def test_query_during_a_sync_sees_growing_counts(folder: IndexFolder) -> None:
    folder.write_many(1_200)
    folder.index.prepare()
    with closing(folder.search()) as search:
        counts = [search.count(*request("")) for _ in sync(folder.index, ContentRoot(folder.root))]

    assert counts == sorted(counts)
    assert counts[-1] == 1_200


def test_sync_of_a_single_file_indexes_only_it(folder: IndexFolder) -> None:
    folder.write("a.md", article("This one"))
    folder.write("b.md", article("Another"))
    folder.index.prepare()

    *_, last = sync(folder.index, ContentRoot(folder.root, "a.md"))

    assert last.found == 1
    assert folder.titles() == ["This one"]


def test_sync_of_a_missing_folder_is_an_error_and_removes_no_row(folder: IndexFolder) -> None:
    folder.write("a.md", article("Kept"))
    folder.sync()
    folder.root.rename(folder.root.with_name("elsewhere"))

    with pytest.raises(FolderError):
        list(sync(folder.index, ContentRoot(folder.root)))
    assert folder.titles() == ["Kept"]


def test_sync_without_a_usable_cache_is_a_storage_error(folder: IndexFolder) -> None:
    folder.index.path.parent.write_text("a file where a folder should be", encoding="utf-8")

    with pytest.raises(StorageError, match="Cannot use the index"):
        folder.sync()


NAMES = ("a.md", "b.txt", "deep/c.md", "deep/d.html", "e.markdown")
WORDS = ("zebra", "walrus", "otter", "heron")
TEXTS = (
    *(article(word.title(), body, topics=f"[{word}, Shared]") for word, body in pairwise(WORDS)),
    article("Linked", original_url="https://example.org/a", quality=50, date="2021-10-02"),
    article("Links", related='[{title: It, url: "https://example.org/a"}]', category="News", author="Ada"),
    article("Wrong", quality="much", date="someday"),
    "---\ntitle: never closed",
    "no front matter at all",
    "",
)
edits = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(NAMES), st.sampled_from(TEXTS)),
    st.tuples(st.just("delete"), st.sampled_from(NAMES), st.just("")),
    st.tuples(st.just("rename"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.tuples(st.sampled_from(["hide", "show"]), st.just("deep"), st.just("")),
    st.tuples(st.just("sync"), st.just(""), st.just("")),
    st.tuples(st.just("give up"), st.just(""), st.just("")),
)


@settings(max_examples=amount(12))
@given(st.lists(edits, max_size=14), st.sampled_from([1, 2, 200]))
def test_sync_after_any_edits_matches_a_fresh_index(steps: list[tuple[str, str, str]], piece: int) -> None:
    with tempfile.TemporaryDirectory() as base, pytest.MonkeyPatch.context() as patch:
        _save_pieces_of(patch, piece)
        folder = IndexFolder(Path(base) / "one")
        for step in steps:
            _edit(folder, *step)
        folder.sync()
        fresh = IndexFolder(Path(base) / "two")
        fresh.root = folder.root
        fresh.sync()

        assert folder.contents(WORDS) == fresh.contents(WORDS)


def _save_pieces_of(patch: pytest.MonkeyPatch, files: int) -> None:
    patch.setattr(plan_module, "_LEAST_SAVED", files)
    for size in ("_FIRST_BATCH", "_SECOND_BATCH", "_BATCH"):
        patch.setattr(sync_module, size, files)


def _edit(folder: IndexFolder, what: str, name: str, more: str) -> None:
    path = folder.root / name
    hidden = path.with_name(f".{path.name}")
    match what:
        case "hide" if path.is_dir() and not hidden.exists():
            path.rename(hidden)
        case "show" if hidden.is_dir() and not path.exists():
            hidden.rename(path)
        case "write":
            folder.write(name, more)
        case "delete":
            path.unlink(missing_ok=True)
        case "rename" if path.is_file():
            text = path.read_text(encoding="utf-8")
            path.unlink()
            folder.write(more, text)
        case "sync":
            folder.sync()
        case "give up":
            folder.sync_steps(cancelled=lambda: True)


def _lookups(folder: IndexFolder) -> int:
    """Return the number of pieces whose files a sync looks up."""
    with closing(folder.index.connect()) as connection:
        known = KnownFiles(connection)
        statements: list[str] = []
        connection.set_trace_callback(statements.append)
        files = sorted(
            (each for each in scan(folder.root) if isinstance(each, ScannedFile)), key=lambda each: each.path
        )
        for start in range(0, len(files), 2):
            known.plan(files[start : start + 2])
        assert known.gone() == ()
    return sum(" WHERE path IN " in each and "FROM article" in each for each in statements)


def test_unchanged_piece_is_recognized_without_a_lookup(folder: IndexFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    _save_pieces_of(monkeypatch, 2)
    monkeypatch.setattr(sync_module, "scan", lambda *given: sorted(scan(*given), key=str))
    folder.write_many(5)
    folder.write("README.md", "no front matter")
    folder.sync()
    assert _lookups(folder) == 3
    folder.sync()
    assert _lookups(folder) == 0
    folder.write("00000.md", article("Edited"))
    assert _lookups(folder) == 1
    folder.sync()
    assert folder.titles("edited") == ["Edited"]
    assert _lookups(folder) == 1, "read, but not yet found unchanged"


def test_folder_that_comes_back_is_listed_again(folder: IndexFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    _save_pieces_of(monkeypatch, 2)
    folder.write("deep/a.md", article("A"))
    folder.write("deep/b.md", article("B"))
    for step in ("sync", "sync", "hide", "sync", "show", "sync"):
        _edit(folder, step, "deep", "")
    assert sorted(folder.titles()) == ["A", "B"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE article SET mtime_ns = 1",
        "UPDATE article SET change = 1",
        "DELETE FROM article",
        "DELETE FROM plain",
        "UPDATE plain SET size = 1",
        "INSERT INTO plain VALUES (x'61', 1, 1, 1)",
    ],
)
def test_change_of_the_index_forgets_all_unchanged_pieces(
    folder: IndexFolder, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    _save_pieces_of(monkeypatch, 1)
    folder.write("a.md", article())
    folder.write("README.md", "no front matter")
    folder.sync()
    folder.sync()
    count = "SELECT count(*) FROM unchanged"
    with closing(folder.index.connect()) as connection:
        assert connection.execute(count).fetchone() == (2,)
        connection.execute(change)
        assert connection.execute(count).fetchone() == (0,)


def test_piece_with_a_name_of_any_bytes_is_looked_up(folder: IndexFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    _save_pieces_of(monkeypatch, 2)
    name = os.fsdecode(b"\xff.md")
    folder.write(name, article("Odd"))
    folder.write("a.md", article("Even"))
    for _ in range(3):
        assert folder.sync().found == 2
    assert sorted(folder.titles()) == ["Even", "Odd"]
    folder.write(name, article("Changed"))
    folder.sync()
    assert sorted(folder.titles()) == ["Changed", "Even"]


def test_unreadable_file_is_retried_even_with_an_unchanged_mtime(
    folder: IndexFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("a.md", article("At last"))
    folder.write("b.md", article("Always there"))
    real = os.open

    def refuse(name: str, *arguments: int, dir_fd: int | None = None) -> int:
        if name == "a.md":
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))
        return real(name, *arguments, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refuse)
    assert folder.sync().added == 2
    with closing(folder.search()) as search:
        before = search.ids(*request(""))
        again = folder.sync()
        assert (again.to_read, again.read, again.changed) == (0, 0, 0), "nothing is new"
        assert search.ids(*request("")) == before
    monkeypatch.undo()

    progress = folder.sync()

    assert (progress.to_read, progress.read, progress.changed) == (1, 1, 1)
    assert sorted(folder.titles()) == ["Always there", "At last"]
    assert folder.sync().changed == 0


def test_marks_can_be_set_during_a_sync(folder: IndexFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_module, "_KEPT_SINGLY", 0)
    monkeypatch.setattr(marks_file, "_BUSY_SECONDS", 0.0)
    folder.write_many(200)
    assert folder.index.marks is not None
    folder.index.prepare()
    with closing(MarkStore(folder.index.marks)) as marks:
        marks.prepare()
        steps = sync(folder.index, resolve_root(folder.root))
        assert next(steps).read, "files were read, and the transaction is still open"
        target = MarkTarget(1, "https://example.org/1")
        assert marks.set(MarkKind.READ, [target], on=True, now=1).targets == (target,)
        assert list(steps)[-1].done
    assert len(folder.titles()) == 200


def test_canceled_sync_commits_what_was_read(folder: IndexFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_module, "_KEPT_SINGLY", 0)
    folder.write_many(200)
    read = folder.sync_steps(cancelled=lambda: True)[-1].read
    assert 0 < read < 200
    assert len(folder.titles()) == read
