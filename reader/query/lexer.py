"""Lexer of the query language: text to tokens with positions. Never raises: the token holds its error as ``fault``.

Recognizes quotes, regular expressions between slashes, and where a field ends and its values begin. Does not interpret
the values.
"""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct

from reader.errors import QueryError
from reader.query.fields import FieldKind, FieldSpec, find_field
from reader.text import sanitize, split_words

__all__ = ["Token", "TokenKind", "ValuePart", "is_web_address", "sanitize_query", "tokenize"]


class TokenKind(StrEnum):
    """Role of a token in the grammar."""

    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    TERM = "term"


class ValuePart(Struct, frozen=True):
    """Value of a term: its text without quotes, slashes and star, and the range of characters that includes them."""

    text: str
    start: int
    end: int
    quoted: bool = False
    prefix: bool = False
    pattern: bool = False


class Token(Struct, frozen=True):
    """Part of the text from ``start`` to ``end``.

    A term with a field has the field's name as typed, and an operator (: = != < <= > >=); its values begin at
    ``value_start``. ``fault`` is an error in the token itself.
    """

    kind: TokenKind
    start: int
    end: int
    field: str = ""
    operator: str = ""
    value_start: int = 0
    pieces: tuple[ValuePart, ...] = ()
    fault: QueryError | None = None


_SPACE = re.compile(r"\s*")
_KEYWORD = re.compile(r'(and|or|not)(?=[\s()"]|$)', re.IGNORECASE)
_BARE = re.compile(r'[^\s()"]*')
_BARE_IN_LIST = re.compile(r'[^\s()",]*')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(r'\\(["\\])')
# The closing slash is the first one before white space, a comma, a closing parenthesis or the end: regular expressions
# often contain paths.
_PATTERN = re.compile(r"/((?:[^/\\]|\\.|/(?![\s),]|$))*)/(?=[\s),]|$)", re.DOTALL)
_HEAD = re.compile(r"([^\W\d]\w*)(:?(?:!=|>=|<=|=|>|<)|:)")
_SPACED_HEAD = re.compile(r"([^\W\d]\w*)\s+(!=|>=|<=|=|>|<)\s*")
_WEB_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


def sanitize_query(text: str) -> str:
    """Return the text with every terminal control character replaced. Length and positions do not change."""
    return re.sub(r"[^ -~\n\t]", lambda match: sanitize(match[0]) or " ", text)


def is_web_address(text: str) -> bool:
    """Return whether a text begins as an http or https URL."""
    return _WEB_ADDRESS.match(text) is not None


def tokenize(text: str) -> tuple[Token, ...]:
    """Split a query into tokens. White space between tokens belongs to none of them."""
    found: list[Token] = []
    at = _after_space(text, 0)
    while at < len(text):
        found.append(_token(text, at))
        at = _after_space(text, found[-1].end)
    return tuple(found)


def _after_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return at if space is None else space.end()


def _token(text: str, at: int) -> Token:
    if text[at] in "()":
        return Token(TokenKind(text[at]), at, at + 1)
    if text[at] == "-" and _negates(text, at):
        return Token(TokenKind.NOT, at, at + 1)
    if keyword := _KEYWORD.match(text, at):
        return Token(TokenKind(keyword[1].upper()), at, keyword.end())
    if head := _head(text, at):
        return _term_with_field(text, at, head)
    return _bare_term(text, at)


def _negates(text: str, at: int) -> bool:
    """Return whether a hyphen negates a term; alone or before other punctuation, it does not."""
    after = text[at + 1 : at + 3]
    is_pattern = after.startswith("/") and not after[1:].isspace() and len(after) > 1
    return after.startswith(("(", '"')) or is_pattern or bool(split_words(_run(_BARE, text, at).lstrip("-")))


def _run(shape: re.Pattern[str], text: str, at: int) -> str:
    found = shape.match(text, at)
    return "" if found is None else found[0]


def _head(text: str, at: int) -> re.Match[str] | None:
    if is_web_address(text[at : at + 8]):
        return None
    head = _HEAD.match(text, at)
    if head is None:
        spaced = _SPACED_HEAD.match(text, at)
        field = find_field(spaced[1]) if spaced else None
        return spaced if field and field.is_ordered else None
    # "Opinion: why …" is a headline, not a field: an unknown name counts as a field only with its value attached.
    is_headline = head[2] == ":" and text[head.end() : head.end() + 1].isspace() and find_field(head[1]) is None
    return None if is_headline else head


