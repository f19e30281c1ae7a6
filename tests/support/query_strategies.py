"""Hypothesis strategies for queries and folders over a small shared vocabulary, so that queries have results."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from query_fixture import Item

from reader.article import DATE_ONLY, Article, Image, Provider, Related
from reader.query import Query, SortKey
from reader.query.ast import Compare, Expr, Flag, Match, Range, Regex, TextValue, all_of, any_of, negate
from reader.query.dates import CalendarDate, DateExpr, RelativeDate
from reader.query.fields import FLAGS, SORTS
from reader.text import fold, sanitize

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

# Accents in both normal forms, scripts without spaces, symbols, keywords of the query language, and text with a meaning
# in SQL, FTS5, Textual markup or a terminal.
_VOCABULARY = (
    *("climate", "Climate", "climates", "policy", "c++", "C", "C#", "node.js", "covid-19", "AT&T", "it's", "12:30"),
    *("naïve", "naive", "nai\u0308ve", "Zürich", "ZURICH", "straße", "STRASSE", "é", "ø", "ﬁne", "Ⅳ", "İstanbul"),
    *("データ", "データベース", "人工知能", "한국어", "मुंबई", "שלום", "👍", "👩\u200d👧"),
    *("or", "NOT", "and", "near", "null", "title:x", "a*b", "*", "-", "%", "_", '"', "\\", "(", ")"),
    *("'; DROP TABLE article; --", "[/]", "\u202eevil", "/path/", "http://x.y/"),
)
_TOPICS = ("AI", "ai", "Facebook AI", "ML", "C++", "Mächte", "macht", "机器学习", "*", "or", "a,b", 'say "hi"')
_DOMAINS = ("heise.de", "blog.heise.de", "theise.de", "EXAMPLE.org", "bücher.example", "x.ai")
_PROVIDERS = ("Heise", "heise.de", "AI", "Example & Sons", "AÉ", "Ae")
_URLS = ("https://heise.de/a/", "http://www.heise.de/a", "https://example.org/Über?x=(1)", "https://x.ai/p#q,r")
_PATHS = (
    "a.md",
    "b.md",
    "B.md",
    "2014/ä.md",
    "2014/z.md",
    "\udcff.md",
    "sub dir/c.txt",
    "データ.md",
    "z/[/].md",
    "q.md",
)
_PATTERNS = ("climate", "c.*y", "^naive", "[0-9]+", "(zur|stra)", "データ", "a/b", "x$", "É")


def _several(values: tuple[str, ...], most: int = 3) -> SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=most).map(tuple)


_sentences = st.lists(st.sampled_from(_VOCABULARY), max_size=5).map(lambda found: sanitize(" ".join(found)).strip())
_scores = st.none() | st.sampled_from((0.0, 35.0, 35.5, 60.0, 70.0, 100.0, 250.0))
# In the time zones of the tests, no local clock shows any of these minutes twice.
_DATES = ("date", "updated")
_BASE = datetime(2021, 10, 2, 15, 30, tzinfo=UTC)
_DAYS_BACK = (0, 0.4, 0.64, 0.65, 1, 1.5, 6.64, 6.66, 7, 29, 30, 31, 32, 92, 184, 365, 366, 800, -0.1, -1, -92)
_instants = st.sampled_from(_DAYS_BACK).map(lambda days: _BASE - timedelta(seconds=int(days * 86_400)))
_midnights = _instants.map(lambda moment: moment.replace(hour=0, minute=0, second=0))
_dates = st.none() | _instants | _midnights | _midnights.map(lambda moment: moment.replace(tzinfo=DATE_ONLY))


@st.composite
def _articles(draw: st.DrawFn, path: str) -> Article:
    return Article(
        path=path,
        title=draw(_sentences),
        excerpt=draw(_sentences),
        body=draw(_sentences) * draw(st.sampled_from((1, 1, 1, 100))),
        published_at=draw(_dates),
        updated_at=draw(_dates),
        feeds=draw(_several(_TOPICS)),
        series=tuple(draw(st.lists(st.sampled_from(_TOPICS), max_size=1))),
        original_url=draw(st.sampled_from(("", "", *_URLS))),
        web_url=draw(st.sampled_from(("", "", *_URLS))),
        quality=draw(_scores),
        heat=draw(_scores),
        topics=draw(_several(_TOPICS)),
        category=draw(st.sampled_from(("", "news", "News", "Ünews"))),
        type=draw(st.sampled_from(("", "article", "video"))),
        language=draw(st.sampled_from(("", "en", "EN-gb", "en_US", "de", "eng"))),
        authors=draw(_several(("Ada Lovelace", "John Smith", "José Ñandú", "李 明"))),
        provider=Provider(draw(st.sampled_from(("", *_PROVIDERS))), draw(st.sampled_from(("", *_DOMAINS)))),
        draft=draw(st.booleans()),
        secured=draw(st.booleans()),
        unreadable=draw(st.booleans()),
        images=(Image("https://x.y/i.png"),) * draw(st.integers(0, 2)),
        related=(Related("r"),) * draw(st.integers(0, 4)),
    )


def _items(path: str) -> SearchStrategy[Item]:
    marks = st.frozensets(st.sampled_from(("read", "starred", "later")))
    return st.builds(Item, _articles(path), st.integers(998, 1_002), st.integers(0, 2), marks)


def folders() -> SearchStrategy[list[Item]]:
    """Return folders of up to ten articles, with missing values and many ties."""
    paths = st.lists(st.sampled_from(_PATHS), unique=True)
    return paths.flatmap(lambda chosen: st.tuples(*map(_items, chosen)).map(list))


# --- queries

_typed_words = st.sampled_from(_VOCABULARY).map(sanitize) | st.lists(st.sampled_from(_VOCABULARY), max_size=3).map(
    lambda found: sanitize(" ".join(found))
)
_any_text = st.text(max_size=20).map(sanitize)


def _texts(words: SearchStrategy[str]) -> SearchStrategy[TextValue]:
    return st.builds(TextValue, words, st.booleans())


def _named(field: str, values: tuple[str, ...], strange: SearchStrategy[str]) -> SearchStrategy[Match]:
    names = _texts(st.sampled_from(values) | strange).filter(lambda text: bool(fold(text.text)) or text.prefix)
    return st.builds(Match, st.just(field), st.lists(names, min_size=1, max_size=3).map(tuple))


def _parts(field: str, values: tuple[str, ...], strange: SearchStrategy[str]) -> SearchStrategy[Match]:
    parts = (st.sampled_from(values) | strange).filter(lambda text: bool(fold(text)))
    return parts.map(lambda text: Match(field, (TextValue(text),)))


_moments: SearchStrategy[DateExpr] = st.one_of(
    st.builds(RelativeDate, st.sampled_from((0, 1, 2, 3, 7, 12, 30, 400)), st.sampled_from("hdwmy")),
    st.builds(CalendarDate, st.integers(2018, 2022)),
    st.builds(CalendarDate, st.just(2021), st.integers(1, 12)),
    st.builds(CalendarDate, st.just(2021), st.integers(8, 10), st.integers(1, 30)),
    st.builds(CalendarDate, st.just(2021), st.just(10), st.integers(1, 4), st.integers(0, 23), utc=st.booleans()),
    st.builds(CalendarDate, st.just(2021), st.just(10), st.just(2), st.integers(13, 18), st.integers(0, 59)),
)
_numbers = st.sampled_from((0.0, 1.0, 2.0, 35.0, 35.5, 60.0, 70.0, 0.000001, -1.0, 1e15 - 1))
_OPERATORS = ("=", "!=", "<", "<=", ">", ">=")


def _is_long_enough(expr: Compare) -> bool:
    instant = isinstance(expr.value, RelativeDate) and expr.value.unit == "h"
    return not (instant and expr.operator in {"=", "!="})


def _ranges(field: str, ends: SearchStrategy[float] | SearchStrategy[DateExpr]) -> SearchStrategy[Range]:
    both = st.tuples(st.none() | ends, st.none() | ends).filter(lambda pair: pair != (None, None))
    return both.map(lambda pair: Range(field, pair[0], pair[1]))


def _flags(field: str) -> SearchStrategy[Flag]:
    names = st.sampled_from([flag.name for flag in FLAGS if flag.field == field])
    return st.lists(names, min_size=1, max_size=2).map(lambda found: Flag(field, tuple(found)))


def leaves(strange: SearchStrategy[str] = _any_text) -> SearchStrategy[Expr]:
    """Return single terms; ``strange`` are texts to mix with the vocabulary."""
    texts = _texts(_typed_words | strange)
    patterns = st.sampled_from(_PATTERNS).map(Regex)
    numeric = ("quality", "heat", "related", "images", "minutes")
    return st.one_of(
        st.builds(Match, st.just(""), (texts | patterns).map(lambda value: (value,))),
        st.builds(
            Match, st.sampled_from(("title", "excerpt")), st.lists(texts | patterns, min_size=1, max_size=3).map(tuple)
        ),
        st.builds(Match, st.sampled_from(("body", "author")), st.lists(texts, min_size=1, max_size=3).map(tuple)),
        _named("author", ("smith", "ada lovelace", "jose", "li"), strange),
        _named("topic", _TOPICS, strange),
        _named("provider", (*_PROVIDERS, *_DOMAINS, "de"), strange),
        _named("domain", (*_DOMAINS, "de", "www.heise.de"), strange),
        _named("category", ("news", "NEWS", "unews"), strange),
        _named("type", ("article", "video"), strange),
        _named("lang", ("en", "de", "en-gb"), strange),
        _parts("url", (*_URLS, "heise", "ÜBER", "https://"), strange),
        _parts("path", ("2014", "A.MD", "data", "データ", "\ufffd"), strange),
        st.builds(Compare, st.sampled_from(numeric), st.sampled_from(_OPERATORS), _numbers),
        st.sampled_from(numeric).flatmap(lambda field: _ranges(field, _numbers)),
        _named("series", _TOPICS, strange),
        _named("feed", _TOPICS, strange),
        st.builds(Compare, st.sampled_from(_DATES), st.sampled_from(_OPERATORS), _moments).filter(_is_long_enough),
        st.sampled_from(_DATES).flatmap(lambda field: _ranges(field, _moments)),
        _flags("is"),
        _flags("has"),
    )


def expressions(strange: SearchStrategy[str] = _any_text, most: int = 8) -> SearchStrategy[Expr]:
    """Return expressions of at most about ``most`` terms."""

    def joined(parts: SearchStrategy[Expr]) -> SearchStrategy[Expr]:
        several = st.lists(parts, min_size=2, max_size=4).map(tuple)
        return several.map(all_of) | several.map(any_of) | parts.map(negate)

    return st.recursive(leaves(strange), joined, max_leaves=most)


def queries(strange: SearchStrategy[str] = _any_text, most: int = 8) -> SearchStrategy[Query]:
    """Return queries with or without sort and limit."""
    key = st.builds(SortKey, st.sampled_from([known.name for known in SORTS]), st.booleans())
    order = st.lists(key, max_size=3).map(tuple)
    return st.builds(Query, st.none() | expressions(strange, most), order, st.none() | st.integers(1, 12))
