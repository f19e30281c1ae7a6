"""Full text: pages fetched on request, reduced to the article, and cached."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from feed_server import FeedServer, response, rss_document
from tui_driver import ReaderEnv, opened

from reader.feeds.fetch import Outcome
from reader.feeds.intake import Wanted
from reader.storage.paths import AppPaths

if TYPE_CHECKING:
    from pathlib import Path

    from feeds_folder import FeedsFolder

pytest.importorskip("trafilatura", reason='needs the extra "fulltext"')
_PARAGRAPH = "A paragraph of the article that says enough to be taken for content, with a comma, and a second one."
_PAGE = (
    "<html><body><nav><a href='/'>Home</a><a href='/shop'>Shop</a></nav><article><h1>Headline</h1>"
    f"<p>{_PARAGRAPH}</p><p>Then <a href='/more'>more</a> of <b>the same</b>. {_PARAGRAPH}</p>"
    "<script>alert(1)</script></article><footer>Imprint, cookies and newsletter</footer></body></html>"
)
_HTML = {"Content-Type": "text/html; charset=utf-8"}


def _feed(server: FeedServer, *, text: str = "Teaser.", title: str = "One") -> bytes:
    item = f"<title>{title}</title><link>{server.url('/one')}</link><guid>1</guid><description>{text}</description>"
    return response(rss_document(item))


@pytest.fixture
def reader_env(tmp_path: Path) -> ReaderEnv:
    return ReaderEnv(AppPaths(tmp_path / "cache", tmp_path / "state", tmp_path / "config"))


@pytest.fixture
def pages(server: FeedServer) -> FeedServer:
    server.scenes["/feed.xml"] = _feed(server)
    server.scenes["/one"] = response(_PAGE, headers=_HTML)
    return server


def test_feed_with_full_text_writes_the_text_of_its_pages(folder: FeedsFolder, pages: FeedServer) -> None:
    folder.subscribe(full_text=True)
    folder.fetch()
    (text,) = folder.files().values()
    assert f"{_PARAGRAPH}\n\nThen [more]({pages.url('/more')}) of **the same**." in text
    assert not {word for word in ("Teaser", "Shop", "Imprint", "alert") if word in text.partition("\n---\n")[2]}


def test_pages_are_fetched_only_for_new_and_changed_entries(folder: FeedsFolder, pages: FeedServer) -> None:
    folder.subscribe(full_text=True)
    outcomes = []
    for feed in (_feed(pages), _feed(pages), _feed(pages, title="Two")):
        pages.scenes["/feed.xml"] = feed
        outcomes += [result.outcome for result in folder.fetch()]
        folder.later(days=2)
    assert outcomes == [Outcome.FETCHED, Outcome.UNCHANGED, Outcome.FETCHED]
    assert len(pages.asked("/one")) == 2
    (text,) = folder.files().values()
    assert 'title: "Two"' in text
    assert _PARAGRAPH in text


def test_pages_are_not_fetched_for_deleted_entries(folder: FeedsFolder, pages: FeedServer) -> None:
    folder.subscribe(full_text=True)
    folder.fetch()
    (path,) = folder.files()
    (folder.root / path).unlink()
    for title in ("Two", "Three", "Three"):
        pages.scenes["/feed.xml"] = _feed(pages, title=title)
        folder.later(days=2)
        folder.fetch()
    assert folder.files() == {}
    assert len(pages.asked("/one")) == 2, "for the new entry, and for the changed one whose file was deleted"


def test_page_is_not_fetched_for_an_entry_that_is_too_old(folder: FeedsFolder, pages: FeedServer) -> None:
    item = f"<title>Old</title><link>{pages.url('/one')}</link><pubDate>Fri, 01 Oct 2021 10:00:00 GMT</pubDate>"
    pages.scenes["/feed.xml"] = response(rss_document(item))
    folder.subscribe(full_text=True)
    month_ago = int((folder.now - timedelta(days=30)).timestamp())
    folder.fetch(wanted=lambda _feed: Wanted(since=month_ago))
    assert folder.files() == {}
    assert pages.asked("/one") == []


def test_page_of_an_entry_in_two_feeds_is_fetched_once(folder: FeedsFolder, pages: FeedServer) -> None:
    pages.scenes["/other.xml"] = _feed(pages, text="Another teaser.")
    for path in ("/feed.xml", "/other.xml"):
        folder.subscribe(path, full_text=True)
    for _ in range(3):
        folder.fetch()
        folder.later(days=2)
    assert len(folder.files()) == 1
    assert len(pages.asked("/one")) == 1


@pytest.mark.parametrize("page", [response("", 404), response("<p>x", headers=_HTML), response(b"\x00\xff" * 99)])
def test_page_without_an_article_keeps_the_text_of_the_feed(
    folder: FeedsFolder, pages: FeedServer, page: bytes
) -> None:
    pages.scenes["/one"] = page
    folder.subscribe(full_text=True)
    assert [result.outcome for result in folder.fetch()] == [Outcome.FETCHED]
    assert "Teaser." in next(iter(folder.files().values()))


def test_missing_extra_is_an_error_of_the_feed(
    folder: FeedsFolder, pages: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    folder.subscribe(full_text=True)
    (result,) = folder.fetch()
    assert result.message == 'Full text needs trafilatura: pip install "newsreader[fulltext]"'
    assert pages.log == []


def test_private_page_of_a_public_feed_is_not_fetched(folder: FeedsFolder, pages: FeedServer) -> None:
    folder.allowed = frozenset({"localhost"})
    folder.subscribe(host="localhost", full_text=True)
    folder.fetch()
    assert pages.asked("/one") == []
    assert "Teaser." in next(iter(folder.files().values()))


def _write(folder: FeedsFolder, server: FeedServer, toml: str = "") -> None:
    (folder.root / "feeds.toml").write_text(f'allow_hosts = ["127.0.0.1"]\n{toml}', encoding="utf-8")
    head = f"title: Mine\noriginalUrl: {server.url('/one')}\n"
    (folder.root / "mine.md").write_text(f"---\n{head}---\nTeaser of mine.\n", encoding="utf-8")


async def test_full_text_key_caches_the_text(folder: FeedsFolder, pages: FeedServer, reader_env: ReaderEnv) -> None:
    _write(folder, pages)
    before = folder.files()
    async with opened(folder.root, reader_env) as screen:
        assert "Teaser of mine." in screen.page()
        assert pages.log == []
        await screen.press("W")
        assert screen.said == "Full text fetched"
        assert "A paragraph of the article" in screen.page()
    async with opened(folder.root, reader_env) as screen:
        assert "A paragraph of the article" in screen.page()
    assert folder.files() == before
    assert len(pages.log) == 1


async def test_full_text_key_rewrites_a_fetched_file(
    folder: FeedsFolder, pages: FeedServer, reader_env: ReaderEnv
) -> None:
    _write(folder, pages, f'[[feed]]\nurl = "{pages.url("/feed.xml")}"\n')
    (folder.root / "mine.md").unlink()
    async with opened(folder.root, reader_env) as screen:
        await screen.press("U", "R", "W")
        assert screen.said == "Full text fetched"
        (text,) = folder.files().values()
        assert f"\n---\n\n# Headline\n\n{_PARAGRAPH}" in text or f"\n---\n\n{_PARAGRAPH}" in text
        await screen.press("d")
        assert "[-Teaser-]" in screen.text()


@pytest.mark.parametrize(
    ("scene", "said"),
    [(response("", 404), "The server answered 404"), (response("<p>x", headers=_HTML), "No article found at ")],
)
async def test_full_text_key_for_an_unavailable_page_is_an_error_message(
    folder: FeedsFolder, pages: FeedServer, reader_env: ReaderEnv, scene: bytes, said: str
) -> None:
    _write(folder, pages)
    pages.scenes["/one"] = scene
    async with opened(folder.root, reader_env) as screen:
        await screen.press("W")
        assert said in screen.said
