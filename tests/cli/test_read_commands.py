from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reader.library import open_library
from reader.storage.session import Session, SessionFiles

if TYPE_CHECKING:
    from pathlib import Path

    from cli_runner import CliRunner

ONE = {
    "path": "one.md",
    "title": "These top AI cities are doing pretty well",
    "excerpt": "The best of them.",
    "published_at": "2021-10-02T13:30:00Z",
    "published_date_only": False,
    "updated_at": "2021-10-03T08:00:00Z",
    "updated_date_only": False,
    "original_url": "https://example.org/one",
    "web_url": "https://example.org/one/web",
    "url": "https://example.org/one",
    "quality": 35,
    "heat": None,
    "topics": ["AI", "Facebook AI"],
    "category": "news",
    "type": "article",
    "provider": {"name": "Analytics Insight", "domain": "analyticsinsight.net"},
    "authors": ["Ada"],
    "series": ["Cities"],
    "feeds": ["Ada weekly", "AI"],
    "language": "en",
    "draft": True,
    "secured": True,
    "read": False,
    "starred": False,
    "later": False,
    "related_count": 1,
    "image_count": 1,
}
NOTHING: dict[str, object] = {
    "path": "three.md",
    "title": "No date, no topic, no URL",
    "excerpt": "Text.",
    "published_at": None,
    "published_date_only": False,
    "updated_at": None,
    "updated_date_only": False,
    "original_url": None,
    "web_url": None,
    "url": None,
    "quality": None,
    "heat": None,
    "topics": [],
    "category": None,
    "type": None,
    "provider": None,
    "authors": [],
    "series": [],
    "feeds": [],
    "language": None,
    "draft": False,
    "secured": False,
    "read": False,
    "starred": False,
    "later": False,
    "related_count": 0,
    "image_count": 0,
}


def test_json_has_every_field_with_null_for_missing_values(command: CliRunner, content: Path) -> None:
    listed = command.run("list", content, "--format", "json").json

    assert [article["path"] for article in listed] == ["one.md", "deep/two.md", "three.md"]
    assert listed[0] == ONE
    assert list(listed[0]) == list(ONE)
    assert listed[2] == NOTHING
    assert listed[1]["quality"] == 67.5


def test_jsonl_has_the_values_of_json_one_per_line(command: CliRunner, content: Path) -> None:
    lines = command.run("list", content, "--format", "jsonl").out.splitlines()

    assert [json.loads(line) for line in lines] == command.run("list", content, "--format", "json").json


def test_show_adds_related_images_body_and_problems(command: CliRunner, content: Path) -> None:
    shown = command.run("show", content, "one.md", "--format", "json").json

    assert {name: shown[name] for name in ONE} == ONE
    assert shown["body"].strip() == "The body of one."
    assert shown["images"] == [
        {"url": "https://example.org/one.jpg", "width": 900, "height": 500, "is_cached": True, "alt": None}
    ]
    assert shown["related"] == [
        {
            "title": "Two",
            "excerpt": None,
            "published_at": "2021-09-30T19:42:00Z",
            "published_date_only": False,
            "original_url": None,
            "web_url": "https://example.org/two",
            "url": "https://example.org/two",
            "quality": 67,
            "heat": None,
            "topics": [],
            "type": None,
            "provider": {"name": "example.org", "domain": "example.org"},
            "images": [],
            "path": None,
        }
    ]
    assert shown["links"] == [{"url": "https://example.org/one.zip", "title": "Data", "type": "download"}]
    assert [shown[name] for name in ("length", "price", "levels")] == ["1:02:00", "Free", ["Beginner"]]
    assert [shown[name] for name in ("translators", "aliases")] == [["Bob"], ["/first"]]
    assert shown["problems"] == []
    problems = command.run("show", content, "three.md", "--format", "json").json["problems"]
    assert [(problem["path"], problem["line"], problem["field"]) for problem in problems] == [
        ("three.md", 3, "quality")
    ]


@pytest.mark.parametrize(
    "named",
    [
        pytest.param("deep/two.md", id="its path in the folder"),
        pytest.param("./deep//two.md", id="its path, spelled loosely"),
        pytest.param("{content}/deep/two.md", id="its absolute path"),
        pytest.param("https://example.org/two", id="its URL"),
        pytest.param("http://www.example.org/two/?utm_source=x", id="its URL, spelled differently"),
    ],
)
def test_show_accepts_path_or_url(command: CliRunner, content: Path, named: str) -> None:
    answer = command.run("show", content, named.format(content=content), "--format", "json")

    assert answer.json["path"] == "deep/two.md"


