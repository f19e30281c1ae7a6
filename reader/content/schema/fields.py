"""Front matter values by field: grouping of keys, and conversion of values that need no rules of their own.

Every function takes the name of a field in ``dialects``. A missing field gives an empty value, never a problem.
"""

from __future__ import annotations

import re
from bisect import insort
from typing import TYPE_CHECKING, Any

from reader import urls
from reader.content import values
from reader.content.dates import is_ambiguous, is_zero_date, parse_date
from reader.content.dialects import CHILDREN, KEYS, MERGED, normalize_key
from reader.content.schema.names import MARKDOWN_LINK
from reader.problems import Code

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from reader.content.dialects import KeyPlace
    from reader.content.values import ProblemCollector

__all__ = [
    "MAX_NAMES",
    "MAX_TITLE",
    "Found",
    "find_fields",
    "first",
    "line",
    "linked_original",
    "moment",
    "score",
    "strings",
    "url_of",
    "url_value",
    "without_brackets",
]

MAX_TITLE = 1_000  # characters
# "source" is the original URL or the name of the provider.
_NOT_ALWAYS_URLS = frozenset({"source", "来源", "doi", "guid"})
_DOI = re.compile(r"(?:doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_ARTICLE = re.compile(r"https?://[^/?#]+/[^?#]", re.IGNORECASE)
MAX_NAMES = 100

# Field → (rank of the key, key as spelled in the file, value), highest-ranking key first.
Found = dict[str, list[tuple[int, str, Any]]]


def find_fields(data: dict[str, Any]) -> Found:
    """Return the keys and raw values of each field that has a value."""
    found: Found = {}
    for key, value in data.items():
        # None, empty strings and empty lists count as missing; False and 0 do not.
        if (not value and value != 0) or type(key) is not str:
            continue
        places = KEYS.get(key)
        if places is None:
            places = KEYS.get(normalize_key(key), ())
        if type(value) is dict:
            parent = key if key in CHILDREN else normalize_key(key)
            used = parent in CHILDREN and _open_mapping(found, key, CHILDREN[parent], value)
            if used and parent != "provider":
                continue
        for place in places:
            if place.field in found:
                _add(found, place.field, (place.rank, key, value))
            else:
                found[place.field] = [(place.rank, key, value)]
    return found


def _open_mapping(found: Found, key: str, children: Mapping[str, tuple[KeyPlace, ...]], value: dict[str, Any]) -> bool:
    """Add the keys inside a mapping; return whether there are any that count."""
    used = False
    for inner, each in value.items():
        if (not each and each != 0) or type(inner) is not str:
            continue
        for place in children.get(normalize_key(inner), ()):
            used = True
            _add(found, place.field, (place.rank, f"{key}.{inner}", each))
    return used


def _add(found: Found, field: str, pair: tuple[int, str, Any]) -> None:
    pairs = found.setdefault(field, [])
    if field in MERGED:
        pairs.append(pair)
    else:
        insort(pairs, pair, key=_rank)


def _rank(pair: tuple[int, str, Any]) -> int:
    return pair[0]


def first(field: str, found: Found) -> tuple[str, Any]:
    """Return the highest-ranking key and its value. The field must exist."""
    _, key, value = found[field][0]
    return key, value


def line(field: str, found: Found, report: ProblemCollector, limit: int = values.MAX_LINE) -> str:
    """Return a single line of text."""
    if field not in found:
        return ""
    _, key, value = found[field][0]
    return values.to_line(key, without_brackets(value), report, limit)


def without_brackets(value: object) -> object:
    """Return the name in a wiki link that YAML reads as a list in a list: ``[[The Mill]]``."""
    inner = value[0] if type(value) is list and len(value) == 1 else value
    return inner[0] if type(inner) is list and len(inner) == 1 else value


def strings(field: str, found: Found, report: ProblemCollector, limit: int = MAX_NAMES) -> tuple[str, ...]:
    """Return the strings of a list, without splitting them at commas."""
    if field not in found:
        return ()
    return values.to_strings(*first(field, found), report, limit=limit)


def score(field: str, found: Found, report: ProblemCollector) -> float | None:
    """Return a number; None if it is negative, which means "no score"."""
    if field not in found:
        return None
    _, key, value = found[field][0]
    number = values.to_number(key, value, report)
    return number if number is not None and number >= 0 else None


def moment(field: str, found: Found, report: ProblemCollector) -> datetime | None:
    """Return a date."""
    if field not in found:
        return None
    _, key, value = found[field][0]
    if isinstance(value, bool):
        return None
    date = parse_date(value)
    if date is None and not is_zero_date(value):
        code = Code.AMBIGUOUS_DATE if is_ambiguous(value) else Code.NOT_A_DATE
        report.add(key, code, values.describe(value))
    return date


def url_of(field: str, found: Found, report: ProblemCollector) -> str:
    """Return the first URL among the values of a field. A path within the site is not reported as a problem."""
    if field not in found:
        return ""
    for _, key, value in found[field]:
        for each in value if type(value) is list else (value,):
            if url := url_value(each) or _other_url(key, each):
                return url
            # "source" holds either the original URL or the name of the provider.
            if normalize_key(key) not in _NOT_ALWAYS_URLS and not isinstance(each, bool | dict):
                values.to_url(key, each, report, paths=True)
                if field == "original_url" and type(each) is str and not urls.has_scheme(each.strip()):
                    report.add(key, Code.NOT_ABSOLUTE, values.describe(each))
    return ""


def _other_url(key: str, value: object) -> str:
    if type(value) is dict:
        return linked_original(value)
    return _doi_url(value) if normalize_key(key) == "doi" else ""


def linked_original(entry: dict[Any, Any]) -> str:
    """Return the URL of an article in a mapping such as ``source: {title, url}``; empty if it is the URL of a site."""
    url = next(filter(None, (url_value(entry.get(name)) for name in ("url", "link", "href"))), "")
    return url if _ARTICLE.match(url) else ""


def _doi_url(value: object) -> str:
    found = _DOI.fullmatch(value.strip()) if type(value) is str else None
    url = f"https://doi.org/{found[1]}" if found else ""
    return url if urls.is_safe(url) else ""


def url_value(value: object) -> str:
    """Return the URL that a value contains or links to; empty if there is none."""
    if type(value) is not str or "://" not in value:
        return ""
    text = value.strip()
    if urls.is_safe(text):
        return text
    link = MARKDOWN_LINK.fullmatch(text)
    text = link[2] if link else text.removeprefix("<").removesuffix(">")
    return text if urls.is_safe(text) else ""
