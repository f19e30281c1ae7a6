"""Corrupted copies of newsreader's own small files: each is read as far as possible, or an error in one line."""

from __future__ import annotations

import random
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest
from changed_bytes import change_pages, change_text
from cli_runner import CliRunner
from indexed_folder import article
from sweep import amount

from reader.config.load import load_config
from reader.config.saved_searches import delete_search, rename_search, save_search
from reader.errors import ConfigError, ReaderError
from reader.feeds.ledger import FeedRecord, Ledger
from reader.feeds.subscriptions import Subscription, add_subscription, load_subscriptions, remove_subscription
from reader.storage.filter_history import FilterHistory
from reader.storage.reading_places import ReadingPlaces
from reader.storage.session import Session, SessionFiles

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

VARIANTS = amount(20)
CONFIG = b"""
theme = "gruvbox"
text_width = 80
browser = "firefox %u"
base_url = "https://all.example/"
[sites]
"~/blog" = "https://blog.example/"
[keys]
quit = ["q", "ctrl+q"]
[searches]
Unread = "is:unread sort:newest"
"Good ones" = "quality:>50"
"""


def _read_session(path: Path) -> None:
    files = SessionFiles(path, path.with_name("theme.json"))
    files.save(files.load())
    assert isinstance(files.load(), Session)


def _read_theme(path: Path) -> None:
    SessionFiles(path.with_name("session.json"), path).load()


def _read_filters(path: Path) -> None:
    history = FilterHistory(path)
    history.past()
    history.add("topic:new")
    assert FilterHistory(path).past()[0] == "topic:new"


def _read_config(path: Path) -> None:
    with suppress(ConfigError):
        load_config(path)


def _read_searches(path: Path) -> None:
    config = path.with_name("config.toml")
    with suppress(ConfigError):
        load_config(config)
    with suppress(ReaderError):
        save_search(config, "New", "topic:a")
    with suppress(ReaderError):
        rename_search(config, "Unread", "Other")
    with suppress(ReaderError):
        delete_search(config, "Good ones")


def _read_subscriptions(path: Path) -> None:
    with suppress(ConfigError):
        load_subscriptions(path.parent)
    with suppress(ConfigError):
        add_subscription(path.parent, Subscription("https://new.example/feed"))
    with suppress(ConfigError):
        remove_subscription(path.parent, "https://a.example/feed")


SESSION = (
    b'{"version": 1, "query": "topic:ai", "sort": "newest", "sort_first": false, "sidebar": "topics", '
    b'"choice_field": "topic", "choice_value": "AI", "sidebar_share": 0.25, "articles_share": 0.5, "rows_share": null, '
    b'"layout": "columns", "min_quality": 30, "pane": "list", "article": "sub/a.md", "last_seen": 1633188600}'
)
FILTERS = b'"topic:AI"\n"is:unread \\"two words\\""\n"\xe3\x83\x87\xe3\x83\xbc\xe3\x82\xbf"\n'
SEARCHES = b'[searches]\nUnread = "is:unread"\n"Good ones" = "quality:>50 sort:quality"\n'
FEEDS = (
    b'agent = "newsreader"\nkeep = "90d"\nallow_hosts = ["a.example"]\n\n[[feed]]\nurl = "https://a.example/feed"\n'
    b'title = "A"\ntopics = ["one"]\ninterval = "6h"\n\n[[feed]]\nurl = "https://b.example/feed"\nkeep = ""\n'
)
FILES = [
    pytest.param("session.json", SESSION, _read_session, id="session"),
    pytest.param("theme.json", b'{"version": 1, "theme": "gruvbox"}', _read_theme, id="theme"),
    pytest.param("filters.jsonl", FILTERS, _read_filters, id="filters"),
    pytest.param("config.toml", CONFIG, _read_config, id="config"),
    pytest.param("searches.toml", SEARCHES, _read_searches, id="searches"),
    pytest.param("feeds.toml", FEEDS, _read_subscriptions, id="feeds"),
]


@pytest.mark.sweep
@pytest.mark.parametrize(("name", "content", "read"), FILES)
def test_corrupted_own_file_is_read_or_an_error(
    tmp_path: Path, name: str, content: bytes, read: Callable[[Path], None]
) -> None:
    path = tmp_path / name
    for variant in range(VARIANTS):
        path.write_bytes(change_text(content, random.Random(variant)))  # noqa: S311 - not for cryptography
        try:
            read(path)
        except Exception as error:
            error.add_note(f"variant {variant}: {path.read_bytes()[:300]!r}")
            raise


@pytest.mark.sweep
def test_corrupted_marks_export_is_imported_line_by_line(tmp_path: Path) -> None:
    command = CliRunner(tmp_path / "home")
    root = tmp_path / "content"
    root.mkdir()
    for name in ("a.md", "b.md", "caf\udce9.md"):
        (root / name).write_text(article(name.encode(errors="replace").decode()), encoding="utf-8")
    assert command.run("mark", root, "path:.md", "--star").status == 0
    export = command.run("marks", "export").out.encode("utf-8", "surrogateescape")
    for variant in range(VARIANTS):
        changed = tmp_path / "changed.jsonl"
        changed.write_bytes(change_text(export, random.Random(variant)))  # noqa: S311 - not for cryptography
        answer = command.run("marks", "import", changed)
        assert answer.status in {0, 1} or answer.err.startswith("newsreader: "), variant
        assert answer.err.replace("\n", "").isprintable()
        assert command.run("marks", "export").status == 0
        assert command.run("count", root, "is:starred").out == "3\n"


@pytest.mark.sweep
def test_corrupted_feed_ledger_is_read_or_an_error(tmp_path: Path) -> None:
    command = CliRunner(tmp_path / "home")
    root = tmp_path / "content"
    root.mkdir()
    (root / "feeds.toml").write_bytes(FEEDS)
    state = command.places.feeds_file(root)
    with closing(Ledger(state)) as ledger:
        ledger.save_feed(FeedRecord(1, "https://a.example/feed", "A", error="timed out", errors=2))
    content = state.read_bytes()
    for variant in range(VARIANTS):
        for beside in state.parent.glob(state.name + "-*"):
            beside.unlink()
        state.write_bytes(change_pages(content, random.Random(variant)))  # noqa: S311 - not for cryptography
        for words in (("feeds", root), ("check", root)):
            answer = command.run(*words)
            assert answer.status in {0, 1} or answer.err.startswith("newsreader: "), (variant, words)


@pytest.mark.sweep
def test_changed_reading_places_lose_places_without_an_error(tmp_path: Path) -> None:
    file = tmp_path / "a.places.db"
    with closing(ReadingPlaces(file)) as places:
        for number in range(100):
            places.put(f"{number}.md", b"{}" * 40, number)
    content = file.read_bytes()
    for variant in range(VARIANTS):
        for beside in tmp_path.glob(file.name + "-*"):
            beside.unlink()
        file.write_bytes(change_pages(content, random.Random(variant)))  # noqa: S311 - not for cryptography
        with closing(ReadingPlaces(file)) as places:
            for number in range(100):
                assert isinstance(places.get(f"{number}.md"), bytes | None)
            places.put("new.md", b"new", 1)
            # In a tree whose order is corrupt, what was just written may not be found.
            assert places.get("new.md") in {b"new", None}
