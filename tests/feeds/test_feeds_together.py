"""Concurrent fetches beside an open TUI, and folders that cannot be written."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from feed_server import FeedServer, response, rss_document, rss_item
from tui_driver import ReaderEnv, opened

import reader
from reader.content.load import parse_file
from reader.storage.paths import AppPaths

if TYPE_CHECKING:
    from feed_server import Asked
    from feeds_folder import FeedsFolder

_ENTRIES = 12


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The environment variables of a user whose files are in the temporary folder."""
    names = ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "HOME")
    places = {name: str(tmp_path / name) for name in names}
    return {**os.environ, **places, "PYTHONPATH": str(Path(reader.__file__).parent.parent)}


@pytest.fixture
def reader_env(home: dict[str, str]) -> ReaderEnv:
    """The environment of a TUI of the same user."""
    names = ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")
    return ReaderEnv(AppPaths(*(Path(home[name]) / "newsreader" for name in names)))


@pytest.fixture
def news(folder: FeedsFolder, server: FeedServer) -> FeedsFolder:
    url = server.url("/feed.xml")
    toml = f'allow_hosts = ["127.0.0.1"]\nnewest_unread = 99\n[[feed]]\nurl = "{url}"\n'
    (folder.root / "feeds.toml").write_text(toml, encoding="utf-8")
    (folder.root / "mine.md").write_text("---\ntitle: Mine\ndate: 2030-01-01\n---\nText.\n", encoding="utf-8")
    return folder


def _fetch(folder: FeedsFolder, home: dict[str, str]) -> subprocess.Popen[str]:
    argv = [sys.executable, "-m", "reader", "fetch", str(folder.root)]
    return subprocess.Popen(argv, env=home, stderr=subprocess.PIPE, text=True)


async def test_concurrent_fetches_exclude_each_other_beside_an_open_tui(
    news: FeedsFolder, server: FeedServer, reader_env: ReaderEnv, home: dict[str, str]
) -> None:
    asked, release = threading.Event(), threading.Event()

    def held(_asked: Asked) -> bytes:
        asked.set()
        release.wait(30)
        return response(rss_document(*(rss_item(number) for number in range(_ENTRIES))))

    server.scenes["/feed.xml"] = held
    async with opened(news.root, reader_env) as screen:
        await screen.press("s")
        first = _fetch(news, home)
        await screen.until(asked.is_set, "the first fetch asks the server")
        second = _fetch(news, home)
        said = second.communicate()[1]
        assert (second.returncode, f"process {first.pid}" in said) == (2, True)
        await screen.press("U")
        assert f"is locked by newsreader (process {first.pid})" in screen.said
        release.set()
        first.communicate()
        assert first.returncode == 0
        await screen.press("R")
        assert len(screen.paths()) == _ENTRIES + 1
        assert [entry.path for entry in screen.entries() if entry.starred] == ["mine.md"]
    urls = Counter(_url(path, text) for path, text in news.files().items())
    assert (len(urls), set(urls.values()), len(server.log)) == (_ENTRIES + 1, {1}, 1)


def _url(path: str, text: str) -> str:
    article = parse_file(path, text.encode()).article
    assert article is not None
    assert not article.unreadable
    return article.url


@pytest.mark.parametrize("error", [28, 30], ids=["disk full", "read-only"])
async def test_fetch_into_an_unwritable_folder_is_completed_by_the_next(
    news: FeedsFolder, server: FeedServer, reader_env: ReaderEnv, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    server.scenes["/feed.xml"] = response(rss_document(rss_item(1), rss_item(2)))
    real = os.open

    def failing(path: Any, flags: int, *arguments: Any, **options: Any) -> int:
        if flags & os.O_CREAT and ".newsreader-" in str(path):
            raise OSError(error, os.strerror(error))
        return real(path, flags, *arguments, **options)

    async with opened(news.root, reader_env) as screen:
        monkeypatch.setattr(os, "open", failing)
        await screen.press("U")
        assert screen.said == "Nothing new, 1 feed failed"
        monkeypatch.undo()
        assert sorted(news.files()) == ["mine.md"]
        await screen.press("U", "R")
        assert len(screen.paths()) == 3
    assert len(server.log) == 1, "the next fetch writes the planned files without another request"
