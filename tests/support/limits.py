"""Limits of files and pages: the value from the code, input at and just over it, and the message."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reader.content.frontmatter import MAX_CHARACTERS, MAX_KEY_PARTS
from reader.content.load import MAX_BYTES
from reader.content.schema.build import MAX_AUTHORS
from reader.content.schema.fields import MAX_TITLE
from reader.content.schema.parts import MAX_IMAGES, MAX_TOPICS
from reader.content.schema.related import MAX_RELATED
from reader.content.values import MAX_LINE, MAX_PROBLEMS
from reader.content.yaml_strict import MAX_SIZE
from reader.content.yaml_subset import MAX_DEPTH
from reader.index.reading.extract import MAX_SECONDS
from reader.render.links import MAX_LINKS
from reader.render.markdown import MAX_MARKDOWN, MAX_NESTING, MAX_SHOWN, MAX_SHOWN_LINES, MAX_TOKENS
from reader.render.page import MAX_IMAGES_SHOWN, MAX_MENTIONS
from reader.urls import MAX_URL

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FILE_LIMITS", "PAGE_LIMITS", "FileLimit", "PageLimit", "table_of_files", "table_of_pages"]

_UNREADABLE = "file marked unreadable"
_CUT = "truncated"


@dataclass(frozen=True, slots=True)
class FileLimit:
    """A limit of a file. ``write`` returns a file that exceeds it by n (0: at it); ``says`` is in the problem."""

    what: str
    value: str
    then: str
    write: Callable[[int], bytes]
    says: str
    field: str = ""

    @property
    def unreadable(self) -> bool:
        return self.then == _UNREADABLE


@dataclass(frozen=True, slots=True)
class PageLimit:
    """A limit of the page. ``write`` returns a body that exceeds it by n; ``says`` is on the page."""

    what: str
    value: str
    then: str
    write: Callable[[int], str]
    says: str


def _yaml(text: str, body: str = "Body.\n") -> bytes:
    return f"---\n{text}\n---\n{body}".encode()


def _toml(text: str) -> bytes:
    return f"+++\n{text}\n+++\nBody.\n".encode()


def _json(metadata: object) -> bytes:
    return json.dumps(metadata).encode() + b"\nBody.\n"


def _of_size(beyond: int) -> bytes:
    head = b"---\ntitle: A\n---\n"
    return head + b"x" * (MAX_BYTES - len(head) + beyond)


def _of_characters(beyond: int) -> bytes:
    head = "title: A\n#"
    return _yaml(head + "x" * (MAX_CHARACTERS - len(head) - 1 + beyond))


def _of_json_characters(beyond: int) -> bytes:
    empty = json.dumps({"title": "A", "x": ""})
    return _json({"title": "A", "x": "x" * (MAX_CHARACTERS - len(empty) + beyond)})


def _aliases(beyond: int) -> bytes:
    # An alias of a thousand characters, repeated.
    return _yaml(f"title: A\nx: &x {'x' * 1000}\ny: [{', '.join(['*x'] * (MAX_SIZE // 1002 - 1 + beyond))}]")


def _urls(count: int) -> list[str]:
    return [f"https://a.example/{number}" for number in range(count)]


def _names(count: int) -> list[str]:
    return [f"n{number}" for number in range(count)]


FILE_LIMITS = (
    FileLimit("size of a file", f"{MAX_BYTES // 1024**2} MiB", _UNREADABLE, _of_size, "larger than 4 MiB"),
    FileLimit(
        "length of front matter", f"{MAX_CHARACTERS // 1024} KiB", _UNREADABLE, _of_characters, "exceeds 256 KiB"
    ),
    FileLimit("length of JSON front matter", f"{MAX_CHARACTERS // 1024} KiB", _UNREADABLE,
            _of_json_characters, "exceeds 256 KiB"),
    FileLimit(
        "nesting of front matter in YAML", f"{MAX_DEPTH} levels", _UNREADABLE,
        lambda beyond: _yaml("title: A\nx: " + "[" * (MAX_DEPTH - 1 + beyond) + "]" * (MAX_DEPTH - 1 + beyond)),
        "nested deeper than 64 levels",
    ),
    FileLimit(
        "… in TOML", f"{MAX_DEPTH} levels", _UNREADABLE,
        lambda beyond: _toml('title = "A"\nx = ' + "[" * (MAX_DEPTH - 1 + beyond) + "]" * (MAX_DEPTH - 1 + beyond)),
        "nested deeper than 64 levels",
    ),
    FileLimit(
        "… in JSON", f"{MAX_DEPTH} levels", _UNREADABLE,
        lambda beyond: b'{"title": "A", "x": '
        + b"[" * (MAX_DEPTH - 1 + beyond) + b"]" * (MAX_DEPTH - 1 + beyond) + b"}",
        "nested deeper than 64 levels",
    ),
    FileLimit(
        "parts of a dotted TOML key", f"{MAX_KEY_PARTS}", _UNREADABLE,
        lambda beyond: _toml('title = "A"\nx' + ".x" * (MAX_KEY_PARTS - 1 + beyond) + " = 1"),
        "dotted key has more than 64 parts",
    ),
    FileLimit(
        "front matter with YAML aliases expanded", f"{MAX_SIZE // 1024**2} MiB", _UNREADABLE, _aliases,
        "YAML aliases expand to more than 1 MiB",
    ),
    FileLimit(
        "CPU time to parse one file", f"{MAX_SECONDS} seconds", _UNREADABLE, lambda _beyond: b"",
        f"exceeds {MAX_SECONDS} s",
    ),
    FileLimit(
        "title", f"{MAX_TITLE:,} characters", _CUT,
        lambda beyond: _yaml("title: " + "x" * (MAX_TITLE + beyond)), "truncated to 1,000 characters", "title",
    ),
    FileLimit(
        "any other string in front matter", f"{MAX_LINE:,} characters", _CUT,
        lambda beyond: _yaml("title: A\nexcerpt: " + "x" * (MAX_LINE + beyond)), "truncated to 10,000 characters",
        "excerpt",
    ),
    FileLimit(
        "URL", f"{MAX_URL:,} characters", "ignored",
        lambda beyond: _yaml("title: A\noriginalUrl: https://a.example/" + "x" * (MAX_URL - 18 + beyond)),
        "URL longer than 8,192 characters", "originalUrl",
    ),
    FileLimit(
        "topics of an article", f"{MAX_TOPICS}", _CUT,
        lambda beyond: _json({"title": "A", "topics": _names(MAX_TOPICS + beyond)}), "more than 200 entries",
        "topics",
    ),
    FileLimit(
        "authors of an article", f"{MAX_AUTHORS}", _CUT,
        lambda beyond: _json({"title": "A", "authors": _names(MAX_AUTHORS + beyond)}), "more than 100 entries",
        "authors",
    ),
    FileLimit(
        "images of an article", f"{MAX_IMAGES}", _CUT,
        lambda beyond: _json({"title": "A", "images": _urls(MAX_IMAGES + beyond)}), "more than 200 entries",
        "images",
    ),
    FileLimit(
        "related articles of an article", f"{MAX_RELATED:,}", _CUT,
        lambda beyond: _json({"title": "A", "related": _urls(MAX_RELATED + beyond)}), "more than 1,000 entries",
        "related",
    ),
    FileLimit(
        "problems of one file", f"{MAX_PROBLEMS}", "a final entry says so",
        lambda beyond: _json({"title": "A", "related": [5] * (MAX_PROBLEMS + beyond)}), "further problems omitted",
    ),
)  # fmt: skip

_AS_WRITTEN = "shown as plain text"
PAGE_LIMITS = (
    PageLimit(
        "body formatted as Markdown or HTML", f"{MAX_MARKDOWN:,} characters", _AS_WRITTEN,
        lambda beyond: "*a* " + "x" * (MAX_MARKDOWN - 4 + beyond), "Shown as plain text",
    ),
    PageLimit(
        "elements of a body (paragraphs, cells, items)", f"{MAX_TOKENS:,}", _AS_WRITTEN,
        # Each paragraph is three.
        lambda beyond: "a\n\n" * (MAX_TOKENS // 3 + beyond), "Shown as plain text",
    ),
    PageLimit(
        "nesting of a body", f"{MAX_NESTING} levels", _AS_WRITTEN,
        # A quote is a level, and so is the paragraph in the last one.
        lambda beyond: "> " * (MAX_NESTING - 1 + beyond) + "a", "Shown as plain text",
    ),
    PageLimit(
        "body shown", f"{MAX_SHOWN:,} characters", "truncated",
        lambda beyond: "x" * (MAX_SHOWN + beyond), "… truncated (",
    ),
    PageLimit(
        "lines of a plain-text body", f"{MAX_SHOWN_LINES:,}", "truncated",
        lambda beyond: "line\n" * (MAX_SHOWN_LINES - 1 + beyond) + "end", "… truncated (",
    ),
    PageLimit(
        "numbered links of a body", f"{MAX_LINKS}", "number of omitted links is shown",
        lambda beyond: " ".join(f"<https://a.example/{n}>" for n in range(MAX_LINKS + beyond)), "… 1 more",
    ),
)  # fmt: skip
_OF_LISTS = (
    ("images listed", f"{MAX_IMAGES_SHOWN}", "number of omitted images is shown"),
    ("backlinks listed", f"{MAX_MENTIONS}", "number of omitted articles is shown"),
)


def table_of_files() -> str:
    """Return the limits of a file as a Markdown table."""
    return _table([(bound.what, bound.value, bound.then) for bound in FILE_LIMITS])


def table_of_pages() -> str:
    """Return the limits of the page as a Markdown table."""
    return _table([*((bound.what, bound.value, bound.then) for bound in PAGE_LIMITS), *_OF_LISTS])


def _table(rows: list[tuple[str, str, str]]) -> str:
    lines = ["| item | limit | if exceeded |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines) + "\n"
