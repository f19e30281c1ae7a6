"""Filter, choice, minimum quality and sort: the list matches plain Python, and the cursor keeps its article."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from tui_driver import MEDIUM, opened

from reader.text import fold, split_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tui_driver import ReaderEnv

    from reader.article import Article

    Value = Callable[[Article], float | str | None]

HIGHEST_FIRST: dict[str, Value] = {
    "d": lambda article: None if article.published_at is None else article.published_at.timestamp(),
    "q": lambda article: article.quality,
    "h": lambda article: article.heat,
}
A_TO_Z: dict[str, Value] = {
    "t": lambda article: fold(article.title),
    "p": lambda article: fold(article.provider.name),
}


def ordered(articles: list[Article], letter: str) -> list[str]:
    """Sort like the menu: equal values newest first and then by path, missing values always last."""
    value = (HIGHEST_FIRST | A_TO_Z)[letter.lower()]
    backwards = (letter.lower() in HIGHEST_FIRST) != letter.isupper()
    found = sorted(articles, key=lambda article: article.path)
    date = HIGHEST_FIRST["d"]
    found.sort(key=lambda article: -float(date(article) or float("-inf")))
    there = [article for article in found if value(article) not in {None, ""}]
    missing = [article for article in found if value(article) in {None, ""}]
    there.sort(key=value, reverse=backwards)  # type: ignore[arg-type]  # never None here
    return [article.path for article in there + missing]


def having(articles: list[Article], word: str) -> set[str]:
    return {article.path for article in articles if word in split_words(_everything(article))}


def _everything(article: Article) -> str:
    parts = (article.title, article.excerpt, article.body, article.provider.name, article.provider.domain)
    return "\n".join((*parts, *article.topics, *article.authors))


async def test_sort_menu_letters_sort_and_capitals_reverse(
    sample: Path, sample_articles: list[Article], world: ReaderEnv
) -> None:
    async with opened(sample, world) as reading:
        assert reading.paths() == ordered(sample_articles, "d"), "newest first by default"
        for letter in "qQtTpPhHDd":
            await reading.press("S", letter)
            assert reading.paths() == ordered(sample_articles, letter), letter


async def test_enter_in_the_sort_menu_sorts_and_then_reverses(
    sample: Path, sample_articles: list[Article], world: ReaderEnv
) -> None:
    async with opened(sample, world, size=MEDIUM) as reading:
        await reading.press("S", "j", "enter")
        assert reading.paths() == ordered(sample_articles, "q")
        assert "best first" in reading.title
        await reading.press("S", "enter")
        assert reading.paths() == ordered(sample_articles, "Q")
        assert "worst first" in reading.title
        await reading.press("S", "escape")
        assert "worst first" in reading.title


async def test_sidebar_counts_match_plain_python(
    sample: Path, sample_articles: list[Article], world: ReaderEnv
) -> None:
    everything = Counter(topic for article in sample_articles for topic in article.topics)
    found = having(sample_articles, "history")
    under_word = Counter(topic for article in sample_articles if article.path in found for topic in article.topics)
    async with opened(sample, world) as reading:
        total = len(sample_articles)
        fixed = {"All": total, "Unread": total, "Starred": 0, "Read later": 0}
        assert reading.counts() == fixed | everything
        await reading.type("history")
        fixed = {"All": len(found), "Unread": len(found), "Starred": 0, "Read later": 0}
        assert reading.counts() == fixed | under_word
        assert reading.title.startswith(f"{len(found)} of {total} ")


async def test_sidebar_cycles_through_its_facets(
    sample: Path, sample_articles: list[Article], world: ReaderEnv
) -> None:
    providers = Counter(article.provider.name for article in sample_articles)
    categories = Counter(article.category for article in sample_articles if article.category)
    authors = Counter(name for article in sample_articles for name in article.authors)
    years = Counter(str(article.published_at.year) for article in sample_articles if article.published_at)
    async with opened(sample, world) as reading:
        facets = (("Providers", providers), ("Categories", categories), ("Authors", authors), ("Years", years))
        for kind, expected in facets:
            await reading.press("T")
            assert reading.sidebar_title == kind
            counts = reading.counts()
            assert {name: count for name, count in counts.items() if name in expected} == dict(expected), kind
            assert len(counts) == len(expected) + 4
        await reading.press("T")
        assert reading.sidebar_title == "Topics"


async def test_chosen_topic_filters_the_list_and_keeps_other_counts(
    sample: Path, sample_articles: list[Article], world: ReaderEnv
) -> None:
    expected = [path for path in ordered(sample_articles, "d") if path in _with_topic(sample_articles, "Astronomy")]
    async with opened(sample, world) as reading:
        before = reading.counts()
        await reading.choose("Astronomy")
        assert reading.paths() == expected
        assert reading.title.startswith(f"{len(expected)} of {len(sample_articles)} · Astronomy")
        assert reading.counts() == before


def _with_topic(articles: list[Article], topic: str) -> set[str]:
    return {article.path for article in articles if topic in article.topics}


async def test_typed_word_matches_as_a_prefix_until_a_space(
    sample: Path, sample_articles: list[Article], world: ReaderEnv
) -> None:
    started = {
        article.path
        for article in sample_articles
        if any(word.startswith("satellite") for word in split_words(_everything(article)))
    }
    whole = having(sample_articles, "satellite")
    assert whole, "some articles have the word"
    assert whole < started, "the prefix matches more articles"
    async with opened(sample, world, size=MEDIUM) as reading:
        await reading.press("/", *"satellite")
        assert set(reading.paths()) == started
        await reading.press("enter")
        assert (set(reading.paths()), reading.filter_text) == (started, "satellite*")
        await reading.press("/", "backspace", "space", "enter")
        assert set(reading.paths()) == whole


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("topic:astron", "topic:astron*"),
        ("topic:astronomy", "topic:astronomy"),
        ("provider:nas", "provider:nas*"),
        ("topic:history voyag", "topic:history voyag*"),
        ("topic:hist", "topic:hist*"),
        ("limit:2 satellit", "limit:2 satellit*"),
        ("limit:2 star", "limit:2 star*"),
        ("is:unread", "is:unread"),
    ],
)
async def test_text_being_typed_matches_as_a_prefix_and_stays(
    sample: Path, world: ReaderEnv, typed: str, kept: str
) -> None:
    async with opened(sample, world, size=MEDIUM) as reading:
        await reading.start_typing(typed)
        shown = reading.paths()
        assert shown
        await reading.press("enter")
        assert (reading.filter_text, reading.paths()) == (kept, shown)


async def test_escape_while_typing_restores_the_filter(sample: Path, world: ReaderEnv) -> None:
    async with opened(sample, world, size=MEDIUM) as reading:
        await reading.type("machine")
        before = reading.paths()
        await reading.start_typing("machine clock")
        assert reading.paths() != before
        await reading.press("escape")
        assert reading.paths() == before
        assert reading.filter_text == "machine*"


async def test_minimum_quality_changes_by_its_step(
    sample: Path, sample_articles: list[Article], world: ReaderEnv
) -> None:
    async with opened(sample, world, size=MEDIUM) as reading:
        for floor, key in ((10, "+"), (20, "+"), (30, "="), (20, "-"), (10, "-")):
            await reading.press(key)
            expected = {article.path for article in sample_articles if (article.quality or -1) >= floor}
            assert set(reading.paths()) == expected, floor
            assert f"quality ≥ {floor}" in reading.title
        await reading.press("-")
        assert len(reading.paths()) == len(sample_articles), (
            "without a minimum, articles without quality are listed too"
        )
        assert "quality" not in reading.title
        await reading.press("-")
        assert reading.said == "No minimum quality"


@pytest.mark.parametrize(
    ("action", "remark"),
    [
        (("S", "q"), "another sort"),
        (("S", "T"), "another sort, reversed"),
        (("+",), "a minimum below its quality"),
        (("T",), "something else at the left"),
        (("R",), "the folder read again"),
        (("s",), "a mark"),
        (("z", "z"), "zen and back"),
    ],
)
async def test_cursor_stays_on_its_article_through_view_changes(
    sample: Path, world: ReaderEnv, action: tuple[str, ...], remark: str
) -> None:
    path = "computing/the-machine-that-remembers.md"
    async with opened(sample, world, size=MEDIUM) as reading:
        await reading.go_to(path)
        await reading.press(*action)
        assert (reading.current, reading.opened) == (path, path), remark


async def test_cursor_stays_under_a_filter_a_topic_and_both_cleared(sample: Path, world: ReaderEnv) -> None:
    path = "computing/the-machine-that-remembers.md"
    async with opened(sample, world) as reading:
        await reading.go_to(path)
        await reading.type("machine")
        assert (reading.current, reading.opened) == (path, path)
        await reading.choose("Internet")
        assert (reading.current, reading.opened) == (path, path)
        await reading.press("F")
        assert (reading.current, reading.opened) == (path, path)
        assert reading.filter_text == ""
        assert reading.sidebar_line == "All", "All is chosen again"


async def test_cursor_returns_to_its_article_once_it_is_visible_again(sample: Path, world: ReaderEnv) -> None:
    path = "computing/the-machine-that-remembers.md"
    async with opened(sample, world) as reading:
        await reading.go_to(path)
        for hide in (("S", "q"), ("+",) * 9):
            await reading.press(*hide)
        assert path not in reading.paths()
        assert reading.current == reading.opened == reading.paths()[0]
        await reading.press("F")
        assert (reading.current, reading.opened) == (path, path)


async def test_cursor_moved_under_a_filter_stays_when_it_is_cleared(sample: Path, world: ReaderEnv) -> None:
    async with opened(sample, world) as reading:
        await reading.go_to("computing/the-machine-that-remembers.md")
        await reading.type("astronomy")
        await reading.press("j")
        path = reading.current
        await reading.press("escape")
        assert reading.title.startswith("95 "), "escape on the list clears the filter"
        assert reading.current == path


async def test_invalid_filter_keeps_the_list_and_shows_an_error(sample: Path, world: ReaderEnv) -> None:
    async with opened(sample, world) as reading:
        await reading.type("machine")
        before = (reading.paths(), reading.current, reading.title)
        await reading.start_typing("machine topc:AI")
        assert (reading.paths(), reading.current, reading.title) == before
        assert reading.is_filter_wrong()
        assert "topc" in reading.said
        assert reading.said in reading.text()
        await reading.press("escape")
        assert not reading.is_filter_wrong()
        assert reading.said == ""


async def test_typed_sort_overrides_the_menu(sample: Path, sample_articles: list[Article], world: ReaderEnv) -> None:
    async with opened(sample, world) as reading:
        await reading.press("S", "t")
        await reading.type("sort:quality")
        assert reading.paths() == ordered(sample_articles, "q")
        assert reading.title.endswith("best first")


async def test_startup_query_is_in_the_filter_and_applied(
    sample: Path, sample_articles: list[Article], world: ReaderEnv
) -> None:
    async with opened(sample, world, query="topic:astronomy") as reading:
        assert reading.filter_text == "topic:astronomy"
        assert set(reading.paths()) == _with_topic(sample_articles, "Astronomy")


async def test_filter_finds_words_of_the_body(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.type("gravel")
        assert reading.paths() == ["second.md"]
        await reading.start_typing("nothing-like-this")
        assert reading.paths() == []
        assert reading.page().split() == ["No", "matching", "articles."], "no key of the list works here"
        await reading.press("enter")
        assert "F clear all filters" in reading.page()


async def test_results_of_a_typed_prefix_stay_after_enter(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.start_typing("roa")
        seen = reading.paths()
        assert seen
        await reading.press("enter")
        assert (reading.paths(), reading.filter_text) == (seen, "roa*")
        await reading.start_typing("road")
        await reading.press("enter")
        assert (reading.paths(), reading.filter_text) == (seen, "road*"), "although some have the exact word"
        await reading.start_typing("nowher")
        await reading.press("enter")
        assert (reading.paths(), reading.filter_text) == ([], "nowher"), "no article matches"
