"""Edits of feeds.toml keep the layout of a handwritten file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reader.feeds.subscriptions import Subscription, add_subscription, load_subscriptions, remove_subscription

if TYPE_CHECKING:
    from pathlib import Path


def test_subscriptions_are_separated_by_an_empty_line(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        add_subscription(tmp_path, Subscription(f"https://{name}.example/", title=name))
    remove_subscription(tmp_path, "https://b.example/")

    _, _, tables = (tmp_path / "feeds.toml").read_text(encoding="utf-8").partition("\n\n")

    assert tables == (
        '[[feed]]\nurl = "https://a.example/"\ntitle = "a"\n\n[[feed]]\nurl = "https://c.example/"\ntitle = "c"\n'
    )


@pytest.mark.parametrize("text", ["", "feed = []\n", 'agent = "me"  # contact\n'])
def test_feed_can_be_added_after_the_last_one_was_removed(tmp_path: Path, text: str) -> None:
    (tmp_path / "feeds.toml").write_text(text, encoding="utf-8")
    for url in ("https://one.example/feed", "https://two.example/feed"):
        add_subscription(tmp_path, Subscription(url))
        remove_subscription(tmp_path, url)
    add_subscription(tmp_path, Subscription("https://three.example/feed"))
    assert [feed.url for feed in load_subscriptions(tmp_path).feeds] == ["https://three.example/feed"]
    if "contact" in text:
        assert "# contact" in (tmp_path / "feeds.toml").read_text(encoding="utf-8")
