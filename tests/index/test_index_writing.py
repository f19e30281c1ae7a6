"""What the index writer stores for an article, and when other processes see it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from indexed_folder import IndexFolder, article, request

from reader import urls
from reader.article import Article
from reader.content import ContentRoot, ReadOptions, ScannedFile
from reader.content.load import LoadResult
from reader.errors import OperationCancelled, StorageError
from reader.index import sync as sync_module
from reader.index.database import NO_FILE, FileIds, IndexFile
from reader.index.live import LiveSearch
from reader.index.sync import sync
from reader.index.writer import build_record

if TYPE_CHECKING:
    from pathlib import Path

HERE, THERE = "https://a.example/post", "https://b.example/copy"


@pytest.fixture
def folder(tmp_path: Path) -> IndexFolder:
    return IndexFolder(tmp_path)


@pytest.mark.parametrize(
    ("original", "web", "expected"),
    [
        (HERE, THERE, (HERE, THERE)),
        (HERE, "", (HERE,)),
        (HERE, HERE, (HERE,)),
        ("", THERE, (THERE,)),
        ("", "", ()),
    ],
)
def test_article_is_found_by_each_of_its_urls(original: str, web: str, expected: tuple[str, ...]) -> None:
    loaded = LoadResult(Article("a.md", "A", original_url=original, web_url=web))
    row = build_record(ScannedFile("a.md", 1, 1), loaded).article
    assert row is not None
    assert row.addresses == tuple(urls.key(address) for address in expected)


def test_articles_without_provider_have_none(folder: IndexFolder) -> None:
    folder.write("none.md", article("None"))
    folder.write("empty.md", article("Empty", provider="{name: '', domain: ''}"))
    folder.write("some.md", article("Some", provider="{name: Wire}"))
    folder.sync()
    with closing(folder.index.connect()) as connection:
        assert connection.execute("SELECT name FROM provider").fetchall() == [("Wire",)]
        without = "SELECT count(*) FROM article WHERE provider_id IS NULL"
        assert connection.execute(without).fetchone() == (2,)


def test_first_files_are_committed_batch_by_batch(folder: IndexFolder) -> None:
    folder.write_many(200)
    folder.index.prepare()
    for progress in sync(folder.index, ContentRoot(folder.root)):
        assert len(folder.titles()) == progress.read
    assert len(folder.titles()) == 200


def test_later_files_are_committed_in_several_batches(folder: IndexFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, number in (("_KEPT_SINGLY", 70), ("_FIRST_BATCH", 10), ("_BATCH", 20), ("_FILES_PER_COMMIT", 50)):
        monkeypatch.setattr(sync_module, name, number)
    folder.write_many(200)
    folder.index.prepare()
    seen = [(progress.read, len(folder.titles())) for progress in sync(folder.index, ContentRoot(folder.root))]
    # Up to 70 each batch; then at 70 + 20 + 20 + 20 (more than 50), and so on.
    assert [pair for pair in seen if pair[0] <= 70] == [(10, 10), (30, 30), (50, 50), (70, 70)]
    later = [pair for pair in seen if pair[0] > 70]
    assert later[:6] == [(90, 70), (110, 70), (130, 130), (150, 130), (170, 130), (190, 190)]
    assert seen[-1] == (200, 200)


def test_commits_become_larger_as_the_index_grows(folder: IndexFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, number in (("_KEPT_SINGLY", 0), ("_FIRST_BATCH", 10), ("_SECOND_BATCH", 10), ("_BATCH", 10)):
        monkeypatch.setattr(sync_module, name, number)
    monkeypatch.setattr(sync_module, "_FILES_PER_COMMIT", 10)
    monkeypatch.setattr(sync_module, "_SHARE_PER_COMMIT", 4)
    folder.write_many(200)
    folder.index.prepare()
    seen = [len(folder.titles()) for progress in sync(folder.index, ContentRoot(folder.root)) if not progress.done]
    # Ten at a time, and a quarter of those read so far once that is more.
    assert [*dict.fromkeys(seen)][:10] == [10, 20, 30, 40, 60, 80, 110, 150, 200]


def test_closed_sync_rolls_back_the_open_transaction(folder: IndexFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_module, "_KEPT_SINGLY", 0)
    folder.write_many(200)
    folder.index.prepare()
    steps = sync(folder.index, ContentRoot(folder.root))
    read = next(steps).read
    assert read
    assert folder.titles() == [], "the transaction is open"
    steps.close()
    assert folder.titles() == []
    assert folder.sync().done
    assert len(folder.titles()) == 200


def test_snapshot_block_ends_its_transaction(folder: IndexFolder) -> None:
    folder.write("a.md", article("A"))
    folder.sync()
    with closing(LiveSearch(folder.index)) as search:
        with search.snapshot():
            assert search.count(*request("")) == 1
            folder.write("b.md", article("B"))
            folder.sync()
            assert search.count(*request("")) == 1, "the same snapshot"
        assert search.count(*request("")) == 2


def test_closed_search_that_follows_stays_closed(folder: IndexFolder) -> None:
    folder.write("a.md", article("A"))
    folder.sync()
    search = LiveSearch(folder.index)
    search.close()
    folder.index.discard()
    assert search.follow()
    with pytest.raises(OperationCancelled):
        search.count(*request(""))


def test_index_that_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="Cannot open the index"):
        IndexFile(tmp_path / "missing" / "index.db").connect()


def test_missing_index_and_marks_files_have_no_id(tmp_path: Path) -> None:
    assert IndexFile(tmp_path / "index.db", tmp_path / "marks.db").files() == FileIds(NO_FILE, NO_FILE)


def test_files_are_read_again_only_if_options_change(folder: IndexFolder) -> None:
    folder.write("a.md", article("A"))
    folder.write("b.md", "B.")
    folder.sync()
    assert folder.sync().to_read == 0
    only = ContentRoot(folder.root, options=ReadOptions(only_front_matter=True))
    assert list(sync(folder.index, only))[-1].to_read == 2
    assert list(sync(folder.index, only))[-1].to_read == 0
