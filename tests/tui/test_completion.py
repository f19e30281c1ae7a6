"""What can be put in where the cursor stands: in which order it is offered, and what comes of choosing it."""

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


def choosing(text: str, *names: str) -> CompletionState:
    """Return the choosing at the place marked with | in a text."""
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
def test_names_that_begin_as_typed_are_offered(typed: str, expected: list[str], remark: str) -> None:
    assert [candidate.name for candidate in from_names(TOPICS, typed)] == expected, remark


def test_a_name_comes_with_its_count() -> None:
    assert from_names(TOPICS, "AI")[0] == Candidate("AI", 5_123)
    assert Candidate("AI", 5_123).note == "5,123"


def test_no_more_names_than_anybody_goes_through() -> None:
    assert len(from_names(build_name_index(FacetCount(f"topic {number}", 1) for number in range(500)), "to")) == 100


@pytest.mark.parametrize(
    ("text", "expected"),
    [("to", ["topic:"]), ("is:un", ["unread", "unreadable"]), ("has:p", ["problem"]), ("sort:-q", ["-quality"])],
)
def test_fields_flags_and_sort_keys_are_the_languages_own(text: str, expected: list[str]) -> None:
    completion = completion_at(text, len(text))
    assert completion is not None
    candidates = from_language(completion)
    assert [candidate.name for candidate in candidates] == expected
    assert all(candidate.note for candidate in candidates), "each says what it means"


def test_choosing_goes_round_in_both_directions() -> None:
    found = choosing("topic:|", "a", "b", "c")
    forward = [found := found.stepped(1) for _ in range(4)]
    assert [step.outcome.text for step in forward] == ["topic:a ", "topic:b ", "topic:c ", "topic:a "]
    back = choosing("topic:|", "a", "b", "c").stepped(-1)
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
def test_what_is_chosen_is_put_in(text: str, name: str, expected: str, remark: str) -> None:
    outcome = choosing(text, name).stepped(1).outcome
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
def test_nothing_is_to_be_chosen_where_it_is_there_already(text: str, names: tuple[str, ...], *, idle: bool) -> None:
    assert choosing(text, *names).is_idle == idle
