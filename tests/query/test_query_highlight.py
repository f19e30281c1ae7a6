"""Positions of the words of a query in displayed text."""

from __future__ import annotations

import pytest

from reader.query import parse, parse_incremental
from reader.query.highlight import highlight_terms, match_spans

MARKED = [
    # (query, text with the marked parts in brackets, remark)
    ("climate", "The [Climate] of climates", "a word, whatever its case"),
    ("climat*", "The [Climate] of [climates]", "a prefix"),
    ("naive", "a [naïve], [NAÏVE] and [nai\u0308ve] view", "accents, in either spelling"),
    ("naïve", "a [naive] view", "in either direction"),
    ("cafe", "the [cafe\u0301] and the [café]", "the accent belongs to its letter"),
    ("データ", "[テ\u3099ータ]", "and so does the voiced sound mark"),
    ("strasse", "die [Straße]", "a letter that folds into two"),
    ("fine", "[ﬁne] print", "a ligature"),
    ('"machine learning"', "[machine-\nlearning], learning machine", "a phrase, whatever stands between"),
    ('"machine learn"*', "[machine learning]", "a phrase that goes on"),
    ("データ", "新しい[データ]ベース", "characters without spaces"),
    ("c++ c#", "[C++], [C#] and C", "signs that belong to the word"),
    ("c", "C++ and [C] and C#", "and make it another"),
    ("c++", "naïve [C++]: ça", "among accents"),
    ("sea", "$#\u059d [sea]", "a vowel point on a sign"),
    ("covid-19", "[Covid 19]", "a word of several parts"),
    ("-climate policy", "climate [policy]", "not what is excluded"),
    ("-(climate OR a) -(-policy)", "climate [policy]", "but what is excluded twice"),
    ("climate OR policy", "[climate policy]".replace(" ", "] ["), "either of them"),
    ('climate "climate policy"', "[climate policy]", "overlapping matches are one"),
    ("title:climate", "the [climate]", "in a field of words"),
    ("topic:climate path:climate", "the climate", "not in a field of names"),
    ("/climate/", "the climate", "nor by a pattern"),
    ("q:70", "the 70", "nor by a number"),
    ("-- //", "-- //", "signs alone mark nothing"),
    ("👍", "fine [👍]", "a symbol"),
    ("مرحبا", "[مَرْحَبًا] بك", "vowel points"),
    ("", "nothing", "no query marks nothing"),
]


@pytest.mark.parametrize(("typed", "shown"), [pytest.param(row[0], row[1], id=f"{row[0]}: {row[2]}") for row in MARKED])
def test_match_spans_cover_the_words_of_a_query(typed: str, shown: str) -> None:
    plain = shown.replace("[", "").replace("]", "")
    marked, done = "", 0
    for start, end in match_spans(highlight_terms(parse(typed)), plain):
        marked += f"{plain[done:start]}[{plain[start:end]}]"
        done = end
    assert marked + plain[done:] == shown


def test_incremental_query_highlights_the_entire_word() -> None:
    assert match_spans(highlight_terms(parse_incremental("clim")), "Climate") == [(0, 7)]
    assert not highlight_terms(parse_incremental("c"))
