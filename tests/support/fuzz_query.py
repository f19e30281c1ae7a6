"""The fuzz target for queries: invariants of tree, spelling, results and completion that any text must meet.

The fuzzer and the tests of the stored corpus share the check of ``checker``. Any exception is a finding.
"""

from __future__ import annotations

import os
import random
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import query_oracle
from fuzz_terminal import assert_terminal_safe
from msgspec.structs import replace
from query_fixture import LAST_VISIT, NOW, Item, QueryFixture, context

from reader.article import Article, Image, Provider, Related
from reader.cli.formats import caret_lines
from reader.errors import QueryError
from reader.index.model import FacetKind
from reader.index.search import Search
from reader.index.sql.compiler import compile_query
from reader.query import Query, combine, parse, parse_incremental
from reader.query.ast import And, Compare, Expr, Match, Not, Or, Range, Regex, negate
from reader.query.completion import apply_completion, completion_at, spans, static_completions, without_term
from reader.query.dates import RelativeDate
from reader.query.highlight import highlight_terms, match_spans
from reader.query.relaxation import ignoring_marks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_T = TypeVar("_T")

_TITLES = (
    "Climate policy",
    "naïve c++",
    "データベース 入門",
    "or NOT and",
    "ﬁne Straße",
    "AT&T's node.js",
    "👩\u200d👧 שלום",
)
_TEXTS = (
    "",
    "Two words\n\nclimate",
    "12:30 covid-19 C#",
    "%_'\"; DROP",
    "Zürich İstanbul Ⅳ",
    "한국어 मुंबई",
    "a b a b c",
)
_TOPICS = ((), ("AI",), ("Facebook AI", "ML"), ("C++", "a,b", 'say "hi"'), ("机器学习", "*"), ("ai",), ("Mächte",))
_PROVIDERS = (Provider(), Provider("Heise", "heise.de"), Provider("AÉ", "x.ai"), Provider("", "blog.heise.de"))
_URLS = ("", "", "https://heise.de/a/", "http://www.heise.de/b", "https://example.org/Über?x=(1)", "https://x.ai/p#q,r")
_SCORES = (None, 0.0, 35.0, 60.5, 100.0, 250.0, 70.0)
_DAYS_BACK = (None, 0, 0.4, 15.5 / 24, 1, 6.66, 30, 32, 92, 366, 3000, -1)
_AUTHORS = ((), ("Ada Lovelace",), ("José Ñandú", "李 明"), ("Smith, John",))
_PATHS = ("{}.md", "2014/{}ä.md", "sub dir/{}.txt", "{}\udcff.md")
_CATEGORIES = ("", "news", "News", "Ünews")
_LANGUAGES = ("", "en", "EN-gb", "en_US", "de")
_MARKS = ((), ("read",), ("read", "starred"), ("later",))
_ARTICLES = 40
# Larger counts make the oracle slow, or leave the calendar.
_LONG_AGO = 900
_CURSORS = 8


def checker() -> Callable[[bytes], None]:
    """Return the check, which raises for a UTF-8 text that breaks an invariant."""
    chance = random.Random(1)  # noqa: S311 - the same articles each time
    folder = QueryFixture([_item(f"{number:02}", chance) for number in range(_ARTICLES)])
    search = Search(folder.connection)

    def check(raw: bytes) -> None:
        text = raw.decode("utf-8", "surrogateescape")
        _check_editing(text)
        try:
            query = parse(text)
        except QueryError as error:
            _check_error(text, error)
            return
        assert_terminal_safe((str(query),), allowed="\n\t")
        assert parse(str(query)) == query
        _check_found(query, folder)
        _check_typed(text, query, folder)
        _check_marks_apart(query, folder)
        _check_counts(query, search, folder)
        _check_marked(query, folder)

    return check


def _item(name: str, chance: random.Random) -> Item:
    def one(values: tuple[_T, ...]) -> _T:
        return chance.choice(values)

    days = one(_DAYS_BACK)
    article = Article(
        path=one(_PATHS).format(name),
        title=one(_TITLES),
        excerpt=one(_TEXTS).replace("\n", " "),
        body=one(_TEXTS),
        published_at=None if days is None else NOW - timedelta(seconds=int(days * 86_400)),
        original_url=one(_URLS),
        web_url=one(_URLS),
        quality=one(_SCORES),
        heat=one(_SCORES),
        topics=one(_TOPICS),
        category=one(_CATEGORIES),
        type=one(("", "article", "video")),
        language=one(_LANGUAGES),
        authors=one(_AUTHORS),
        provider=one(_PROVIDERS),
        draft=one((False, True)),
        secured=one((False, True)),
        unreadable=one((False, False, True)),
        images=(Image("https://x.y/i.png"),) * one((0, 1, 2)),
        related=(Related("r"),) * one((0, 1, 3)),
    )
    return Item(article, LAST_VISIT + one((-1, 0, 1)), one((0, 1)), frozenset(one(_MARKS)))


