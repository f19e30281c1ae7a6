"""Completion at the cursor: order of the candidates, and the text after a choice."""

from __future__ import annotations

import pytest

from reader.index.model import FacetCount
from reader.query.completion import completion_at
from reader.tui.filter.completion import Candidate, CompletionState, build_name_index, from_language, from_names

TOPICS = build_name_index(
    [
        FacetCount("AI", 5_123),
        FacetCount("Facebook AI", 211),
        FacetCount("Économie", 40),
        FacetCount("AIDS", 12),
        FacetCount("机器学习", 3),
    ]
)


def completion_of(text: str, *names: str) -> CompletionState:
    """Return the state of completion at the | in a text."""
    cursor = text.index("|")
    text = text.replace("|", "")
    completion = completion_at(text, cursor)
    assert completion is not None
    return CompletionState(text, cursor, completion, tuple(map(Candidate, names)))


@pytest.mark.parametrize(
    ("typed", "expected", "remark"),
    [
        ("", ["AI", "Facebook AI", "Économie", "AIDS", "机器学习"], "all, most first"),
        ("ai", ["AI", "AIDS", "Facebook AI"], "a later word that begins so comes last"),
        ("AID", ["AIDS"], "in any case"),
        ("econ", ["Économie"], "without accents"),
        ("机", ["机器学习"], "in any script"),
        ("facebook a", ["Facebook AI"], "two words"),
        ("book", [], "not from the middle of a word"),
    ],
)
def test_candidates_begin_with_the_typed_prefix(typed: str, expected: list[str], remark: str) -> None:
    assert [candidate.name for candidate in from_names(TOPICS, typed)] == expected, remark


def test_candidate_has_a_count() -> None:
    assert from_names(TOPICS, "AI")[0] == Candidate("AI", 5_123)
    assert Candidate("AI", 5_123).note == "5,123"


def test_candidates_are_limited() -> None:
    assert len(from_names(build_name_index(FacetCount(f"topic {number}", 1) for number in range(500)), "to")) == 100


@pytest.mark.parametrize(
    ("text", "expected"),
    [("to", ["topic:"]), ("is:un", ["unread", "unreadable"]), ("has:p", ["problem"]), ("sort:-q", ["-quality"])],
)
def test_fields_flags_and_sort_keys_are_candidates(text: str, expected: list[str]) -> None:
    completion = completion_at(text, len(text))
    assert completion is not None
    candidates = from_language(completion)
    assert [candidate.name for candidate in candidates] == expected
    assert all(candidate.note for candidate in candidates), "each has a description"


def test_candidates_wrap_around_in_both_directions() -> None:
    found = completion_of("topic:|", "a", "b", "c")
    forward = [found := found.stepped(1) for _ in range(4)]
    assert [step.outcome.text for step in forward] == ["topic:a ", "topic:b ", "topic:c ", "topic:a "]
    back = completion_of("topic:|", "a", "b", "c").stepped(-1)
    assert back.outcome.text == "topic:c "
    assert back.stepped(-1).outcome.text == "topic:b "


@pytest.mark.parametrize(
    ("text", "name", "expected", "remark"),
    [
        ("topic:fa|", "Facebook AI", 'topic:"Facebook AI" |', "quoted where it must be"),
        ('topic:"fa|', "Facebook AI", 'topic:"Facebook AI" |', "the quote that was begun is not doubled"),
        ("topic:AI,f|", "ML", "topic:AI,ML |", "after a comma"),
        ("(topic:f|) x", "AI", "(topic:AI|) x", "in parentheses"),
        ("to|pic:AI", "topic:", "topic:|AI", "in the middle of a field"),
        ("topic:f|", 'say "hi"', 'topic:"say \\"hi\\"" |', "quotes in a name"),
        ("topic:f|", "or", 'topic:"or" |', "a word of the language"),
        ("topic:f|", "c++", "topic:c++ |", "signs need no quotes"),
    ],
)
def test_chosen_candidate_is_inserted(text: str, name: str, expected: str, remark: str) -> None:
    outcome = completion_of(text, name).stepped(1).outcome
    assert f"{outcome.text[: outcome.cursor]}|{outcome.text[outcome.cursor :]}" == expected, remark


@pytest.mark.parametrize(
    ("text", "names", "idle"),
    [
        ("is:unread|", ("unread",), True),
        ("is:unrea|", ("unread",), False),
        ("topic:ai|", ("AI",), False),
        ("topic:AI|", ("AI", "AIDS"), False),
        ("topic:x|", (), True),
    ],
)
def test_completion_is_idle_if_the_text_is_complete(text: str, names: tuple[str, ...], *, idle: bool) -> None:
    assert completion_of(text, *names).is_idle == idle
