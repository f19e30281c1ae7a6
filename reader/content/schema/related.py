"""Related articles in front matter: by URL, path or name, or as mappings with fields of their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from reader import urls
from reader.article import Provider, Related
from reader.content import values
from reader.content.dialects import KEYS, normalize_key
from reader.content.schema import fields
from reader.content.schema.names import MARKDOWN_LINK
from reader.content.schema.parts import MAX_IMAGES, MAX_TOPICS, WIKI_LINK, by_key, images, pick, provider, topics_of
from reader.problems import Code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reader.content.schema.fields import Found
    from reader.content.values import ProblemCollector

__all__ = ["MAX_RELATED", "related"]

MAX_RELATED = 1_000

# A slug, or a path in the folder such as "videos/an-introduction" or "about.md".
_PATH = re.compile(r"([^\s:*?\"<>|\[\](){}#]+)(?:#[^\s<>]*)?")
# Fields of which one is enough for an entry.
_OF_AN_ENTRY = frozenset({"title", "original_url", "web_url", "related_path"})
_DATE_PREFIX = re.compile(r"\d{4}-\d\d?-\d\d?[-_ .]+", re.ASCII)
_SUFFIX = re.compile(r"\.(?:md|mdx|markdown|html|qmd|rmd|rst|txt)/?\Z", re.IGNORECASE)
# Any such day exists, at any such time, in any zone.
_REGULAR_DATE = re.compile(
    r"(?:19|20)\d\d-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30))"
    r"(?:[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?)?",
    re.ASCII,
)
_MOST = 2**31
_OF_A_PROVIDER = frozenset({"name", "domain"})


def related(found: Found, report: ProblemCollector, *, brief: bool = False) -> tuple[Related, ...]:
    """Return the related articles of all keys.

    With ``brief``, most have only their titles and URLs, which takes a third of the time; the problems are the same.
    """
    some: list[Related] = []
    for _, key, value in found.get("related", ()):
        if isinstance(value, bool):  # switches a theme's list of related articles on or off
            continue
        entries = value if isinstance(value, list) else [value]
        if entries is not value and _linked(value) is None:
            report.add(key, Code.NOT_A_LIST)
            continue
        if len(entries) > MAX_RELATED:
            report.add(key, Code.TOO_MANY, f"{MAX_RELATED:,}")
        for at, each in enumerate(entries[:MAX_RELATED], start=1):
            entry = _regular(each) if brief else None
            some += _entries(each, report.inside(key, at)) if entry is None else (entry,)
    return tuple(some)[:MAX_RELATED]


def _linked(value: object) -> Related | None:
    """Return the related article that a text names by its URL, path or note name."""
    if type(value) is not str:
        return None
    text = value.strip()
    if url := fields.url_value(text):
        linked = MARKDOWN_LINK.fullmatch(text)
        title = (_clean(linked[1]) if linked else "") or url[: fields.MAX_TITLE]
        host = urls.host(url)
        return Related(title, original_url=url, provider=Provider(host, host))
    if wiki := WIKI_LINK.fullmatch(text):
        return Related(title=_clean(wiki[2] or wiki[1]), path=_clean(wiki[1]))
    if linked := MARKDOWN_LINK.fullmatch(text):
        return Related(title=_clean(linked[1]), path=_clean(linked[2]))
    if (path := _PATH.fullmatch(text)) and any(character.isalpha() for character in path[1]):
        return Related(title=_title_of(path[1]), path=_clean(path[1]))
    return None


def _clean(text: str) -> str:
    return values.clean_line(text)[: fields.MAX_TITLE]


def _title_of(path: str) -> str:
    stem = _SUFFIX.sub("", path.rstrip("/").rpartition("/")[2])
    words = _clean(_DATE_PREFIX.sub("", stem).replace("-", " ").replace("_", " "))
    return words[:1].upper() + words[1:] or _clean(path)


def _entries(data: object, report: ProblemCollector) -> Iterator[Related]:
    if (entry := _linked(data)) is not None:
        yield entry
    elif not isinstance(data, dict):
        report.add("", Code.NOT_AN_ARTICLE)
    else:
        titled = tuple(_titled(data)) if len(data) == 1 else ()
        yield from titled or _mapping(data, report)


def _titled(data: dict[Any, Any]) -> Iterator[Related]:
    """Yield the entries of a mapping as in MkDocs: a title with a path, or a heading with a list of such entries."""
    if len(data) != 1:
        return
    ((key, value),) = data.items()
    if type(key) is not str or key == "to" or (normalize_key(key) in KEYS and not _is_titled_path(key, value)):
        return
    if isinstance(value, list):
        for each in value[:MAX_RELATED]:
            if (entry := _linked(each)) is not None:
                yield entry
            elif isinstance(each, dict):
                yield from _titled(each)
    elif (entry := _linked(value)) is not None:
        yield replace(entry, title=_clean(key))


def _is_titled_path(key: str, value: object) -> bool:
    """Return whether a known key is the title of a path: ``Summary: 2021/review.md``."""
    is_own = any(place.field in _OF_AN_ENTRY for place in KEYS[normalize_key(key)])
    return not is_own and type(value) is str and _SUFFIX.search(value) is not None


def _as_entry(data: dict[Any, Any]) -> dict[Any, Any]:
    """Return a mapping with a button's keys (``label`` or ``text``, and ``to``) replaced by an entry's keys."""
    named = by_key(data)
    button = {"title": pick(named, "label", "text"), _place_key(named.get("to")): named.get("to")}
    return {key: value for key, value in button.items() if value} | data


def _place_key(target: object) -> str:
    return "url" if urls.is_safe(str(target)) else "path"


def _mapping(data: dict[str, Any], report: ProblemCollector) -> Iterator[Related]:
    found = fields.find_fields(_as_entry(data) if "to" in data else data)
    original_url, web_url = fields.url_of("original_url", found, report), fields.url_of("web_url", found, report)
    path = fields.line("related_path", found, report)
    title = fields.line("title", found, report, fields.MAX_TITLE) or (original_url or web_url)[: fields.MAX_TITLE]
    if not title:
        report.add("", Code.NO_TITLE_OR_URL)
        return
    field = "date" if "date" in found else "published" if "published" in found else "created"
    yield Related(
        title=title,
        excerpt=fields.line("excerpt", found, report),
        published_at=fields.moment(field, found, report),
        original_url=original_url,
        web_url=web_url,
        type=fields.line("type", found, report),
        quality=fields.score("quality", found, report),
        heat=fields.score("heat", found, report),
        provider=provider(found, original_url or web_url, report),
        topics=topics_of(found, report),
        images=images(found, report),
        path=path if _PATH.fullmatch(path) else "",
    )


def _regular(data: object) -> Related | None:
    """Return a related article with only its title and URLs; None if any of its keys or values needs more work."""
    if type(data) is not dict or len(data) < 2:
        return None
    needed = {"title": "", "original_url": "", "web_url": ""}
    for key, value in data.items():
        expected = _CHECK_OF_KEY.get(key)
        if expected is None or not expected[1](value):
            return None
        field = expected[0]
        if field in needed:
            if needed[field]:  # two keys of one field
                return None
            needed[field] = value.strip()
    title, original_url, web_url = needed.values()
    return Related(title=title, original_url=original_url, web_url=web_url) if title else None


def _is_title(value: object) -> bool:
    # The same condition as in to_line.
    if type(value) is not str or len(value) > fields.MAX_TITLE:
        return False
    return value.isprintable() and "&" not in value and "  " not in value


def _is_url(value: object) -> bool:
    return value == "" or (type(value) is str and urls.is_safe(value.strip()))


def _is_line(value: object) -> bool:
    return type(value) is str and len(value) <= values.MAX_LINE


def _is_number(value: object) -> bool:
    return (type(value) is int or type(value) is float) and -_MOST < value < _MOST


def _is_date(value: object) -> bool:
    return type(value) is str and _REGULAR_DATE.fullmatch(value) is not None


def _is_provider(value: object) -> bool:
    return type(value) is dict and value.keys() <= _OF_A_PROVIDER and all(map(_is_line, value.values()))


def _are_topics(value: object) -> bool:
    # So few characters cannot be too many topics, however they are split.
    return type(value) is list and all(map(_is_line, value)) and sum(map(len, value)) <= MAX_TOPICS


def _are_images(value: object) -> bool:
    return type(value) is list and len(value) <= MAX_IMAGES and all(map(_is_image, value))


def _is_image(entry: object) -> bool:
    if type(entry) is not dict or not urls.is_safe(str(entry.get("url"))):
        return False
    return all(key == "url" or _is_number(value) or _is_of_image(key, value) for key, value in entry.items())


def _is_of_image(key: object, value: object) -> bool:
    return (key == "isCached" and type(value) is bool) or (key == "alt" and _is_line(value))


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "title": _is_title,
    **dict.fromkeys(("original_url", "web_url"), _is_url),
    **dict.fromkeys(("excerpt", "type", "image_alt"), _is_line),
    **dict.fromkeys(("quality", "heat"), _is_number),
    **dict.fromkeys(("date", "published", "created"), _is_date),
    "provider": _is_provider,
    "topics": _are_topics,
    "images": _are_images,
}
_CHECK_OF_KEY = {
    key: (places[0].field, _CHECKS[places[0].field])
    for key, places in KEYS.items()
    if len(places) == 1 and places[0].field in _CHECKS
}
