"""Words are indexed after the rows of a first sync: the list is complete before, and the final index is the same."""

from __future__ import annotations

from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest
from indexed_folder import IndexFolder, article, request
from msgspec.structs import replace

from reader.content import ContentRoot
from reader.index import sync as syncing
from reader.index.live import LiveSearch
from reader.index.reading.extract import WordReader
from reader.index.sync import SyncProgress, sync
from reader.index.text import recent, wordless

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from reader.content import ScannedFile
    from reader.index.writer import IndexRecord


@pytest.fixture
def folder(tmp_path: Path) -> IndexFolder:
    return IndexFolder(tmp_path)


def _steps(folder: IndexFolder) -> Generator[SyncProgress, None, None]:
    folder.index.prepare()
    return sync(folder.index, ContentRoot(folder.root))


def _sync_rows(folder: IndexFolder) -> None:
    """Sync like a caller that needs no words."""
    with closing(_steps(folder)) as steps:
        next(progress for progress in steps if progress.done)


def _missing(folder: IndexFolder) -> int:
    with closing(folder.index.connect()) as connection:
        return wordless.count(connection)


def _words(folder: IndexFolder) -> list[tuple[object, ...]]:
    """Return every word in the full-text indexes, with article, column and position."""
    found = []
    with closing(folder.index.connect()) as connection:
        for table in ("words", "newest_words"):
            connection.execute(f"CREATE VIRTUAL TABLE temp.each_{table} USING fts5vocab(main, {table}, instance)")
            rows = connection.execute(
                f"SELECT path, term, col, offset FROM temp.each_{table} JOIN article ON article.id = doc"
            )
            found += [(table, *row) for row in rows]
    return sorted(found)


