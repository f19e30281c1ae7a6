"""Names in front matter: topics, people and series, as the various dialects write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reader.content import values
from reader.content.formats.labels import split_people
from reader.problems import Code
from reader.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reader.content.values import ProblemCollector

__all__ = ["MARKDOWN_LINK", "MAX_NESTING", "to_people", "to_topics"]

MAX_NESTING = 8
"""Maximum depth of nested lists that are flattened."""

MARKDOWN_LINK = re.compile(r"\[([^\[\]\n]*)\]\(<?([^\s()<>]+)>?\)")

_WIKI_LINK = re.compile(r"\[\[([^\[\]\n]+)\]\]")
_BETWEEN_LINKS = re.compile(r"\band\b|[ ,;&]+", re.IGNORECASE)
_HASHTAGS = re.compile(r"#[^\s#,]+(?:[\s,]+#[^\s#,]+)*[\s,]*")
_ENTITY = re.compile(r"&(?:#\w{1,7}|[A-Za-z]\w{1,30});")
_BETWEEN_WORDS = re.compile(r"[\s,]+")
# Mail addresses, user names and URLs after a name.
_ADDRESSES = re.compile(r"(?<=\S)(?:\s+(?:<[^<>]*>|\(?https?://\S+))+\s*\Z")
_BETWEEN_ADDRESSES = re.compile(r"(?<=>)[\s,;&]+(?=[^\s(])")
_BETWEEN_REMARKS = re.compile(r"(?<=\)),\s+")
_BYLINE = re.compile(r"(?:by:?|(?:von|par|por|di|door|af|av):)\s+", re.IGNORECASE)
# Keys of a name in a mapping, the most complete name first.
_NAMES = ("name", "displayname", "fullname", "literal", "title", "label")
_GIVEN = ("first", "firstname", "given", "givenname", "forename")
_FAMILY = ("last", "lastname", "family", "familyname", "surname")
_HANDLES = ("nickname", "username", "login", "handle", "id", "slug", "email")
# Placeholders for a missing author in exports.
_PLACEHOLDERS = frozenset({"unknown", "unknown author", "n/a", "none", "null", "undefined"})
_NO_TOPICS = frozenset({"None", "null", "undefined"})


def to_topics(
    key: str, value: object, report: ProblemCollector, *, limit: int, blanks: bool = False
) -> tuple[str, ...]:
    """Return topics: drop a leading ``#``, flatten nested lists and split a text at commas.

    A text with semicolons is split at these instead, as in Pelican. With ``blanks``, a text with neither is split at
    spaces.
    """
    plain = _parts(value) if type(value) is str and not blanks else value
    names = _plain_names(plain, limit) if type(plain) is list else None
    if names is None:
        names = _names(key, _topic_texts(value, blanks=blanks), report, limit)
    return names if _NO_TOPICS.isdisjoint(names) else tuple(name for name in names if name not in _NO_TOPICS)


def to_people(key: str, value: object, report: ProblemCollector, *, limit: int) -> tuple[str, ...]:
    """Return names of people, which are split at commas only if each part is a full name.

    A mail address ends a name, and so does a link or note if every name has one: ``Jane (@jane), John (@john)``.
    """
    if type(value) is str and (">" in value or ")," in value):
        value = _split_remarks(value.strip())
    elif type(value) is str and "," in value:
        value = split_people(value, several=key.lower().endswith("s"))
    found = _plain_names([value] if type(value) is str else value, limit)
    if found is None:
        found = _names(key, _flat(value), report, limit)
    if any(name.lower() in _PLACEHOLDERS for name in found):
        found = tuple(name for name in found if name.lower() not in _PLACEHOLDERS)
    if any("<" in name or "://" in name for name in found):
        found = tuple(dict.fromkeys(_ADDRESSES.sub("", name) for name in found))
    return tuple(_BYLINE.sub("", name, count=1) if _BYLINE.match(name) else name for name in found)


def _split_remarks(text: str) -> list[str]:
    if ">" in text:
        return _BETWEEN_ADDRESSES.split(text)
    parts = _BETWEEN_REMARKS.split(text)
    return parts if all(part.endswith(")") for part in parts) else [text]


def _plain_names(entries: object, limit: int) -> tuple[str, ...] | None:
    """Return the names in a list of plain strings; None if any needs more work. Fast path for nearly all lists."""
    if type(entries) is not list or len(entries) > limit:
        return None
    found: dict[str, str] = {}
    for entry in entries:
        if type(entry) is not str or not entry.isprintable() or "#" in entry or "[" in entry or "&" in entry:
            return None
        text = entry.strip()
        if "  " in text or len(text) > values.MAX_LINE:
            return None
        if text:
            found.setdefault(fold(text) or text, text)
    return tuple(found.values())


def _names(key: str, entries: Iterator[Any], report: ProblemCollector, limit: int) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for entry in entries:
        name = values.to_line(key, _of_mapping(entry) if type(entry) is dict else entry, report)
        for text in _links(name) if "[" in name else (name,):
            if not text:
                continue
            if len(found) >= limit:
                report.add(key, Code.TOO_MANY, f"{limit:,}")
                return tuple(found.values())
            found.setdefault(fold(text) or text, text)
    return tuple(found.values())


def _topic_texts(value: object, *, blanks: bool) -> Iterator[Any]:
    if type(value) is str:
        yield from _split(value, blanks=blanks)
        return
    for entry in _flat(value):
        if type(entry) is str and entry[:1] in "#[" and not entry.startswith("[["):
            is_several = _HASHTAGS.fullmatch(entry) or (entry[:1] == "[" and entry.rstrip()[-1] == "]")
            yield from _split(entry, blanks=False) if is_several else (entry.lstrip("#").strip(),)
        else:
            yield entry


def _parts(text: str) -> list[str]:
    """Return the parts of a text between semicolons, else between commas. An entity's semicolon does not count."""
    if "&" in text and ";" in text:
        hidden = _ENTITY.sub(lambda entity: entity[0][:-1] + "\0", text)
        return [part.replace("\0", ";") for part in hidden.split(";" if ";" in hidden else ",")]
    return text.split(";" if ";" in text else ",")


