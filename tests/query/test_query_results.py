"""Results of queries in one small folder, by cases: which articles, and in which order."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from query_fixture import NOW, Item, QueryFixture, context

from reader.article import DATE_ONLY, Article, Image, Provider, Related
from reader.index.model import FacetKind
from reader.index.sql.compiler import compile_query
from reader.index.sql.facets import CREATE_HITS, SELECT_MARKED_IDS, CountStrategy, facet_sql
from reader.query import QueryContext, SortKey, parse, parse_incremental

if TYPE_CHECKING:
    from collections.abc import Iterator


def _day(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


_FOLDER = [
    Item(
        Article(
            "cities.txt",
            "Top AI cities",
            excerpt="Data has become wealth today.",
            body="Zürich, Montréal and Tokyo.",
            published_at=_day(2021, 10, 2),
            original_url="https://www.analyticsinsight.net/top-ai-cities/",
            quality=35.0,
            topics=("Facebook AI", "AI"),
            category="news",
            type="article",
            language="en",
            authors=("Ada Lovelace", "John Smith"),
            provider=Provider("Analytics Insight", "analyticsinsight.net"),
            images=(Image("https://x.y/z.png"),),
            related=(Related("a"), Related("b"), Related("c")),
        ),
        added=2_000,
    ),
    Item(
        Article(
            "rust.md",
            "Rust und C++ im Vergleich",
            excerpt="Climate change costs machine time. Learning is hard.",
            published_at=_day(2021, 9, 30),
            web_url="http://heise.de/rust?x=(1)",
            quality=67.0,
            heat=12.0,
            topics=("C++", "machen"),
            language="de-AT",
            provider=Provider("heise online", "heise.de"),
            draft=True,
        ),
        marks=frozenset({"read"}),
    ),
    Item(
        Article(
            "2014/learning.md",
            "Naïve machine learning",
            excerpt="A climate policy for all.",
            body="Node.js and covid-19 and AT&T",
            published_at=_day(2021, 9, 1),
            quality=80.0,
            topics=("ML", "AI"),
            provider=Provider("Heise Blog", "blog.heise.de"),
            authors=("José Smith-Jones",),
        ),
        marks=frozenset({"starred"}),
    ),
    Item(
        Article(
            "データ.md",
            "データベースの人工知能",
            published_at=_day(2021, 9, 25),
            heat=99.0,
            topics=("機械学習",),
            language="ja",
            provider=Provider("theise", "theise.de"),
            secured=True,
        ),
        problems=1,
        marks=frozenset({"later", "read"}),
    ),
    Item(Article("bare.md", "Today", body="Policy or not.", unreadable=True)),
]
_ALL = {item.article.path.partition(".")[0].rpartition("/")[2] for item in _FOLDER}

FOUND = [
    # (query, what it finds, remark)
    ("", _ALL, "everything"),
    ("climate", {"rust", "learning"}, "a word anywhere"),
    ("climate policy", {"learning"}, "both words"),
    ("cities or climate and policy", {"cities", "learning"}, "AND before OR"),
    ("a OR (machine (time OR learning))", {"learning", "rust"}, "groups within groups"),
    ("-(climate OR ai)", {"データ", "bare"}, "neither"),
    ("-climate -ai", {"データ", "bare"}, "said in another way"),
    ('"machine learning"', {"learning"}, "a phrase, in one place"),
    ("machine learning", {"learning", "rust"}, "not a phrase"),
    ('"two words"', set(), "a phrase that is nowhere"),
    ("naïve", {"learning"}, "accents do not count"),
    ("naive", {"learning"}, "in either direction"),
    ("NAIVE", {"learning"}, "nor does case"),
    ("ZURICH montreal", {"cities"}, "in the body"),
    ("データ", {"データ"}, "a word within a word, where words are not set apart"),
    ("ベース", {"データ"}, "in the middle"),
    ("知能", {"データ"}, "at the end"),
    ("人知", set(), "but its characters stand together"),
    ("c++", {"rust"}, "signs that belong to the word"),
    ("c", set(), "and make it another"),
    ("c*", {"cities", "rust", "learning"}, "a prefix"),
    ("node.js", {"learning"}, "dots"),
    ("covid-19", {"learning"}, "hyphens"),
    ("at&t", {"learning"}, "and other signs"),
    ("-", _ALL, "a sign alone narrows nothing"),
    ('policy "or" "not"', {"bare"}, "words of the language, quoted"),
    ("heise", {"rust", "learning"}, "in the provider's name and domain"),
    ("lovelace", {"cities"}, "in the authors"),
    ("/clim.te pol/", {"learning"}, "a pattern in the excerpt"),
    ("/^TOP/", {"cities"}, "in the title, whatever the case"),
    ("/naive/", {"learning"}, "and whatever the accents"),
    ("/NAÏVE/", {"learning"}, "in the pattern too"),
    ("/node/", set(), "not in the body"),
    ("title:today", {"bare"}, "the word, not the day"),
    ("today", {"bare", "cities"}, "the same"),
    ("title:climate", set(), "not in the title"),
    ("excerpt:climate", {"rust", "learning"}, "but there"),
    ("body:policy", {"bare"}, "or there"),
    ("title:rust,today", {"rust", "bare"}, "any of them"),
    ('title:rust,"-"', _ALL, "a sign narrows nothing, in a list too"),
    ("author:smith", {"cities", "learning"}, "a part of a name"),
    ('author:"john smith"', {"cities"}, "a whole one"),
    ("author:jose", {"learning"}, "without its accents"),
    ("topic:AI", {"cities", "learning"}, "a whole name"),
    ('topic:"Facebook AI"', {"cities"}, "of two words"),
    ("topic:facebook", set(), "not a part of it"),
    ("topic:c++", {"rust"}, "with signs"),
    ("topic:ml,c++", {"learning", "rust"}, "any of them"),
    ("topic:mach*", {"rust"}, "what begins so"),
    ("topic:機械学習", {"データ"}, "in any script"),
    ("topic:*", {"cities", "rust", "learning", "データ"}, "any topic"),
    ("-topic:AI", {"rust", "データ", "bare"}, "without, or without any"),
    ("provider:heise.de", {"rust", "learning"}, "a domain and what is below it"),
    ("provider:www.heise.de", {"rust", "learning"}, "with or without www"),
    ('provider:"heise online"', {"rust"}, "a name"),
    ("provider:heise", set(), "not a part of one"),
    ("provider:heise*", {"rust", "learning"}, "what begins so"),
    ("provider:de", set(), "a name is no last part of a domain"),
    ("domain:de", {"rust", "learning", "データ"}, "but a domain is"),
    ("domain:theise.de", {"データ"}, "in whole parts"),
    ("category:NEWS", {"cities"}, "whatever the case"),
    ("-category:news", _ALL - {"cities"}, "no category is another one"),
    ("type:article", {"cities"}, "a type"),
    ("lang:de", {"rust"}, "a language, wherever it is spoken"),
    ("lang:en,ja", {"cities", "データ"}, "either of them"),
    ("url:top-ai", {"cities"}, "a part of a URL"),
    ("https://analyticsinsight.net/top-ai-cities", {"cities"}, "a pasted address, though fetched otherwise"),
    ("http://heise.de/rust?x=(1)", {"rust"}, "with parentheses"),
    ("path:2014", {"learning"}, "a part of a path"),
    ("path:デ", {"データ"}, "in any script"),
    ("quality>=67", {"rust", "learning"}, "that and more"),
    ("q>67", {"learning"}, "more"),
    ("q:60..80", {"rust", "learning"}, "both ends included"),
    ("q:80..60", {"rust", "learning"}, "in either order"),
    ("q:60..", {"rust", "learning"}, "open above"),
    ("q:..40", {"cities"}, "open below: what was not scored is not low"),
    ("q!=35", {"rust", "learning"}, "nor is it another number"),
    ("-q:35", _ALL - {"cities"}, "but it is not 35"),
    ("-q>=0", {"データ", "bare"}, "without a quality"),
    ("heat>10", {"rust", "データ"}, "heat"),
    ("related>=3", {"cities"}, "how many related entries"),
    ("minutes<=1", {"cities", "learning", "bare"}, "reading time; nothing to read takes none"),
    ("-minutes>1", _ALL, "no long one"),
    ("reading_time:1", {"cities", "learning", "bare"}, "by another name"),
    ("images=0", _ALL - {"cities"}, "how many images"),
    ("date:2021", _ALL - {"bare"}, "a year"),
    ("date:2021-09", {"rust", "learning", "データ"}, "a month"),
    ("date:2021-09..2021-10", _ALL - {"bare"}, "both ends included"),
    ("date:2021-09-25..2021-09-30", {"rust", "データ"}, "to the end of the last day"),
    ("date:2021-10..2021-09-30", {"rust", "cities"}, "in either order"),
    ("since:7d", {"cities", "rust", "データ"}, "from the start of the day a week ago"),
    ("since:6d", {"cities", "rust"}, "and no earlier"),
    ("since:4h", {"cities"}, "in the last hours"),
    ("before:2021-09-25", {"learning"}, "until that day begins"),
    ("before:2021-10", {"learning", "データ", "rust"}, "until that month begins"),
    ("after:2021-09-25", {"rust", "cities"}, "from the day after"),
    ("on:2021-09-30", {"rust"}, "that day"),
    ("on:today", {"cities"}, "today"),
    ("date<=2021-09", {"learning", "データ", "rust"}, "to the end of the month"),
    ("-date:2021", {"bare"}, "no date is not in 2021"),
    ("is:read", {"rust", "データ"}, "read"),
    ("is:unread", {"cities", "learning", "bare"}, "or not"),
    ("is:starred,later", {"learning", "データ"}, "either of them"),
    ("is:new", {"cities"}, "come since the last visit"),
    ("is:draft", {"rust"}, "a draft"),
    ("is:published", _ALL - {"rust"}, "or not"),
    ("is:secured", {"データ"}, "locked"),
    ("is:unreadable", {"bare"}, "listed all the same"),
    ("has:url", {"cities", "rust"}, "something to open"),
    ("has:body", {"cities", "learning", "bare"}, "a text"),
    ("has:problem", {"データ"}, "a problem"),
    ("-has:date", {"bare"}, "no date"),
    ("has:related has:image has:topic has:quality", {"cities"}, "all of them"),
    ("-has:heat", {"cities", "learning", "bare"}, "not measured"),
]  # fmt: skip


@pytest.fixture(scope="module")
def folder() -> Iterator[QueryFixture]:
    with closing(QueryFixture(_FOLDER)) as made:
        yield made


def _names(paths: list[str]) -> list[str]:
    return [path.partition(".")[0].rpartition("/")[2] for path in paths]


@pytest.mark.parametrize(("typed", "names"), [pytest.param(row[0], row[1], id=f"{row[0]}: {row[2]}") for row in FOUND])
def test_query_finds_the_expected_articles(folder: QueryFixture, typed: str, names: set[str]) -> None:
    assert set(_names(folder.found(parse(typed), context()))) == names


ORDERED = [
    ("", ["cities", "rust", "データ", "learning", "bare"], "newest first, without a date last"),
    ("sort:-date", ["learning", "データ", "rust", "cities", "bare"], "oldest first, without a date still last"),
    ("sort:quality", ["learning", "rust", "cities", "データ", "bare"], "highest first, among equals the newest"),
    ("sort:-quality", ["cities", "rust", "learning", "データ", "bare"], "lowest first, without one still last"),
    ("sort:heat", ["データ", "rust", "cities", "learning", "bare"], "hottest first"),
    ("sort:title", ["learning", "rust", "bare", "cities", "データ"], "A to Z"),
    ("sort:-title", ["データ", "cities", "bare", "rust", "learning"], "Z to A"),
    ("sort:provider", ["cities", "learning", "rust", "データ", "bare"], "A to Z, without one last"),
    ("sort:-provider", ["データ", "rust", "learning", "cities", "bare"], "Z to A, without one still last"),
    ("sort:relevance", ["cities", "rust", "データ", "learning", "bare"], "without words, the newest first"),
    ("climate sort:relevance", ["rust", "learning"], "the shorter text is the better match"),
    ("ai OR rust sort:relevance", ["rust", "cities", "learning"], "the rarer word in the title before topics"),
    ("rust OR q:35 sort:relevance", ["rust", "cities"], "what matches in another way comes after"),
    ("rust OR q:35 sort:-relevance", ["rust", "cities"], "in either direction"),
    ("is:draft,published sort:-date limit:2", ["learning", "データ"], "no more than asked for"),
]


@pytest.mark.parametrize(
    ("typed", "names"), [pytest.param(row[0], row[1], id=f"{row[0]}: {row[2]}") for row in ORDERED]
)
def test_query_results_are_in_the_requested_order(folder: QueryFixture, typed: str, names: list[str]) -> None:
    assert _names(folder.found(parse(typed), context())) == names


def test_title_match_is_more_relevant_than_body_match() -> None:
    items = [
        Item(Article("body.md", "about other things", body="solar")),
        Item(Article("topic.md", "about other things", topics=("solar",))),
        Item(Article("title.md", "about solar things")),
    ]
    with closing(QueryFixture([*items, *(Item(Article(f"{n}.md", "nothing of it")) for n in range(9))])) as made:
        assert made.found(parse("solar sort:relevance"), context()) == ["title.md", "topic.md", "body.md"]


def test_equal_articles_are_ordered_by_the_bytes_of_the_path() -> None:
    items = [Item(Article(path, "same", published_at=NOW)) for path in ("b", "B", "ä", "a/b", "a", "\udcff")]
    with closing(QueryFixture(items)) as made:
        assert made.found(parse(""), context()) == ["B", "a", "a/b", "b", "ä", "\udcff"]


def test_query_without_sort_uses_the_default_sort(folder: QueryFixture) -> None:
    asked = QueryContext(context().clock, default_sort=(SortKey("title"),))
    assert _names(folder.found(parse("climate"), asked)) == ["learning", "rust"]


def test_no_article_is_new_on_the_first_visit(folder: QueryFixture) -> None:
    assert folder.found(parse("is:new"), context(new_since=None)) == []
    assert len(folder.found(parse("-is:new"), context(new_since=None))) == len(_FOLDER)


def test_query_for_a_day_uses_the_time_zone_of_the_user() -> None:
    late = Item(Article("late", "late", published_at=datetime(2021, 10, 2, 23, 30, tzinfo=UTC)))
    with closing(QueryFixture([late])) as made:
        for zone, day in (("UTC", 2), ("Europe/Berlin", 3), ("America/New_York", 2)):
            assert made.found(parse(f"on:2021-10-0{day}"), context(ZoneInfo(zone))) == ["late"]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati"])
@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("on:2021-10-02", ["day"]),
        ("on:2021-10-01", ["eve"]),
        ("date:2021-10", ["day", "eve"]),
        ("date:2021-09", ["month before"]),
        ("since:2021-10-02", ["day"]),
        ("before:2021-10-02", ["eve", "month before"]),
        ("after:2021-10-01", ["day"]),
        ("date<=2021-10-01", ["eve", "month before"]),
        ("date!=2021-10-02", ["eve", "month before"]),
        ("date:2021-10-01..2021-10-02", ["day", "eve"]),
        ("date:..2021-10-01", ["eve", "month before"]),
        ("on:today", ["day"]),
    ],
)
def test_date_without_time_matches_its_day_in_every_zone(zone: str, typed: str, names: list[str]) -> None:
    days = {
        name: datetime(2021, month, day, tzinfo=DATE_ONLY)
        for name, month, day in (("day", 10, 2), ("eve", 10, 1), ("month before", 9, 30))
    }
    now = datetime(2021, 10, 2, 9, tzinfo=UTC)  # the same day in all four
    with closing(QueryFixture([Item(Article(name, name, published_at=at)) for name, at in days.items()])) as made:
        assert made.found(parse(typed), context(ZoneInfo(zone), now)) == names


def test_date_query_uses_an_sql_index(folder: QueryFixture) -> None:
    for zone in ("Asia/Tokyo", "America/New_York"):
        where = compile_query(parse("on:2021-10-02"), context(ZoneInfo(zone))).where()
        sql = f"EXPLAIN QUERY PLAN SELECT id FROM article WHERE {where.sql}"
        plan = folder.connection.execute(sql, where.params).fetchall()
        assert "SEARCH article USING COVERING INDEX article_by_date" in str(plan)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("on:2021-09", ["last", "first"]),
        ("date<=2021-09", ["last", "first", "before"]),
        ("date!=2021-09", ["after", "before"]),
        ("since:2021-09", ["after", "last", "first"]),
        ("after:2021-09", ["after"]),
        ("before:2021-09", ["before"]),
        ("date:2021-09..2021-09", ["last", "first"]),
    ],
)
def test_period_has_exact_first_and_last_seconds(typed: str, names: list[str]) -> None:
    start, end = datetime(2021, 9, 1, tzinfo=UTC), datetime(2021, 10, 1, tzinfo=UTC)
    second = timedelta(seconds=1)
    moments = {"before": start - second, "first": start, "last": end - second, "after": end}
    with closing(QueryFixture([Item(Article(name, name, published_at=at)) for name, at in moments.items()])) as made:
        assert made.found(parse(typed), context()) == names


def test_incremental_query_finds_completions_of_the_last_word(folder: QueryFixture) -> None:
    assert _names(folder.found(parse_incremental("climate pol"), context())) == ["learning"]
    assert _names(folder.found(parse_incremental("climate p"), context())) == ["rust", "learning"]
    assert folder.found(parse_incremental("climate pol "), context()) == []


def test_first_letter_of_a_word_is_not_part_of_the_sql() -> None:
    assert compile_query(parse_incremental("t"), context()).matches_all
    assert compile_query(parse_incremental("climate t"), context()).words == '"climate"'
    assert compile_query(parse_incremental("climate or t"), context()).matches_all
    assert not compile_query(parse_incremental("is:unread t"), context()).matches_all


@pytest.mark.parametrize("typed", ["", "sort:date", "sort:quality"])
def test_common_sorts_use_an_sql_index(folder: QueryFixture, typed: str) -> None:
    ids = compile_query(parse(typed), context()).ids()
    plan = folder.connection.execute(f"EXPLAIN QUERY PLAN {ids.sql}", ids.params).fetchall()
    steps = " / ".join(row[3] for row in plan)
    assert "USING COVERING INDEX article_by_" in steps
    assert "TEMP B-TREE" not in steps


def test_counting_marks_does_not_scan_the_articles(folder: QueryFixture) -> None:
    plan = folder.connection.execute(f"EXPLAIN QUERY PLAN {SELECT_MARKED_IDS}").fetchall()
    assert "SCAN article" not in " / ".join(row[3] for row in plan)


@pytest.mark.parametrize("scope", [CountStrategy.ALL, CountStrategy.MANY_HITS])
def test_articles_of_each_topic_are_gathered_once(folder: QueryFixture, scope: CountStrategy) -> None:
    folder.connection.execute(CREATE_HITS)
    plan = folder.connection.execute(f"EXPLAIN QUERY PLAN {facet_sql(FacetKind.TOPIC, scope)}").fetchall()
    assert sum("SEARCH article_label" in row[3] for row in plan) == 1


def test_mark_query_uses_an_sql_index(folder: QueryFixture) -> None:
    where = compile_query(parse("is:starred"), context()).where()
    plan = folder.connection.execute(f"EXPLAIN QUERY PLAN SELECT id FROM article WHERE {where.sql}").fetchall()
    assert "USING INDEX article_by_mark" in " / ".join(row[3] for row in plan) or "USING COVERING INDEX" in str(plan)
