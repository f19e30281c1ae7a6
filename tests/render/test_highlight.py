"""Highlighting of the words of a filter in rendered lines, which changes nothing else."""

from __future__ import annotations

from datetime import UTC
from functools import partial

import pytest
from rich.segment import Segment
from rich.style import Style

from reader.article import Article, Related
from reader.query import parse
from reader.query.highlight import highlight_terms, match_spans
from reader.render.highlight import highlight_lines
from reader.render.page import ArticleContext, Page, highlight_page, render_page
from reader.render.style import Palette, RenderOptions

FOUND = Style(underline=True)
ARTICLE = Article(
    path="zebra/wind.md",
    title="Wind over the sea",
    excerpt="A *strong* wind, they say.",
    body="The **wind turbine** turns. See [the wind](https://wind.example/).\n\nNothing here.\n\n- wind\n",
    topics=("wind",),
    related=(Related("More wind", original_url="https://wind.example/more"),),
)


def marked(lines: list[list[str]], query: str) -> list[str]:
    """Return the highlighted text of each line; a line is given as the texts of its segments."""
    drawn = [tuple(Segment(text) for text in line) for line in lines]
    found = partial(match_spans, highlight_terms(parse(query)))
    return [highlighted(line) for line in highlight_lines(drawn, found, FOUND)[0]]


def highlighted(line: tuple[Segment, ...]) -> str:
    return "|".join(segment.text for segment in line if segment.style is not None and segment.style.underline)


def page(query: str, width: int = 60) -> Page:
    found = partial(match_spans, highlight_terms(parse(query)))
    return render_page(ARTICLE, ArticleContext(), RenderOptions(width, UTC, Palette(), found))


def text_of(page: Page) -> list[str]:
    return ["".join(segment.text for segment in line) for line in page.lines]


@pytest.mark.parametrize(
    ("lines", "query", "expected", "remark"),
    [
        ([["the wind blows"]], "wind", ["wind"], "within a segment"),
        ([["the wi", "nd blows"]], "wind", ["wi|nd"], "over two segments"),
        ([["wind"]], "wind", ["wind"], "a whole segment"),
        ([["wind wind"]], "wind", ["wind|wind"], "twice"),
        ([["the strong"], ["wind blows"]], '"strong wind"', ["strong", "wind"], "a phrase over the end of a line"),
        ([["strong"], [""], ["wind"]], '"strong wind"', ["", "", ""], "but not over a blank line"),
        ([["strong"], ["  "], ["wind"]], '"strong wind"', ["", "", ""], "even where it is made of blanks"),
        ([["das naïve 機械学習 Spiel"]], "naive 学習", ["naïve|学習"], "accents and wide characters"),
        ([["the wind"]], "-wind", [""], "what is excluded"),
        ([["nothing"], []], "wind", ["", ""], "nothing"),
        ([], "wind", [], "no lines"),
    ],
)
def test_matches_are_highlighted_across_segments(
    lines: list[list[str]], query: str, expected: list[str], remark: str
) -> None:
    assert marked(lines, query) == expected, remark


def test_split_segment_keeps_its_style() -> None:
    link = Style(bold=True, meta={"link": 3})
    [line], _hits = highlight_lines([(Segment("a wind here", link),)], lambda _text: [(2, 6)], FOUND)
    assert [segment.text for segment in line] == ["a ", "wind", " here"]
    assert all(segment.style is not None and segment.style.bold for segment in line)
    assert [segment.style.meta for segment in line if segment.style is not None] == [{"link": 3}] * 3


def test_highlight_covers_article_text_but_not_labels() -> None:
    lines = [(text, highlighted(line)) for text, line in zip(text_of(page("wind")), page("wind").lines, strict=True)]
    found = [(text.strip(), match) for text, match in lines if match]
    assert [text for text, _ in found] == [
        "Wind over the sea",
        "A strong wind, they say.",
        "The wind turbine turns. See the wind[1].",
        "• wind",
        "2 More wind",
        "1 the wind",
    ]
    assert not any(match for text, match in lines if text.startswith(("Topics", "File")))


def test_phrase_over_a_line_break_is_highlighted() -> None:
    narrow = page('"turbine turns"', width=17)
    assert "The wind turbine" in [text.strip() for text in text_of(narrow)]
    assert [highlighted(line) for line in narrow.lines if highlighted(line)] == ["turbine", "turns"]


def test_highlight_changes_no_text_and_no_link() -> None:
    plain, with_marks = page(""), page("wind over strong turns here")
    assert text_of(with_marks) == text_of(plain)
    assert with_marks.links == plain.links
    for before, after in zip(plain.lines, with_marks.lines, strict=True):
        assert links_of(before) == links_of(after)


def links_of(line: tuple[Segment, ...]) -> list[object]:
    return [segment.style.meta.get("link") if segment.style else None for segment in line for _ in segment.text]


def test_page_highlighted_later_equals_one_rendered_highlighted() -> None:
    found = partial(match_spans, highlight_terms(parse("wind")))
    assert highlight_page(page(""), RenderOptions(60, UTC, Palette(), found)) == page("wind")


def test_highlight_searches_only_the_beginning_of_a_long_text() -> None:
    asked: list[int] = []

    def found(text: str) -> list[tuple[int, int]]:
        asked.append(len(text))
        return []

    lines = [line for _ in range(3_000) for line in ((Segment("x" * 99),), ())]
    assert highlight_lines(lines, found, FOUND) == (lines, [])
    assert sum(asked) <= 100_100
