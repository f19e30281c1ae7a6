"""Fixtures: a folder with subscriptions, and the server of its feeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from feed_server import FeedServer, feed_server
from feeds_folder import FeedsFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with feed_server() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> FeedsFolder:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "content").mkdir()
    return FeedsFolder(tmp_path, server)
