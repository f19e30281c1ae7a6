"""Pasted addresses, and the feeds of well-known sites."""

from __future__ import annotations

import pytest

from reader.feeds.finding.discovery import feed_links
from reader.feeds.finding.sites import better_feed, normalize_address, site_feeds
from reader.feeds.net.client import Response

_YOUTUBE = "https://www.youtube.com/feeds/videos.xml"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("example.org", "https://example.org"),
        (" https://example.org/a ", "https://example.org/a"),
        ("<https://example.org/a>", "https://example.org/a"),
        ("//example.org/a", "https://example.org/a"),
        ("feed://example.org/a", "https://example.org/a"),
        ("feed:https://example.org/a", "https://example.org/a"),
        ("feed:http://example.org/a", "http://example.org/a"),
        ("podcast://example.org/a", "https://example.org/a"),
        ("@ada@social.example", "https://social.example/@ada"),
        ("ada@social.example", "https://social.example/@ada"),
    ],
)
def test_pasted_address_becomes_a_url(text: str, expected: str) -> None:
    assert normalize_address(text) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv",
            f"{_YOUTUBE}?playlist_id=UULFabcdefghijklmnopqrstuv",
        ),
        ("https://m.youtube.com/channel/UCabc/videos", f"{_YOUTUBE}?playlist_id=UULFabc"),
        ("https://www.youtube.com/playlist?list=PL1", f"{_YOUTUBE}?playlist_id=PL1"),
        ("https://www.youtube.com/watch?v=x&list=PL1", f"{_YOUTUBE}?playlist_id=PL1"),
        ("https://www.youtube.com/@handle", ""),
        ("https://www.reddit.com/r/python", "https://www.reddit.com/r/python/.rss"),
        ("https://old.reddit.com/r/python/top/", "https://www.reddit.com/r/python/top/.rss"),
        ("https://www.reddit.com/u/ada/", "https://www.reddit.com/user/ada/.rss"),
        ("https://www.reddit.com/r/a/comments/1/title/", "https://www.reddit.com/r/a/comments/1/title/.rss"),
        ("https://www.reddit.com/r/python/.rss", ""),
        ("https://social.example/@ada", "https://social.example/@ada.rss"),
        ("https://mastodon.example/tags/python", "https://mastodon.example/tags/python.rss"),
        ("https://news.ycombinator.com", "https://news.ycombinator.com/rss"),
        ("https://news.ycombinator.com/news", "https://news.ycombinator.com/rss"),
        ("https://news.ycombinator.com/newest", "https://hnrss.org/newest"),
        ("https://news.ycombinator.com/user?id=pg", "https://hnrss.org/submitted?id=pg"),
        ("https://news.ycombinator.com/item?id=1", "https://hnrss.org/item?id=1"),
        ("https://github.com/git/git", "https://github.com/git/git/releases.atom"),
        ("https://github.com/git/git.git", "https://github.com/git/git/releases.atom"),
        ("https://github.com/git/git/releases/tag/v1", "https://github.com/git/git/releases.atom"),
        ("https://github.com/git/git/commits/next", "https://github.com/git/git/commits/next.atom"),
        ("https://github.com/git/git/tags", "https://github.com/git/git/tags.atom"),
        ("https://github.com/torvalds", "https://github.com/torvalds.atom"),
        ("https://github.com/explore", ""),
        ("https://github.com/git/git/releases.atom", ""),
        ("https://x.substack.com", "https://x.substack.com/feed"),
        ("https://x.substack.com/about", "https://x.substack.com/feed"),
        ("https://x.substack.com/feed", ""),
        ("https://substack.com/home", ""),
        ("https://x.substack.com/p/post", "https://x.substack.com/feed"),
        ("https://open.substack.com/pub/x/p/post", "https://x.substack.com/feed"),
        ("https://medium.com/@ada", "https://medium.com/feed/@ada"),
        ("https://ada.medium.com/post-1", "https://ada.medium.com/feed"),
        ("https://bsky.app/profile/ada.example", "https://bsky.app/profile/ada.example/rss"),
        ("https://example.org/r/python", ""),
        ("https://notgithub.com/git/git", ""),
    ],
)
def test_known_site_has_a_feed_url(url: str, expected: str) -> None:
    assert (site_feeds(url) or ("",))[0] == expected


def test_youtube_channel_feed_is_replaced_by_one_without_shorts() -> None:
    assert better_feed(f"{_YOUTUBE}?channel_id=UCabcdefghijklmnop") == f"{_YOUTUBE}?playlist_id=UULFabcdefghijklmnop"
    assert (
        better_feed("https://n.example/feed?channel_id=UCabcdefghijklmnop")
        == "https://n.example/feed?channel_id=UCabcdefghijklmnop"
    )


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ('<link rel="alternate" type="application/rss+xml" href="/f">', ["/f"]),
        ("<link rel=alternate type='application/atom+xml; charset=utf-8' href=f>", ["/blog/f"]),
        ('<link rel="ALTERNATE feed" type="APPLICATION/RSS+XML" href="/f">', ["/f"]),
        ('<link rel="alternate" type="application/feed+json" href="/f">', ["/f"]),
        ('<link rel="alternate stylesheet" type="text/xml" href="/x"><link rel="feed" href="/f">', ["/f"]),
        ('<link rel="alternate" hreflang="de" href="/de">', []),
        (
            '<base href="https://n.example/base/"><link rel="alternate" type="application/rss+xml" href="f">',
            ["/base/f"],
        ),
        ('<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">', []),
        ('<a href="/about">About</a> <a href="/blog/rss.xml">RSS</a>', ["/blog/rss.xml"]),
        ('<a href="/feed/">Feed</a><a href="/feedback">No</a>', ["/feed/"]),
        ('<link rel="alternate" type="application/rss+xml" href="/f"><a href="/comments/feed">c</a>', ["/f"]),
        ('<link rel="alternate" type="application/rss+xml" href="javascript:x">', []),
        ("", []),
        ("\0<<<>>>", []),
    ],
)
def test_feed_links_of_a_page_are_found(page: str, expected: list[str]) -> None:
    found = feed_links(Response("https://n.example/blog/", 200, {}, page.encode()))
    assert [candidate.url for candidate in found] == [f"https://n.example{path}" for path in expected]
