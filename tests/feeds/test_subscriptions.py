"""feeds.toml edited: what the commands write is laid out as a person would write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.feeds.subscriptions import Subscription, add_subscription, remove_subscription

if TYPE_CHECKING:
    from pathlib import Path


def test_tables_are_set_apart_by_an_empty_line(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        add_subscription(tmp_path, Subscription(f"https://{name}.example/", title=name))
    remove_subscription(tmp_path, "https://b.example/")

    _, _, tables = (tmp_path / "feeds.toml").read_text(encoding="utf-8").partition("\n\n")

    assert tables == (
        '[[feed]]\nurl = "https://a.example/"\ntitle = "a"\n\n[[feed]]\nurl = "https://c.example/"\ntitle = "c"\n'
    )
