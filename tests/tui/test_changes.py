"""Rendering of the changes between two versions of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.render.style import Palette
from reader.tui.feeds.changes import Change, changed_paragraphs, draw_changes


def _drawn(before: str, now: str, width: int = 100) -> list[str]:
    return [line.plain for line in draw_changes(changed_paragraphs(before, now), Palette(), width)]


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("The quick fox.", "The slow fox.", "The [-quick-]{+slow+} fox."),
        ("Costs 3 euros.", "Costs 3,5 euros.", "Costs 3{+,5+} euros."),
        ("one two three", "three", "[-one two -]three"),
        ("a big old house", "a small new house", "a [-big old-]{+small new+} house"),
        ("Ends here.", "Ends here. And goes on.", "Ends here.{+ And goes on.+}"),
        ("", "All new.", "{+All new.+}"),
        ("All gone.", "", "[-All gone.-]"),
        ("東京は今日も雨です", "東京は明日も晴れです", "東京は[-今-]{+明+}日も[-雨-]{+晴れ+}です"),
        ("don't", "don’t", "don[-'-]{+’+}t"),
    ],
)
def test_changes_are_marked_word_by_word(before: str, now: str, expected: str) -> None:
    assert _drawn(before, now)[0] == expected


def test_equal_paragraphs_are_omitted() -> None:
    before = "One.\n\nTwo.\n\nThree.\n\nFour."
    now = "One.\n\nTwo.\n\n3.\n\nFour."
    assert _drawn(before, now) == ["⋯", "", "[-Three-]{+3+}.", "", "⋯"]


def test_added_paragraph_is_one_insertion() -> None:
    assert _drawn("One.\n\nThree.", "One.\n\nTwo.\n\nThree.") == ["⋯", "", "{+Two.+}", "", "⋯"]


def test_equal_texts_have_no_changes() -> None:
    assert changed_paragraphs("One.\n\nTwo.\n", "One.\n\nTwo.") == ()


def test_long_changes_are_wrapped_to_the_width() -> None:
    lines = _drawn("a " * 100, "b " * 100, 30)
    assert len(lines) > 10
    assert max(map(len, lines)) <= 30


def test_long_changed_passage_is_one_replacement() -> None:
    before, now = " ".join(map(str, range(3000))), " ".join(map(str, range(3000, 6000)))
    ((removed, added),) = changed_paragraphs(before, now)
    assert (removed.text, added.text) == (before, now)


def test_huge_changes_are_truncated_with_a_note() -> None:
    lines = _drawn("", "\n\n".join(["word " * 400] * 100))
    assert lines[-1] == "Further changes omitted"


def test_rewrapped_lines_have_no_changes() -> None:
    assert changed_paragraphs("A line\nbreak moved.", "A line break\nmoved.") == ()


@given(st.text(alphabet="ab 界,", max_size=60), st.text(alphabet="ab 界,", max_size=60))
def test_pieces_of_changes_add_up_to_both_texts(before: str, now: str) -> None:
    pieces = [piece for paragraph in changed_paragraphs(before, now) for piece in paragraph]
    for gone, text in ((Change.ADDED, before), (Change.REMOVED, now)) if pieces else ():
        kept = "".join(piece.text for piece in pieces if piece.change is not gone)
        assert "".join(kept.split()) == "".join(text.split())
    if not pieces:
        assert before.split() == now.split()
