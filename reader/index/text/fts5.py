"""Full-text index with SQLite's FTS5. The only module that uses FTS5.

The same function splits queries and indexed text into words. A word in Chinese, Japanese or Korean is therefore a
sequence of characters that must be adjacent, and a word with several parts (covid-19, node.js) is a phrase.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.query.ast import And, Expr, Match, Or, TextValue, positive_texts
from reader.query.fields import is_text_field
from reader.text import split_words

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

__all__ = ["Fts5Index"]

# body is the first column: with each word in any other column, FTS5 stores the number of the column.
#
# words has a prefix index for two letters: most articles contain a word that begins with "th", and merging the lists of
# all those words would take noticeably long. The larger hash (in bytes; SQLite's default is 1 MB) makes up for its cost
# when a folder is first indexed, and so does merging 64 segments at a time (SQLite's default is 4, and 16 at the
# latest): with that many segments, a search is not noticeably slower.
_TABLE = """
CREATE VIRTUAL TABLE {} USING fts5 (
    body, title, excerpt, provider, topics, authors, content='', tokenize='ascii', prefix='2'
);
"""
_SETTINGS = """
INSERT INTO words (words, rank) VALUES ('hashsize', 33554432);
INSERT INTO words (words, rank) VALUES ('automerge', 64), ('crisismerge', 200);
"""
_CLEAR = "INSERT INTO {0} ({0}) VALUES ('delete-all')"
_INSERT = "INSERT INTO {} (rowid, body, title, excerpt, provider, topics, authors) VALUES (?, ?, ?, ?, ?, ?, ?)"

# Columns by field name.
_COLUMNS = {"title": "title", "excerpt": "excerpt", "body": "body", "author": "authors"}
# FTS5's parser allows as little nesting as SQLite's; deeper groups are combined in SQL.
_MOST_LEVELS = 3


class Fts5Index:
    """Two FTS5 tables that do not store the text: ``words``, and ``newest_words`` for the newest articles."""

    schema = _TABLE.format("words") + _SETTINGS + _TABLE.format("newest_words")
    reset = f"{_CLEAR.format('words')};\n{_CLEAR.format('newest_words')};"
    ids = "SELECT group_concat(rowid) FROM words WHERE words MATCH ?"
    # Weights of the columns: body, title, excerpt, provider, topics, authors.
    ranking = (
        "LEFT JOIN (SELECT rowid AS id, bm25(words, 1, 10, 3, 2, 5, 2) AS score FROM words WHERE words MATCH ?) "
        "AS ranked ON ranked.id = article.id"
    )

    def condition(self, *, recent: bool) -> str:
        """Return an SQL condition that is true if a match finds the article."""
        return f"article.id IN (SELECT rowid FROM {_table(recent)} WHERE {_table(recent)} MATCH ?)"

    def match(self, expr: Expr) -> str | None:
        """Return an FTS5 expression that is equivalent to an expression; None if there is none."""
        return _match(expr, _MOST_LEVELS)

    def joined(self, matches: Iterable[str], word: str) -> str:
        """Join FTS5 expressions with AND or OR."""
        return f" {word} ".join(matches)

    def ranking_match(self, expr: Expr | None) -> str | None:
        """Return an FTS5 expression of all words that a query searches for; None if there are none."""
        phrases = [_phrase(field, text) for field, text in positive_texts(expr) if is_text_field(field)]
        found = [phrase for phrase in dict.fromkeys(phrases) if phrase]
        return " OR ".join(found) or None

    def put(self, connection: sqlite3.Connection, rows: Iterable[tuple[object, ...]], *, recent: bool) -> None:
        """Add the words of articles."""
        connection.executemany(_INSERT.format(_table(recent)), rows)

    def clear_recent(self, connection: sqlite3.Connection) -> None:
        """Remove all words of the newest articles."""
        connection.execute(_CLEAR.format("newest_words"))


def _table(recent: bool) -> str:  # noqa: FBT001 - the keyword of the methods above
    return "newest_words" if recent else "words"


def _match(expr: Expr, levels: int) -> str | None:
    if isinstance(expr, Match):
        return _values_match(expr)
    if not isinstance(expr, And | Or) or levels == 0:
        return None
    parts: list[str] = []
    for operand in expr.operands:
        part = _match(operand, levels - 1)
        if part is None:
            return None
        parts.append(part)
    return _grouped(parts, "AND" if isinstance(expr, And) else "OR")


def _values_match(expr: Match) -> str | None:
    if not is_text_field(expr.field):
        return None
    phrases = [_phrase(expr.field, value) for value in expr.values if isinstance(value, TextValue)]
    # FTS5 has no regular expressions, and a value without words does not narrow the result.
    return _grouped(phrases, "OR") if all(phrases) and len(phrases) == len(expr.values) else None


def _grouped(parts: list[str], word: str) -> str:
    return parts[0] if len(parts) == 1 else f"({f' {word} '.join(parts)})"


def _phrase(field: str, text: TextValue) -> str:
    found = split_words(text.text)
    if not found:
        return ""
    column = f"{_COLUMNS[field]} : " if field in _COLUMNS else ""
    # Words consist of letters and digits, so there is no quote to escape.
    return f'{column}"{" ".join(found)}"' + "*" * text.prefix
