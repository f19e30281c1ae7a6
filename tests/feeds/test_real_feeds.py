"""Realistic feeds, and real ones if ``NEWSREADER_CORPORA`` names their folder: fetched twice and compared with
feedparser.
"""

from __future__ import annotations

import calendar
import json
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import feedparser
import pytest
from cli_runner import CliRunner
from corpora import CORPORA
from feed_server import FeedServer, response

from reader.feeds.reading.markup import clean_text

if TYPE_CHECKING:
    from pathlib import Path

    from feeds_folder import FeedsFolder

_FEEDS = [file for corpora in CORPORA for file in sorted(corpora.feeds.glob("*.feed"))]


@pytest.mark.parametrize("file", _FEEDS, ids=lambda file: file.stem)
def test_fetched_entries_match_feedparser(tmp_path: Path, folder: FeedsFolder, server: FeedServer, file: Path) -> None:
    cli = CliRunner(tmp_path / "home")
    server.scenes["/feed"] = response(file.read_bytes())
    toml = f'allow_hosts = ["127.0.0.1"]\n[[feed]]\nurl = "{server.url("/feed")}"\n'
    (folder.root / "feeds.toml").write_text(toml, encoding="utf-8")

    assert cli.run("fetch", folder.root).status == 0
    before = folder.files()
    assert cli.run("fetch", folder.root, "--force").status == 0

    assert folder.files() == before
    lines = cli.run("list", folder.root, "--format", "jsonl").out.splitlines()
    found = Counter((article["title"], article["published_at"]) for article in map(json.loads, lines))
    entries = feedparser.parse(file.read_bytes()).entries
    distinct = {entry.get("id") or number: entry for number, entry in enumerate(entries)}
    expected = Counter(map(_title_and_date, distinct.values()))
    named = Counter({pair: number for pair, number in expected.items() if all(pair)})
    assert sum(found.values()) == sum(expected.values())
    assert named - found == Counter()
    assert cli.run("check", folder.root).out == ""


def _title_and_date(entry: Any) -> tuple[str, str | None]:
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    # Hugo writes the year 1 for an unset date.
    date = datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed and parsed.tm_year > 1 else None
    return clean_text(str(entry.get("title", ""))), f"{date:%Y-%m-%dT%H:%M:%SZ}" if date else None
