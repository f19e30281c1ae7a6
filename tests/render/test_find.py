"""A text found on a page: any case and accents unless it has a capital, over line breaks, never over link numbers."""

from __future__ import annotations

from datetime import UTC
from functools import partial

import pytest
from rich.segment import Segment
from rich.style import Style

from reader.article import Article
from reader.render.find import find_text
from reader.render.highlight import highlight_lines
from reader.render.page import ArticleContext, render_page
from reader.render.style import Palette, RenderOptions

FOUND = Style(underline=True)


@pytest.mark.parametrize(
    ("wanted", "text", "expected", "remark"),
    [
        ("wind", "Wind, WIND and windy", ["Wind", "WIND", "wind"], "any case, within words"),
        ("Wind", "wind Wind WIND", ["Wind"], "a capital counts"),
        ("cafe", "Cafe\u0301 noir, café", ["Cafe\u0301", "café"], "any accents"),
        ("café", "cafe CAFÉ", ["cafe", "CAFÉ"], "a typed accent asks for no other"),
        ("strasse", "Die Straße", ["Straße"], "a letter that folds into two"),
        ("quick fox", "the quick\n   fox", ["quick\n   fox"], "over the end of a line"),
        ("catalog", "the cat\nalog", [], "not two words as one"),
        ("機械学習", "das 機械\n学習", ["機械\n学習"], "wide characters over the end of a line"),
        ("a.b", "axb a.b", ["a.b"], "no regular expression"),
        ("[1", "see [1]", ["[1"], "brackets"),
        (" ", "a b", [], "only spaces"),
        ("", "a", [], "nothing"),
        ("é", "naïf", [], "no match"),
    ],
)
def test_find_text_returns_the_spans(wanted: str, text: str, expected: list[str], remark: str) -> None:
    assert [text[start:end] for start, end in find_text(wanted, text)] == expected, remark


def test_find_skips_the_number_of_a_link_and_keeps_its_style() -> None:
    link = Style(meta={"link": 3})
    line = (Segment("the "), Segment("quick", link), Segment("[3]", link), Segment(" fox"))
    [marked], [hit] = highlight_lines([line], partial(find_text, "quick fox"), FOUND)
    assert hit == ((0, 4, 9), (0, 12, 16))
    assert [segment.text for segment in marked if segment.style and segment.style.underline] == ["quick", " fox"]


def test_find_over_a_line_break_is_one_match_in_two_pieces() -> None:
    lines = [(Segment("a strong  "),), (Segment("   wind, a strong"),), (), (Segment("wind"),)]
    _marked, hits = highlight_lines(lines, partial(find_text, "strong wind"), FOUND)
    assert hits == [((0, 2, 8), (1, 3, 7))]


def test_find_includes_metadata_and_orders_matches_by_row() -> None:
    article = Article("wind/sea.md", "Sea", body="Wind [here](https://wind.example).\n\nA window.", topics=("Wind",))
    look = RenderOptions(40, UTC, Palette(), sought=partial(find_text, "wind"))
    page = render_page(article, ArticleContext(), look)
    rows = [row for hit in page.hits for row, _start, _end in hit]
    assert rows == sorted(rows)
    texts = ["".join(segment.text for segment in page.lines[row])[start:end] for [(row, start, end)] in page.hits]
    assert texts == ["Wind", "wind", "Wind", "wind", "wind"], "body, window, topic, file, address of the link"