def test_show_prints_every_field_as_text(command: CliRunner, content: Path) -> None:
    answer = command.run("show", content, "one.md")

    for text in ("These top AI cities", "Analytics Insight", "The best of them.", "The body of one.", "Facebook AI"):
        assert text in answer.out
    assert "YWJj" not in answer.out
    assert answer.status == 0


def test_show_of_a_missing_article_is_an_error_with_status_one(command: CliRunner, content: Path) -> None:
    answer = command.run("show", content, "nope.md")

    assert (answer.status, answer.out) == (1, "")
    assert answer.err == "newsreader: No such article: nope.md\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param([], "3\n", id="all"),
        pytest.param(["topic:AI"], "1\n", id="a topic"),
        pytest.param(["-topic:AI"], "2\n", id="all others"),
        pytest.param(['topic:"Facebook AI"'], "1\n", id="a name of two words, quoted for the shell"),
        pytest.param(["cities", "pretty"], "1\n", id="two words"),
        pytest.param(["pretty cities OR climate"], "2\n", id="a whole query as one word"),
        pytest.param(["quality>=35", "limit:1"], "1\n", id="a limit in the query"),
    ],
)
def test_count_prints_only_a_number(command: CliRunner, content: Path, words: list[str], expected: str) -> None:
    answer = command.run("count", content, *words)

    assert (answer.status, answer.out, answer.err) == (0, expected, "")


def test_only_front_matter_flag_or_setting_omits_other_files(command: CliRunner, content: Path) -> None:
    (content / "notes.md").write_text("# Notes\n", encoding="utf-8")
    assert command.run("count", content).out == "4\n"
    assert command.run("count", content, "--only-front-matter").out == "3\n"
    assert command.run("count", content).out == "4\n", "the index is updated"

    command.places.config_file.parent.mkdir(parents=True, exist_ok=True)
    command.places.config_file.write_text("only_front_matter = true\n", encoding="utf-8")
    assert command.run("count", content).out == "3\n"
    assert command.run("count", content, "--cached").out == "3\n"


def test_no_matches_set_status_one_without_a_message(command: CliRunner, content: Path) -> None:
    assert command.run("list", content, "topic:nothing") == command.run("topics", content, "topic:nothing")
    answer = command.run("list", content, "topic:nothing", "--format", "json")
    assert (answer.status, answer.json, answer.err) == (1, [], "")
    answer = command.run("count", content, "topic:nothing")
    assert (answer.status, answer.out, answer.err) == (1, "0\n", "")


def test_is_new_finds_articles_since_the_last_tui_session(command: CliRunner, content: Path) -> None:
    assert command.run("count", content, "is:new").out == "0\n"
    files = SessionFiles(command.places.session_file(content), command.places.theme_file)
    files.save(Session(last_seen=1))

    assert command.run("count", content, "is:new").out == "3\n"
    assert command.run("count", content, "-is:new").out == "0\n"


def test_empty_folder_is_a_message_with_status_one(command: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    answer = command.run("list", tmp_path / "empty")

    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith("newsreader: No articles in ")


def test_single_file_is_listed_alone(command: CliRunner, content: Path) -> None:
    assert [article["path"] for article in command.run("list", content / "one.md", "--format", "json").json] == [
        "one.md"
    ]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param(["--sort", "quality"], ["deep/two.md", "one.md", "three.md"], id="best first"),
        pytest.param(["--sort", "-quality"], ["one.md", "deep/two.md", "three.md"], id="reversed"),
        pytest.param(
            ["--sort", "title", "sort:date"], ["three.md", "one.md", "deep/two.md"], id="in place of the query's"
        ),
        pytest.param(["sort:-date"], ["deep/two.md", "one.md", "three.md"], id="the query's own"),
        pytest.param(["--limit", "2"], ["one.md", "deep/two.md"], id="at most two"),
        pytest.param(["--limit", "2", "limit:1"], ["one.md"], id="the smaller limit"),
    ],
)
def test_sort_and_limit_options_select_and_order(
    command: CliRunner, content: Path, options: list[str], expected: list[str]
) -> None:
    assert command.run("list", content, *options, "--format", "paths").out.split() == expected


@pytest.mark.parametrize("keys", ["nothing", "quality topic:AI", "", "quality limit:3"])
def test_invalid_sort_option_is_an_error(command: CliRunner, content: Path, keys: str) -> None:
    answer = command.run("list", content, f"--sort={keys}")

    if keys:
        assert (answer.status, answer.out) == (2, "")
        assert answer.err.startswith("newsreader: --sort")
    else:
        assert answer.status == 0


