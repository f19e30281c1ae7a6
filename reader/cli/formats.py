"""Output formats: articles, counts and problems as lines of text. Pure functions; they do not write.

Titles and file names cannot break a line or control the terminal. The JSON format is stable: docs/json.md.
"""

from __future__ import annotations

import json
import math
import re
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from reader.article import is_date_only
from reader.text import cell_width, sanitize, sanitize_line, truncate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime, tzinfo

    from reader.article import Article, Image, Provider, Related
    from reader.cli.output import OutputStyle
    from reader.index.model import ArticleSummary, FacetCount
    from reader.problems import Problem

    _Value = dict[str, Any]

__all__ = [
    "article_lines",
    "caret_lines",
    "facet_lines",
    "path_line",
    "problem_array",
    "problem_lines",
    "show_line",
]

# Characters that control a terminal or end the line.
_LINE_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_NON_ASCII = re.compile("[^\x20-\x7e]")
_UNDECODABLE = re.compile("[\ud800-\udfff]")
_DATE_CELLS = 10
_QUALITY_CELLS = 4
_MAX_PROVIDER_CELLS = 24
_LEAST_TITLE_CELLS = 20
_ROWS_AT_ONCE = 5_000
_GAP = "  "
_DIM, _BOLD, _PLAIN = "\x1b[2m", "\x1b[1m", "\x1b[0m"
_CARET_CELLS = 70


def path_line(path: str) -> str:
    """Return a path with line-unsafe characters replaced. Keeps surrogate escapes of bytes that are not UTF-8."""
    return _LINE_UNSAFE.sub("\ufffd", path)


def article_lines(entries: Iterable[ArticleSummary], format_: str, style: OutputStyle, zone: tzinfo) -> Iterator[str]:
    """Yield articles in a format of ``list``."""
    if format_ == "table":
        yield from _table_lines(entries, style, zone)
    elif format_ == "tsv":
        for entry in entries:
            yield _tsv_line(_tsv_fields(entry))
    elif format_ == "paths":
        for entry in entries:
            yield path_line(entry.path)
    elif format_ == "urls":
        for entry in entries:
            if entry.url:
                yield sanitize_line(entry.url)
    else:
        yield from _values((_entry_json(entry) for entry in entries), format_, style)


def facet_lines(facets: Sequence[FacetCount], format_: str, style: OutputStyle) -> Iterator[str]:
    """Yield counts in a format of ``topics``."""
    if format_ == "table":
        cells = max((len(f"{facet.count:,}") for facet in facets), default=0)
        for facet in facets:
            yield f"{facet.count:>{cells},}{_GAP}{truncate(sanitize_line(facet.name), style.width - cells - len(_GAP))}"
    elif format_ == "tsv":
        for facet in facets:
            yield _tsv_line((sanitize_line(facet.name), str(facet.count)))
    else:
        yield from _values(({"name": facet.name, "count": facet.count} for facet in facets), format_, style)


def problem_lines(problems: Iterable[Problem]) -> Iterator[str]:
    """Yield problems as ``path:line: level: field: message``; the field is omitted if empty."""
    for problem in problems:
        parts = (
            f"{path_line(problem.path)}:{problem.line}",
            problem.level.name.lower(),
            sanitize_line(problem.field),
            sanitize_line(problem.message),
        )
        yield ": ".join(part for part in parts if part)


def show_line(entry: ArticleSummary, article: Article, problems: Sequence[Problem], style: OutputStyle) -> str:
    """Return an article with all its fields as single-line JSON."""
    value = {
        **_entry_json(entry),
        "translators": list(article.translators),
        "aliases": list(article.aliases),
        "length": article.length or None,
        "price": article.price or None,
        "levels": list(article.levels),
        "links": [{"url": link.url, "title": link.title or None, "type": link.type or None} for link in article.links],
        "related": [_related_json(related) for related in article.related],
        "images": [_image_json(image) for image in article.images],
        "body": article.body,
        "problems": [_problem_json(problem) for problem in problems],
    }
    return _json(value, style)


