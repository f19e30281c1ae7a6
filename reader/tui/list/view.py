"""View of the list as a value: filter text, sidebar selection, minimum quality and order.

Converts a view to a query. Does not depend on panes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.errors import QueryError
from reader.query import Query, SortKey, combine, parse, parse_incremental
from reader.query.ast import Compare, Flag, Match, TextValue, all_of, any_of, negate
from reader.query.completion import without_term
from reader.query.edit import toggle_term, with_sort

if TYPE_CHECKING:
    from reader.query.ast import Expr

__all__ = ["ALL", "SORT_OPTIONS", "SidebarSelection", "SortOption", "View", "sort_words"]

_MOST_QUALITY = 100


class SidebarSelection(Struct, frozen=True):
    """Row of the sidebar as a condition: a query field and a value. Without them, it selects everything.

    The field ``search`` means a saved search: ``value`` is its name and ``text`` its query. A field can also have
    several values: articles with any of ``any_of`` and none of ``none_of``.
    """

    field: str = ""
    value: str = ""
    text: str = ""
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()

    @property
    def is_several(self) -> bool:
        """Whether the selection consists of values that the user added or excluded."""
        return bool(self.any_of or self.none_of)

    @property
    def values(self) -> tuple[str, ...]:
        """The values that need a row in the sidebar."""
        return (*self.any_of, *self.none_of) if self.is_several else (self.value,)

    @property
    def label(self) -> str:
        """The selection as shown in the title of the list."""
        if not self.is_several:
            return self.value
        return " ".join(filter(None, (" + ".join(self.any_of), *(f"−{name}" for name in self.none_of))))

    def toggled(self, row: SidebarSelection, *, excluded: bool) -> SidebarSelection:
        """Return the selection with the value of a row added or excluded, or with that undone."""
        before = self if self.is_several and self.field == row.field else SidebarSelection()
        chosen, other = (before.none_of, before.any_of) if excluded else (before.any_of, before.none_of)
        was_chosen = row.value in chosen
        chosen = tuple(name for name in chosen if name != row.value) + (() if was_chosen else (row.value,))
        other = tuple(name for name in other if name != row.value)
        any_of, none_of = (other, chosen) if excluded else (chosen, other)
        return SidebarSelection(row.field, any_of=any_of, none_of=none_of) if any_of or none_of else row

    def query(self) -> Query:
        """Return the query that the selection adds. Raises QueryError for an invalid saved search."""
        if not self.field:
            return Query()
        if self.is_several:
            return self._several()
        if self.field == "search":
            return self._saved()
        if self.field == "is":
            return Query(Flag("is", (self.value,)))
        if self.field == "date":
            return parse(f"date:{self.value}")
        return Query(Match(self.field, (TextValue(self.value),)))

    def _several(self) -> Query:
        def conditions(names: tuple[str, ...]) -> tuple[Expr, ...]:
            queries = (SidebarSelection(self.field, name).query() for name in names)
            return tuple(query.expr for query in queries if query.expr is not None)

        wanted = (any_of(conditions(self.any_of)),) if self.any_of else ()
        return Query(all_of((*wanted, *map(negate, conditions(self.none_of)))))

    def _saved(self) -> Query:
        try:
            return parse(self.text)
        except QueryError as error:
            # The position refers to the saved query, not to the text in the filter.
            raise QueryError(f'Saved search "{self.value}": {error}', start=0, end=0) from error


ALL = SidebarSelection()
_NEWEST_FIRST = SortKey("date")


class SortOption(Struct, frozen=True):
    """Entry of the sort menu: the letter that picks it, and its two directions in words."""

    letter: str
    key: str
    name: str
    useful: str
    reverse: str


SORT_OPTIONS: tuple[SortOption, ...] = (
    SortOption("d", "date", "date", "newest first", "oldest first"),
    SortOption("q", "quality", "quality", "best first", "worst first"),
    SortOption("h", "heat", "heat", "highest heat first", "lowest heat first"),
    SortOption("t", "title", "title", "title A to Z", "title Z to A"),
    SortOption("p", "provider", "provider", "provider A to Z", "provider Z to A"),
    SortOption("r", "relevance", "relevance", "best match first", "weakest match first"),
)


class View(Struct, frozen=True):
    """Filter, selection and order of the list. ``min_quality`` is the minimum quality; 0 includes articles without one.

    ``sort_first`` means that ``sort`` was picked after the selection, and overrides the order of a saved search.
    """

    typed: str = ""
    choice: SidebarSelection = ALL
    min_quality: int = 0
    sort: tuple[SortKey, ...] = (_NEWEST_FIRST,)
    sort_first: bool = False

    def query(self, *, typing: bool = False) -> Query:
        """Return the complete query. Raises QueryError if the filter or the saved search is invalid."""
        return combine(self._chosen(), self.query_without_choice(typing=typing))

    def query_without_choice(self, *, typing: bool = False) -> Query:
        """Return the query that the sidebar counts are based on. Raises QueryError."""
        typed = (parse_incremental if typing else parse)(self.typed)
        return combine(Query(Compare("quality", ">=", float(self.min_quality))), typed) if self.min_quality else typed

    def order(self, *, typing: bool = False) -> tuple[SortKey, ...]:
        """Return the order of the complete query, else the one from the sort menu. Raises QueryError."""
        return self.query(typing=typing).sort or self.sort

    def begun(self) -> View:
        """Return the view with a star after the last word if the word matches as a prefix while typed, else itself."""
        begun = replace(self, typed=f"{self.typed}*")
        try:
            return begun if begun.query() == self.query(typing=True) != self.query() else self
        except QueryError:
            return self

    def without_last_term(self) -> View | None:
        """Return the view without the last term of its filter; None if the rest is not a query."""
        rest = replace(self, typed=without_term(self.typed, len(self.typed)))
        try:
            rest.query()
        except QueryError:
            return None
        return rest

    def to_query_text(self) -> str:
        """Return a self-contained query with the same result and order. Raises QueryError."""
        if self.choice == ALL and not self.min_quality and self.sort == (_NEWEST_FIRST,):
            parse(self.typed)
            return self.typed.strip()
        query = self.query()
        return str(query if query.sort or self.sort == (_NEWEST_FIRST,) else replace(query, sort=self.sort))

    def _chosen(self) -> Query:
        query = self.choice.query()
        return replace(query, sort=()) if self.sort_first else query

    @property
    def matches_all(self) -> bool:
        """Whether the view shows all articles."""
        return not self.typed.strip() and self.choice == ALL and not self.min_quality

    def shows_same(self, other: View) -> bool:
        """Return whether two views show the same articles, in any order."""
        return replace(self, sort=other.sort, sort_first=other.sort_first) == other

    def with_choice(self, choice: SidebarSelection) -> View:
        """Return the view narrowed to a sidebar selection."""
        return replace(self, choice=choice, sort_first=False)

    def sorted_by(self, key: SortKey) -> View:
        """Return the view in another order, which replaces a ``sort:`` in the filter. Raises QueryError."""
        return replace(self, typed=with_sort(self.typed, key), sort=(key,), sort_first=True)

    def with_unread_toggled(self) -> View:
        """Return the view with ``is:unread`` in the filter, or without it. Raises QueryError."""
        return replace(self, typed=toggle_term(self.typed, "is:unread"))

    def with_min_quality(self, change: int) -> View:
        """Return the view with the minimum quality raised or lowered."""
        return replace(self, min_quality=max(0, min(_MOST_QUALITY, self.min_quality + change)))

    def cleared(self) -> View:
        """Return the view of all articles, in the same order."""
        return View(sort=self.sort)


def sort_words(keys: tuple[SortKey, ...]) -> str:
    """Return an order in words: ``newest first``."""
    words = {order.key: (order.useful, order.reverse) for order in SORT_OPTIONS}
    return ", then ".join(words[key.key][key.reverse] if key.key in words else str(key) for key in keys)
