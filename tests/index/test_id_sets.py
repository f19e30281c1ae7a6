"""Cached IDs: a live search returns the same as SQL alone."""

from __future__ import annotations

from array import array
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from indexed_folder import IndexFolder, article, request
from msgspec.structs import replace

from reader.index import live
from reader.index.id_sets import CachedOrder, Selection, bitmap, parse_ids
from reader.index.live import LiveSearch, SharedMembers
from reader.index.model import FacetKind
from reader.index.search import Search
from reader.marks import MarkKind, MarkStore

if TYPE_CHECKING:
    from pathlib import Path

QUERIES = [
    "",
    "sort:quality",
    "sort:-title",
    "sort:provider",
    "road",
    "ro*",
    "road sort:relevance",
    "topic:even",
    "quality>=40 sort:-date",
    "-road topic:third",
    "road OR quality<5",
    "road limit:3",
    "nothing",
]


@pytest.fixture
def folder(tmp_path: Path) -> IndexFolder:
    """Seventy articles with one or two topics from four providers, some of them about roads."""
    folder = IndexFolder(tmp_path)
    for number in range(70):
        topics = ["even" if number % 2 == 0 else "Odd", *(["third"] if number % 3 == 0 else [])]
        folder.write(
            f"{number:02}.md",
            article(
                f"Number {number % 7}",
                "A road." if number % 5 == 0 else "",
                quality=number,
                date=f"2021-0{number % 9 + 1}-01",
                topics=f"[{', '.join(topics)}]",
                provider=f"Provider {number % 4}",
                author=f"Author {number}",
            ),
        )
    folder.sync()
    return folder


@pytest.mark.parametrize("query", QUERIES)
def test_live_search_finds_the_same_ids_in_the_same_order(folder: IndexFolder, query: str) -> None:
    asked = request(query)
    with closing(folder.search()) as search, closing(LiveSearch(folder.index)) as kept:
        expected = search.ids(*asked)
        for _ in range(2):
            assert kept.ids(*asked) == expected
            assert kept.select(*asked).first(5) == expected[:5]


@pytest.mark.parametrize("query", QUERIES)
def test_live_search_has_the_same_facet_counts(folder: IndexFolder, query: str) -> None:
    asked = request(query)
    with closing(folder.search()) as search:
        for kind in FacetKind:
            expected = Search.tally(search, *asked, kind)
            with closing(LiveSearch(folder.index)) as kept:
                assert replace(kept.tally(*asked, kind), read=None) == expected, kind
                for found in (kept.ids(*asked), bitmap(kept.ids(*asked))):
                    assert replace(kept.tally(*asked, kind, found=found), read=None) == expected, kind


def test_facet_with_too_many_names_is_counted_by_sql(folder: IndexFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "_MOST_NAMES", 20)
    asked = request("quality>=10")
    with closing(LiveSearch(folder.index)) as kept:
        assert sum(facet.count for facet in kept.tally(*asked, FacetKind.AUTHOR).facets) == 60


def test_cached_results_are_dropped_when_the_index_changes(folder: IndexFolder) -> None:
    with closing(LiveSearch(folder.index)) as kept:
        asked = request("road")
        assert kept.cached_order(*asked) is None
        assert len(kept.ids(*asked)) == 14
        assert kept.tally(*asked, FacetKind.TOPIC).articles == 14
        assert kept.cached_order(*asked) is not None
        folder.write("new.md", article("New", "A road.", topics="[new]"))
        (folder.root / "05.md").unlink()
        folder.sync()
        assert kept.cached_order(*asked) is None
        assert [entry.title for entry in kept.entries(kept.ids(*asked))][-1] == "New"
        names = [facet.name for facet in kept.tally(*asked, FacetKind.TOPIC).facets]
        assert "new" in names


def test_read_articles_are_counted_along_and_follow_the_marks(folder: IndexFolder) -> None:
    asked, asked_read = request("road"), request("road is:read")
    assert folder.index.marks is not None
    with closing(LiveSearch(folder.index)) as kept, closing(MarkStore(folder.index.marks)) as marks:
        for count in (1, 6):
            targets = [entry.target for entry in kept.entries(kept.ids(*asked))[:count]]
            marks.set(MarkKind.READ, targets, on=True, now=count)
            counts = kept.tally(*asked, FacetKind.TOPIC)
            assert counts.unread == 14 - count
            assert counts.read == kept.tally(*asked_read, FacetKind.TOPIC).facets