def problem_array(problems: Iterable[Problem], style: OutputStyle) -> Iterator[str]:
    """Yield the lines of a JSON array of problems."""
    return _array((_problem_json(problem) for problem in problems), style)


def _values(values: Iterable[_Value], format_: str, style: OutputStyle) -> Iterator[str]:
    """Yield values as an array (``json``) or as JSON Lines (``jsonl``)."""
    return _array(values, style) if format_ == "json" else (_json(value, style) for value in values)


def _array(values: Iterable[_Value], style: OutputStyle) -> Iterator[str]:
    """Yield the lines of an array, one per value, as the values arrive."""
    pending = ""
    for value in values:
        if pending:
            yield pending + ","
        pending = (" " if pending else "[") + _json(value, style)
    yield pending + "]" if pending else "[]"


def _json(value: _Value, style: OutputStyle) -> str:
    text = _UNDECODABLE.sub("\ufffd", json.dumps(value, ensure_ascii=False, allow_nan=False))
    # Only JSON strings can contain these characters, so the escapes are valid.
    escaped = _LINE_UNSAFE if style.unicode else _NON_ASCII
    return escaped.sub(lambda match: json.dumps(match[0])[1:-1], text)


def _problem_json(problem: Problem) -> _Value:
    return {
        "path": problem.path,
        "line": problem.line,
        "level": problem.level.name.lower(),
        "field": problem.field or None,
        "code": problem.code,
        "message": problem.message,
    }


def _entry_json(entry: ArticleSummary) -> _Value:
    return {
        "path": entry.path,
        "title": entry.title or None,
        "excerpt": entry.excerpt or None,
        "published_at": _utc(entry.published_at),
        "published_date_only": _has_no_time(entry.published_at),
        "updated_at": _utc(entry.updated_at),
        "updated_date_only": _has_no_time(entry.updated_at),
        "original_url": entry.original_url or None,
        "web_url": entry.web_url or None,
        "url": entry.url or None,
        "quality": _number(entry.quality),
        "heat": _number(entry.heat),
        "topics": list(entry.topics),
        "category": entry.category or None,
        "type": entry.type or None,
        "provider": _provider_json(entry.provider),
        "authors": list(entry.authors),
        "series": list(entry.series),
        "feeds": list(entry.feeds),
        "language": entry.language or None,
        "draft": entry.draft,
        "secured": entry.secured,
        "read": entry.read,
        "starred": entry.starred,
        "later": entry.later,
        "related_count": entry.related_count,
        "image_count": entry.image_count,
    }


def _related_json(related: Related) -> _Value:
    return {
        "title": related.title or None,
        "excerpt": related.excerpt or None,
        "published_at": _utc(related.published_at),
        "published_date_only": _has_no_time(related.published_at),
        "original_url": related.original_url or None,
        "web_url": related.web_url or None,
        "url": related.url or None,
        "quality": _number(related.quality),
        "heat": _number(related.heat),
        "topics": list(related.topics),
        "type": related.type or None,
        "provider": _provider_json(related.provider),
        "images": [_image_json(image) for image in related.images],
        "path": related.path or None,
    }


def _image_json(image: Image) -> _Value:
    return {
        "url": image.url,
        "width": image.width,
        "height": image.height,
        "is_cached": image.is_cached,
        "alt": image.alt or None,
    }


def _provider_json(provider: Provider) -> _Value | None:
    return {"name": provider.name or None, "domain": provider.domain or None} if provider else None


def _utc(moment: datetime | None) -> str | None:
    return None if moment is None else moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _has_no_time(moment: datetime | None) -> bool:
    return moment is not None and is_date_only(moment)


