"""Matching of records with articles whose files were renamed, moved or copied, as version control detects renames.

Pure. A file at a known path is the same article, however it was edited. For any other file, each trait is compared in
turn, and a match must be unambiguous: exactly one record and one article have the trait, or one of each with the same
file name. The remaining articles of a moved folder are matched by path.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from reader.marks.model import Place, Traits

__all__ = ["FoundArticle", "KnownPlace", "Match", "carry_over", "match"]

# In order of comparison. A record whose file still exists elsewhere is compared only by the first two.
_TRAITS = ("url", "content", "page", "text", "said")
_OF_COPIES = frozenset({"url", "content"})
# Traits that different articles can share, so that different URLs distinguish them.
_WEAK = frozenset({"text", "said"})


class KnownPlace(Struct, frozen=True):
    """Place of a record that is outside the folder or whose file is gone.

    ``exists`` if the file still exists: then the article is a copy in another folder and did not move. ``is_new`` if
    the index has not seen the record before.
    """

    place: Place
    exists: bool
    is_new: bool


class FoundArticle(Struct, frozen=True):
    """Article in the folder; ``is_placed`` if it has a record, ``is_new`` if its file is new to the index."""

    id: int
    path: str
    mark_key: int
    is_placed: bool
    is_new: bool
    traits: Traits


class Match(NamedTuple):
    """Article, and the record that turned out to be its own."""

    known: KnownPlace
    article: FoundArticle


def match(
    known: Iterable[KnownPlace],
    articles: Sequence[FoundArticle],
    is_there: Callable[[str], bool],
    article_at: Callable[[str], FoundArticle | None],
) -> list[Match]:
    """Return which records belong to which articles, each at most once.

    ``articles`` are all articles in the folder that share a trait with a record. ``is_there`` returns whether a folder
    exists, and ``article_at`` returns the article at a path.
    """
    search = _Matching(list(known), articles)
    for trait in _TRAITS:
        search.compare(trait)
    search.follow_folders(is_there, article_at)
    return search.matches


class _Matching:
    def __init__(self, known: list[KnownPlace], articles: Sequence[FoundArticle]) -> None:
        self.matches: list[Match] = []
        self._known = known
        self._articles = articles
        self._matched_records: set[int] = set()
        self._matched_articles: set[int] = set()

    def compare(self, trait: str) -> None:
        places: defaultdict[int, list[KnownPlace]] = defaultdict(list)
        for item in self._known:
            value = getattr(item.place.traits, trait)
            if value is not None and not (item.exists and trait not in _OF_COPIES):
                places[value].append(item)
        articles: defaultdict[int, list[FoundArticle]] = defaultdict(list)
        for article in self._articles:
            if getattr(article.traits, trait) in places:
                articles[getattr(article.traits, trait)].append(article)
        for value, found in articles.items():
            for pair in _pairs(places[value], found):
                if not (trait in _WEAK and _differ(pair)):
                    self._take(pair)

    def _take(self, pair: Match) -> None:
        known, article = pair
        if known.place.mark_key in self._matched_records or article.id in self._matched_articles:
            return
        # A record that the index already knows was compared with the old articles before, and an article with its own
        # record only takes over new marks.
        if known.is_new or (article.is_new and not article.is_placed):
            self._matched_records.add(known.place.mark_key)
            self._matched_articles.add(article.id)
            self.matches.append(pair)

    def follow_folders(self, is_there: Callable[[str], bool], article_at: Callable[[str], FoundArticle | None]) -> None:
        """Match by path the remaining articles of moved folders, which the earlier matches reveal."""
        moved = _moved_folders(self.matches, is_there)
        for item in self._known if moved else ():
            path = "" if item.exists else _moved(item.place.path, moved)
            article = article_at(path) if path else None
            if article is not None and not article.is_placed:
                self._take(Match(item, article))


def _pairs(places: Sequence[KnownPlace], articles: Sequence[FoundArticle]) -> Iterator[Match]:
    if len({item.place.mark_key for item in places}) == 1 and len(articles) == 1:
        yield Match(places[0], articles[0])
        return
    same_name: defaultdict[str, tuple[list[KnownPlace], list[FoundArticle]]] = defaultdict(lambda: ([], []))
    for item in places:
        same_name[_name(item.place.path)][0].append(item)
    for article in articles:
        same_name[_name(article.path)][1].append(article)
    for of_places, of_articles in same_name.values():
        if len({item.place.mark_key for item in of_places}) == 1 and len(of_articles) == 1:
            yield Match(of_places[0], of_articles[0])


def _differ(pair: Match) -> bool:
    one, other = pair.known.place.traits.page, pair.article.traits.page
    return one is not None and other is not None and one != other


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _moved_folders(matches: Iterable[Match], is_there: Callable[[str], bool]) -> Mapping[str, str]:
    """Return where missing folders moved: to the place where most of the files in each are now."""
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for known, article in matches:
        if not known.exists:
            old, new = known.place.path, article.path
            while old and _name(old) == _name(new):
                old, new = old.rpartition("/")[0], new.rpartition("/")[0]
                if old != new:
                    votes[old][new] += 1
    return {
        old: ranked[0][0]
        for old, count in votes.items()
        if (ranked := count.most_common(2)) and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]) and not is_there(old)
    }


def _moved(path: str, moved: Mapping[str, str]) -> str:
    folder, rest = path, ""
    while folder:
        folder, _, name = folder.rpartition("/")
        rest = f"/{name}{rest}"
        if folder in moved:
            return moved[folder] + rest
    return ""


def carry_over(
    legacy: Iterable[Place], articles: Iterable[FoundArticle], claimed: Callable[[int], bool]
) -> Iterator[tuple[int, FoundArticle]]:
    """Yield which articles take over the marks of records without a path, which older versions wrote.

    Such a record is named after a URL or an article's description of itself, and applied to every article of that name.
    Each of them keeps these marks in its own record. ``claimed`` returns whether the articles of a name have already
    taken over their marks; later articles do not.
    """
    by_page: defaultdict[int, list[FoundArticle]] = defaultdict(list)
    by_said: defaultdict[int, list[FoundArticle]] = defaultdict(list)
    for article in articles:
        traits = article.traits
        if traits.page is not None:
            by_page[traits.page].append(article)
        if traits.said is not None:
            by_said[traits.said].append(article)
    for place in legacy:
        if not claimed(place.mark_key):
            found = by_page[place.mark_key] or _without_url(by_said[place.mark_key])
            yield from ((place.mark_key, article) for article in found)


def _without_url(articles: list[FoundArticle]) -> list[FoundArticle]:
    # An article with a URL was named after it, unless the URL was not understood: then it must be the only one.
    return [article for article in articles if article.traits.page is None] or (articles if len(articles) == 1 else [])
