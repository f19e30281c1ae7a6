"""Numbers and booleans that are titles, topics or names keep the characters of the file, in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reader.content.load import parse_file

if TYPE_CHECKING:
    from reader.article import Article
    from reader.content.yaml import YamlParser

WORDS = [
    "1.10",
    "007",
    "0x1F",
    "1e3",
    "1_000",
    ".5",
    "+1",
    "1.0",
    "-1.50",
    "2021",
    "True",
    "TRUE",
    "1.",
    "0o17",
    "0b1",
    ".inf",
    "-.Inf",
    ".NaN",
    "1E400",
]
# Those that are also numbers or booleans in TOML or JSON.
IN_TOML = [
    "1.10",
    "0x1F",
    "1e3",
    "1_000",
    "+1",
    "1.0",
    "-1.50",
    "2021",
    "true",
    "0o17",
    "0b1",
    "6.02E+23",
    "inf",
    "-nan",
]
IN_JSON = ["1.10", "1e3", "1.0", "-1.50", "2021", "true", "6.02E+23", "12e03", "NaN", "-Infinity"]


def _article(text: str, engine: YamlParser | None = None) -> Article:
    article = parse_file("a.md", text.encode(), engine).article
    assert article is not None
    return article


@pytest.mark.parametrize("word", WORDS)
def test_yaml_number_as_text_keeps_its_characters(engine: YamlParser, word: str) -> None:
    head = (
        f"title: {word} # a comment\ntags: [x, {word}, {word}0]\nauthor:\n  - {word}\n  - name: Ann\nseries: {word}\n"
    )
    article = _article(f"---\n{head}---\n", engine)
    assert (article.title, article.series, article.authors) == (word, (word,), (word, "Ann"))
    assert article.topics == ("x", word, f"{word}0")


def test_yaml_numbers_in_lists_keep_their_characters(engine: YamlParser) -> None:
    article = _article("---\ntitle: 1.1\ntags: [1.1, 1.10, 1.100]\naliases:\n- 007\n- 7\n- 0x7\n---\n", engine)
    assert article.title == "1.1"
    assert article.topics == ("1.1", "1.10", "1.100")
    assert article.aliases == ("007", "7", "0x7")


def test_yaml_numbers_in_mappings_keep_their_characters(engine: YamlParser) -> None:
    head = "taxonomies:\n  tags: [1.10]\nextra:\n  author: 007\nprovider:\n  name: 1_000\n"
    article = _article(f"---\n{head}---\n", engine)
    assert (article.topics, article.authors, article.provider.name) == (("1.10",), ("007",), "1_000")


def test_yaml_quoted_numbers_stay_as_quoted(engine: YamlParser) -> None:
    article = _article("---\ntitle: '1.10'\ntags: [\"007\", 1.0]\n---\n", engine)
    assert (article.title, article.topics) == ("1.10", ("007", "1.0"))
    article = _article("---\ntags: ['1.1', 1.10, \"7\", 007]\n---\n", engine)
    assert article.topics == ("1.1", "1.10", "7", "007")


@pytest.mark.parametrize("word", IN_TOML)
def test_toml_number_as_text_keeps_its_characters(word: str) -> None:
    article = _article(f'+++\ntitle = {word}\nseries = [{word}]\n[taxonomies]\ntags = [{word}, "b"]\n+++\n')
    assert (article.title, article.series, article.topics) == (word, (word,), (word, "b"))


@pytest.mark.parametrize("word", IN_JSON)
def test_json_number_as_text_keeps_its_characters(word: str) -> None:
    article = _article(f'{{"title": {word}, "tags": ["b", {word}], "series": [{word}]}}\n')
    assert (article.title, article.series, article.topics) == (word, (word,), ("b", word))
