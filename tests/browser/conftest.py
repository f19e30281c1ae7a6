"""Tests in a real Chromium, which ``make browser`` finds or installs; other runs do not collect them."""

from __future__ import annotations

import os
import shutil
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from browser_tab import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext

NAMES = ("chromium", "chromium-browser", "google-chrome")
collect_ignore_glob = [] if os.environ.get("NEWSREADER_BROWSER") else ["test_*.py"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only make browser installs it

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=next(filter(None, map(shutil.which, NAMES))), args=["--no-sandbox"]
        )
        yield running
        running.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1400, "height": 500})
    opened.grant_permissions(["clipboard-read", "clipboard-write"])
    yield opened
    opened.close()


class _Original(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"An original")

    def log_message(self, *_arguments: object) -> None:
        return


@pytest.fixture(scope="session")
def originals() -> Iterator[str]:
    """Return the address of the site that the articles are from."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Original) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def folder(tmp_path: Path, originals: str) -> Path:
    """Thirty articles, the newest of them about harbors."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for day in range(1, 31):
        topic = "Harbors" if day > 28 else "Hills"
        text = f"---\ntitle: Article {day:02}\ndate: 2026-10-{day:02}\ntopics: [{topic}]\n"
        text += f"originalUrl: {originals}/{day}?a=1&b=%20\n---\n"
        (folder / f"{day:02}.md").write_text(text + f"The body of number {day}.\n\n" * 40, encoding="utf-8")
    return folder


@pytest.fixture
def serving(folder: Path, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Return a function that starts a server on the folder."""
    servers: list[Server] = []

    def start(*arguments: str, token: str = "") -> Server:
        servers.append(Server(folder, tmp_path / "home", "--port", "0", *arguments, token=token))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()