def test_topics_are_sorted_by_count(command: CliRunner, content: Path) -> None:
    listed = command.run("topics", content, "--format", "json").json

    assert listed == [{"name": "AI", "count": 1}, {"name": "climate", "count": 1}, {"name": "Facebook AI", "count": 1}]
    assert command.run("topics", content, "--by", "author").out == "1  Ada\n"
    assert command.run("topics", content, "--by", "year", "--format", "tsv").out == "2021\t2\n"
    assert command.run("topics", content, "--limit", "1").out == "1  AI\n"
    assert command.run("topics", content, "title:cities", "--by", "provider", "--format", "jsonl").json == {
        "name": "Analytics Insight",
        "count": 1,
    }


def test_check_prints_file_line_field_and_problem(command: CliRunner, content: Path) -> None:
    answer = command.run("check", content)

    assert answer.status == 1
    assert re.fullmatch(r"three\.md:3: warning: quality: .*high.*\n", answer.out)
    (problem,) = command.run("check", content, "--format", "json").json
    assert list(problem) == ["path", "line", "level", "field", "code", "message"]
    assert (problem["path"], problem["line"], problem["field"]) == ("three.md", 3, "quality")
    assert (problem["level"], problem["code"]) == ("warning", "not-a-number")


def test_check_counts_omitted_notes(command: CliRunner, content: Path) -> None:
    assert command.run("check", content).err == "newsreader: 1 note omitted (--all)\n"
    assert command.run("check", content, "--all").err == ""


def test_check_all_lists_files_that_are_not_articles(command: CliRunner, content: Path) -> None:
    (content / "three.md").unlink()

    assert command.run("check", content).status == 0
    answer = command.run("check", content, "--all")
    assert (answer.status, answer.out) == (0, "README.md:0: note: not an article\n")


def test_changed_folder_is_rescanned_unless_cached(command: CliRunner, content: Path) -> None:
    command.run("index", content)
    (content / "four.md").write_text("---\ntitle: Four\n---\n", encoding="utf-8")

    assert command.run("count", content, "--cached").out == "3\n"
    assert command.run("count", content).out == "4\n"
    assert command.run("count", content, "--cached").out == "4\n"


def test_cached_without_an_index_reads_the_folder(command: CliRunner, content: Path) -> None:
    assert command.run("count", content, "--cached").out == "3\n"


def test_only_a_word_query_needs_indexed_words(command: CliRunner, content: Path) -> None:
    assert command.run("count", content).out == "3\n"
    answer = command.run("count", content, "the OR one OR two", "--cached")
    assert answer.out == "0\n"
    assert answer.err == "newsreader: only 0 % of the words are indexed so far; results may be incomplete\n"
    assert command.run("count", content, "topic:AI", "--cached").err == ""

    found = command.run("count", content, "the OR one OR two")
    assert int(found.out) > 0
    assert command.run("count", content, "the OR one OR two", "--cached") == found


def test_index_reports_added_updated_and_removed_files(command: CliRunner, content: Path) -> None:
    first = command.run("index", content)
    second = command.run("index", content)
    third = command.run("index", content, "--rebuild")

    assert (first.status, first.out) == (0, "")
    assert "3 articles: 4 added, 0 updated, 0 removed; 1 problem\n" in first.err
    assert "0 added, 0 updated, 0 removed" in second.err
    assert "0 added, 4 updated, 0 removed" in third.err
    assert command.run("count", content).out == "3\n"


def test_damaged_index_is_rebuilt_silently(command: CliRunner, content: Path) -> None:
    command.run("index", content)
    (index,) = command.places.cache.glob("*.db")
    with closing(sqlite3.connect(index)) as connection:
        connection.execute("DROP TABLE entry")

    answer = command.run("list", content, "--cached", "--format", "paths")

    assert (answer.status, answer.err) == (0, "")
    assert len(answer.out.split()) == 3


def test_commands_never_change_the_content_folder(command: CliRunner, content: Path) -> None:
    before = sorted((path, path.stat().st_mtime_ns) for path in content.rglob("*"))
    for line in (["list"], ["count"], ["check"], ["index", "--rebuild"], ["mark", "topic:AI", "--star"]):
        command.run(line[0], content, *line[1:])

    assert sorted((path, path.stat().st_mtime_ns) for path in content.rglob("*")) == before


def test_library_syncs_and_loads_articles(command: CliRunner, content: Path) -> None:
    library = open_library(content, command.places)
    assert [progress.done for progress in library.sync()][-1]
    with closing(library.search()) as search:
        assert search.totals().articles == 3
    loaded = library.load("one.md")
    assert loaded.article is not None
    assert loaded.article.body.strip() == "The body of one."
