"""Values of front matter by field: grouping of keys, and the values that need no rules of their own.

Every function takes the name of a field of ``dialects``. A missing field is an empty value, never a problem.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reader import urls
from reader.content import values
from reader.content.dates import is_ambiguous, is_zero_date, parse_date
from reader.content.dialects import GENERAL_PARENTS, KEYS, MERGED, NOT_IN_GENERAL_PARENTS, PARENTS, normalize_key
from reader.content.schema.names import MARKDOWN_LINK
from reader.problems import Code

if TYPE_CHECKING:
    from datetime import datetime

    from reader.content.values import ProblemCollector

__all__ = [
    "MAX_NAMES",
    "MAX_TITLE",
    "Found",
    "find_fields",
    "first",
    "line",
    "moment",
    "score",
    "strings",
    "url_of",
    "url_value",
]

MAX_TITLE = 1_000  # characters
MAX_NAMES = 100

# Field -> (rank of the key, key as spelled in the file, value), the highest-ranking key first.
Found = dict[str, list[tuple[int, str, Any]]]

# Keys of mappings of the site's own count after all others.
_GENERAL_RANK = 1_000


def find_fields(data: dict[str, Any]) -> Found:
    """Return keys and raw values of each field, omitting fields without a value."""
    found: Found = {}
    for key, value in data.items():
        # None, empty strings and empty lists count as missing; False and 0 do not.
        if (not value and value != 0) or type(key) is not str:
            continue
        name = key
        places = KEYS.get(name)
        if places is None:
            name = normalize_key(key)
            places = KEYS.get(name, ())
        if type(value) is dict and _open_mapping(found, key, name, value):
            continue
        for place in places:
            found.setdefault(place.field, []).append((place.rank, key, value))
    for field, pairs in found.items():
        if len(pairs) > 1 and field not in MERGED:
            pairs.sort(key=_rank)
    return found


def _rank(value: tuple[int, str, Any]) -> int:
    return value[0]


def _open_mapping(found: Found, key: str, name: str, value: dict[str, Any]) -> bool:
    """Add the keys inside a mapping; return whether its own key is then used up."""
    parent = normalize_key(name)
    is_general = parent in GENERAL_PARENTS
    if not is_general and parent not in PARENTS:
        return False
    used = False
    for inner, each in value.items():
        if (not each and each != 0) or type(inner) is not str:
            continue
        places = KEYS.get(normalize_key(inner) if is_general else f"{parent}.{normalize_key(inner)}", ())
        for place in places:
            if is_general and place.field in NOT_IN_GENERAL_PARENTS:
                continue
            used = True
            rank = place.rank + _GENERAL_RANK * is_general
            found.setdefault(place.field, []).append((rank, f"{key}.{inner}", each))
    return used and parent != "provider"


def first(field: str, found: Found) -> tuple[str, Any]:
    """Return the key and value that rank highest. The field must be there."""
    _, key, value = found[field][0]
    return key, value


def line(field: str, found: Found, report: ProblemCollector, limit: int = values.MAX_LINE) -> str:
    """Return a single line of text."""
    return values.to_line(*first(field, found), report, limit) if field in found else ""


def strings(field: str, found: Found, report: ProblemCollector, limit: int = MAX_NAMES) -> tuple[str, ...]:
    """Return the texts of a list, which are not split at commas."""
    if field not in found:
        return ()
    return values.to_strings(*first(field, found), report, limit=limit)


def score(field: str, found: Found, report: ProblemCollector) -> float | None:
    """Return a number; None for a negative one, which means that there is no score."""
    if field not in found:
        return None
    number = values.to_number(*first(field, found), report)
    return number if number is not None and number >= 0 else None


def moment(field: str, found: Found, report: ProblemCollector) -> datetime | None:
    """Return a date."""
    if field not in found:
        return None
    key, value = first(field, found)
    if isinstance(value, bool):
        return None
    date = parse_date(value)
    if date is None and not is_zero_date(value):
        code = Code.AMBIGUOUS_DATE if is_ambiguous(value) else Code.NOT_A_DATE
        report.add(key, code, values.describe(value))
    return date


def url_of(field: str, found: Found, report: ProblemCollector) -> str:
    """Return the first URL among the values of a field; paths within the site are no problem."""
    for _, key, value in found.get(field, ()):
        for each in value if type(value) is list else (value,):
            if url := url_value(each):
                return url
            # "source" is the original URL or the name of the provider.
            if normalize_key(key) != "source" and not isinstance(each, bool | dict):
                values.to_url(key, each, report, paths=True)
                if field == "original_url" and type(each) is str and not urls.has_scheme(each.strip()):
                    report.add(key, Code.NOT_ABSOLUTE, values.describe(each))
    return ""


def url_value(value: object) -> str:
    """Return the URL that a value is or links to; empty if there is none."""
    if type(value) is not str or "://" not in value:
        return ""
    text = value.strip()
    if urls.is_safe(text):
        return text
    link = MARKDOWN_LINK.fullmatch(text)
    text = link[2] if link else text.removeprefix("<").removesuffix(">")
    return text if urls.is_safe(text) else ""
