"""Full-text index over the words of articles: its interface, and the implementation in use.

It stores words under the IDs of the ``article`` table, and finds IDs by words. Words of removed articles can stay in
it, so the caller must drop IDs that no longer exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from reader.index.text.fts5 import Fts5Index

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from reader.query.ast import Expr

__all__ = ["TEXT_INDEX", "TextIndex", "TextRow"]

TextRow = tuple[object, ...]
"""An article's ID, and the words of its body, title, excerpt, provider, topics and authors."""


class TextIndex(Protocol):
    """Full-text index in the index file, with an additional small one for the newest articles.

    A *match* is a search expression in the language of the full-text index.
    """

    @property
    def schema(self) -> str:
        """SQL that creates it."""

    @property
    def reset(self) -> str:
        """SQL that removes all words."""

    @property
    def ids(self) -> str:
        """SQL that selects the IDs for a match, as one string; the match is its parameter."""

    @property
    def ranking(self) -> str:
        """SQL of a join that adds ``ranked.score``, lower for a better match; the match is its parameter."""

    def condition(self, *, recent: bool) -> str:
        """Return an SQL condition that is true if a match, its parameter, finds the article.

        With ``recent``, only the newest articles are searched.
        """

    def match(self, expr: Expr) -> str | None:
        """Return a match that is equivalent to an expression; None if there is none."""

    def joined(self, matches: Iterable[str], word: str) -> str:
        """Join matches with AND or OR."""

    def ranking_match(self, expr: Expr | None) -> str | None:
        """Return a match for all words that a query searches for; None if there are none."""

    def put(self, connection: sqlite3.Connection, rows: Iterable[TextRow], *, recent: bool) -> None:
        """Add the words of articles; with ``recent``, to the index of the newest articles."""

    def clear_recent(self, connection: sqlite3.Connection) -> None:
        """Remove all words of the newest articles."""


TEXT_INDEX: TextIndex = Fts5Index()
