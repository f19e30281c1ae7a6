"""Properties of every query: its spelling parses to the same query, and the index agrees with an oracle."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import query_oracle
from hypothesis import given, settings
from hypothesis import strategies as st
from query_fixture import LAST_VISIT, Item, QueryFixture, context
from query_strategies import expressions, folders, queries
from sweep import amount

from reader.errors import QueryError
from reader.query import Query, parse, parse_incremental
from reader.query.ast import negate
from reader.query.completion import apply_completion, completion_at, spans
from reader.query.highlight import highlight_terms, match_spans

if TYPE_CHECKING:
    from reader.query.ast import Expr

_MANY = settings(max_examples=amount(200))
_QUERIES_A_FOLDER = 25
_FOLDERS = settings(max_examples=amount(8))

_ZONES = st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]).map(ZoneInfo)
# Tokens of the query language in any order: more of them are queries, or nearly, than of random characters.
_PIECES = st.sampled_from(
    [
        *("(", ")", '"', "/", "-", "*", ":", ",", "..", "=", "<", "\\", " ", "\n", "\x1b", "\ud800", "\u202e"),
        *(
            "or",
            "AND",
            "not ",
            "topic:",
            "title:",
            "url:",
            "is:",
            "sort:",
            "limit:",
            "q>=",
            "date:",
            "since:",
            "http://",
        ),
        *("7d", "70", "2021-09", "unread", "a", "é", "データ"),
    ]
)
_TYPED = st.text(max_size=60) | st.lists(_PIECES, max_size=20).map("".join)


@_MANY
@given(queries())
def test_spelling_of_a_query_parses_to_the_same_query(query: Query) -> None:
    assert parse(str(query)) == query


@_MANY
@given(_TYPED)
def test_any_text_is_a_query_or_an_error_with_a_valid_span(text: str) -> None:
    try:
        query = parse(text)
    except QueryError as raised:
        error = raised
    else:
        assert parse(str(query)) == query
        return
    assert 0 <= error.start <= error.end <= len(text)
    assert str(error).isprintable()


@_MANY
@given(_TYPED)
def test_incremental_query_parses_if_the_finished_one_does(text: str) -> None:
    try:
        parse(text)
    except QueryError:
        return
    typed = parse_incremental(text)
    assert parse(str(typed)) == typed


@_MANY
@given(_TYPED, st.integers(0, 60))
def test_spans_and_completion_of_any_text_are_in_range(text: str, cursor: int) -> None:
    found = spans(text)
    places = [place for span in found for place in (span.start, span.end)]
    assert places == sorted(places)
    assert all(0 <= span.start < span.end <= len(text) for span in found)
    cursor = min(cursor, len(text))
    completion = completion_at(text, cursor)
    if completion is not None:
        assert completion.start <= cursor <= completion.end <= len(text)
        assert apply_completion(text, completion, "x y").text.startswith(text[: completion.start])


@_MANY
@given(expressions(most=3), _TYPED)
def test_match_spans_lie_in_the_text_and_never_overlap(expr: Expr, text: str) -> None:
    found = match_spans(highlight_terms(Query(expr)), text)
    places = [place for span in found for place in span]
    assert places == sorted(set(places))
    assert all(0 <= place <= len(text) for place in places)


@_FOLDERS
@given(folders(), st.lists(queries(), min_size=_QUERIES_A_FOLDER, max_size=_QUERIES_A_FOLDER), _ZONES)
def test_index_finds_what_the_oracle_finds_in_the_same_order(
    items: list[Item], asked: list[Query], zone: ZoneInfo
) -> None:
    settled = context(zone)
    with closing(QueryFixture(items)) as folder:
        for query in asked:
            expected = query_oracle.expected_paths(query, folder.items, settled)
            found = folder.found(query, settled)
            if any(key.key == "relevance" for key in query.sort):
                # Relevance is tested by cases; this compares only the set of matches.
                unlimited = Query(query.expr)
                assert len(found) == len(expected)
                assert set(found) <= set(query_oracle.expected_paths(unlimited, folder.items, settled))
            else:
                assert found == expected, str(query)


@_FOLDERS
@given(
    folders(),
    st.lists(expressions(), min_size=_QUERIES_A_FOLDER, max_size=_QUERIES_A_FOLDER),
    st.sampled_from([LAST_VISIT, None]),
)
def test_article_matches_exactly_one_of_query_and_negation(
    items: list[Item], asked: list[Expr], new_since: int | None
) -> None:
    settled = context(new_since=new_since)
    with closing(QueryFixture(items)) as folder:
        everything = sorted(item.article.path for item in folder.items)
        for expr in asked:
            found = folder.found(Query(expr), settled) + folder.found(Query(negate(expr)), settled)
            assert sorted(found) == everything, str(expr)


@_FOLDERS
@given(folders(), expressions(), st.data())
def test_deleted_article_matches_no_query(items: list[Item], expr: Expr, data: st.DataObject) -> None:
    settled = context()
    with closing(QueryFixture(items)) as folder:
        paths = [item.article.path for item in folder.items]
        folder.forget(data.draw(st.lists(st.sampled_from(paths), unique=True)) if paths else [])
        assert folder.found(Query(expr), settled) == query_oracle.expected_paths(Query(expr), folder.items, settled)