def _indexed_with_words(folder: IndexFolder, base: Path) -> IndexFolder:
    """Return an index of the same files whose words were written with the rows."""
    other = IndexFolder(base)
    other.write("first.md", article("First"))
    other.sync()
    for path in folder.root.rglob("*"):
        if path.is_file():
            copy = other.root / path.relative_to(folder.root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    (other.root / "first.md").unlink()
    other.sync()
    return other


def test_list_is_complete_before_words_are_indexed(folder: IndexFolder) -> None:
    folder.write_many(30)
    folder.write("road.md", article("Road", "A long road."))

    _sync_rows(folder)

    assert len(folder.titles()) == 31
    assert folder.titles("road") == []
    assert _missing(folder) == 31
    last = folder.sync()
    assert (last.worded, last.to_word, last.read) == (31, 31, 0)
    assert folder.titles("road") == ["Road"]
    assert folder.sync() == SyncProgress(found=31, done=True)


def test_interrupted_word_indexing_is_continued(folder: IndexFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wordless, "_AT_ONCE", 10)
    folder.write_many(35)
    with closing(_steps(folder)) as steps:
        next(progress for progress in steps if progress.worded)
    assert _missing(folder) == 25

    folder.write("00000.md", article("Changed", "A road."))
    (folder.root / "00034.md").unlink()
    folder.write("new.md", article("New", "A road."))
    last = folder.sync()

    assert last.read == 2
    assert 0 < last.worded == last.to_word < 35
    assert _missing(folder) == 0
    assert sorted(folder.titles("road")) == ["Changed", "New"]
    assert folder.titles("number") == [title for title in folder.titles() if title.startswith("Number")]


def test_reindexed_folder_gets_its_words_last(folder: IndexFolder) -> None:
    folder.write_many(5)
    folder.sync()
    before = _words(folder)
    folder.index.invalidate_stamps()
    _sync_rows(folder)
    assert folder.titles("number") == []
    assert len(folder.titles()) == 5
    folder.sync()
    assert _words(folder) == before


BODIES = {
    "plain": "A road.\n\nAnd a *hill*.",
    "windows": "A road.\r\n\r\nAnd a hill.\r\n",
    "blanks": "\n\n   A road.   \n\n\n",
    "controls": "A ro\x1bad, a \x00hill\u202e.\x07",
    "lead": "**Author:** Jane Doe\n**Tags:** road, hill\n\nA house.",
    "wide": "\u9053\u8def and \ufb01sh, na\u00efve cafe\u0301s\u2028on a road",
    "nothing": "",
    "fence": "---\nA road\n---\n",
    "omnivore": "A [road](https:&#x2F;&#x2F;example.com)",
}


def test_words_indexed_later_equal_those_indexed_with_rows(folder: IndexFolder, tmp_path: Path) -> None:
    for name, body in BODIES.items():
        folder.write(f"{name}.md", article(f"Title {name}", "").rstrip() + "\n\n" + body)
        (folder.root / f"bare-{name}.md").write_bytes(body.encode())
    (folder.root / "latin.md").write_bytes(article("Latin", "caf\xe9 road").encode("latin-1"))
    (folder.root / "wide.md").write_bytes(article("Sixteen", "A road of two bytes").encode("utf-16"))
    (folder.root / "open.md").write_bytes(b"---\ntitle: Open\n\nA road without a fence")
    (folder.root / "post.md").write_bytes(b"A road with its head elsewhere")
    (folder.root / "post.meta").write_bytes(b".. title: Post\n.. author: Jane\n")
    folder.write("people.md", "---\ntitle: P\nauthors: [A B, C D]\ntranslators: [E F]\ntags: [g h, i]\n---\nroad\n")

    folder.sync()

    assert _words(folder) == _words(_indexed_with_words(folder, tmp_path / "other"))
    assert _missing(folder) == 0


def test_cached_ids_are_kept_while_words_are_written(folder: IndexFolder) -> None:
    folder.write_many(5)
    _sync_rows(folder)
    asked = request("quality<1000")
    with closing(LiveSearch(folder.index)) as live:
        live.ids(*asked)
        folder.sync()
        assert live.cached_order(*asked) is not None
        assert len(live.ids(*request("number"))) == 5
        folder.write("new.md", article("New"))
        folder.sync()
        assert live.cached_order(*asked) is None


def test_recent_articles_are_not_read_twice_for_their_words(
    folder: IndexFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "MIN_ARTICLES", 30)
    monkeypatch.setattr(recent, "TARGET_SIZE", 10)
    for number in range(40):
        folder.write(f"{number}.md", article(f"Number {number}", "A road.", date=f"2021-01-01T{number % 24:02}:00:00Z"))
    read: list[str] = []

    class Reading(WordReader, frozen=True):
        def read_many(
            self, root: Path, batch: list[ScannedFile], on_step: Callable[[], object] = lambda: None
        ) -> Iterator[IndexRecord]:
            read.extend(found.path for found in batch)
            return super().read_many(root, batch, on_step)

    monkeypatch.setattr(syncing, "WordReader", Reading)
    folder.sync()
    assert len(read) == 40, "no file is read again for the newest"
    assert _words(folder) == _words(_indexed_with_words(folder, tmp_path / "other"))


def test_file_unreadable_for_its_words_is_read_again(folder: IndexFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write("a.md", article("A", "A house.\n\nA road."))

    class Refused(WordReader, frozen=True):
        def read_many(
            self, root: Path, batch: list[ScannedFile], on_step: Callable[[], object] = lambda: None
        ) -> Iterator[IndexRecord]:
            missing = [replace(found, path="-") for found in batch]
            for found, record in zip(batch, super().read_many(root, missing, on_step), strict=True):
                yield replace(record, found=replace(record.found, path=found.path))

    with monkeypatch.context() as patched:
        patched.setattr(syncing, "WordReader", Refused)
        folder.sync()
    assert folder.titles() == ["A"]
    assert folder.titles("road") == []
    folder.sync()
    assert folder.titles("road") == ["A"]


def test_query_before_all_words_uses_the_indexed_ones(folder: IndexFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wordless, "_AT_ONCE", 10)
    folder.write_many(35)
    with closing(_steps(folder)) as steps, suppress(StopIteration):
        next(progress for progress in steps if progress.worded == 20)
    with closing(folder.search()) as search:
        assert search.count(*request("number")) == 20