def _term_with_field(text: str, at: int, head: re.Match[str]) -> Token:
    name, operator = head[1], head[2].removeprefix(":") or ":"
    field = find_field(name)
    value_start = _after_space(text, head.end()) if field and field.is_ordered and operator != ":" else head.end()
    pieces, end, fault = _values(text, value_start, field, name)
    return Token(TokenKind.TERM, at, end, name, operator, value_start, pieces, fault)


def _values(
    text: str, at: int, field: FieldSpec | None, name: str
) -> tuple[tuple[ValuePart, ...], int, QueryError | None]:
    """Return the values from a position on, their end, and the first error in them, if any."""
    found: list[ValuePart] = []
    while True:
        piece, fault = _piece(text, at, field)
        if fault is not None:
            return tuple(found), len(text), fault
        if piece is None:
            return tuple(found), at, _missing(name, field, at)
        found.append(piece)
        at = piece.end
        if field is None or not field.takes_list or text[at : at + 1] != ",":
            return tuple(found), at, None
        at += 1


def _missing(name: str, field: FieldSpec | None, at: int) -> QueryError:
    expected = field.expects if field else "a value"
    return QueryError(f"{name}: expected {expected}", start=at, end=at, expected=expected)


def _piece(text: str, at: int, field: FieldSpec | None) -> tuple[ValuePart | None, QueryError | None]:
    kind = field.kind if field else None
    if text[at : at + 1] == '"':
        return _quoted(text, at)
    if text[at : at + 1] == "/" and kind is FieldKind.WORDS:
        return _pattern(text, at)
    if kind is FieldKind.PART:
        return _bare(_balanced(text, at), at), None
    shape = _BARE_IN_LIST if field and field.takes_list else _BARE
    return _bare(_run(shape, text, at), at, starred=kind in {FieldKind.WORDS, FieldKind.NAME}), None


def _bare(run: str, at: int, *, starred: bool = False) -> ValuePart | None:
    if not run:
        return None
    prefix = starred and run.endswith("*")
    return ValuePart(run[:-1] if prefix else run, at, at + len(run), prefix=prefix)


def _bare_term(text: str, at: int) -> Token:
    fault: QueryError | None = None
    piece: ValuePart | None
    if text[at] == '"':
        piece, fault = _quoted(text, at)
    elif text[at] == "/" and not text[at + 1 : at + 2].isspace():
        piece, fault = _pattern(text, at)
    elif is_web_address(text[at : at + 8]):
        piece = _bare(_balanced(text, at), at)
    else:
        run = _run(_BARE, text, at)
        # A lone star is an ordinary character.
        piece = _bare(run, at, starred=len(run) > 1)
    if piece is None:
        return Token(TokenKind.TERM, at, len(text), value_start=at, fault=fault)
    return Token(TokenKind.TERM, at, piece.end, value_start=at, pieces=(piece,))


def _quoted(text: str, at: int) -> tuple[ValuePart | None, QueryError | None]:
    found = _QUOTED.match(text, at)
    if found is None:
        return None, _unterminated(text, 'closing "')
    prefix = text[found.end() : found.end() + 1] == "*"
    inner = _ESCAPED.sub(r"\1", found[1])
    return ValuePart(inner, at, found.end() + prefix, quoted=True, prefix=prefix), None


def _pattern(text: str, at: int) -> tuple[ValuePart | None, QueryError | None]:
    found = _PATTERN.match(text, at)
    if found is None:
        return None, _unterminated(text, "closing /")
    return ValuePart(_without_escaped_slashes(found[0][1:-1]), at, found.end(), pattern=True), None


def _without_escaped_slashes(pattern: str) -> str:
    return re.sub(r"\\(.)", lambda match: "/" if match[1] == "/" else match[0], pattern, flags=re.DOTALL)


def _unterminated(text: str, expected: str) -> QueryError:
    return QueryError(f"missing {expected}", start=len(text), end=len(text), expected=expected)


def _balanced(text: str, at: int) -> str:
    """Return the run of a URL or a path, which includes parentheses only in pairs."""
    depth, end = 0, at
    while end < len(text) and not text[end].isspace() and text[end] != '"':
        depth += (text[end] == "(") - (text[end] == ")")
        if depth < 0:
            break
        end += 1
    return text[at:end]
