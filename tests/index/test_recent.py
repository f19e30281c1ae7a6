"""The newest articles, asked first: their answer is always the beginning of the whole one."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indexed_folder import IndexFolder, article, request
from msgspec.structs import replace
from sweep import amount

from reader.index import sync
from reader.index.live import LiveSearch
from reader.index.reading.extract import failed_record, read_record, read_words
from reader.index.text import recent
from reader.problems import Code

if TYPE_CHECKING:
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
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have thirty articles count as many, and ten as the recent."""
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
    """Compare the first ones with the beginning of all; return whether the newest could tell."""
    asked = request(query)
    with closing(folder.search()) as search, closing(LiveSearch(folder.index)) as live:
        first = live.first(*asked, most)
        assert first is None or first == search.ids(*asked)[:most]
        return first is not None


@pytest.mark.parametrize("query", QUERIES)
def test_the_newest_are_the_beginning_of_all(tmp_path: Path, query: str) -> None:
    folder = _folder(tmp_path, 40)
    assert _assert_is_beginning(folder, query)


@pytest.mark.parametrize("query", QUERIES)
def test_of_the_newest_is_left_out_what_is_not_found(tmp_path: Path, query: str) -> None:
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
        pytest.param("nowhere", id="too few of them have it"),
    ],
)
def test_what_the_newest_cannot_tell_is_asked_of_all(tmp_path: Path, query: str) -> None:
    folder = _folder(tmp_path, 40)
    assert not _assert_is_beginning(folder, query)


def test_of_few_articles_none_stand_apart(tmp_path: Path) -> None:
    assert not _assert_is_beginning(_folder(tmp_path, 29), "road")


def test_articles_of_one_and_the_same_moment_cannot_be_told_apart(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    for number in range(60):
        folder.write(f"{number:03}.md", article(f"Number {number}", "A road.", date="2021-01-01"))
    folder.sync()
    assert not _assert_is_beginning(folder, "road")
    with closing(LiveSearch(folder.index)) as live:
        before = live.versions()
        folder.sync()
        assert live.versions() == before, "an unchanged folder is not written about"


def test_new_articles_join_the_newest_until_there_are_many(tmp_path: Path) -> None:
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


def test_an_index_that_is_read_anew_has_its_newest_again(tmp_path: Path) -> None:
    folder = _folder(tmp_path, 40)
    folder.index.invalidate_stamps()
    assert not _assert_is_beginning(folder, "road")
    folder.sync()
    assert _assert_is_beginning(folder, "road")


def test_a_file_that_killed_its_reader_is_not_read_for_the_newest(tmp_path: Path) -> None:
    folder = _folder(tmp_path, 28)
    with closing(LiveSearch(folder.index)) as live:
        assert recent.cutoff(live._connection) is None
    for number in range(28, 40):
        folder.write(f"2021-01-01-{number}.md", _article(number))
    asked: list[str] = []

    def read(root: Path, found: ScannedFile) -> IndexRecord:
        asked.append(found.path)
        return failed_record(found, Code.CRASHES) if found.path.startswith("2021") else read_record(root, found)

    folder.sync_steps(read=read)
    assert sorted(asked) == [f"2021-01-01-{number}.md" for number in range(28, 40)]


def test_the_newest_are_not_chosen_while_one_of_them_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _folder(tmp_path, 28)
    for number in range(28, 40):
        folder.write(f"{number:03}.md", _article(number))
    with monkeypatch.context() as patched:
        patched.setattr(
            sync, "read_words", lambda root, found, **how: read_words(root, replace(found, path="-"), **how)
        )
        folder.sync()
    assert not _assert_is_beginning(folder, "road")
    folder.sync()
    assert _assert_is_beginning(folder, "road")


_EDITS = st.lists(st.tuples(st.sampled_from(["write", "remove"]), st.integers(0, 60)), max_size=25)


@settings(max_examples=amount(6))
@given(_EDITS, st.sampled_from(QUERIES))
def test_whatever_happens_to_the_files_the_beginning_is_right(
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
