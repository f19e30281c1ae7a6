from __future__ import annotations

import pytest

from reader.errors import QueryError
from reader.query import SortKey, parse
from reader.query.edit import toggle_term, with_sort


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "is:unread"),
        ("sea  ice", "sea  ice is:unread"),
        ("sea is:unread ice", "sea ice"),
        ("IS:Unread sea", "sea"),
        ("is:unread", ""),
        ("sea AND is:unread", "sea"),
        ("is:unread and sea", "sea"),
        ("sea and is:unread and ice", "sea and ice"),
        ("sea OR ice", "(sea OR ice) is:unread"),
        ("sea OR ice sort:title", "(sea OR ice) is:unread sort:title"),
        ("(is:unread OR sea) ice", "(is:unread OR sea) ice is:unread"),
        ("-is:unread", "-is:unread is:unread"),
        ('"is:unread"', '"is:unread" is:unread'),
    ],
)
def test_toggle_term_adds_or_removes_the_term(text: str, expected: str) -> None:
    assert toggle_term(text, "is:unread") == expected
    parse(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sea", "sea"),
        ("sort:date", "sort:-quality"),
        ("sea sort:date,title ice", "sea sort:-quality ice"),
        ("sea OR ice  SORT:date", "sea OR ice sort:-quality"),
        ('"sort:date" sea', '"sort:date" sea'),
    ],
)
def test_with_sort_replaces_the_sort_of_the_query(text: str, expected: str) -> None:
    assert with_sort(text, SortKey("quality", reverse=True)) == expected


def test_edit_of_an_invalid_query_is_an_error() -> None:
    for text in ("topic:", "(sea", "(sea sort:date)"):
        with pytest.raises(QueryError):
            toggle_term(text, "is:unread")
        with pytest.raises(QueryError):
            with_sort(text, SortKey("quality"))