def _split(text: str, *, blanks: bool) -> Iterator[str]:
    """Yield the topics in a text."""
    text = text.strip()
    if text[:1] == "[" and text[-1] == "]" and text[1:2] != "[":  # a list in quotes
        parts = [part.strip().strip("'\"") for part in text[1:-1].split(",")]
    elif _HASHTAGS.fullmatch(text):
        parts = _BETWEEN_WORDS.split(text)
    elif "," in text or ";" in text:
        parts = text.split() if blanks and len(_parts(text)) == 1 else _parts(text)
    else:
        parts = text.split() if blanks else [text]
    yield from (part.strip().lstrip("#").strip() for part in parts)


def _flat(value: object, depth: int = MAX_NESTING) -> Iterator[Any]:
    if type(value) is list and depth:
        for entry in value:
            yield from _flat(entry, depth - 1)
    else:
        yield value


def _of_mapping(entry: dict[Any, Any], depth: int = MAX_NESTING) -> object:
    """Return the name in a mapping. Without one, return the mapping, so that it is reported as not being text."""
    parts = {re.sub(r"[-_\s]", "", key).lower(): each for key, each in entry.items() if type(key) is str and each}
    for name in _NAMES:
        if name in parts:
            inner = parts[name]
            return _of_mapping(inner, depth - 1) if type(inner) is dict and depth else inner
    given = next((parts[name] for name in _GIVEN if name in parts), "")
    family = next((parts[name] for name in _FAMILY if name in parts), "")
    if type(given) is str and type(family) is str and (given or family):
        return f"{given} {family}".strip()
    return next((parts[name] for name in _HANDLES if name in parts), entry)


def _links(text: str) -> tuple[str, ...]:
    """Return the names in a text of wiki links or Markdown links."""
    linked = _WIKI_LINK.findall(text)
    if linked and not _BETWEEN_LINKS.sub("", _WIKI_LINK.sub(",", text)):
        return tuple(_of_wiki_link(inner) for inner in linked)
    if linked:
        return (_WIKI_LINK.sub(lambda link: _of_wiki_link(link[1]), text),)
    return (MARKDOWN_LINK.sub(lambda link: link[1], text).strip(),)


def _of_wiki_link(inner: str) -> str:
    target, bar, shown = inner.partition("|")
    return shown.strip() if bar and shown.strip() else target.rpartition("/")[2].partition("#")[0].strip() or target
