"""Parser of the query language: text to Query. ``str(query)`` is the inverse.

NOT binds tighter than AND, which needs no keyword, and AND tighter than OR. ``sort:`` and ``limit:`` stay outside all
groups and apply to the entire query. Raises only QueryError, whatever the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from reader.errors import QueryError
from reader.query.ast import ANYWHERE, And, Expr, Match, Or, Query, TextValue, all_of, any_of, negate
from reader.query.fields import FieldKind, find_field, is_text_field
from reader.query.lexer import Token, TokenKind, sanitize_query, tokenize
from reader.query.terms import LimitDirective, SortDirective, parse_term
from reader.text import split_words

if TYPE_CHECKING:
    from reader.query.ast import SortKey

__all__ = ["MAX_DEPTH", "MAX_LENGTH", "combine", "parse", "parse_incremental"]

# In characters. No user types that much, and a script that produces it should get an error.
MAX_LENGTH = 16 * 1024
# Nesting depth of parentheses.
MAX_DEPTH = 50


def parse(text: str) -> Query:
    """Parse a query. Raises only QueryError."""
    if len(text) > MAX_LENGTH:
        message = f"query too long: {len(text):,} characters (limit {MAX_LENGTH:,})"
        raise QueryError(message, start=MAX_LENGTH, end=len(text), expected="a shorter query")
    text = sanitize_query(text)
    return _Parser(tokenize(text), len(text)).query()


def parse_incremental(text: str) -> Query:
    """Parse a query that is being typed: the word at its end may still grow.

    A bare word or name at the very end matches as a prefix unless it is negated. A single letter does not narrow the
    list yet. Raises QueryError as ``parse`` does.
    """
    query = parse(text)
    if query.expr is None or not _ends_in_open_word(text):
        return query
    return replace(query, expr=_growing(query.expr))


def combine(first: Query, second: Query) -> Query:
    """Return the query for what both queries find. The second one's order and limit win."""
    parts = tuple(query.expr for query in (first, second) if query.expr is not None)
    return Query(
        all_of(parts) if parts else None,
        second.sort or first.sort,
        first.limit if second.limit is None else second.limit,
    )


def _ends_in_open_word(text: str) -> bool:
    found = tokenize(sanitize_query(text))
    if not found or not found[-1].pieces or found[-1].end != len(text):
        return False
    field = find_field(found[-1].field)
    return not found[-1].pieces[-1].quoted and _is_growing_field(field.name if field else ANYWHERE)


def _is_growing_field(name: str) -> bool:
    field = find_field(name)
    return is_text_field(name) or (field is not None and field.kind is FieldKind.NAME)


def _growing(expr: Expr) -> Expr:
    if isinstance(expr, And):
        return all_of((*expr.operands[:-1], _growing(expr.operands[-1])))
    if isinstance(expr, Or):
        return any_of((*expr.operands[:-1], _growing(expr.operands[-1])))
    if not isinstance(expr, Match) or not _is_growing_field(expr.field):
        return expr
    last = expr.values[-1]
    if not isinstance(last, TextValue) or last.prefix:
        return expr
    found = split_words(last.text) if is_text_field(expr.field) else []
    single_letter = len(found) == 1 and len(found[0]) == 1 and found[0].isascii()
    return replace(
        expr, values=(*expr.values[:-1], TextValue("") if single_letter else TextValue(last.text, prefix=True))
    )


class _Parser:
    """Recursive-descent parser over the tokens of a text."""

    def __init__(self, found: tuple[Token, ...], length: int) -> None:
        self._tokens = found
        self._length = length
        self._at = 0
        self._depth = 0
        self._sort: tuple[SortKey, ...] = ()
        self._limit: int | None = None

    def query(self) -> Query:
        expr = self._either() if self._tokens else None
        if self._at < len(self._tokens):
            token = self._tokens[self._at]
            raise QueryError("unmatched )", start=token.start, end=token.end, expected="a term")
        return Query(expr, self._sort, self._limit)

    def _kind(self) -> TokenKind | None:
        return self._tokens[self._at].kind if self._at < len(self._tokens) else None

    def _either(self) -> Expr | None:
        """Parse alternatives; return None if there is only sort: and limit:."""
        first = self._all()
        if self._kind() is not TokenKind.OR:
            return first
        parts = [first]
        while self._kind() is TokenKind.OR:
            if parts[-1] is None:
                raise self._expected_term("before OR")
            self._at += 1
            parts.append(self._all(after="after OR"))
        return any_of(tuple(part for part in parts if part is not None))

    def _all(self, after: str = "") -> Expr | None:
        """Parse adjacent terms. ``after`` names what precedes them; if given, there must be at least one term."""
        parts: list[Expr] = []
        while (kind := self._kind()) not in {None, TokenKind.OR, TokenKind.CLOSE}:
            if kind is TokenKind.AND:
                if not parts:
                    raise self._expected_term("before AND")
                self._at += 1
                after = "after AND"
            part = self._term(after)
            if part is not None:
                parts.append(part)
                after = ""
        if after or (self._depth and not parts):
            raise self._expected_term(after or "after (")
        return all_of(tuple(parts)) if parts else None

    def _term(self, after: str) -> Expr | None:
        """Parse one term, negated or not; return None for sort: and limit:, which are stored separately."""
        negations = 0
        while self._kind() is TokenKind.NOT:
            negations += 1
            self._at += 1
        kind = self._kind()
        if kind not in {TokenKind.TERM, TokenKind.OPEN}:
            raise self._expected_term("after NOT" if negations else after)
        part = self._group() if kind is TokenKind.OPEN else self._single(is_negated=negations > 0)
        return negate(part) if part is not None and negations % 2 else part

    def _group(self) -> Expr | None:
        opening = self._tokens[self._at]
        if self._depth == MAX_DEPTH:
            message = f"parentheses nested deeper than {MAX_DEPTH}"
            raise QueryError(message, start=opening.start, end=opening.end, expected="fewer parentheses")
        self._at += 1
        self._depth += 1
        part = self._either()
        if self._kind() is not TokenKind.CLOSE:
            raise QueryError("missing )", start=self._length, end=self._length, expected=")")
        self._at += 1
        self._depth -= 1
        return part

    def _single(self, *, is_negated: bool) -> Expr | None:
        token = self._tokens[self._at]
        self._at += 1
        part = parse_term(token)
        if not isinstance(part, SortDirective | LimitDirective):
            return part
        self._put_aside(part, token, is_inside=is_negated or self._depth > 0)
        return None

    def _put_aside(self, part: SortDirective | LimitDirective, token: Token, *, is_inside: bool) -> None:
        name = "sort" if isinstance(part, SortDirective) else "limit"
        if is_inside:
            message = f"{name}: cannot be grouped or negated"
            raise QueryError(message, start=token.start, end=token.end, expected="a term")
        if self._sort if isinstance(part, SortDirective) else self._limit is not None:
            raise QueryError(f"duplicate {name}:", start=token.start, end=token.end, expected=f"one {name}:")
        if isinstance(part, SortDirective):
            self._sort = part.keys
        else:
            self._limit = part.count

    def _expected_term(self, where: str) -> QueryError:
        if self._at == len(self._tokens):
            start = end = self._length
        else:
            start, end = self._tokens[self._at].start, self._tokens[self._at].end
        message = f"expected a term {where}".rstrip()
        if start < end and self._kind() in {TokenKind.AND, TokenKind.OR}:
            word = self._kind()
            message += f'; to search for the word, quote it: "{word.lower() if word else ""}"'
        return QueryError(message, start=start, end=end, expected="a term")
