"""Formatting for display: numbers, dates, paths, URLs, and articles as plain text."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import unquote

from rich.cells import chop_cells

from reader.article import is_date_only
from reader.text import cell_width, sanitize_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime, tzinfo

    from rich.console import Console
    from rich.text import Text

    from reader.article import Article, Related

__all__ = [
    "DATE_CELLS",
    "DAY_CELLS",
    "describe_related",
    "file_name",
    "format_article",
    "format_count",
    "format_date",
    "format_datetime",
    "format_number",
    "quality_bar",
    "wrap_text",
]

DATE_CELLS = 11
"""Maximum width of a ``format_date`` result, in cells."""

DAY_CELLS = 6
"""Maximum width without a year, in cells."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WORD = re.compile(r"\s*\S+\s*")
# Where a path or URL can be broken: after a slash (except in "https://"), else after another punctuation mark.
_PATH_PART, _SIGN_PART = re.compile(r"(?:\w+:/+)?[^/]+/*|/+"), re.compile(r"[^-_?&=#,;\\]*[-_?&=#,;\\]+|[^-_?&=#,;\\]+")
_BARS = "▁▂▃▄▅▆▇█"
_EXPONENT_FROM = 1e15


def format_date(when: datetime | None, zone: tzinfo, this_year: int | None = None) -> str:
    """Return a date as ``2 Oct 2021``, without the year if it is ``this_year``; empty for None."""
    if when is None:
        return ""
    local = _local(when, zone)
    short = f"{local.day} {_MONTHS[local.month - 1]}"
    return short if local.year == this_year else f"{short} {local.year}"


def format_datetime(when: datetime | None, zone: tzinfo) -> str:
    """Return a date and time as ``2 Oct 2021 13:30``, only the date if it has no time; empty for None."""
    if when is None:
        return ""
    if is_date_only(when):
        return format_date(when, zone)
    return f"{format_date(when, zone)} {_local(when, zone):%H:%M}"


def _local(when: datetime, zone: tzinfo) -> datetime:
    """Convert to the user's time zone, except for a date without a time, whose day must not change."""
    if is_date_only(when):
        return when
    try:
        return when.astimezone(zone)
    except (OverflowError, ValueError):
        # Near datetime.min or datetime.max, the conversion would leave the supported range.
        return when


def format_number(value: float) -> str:
    """Return a number with at most one decimal place, with none if it is an integer: ``67.5``, ``35``.

    Beyond 15 digits, use an exponent: ``1.5e+26``.
    """
    if abs(value) >= _EXPONENT_FROM:
        return f"{value:g}"
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"


def format_count(value: int) -> str:
    """Return a count with thousands separators: ``103,112``."""
    return f"{value:,}"


def quality_bar(quality: float) -> str:
    """Return a block character whose height shows a quality from 0 to 100."""
    return _BARS[max(0, min(len(_BARS) - 1, int(quality / 100 * len(_BARS))))]


def describe_related(related: Related, zone: tzinfo) -> list[str]:
    """Return the known details of a related article except its title."""
    words = (
        related.provider.name or related.provider.domain,
        format_datetime(related.published_at, zone),
        "" if related.quality is None else f"quality {format_number(related.quality)} {quality_bar(related.quality)}",
        related.type,
    )
    return [word for word in words if word]


def format_article(article: Article, zone: tzinfo) -> str:
    """Return an article as text: title, byline and URL, then the body as written, or the excerpt if it has no body."""
    source = article.provider.name or article.provider.domain
    parts = (source, ", ".join(article.authors), format_datetime(article.published_at, zone))
    byline = " · ".join(part for part in parts if part)
    head = "\n".join(line for line in (article.title, byline, article.url) if line)
    return f"{head}\n\n{article.body.strip() or article.excerpt}".rstrip() + "\n"


def file_name(url: str) -> str:
    """Return the file name at the end of a URL; empty if the URL ends with a slash."""
    return sanitize_line(unquote(url.partition("?")[0].partition("#")[0].rpartition("/")[2]))


def wrap_text(text: Text, width: int, console: Console) -> Iterator[Text]:
    """Yield the lines of a text. Break a path or URL that is too long after a slash, else after other punctuation."""
    for line in text.split("\n", allow_blank=True):
        words = _WORD.findall(line.plain)
        if text.overflow == "ellipsis" or not any(_is_long_path(word, width) for word in words):
            yield from line.wrap(console, width)
            continue
        pieces = chain.from_iterable(_pieces(word, width) for word in words)
        for piece in line.divide(list(_breaks(line.plain, pieces, width))):
            yield from piece.wrap(console, width)


def _breaks(plain: str, pieces: Iterable[tuple[str, int]], width: int) -> Iterator[int]:
    """Yield the offsets at which lines begin, given the pieces and how many characters each needs on its line."""
    start = end = 0
    for piece, wanted in pieces:
        if end > start and cell_width(plain[start : end + wanted].rstrip()) > width:
            yield end
            start = end
        end += len(piece)


def _is_long_path(word: str, width: int) -> bool:
    word = word.rstrip()
    # Chinese and Japanese prose also has no spaces.
    return cell_width(word) > width and (word.isascii() or all(cell_width(part) <= width for part in word.split("/")))


def _pieces(word: str, width: int) -> Iterator[tuple[str, int]]:
    """Yield the pieces between which a word can break. A path segment that is too long begins on a new line."""
    if not _is_long_path(word, width):
        yield word, len(word)
        return
    for part in _PATH_PART.findall(word):
        signs = [part] if cell_width(part) <= width else _SIGN_PART.findall(part)
        for at, piece in enumerate(chain.from_iterable(chop_cells(sign, width) for sign in signs)):
            yield piece, len(piece) if at else len(part)
