"""The command line for feeds."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cli_runner import NOW, CliResult, CliRunner
from feed_server import FeedServer, response, rss_document, rss_item

if TYPE_CHECKING:
    from pathlib import Path

    from feeds_folder import FeedsFolder


class Commands:
    """A content folder, a command line, and a feed server."""

    def __init__(self, base: Path, folder: FeedsFolder, server: FeedServer) -> None:
        self.cli = CliRunner(base / "home")
        self.folder, self.server = folder, server
        (folder.root / "feeds.toml").write_text('allow_hosts = ["127.0.0.1"]  # mine\n', encoding="utf-8")

    def run(self, command: str, *words: object, stdin: str = "") -> CliResult:
        return self.cli.run(command, self.folder.root, *words, stdin=stdin)

    @property
    def toml(self) -> str:
        return (self.folder.root / "feeds.toml").read_text(encoding="utf-8")


@pytest.fixture
def commands(tmp_path: Path, folder: FeedsFolder, server: FeedServer) -> Commands:
    server.scenes["/feed.xml"] = response(rss_document(rss_item(1), rss_item(2)))
    return Commands(tmp_path, folder, server)


def test_list_after_subscribe_and_fetch_shows_the_articles(commands: Commands) -> None:
    assert commands.run("subscribe", commands.server.url("/feed.xml")).status == 0
    fetched = commands.run("fetch")
    listed = commands.run("list", "--format", "jsonl")

    assert (fetched.status, fetched.err) == (0, "2 new, 0 updated; 1 feed: 1 fetched\n")
    articles = [json.loads(line) for line in listed.out.splitlines()]
    assert [article["title"] for article in articles] == ["Article 2", "Article 1"]
    assert articles[0]["provider"] == {"name": "News", "domain": "news.example"}
    assert 'allow_hosts = ["127.0.0.1"]  # mine' in commands.toml


@pytest.mark.parametrize("command", ["fetch", "rules"])
def test_feed_command_uses_the_config_for_indexing(commands: Commands, command: str) -> None:
    config = commands.cli.places.config_file
    config.parent.mkdir(parents=True)
    config.write_text("only_front_matter = true\n", encoding="utf-8")
    (commands.folder.root / "plain.md").write_text("# Plain\n\nText.\n", encoding="utf-8")
    url = commands.server.url("/feed.xml")
    toml = f'allow_hosts = ["127.0.0.1"]\nnewest_unread = 1\n[[feed]]\nurl = "{url}"\ndrop = "title:none"\n'
    (commands.folder.root / "feeds.toml").write_text(toml, encoding="utf-8")
    assert commands.run("count").out == "0\n"
    before = _index_options(commands)

    assert commands.run(command).status == 0

    assert _index_options(commands) == before


def _index_options(commands: Commands) -> object:
    """Return the read options that the index was built with."""
    index = commands.cli.places.index_file(commands.folder.root)
    with closing(sqlite3.connect(index)) as connection:
        return connection.execute("SELECT options FROM reading").fetchall()


def test_subscribe_to_a_page_finds_its_feed(commands: Commands) -> None:
    page = '<html><head><link rel="alternate" type="application/rss+xml" title="Posts" href="/feed.xml"></head></html>'
    commands.server.scenes["/"] = response(page)
    result = commands.run("subscribe", commands.server.url("/"), "--title", "Mine", "--topics", "a, b", "--folder", "x")
    assert result.status == 0
    assert (
        f'url = "{commands.server.url("/feed.xml")}"\ntitle = "Mine"\ntopics = ["a", "b"]\nfolder = "x"'
        in commands.toml
    )


def test_subscribe_without_a_terminal_lists_several_feeds(commands: Commands) -> None:
    links = "".join(f'<link rel="alternate" type="application/atom+xml" href="/{n}.xml" title="F{n}">' for n in "ab")
    commands.server.scenes["/"] = response(f"<html><head>{links}</head></html>")

    result = commands.run("subscribe", commands.server.url("/"))

    assert result.status == 2
    assert (
        result.out
        == f"{commands.server.url('/a.xml')}  F a\n".replace("F a", "Fa") + f"{commands.server.url('/b.xml')}  Fb\n"
    )
    assert "[[feed]]" not in commands.toml


def test_subscribe_on_a_terminal_asks_which_feed(commands: Commands) -> None:
    links = "".join(f'<link rel="alternate" type="application/atom+xml" href="/{n}.xml">' for n in ("a", "feed"))
    commands.server.scenes["/"] = response(f"<html><head>{links}</head></html>")
    commands.cli.terminal = True

    result = commands.run("subscribe", commands.server.url("/"), stdin="2\n")

    assert result.status == 0
    assert commands.server.url("/feed.xml") in commands.toml


def test_subscribe_tries_the_usual_feed_paths(commands: Commands) -> None:
    commands.server.scenes["/blog/"] = response("<html><body>Hello</body></html>")
    assert commands.run("subscribe", commands.server.url("/blog/")).status == 0
    assert commands.server.url("/feed.xml") in commands.toml


def test_page_without_a_feed_is_an_error(commands: Commands) -> None:
    del commands.server.scenes["/feed.xml"]
    commands.server.scenes["/"] = response("<html><body>Hello</body></html>")
    result = commands.run("subscribe", commands.server.url("/"))
    assert (result.status, result.err) == (2, f"newsreader: No feed found at {commands.server.url('/')}\n")


def test_subscribe_twice_changes_nothing(commands: Commands) -> None:
    commands.run("subscribe", commands.server.url("/feed.xml"))
    before = commands.toml
    result = commands.run("subscribe", commands.server.url("/feed.xml"))
    assert (result.status, commands.toml) == (1, before)
    assert "Already subscribed" in result.err


def test_subscribe_to_a_private_address_fails_with_a_hint(commands: Commands) -> None:
    (commands.folder.root / "feeds.toml").unlink()
    result = commands.run("subscribe", commands.server.url("/feed.xml"))
    assert result.status == 2
    assert 'allow_hosts = ["127.0.0.1"]' in result.err
    assert commands.server.connections == 0


def test_unsubscribe_keeps_the_articles(commands: Commands) -> None:
    commands.run("subscribe", commands.server.url("/feed.xml"))
    commands.run("fetch")
    result = commands.run("unsubscribe", "news")
    assert result.status == 0
    assert "[[feed]]" not in commands.toml
    assert len(commands.folder.files()) == 2


@pytest.mark.parametrize(("name", "status"), [("nothing", 2), ("xml", 2), ("a.xml", 0)])
def test_unsubscribe_needs_one_feed(commands: Commands, name: str, status: int) -> None:
    for path in ("/a.xml", "/b.xml"):
        commands.folder.subscribe(path)
    assert commands.run("unsubscribe", name).status == status


def test_feeds_lists_counts_times_and_titles(commands: Commands) -> None:
    commands.run("subscribe", commands.server.url("/feed.xml"))
    commands.run("fetch")
    (row,) = json.loads(commands.run("feeds", "--format", "json").out)
    table = commands.run("feeds")

    assert (row["title"], row["articles"], row["error"], row["folder"]) == ("News", 2, None, "news")
    assert row["last_success"] == f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    assert datetime.fromisoformat(row["next_fetch"]) >= NOW + timedelta(days=1)
    assert table.out.splitlines()[1].split() == [
        "2",
        "2",
        "2021-10-02",
        "15:30",
        *row["next_fetch"][:16].split("T"),
        "News",
    ]


def test_feeds_omits_columns_that_are_empty_for_all_feeds(commands: Commands) -> None:
    for path in ("/feed.xml", "/none.xml"):
        commands.folder.subscribe(path)
    addresses = [commands.server.url(path) for path in ("/feed.xml", "/none.xml")]
    assert commands.run("feeds").out.splitlines() == ["feed", *addresses]
    commands.run("fetch")
    head, first, second = commands.run("feeds").out.splitlines()
    assert head == "articles  month  last success      next              feed"
    assert first.startswith("       2      2  2021-10-02 15:30  ")
    assert second.startswith("       -      -  -                 ")
    assert [line.index(name) for line, name in ((head, "feed"), (first, "News"), (second, addresses[1]))] == [
        53,
        53,
        53,
    ]


def test_failed_feed_is_an_error_line_and_sets_the_status(commands: Commands) -> None:
    commands.folder.subscribe("/none.xml")
    commands.folder.subscribe("/feed.xml")
    result = commands.run("fetch", "--quiet")
    assert result.status == 1
    assert result.err == f"newsreader: {commands.server.url('/none.xml')}: The server answered 404\n"
    assert len(commands.folder.files()) == 2


def test_fetch_without_subscriptions_names_the_subscribe_command(commands: Commands) -> None:
    result = commands.run("fetch")
    assert result.status == 2
    assert "newsreader subscribe" in result.err


def test_dry_run_lists_the_files(commands: Commands) -> None:
    commands.run("subscribe", commands.server.url("/feed.xml"))
    result = commands.run("fetch", "--dry-run")
    assert result.out == "new\tnews/2021-10-02-article-1.md\nnew\tnews/2021-10-03-article-2.md\n"
    assert commands.folder.files() == {}


def test_only_the_newest_articles_of_a_new_feed_are_unread(commands: Commands) -> None:
    commands.server.scenes["/feed.xml"] = response(rss_document(*(rss_item(number) for number in range(15))))
    commands.run("subscribe", commands.server.url("/feed.xml"))
    commands.run("fetch")
    unread = commands.run("list", "is:unread", "--format", "paths").out.split()
    assert len(unread) == 10
    assert "news/2021-10-15-article-14.md" in unread


@pytest.mark.parametrize(
    ("rules", "titles"),
    [
        ('drop = "title:/sponsored/i"', ["Plain", "About cats"]),
        ('keep = "cats"', ["About cats"]),
        ('drop = "topic:Ads OR cats"', ["Plain"]),
        ('keep = ["2d", "NOT cats"]', ["Sponsored news", "Plain"]),
    ],
)
def test_rules_decide_which_entries_are_written(commands: Commands, rules: str, titles: list[str]) -> None:
    items = [
        rss_item(0, title="Sponsored news") + "<category>Ads</category>",
        rss_item(0, title="Plain").replace("news,0", "news,b").replace("example/0", "example/b"),
        rss_item(0, title="About cats").replace("news,0", "news,c").replace("example/0", "example/c"),
    ]
    commands.server.scenes["/feed.xml"] = response(rss_document(*items))
    text = f"{commands.toml}\n[[feed]]\nurl = '{commands.server.url('/feed.xml')}'\n{rules}\n"
    (commands.folder.root / "feeds.toml").write_text(text, encoding="utf-8")

    commands.run("fetch")

    listed = [json.loads(line)["title"] for line in commands.run("list", "--format", "jsonl").out.splitlines()]
    assert sorted(listed) == sorted(titles)


def test_rules_command_lists_articles_they_would_drop(commands: Commands) -> None:
    assert commands.run("rules").status == 1
    commands.run("subscribe", commands.server.url("/feed.xml"))
    commands.run("fetch")
    with (commands.folder.root / "feeds.toml").open("a", encoding="utf-8") as file:
        file.write('drop = "title:/2$/"\nkeep = "title:/article/i"\n')

    result = commands.run("rules")

    assert result.status == 0
    assert result.out.splitlines() == [
        "News: keep = title:/article/: drops 0 of 2 articles",
        "News: drop = title:/2$/: drops 1 of 2 articles",
        "  news/2021-10-03-article-2.md",
    ]


def test_check_names_the_new_version_of_an_edited_file(commands: Commands) -> None:
    commands.run("subscribe", commands.server.url("/feed.xml"))
    commands.run("fetch")
    file = commands.folder.root / "news" / "2021-10-02-article-1.md"
    file.write_text("---\ntitle: Mine\n---\n", encoding="utf-8")
    commands.server.scenes["/feed.xml"] = response(rss_document(rss_item(1, text="New."), rss_item(2)))

    fetched = commands.run("fetch", "--force")
    checked = commands.run("check")
    file.with_name(f"{file.name}.new").unlink()

    assert "edited; the new version is in" in fetched.err
    assert (checked.status, commands.run("check").status) == (1, 0)
    assert "2021-10-02-article-1.md:0: warning: edited; the feed's new version is in" in checked.out


def test_invalid_rule_is_an_error_before_any_request(commands: Commands) -> None:
    text = f"{commands.toml}\n[[feed]]\nurl = '{commands.server.url('/feed.xml')}'\ndrop = 'topic:('\n"
    (commands.folder.root / "feeds.toml").write_text(text, encoding="utf-8")
    result = commands.run("fetch")
    assert result.status == 2
    assert result.err.startswith("newsreader: feeds.toml: drop: ")
    assert commands.server.log == []


def test_old_articles_are_pruned_unless_edited_or_marked(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    commands.server.scenes["/feed.xml"] = response(rss_document(*(rss_item(number) for number in range(1, 5))))
    text = f"{commands.toml}\n[[feed]]\nurl = '{commands.server.url('/feed.xml')}'\nkeep = '90d'\n"
    (commands.folder.root / "feeds.toml").write_text(text, encoding="utf-8")
    commands.run("fetch")
    files = list(commands.folder.files())
    (commands.folder.root / files[0]).write_text("Mine.", encoding="utf-8")
    commands.run("mark", "'Article 2'", "--star")
    commands.run("mark", 'title:"Article 3"', "--later")
    own = commands.folder.root / "news" / "own.md"
    own.write_text("---\ntitle: Own\ndate: 2001-01-01\n---\n", encoding="utf-8")
    monkeypatch.setattr("cli_runner.NOW", NOW + timedelta(days=200))

    result = commands.run("fetch", "--force")

    assert "1 pruned" in result.err
    assert list(commands.folder.files()) == [*files[:3], "news/own.md"]
    commands.run("fetch", "--force")
    assert len(commands.folder.files()) == 4


def test_opml_is_imported_and_exported(commands: Commands, tmp_path: Path) -> None:
    file = tmp_path / "x.opml"
    file.write_text(
        '<opml version="1.0"><body><outline text="Tech"><outline text="A &amp; B" xmlUrl="https://a.example/f?x=1&amp;y=2"/>'
        '<outline text="Deep"><outline text="C" type="rss" xmlUrl="https://c.example/f"/></outline></outline>'
        '<outline title="D" XMLURL="feed://d.example/f"/><outline text="A" xmlUrl="http://a.example/f?x=1&amp;y=2"/>'
        "</body></opml>",
        encoding="utf-8",
    )

    assert commands.run("import", file).err == "Imported 3 feeds (0 subscribed before)\n"
    exported = commands.run("export").out
    assert commands.run("import", stdin=exported).err == "Imported 0 feeds (3 subscribed before)\n"
    assert '<outline text="Tech" title="Tech">' in exported
    assert 'xmlUrl="https://a.example/f?x=1&amp;y=2"' in exported
    feeds = json.loads(commands.run("feeds", "--format", "json").out)
    assert [(feed["title"], feed["topics"]) for feed in feeds] == [
        ("A & B", ["Tech"]),
        ("C", ["Tech", "Deep"]),
        ("D", []),
    ]


def test_feed_that_is_listed_twice_is_requested_once(commands: Commands) -> None:
    table = f"[[feed]]\nurl = '{commands.server.url('/feed.xml')}'\ninterval = '99999y'\n"
    (commands.folder.root / "feeds.toml").write_text(commands.toml + table * 2, encoding="utf-8")

    assert commands.run("fetch").status == 0
    assert len(commands.server.log) == 1
    assert commands.run("feeds").status == 0, "a time so far ahead can be shown"


def test_article_that_cannot_be_written_does_not_stop_others(commands: Commands) -> None:
    commands.run("subscribe", commands.server.url("/feed.xml"))
    commands.run("fetch")
    one, _ = commands.folder.files()
    file = commands.folder.root / one
    file.unlink()
    file.mkdir()
    items = (rss_item(number, text="Corrected.") for number in (1, 2, 3))
    commands.server.scenes["/feed.xml"] = response(rss_document(*items))

    for _ in range(2):
        result = commands.run("fetch", "--force")
        assert (result.status, f"News: Cannot write {one}: Is a directory" in result.err) == (1, True)
    _, *others = commands.folder.files().values()
    assert [text.count("Corrected.") for text in others] == [1]
    file.rmdir()
    assert commands.run("fetch", "--force").status == 0


def test_pruning_leaves_what_is_no_longer_a_file(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    commands.run("subscribe", commands.server.url("/feed.xml"))
    commands.run("fetch")
    one, _ = commands.folder.files()
    (commands.folder.root / one).unlink()
    (commands.folder.root / one).symlink_to("/etc/hostname")
    (commands.folder.root / "feeds.toml").write_text('keep = "1d"\n' + commands.toml, encoding="utf-8")
    monkeypatch.setattr("cli_runner.NOW", NOW + timedelta(days=200))

    result = commands.run("fetch")

    assert (result.status, "1 pruned" in result.err) == (0, True)
    assert (commands.folder.root / one).is_symlink()


def test_interrupted_first_fetch_marks_old_articles_read(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("reader.cli.feeds.commands._report", interrupt)
    (commands.folder.root / "feeds.toml").write_text("newest_unread = 1\n" + commands.toml, encoding="utf-8")
    commands.run("subscribe", commands.server.url("/feed.xml"))

    assert commands.run("fetch").status == 130
    assert commands.run("count", "is:unread").out == "1\n"


def test_import_counts_what_cannot_be_fetched(commands: Commands) -> None:
    outlines = '<outline xmlUrl="file:///etc/passwd"/><outline xmlUrl="https://u:p@a.example/"/>'
    result = commands.run("import", stdin=f'<opml><body>{outlines}<outline xmlUrl="https://b.example/"/></body></opml>')
    says = "Imported 1 feed (0 subscribed before; 2 skipped: not http or https, or with a user name)\n"
    assert (result.status, result.err) == (0, says)


@pytest.mark.parametrize("address", ["", "x y", "http://[bad/", "file:///etc/passwd", "http://x.example/" + "a" * 9000])
def test_subscribe_to_no_web_address_is_a_short_error(commands: Commands, address: str) -> None:
    result = commands.run("subscribe", address)
    assert result.status == 2
    assert result.err.startswith('newsreader: Cannot subscribe: expected an http or https URL, got "')
    assert len(result.err) < 300


def test_subscribe_to_url_with_a_password_does_not_print_it(commands: Commands) -> None:
    result = commands.run("subscribe", "http://me:secret@a.example/feed")
    assert result.status == 2
    assert "a user name is not allowed; set header" in result.err
    assert "secret" not in result.err


def test_concurrent_fetch_is_an_error(commands: Commands) -> None:
    commands.run("subscribe", commands.server.url("/feed.xml"))
    inner: list[CliResult] = []

    def while_fetching(_asked: object) -> bytes:
        inner.append(commands.run("fetch"))
        return response(rss_document(rss_item(1)))

    # The first fetch uses the response to the subscription.
    assert commands.run("fetch").status == 0
    commands.server.scenes["/feed.xml"] = while_fetching
    outer = commands.run("fetch", "--force")

    assert outer.status == 0
    assert inner[0].status == 2
    assert "Another newsreader is busy with the feeds" in inner[0].err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[feed]]\ntitle = 'x'", 'feed 1: url: expected an http or https URL, got ""'),
        ("feed = 1", "feed: expected tables, [[feed]]"),
        ("[[feed]]\nurl = 'https://a.example/'\ntopics = 1", "topics: expected a list of strings"),
        ("[[feed]]\nurl = 'https://a.example/'\ninterval = 'often'", "interval: expected a duration"),
        ("[[feed]]\nurl = 'https://a.example/'\nenabled = 'yes'", "enabled: expected true or false"),
        ("agent = [", "feeds.toml"),
        ("dorp = 'x'", 'feeds.toml: unknown key "dorp"'),
        ("newest_unread = -1", "newest_unread: expected 0 or more"),
        ("[[feed]]\nurl = 'https://a.example/'\ndorp = 'x'", 'feed 1 (https://a.example/): unknown key "dorp"'),
        ("[[feed]]\nurl = 'https://a.example/'\nheader = { 'A B' = 'x' }", 'header: invalid name "A B"'),
    ],
)
def test_invalid_feeds_file_is_an_error_with_its_location(commands: Commands, text: str, message: str) -> None:
    (commands.folder.root / "feeds.toml").write_text(text, encoding="utf-8")
    result = commands.run("fetch")
    assert result.status == 2
    assert message in result.err
