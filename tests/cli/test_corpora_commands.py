"""Counts and lists over posts of two sites, compared with a loop over the same files that uses PyYAML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from cli_runner import CliRunner

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from corpora import Corpora

    Test = Callable[["Post"], bool]

# PyYAML uses the last of duplicate keys, like newsreader.
_JEKYLL_NAME = re.compile(r"(\d{4})-(\d\d)-(\d\d)-")


@dataclass(frozen=True)
class Post:
    """A file as PyYAML reads it."""

    path: str
    data: dict[str, Any]
    body: str

    def text(self, *keys: str) -> str:
        return next((str(self.data[key]) for key in keys if self.data.get(key)), "")

    def names(self, *keys: str) -> list[str]:
        value: Any = next((self.data[key] for key in keys if self.data.get(key)), [])
        names = value if isinstance(value, list) else re.split(r"\s*,\s*", str(value))
        return [str(name).casefold() for name in names]

    @property
    def topics(self) -> list[str]:
        return self.names("topics", "tags", "categories", "keywords") or self.names("category")

    @property
    def when(self) -> datetime | None:
        value = next((self.data[key] for key in ("publishedDateTime", "date") if self.data.get(key)), None)
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        for form in ("%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d"):
            try:
                found = datetime.strptime(str(value), form)  # noqa: DTZ007 - the zone is put in below
            except ValueError:
                continue
            return found if found.tzinfo else found.replace(tzinfo=UTC)
        named = _JEKYLL_NAME.match(self.path.rpartition("/")[2])
        return datetime(*map(int, named.groups()), tzinfo=UTC) if named else None  # type: ignore[arg-type,misc] # three numbers

    @property
    def all_words(self) -> list[str]:
        parts = [self.text("title"), self.text("excerpt", "summary", "deck", "description"), self.body]
        parts += [*self.topics, *self.names("authors", "author")]
        return re.findall(r"[a-z0-9]+", " ".join(parts).casefold())

    def in_title(self, word: str) -> bool:
        return word in re.findall(r"[a-z0-9]+", self.text("title").casefold())


def _between(first: tuple[int, int, int], end: tuple[int, int, int]) -> Test:
    low, high = datetime(*first, tzinfo=UTC), datetime(*end, tzinfo=UTC)
    return lambda post: post.when is not None and low <= post.when < high


def _topic(name: str) -> Test:
    return lambda post: name in post.topics


def _both(first: Test, second: Test) -> Test:
    return lambda post: first(post) and second(post)


def _not(test: Test) -> Test:
    return lambda post: not test(post)


YEAR_2014, YEAR_2019 = _between((2014, 1, 1), (2015, 1, 1)), _between((2019, 1, 1), (2020, 1, 1))
SUMMER = _between((2014, 6, 1), (2014, 9, 1))
EVERYTHING: Test = lambda _post: True  # noqa: E731 - a row of the table below

BOTH = ("gov", "jekyll")
CASES: list[tuple[str, Test]] = [
    ("", EVERYTHING),
    ("topic:analytics", _topic("analytics")),
    ("topic:ANALYTICS", _topic("analytics")),
    ("-topic:analytics", _not(_topic("analytics"))),
    ("topic:mobile", _topic("mobile")),
    ("topic:social-media", _topic("social-media")),
    ("topic:release", _topic("release")),
    ("topic:news", _topic("news")),
    ("topic:mobile,analytics", lambda post: bool({"mobile", "analytics"} & set(post.topics))),
    ("topic:mobile topic:analytics", _both(_topic("mobile"), _topic("analytics"))),
    ("topic:mobile OR topic:release", lambda post: bool({"mobile", "release"} & set(post.topics))),
    ("topic:mobile -topic:analytics", _both(_topic("mobile"), _not(_topic("analytics")))),
    ("-(topic:mobile OR topic:release)", lambda post: not {"mobile", "release"} & set(post.topics)),
    ("topic:soc*", lambda post: any(name.startswith("soc") for name in post.topics)),
    ("topic:a*", lambda post: any(name.startswith("a") for name in post.topics)),
    ("has:topic", lambda post: bool(post.topics)),
    ("-has:topic", lambda post: not post.topics),
    ("category:release", lambda post: post.text("category").casefold() == "release"),
    ("-category:release", lambda post: post.text("category").casefold() != "release"),
    ("title:mobile", lambda post: post.in_title("mobile")),
    ("title:jekyll", lambda post: post.in_title("jekyll")),
    ("title:the", lambda post: post.in_title("the")),
    ("-title:the", lambda post: not post.in_title("the")),
    ("title:jekyll title:released", lambda post: post.in_title("jekyll") and post.in_title("released")),
    ('title:"jekyll 3"', lambda post: "jekyll 3" in " ".join(re.findall(r"[a-z0-9]+", post.text("title").casefold()))),
    ("author:parkr", lambda post: "parkr" in post.names("authors", "author")),
    ("-author:parkr", lambda post: "parkr" not in post.names("authors", "author")),
    ("author:jparcell", lambda post: "jparcell" in post.names("authors", "author")),
    ("date:2014", YEAR_2014),
    ("date:2019", YEAR_2019),
    ("-date:2014", _not(YEAR_2014)),
    ("date:2014-07", _between((2014, 7, 1), (2014, 8, 1))),
    ("on:2014-07-01", _between((2014, 7, 1), (2014, 7, 2))),
    ("date:2014-06..2014-08", SUMMER),
    ("since:2014-06 before:2014-09", SUMMER),
    ("since:2019", _between((2019, 1, 1), (9999, 1, 1))),
    ("before:2014", _between((1, 1, 1), (2014, 1, 1))),
    ("after:2014", _between((2015, 1, 1), (9999, 1, 1))),
    ("topic:analytics since:2014-06 before:2014-09 sort:title", _both(_topic("analytics"), SUMMER)),
    ("topic:mobile date:2014-07..2014-12", _both(_topic("mobile"), _between((2014, 7, 1), (2015, 1, 1)))),
    ("path:2019", lambda post: "2019" in post.path),
    ("-path:2019", lambda post: "2019" not in post.path),
    ("path:released", lambda post: "released" in post.path),
    ("since:7d", _between((2021, 9, 25), (9999, 1, 1))),
    ("since:3y", _between((2018, 10, 2), (9999, 1, 1))),
    ("has:quality", lambda post: isinstance(post.data.get("quality"), int | float)),
    ("quality>0", lambda _post: False),
    ("is:draft", lambda post: post.data.get("published") is False or post.data.get("draft") is True),
    ("is:unread", EVERYTHING),
    ("is:read", lambda _post: False),
    ("has:related", lambda post: bool(post.data.get("related"))),
    ("zyzzyva", lambda post: "zyzzyva" in post.all_words),
    ("hackathon", lambda post: "hackathon" in post.all_words),
]  # fmt: skip


@pytest.fixture(scope="module")
def posts(corpora: Corpora) -> dict[str, list[Post]]:
    folders = {name: corpora.folder(name) for name in BOTH}
    return {name: [_read(root, path) for path in sorted(root.rglob("*.*"))] for name, root in folders.items()}


def _read(root: Path, path: Path) -> Post:
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return Post(path.relative_to(root).as_posix(), yaml.load(head, _Texts), body)  # noqa: S506 - a safe loader


class _Texts(yaml.SafeLoader):
    """PyYAML's safe loader that leaves an invalid date as a string."""

    def construct_yaml_timestamp(self, node: yaml.ScalarNode) -> Any:
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError:
            return node.value


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> CliRunner:
    return CliRunner(tmp_path_factory.mktemp("home"))


