"""A query as it is typed: its colors and completions."""

from __future__ import annotations

import pytest

from reader.query.completion import (
    Completion,
    EditResult,
    Span,
    SpanKind,
    apply_completion,
    completion_at,
    spans,
    static_completions,
    without_term,
)

COLORED = [
    ("climate -policy", ["word:climate", "operator:-", "word:policy"]),
    ('a OR "b c"', ["word:a", "operator:OR", 'phrase:"b c"']),
    ("(a)", ["paren:(", "word:a", "paren:)"]),
    ("topic:AI,ml*", ["field:topic", "operator::", "value:AI", "value:ml*"]),
    ("q >= 70", ["field:q", "operator: >= ", "value:70"]),
    ("/a b/ title:/c/", ["regex:/a b/", "field:title", "operator::", "regex:/c/"]),
    ("sort:-date", ["field:sort", "operator::", "value:-date"]),
    ('"abc', ['value:"abc']),
    ("topic:", ["field:topic", "operator::"]),
    ("(a", ["paren:(", "word:a"]),
    ("a xyz:b", ["word:a", "error:xyz", "operator::", "value:b"]),
    ("is:unred a", ["field:is", "operator::", "error:unred", "word:a"]),
    ("a)", ["word:a", "error:)"]),
    ("OR a", ["error:OR", "word:a"]),
    ("", []),
]


@pytest.mark.parametrize(("text", "parts"), COLORED, ids=[row[0] for row in COLORED])
def test_spans_classify_each_part_of_a_query(text: str, parts: list[str]) -> None:
    assert [f"{span.kind}:{text[span.start : span.end]}" for span in spans(text)] == parts


def test_text_too_long_for_a_query_is_one_error_span() -> None:
    assert [str(span.kind) for span in spans("a " * 10_000)] == ["error"]
    assert completion_at("a" * 20_000, 20_000) is None


COMPLETED = [
    # (text with | for the cursor, kind, typed prefix, part to replace)
    ("to|", "field", "to", "to"),
    ("a to|", "field", "to", "to"),
    ("-to|", "field", "to", "to"),
    ("(to|", "field", "to", "to"),
    ("to|pic:AI", "field", "to", "topic:"),
    ("|", "field", "", ""),
    ("a |", "field", "", ""),
    ("(|", "field", "", ""),
    ("or|", "field", "or", "or"),
    ("topic:|", "topic", "", ""),
    ("tag:fa|", "topic", "fa", "fa"),
    ('topic:"Facebook A|', "topic", "Facebook A", '"Facebook A'),
    ('topic:"Facebook A|"', "topic", "Facebook A", '"Facebook A"'),
    ("topic:AI,m|", "topic", "m", "m"),
    ("topic:AI,|", "topic", "", ""),
    ('topic:AI,"m l|', "topic", "m l", '"m l'),
    ("topic:A|I x", "topic", "A", "AI"),
    ("provider:h|", "provider", "h", "h"),
    ("author:sm|", "author", "sm", "sm"),
    ("is:un|", "is", "un", "un"),
    ("sort:q|", "sort", "q", "q"),
    ("sort:date,-q|", "sort", "-q", "-q"),
]


@pytest.mark.parametrize(("shown", "kind", "prefix", "replaced"), COMPLETED, ids=[row[0] for row in COMPLETED])
def test_completion_before_the_cursor_has_kind_and_prefix(shown: str, kind: str, prefix: str, replaced: str) -> None:
    cursor = shown.index("|")
    text = shown.replace("|", "")
    found = completion_at(text, cursor)
    assert found is not None
    assert (found.kind, found.prefix, text[found.start : found.end]) == (kind, prefix, replaced)


@pytest.mark.parametrize(
    "shown",
    [
        '"a|',
        '"a"|',
        "/a|",
        "q>=7|",
        "since:7|",
        "title:a|",
        "path:a|",
        "xyz:a|",
        "c++|",
        "a)|",
        "limit:5|",
        'topic:"AI"|',
    ],
)
def test_completion_elsewhere_is_none(shown: str) -> None:
    assert completion_at(shown.replace("|", ""), shown.index("|")) is None


def test_static_completions_are_fields_flags_and_sort_keys() -> None:
    assert static_completions(Completion("field", "to", 0, 2)) == ["topic:"]
    assert static_completions(Completion("is", "un", 3, 5)) == ["unread", "unreadable"]
    assert static_completions(Completion("sort", "-q", 5, 7)) == ["-quality"]
    assert static_completions(Completion("topic", "a", 6, 7)) == []


CHOSEN = [
    ("a to|", "topic:", "a topic:|"),
    ("topic:fa|", "Facebook AI", 'topic:"Facebook AI" |'),
    ('topic:"fa| x', "AI", "topic:AI |"),
    ("topic:fa| x", "AI", "topic:AI| x"),
    ("(topic:fa|)", "AI", "(topic:AI|)"),
    ("topic:fa|,ml", "AI", "topic:AI|,ml"),
    ("topic:|", 'say "hi"', r'topic:"say \"hi\"" |'),
    ("sort:-q|", "-quality", "sort:-quality |"),
]


@pytest.mark.parametrize(("shown", "chosen", "after"), CHOSEN, ids=[row[0] for row in CHOSEN])
def test_applied_completion_replaces_the_typed_prefix(shown: str, chosen: str, after: str) -> None:
    text, cursor = shown.replace("|", ""), shown.index("|")
    found = completion_at(text, cursor)
    assert found is not None
    assert apply_completion(text, found, chosen) == EditResult(after.replace("|", ""), after.index("|"))


@pytest.mark.parametrize(
    ("text", "rest", "remark"),
    [
        ("is:unread topic:fa|", "is:unread ", "at the end"),
        ("topic:fa| is:unread", " is:unread", "at the beginning"),
        ("a topic:|", "a ", "without a value"),
        ("a -topic:fa|", "a ", "with its minus"),
        ("a NOT topic:fa|", "a ", "with its NOT"),
        ("(a topic:AI,f|) b", "(a ) b", "in parentheses"),
        ('a topic:"Face|', "a ", "a quote that is still open"),
        ('topic:"Face| AI" b', " b", "inside a quote"),
        ("a | b", "a  b", "between two terms"),
        ("|", "", "nothing"),
    ],
)
def test_without_term_removes_the_term_at_the_cursor(text: str, rest: str, remark: str) -> None:
    assert without_term(text.replace("|", ""), text.index("|")) == rest, remark


def test_error_span_covers_the_place_of_a_missing_value() -> None:
    assert [span for span in spans("topic: AI") if span.kind is SpanKind.ERROR] == [Span(6, 7, SpanKind.ERROR)]
