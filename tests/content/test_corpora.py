"""Articles of several publishers: all are found, and their fields match an independent parse with PyYAML."""

from __future__ import annotations

from datetime import UTC, date, datetime
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from corpora import CORPORA

from reader.article import Article, Image, Provider, Related
from reader.content import ScannedFile, load_file, scan, yaml_strict
from reader.content import yaml as yaml_parser
from reader.problems import Code, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from corpora import Corpora


def _by_pyyaml(file: Path) -> dict[str, Any]:
    _, head, _ = file.read_text(encoding="utf-8").split("---\n", 2)
    data: dict[str, Any] = yaml.safe_load(head)
    return data


def _moment(value: object) -> datetime | None:
    if isinstance(value, str):  # PyYAML accepts an offset only with a colon
        try:
            value = datetime.strptime(value, "%Y-%m-%d %H:%M:%S %z")
        except ValueError:
            return None
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return None


def _found(root: Path) -> list[str]:
    return sorted(item.path for item in scan(root) if isinstance(item, ScannedFile))


def _files(root: Path) -> list[str]:
    return sorted(str(file.relative_to(root)) for file in root.rglob("*.m*") if file.is_file())


@pytest.mark.parametrize("corpus", ["gov", "jekyll"])
def test_corpus_articles_match_pyyaml_metadata(corpora: Corpora, corpus: str) -> None:
    root = corpora.folder(corpus)
    paths = _found(root)
    assert paths == _files(root)
    assert paths
    for path in paths:
        data = _by_pyyaml(root / path)
        article = load_file(root, path).article
        assert article is not None
        assert not article.unreadable
        assert article.title == " ".join(unescape(data["title"]).split())
        name = path.rpartition("/")[2][:10]
        in_name = datetime.fromisoformat(f"{name}T00:00:00+00:00")
        assert article.published_at == (_moment(data.get("date")) or in_name), path
        topics = data.get("topics") or data.get("categories") or data.get("category") or []
        topics = [topics] if isinstance(topics, str) else topics
        topics = [*topics, *([data["tag"]] if data.get("tag") else [])]
        assert list(article.topics) == list(dict.fromkeys(topics)), path
        assert article.original_url == (data.get("source_url") or data.get("canonical") or ""), path
        authors = data.get("author") or data.get("authors") or []
        assert list(article.authors) == ([authors] if isinstance(authors, str) else authors), path


@pytest.mark.parametrize(
    ("corpus", "problems"),
    [
        (
            "gov",
            [
                Problem(
                    "2014/07/2014-07-08-plain-words.md",
                    6,
                    "expirydate",
                    Code.DUPLICATE_KEY,
                )
            ],
        ),
        (
            "jekyll",
            [
                Problem(
                    "_posts/2023-01-29-jekyll-3-9-3-released.markdown",
                    3,
                    "date",
                    Code.NOT_A_DATE,
                    ('"2023-01-29 18:30:22 2023 -0800"',),
                )
            ],
        ),
        ("home", []),
    ],
)
def test_duplicate_keys_and_bad_fields_are_problems_with_lines(corpus: str, problems: list[Problem]) -> None:
    root = CORPORA[0].folder(corpus)
    assert [problem for path in _found(root) for problem in load_file(root, path).problems] == problems


@pytest.mark.parametrize("corpus", ["gov", "jekyll", "home"])
def test_yaml_engines_give_equal_corpus_articles(corpora: Corpora, corpus: str) -> None:
    quick = yaml_parser.fast_parser()
    if quick is None:
        pytest.skip("the fast YAML engine is not installed")
    root = corpora.folder(corpus)
    for path in _found(root):
        assert load_file(root, path, quick) == load_file(root, path, yaml_strict.load_strict), path


def test_home_schema_loads_every_field(home: Path) -> None:
    data = _by_pyyaml(home / "harbours.txt")
    loaded = load_file(home, "harbours.txt")
    related = [
        Related(
            title=entry["title"],
            excerpt=" ".join(entry["excerpt"].split()),
            published_at=_moment(entry["publishedDateTime"]),
            web_url=entry["webUrl"],
            type=entry["type"],
            quality=float(entry["quality"]),
            provider=Provider(**entry["provider"]),
            images=(_image(entry["images"][0]),),
        )
        for entry in data["related"]
    ]
    assert len(related) == 3
    assert not loaded.problems
    assert loaded.article == Article(
        path="harbours.txt",
        title=data["title"],
        excerpt=data["excerpt"],
        published_at=datetime(2021, 10, 2, 13, 30, tzinfo=UTC),
        original_url=data["originalUrl"],
        web_url=data["webUrl"],
        quality=35.0,
        heat=None,
        topics=("Tide Tables", "Sea"),
        category="news",
        type="article",
        provider=Provider("Harbour Insight", "harbour-insight.example"),
        draft=True,
        secured=True,
        images=(_image(data["images"][0]),),
        related=tuple(related),
    )
    assert data["secured"][:20] not in repr(loaded)


def _image(data: dict[str, Any]) -> Image:
    return Image(data["url"], data["width"], data["height"], data["isCached"])