def _check_error(text: str, error: QueryError) -> None:
    assert 0 <= error.start <= error.end <= len(text)
    assert_terminal_safe((str(error), error.expected, error.nearest, *caret_lines(text, error.start, error.end)))


def _check_editing(text: str) -> None:
    """Check colors, completion and edits of a text, whether or not it is a query."""
    found = spans(text)
    places = [place for span in found for place in (span.start, span.end)]
    assert places == sorted(places)
    assert all(0 <= span.start < span.end <= len(text) for span in found)
    for cursor in {*range(0, len(text), len(text) // _CURSORS + 1), len(text)}:
        assert len(without_term(text, cursor)) <= len(text)
        completion = completion_at(text, cursor)
        if completion is None:
            continue
        assert 0 <= completion.start <= cursor <= completion.end <= len(text)
        for chosen in (*static_completions(completion), 'x "y"'):
            done = apply_completion(text, completion, chosen)
            assert done.text.startswith(text[: completion.start])
            assert done.text.endswith(text[completion.end :])
            assert completion.start <= done.cursor <= len(done.text)


def _check_found(query: Query, folder: QueryFixture) -> None:
    """Check that each article matches either the query or its negation, and that the oracle agrees."""
    asked = context()
    everything = sorted(item.article.path for item in folder.items)
    unlimited = replace(query, limit=None)
    found = folder.found(unlimited, asked)
    if query.expr is None:
        assert sorted(found) == everything
    else:
        opposite = Query(negate(query.expr))
        assert parse(str(opposite)) == opposite
        assert sorted(found + folder.found(opposite, asked)) == everything
    assert folder.found(query, asked) == found[: query.limit]
    if all(_is_plain(part) for part in _leaves(query.expr)):
        expected = query_oracle.expected_paths(unlimited, folder.items, asked)
        if any(key.key == "relevance" for key in query.sort):  # relevance is tested by cases
            found, expected = sorted(found), sorted(expected)
        assert found == expected


def _check_typed(text: str, query: Query, folder: QueryFixture) -> None:
    """Check that an incremental query finds at least what the finished query finds."""
    typed = parse_incremental(text)
    assert parse(str(typed)) == typed
    done = set(folder.found(replace(query, limit=None), context()))
    assert done <= set(folder.found(replace(typed, limit=None), context()))
    joined = combine(query, typed)
    assert set(folder.found(replace(joined, limit=None), context())) == done


def _check_marks_apart(query: Query, folder: QueryFixture) -> None:
    """Check that a query that ignores marks finds a superset, and that pinned rows stay."""
    wide = set(folder.found(replace(ignoring_marks(query), limit=None), context()))
    assert set(folder.found(query, context())) <= wide
    ids = {os.fsdecode(path): row for row, path in folder.connection.execute("SELECT id, path FROM article")}
    statement = compile_query(replace(query, limit=None), context(), list(ids.values()))
    where = statement.where()
    sql = f"SELECT path FROM article WHERE {where.sql}"
    assert {os.fsdecode(path) for (path,) in folder.connection.execute(sql, where.params)} == wide


def _check_counts(query: Query, search: Search, folder: QueryFixture) -> None:
    ids = search.ids(query, context())
    assert [entry.path for entry in search.entries(ids)] == folder.found(query, context())
    assert search.count(query, context()) == len(ids)
    for kind in FacetKind:
        assert all(0 < facet.count <= len(ids) for facet in search.facets(query, context(), kind))
    assert search.tally(query, context(), FacetKind.TOPIC).articles == len(ids)


def _check_marked(query: Query, folder: QueryFixture) -> None:
    """Check the highlighting of the words of a query in texts."""
    highlight = highlight_terms(query)
    for item in folder.items:
        for text in (item.article.title, item.article.body):
            places = [place for span in match_spans(highlight, text) for place in span]
            assert places == sorted(set(places))
            assert all(0 <= place <= len(text) for place in places)


def _leaves(expr: Expr | None) -> Iterator[Expr]:
    if isinstance(expr, And | Or):
        for part in expr.operands:
            yield from _leaves(part)
    elif isinstance(expr, Not):
        yield from _leaves(expr.operand)
    elif expr is not None:
        yield expr


def _is_plain(leaf: Expr) -> bool:
    """Return whether the oracle can evaluate a term: it has no RE2, and its clock has no seconds."""
    if isinstance(leaf, Match):
        return not any(isinstance(value, Regex) for value in leaf.values)
    ends = (leaf.low, leaf.high) if isinstance(leaf, Range) else (leaf.value,) if isinstance(leaf, Compare) else ()
    return not any(isinstance(end, RelativeDate) and (end.count > _LONG_AGO or end.unit == "h") for end in ends)
