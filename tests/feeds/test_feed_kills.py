"""``kill -9`` at any file operation of a fetch: no partial file, no lost or duplicate article."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sweep import amount

import reader
from reader.content.load import parse_file

from feed_server import FeedServer, response, rss_document, rss_item  # isort: skip

if TYPE_CHECKING:
    from feeds_folder import FeedsFolder

_KILLS = amount(6, "NEWSREADER_KILLS")
_ENTRIES = 6
# Kills the process at its n-th operation on a file below the folder of the test.
_RUN = """
import os, signal, sys
left, base = int(sys.argv.pop(1)), sys.argv.pop(1)
def hook(event, arguments):
    global left
    if event in {"open", "os.link", "os.rename", "os.remove", "os.mkdir"} and str(arguments[0]).startswith(base):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
from reader.__main__ import main
sys.exit(main())
"""


@pytest.mark.sweep
def test_killed_fetches_lose_and_duplicate_no_article(tmp_path: Path, folder: FeedsFolder, server: FeedServer) -> None:
    toml = f'allow_hosts = ["127.0.0.1"]\n[[feed]]\nurl = "{server.url("/feed.xml")}"\n'
    (folder.root / "feeds.toml").write_text(toml, encoding="utf-8")
    statuses = Counter[int]()
    for number in range(_KILLS):
        _serve(server, number)
        statuses[_fetch(tmp_path, folder.root, number * 3 % 41 + 1)] += 1
        _assert_whole(folder.root)

    assert statuses[-signal.SIGKILL] >= _KILLS // 2
    assert _fetch(tmp_path, folder.root, 10**9) == 0
    files = folder.files()
    assert len(files) == _ENTRIES
    assert all(text.endswith(f"\nEdition {_KILLS - 1}.\n") for text in files.values())


def _serve(server: FeedServer, edition: int) -> None:
    items = [rss_item(number, text=f"Edition {edition}.") for number in range(_ENTRIES)]
    server.scenes["/feed.xml"] = response(rss_document(*items))


def _fetch(base: Path, root: Path, kill_at: int) -> int:
    names = ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "HOME")
    env = {**os.environ, **{name: str(base / name) for name in names}}
    env["PYTHONPATH"] = str(Path(reader.__file__).parent.parent)
    argv = [sys.executable, "-c", _RUN, str(kill_at), str(root), "fetch", str(root), "--force"]
    return subprocess.run(argv, env=env, check=False, capture_output=True).returncode


def _assert_whole(root: Path) -> None:
    seen = Counter[str]()
    for file in root.rglob("*.md"):
        raw = file.read_bytes()
        article = parse_file(file.name, raw).article
        assert article is not None
        assert not article.unreadable
        assert raw.endswith(b".\n")
        seen[article.url] += 1
    assert all(number == 1 for number in seen.values())
