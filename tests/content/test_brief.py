"""Articles for the index, whose related articles have only what the index needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reader.content import ScannedFile, frontmatter, load_file, load_files, scan, schema

if TYPE_CHECKING:
    from reader.article import Article
    from reader.content import LoadResult

ROOT = Path(__file__).parents[2]

REGULAR: dict[str, Any] = {
    "title": "The mill",
    "originalUrl": "https://a.example/mill",
    "webUrl": "https://b.example/mill",
    "excerpt": "It turns.",
    "type": "article",
    "quality": 35,
    "heat": 4.5,
    "publishedDateTime": "2021-10-02T13:30:00Z",
    "provider": {"name": "The Mill", "domain": "mill.example"},
    "topics": ["Rivers", "Mills"],
    "images": [{"url": "https://a.example/a.png", "width": 1200, "height": 630, "isCached": True}],
}
VALUES: dict[str, list[Any]] = {
    "title": ["", 7, ["x"], {"a": 1}, "y" * 1_001],
    "originalUrl": ["mill", "javascript:alert(1)", 5, "https://a.example/" + "x" * 9_000],
    "excerpt": [1.5, True, ["a"], {"a": "b"}, "x" * 10_001],
    "type": [7, ["a"], {"a": "b"}],
    "quality": ["35", "good", -1, True, 10**400, float("inf"), float("nan"), ["a"]],
    "heat": ["1_0", None, {}],
    "publishedDateTime": [
        "2021-04-31",
        "2021-09-30",
        "2021-02-29",
        "2021-02-31T10:00:00Z",
        "03/04/2021",
        "soon",
        20211002,
        True,
        ["a"],
    ],
    "date": ["2021-13-01", "2021-10-02", "today"],
    "published": [True, "never"],
    "provider": ["The Mill", ["The Mill"], {"name": ["a"]}, {"name": {"a": 1}}, 3, {"name": "x" * 10_001}],
    "source": ["https://a.example/x", ["a"], 5],
    "topics": ["a, b", "a;b", [["a"], "b"], [5], ["x" * 300], [{"a": 1}], ["a"] * 300, {"a": "b"}, "#a #b"],
    "tags": ["a", ["b"], 4],
    "images": [
        "https://a.example/a.png",
        "not a url",
        [{"url": "file:///etc/passwd"}],
        [{"url": "https://a.example/a.png", "width": "wide"}],
        [{"url": "https://a.example/a.png", "width": True}],
        [{"url": "https://a.example/a.png", "height": 10**400}],
        [{"url": "https://a.example/a.png", "alt": ["a"]}],
        [{"URL": "nowhere", "url": "https://a.example/a.png"}],
        ["https://a.example/a.png"] * 201,
        [{"src": {"url": "x:y"}}],
    ],
    "image_alt": [["a"], 5],
    "path": ["mill.md", "a b", 5, ["a"]],
    "other": ["a", {"title": "b"}],
    "extra": [{"title": "b", "quality": "good"}],
    "to": ["mill.md"],
    "link": ["https://c.example/"],
}
ENTRIES = st.fixed_dictionaries(
    {}, optional={key: st.sampled_from([REGULAR.get(key, ""), *some]) for key, some in VALUES.items()}
)


def _both(related: object) -> list[tuple[Article, Any]]:
    text = yaml.safe_dump({"title": "River", "related": related}, sort_keys=False)
    matter = frontmatter.parse(f"---\n{text}---\nIt moves.")
    assert matter is not None
    return [schema.build_article("a.md", matter, brief=brief) for brief in (False, True)]


def _needed(article: Article) -> list[tuple[str, ...]]:
    return [(entry.title, entry.original_url, entry.web_url, entry.path) for entry in article.related]


def _assert_same(related: object) -> None:
    (full, problems), (brief, same) = _both(related)
    assert same == problems
    assert _needed(brief) == _needed(full)


def test_brief_related_article_has_only_title_and_urls() -> None:
    _, (brief, _) = _both([REGULAR])
    (entry,) = brief.related
    assert _needed(brief) == [("The mill", "https://a.example/mill", "https://b.example/mill", "")]
    assert (entry.excerpt, entry.images, entry.topics, entry.published_at) == ("", (), (), None)


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, some in VALUES.items() for value in some])
def test_brief_finds_the_problems_of_each_value(key: str, value: object) -> None:
    _assert_same([{**REGULAR, key: value}])


@given(st.lists(ENTRIES | st.just(REGULAR), max_size=3))
def test_brief_finds_the_problems_of_any_values(related: list[dict[str, Any]]) -> None:
    _assert_same(related)


def _without_related(loaded: LoadResult) -> tuple[object, ...]:
    article = loaded.article
    return (loaded.problems, loaded.refused, article and (article.title, article.topics, article.url, _needed(article)))


@pytest.mark.parametrize(
    "folder",
    [ROOT / "sample_content", *sorted((ROOT / "tests" / "corpora").glob("*/"))],
    ids=lambda folder: folder.name,
)
def test_brief_files_are_the_same_but_for_related_articles(folder: Path) -> None:
    paths = [item.path for item in scan(folder) if isinstance(item, ScannedFile)]
    brief = load_files(folder, paths, brief=True)
    assert [*map(_without_related, brief)] == [_without_related(load_file(folder, path)) for path in paths]
