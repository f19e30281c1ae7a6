"""Full-text expressions for the words of a query.

Text is split into words by the function that filled the index. So a word in Chinese, Japanese or Korean is a sequence
of characters that must follow each other, and a word of several parts (covid-19, node.js) is a phrase of them.
"""

from __future__ import annotations

from reader.query.ast import And, Expr, Match, Or, TextValue, positive_texts
from reader.query.fields import is_text_field
from reader.text import split_words

__all__ = ["IN_FTS", "IN_RECENT_FTS", "RANKED", "fts_match", "fts_ranking"]

IN_FTS = "article.id IN (SELECT rowid FROM words WHERE words MATCH ?)"
IN_RECENT_FTS = "article.id IN (SELECT rowid FROM newest_words WHERE newest_words MATCH ?)"
"""The same condition as IN_FTS, for queries over the newest articles only."""

# Weights of the columns: title, excerpt, body, provider, topics, authors. A lower score is a better match.
RANKED = (
    "LEFT JOIN (SELECT rowid AS id, bm25(words, 10, 3, 1, 2, 5, 2) AS score FROM words WHERE words MATCH ?) AS ranked"
    " ON ranked.id = article.id"
)

# Columns of the full-text index, by field name.
_COLUMNS = {"title": "title", "excerpt": "excerpt", "body": "body", "author": "authors"}
# FTS5's parser allows as little nesting as SQLite's; deeper groups are combined in SQL.
_MOST_LEVELS = 3


def fts_match(expr: Expr, levels: int = _MOST_LEVELS) -> str | None:
    """Return a full-text expression that finds exactly what ``expr`` does; None if there is none."""
    if isinstance(expr, Match):
        return _values_match(expr)
    if not isinstance(expr, And | Or) or levels == 0:
        return None
    parts: list[str] = []
    for operand in expr.operands:
        part = fts_match(operand, levels - 1)
        if part is None:
            return None
        parts.append(part)
    return _grouped(parts, "AND" if isinstance(expr, And) else "OR")


def fts_ranking(expr: Expr | None) -> str | None:
    """Return a full-text expression of all words that a query searches for; None if there are none."""
    phrases = [_phrase(field, text) for field, text in positive_texts(expr) if is_text_field(field)]
    found = [phrase for phrase in dict.fromkeys(phrases) if phrase]
    return " OR ".join(found) or None


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
