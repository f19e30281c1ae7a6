from __future__ import annotations

import time
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from indexed_folder import IndexFolder, article, request

from reader.article import Provider
from reader.errors import OperationCancelled
from reader.index.model import STATES, ArticleSummary, FacetCount, FacetKind, IndexProfile, IndexStats
from reader.marks import MarkKind, MarkStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reader.index.search import Search

FILES = {
    "ai/one.md": article(
        "One", "body of one", topics="[AI, Robots]", quality=80, category="News", author="Ada", type="article",
        publishedDateTime="2021-10-02", originalUrl="https://www.example.org/one?utm_source=x",
        provider="{name: Example, domain: example.org}",
    ),
    "ai/two.md": article(
        "Two", topics="[ai]", quality=40, category="news", author="Ada, Grace", date="2020-02-29",
        provider="{name: example}", related='[{title: The first, originalUrl: "https://example.org/one/"}]', lang="en",
    ),
    "three.txt": article("Three", topics="[Robots]", date="2020-01-01", webUrl="https://example.net/3", draft="true"),
    "four.md": article(
        "Four", heat=7, related='[{title: Again, webUrl: "http://example.org/one"}]', provider="{domain: example.net}",
        images='[{url: "https://example.net/a.png"}, {url: "https://example.net/b.png"}]', secured="YWJj;ZGVm",
    ),
    "five.md": "---\nquality: high\n---\n",
    "README.md": "no front matter",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> IndexFolder:
    folder = IndexFolder(tmp_path_factory.mktemp("search"))
    for name, text in FILES.items():
        folder.write(name, text)
    folder.sync()
    return folder


@pytest.fixture
def search(folder: IndexFolder) -> Iterator[Search]:
    with closing(folder.search()) as search:
        yield search


def test_profile_describes_all_articles(search: Search) -> None:
    # Of five articles, one is a draft, one encrypted and one unreadable; none was updated.
    assert search.profile() == IndexProfile(has_quality=True, years=(2019, 2021), unusual=STATES)


@pytest.mark.parametrize(
    ("files", "profile"),
    [
        ({}, IndexProfile(has_quality=False, years=None)),
        ({"a.md": article(quality=3)}, IndexProfile(has_quality=True, years=None)),
        (
            {"a.md": article(date="1970-01-01"), "b.md": article(date="9999-12-31")},
            IndexProfile(has_quality=False, years=(1969, 9999)),
        ),
        ({"a.md": article(date="2021-12-31")}, IndexProfile(has_quality=False, years=(2021, 2022))),
    ],
)
def test_profile_has_quality_and_years_of_the_articles(
    tmp_path: Path, files: dict[str, str], profile: IndexProfile
) -> None:
    folder = IndexFolder(tmp_path)
    for name, text in files.items():
        folder.write(name, text)
    folder.sync()
    with closing(folder.search()) as search:
        assert search.profile() == profile


def test_profile_omits_states_of_most_articles(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    for number in range(5):
        folder.write(
            f"{number}.md", article(secured="YWJj", draft=str(number < 2), date="2021-10-02", updated="2021-10-05")
        )
    folder.sync()
    with closing(folder.search()) as search:
        assert search.profile().unusual == ("unreadable", "draft", "problem")


def _all(search: Search, query: str = "") -> list[ArticleSummary]:
    return search.entries(search.ids(*request(query)))


def test_entries_are_in_the_order_of_the_ids(search: Search) -> None:
    ids = list(search.ids(*request("sort:title")))

    assert [entry.id for entry in search.entries(ids)] == ids
    assert [entry.id for entry in search.entries(ids[::-1])] == ids[::-1]


def test_entries_omit_unknown_ids(search: Search) -> None:
    ids = list(search.ids(*request("")))

    assert [entry.id for entry in search.entries([ids[0], 999, ids[1]])] == ids[:2]
    assert search.entries([]) == []


def test_entry_has_every_field_of_its_article(search: Search) -> None:
    entry = search.find_by_path("ai/one.md")

    assert entry is not None
    assert (entry.title, entry.topics, entry.authors, entry.quality) == ("One", ("AI", "Robots"), ("Ada",), 80)
    assert (entry.category, entry.type, entry.provider) == ("News", "article", Provider("Example", "example.org"))
    assert entry.published_at is not None
    assert entry.published_at.isoformat() == "2021-10-02T00:00:00+00:00"
    assert entry.url == entry.original_url == "https://www.example.org/one?utm_source=x"
    assert entry.target.path.endswith("/content/ai/one.md")


def test_entry_of_an_empty_article_has_empty_fields(search: Search) -> None:
    entry = search.find_by_path("five.md")

    assert entry is not None
    assert (entry.url, entry.published_at, entry.quality, entry.heat) == ("", None, None, None)
    assert (entry.topics, entry.authors, entry.category, entry.provider) == ((), (), "", Provider())


def test_entry_has_counts_and_flags(search: Search) -> None:
    entry = search.find_by_path("four.md")

    assert entry is not None
    assert (entry.related_count, entry.image_count, entry.secured, entry.draft) == (1, 2, True, False)
    assert entry.heat == 7


@pytest.mark.parametrize(
    ("query", "limit", "expected"),
    [
        pytest.param("sort:title", None, ["Five", "Four", "One", "Three", "Two"], id="all of them"),
        pytest.param("sort:title", 2, ["Five", "Four"], id="the caller's limit"),
        pytest.param("sort:title limit:3", None, ["Five", "Four", "One"], id="the query's limit"),
        pytest.param("sort:title limit:3", 2, ["Five", "Four"], id="the smaller of both"),
        pytest.param("sort:title limit:2", 3, ["Five", "Four"], id="the smaller of both, the other way round"),
        pytest.param("topic:nothing", None, [], id="none"),
    ],
)
def test_smaller_limit_truncates_the_ids(search: Search, query: str, limit: int | None, expected: list[str]) -> None:
    assert [entry.title for entry in search.entries(search.ids(*request(query), limit=limit))] == expected


@pytest.mark.parametrize(("query", "expected"), [("", 5), ("topic:ai", 2), ("limit:3", 3), ("topic:ai limit:3", 2)])
def test_count_is_the_number_of_ids(search: Search, query: str, expected: int) -> None:
    assert search.count(*request(query)) == len(search.ids(*request(query))) == expected


@pytest.mark.parametrize(
    ("urls", "expected"),
    [
        pytest.param(["https://www.example.org/one?utm_source=x"], "One", id="as it was written"),
        pytest.param(["http://example.org/one/#part"], "One", id="another spelling of the same page"),
        pytest.param(["https://example.net/3"], "Three", id="its web URL"),
        pytest.param(["", "https://example.net/3"], "Three", id="one of several"),
        pytest.param(["https://example.org/two"], None, id="a page that nobody has"),
        pytest.param([""], None, id="no URL"),
        pytest.param([], None, id="nothing"),
    ],
)
def test_article_is_found_by_its_urls(search: Search, urls: list[str], expected: str | None) -> None:
    found = search.find_by_urls(urls)

    assert (found.title if found else None) == expected


def test_mentioning_articles_are_newest_first(search: Search) -> None:
    assert [entry.title for entry in search.backlinks(["https://example.org/one"])] == ["Two", "Four"]
    assert search.backlinks(["https://example.net/3"]) == []
    assert search.backlinks([""]) == []


def test_targets_match_those_of_the_entries(search: Search) -> None:
    entries = _all(search)

    targets = search.targets([entry.id for entry in entries])

    assert sorted(targets, key=lambda target: target.path) == sorted(
        (entry.target for entry in entries), key=lambda target: target.path
    )
    assert len({target.mark_key for target in targets}) == 5


def test_changed_marks_are_visible_immediately(folder: IndexFolder, search: Search) -> None:
    assert folder.index.marks is not None
    entry = search.find_by_path("three.txt")
    assert entry is not None
    assert not entry.starred
    with closing(MarkStore(folder.index.marks)) as marks:
        marks.set(MarkKind.STARRED, search.targets([entry.id]), on=True, now=1)

        assert [entry.title for entry in _all(search, "is:starred")] == ["Three"]
        assert [entry.starred for entry in _all(search, "is:starred")] == [True]

        marks.set(MarkKind.STARRED, search.targets([entry.id]), on=False, now=2)
    assert _all(search, "is:starred") == []


QUERIES = ("", "topic:ai", "-topic:ai", "one", "date:2020", "quality>=40", "-has:topic", "topic:nothing")


@pytest.mark.parametrize("kind", list(FacetKind))
@pytest.mark.parametrize("query", QUERIES)
def test_facets_match_a_manual_count(search: Search, kind: FacetKind, query: str) -> None:
    by_hand = Counter(value for entry in _all(search, query) for value in _values(entry, kind))

    facets = search.facets(*request(query), kind)

    assert {facet.name.casefold(): facet.count for facet in facets} == dict(by_hand)
    assert facets == sorted(facets, key=lambda facet: (-facet.count, facet.name.casefold()))
    if not query:
        assert search.facets(*request("has:date OR -has:date"), kind) == facets


def _values(entry: ArticleSummary, kind: FacetKind) -> set[str]:
    values: dict[FacetKind, tuple[str, ...]] = {
        FacetKind.TOPIC: entry.topics,
        FacetKind.PROVIDER: (entry.provider.name,),
        FacetKind.CATEGORY: (entry.category,),
        FacetKind.AUTHOR: entry.authors,
        FacetKind.YEAR: (str(entry.published_at.year) if entry.published_at else "",),
        FacetKind.DOMAIN: (entry.provider.domain,),
        FacetKind.TYPE: (entry.type,),
        FacetKind.LANGUAGE: (entry.language,),
        FacetKind.FEED: entry.feeds,
    }
    return {value.casefold() for value in values[kind] if value}


def test_facet_uses_the_most_common_spelling(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    for number, (topic, category) in enumerate((("AI", "news"), ("ai", "News"), ("AI", "News"))):
        folder.write(f"{number}.md", article(topics=f"[{topic}]", category=category))
    folder.sync()
    with closing(folder.search()) as search:
        assert search.facets(*request(""), FacetKind.TOPIC) == [FacetCount("AI", 3)]
        assert search.facets(*request(""), FacetKind.CATEGORY) == [FacetCount("News", 3)]
        assert sorted(entry.category for entry in _all(search)) == ["News", "News", "news"]


@pytest.fixture
def _new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "America/New_York")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("_new_york")
def test_year_facet_of_a_date_without_time_ignores_the_time_zone(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    folder.write("day.md", article("A day", date="2021-01-01"))
    folder.write("moment.md", article("A moment", date="2020-01-01T03:00:00Z"))
    folder.sync()

    with closing(folder.search()) as search:
        assert search.facets(*request(""), FacetKind.YEAR) == [FacetCount("2019", 1), FacetCount("2021", 1)]


def test_facets_respect_the_limit_of_the_query(search: Search) -> None:
    assert search.facets(*request("sort:title limit:3"), FacetKind.TOPIC) == [
        FacetCount("AI", 1),
        FacetCount("Robots", 1),
    ]


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda search, asked: search.ids(*request(""), cancelled=asked), id="ids"),
        pytest.param(lambda search, asked: search.count(*request(""), cancelled=asked), id="count"),
        pytest.param(lambda search, asked: search.facets(*request(""), FacetKind.TOPIC, cancelled=asked), id="facets"),
    ],
)
def test_canceled_query_raises(search: Search, ask: object) -> None:
    assert callable(ask)
    with pytest.raises(OperationCancelled):
        ask(search, lambda: True)

    ask(search, lambda: False)


def test_long_query_is_canceled_while_it_runs(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    folder.write_many(2_000)
    folder.sync()
    checks: list[bool] = []

    def cancelled() -> bool:
        checks.append(True)
        return len(checks) > 3

    with closing(folder.search()) as search:
        with pytest.raises(OperationCancelled):
            search.ids(*request("-title:/zz/ sort:title"), cancelled=cancelled)
        assert len(checks) == 4
        assert search.count(*request("")) == 2_000


def test_problems_are_returned_by_file_and_for_all_files(search: Search) -> None:
    found = search.problems_of("five.md")

    assert [(problem.path, problem.line, problem.field) for problem in found] == [("five.md", 2, "quality")]
    assert [problem for problem in search.problems() if problem.path == "five.md"] == found
    assert search.problems_of("ai/one.md") == []


def test_totals_count_articles_other_files_and_problems(search: Search) -> None:
    assert search.totals() == IndexStats(articles=5, plain=1, problems=len(search.problems()))
    assert search.other_files() == ["README.md"]
