"""Every file of every dialect, compared with an independent parser: none missing, none wrong, none extra."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from cli_runner import CliRunner
from dialects import READERS, Reading

if TYPE_CHECKING:
    from pathlib import Path

    from corpora import Corpora


def _readings(root: Path, dialect: str) -> dict[str, Reading]:
    found: dict[str, Reading] = {}
    for file in sorted(root.rglob("*.*")):
        path = file.relative_to(root).as_posix()
        reading = READERS[dialect](path, file.read_text(encoding="utf-8")) if file.is_file() else None
        if reading is not None:
            found[path] = reading
    return found


def _differences(reading: Reading, article: dict[str, Any]) -> dict[str, tuple[object, object]]:
    published = article["published_at"]
    when = reading.instant.strftime("%Y-%m-%dT%H:%M:%SZ") if reading.instant else None
    pairs: dict[str, tuple[object, object]] = {
        "title": (reading.title or article["title"], article["title"]),
        "date": (str(reading.day) if reading.day else when, published[:10] if published and reading.day else published),
        "has no time": (reading.day is not None, bool(article["published_date_only"])),
        "topics": (_folded(reading.topics), _folded(article["topics"])),
        "url": (reading.url or None, article["url"]),
        "authors": (list(reading.authors), article["authors"]),
        "draft": (reading.draft, article["draft"]),
        "language": (reading.language or None, article["language"]),
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _folded(names: object) -> set[str]:
    assert isinstance(names, list | frozenset)
    return {str(name).casefold() for name in names}


@pytest.mark.parametrize("dialect", READERS)
def test_dialect_articles_match_an_independent_parser(corpora: Corpora, dialect: str, tmp_path: Path) -> None:
    root = corpora.folder(f"dialects/{dialect}")
    expected = _readings(root, dialect)
    listed = CliRunner(tmp_path).run("list", root, "--format", "json").json
    articles = {article["path"]: article for article in listed}

    assert articles.keys() == expected.keys()
    wrong = {path: found for path, article in articles.items() if (found := _differences(expected[path], article))}
    assert wrong == {}
