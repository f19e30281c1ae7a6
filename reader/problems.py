"""Problems found in files: their codes, levels and messages.

A problem is stored as its code and arguments, so that messages can be reworded without reading any file again.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["KINDS", "NOTES", "Code", "Level", "Problem", "ProblemKind"]


class Level(IntEnum):
    """Severity of a problem: the file or much of it is lost; something in it is lost; worth knowing."""

    NOTE = 1
    WARNING = 2
    ERROR = 3


class Code(StrEnum):
    """Code of a problem."""

    # the file
    CANNOT_READ_FILE = "cannot-read-file"
    CANNOT_READ_FOLDER = "cannot-read-folder"
    BROKEN_LINK = "broken-link"
    LINK_LEAVES_FOLDER = "link-leaves-folder"
    LINK_LOOP = "link-loop"
    NOT_A_FILE = "not-a-file"
    SPECIAL_FILE = "special-file"
    TOO_LARGE = "too-large"
    CRASHES = "crashes"
    TIMED_OUT = "timed-out"
    INVALID_ENCODING = "invalid-encoding"
    NUL_CHARACTERS = "nul-characters"
    MORE_PROBLEMS = "more-problems"
    # the entire front matter
    OTHER_FILE = "other-file"
    NOT_FRONT_MATTER = "not-front-matter"
    UNCLOSED = "unclosed"
    READ_AS_TEXT = "read-as-text"
    SYNTAX = "syntax"
    TOO_DEEP = "too-deep"
    TOO_LONG = "too-long"
    LONG_KEY = "long-key"
    ALIASES_EXPAND = "aliases-expand"
    NOT_A_MAPPING = "not-a-mapping"
    # keys
    SLIP = "slip"
    IGNORED = "ignored"
    DUPLICATE_KEY = "duplicate-key"
    NON_SCALAR_KEY = "non-scalar-key"
    NOT_MERGEABLE = "not-mergeable"
    UNKNOWN_TAG = "unknown-tag"
    # values
    INVALID_BOOLEAN = "invalid-boolean"
    NOT_A_BOOLEAN = "not-a-boolean"
    NOT_A_BOOLEAN_OR_DATE = "not-a-boolean-or-date"
    NOT_A_STRING = "not-a-string"
    NOT_A_NUMBER = "not-a-number"
    NOT_A_DATE = "not-a-date"
    AMBIGUOUS_DATE = "ambiguous-date"
    NOT_A_LIST = "not-a-list"
    NOT_A_URL = "not-a-url"
    NOT_AN_ARTICLE = "not-an-article"
    NO_TITLE_OR_URL = "no-title-or-url"
    NOT_ABSOLUTE = "not-absolute"
    LONG_URL = "long-url"
    TRUNCATED = "truncated"
    TOO_MANY = "too-many"
    DATE_OF_SAVING = "date-of-saving"
    # feeds
    NEW_VERSION_BESIDE = "new-version-beside"
    FEED_FAILED = "feed-failed"


class ProblemKind(Struct, frozen=True):
    """Level and message of a code, with ``{}`` for each argument."""

    level: Level
    words: str


_ERROR, _WARNING, _NOTE = Level.ERROR, Level.WARNING, Level.NOTE

KINDS: Mapping[str, ProblemKind] = MappingProxyType(
    {
        Code.CANNOT_READ_FILE: ProblemKind(_ERROR, "cannot read file: {}"),
        Code.CANNOT_READ_FOLDER: ProblemKind(_ERROR, "cannot read folder: {}"),
        Code.BROKEN_LINK: ProblemKind(_ERROR, "broken link: {}"),
        Code.LINK_LEAVES_FOLDER: ProblemKind(_WARNING, "link leaves the content folder; ignored"),
        Code.LINK_LOOP: ProblemKind(_WARNING, "link loop; ignored"),
        Code.NOT_A_FILE: ProblemKind(_WARNING, "not a regular file"),
        Code.SPECIAL_FILE: ProblemKind(_WARNING, "not a regular file ({})"),
        Code.TOO_LARGE: ProblemKind(_ERROR, "larger than {} MiB"),
        Code.CRASHES: ProblemKind(_ERROR, "crashes the parser; skipped until it changes"),
        Code.TIMED_OUT: ProblemKind(_ERROR, "parsing exceeds {} s; skipped until it changes"),
        Code.INVALID_ENCODING: ProblemKind(_WARNING, "invalid {} replaced by \ufffd"),
        Code.NUL_CHARACTERS: ProblemKind(_WARNING, "NUL characters removed"),
        Code.MORE_PROBLEMS: ProblemKind(_WARNING, "further problems omitted"),
        Code.OTHER_FILE: ProblemKind(_NOTE, "not an article"),
        Code.NOT_FRONT_MATTER: ProblemKind(_WARNING, "begins with {}, but no front matter follows"),
        Code.READ_AS_TEXT: ProblemKind(_WARNING, "value read as text: {}"),
        Code.UNCLOSED: ProblemKind(_ERROR, "unclosed front matter (no closing {})"),
        Code.SYNTAX: ProblemKind(_ERROR, "{}"),
        Code.TOO_DEEP: ProblemKind(_ERROR, "nested deeper than {} levels"),
        Code.TOO_LONG: ProblemKind(_ERROR, "front matter exceeds {} KiB"),
        Code.LONG_KEY: ProblemKind(_ERROR, "dotted key has more than {} parts"),
        Code.ALIASES_EXPAND: ProblemKind(_ERROR, "YAML aliases expand to more than {} MiB"),
        Code.NOT_A_MAPPING: ProblemKind(_ERROR, "front matter is not a mapping"),
        Code.SLIP: ProblemKind(_WARNING, 'unknown key; did you mean "{}"?'),
        Code.IGNORED: ProblemKind(_NOTE, 'ignored; "{}" is used'),
        Code.DUPLICATE_KEY: ProblemKind(_WARNING, "duplicate key; last value used"),
        Code.NON_SCALAR_KEY: ProblemKind(_WARNING, "non-scalar key ignored"),
        Code.NOT_MERGEABLE: ProblemKind(_WARNING, "merge value is not a mapping; ignored"),
        Code.UNKNOWN_TAG: ProblemKind(_NOTE, "unknown tag {} ignored"),
        Code.INVALID_BOOLEAN: ProblemKind(_WARNING, "invalid boolean {}"),
        Code.NOT_A_BOOLEAN: ProblemKind(_WARNING, "expected a boolean"),
        Code.NOT_A_BOOLEAN_OR_DATE: ProblemKind(_WARNING, "expected a boolean or a date"),
        Code.NOT_A_STRING: ProblemKind(_WARNING, "expected a string"),
        Code.NOT_A_NUMBER: ProblemKind(_WARNING, "{} is not a number"),
        Code.NOT_A_DATE: ProblemKind(_WARNING, "{} is not a date"),
        Code.AMBIGUOUS_DATE: ProblemKind(_WARNING, "{} can be read with the day or the month first"),
        Code.NOT_A_LIST: ProblemKind(_WARNING, "expected a list"),
        Code.NOT_A_URL: ProblemKind(_WARNING, "{} is not an http or https URL that can be opened"),
        Code.NOT_ABSOLUTE: ProblemKind(_NOTE, "{} is not an http or https URL that can be opened"),
        Code.NOT_AN_ARTICLE: ProblemKind(_WARNING, "expected an article, URL or path; ignored"),
        Code.NO_TITLE_OR_URL: ProblemKind(_WARNING, "no title or URL; ignored"),
        Code.LONG_URL: ProblemKind(_WARNING, "URL longer than {} characters; ignored"),
        Code.TRUNCATED: ProblemKind(_WARNING, "truncated to {} characters"),
        Code.DATE_OF_SAVING: ProblemKind(_NOTE, "no date of publication; the date of saving is used"),
        Code.NEW_VERSION_BESIDE: ProblemKind(_WARNING, "edited; the feed's new version is in {}"),
        Code.FEED_FAILED: ProblemKind(_WARNING, "{}: {}"),
        Code.TOO_MANY: ProblemKind(_WARNING, "more than {} entries; rest ignored"),
    }
)

_MISSING = ("?",) * max(kind.words.count("{}") for kind in KINDS.values())

NOTES: tuple[str, ...] = tuple(code.value for code in Code if KINDS[code].level is Level.NOTE)
"""The codes of notes, which lists omit unless the user asks for them."""


class Problem(Struct, frozen=True, order=True):
    """Problem found in a file.

    ``path`` is as in ``Article``; ``line`` counts from 1, and 0 means the entire file; ``field`` is the key as spelled
    in the file, empty if no field is at fault. ``args`` are the arguments of the message.
    """

    path: str
    line: int
    field: str
    code: str
    args: tuple[str, ...] = ()

    @property
    def level(self) -> Level:
        """The severity of the problem."""
        kind = KINDS.get(self.code)
        return Level.WARNING if kind is None else kind.level

    @property
    def message(self) -> str:
        """The message, without path, line and field. An unknown code of another version is its own message."""
        kind = KINDS.get(self.code)
        # A corrupt index or another version may have fewer arguments than the message needs.
        return self.code if kind is None else kind.words.format(*self.args, *_MISSING)
