"""A body keeps all its words at any depth of nesting."""

from __future__ import annotations

from datetime import UTC

import pytest

from reader.article import Article
from reader.render.page import ArticleContext, render_page
from reader.render.style import Palette, RenderOptions


@pytest.mark.parametrize("levels", [1, 9, 10, 11, 19, 20, 21, 500])
@pytest.mark.parametrize(
    ("path", "opening", "remark"),
    [("a.md", "> ", "quotes"), ("a.md", "- ", "lists"), ("a.html", "<ul><li>", "lists of a page")],
)
def test_nested_body_keeps_its_words_at_any_depth(levels: int, path: str, opening: str, remark: str) -> None:
    article = Article(path, "Deep", excerpt="Nothing.", body=f"Before.\n\n{opening * levels}Z\n")

    page = render_page(article, ArticleContext(), RenderOptions(80, UTC, Palette()))

    words = "".join(segment.text for line in page.lines for segment in line)
    assert "Before." in words, remark
    assert "Z" in words, remark  # one letter: at this depth no word fits on a line