def _number(value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return int(value) if value == int(value) else value


def _tsv_line(fields: Iterable[str]) -> str:
    """Join fields by tabs. The fields must not contain tabs or line breaks."""
    return "\t".join(fields)


def _tsv_fields(entry: ArticleSummary) -> tuple[str, ...]:
    quality = _number(entry.quality)
    return (
        _utc(entry.published_at) or "",
        "" if quality is None else str(quality),
        sanitize_line(entry.provider.name),
        sanitize_line(entry.title),
        sanitize_line(entry.url),
        path_line(entry.path),
    )


def _table_lines(entries: Iterable[ArticleSummary], style: OutputStyle, zone: tzinfo) -> Iterator[str]:
    """Yield the rows of a table, without columns that are empty in all of them."""
    rest = iter(entries)
    first = list(islice(rest, _ROWS_AT_ONCE))
    is_whole = len(first) < _ROWS_AT_ONCE
    provider_cells = min(_MAX_PROVIDER_CELLS, style.width // 5)
    # Date, quality, provider; a list too long to check has all columns.
    cells = [
        _DATE_CELLS if not is_whole or any(entry.published_at is not None for entry in first) else 0,
        _QUALITY_CELLS if not is_whole or any(entry.quality is not None for entry in first) else 0,
        provider_cells if not is_whole or any(entry.provider.name for entry in first) else 0,
    ]
    for column in (2, 1, 0):
        if _title_cells(cells, style) < min(_LEAST_TITLE_CELLS, style.width // 2):
            cells[column] = 0
    return (_table_line(entry, cells, style, zone) for entry in chain(first, rest))


def _title_cells(cells: Sequence[int], style: OutputStyle) -> int:
    return style.width - sum(each + len(_GAP) for each in cells if each)


def _table_line(entry: ArticleSummary, cells: Sequence[int], style: OutputStyle, zone: tzinfo) -> str:
    date_cells, quality_cells, provider_cells = cells
    provider = truncate(sanitize_line(entry.provider.name), provider_cells)
    day = f"{_day(entry.published_at, zone):{_DATE_CELLS}}"
    room = _title_cells(cells, style)
    columns = (
        (date_cells, _styled(day, _DIM, style)),
        (quality_cells, f"{_short_number(entry.quality):>{_QUALITY_CELLS}}"),
        (provider_cells, _styled(provider, _DIM, style) + " " * (provider_cells - cell_width(provider))),
        (room, _styled(truncate(sanitize_line(entry.title), room), "" if entry.read else _BOLD, style)),
    )
    return _GAP.join(text for width, text in columns if width).rstrip()


def _short_number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if value < 10**_QUALITY_CELLS else f"{value:.0e}"


def _day(moment: datetime | None, zone: tzinfo) -> str:
    if moment is None:
        return ""
    if is_date_only(moment):
        return moment.date().isoformat()
    try:
        return moment.astimezone(zone).date().isoformat()
    except (OverflowError, ValueError):  # near datetime.min or datetime.max
        return moment.date().isoformat()


def _styled(text: str, paint: str, style: OutputStyle) -> str:
    return f"{paint}{text}{_PLAIN}" if style.color and paint and text else text


def caret_lines(query: str, start: int, end: int) -> tuple[str, str]:
    """Return the part of a query around an error, and a line with carets under the error."""
    shown = "".join(_same_length(character) for character in query)
    first = _first_shown(shown, start)
    before, error = shown[first:start], shown[start : max(start, end)]
    room = max(1, _CARET_CELLS - cell_width(before))
    rest = truncate(shown[start:], room)
    carets = "^" * max(1, min(cell_width(error), room))
    lead = "…" if first else ""
    return lead + before + rest, " " * (len(lead) + cell_width(before)) + carets


def _first_shown(shown: str, start: int) -> int:
    first = start
    while first > 0 and cell_width(shown[first - 1 : start]) <= _CARET_CELLS // 2:
        first -= 1
    return first


def _same_length(character: str) -> str:
    """Replace an invisible character by a space, so that the carets stay aligned."""
    shown = sanitize(character)
    return " " if shown in {"", "\t", "\n"} else shown
