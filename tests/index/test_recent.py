"""The index of recent articles: its results are always the beginning of the full results."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indexed_folder import IndexFolder, article, request
from msgspec.structs import replace
from one_by_one import OneByOne, read_record
from sweep import amount

from reader.index import sync
from reader.index.live import LiveSearch
from reader.index.reading.extract import WordReader, failed_record
from reader.index.text import recent
from reader.problems import Code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from reader.content import ScannedFile
    from reader.index.writer import IndexRecord

QUERIES = [
    "road",
    "ro*",
    "-road",
    "road OR hill",
    "road topic:odd",
    "road quality>=10",
    "title:number road",
    "-(road hill)",
    "topic:even hill",
]


@pytest.fixture(autouse=True)
def lower_thresholds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lower the thresholds: recent articles are used from 30 articles on, and are 10."""
    monkeypatch.setattr(recent, "MIN_ARTICLES", 30)
    monkeypatch.setattr(recent, "TARGET_SIZE", 10)


def _article(number: int) -> str:
    words = ("A road. " if number % 2 else "") + ("A hill." if number % 3 else "")
    topics = "[even]" if number % 2 == 0 else "[odd]"
    return article(f"Number {number}", words, date=f"2021-01-01T{number % 24:02}:00:00Z", topics=topics, quality=number)


def _folder(base: Path, count: int) -> IndexFolder:
    folder = IndexFolder(base)
    for number in range(count):
        folder.write(f"{number:03}.md", _article(number))
    folder.sync()
    return folder


def _assert_is_beginning(folder: IndexFolder, query: str, most: int = 3) -> bool:
    """Check the first results against the full ones; return whether the recent articles sufficed."""
    asked = request(query)
    with closing(folder.search()) as search, closing(LiveSearch(folder.index)) as live:
        first = live.first(*asked, most)
        assert first is None or first == search.ids(*asked)[:most]
        return first is not None


@pytest.mark.parametrize("query", QUERIES)
def test_recent_results_begin_the_full_results(tmp_path: Path, query: str) -> None:
    folder = _folder(tmp_path, 40)
    assert _assert_is_beginning(folder, query)


@pytest.mark.parametrize("query", QUERIES)
def test_recent_articles_that_do_not_match_are_excluded(tmp_path: Path, query: str) -> None:
    folder = _folder(tmp_path, 40)
    asked = request(query)
    with closing(folder.search()) as search, closing(LiveSearch(folder.index)) as live:
        everything, found = search.ids(*request("")), set(search.ids(*asked))
        left_out = {article_id for article_id in everything if live.is_excluded(*asked, article_id)}
    newest_ones = set(everything[: recent.TARGET_SIZE])
    assert not left_out & found
    assert newest_ones - found <= left_out


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("road sort:quality", id="another order"),
        pytest.param("road sort:-date", id="the oldest first"),
        pytest.param("road limit:2", id="a limit of its own"),
        pytest.param("quality>=3", id="no words, so nothing to save"),
        pytest.param("road /numb/", id="a pattern, for which all texts are looked through anyway"),
        pytest.param("nowhere", id="too few matches"),
    ],
)
def test_query_that_needs_all_articles_skips_the_recent_ones(tmp_path: Path, query: str) -> None:
    folder = _folder(tmp_path, 40)
    assert not _assert_is_beginning(folder, query)


def test_small_folder_has_no_recent_articles(tmp_path: Path) -> None:
    assert not _assert_is_beginning(_folder(tmp_path, 29), "road")


def test_articles_with_equal_dates_have_no_recent_cutoff(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    for number in range(60):
        folder.write(f"{number:03}.md", article(f"Number {number}", "A road.", date="2021-01-01"))
    folder.sync()
    assert not _assert_is_beginning(folder, "road")
    with closing(LiveSearch(folder.index)) as live:
        before = live.versions()
        folder.sync()
        assert live.versions() == before, "an unchanged folder causes no write"


def test_new_articles_move_the_recent_cutoff_only_if_many(tmp_path: Path) -> None:
    folder = _folder(tmp_path, 40)
    with closing(LiveSearch(folder.index)) as live:
        first = recent.cutoff(live._connection)
        for number in range(8):
            folder.write(f"new-{number}.md", article(f"New {number}", "A road.", date=f"2022-01-0{number + 1}"))
        folder.sync()
        assert recent.cutoff(live._connection) == first
        assert _assert_is_beginning(folder, "road")
        for number in range(60):
            folder.write(f"newer-{number}.md", article(f"Newer {number}", "A road.", date=f"2022-02-01T00:{number:02}"))
        folder.sync()
        later = recent.cutoff(live._connection)
        assert first is not None
        assert later is not None
        assert later > first
        assert _assert_is_beginning(folder, "road")


def test_reindexed_folder_has_recent_articles_again(tmp_path: Path) -> None:
    folder = _folder(tmp_path, 40)
    folder.index.invalidate_stamps()
    assert not _assert_is_beginning(folder, "road")
    folder.sync()
    assert _assert_is_beginning(folder, "road")


def test_file_that_crashed_a_worker_is_not_read_for_recent_words(tmp_path: Path) -> None:
    folder = _folder(tmp_path, 28)
    with closing(LiveSearch(folder.index)) as live:
        assert recent.cutoff(live._connection) is None
    for number in range(28, 40):
        folder.write(f"2021-01-01-{number}.md", _article(number))
    asked: list[str] = []

    def read(root: Path, found: ScannedFile) -> IndexRecord:
        asked.append(found.path)
        return failed_record(found, Code.CRASHES) if found.path.startswith("2021") else read_record(root, found)

    folder.sync_steps(read=OneByOne(read))
    assert sorted(asked) == [f"2021-01-01-{number}.md" for number in range(28, 40)]


class _MissingFiles(WordReader, frozen=True):
    def read_many(
        self, root: Path, batch: list[ScannedFile], on_step: Callable[[], object] = lambda: None
    ) -> Iterator[IndexRecord]:
        return super().read_many(root, [replace(found, path="-") for found in batch], on_step)


def test_recent_cutoff_waits_until_every_file_is_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _folder(tmp_path, 28)
    for number in range(28, 40):
        folder.write(f"{number:03}.md", _article(number))
    with monkeypatch.context() as patched:
        patched.setattr(sync, "WordReader", _MissingFiles)
        folder.sync()
    assert not _assert_is_beginning(folder, "road")
    folder.sync()
    assert _assert_is_beginning(folder, "road")


_EDITS = st.lists(st.tuples(st.sampled_from(["write", "remove"]), st.integers(0, 60)), max_size=25)


@settings(max_examples=amount(6))
@given(_EDITS, st.sampled_from(QUERIES))
def test_recent_results_are_right_after_any_edits(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, int]], query: str
) -> None:
    folder = _folder(tmp_path_factory.mktemp("newest"), 40)
    for what, number in edits:
        if what == "write":
            folder.write(f"{number:03}.md", _article(number + 7))
        else:
            (folder.root / f"{number:03}.md").unlink(missing_ok=True)
    folder.sync()
    _assert_is_beginning(folder, query)
