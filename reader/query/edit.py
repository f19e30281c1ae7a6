"""Edits of a query as text: change its order, or toggle a term. The rest of the user's text stays unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.query.ast import Or, Query
from reader.query.lexer import TokenKind, tokenize
from reader.query.parser import combine, parse

if TYPE_CHECKING:
    from reader.query.ast import SortKey
    from reader.query.lexer import Token

__all__ = ["toggle_term", "with_sort"]


def with_sort(text: str, key: SortKey) -> str:
    """Return a query with another ``sort:``; return it unchanged if it has none. Raises QueryError."""
    tokens = _outer(text) if parse(text).sort else []
    token = next((token for token in tokens if token.field.lower() == "sort"), None)
    return text if token is None else _joined(text[: token.start], str(Query(sort=(key,))), text[token.end :])


def toggle_term(text: str, term: str) -> str:
    """Return a query without a term, or narrowed by the term if the query lacks it. Raises QueryError."""
    query = parse(text)
    if isinstance(query.expr, Or):
        return str(combine(query, parse(term)))
    tokens = _outer(text)
    at = next((at for at, token in enumerate(tokens) if text[token.start : token.end].lower() == term), None)
    if at is None:
        return _joined(text, term)
    # Also remove an AND next to the term.
    first = at - 1 if at and tokens[at - 1].kind is TokenKind.AND else at
    last = at + 1 if first == at and tokens[at + 1 : at + 2] and tokens[at + 1].kind is TokenKind.AND else at
    return _joined(text[: tokens[first].start], text[tokens[last].end :])


def _outer(text: str) -> list[Token]:
    """Return the tokens that are not negated and outside all parentheses."""
    found: list[Token] = []
    depth, before = 0, None
    for token in tokenize(text):
        depth += (token.kind is TokenKind.OPEN) - (token.kind is TokenKind.CLOSE)
        if depth == 0 and before is not TokenKind.NOT:
            found.append(token)
        before = token.kind
    return found


def _joined(*parts: str) -> str:
    return " ".join(filter(None, map(str.strip, parts)))
