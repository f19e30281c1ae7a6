"""Identity of entries, and their files: new, updated, edited, deleted, in two feeds, interrupted."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from feed_server import FeedServer, response, rss_document, rss_item

from reader.feeds.fetch import Outcome
from reader.feeds.intake import Place, finish

if TYPE_CHECKING:
    from feeds_folder import FeedsFolder

    from reader.feeds.fetch import FeedResult


def _front_matter(text: str) -> dict[str, Any]:
    head: dict[str, Any] = yaml.safe_load(text.removeprefix("---\n").partition("\n---\n")[0])
    return head


class Editions:
    """A feed that serves one edition after another, an hour apart."""

    def __init__(self, folder: FeedsFolder, server: FeedServer, path: str = "/feed.xml") -> None:
        self.folder, self.server, self.path = folder, server, path
        folder.subscribe(path)

    def fetch(self, *items: str) -> FeedResult:
        self.server.scenes[self.path] = response(rss_document(*items))
        results = self.folder.fetch(force=True)
        self.folder.later(hours=1)
        return next(result for result in results if result.subscription.url.endswith(self.path))


@pytest.fixture
def editions(folder: FeedsFolder, server: FeedServer) -> Editions:
    return Editions(folder, server)


def _item(**fields: str) -> str:
    return "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())


_BEFORE = {
    "title": "A title",
    "link": "https://news.example/2021/one",
    "guid": "https://news.example/?p=1",
    "pubDate": "Sat, 02 Oct 2021 10:30:00 GMT",
    "description": "Text.",
}


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "A corrected title"},
        {"pubDate": "Sun, 03 Oct 2021 11:00:00 GMT"},
        {"description": "Corrected text."},
        {"link": "http://news.example/2021/one"},
        {"link": "https://www.news.example/2021/one/?utm_source=rss"},
        {"link": "https://news.example/2021/moved"},
        {"guid": "http://news.example/?p=1"},
        {"guid": "urn:uuid:00000000-0000-0000-0000-000000000001"},
        {"guid": "", "title": "A corrected title"},
        {"guid": "", "pubDate": "Sun, 03 Oct 2021 11:00:00 GMT"},
        {"guid": "https://new.example/?p=1", "link": "https://new.example/2021/one"},
    ],
    ids=",".join,
)
def test_corrected_entry_is_the_same_entry(editions: Editions, changed: dict[str, str]) -> None:
    editions.fetch(_item(**_BEFORE))
    result = editions.fetch(_item(**{**_BEFORE, **changed}))

    assert len(editions.folder.files()) == 1
    assert result.intake.new == ()


@pytest.mark.parametrize(
    "other",
    [
        {"guid": "https://news.example/?p=2", "link": "https://news.example/2021/two", "title": "Another"},
        {"guid": "https://news.example/?p=2", "link": "https://news.example/2021/two"},
        {"guid": "https://news.example/?p=2", "title": "Another", "pubDate": "Sun, 03 Oct 2021 11:00:00 GMT"},
        {"guid": "", "title": "Another", "pubDate": "Sun, 03 Oct 2021 11:00:00 GMT"},
    ],
    ids=",".join,
)
def test_entries_of_one_document_with_a_difference_are_two(editions: Editions, other: dict[str, str]) -> None:
    two = [_item(**_BEFORE), _item(**{**_BEFORE, **other})]
    editions.fetch(*two)
    result = editions.fetch(*two)

    assert len(editions.folder.files()) == 2
    assert result.outcome is Outcome.UNCHANGED


def test_urls_with_different_fragments_are_different_entries(editions: Editions) -> None:
    pages = [f"https://news.example/one#comment-{number}" for number in range(3)]
    items = [_item(title="By: Ada", link=page, guid=page, pubDate=f"0{n} Oct 2021") for n, page in enumerate(pages, 1)]
    editions.fetch(*items)
    result = editions.fetch(*items)
    assert (len(editions.folder.files()), result.outcome) == (3, Outcome.UNCHANGED)


def test_duplicate_guid_yields_the_later_entry(editions: Editions) -> None:
    editions.fetch(_item(**{**_BEFORE, "title": "Later", "pubDate": "Sun, 03 Oct 2021 11:00:00 GMT"}), _item(**_BEFORE))
    assert list(editions.folder.files()) == ["news/2021-10-03-later.md"]


def test_guid_shared_by_all_entries_is_ignored(editions: Editions) -> None:
    items = [_item(title=f"T{n}", link=f"https://news.example/{n}", guid="same") for n in range(4)]
    editions.fetch(*items)
    editions.fetch(*items)
    assert len(editions.folder.files()) == 4


def test_entries_without_guid_and_link_are_distinguished_by_text(editions: Editions) -> None:
    items = [_item(title="Daily", description=text, pubDate="Sat, 02 Oct 2021 10:30:00 GMT") for text in ("One", "Two")]
    editions.fetch(*items)
    result = editions.fetch(*items)
    assert (len(editions.folder.files()), result.outcome) == (2, Outcome.UNCHANGED)


def test_changed_entry_is_rewritten_and_the_old_version_kept(editions: Editions) -> None:
    editions.fetch(rss_item(1, text="Old."))
    (path,) = editions.folder.files()
    result = editions.fetch(rss_item(1, text="New."))

    assert [file.path for file in result.intake.updated] == [path]
    assert editions.folder.files()[path].endswith("\nNew.\n")
    with closing(editions.folder.ledger()) as ledger:
        article = ledger.articles.find_by_path(path)
        assert article is not None
        ((_at, before),) = ledger.articles.revisions(article.id)
    assert before.endswith(b"\nOld.\n")


def test_edited_file_is_kept_with_the_new_version_next_to_it(editions: Editions) -> None:
    editions.fetch(rss_item(1, text="Old."))
    (path,) = editions.folder.files()
    (editions.folder.root / path).write_text("Mine.", encoding="utf-8")

    result = editions.fetch(rss_item(1, text="New."))

    assert result.intake.beside == (path,)
    files = editions.folder.files()
    assert files[path] == "Mine."
    assert files[f"{path}.new"].endswith("\nNew.\n")


def test_deleted_file_does_not_come_back(editions: Editions) -> None:
    editions.fetch(rss_item(1), rss_item(2))
    path = next(iter(editions.folder.files()))
    (editions.folder.root / path).unlink()

    editions.fetch(rss_item(1), rss_item(2))
    editions.fetch(rss_item(1, text="New."), rss_item(2))
    editions.fetch(rss_item(1, text="Newer."), rss_item(2))

    assert path not in editions.folder.files()


def test_second_fetch_of_the_same_document_touches_no_file(editions: Editions) -> None:
    items = [rss_item(number) for number in range(5)]
    editions.fetch(*items)
    before = {file: file.stat().st_mtime_ns for file in editions.folder.root.rglob("*")}
    editions.fetch(*items)
    assert {file: file.stat().st_mtime_ns for file in editions.folder.root.rglob("*")} == before


def test_entry_in_two_feeds_is_one_file(folder: FeedsFolder, server: FeedServer) -> None:
    server.scenes["/a.xml"] = response(rss_document(rss_item(1), title="First"))
    server.scenes["/b.xml"] = response(rss_document(rss_item(1), title="Second"))
    folder.subscribe("/a.xml")
    folder.fetch()
    folder.subscribe("/b.xml")
    folder.fetch(force=True)
    folder.fetch(force=True)

    ((_path, text),) = folder.files().items()
    assert _front_matter(text)["feed"] == ["First", "Second"]


def test_existing_file_is_never_overwritten(editions: Editions) -> None:
    other = editions.folder.root / "news" / "2021-10-02-article-1.md"
    other.parent.mkdir()
    other.write_text("Mine.", encoding="utf-8")

    editions.fetch(rss_item(1))

    assert other.read_text(encoding="utf-8") == "Mine."
    assert "news/2021-10-02-article-1-2.md" in editions.folder.files()


def test_articles_with_the_same_name_get_separate_files(editions: Editions) -> None:
    editions.fetch(
        _item(title="One", guid="a", pubDate="02 Oct 2021 10:00:00 GMT", link="https://n.example/a"),
        _item(title="ONE!", guid="b", pubDate="02 Oct 2021 11:00:00 GMT", link="https://n.example/b"),
    )
    assert sorted(editions.folder.files()) == ["news/2021-10-02-one-2.md", "news/2021-10-02-one.md"]


def test_feeds_with_the_same_title_get_separate_folders(folder: FeedsFolder, server: FeedServer) -> None:
    server.scenes["/a.xml"] = response(rss_document(rss_item(1)))
    server.scenes["/b.xml"] = response(rss_document(rss_item(2)))
    folder.subscribe("/a.xml")
    folder.subscribe("/b.xml")
    folder.fetch()
    assert {path.partition("/")[0] for path in folder.files()} == {"news", "news-2"}


@pytest.mark.parametrize("call", ["open", "fsync", "replace"])
@pytest.mark.parametrize("nth", [1, 2, 3, 5])
def test_full_disk_loses_no_article(editions: Editions, monkeypatch: pytest.MonkeyPatch, call: str, nth: int) -> None:
    editions.fetch(rss_item(1, text="Old."), rss_item(2, text="Old."))
    real = getattr(os, call)
    calls = iter(range(1, 1000))

    def failing(*arguments: Any, **options: Any) -> Any:
        writes = call != "open" or arguments[1] & os.O_CREAT
        if writes and next(calls) >= nth:
            raise OSError(28, "No space left on device")
        return real(*arguments, **options)

    items = [rss_item(number, text="New.") for number in range(1, 5)]
    monkeypatch.setattr(os, call, failing)
    editions.fetch(*items)
    monkeypatch.undo()
    assert all(text.endswith(("\nOld.\n", "\nNew.\n")) for text in editions.folder.files().values())

    editions.fetch(*items)

    files = editions.folder.files()
    assert len(files) == 4
    assert all(text.endswith("\nNew.\n") for text in files.values())


def test_plan_of_a_killed_process_is_finished(editions: Editions, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_arguments: Any, **_options: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "link", killed)
    with pytest.raises(KeyboardInterrupt):
        editions.fetch(rss_item(1), rss_item(2))
    monkeypatch.undo()
    assert editions.folder.files() == {}

    with closing(editions.folder.ledger()) as ledger:
        done = finish(Place(editions.folder.root, ledger, editions.folder.now))

    assert len(done.new) == len(editions.folder.files()) == 2
    assert editions.fetch(rss_item(1), rss_item(2)).outcome is Outcome.UNCHANGED
    assert len(editions.folder.files()) == 2
