"""The sample articles: without problems, linked to each other, and of every kind."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reader import urls
from reader.content import ScannedFile, load_file, scan
from reader.problems import Problem

if TYPE_CHECKING:
    from reader.article import Article

ROOT = Path(__file__).parents[1] / "sample_content"


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    found = [item for item in scan(ROOT) if isinstance(item, ScannedFile)]
    loaded = [load_file(ROOT, item.path).article for item in found]
    return [article for article in loaded if article is not None]


def test_sample_files_have_no_problems() -> None:
    walked = list(scan(ROOT))
    problems = [item for item in walked if isinstance(item, Problem)]
    for item in walked:
        if isinstance(item, ScannedFile):
            loaded = load_file(ROOT, item.path)
            assert loaded.article is not None, f"{item.path} has no front matter"
            problems += loaded.problems

    assert problems == []


def test_sample_articles_cover_every_kind(articles: list[Article]) -> None:
    years = {article.published_at.year for article in articles if article.published_at}
    qualities = {article.quality for article in articles}

    assert len(articles) >= 60
    assert len({topic for article in articles for topic in article.topics}) >= 12
    assert len({article.provider.name for article in articles}) >= 15
    assert len(years) >= 5
    assert {0, 100, None} <= qualities
    assert sum(article.draft for article in articles) >= 3
    assert sum(article.secured for article in articles) == 1
    assert sum(article.published_at is None for article in articles) == 1
    assert any(not article.body for article in articles)
    assert any(len(article.body) > 8_000 for article in articles)
    assert {"zh", "ja", "ar", "he"} <= {article.language for article in articles}


def test_sample_originals_are_unique_and_safe_urls(articles: list[Article]) -> None:
    originals = [article.original_url for article in articles]

    assert all(urls.is_safe(url) for url in originals)
    assert [url for url, count in Counter(map(urls.canonical, originals)).items() if count > 1] == []


def test_sample_related_articles_are_inside_and_outside_the_folder(articles: list[Article]) -> None:
    here = {urls.canonical(url) for article in articles for url in (article.original_url, article.web_url)}
    related = [urls.canonical(entry.url) for article in articles for entry in article.related]
    inside = sum(url in here for url in related)

    assert inside >= 45
    assert len(related) - inside >= 30
