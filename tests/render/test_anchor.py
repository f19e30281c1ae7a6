"""Anchors of the reading position: the same paragraph at every width and after edits."""

from __future__ import annotations

from datetime import UTC

import pytest
from rich.segment import Segment

from reader.article import Article
from reader.render.anchor import Anchor, anchor_at, row_of
from reader.render.page import ArticleContext, Page, render_page
from reader.render.style import Palette, RenderOptions

WORDS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
BODY = "\n\n".join(
    (
        *(f"Paragraph {number}: {WORDS}." for number in range(12)),
        f"> quoted {WORDS}",
        f"- item {WORDS}\n- other item",
        "```\ncode one\ncode two\n```",
        *(f"Same beginning: {WORDS} {number}" for number in range(3)),
        *(f"機械学習の文章その{number}。" * 6 for number in range(3)),
    )
)


def page(width: int, body: str = BODY) -> Page:
    return render_page(Article("a.md", "Title", body=body), ArticleContext(), RenderOptions(width, UTC, Palette()))


def words_at(page: Page, row: int) -> str:
    texts = ["".join(segment.text for segment in line) for line in page.lines]
    return " ".join(next(text for text in texts[row:] if text.strip()).split())


@pytest.mark.parametrize("width", [24, 40, 66, 100])
def test_anchor_of_a_line_is_found_on_the_same_page(width: int) -> None:
    drawn = page(width)
    for row in range(len(drawn.lines)):
        anchor = anchor_at(drawn.lines, row)
        if anchor is not None:
            assert words_at(drawn, row_of(drawn.lines, anchor)) == words_at(drawn, row)


@pytest.mark.parametrize(("width", "other"), [(24, 100), (100, 24), (66, 40)])
def test_anchor_of_a_line_is_found_at_another_width(width: int, other: int) -> None:
    drawn, again = page(width), page(other)
    for row in range(len(drawn.lines)):
        anchor = anchor_at(drawn.lines, row)
        if anchor is None:
            continue
        there = row_of(again.lines, anchor)
        first = words_at(drawn, row).split()[0].strip("•▌ ")
        near = " ".join(words_at(again, at) for at in (there, min(there + 1, len(again.lines) - 1)))
        assert first in near or first[:4] in near, (row, first, near)


def test_first_line_of_each_paragraph_survives_two_changes_of_width() -> None:
    drawn, again = page(40), page(90)
    for row in (at for at in range(1, len(drawn.lines)) if not any(part.text.strip() for part in drawn.lines[at - 1])):
        anchor = anchor_at(drawn.lines, row)
        if anchor is not None and any(part.text.strip() for part in drawn.lines[row]):
            back = anchor_at(again.lines, row_of(again.lines, anchor))
            assert back is not None
            assert row_of(drawn.lines, back) == row


def test_anchor_is_found_after_edits_above_and_below() -> None:
    drawn = page(60)
    row = next(at for at in range(len(drawn.lines)) if words_at(drawn, at).startswith("Paragraph 7"))
    anchor = anchor_at(drawn.lines, row)
    assert anchor is not None
    edited = page(60, "New one.\n\n" * 30 + BODY.replace("sixteen", "16", 3) + "\n\nMore.")
    assert words_at(edited, row_of(edited.lines, anchor)).startswith("Paragraph 7")
    gone = page(60, BODY.replace(f"Paragraph 7: {WORDS}.\n\n", ""))
    assert words_at(gone, row_of(gone.lines, anchor)).startswith("Paragraph 8")
    moved = page(60, BODY.replace(f"Paragraph 7: {WORDS}.", "").replace(f"Paragraph 6: {WORDS}.", ""))
    assert words_at(moved, row_of(moved.lines, anchor)).startswith("Paragraph 8")


def test_anchors_of_equal_paragraphs_differ_by_position() -> None:
    drawn = page(60, "Refrain.\n\n" * 40)
    for row in (4, 30, 60):
        anchor = anchor_at(drawn.lines, row)
        assert anchor is not None
        assert abs(row_of(drawn.lines, anchor) - row) <= 1


def test_anchor_of_a_replaced_article_is_within_the_new_page() -> None:
    anchor = Anchor("nothinglikeit", 300, 0.99, "neither", "nor")
    assert row_of(page(60, "Short.").lines, anchor) < len(page(60, "Short.").lines)
    assert row_of((), anchor) == 0
    assert anchor_at((), 0) is None
    assert anchor_at(((Segment(" -- "),),), 0) is None