def test_members_are_shared_until_the_index_changes(folder: IndexFolder) -> None:
    shared = SharedMembers()
    with closing(LiveSearch(folder.index, shared)) as first, closing(LiveSearch(folder.index, shared)) as second:
        assert not second.has_members(FacetKind.TOPIC)
        first.prepare_tally(FacetKind.TOPIC, lambda: False)
        assert second.has_members(FacetKind.TOPIC)
        folder.write("new.md", article("New", "A road.", topics="[new]"))
        folder.sync()
        assert not second.has_members(FacetKind.TOPIC)
        names = [facet.name for facet in second.tally(*request("road"), FacetKind.TOPIC).facets]
        assert "new" in names


def test_selection_knows_its_ids_as_a_set() -> None:
    order = CachedOrder(array("I", [3, 1, 2]))
    assert Selection(order).hits is None, "not worth a pass over all articles"
    some = Selection(order, bitmap(array("I", [2, 3, 9])))
    assert [*some.all()] == [3, 2]
    assert some.hits == bitmap(array("I", [2, 3])), "9 was removed"
    assert Selection(order).hits == bitmap(array("I", [1, 2, 3]))


def test_number_of_matches_is_estimated_from_the_first_ones() -> None:
    order = CachedOrder(array("I", range(1, 1_001)))
    assert order.expect(array("I", [5, 10])) is None, "the places are not known"
    order.prepare()
    assert order.expect(array("I", [5, 10])) == 200
    assert order.expect(array("I")) is None
    assert order.expect(array("I", [5, 2_000])) is None, "added since"


def test_prepared_search_only_matches_and_counts(folder: IndexFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = request("road")
    with closing(LiveSearch(folder.index)) as kept:
        kept.prepare_selection(*asked, lambda: False)
        kept.prepare_tally(FacetKind.TOPIC, lambda: False)
        assert kept.cached_order(*asked) is not None
        monkeypatch.setattr(live, "members_sql", lambda _kind: pytest.fail("the members are known"))
        assert kept.tally(*asked, FacetKind.TOPIC, found=kept.ids(*asked)).articles == 14


IDS = st.lists(st.integers(1, 40_000), unique=True, max_size=300)


@given(IDS)
def test_parse_ids_reads_every_id(ids: list[int]) -> None:
    assert list(parse_ids(",".join(map(str, ids)))) == ids


def test_parse_ids_reads_a_long_text() -> None:
    assert list(parse_ids(",".join(map(str, range(100_000))))) == list(range(100_000))
    assert list(parse_ids(None)) == []


@given(
    IDS,
    st.sets(st.integers(0, 299)) | st.sets(st.integers(0, 299)).map(lambda left: {*range(300)} - left),
    st.integers(1, 400),
)
def test_selection_keeps_the_order_of_all_ids(ids: list[int], places: set[int], most: int) -> None:
    chosen = array("I", sorted(ids[place] for place in places if place < len(ids)))
    expected = [article_id for article_id in ids if article_id in set(chosen)]
    selection = Selection(CachedOrder(array("I", ids)), bitmap(chosen))
    assert list(selection.all()) == expected
    assert list(selection.first(most)) == expected[:most]


def test_bitmap_of_a_long_list_has_every_id() -> None:
    ids = array("I", range(1, 300_000, 3))
    assert bitmap(ids).to_array() == ids
    assert not bitmap(parse_ids(None))


def test_words_of_deleted_articles_match_nothing(folder: IndexFolder) -> None:
    asked = request("road")
    newest = max(folder.root.glob("*.md"))
    newest.unlink()
    folder.sync()
    with closing(folder.search()) as search, closing(LiveSearch(folder.index)) as kept:
        assert kept.ids(*asked) == search.ids(*asked)
        assert replace(kept.tally(*asked, FacetKind.TOPIC), read=None) == Search.tally(search, *asked, FacetKind.TOPIC)
