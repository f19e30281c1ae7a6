"""Feeds in the TUI: fetch, subscribe and unsubscribe by key, against the loopback server."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from feed_server import FeedServer, response, rss_document, rss_item
from tui_driver import ReaderEnv, opened

import reader
from reader.config.schema import Config
from reader.feeds.session import open_session
from reader.storage.paths import AppPaths
from reader.storage.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feed_server import Asked
    from feeds_folder import FeedsFolder

_PAGE = '<html><head><link rel="alternate" type="application/rss+xml" title="Posts" href="/feed.xml">{}</head></html>'
_SECOND = '<link rel="alternate" type="application/atom+xml" title="Comments" href="/comments.xml">'


@pytest.fixture
def reader_env(tmp_path: Path) -> ReaderEnv:
    return ReaderEnv(AppPaths(tmp_path / "cache", tmp_path / "state", tmp_path / "config"))


@pytest.fixture
def news(folder: FeedsFolder, server: FeedServer) -> FeedsFolder:
    """A folder subscribed to a feed with two articles."""
    server.scenes["/feed.xml"] = response(rss_document(rss_item(1), rss_item(2)), headers={"ETag": '"1"'})
    _write_subscriptions(folder, server.url("/feed.xml"))
    return folder


def _write_subscriptions(folder: FeedsFolder, *urls: str) -> None:
    tables = "".join(f'[[feed]]\nurl = "{url}"\n' for url in urls)
    (folder.root / "feeds.toml").write_text(f'allow_hosts = ["127.0.0.1"]\n{tables}', encoding="utf-8")


async def test_fetch_key_writes_articles_and_reports_their_number(news: FeedsFolder, reader_env: ReaderEnv) -> None:
    async with opened(news.root, reader_env) as screen:
        assert screen.paths() == []
        await screen.press("U")
        assert screen.said == "2 new"
        await screen.press("R")
        assert [path.rpartition("/")[2] for path in screen.paths()] == [
            "2021-10-03-article-2.md",
            "2021-10-02-article-1.md",
        ]
        await screen.press("U")
        assert screen.said.startswith("No feed is due before ")


async def test_sidebar_lists_feeds_after_the_other_kinds(news: FeedsFolder, reader_env: ReaderEnv) -> None:
    (news.root / "a.md").write_text("---\ntitle: A\n---\nText.\n", encoding="utf-8")
    async with opened(news.root, reader_env) as screen:
        await screen.press("U", "R")
    async with opened(news.root, reader_env) as screen:
        await screen.press("T", "T", "T", "T", "T")
        assert screen.sidebar_title == "Feeds"
        assert screen.counts()["News"] == 2
        await screen.choose("News")
        assert len(screen.paths()) == 2
    session = Session(sidebar="feed", choice_field="feed", choice_value="News")
    async with opened(news.root, ReaderEnv(reader_env.places, session=session)) as screen:
        assert (screen.sidebar_title, len(screen.paths())) == ("Feeds", 2)
        await screen.type("-feed:news")
        assert screen.paths() == []


async def test_fetch_without_feeds_names_the_key_to_subscribe(folder: FeedsFolder, reader_env: ReaderEnv) -> None:
    async with opened(folder.root, reader_env) as screen:
        await screen.press("U")
        assert screen.said == "No feeds in this folder · a subscribe"


async def test_fetch_on_start_without_feeds_writes_and_reports_nothing(
    folder: FeedsFolder, reader_env: ReaderEnv
) -> None:
    config = Config(mark_read_after=-1, fetch="on start")
    async with opened(folder.root, ReaderEnv(reader_env.places, config=config)) as screen:
        assert screen.said == ""
        await screen.press("U")
    assert not reader_env.places.feeds_file(folder.root).exists()


async def test_failed_feed_is_listed_as_a_problem(news: FeedsFolder, server: FeedServer, reader_env: ReaderEnv) -> None:
    server.scenes["/feed.xml"] = response("Down", 500)
    async with opened(news.root, reader_env) as screen:
        await screen.press("U")
        assert screen.said == "Nothing new, 1 feed failed"
        await screen.press("!")
        assert "feeds.toml:3" in screen.text()
        assert "The server answered 500" in screen.text()
    async with opened(news.root, reader_env) as screen:
        assert "1 feed failed (!)" in screen.text()


async def test_subscribe_key_finds_the_feed_of_a_page_and_fetches_it(
    news: FeedsFolder, server: FeedServer, reader_env: ReaderEnv
) -> None:
    _write_subscriptions(news)
    server.scenes["/"] = response(_PAGE.format(""), headers={"Content-Type": "text/html"})
    async with opened(news.root, reader_env) as screen:
        await screen.press("a", *server.url("/"), "enter")
        assert screen.said == "2 new"
        assert [feed.url for feed in news.current().feeds] == [server.url("/feed.xml")]
    assert len(server.asked("/feed.xml")) == 1, "the response that identified the feed is used as the first fetch"


async def test_subscribe_key_offers_several_feeds(news: FeedsFolder, server: FeedServer, reader_env: ReaderEnv) -> None:
    _write_subscriptions(news)
    server.scenes["/"] = response(_PAGE.format(_SECOND), headers={"Content-Type": "text/html"})
    server.scenes["/comments.xml"] = response(rss_document(rss_item(7), title="Comments"))
    async with opened(news.root, reader_env) as screen:
        await screen.press("a", *server.url("/"), "enter")
        assert "Comments" in screen.text()
        await screen.press("j", "enter")
        assert screen.said == "1 new"
        assert [feed.title for feed in news.current().feeds] == ["Comments"]


async def test_subscribe_key_for_a_known_feed_shows_a_message(
    news: FeedsFolder, server: FeedServer, reader_env: ReaderEnv
) -> None:
    async with opened(news.root, reader_env) as screen:
        await screen.press("a", *server.url("/feed.xml"), "enter")
        assert screen.said == 'Already subscribed to "News"'


async def test_page_without_a_feed_is_an_error_message(
    folder: FeedsFolder, server: FeedServer, reader_env: ReaderEnv
) -> None:
    _write_subscriptions(folder)
    server.scenes["/"] = response("<p>Nothing", headers={"Content-Type": "text/html"})
    async with opened(folder.root, reader_env) as screen:
        await screen.press("a", *server.url("/"), "enter")
        assert screen.said == f"No feed found at {server.url('/')}"


async def test_unsubscribe_key_removes_the_chosen_feed(news: FeedsFolder, reader_env: ReaderEnv) -> None:
    async with opened(news.root, reader_env) as screen:
        await screen.press("U", "X")
        assert "Unsubscribe from" in screen.text()
        await screen.press("enter")
        assert screen.said.startswith("Unsubscribed from")
        assert screen.said.endswith("its articles stay")
    assert news.current().feeds == ()
    assert len(news.files()) == 2


async def test_unsubscribe_from_a_failed_feed_clears_its_failure(
    news: FeedsFolder, server: FeedServer, reader_env: ReaderEnv
) -> None:
    server.scenes["/feed.xml"] = response("Down", 500)
    async with opened(news.root, reader_env) as screen:
        await screen.press("U")
        await screen.dismiss_message()
        assert "1 feed failed (!)" in screen.text()
        await screen.press("X", "enter")
        assert screen.said.startswith("Unsubscribed from")
        await screen.dismiss_message()
        assert "1 feed failed" not in screen.text()


async def test_fetch_during_another_fetch_names_the_process(news: FeedsFolder, reader_env: ReaderEnv) -> None:
    state = reader_env.places.feeds_file(news.root)
    async with opened(news.root, reader_env) as screen:
        with open_session(news.root, state, news.now):
            await screen.press("U")
        assert "is locked by newsreader (process" in screen.said


async def test_keys_work_during_a_fetch_and_exit_cancels_it(
    news: FeedsFolder, server: FeedServer, reader_env: ReaderEnv
) -> None:
    release = threading.Event()

    def slow(_asked: Asked) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n"
        release.wait(20)

    server.scenes["/feed.xml"] = slow
    (news.root / "a.md").write_text("---\ntitle: A\n---\nText.\n", encoding="utf-8")
    (news.root / "b.md").write_text("---\ntitle: B\n---\nText.\n", encoding="utf-8")
    async with opened(news.root, reader_env) as screen:
        screen.invoke("feeds.fetch")
        await screen.until(lambda: bool(server.log), "the request reaches the server")
        before = screen.current
        screen.invoke("move.down")
        await screen.until(lambda: screen.current != before, "the cursor moves")
        assert "Fetching" in screen.text()
    assert not release.is_set(), "the fetch ended before the server did"
    release.set()


@pytest.mark.parametrize("plan", ["on start", "every 30m"])
async def test_fetch_setting_fetches_on_start(news: FeedsFolder, reader_env: ReaderEnv, plan: str) -> None:
    config = Config(mark_read_after=-1, fetch=plan)
    async with opened(news.root, ReaderEnv(reader_env.places, config=config)) as screen:
        await screen.settled()
        assert screen.said == "2 new"


async def test_fetch_setting_never_sends_no_request(
    news: FeedsFolder, server: FeedServer, reader_env: ReaderEnv
) -> None:
    async with opened(news.root, reader_env) as screen:
        await screen.settled()
    assert server.log == []


def test_importing_the_app_imports_no_feed_or_network_module() -> None:
    program = "import sys, reader.tui.app; print(*sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(Path(reader.__file__).parent.parent)}
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True, env=environment
    ).stdout.split()
    assert not {name for name in loaded if name.startswith(("reader.feeds", "reader.fetching", "httpcore2", "lxml"))}


async def test_changes_key_shows_an_updated_entry_word_by_word(
    news: FeedsFolder, server: FeedServer, reader_env: ReaderEnv
) -> None:
    news.fetch()
    server.scenes["/feed.xml"] = response(rss_document(rss_item(1, text="Corrected text."), rss_item(2)))
    news.later(days=2)
    news.fetch()
    _move_ledger(news, reader_env)
    async with opened(news.root, reader_env) as screen:
        await screen.go_to("news/2021-10-02-article-1.md")
        assert "updated 3 Nov" in screen.page()
        await screen.press("d")
        assert "[-Text-]{+Corrected text+}." in screen.text()
        await screen.press("escape")
        await screen.go_to("news/2021-10-03-article-2.md")
        await screen.press("d")
        assert screen.said == "Not changed since it was fetched"


async def test_changes_key_compares_an_edited_file_with_the_new_version(
    news: FeedsFolder, server: FeedServer, reader_env: ReaderEnv
) -> None:
    news.fetch()
    file = news.root / "news/2021-10-02-article-1.md"
    file.write_text(file.read_text(encoding="utf-8").replace("Text.", "My text."), encoding="utf-8")
    server.scenes["/feed.xml"] = response(rss_document(rss_item(1, text="Their text."), rss_item(2)))
    news.later(days=2)
    news.fetch()
    _move_ledger(news, reader_env)
    async with opened(news.root, reader_env) as screen:
        await screen.go_to("news/2021-10-02-article-1.md")
        await screen.press("d")
        assert "[-My-]{+Their+} text." in screen.text()
        await screen.press("escape", "!")
        assert "edited; the feed's new version is in" in screen.text()


async def test_changes_key_on_an_article_without_feed_shows_a_reason(
    folder: FeedsFolder, reader_env: ReaderEnv
) -> None:
    (folder.root / "a.md").write_text("---\ntitle: A\n---\nText.\n", encoding="utf-8")
    async with opened(folder.root, reader_env) as screen:
        await screen.press("d")
        assert screen.said == "No earlier version: this article is not from a feed"


def _move_ledger(folder: FeedsFolder, reader_env: ReaderEnv) -> None:
    """Move the ledger to where the TUI expects it."""
    target = reader_env.places.feeds_file(folder.root)
    target.parent.mkdir(parents=True, exist_ok=True)
    (folder.base / "state" / "feeds.db").replace(target)
