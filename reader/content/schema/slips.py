"""Front matter keys that are probably misspelled, and keys that another key overrides."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from reader.content.dialects import GENERAL_PARENTS, KEYS, normalize_key
from reader.problems import Code

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reader.content.schema.fields import Found
    from reader.content.values import ProblemCollector

__all__ = ["report_keys"]

# Keys to suggest; others, such as "lead", are too close to ordinary words.
_TARGETS = (
    *("title", "author", "authors", "description", "summary", "excerpt", "subtitle", "category", "categories"),
    *("topics", "keywords", "published", "publishdate", "pubdate", "updated", "lastmod", "modified", "created"),
    *("draft", "language", "provider", "publisher", "permalink", "canonical", "originalurl", "sourceurl", "source"),
    *("image", "images", "thumbnail", "featuredimage", "related", "series", "aliases", "translator", "quality"),
)
_SHORTEST = 4
_LONGEST = 20

# Fields that use only one of their keys.
_SINGLE = ("title", "excerpt", "date", "updated", "authors", "language", "type", "quality", "series")


def _without_one(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def _near() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for target in _TARGETS:
        for variant in (target, *_without_one(target)):
            found.setdefault(variant, target)
    return MappingProxyType(found)


_NEAR = _near()


def report_keys(data: dict[str, Any], found: Found, report: ProblemCollector) -> None:
    """Report keys that are probably misspelled, and note keys that another key overrides."""
    _report_slips(data, found, report)
    _report_ignored(found, report)


def _report_slips(data: dict[str, Any], found: Found, report: ProblemCollector) -> None:
    """Report unknown keys that differ by one letter from a known key, unless the file has that field anyway."""
    for key in data:
        if type(key) is not str or key in KEYS:
            continue
        name = normalize_key(key)
        if not _SHORTEST <= len(name) <= _LONGEST or name in KEYS or name in GENERAL_PARENTS:
            continue
        near = _nearest(name)
        if near and all(place.field not in found for place in KEYS[near]):
            report.add(key, Code.SLIP, near)


@lru_cache(maxsize=1024)
def _nearest(name: str) -> str:
    """Return the known key that has one letter missing, added, changed or moved in ``name``; plurals do not count."""
    for variant in (name, *_without_one(name)):
        near = _NEAR.get(variant)
        if near is not None and abs(len(near) - len(name)) <= 1 and near != f"{name}s" and name != f"{near}s":
            return near
    return ""


def _report_ignored(found: Found, report: ProblemCollector) -> None:
    """Note the keys whose value is ignored because another key of the same field is used."""
    for field in _SINGLE:
        pairs = found.get(field, ())
        if len(pairs) > 1:
            _, used, value = pairs[0]
            for _, key, other in pairs[1:]:
                if other != value and len(KEYS.get(normalize_key(key), ())) <= 1:
                    report.add(key, Code.IGNORED, used)
