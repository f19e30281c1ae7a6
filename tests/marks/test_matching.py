"""Tests of how articles are found again: values in, matches out."""

from __future__ import annotations

import pytest

from reader.marks.matching import FoundArticle, KnownPlace, carry_over, match
from reader.marks.model import Place, Traits

PAGE, OTHER_PAGE, SAID, TEXT = 10**15, 2 * 10**15, 3 * 10**15, 4 * 10**15


def copy_of(number: int) -> int:
    """Return an equal number that is another object, as if it were read from a database."""
    return int(str(number))


def found(number: int, traits: Traits) -> FoundArticle:
    return FoundArticle(number, f"/new/renamed-{number}.md", 100 + number, is_placed=False, is_new=True, traits=traits)


def known(number: int, traits: Traits) -> KnownPlace:
    return KnownPlace(Place(number, f"/old/{number}.md", number, traits=traits), exists=False, is_new=True)


@pytest.mark.parametrize(
    ("page", "matches", "remark"),
    [
        (PAGE, True, "the same page"),
        (OTHER_PAGE, False, "another page"),
        (None, True, "no URL"),
    ],
)
def test_equal_text_is_a_match_unless_the_pages_differ(page: int | None, matches: bool, remark: str) -> None:  # noqa: FBT001 - from the table
    place = known(1, Traits(page=PAGE, text=TEXT))
    # Two articles have the page, so that only the text can tell.
    articles = [
        found(1, Traits(page=None if page is None else copy_of(page), text=copy_of(TEXT))),
        found(2, Traits(page=copy_of(PAGE))),
        found(3, Traits(page=copy_of(PAGE))),
    ]

    pairs = match([place], articles, lambda _folder: False, lambda _path: None)

    assert [pair.article.id for pair in pairs] == ([1] if matches else []), remark


@pytest.mark.parametrize(
    ("articles", "taken_over", "remark"),
    [
        ([found(1, Traits(page=PAGE)), found(2, Traits(page=PAGE, said=SAID))], [1, 2], "all with its URL"),
        ([found(1, Traits(said=PAGE)), found(2, Traits(said=PAGE))], [1, 2], "all without a URL that say the same"),
        (
            [found(1, Traits(said=PAGE)), found(2, Traits(page=SAID, said=PAGE))],
            [1],
            "one without a URL first",
        ),
        ([found(1, Traits(page=SAID, said=PAGE))], [1], "the only one, although it has a URL"),
        ([found(number, Traits(page=SAID + number, said=PAGE)) for number in (1, 2)], [], "two with URLs"),
        ([found(1, Traits(page=SAID, said=SAID))], [], "none"),
    ],
)
def test_marks_without_a_path_go_to_the_articles_that_showed_them(
    articles: list[FoundArticle], taken_over: list[int], remark: str
) -> None:
    legacy = [Place(1, "", copy_of(PAGE))]

    assert [article.id for _key, article in carry_over(legacy, articles, lambda _key: False)] == taken_over, remark
    assert not list(carry_over(legacy, articles, lambda _key: True)), "claimed before"