@pytest.mark.parametrize("corpus", BOTH)
@pytest.mark.parametrize(("query", "test"), CASES, ids=[query or "everything" for query, _ in CASES])
def test_query_on_corpora_finds_what_a_loop_finds(
    command: CliRunner, corpora: Corpora, posts: dict[str, list[Post]], corpus: str, query: str, test: Test
) -> None:
    expected = {post.path for post in posts[corpus] if test(post)}

    listed = command.run("list", corpora.folder(corpus), query, "--format", "json")
    counted = command.run("count", corpora.folder(corpus), query, "--cached")

    assert {article["path"] for article in listed.json} == expected
    assert len(listed.json) == len(expected)
    assert counted.out == f"{len(expected)}\n"
    assert listed.status == counted.status == (0 if expected else 1)


@pytest.mark.parametrize("corpus", BOTH)
def test_list_of_corpora_has_every_post_with_date_and_topics(
    command: CliRunner, corpora: Corpora, posts: dict[str, list[Post]], corpus: str
) -> None:
    listed = {
        article["path"]: article for article in command.run("list", corpora.folder(corpus), "--format", "json").json
    }

    for post in posts[corpus]:
        article = listed.pop(post.path)
        when = post.when
        assert article["published_at"] == (when and when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        assert [topic.casefold() for topic in article["topics"]] == list(dict.fromkeys(post.topics))
    assert listed == {}


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ("date", lambda article: article["published_at"]),
        ("-date", lambda article: article["published_at"]),
    ],
)
def test_list_sort_matches_a_plain_sort(command: CliRunner, corpora: Corpora, keys: str, key: Any) -> None:
    listed = command.run("list", corpora.folder("gov"), "--sort", keys, "--format", "json").json
    by_path = sorted(listed, key=lambda article: article["path"])

    assert listed == sorted(by_path, key=key, reverse=keys == "date")


def test_home_schema_article_is_found_by_its_fields(command: CliRunner, home: Path) -> None:
    for query in (
        'topic:"Tide Tables"',
        "provider:harbour-insight.example",
        "quality:35",
        "related=3",
        "is:draft",
        "is:secured",
    ):
        assert command.run("count", home, query).out == "1\n"
    for query in ("has:heat", "has:body", "provider:pierweek.example", "heat<0", "KEEPEUTofSight"):
        assert command.run("count", home, query).out == "0\n"
