"""Syntax spans and completion at the cursor for a query that is being typed. Never raises."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from reader.errors import QueryError
from reader.query.ast import TextValue
from reader.query.fields import FIELDS, SORTS, FieldKind, find_field, flags_of
from reader.query.lexer import Token, TokenKind, sanitize_query, tokenize
from reader.query.parser import MAX_LENGTH, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reader.query.lexer import ValuePart

__all__ = [
    "Completion",
    "EditResult",
    "Span",
    "SpanKind",
    "apply_completion",
    "completion_at",
    "spans",
    "static_completions",
    "without_term",
]

_COMPLETED_KINDS = frozenset({FieldKind.WORDS, FieldKind.NAME, FieldKind.FLAG, FieldKind.SORT})
# Words of running text cannot be completed from a list of names, but words of author names can.
_NOT_COMPLETED = frozenset({"title", "excerpt", "body"})


class SpanKind(StrEnum):
    """Role of a part of a query, which determines its color."""

    FIELD = "field"
    OPERATOR = "operator"
    VALUE = "value"
    WORD = "word"
    PHRASE = "phrase"
    REGEX = "regex"
    PAREN = "paren"
    ERROR = "error"


class Span(Struct, frozen=True):
    """Range of characters from ``start`` up to but not including ``end``."""

    start: int
    end: int
    kind: SpanKind


class Completion(Struct, frozen=True):
    """Text being typed at the cursor: ``prefix`` so far, to be replaced from ``start`` to ``end``.

    ``kind`` is "field" for the name of a field, otherwise the field whose value it is: "topic", "provider", "is", …
    """

    kind: str
    prefix: str
    start: int
    end: int


class EditResult(Struct, frozen=True):
    """Query after a completion was inserted, and the new cursor position."""

    text: str
    cursor: int


def spans(text: str) -> list[Span]:
    """Return the parts of a query in order, without overlaps; an error in the query is an ERROR span.

    If something is missing, the ERROR span covers the text in its place. A query that is merely unfinished has no ERROR
    span, since there is nothing to underline yet.
    """
    if len(text) > MAX_LENGTH:
        return [Span(0, len(text), SpanKind.ERROR)]
    found = [span for token in tokenize(sanitize_query(text)) for span in _token_spans(token) if span.start < span.end]
    try:
        parse(text)
    except QueryError as error:
        end = min(len(text), max(error.end, error.start + 1))
        if error.start < end:
            return _overlaid(found, Span(error.start, end, SpanKind.ERROR))
    return found


def _token_spans(token: Token) -> Iterator[Span]:
    if token.kind in {TokenKind.OPEN, TokenKind.CLOSE}:
        yield Span(token.start, token.end, SpanKind.PAREN)
    elif token.kind is not TokenKind.TERM:
        yield Span(token.start, token.end, SpanKind.OPERATOR)
    else:
        name_end = token.start + len(token.field)
        yield Span(token.start, name_end, SpanKind.FIELD)
        yield Span(name_end, token.value_start, SpanKind.OPERATOR)
        for piece in token.pieces:
            yield Span(piece.start, piece.end, _piece_kind(token, piece))
        # An unterminated quote or regular expression.
        rest = token.pieces[-1].end if token.pieces else token.value_start
        yield Span(rest, token.end, SpanKind.VALUE)


def _piece_kind(token: Token, piece: ValuePart) -> SpanKind:
    if piece.pattern:
        return SpanKind.REGEX
    if token.field:
        return SpanKind.VALUE
    return SpanKind.PHRASE if piece.quoted else SpanKind.WORD


def _overlaid(found: list[Span], over: Span) -> list[Span]:
    """Return the spans with ``over`` in place of everything it covers."""
    left = [Span(span.start, min(span.end, over.start), span.kind) for span in found if span.start < over.start]
    right = [Span(max(span.start, over.end), span.end, span.kind) for span in found if span.end > over.end]
    return [*left, over, *right]


def completion_at(text: str, cursor: int) -> Completion | None:
    """Return what can be completed at the cursor; None inside a phrase, a regular expression, a number or a date.

    If nothing is typed yet, a field can be chosen.
    """
    if len(text) > MAX_LENGTH:
        return None
    # Text after the cursor belongs to the same word only up to the end of that word.
    before = sanitize_query(text[:cursor])
    last = tokenize(before)[-1:]
    if not last or last[0].end < len(before) or last[0].kind in {TokenKind.OPEN, TokenKind.NOT}:
        return Completion("field", "", cursor, cursor)
    if last[0].kind is not TokenKind.TERM:
        return None if last[0].kind is TokenKind.CLOSE else _field_name(before, text, last[0].start)
    if last[0].field:
        return _value(before, text, last[0])
    piece = last[0].pieces[0] if last[0].pieces else None
    return None if piece is None or piece.quoted or piece.pattern else _field_name(before, text, last[0].start)


def _field_name(before: str, text: str, start: int) -> Completion | None:
    if not before[start:].isalpha():
        return None
    end = len(before)
    while end < len(text) and (text[end].isalpha() or text[end] == "_"):
        end += 1
    return Completion("field", before[start:], start, end + (text[end : end + 1] == ":"))


def _value(before: str, text: str, token: Token) -> Completion | None:
    field = find_field(token.field)
    if field is None or field.kind not in _COMPLETED_KINDS or field.name in _NOT_COMPLETED:
        return None
    start = token.value_start
    last = token.pieces[-1] if token.pieces else None
    if last is not None:
        # After a comma, or an open quote, a new value begins.
        start = last.start if last.end == len(before) and before[-1] != "," else last.end + 1
    if last is not None and last.start == start and (last.pattern or (last.quoted and len(before) > start + 1)):
        return None
    return Completion(field.name, before[start:].lstrip('"'), start, _value_end(before, text, start))


def _value_end(before: str, text: str, start: int) -> int:
    """Return the end of the value that contains the cursor."""
    end = len(before)
    if text[start : start + 1] == '"':
        closing = text.find('"', end)
        return len(text) if closing < 0 else closing + 1
    while end < len(text) and not text[end].isspace() and text[end] not in '(),"':
        end += 1
    return end


def static_completions(completion: Completion) -> list[str]:
    """Return the fields, flags and sort keys that begin with the typed text.

    The list is empty for names of topics, providers, …, which come from the index.
    """
    typed = completion.prefix.lower()
    match completion.kind:
        case "field":
            known = [f"{field.name}:" for field in FIELDS]
        case "is" | "has" as name:
            known = [flag.name for flag in flags_of(name)]
        case "sort":
            sign = "-" * typed.startswith("-")
            known = [sign + key.name for key in SORTS]
        case _:
            known = []
    return [name for name in known if name.startswith(typed)]


def apply_completion(text: str, completion: Completion, chosen: str) -> EditResult:
    """Replace the typed text with a choice, quoted if necessary, and add a space after a finished term."""
    spelt = chosen if completion.kind in {"field", "sort"} else str(TextValue(chosen))
    rest = text[completion.end :]
    space = " " if completion.kind != "field" and not rest.startswith((" ", ")", ",")) else ""
    start = text[: completion.start] + spelt + space
    return EditResult(start + rest, len(start))


def without_term(text: str, cursor: int) -> str:
    """Return a query without the term that contains or ends at the cursor, and without the minus before it."""
    found = tokenize(sanitize_query(text))
    for place, token in enumerate(found):
        if token.kind is TokenKind.TERM and token.start <= cursor <= token.end:
            first = place
            while first and found[first - 1].kind is TokenKind.NOT:
                first -= 1
            return text[: found[first].start] + text[token.end :]
    return text
