"""Feeds in a terminal: subscribe, read, compare a corrected entry, unsubscribe."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from feed_server import FeedServer, feed_server, response, rss_document, rss_item
from live_folder import write
from pty_session import environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from play import Stage

_PAGE = '<link rel="alternate" type="application/rss+xml" href="/feed.xml"><p>Welcome'


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with feed_server() as running:
        running.scenes["/blog/"] = response(_PAGE, headers={"Content-Type": "text/html"})
        running.scenes["/feed.xml"] = response(rss_document(*map(rss_item, range(1, 4))), headers={"ETag": '"1"'})
        yield running


def test_feed_is_subscribed_read_compared_and_dropped(stage: Stage, tmp_path: Path, server: FeedServer) -> None:
    content = tmp_path / "content"
    for number in range(1, 41):
        write(content, f"{number:02}.md", day=5_000 - number, title=f"Story {number:02}")
    (content / "feeds.toml").write_text('allow_hosts = ["127.0.0.1"]\n', encoding="utf-8")
    stage.program("fake-browser", f'echo "$1" >> "{tmp_path / "opened.log"}"')
    env = environment(tmp_path, stage.programs)
    play = stage.open(content, "--fresh", size=(120, 30), env={"BROWSER": "fake-browser"})
    play.press("G")

    play.act("feeds.subscribe")
    play.paste(server.url("/blog/"))
    play.press("enter")
    play.awaits(lambda: "▲ 3 new" in play.status.text, "the new articles")
    assert len(server.asked("/feed.xml")) == 1

    play.press("g g")
    play.list.expect(cursor="Article 3")
    play.article.expect("Text.")
    play.act("open")
    play.awaits((tmp_path / "opened.log").exists, "the browser")

    _correct(server, content, env)
    play.awaits(lambda: "Corrected." in play.article.text, "the corrected article")
    play.act("article.changes")
    play.expect("[-Text-]{+Corrected+}.")
    play.press("escape")

    play.act("feeds.fetch")
    play.awaits(lambda: "No feed is due before" in play.status.text, "the outcome")
    play.act("feeds.unsubscribe")
    play.press("enter")
    play.awaits(lambda: 'Unsubscribed from "News"' in play.status.text, "the outcome")
    play.list.expect("Article 3")
    play.quit()
    assert (tmp_path / "opened.log").read_text(encoding="utf-8") == "https://news.example/3\n"
    assert "[[feed]]" not in (content / "feeds.toml").read_text(encoding="utf-8")


def _correct(server: FeedServer, content: Path, env: dict[str, str]) -> None:
    """Fetch a corrected entry in another process while the TUI is open."""
    items = [rss_item(1), rss_item(2), rss_item(3, text="Corrected.")]
    server.scenes["/feed.xml"] = response(rss_document(*items), headers={"ETag": '"2"'})
    argv = [sys.executable, "-m", "reader", "fetch", str(content), "--force"]
    subprocess.run(argv, env=env, check=True, capture_output=True)
    assert [asked.headers.get("if-none-match") for asked in server.asked("/feed.xml")] == [None, '"1"']
