"""Mapping from front matter to Article: the rules of each field. Its keys are in ``dialects``.

All text of an Article passes through ``build_article``, which sanitizes it. It never raises: an invalid value becomes a
problem and does not affect the other fields.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reader import urls
from reader.article import Article, Image, Link, Provider, Related
from reader.content import values
from reader.content.dates import date_from_filename, date_from_path, is_ambiguous, is_zero_date, parse_date
from reader.content.dialects import KEYS, PARENTS, normalize_key
from reader.content.formats import prose
from reader.content.formats.names import is_rst
from reader.problems import Code, Problem
from reader.text import display_path, fold, sanitize

if TYPE_CHECKING:
    from datetime import datetime

    from reader.content.frontmatter import FrontMatter
    from reader.content.values import ProblemCollector

# Field -> (rank of the key, key as spelled in the file, value), the highest-ranking key first.
_Found = dict[str, list[tuple[int, str, Any]]]

__all__ = [
    "MAX_AUTHORS",
    "MAX_IMAGES",
    "MAX_LINKS",
    "MAX_RELATED",
    "MAX_TITLE",
    "MAX_TOPICS",
    "build_article",
    "placeholder_article",
    "title_from_path",
]

# Limits per article; anything beyond is truncated and reported as a problem. For other strings: values.MAX_LINE.
MAX_TITLE = 1_000  # characters
MAX_TOPICS = 200
MAX_AUTHORS = 100
MAX_IMAGES = 200
MAX_RELATED = 1_000
MAX_LINKS = 100

_IMAGE_URL = ("url", "src", "image")

_DATE_PREFIX = re.compile(r"\d{4}-\d\d?-\d\d?(?:[-_ .]+|\Z)", re.ASCII)
# A path in the folder, such as "videos/an-introduction" or "about.md".
_PATH = re.compile(r"[^\s:*?\"<>|\[\](){}]+(?:/[^\s:*?\"<>|\[\](){}]+|\.(?:md|markdown|html|txt))")
_DURATION = re.compile(r"PT(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})(?:\.\d+)?S)?", re.ASCII)
_SEPARATORS = re.compile(r"[-_\s]+")
_LETTER = re.compile(r"[^\W\d_]")


def build_article(path: str, matter: FrontMatter) -> tuple[Article, tuple[Problem, ...]]:
    """Return the article built from a file's front matter and body, and its problems."""
    report = values.ProblemCollector(path, matter)
    body = sanitize(matter.body)
    if not matter.readable:
        return placeholder_article(path, body), tuple(report.problems)
    found = _fields(matter.metadata)
    original_url, web_url = _urls(found, report)
    category = _line("category", found, report)
    made = Article(
        path=path,
        title=_line("title", found, report, MAX_TITLE) or _derived_title(path, body),
        excerpt=_line("excerpt", found, report) or prose.excerpt(body, rst=is_rst(path)),
        body=body,
        published_at=_date(found, report) or _date_of_place(path, found),
        original_url=original_url,
        web_url=web_url,
        quality=_score("quality", found, report),
        heat=_score("heat", found, report),
        topics=_topics(found, report) or ((category,) if category else ()),
        category=category,
        type=_line("type", found, report),
        language=_line("language", found, report),
        authors=_strings("authors", found, report),
        provider=_provider(found, original_url or web_url, report),
        draft=_is_draft(found, report),
        secured="secured" in found and values.to_bool(_first("secured", found)[1]) is not False,
        images=_images(found, report),
        related=_related(found, report),
        updated_at=_moment("updated", found, report),
        series=_strings("series", found, report),
        aliases=_strings("aliases", found, report),
        translators=_strings("translators", found, report),
        links=_links(found, report),
        length=_length(found, report),
        price=_line("price", found, report),
        levels=_strings("levels", found, report),
    )
    return made, tuple(report.problems)


def placeholder_article(path: str, body: str = "") -> Article:
    """Return an article marked unreadable, for a file of which at most the (sanitized) body could be read."""
    return Article(path, title_from_path(path), prose.excerpt(body), body, unreadable=True)


def title_from_path(path: str) -> str:
    """Return a title derived from a file name: no date or suffix, spaces between words, capitalized."""
    stem = _stem(path)
    title = display_path(_SEPARATORS.sub(" ", _DATE_PREFIX.sub("", stem) or stem))
    return (title[:1].upper() + title[1:])[:MAX_TITLE] or display_path(path) or "?"


def _stem(path: str) -> str:
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0] or name
    # A page bundle: a folder for one article and its images, perhaps in several languages (index.de.md).
    if stem.partition(".")[0] in {"index", "_index"} and folder:
        return folder.rpartition("/")[2]
    return stem


def _fields(data: dict[str, Any]) -> _Found:
    """Return keys and raw values of each field in the file, omitting fields without a value."""
    found: _Found = {}
    _collect(found, data, "")
    for values_ in found.values():
        if len(values_) > 1:
            values_.sort(key=_rank)
    return found


def _rank(value: tuple[int, str, Any]) -> int:
    return value[0]


def _collect(found: _Found, data: dict[str, Any], parent: str) -> None:
    for key, value in data.items():
        # None, empty strings and empty lists count as missing; False and 0 do not.
        if (not value and value != 0) or type(key) is not str:
            continue
        name = parent + key
        places = KEYS.get(name) or KEYS.get(name := normalize_key(name))
        if type(value) is dict and not parent and normalize_key(key) in PARENTS:
            _collect(found, value, f"{key}.")
            if name != "provider":
                continue
        for place in places or ():
            found.setdefault(place.field, []).append((place.rank, parent + key, value))


def _first(field: str, found: _Found) -> tuple[str, Any]:
    _, key, value = found[field][0]
    return key, value


def _line(field: str, found: _Found, report: ProblemCollector, limit: int = values.MAX_LINE) -> str:
    return values.to_line(*_first(field, found), report, limit) if field in found else ""


def _derived_title(path: str, body: str) -> str:
    rst = is_rst(path)
    heading = prose.find_title(body, rst=rst)[:MAX_TITLE]
    if heading:
        return heading
    title = title_from_path(path)
    # A name without letters, such as a day, says little.
    return title if _LETTER.search(title) else prose.first_words(body, rst=rst) or title


def _date(found: _Found, report: ProblemCollector) -> datetime | None:
    if "date" not in found and "published" in found:
        value = _first("published", found)[1]
        if values.to_bool(value) is None:
            return parse_date(value)
    field = "date" if "date" in found else "created"
    if field not in found:
        return None
    return _moment(field, found, report)


def _moment(field: str, found: _Found, report: ProblemCollector) -> datetime | None:
    if field not in found:
        return None
    key, value = _first(field, found)
    moment = parse_date(value)
    if moment is None and not is_zero_date(value):
        code = Code.AMBIGUOUS_DATE if is_ambiguous(value) else Code.NOT_A_DATE
        report.add(key, code, values.describe(value))
    return moment


def _date_of_place(path: str, found: _Found) -> datetime | None:
    """Return the date in a file's name, its web path or its folders, in this order."""
    addresses = (address for _, _, address in found.get("place", ()))
    places = [address for address in addresses if type(address) is str and len(address) <= urls.MAX_URL]
    in_name = date_from_filename(_stem(path))
    return in_name or next(filter(None, map(date_from_path, [*places, path])), None)


def _urls(found: _Found, report: ProblemCollector) -> tuple[str, str]:
    return _url("original_url", found, report), _url("web_url", found, report, paths=True)


def _url(field: str, found: _Found, report: ProblemCollector, *, paths: bool = False) -> str:
    for _, key, value in found.get(field, ()):
        # "source" is the original URL or the name of the provider.
        if field == "original_url" and normalize_key(key) == "source" and not _is_url(value):
            continue
        if url := values.to_url(key, value, report, paths=paths):
            return url
    return ""


def _is_url(value: object) -> bool:
    return type(value) is str and urls.is_safe(value.strip())


def _score(field: str, found: _Found, report: ProblemCollector) -> float | None:
    if field not in found:
        return None
    score = values.to_number(*_first(field, found), report)
    return score if score is not None and score >= 0 else None


def _topics(found: _Found, report: ProblemCollector) -> tuple[str, ...]:
    return _merged("topics", found, report, commas=True, limit=MAX_TOPICS)


def _merged(field: str, found: _Found, report: ProblemCollector, *, commas: bool, limit: int) -> tuple[str, ...]:
    """Return the values of all keys of a field, without duplicates."""
    if field not in found:
        return ()
    lists = [values.to_strings(key, value, report, commas=commas, limit=limit) for _, key, value in found[field]]
    if len(lists) == 1:
        return lists[0]
    merged: dict[str, str] = {}
    for value in (value for each in lists for value in each):
        merged.setdefault(fold(value) or value, value)
    if len(merged) > limit:
        report.add(_first(field, found)[0], Code.TOO_MANY, f"{limit:,}")
    return tuple(merged.values())[:limit]


def _strings(field: str, found: _Found, report: ProblemCollector, limit: int = MAX_AUTHORS) -> tuple[str, ...]:
    if field not in found:
        return ()
    # Do not split names at commas: "Smith, Jane" is one author.
    return values.to_strings(*_first(field, found), report, commas=False, limit=limit)


def _provider(found: _Found, url: str, report: ProblemCollector) -> Provider:
    name = domain = ""
    if "provider" in found:
        key, value = _first("provider", found)
        if isinstance(value, dict):
            name = values.to_line(key, value.get("name"), report)
            domain = _domain(key, value.get("domain") or value.get("url"), report)
        else:
            name = values.to_line(key, value, report)
            if urls.is_safe(name):
                name, domain = "", urls.host(name)
    if url and not domain:
        domain = urls.host(url)
    return Provider(name or domain, domain)


def _domain(key: str, value: object, report: ProblemCollector) -> str:
    text = values.to_line(key, value, report)
    return urls.host(text) or text.lower().removeprefix("www.")


def _is_draft(found: _Found, report: ProblemCollector) -> bool:
    draft = published = None
    if "draft" in found:
        draft = values.to_bool(_first("draft", found)[1])
        if draft is None:
            report.add(_first("draft", found)[0], Code.NOT_A_BOOLEAN)
    if "published" in found:
        value = _first("published", found)[1]
        published = values.to_bool(value)
        if published is None and parse_date(value) is None:
            report.add(_first("published", found)[0], Code.NOT_A_BOOLEAN_OR_DATE)
    return draft is True or published is False


def _images(found: _Found, report: ProblemCollector) -> tuple[Image, ...]:
    if "images" not in found:
        return ()
    key, value = _first("images", found)
    entries = value if isinstance(value, list) else [value]
    if len(entries) > MAX_IMAGES:
        report.add(key, Code.TOO_MANY, f"{MAX_IMAGES:,}")
    images = (_image(key, entry, report) for entry in entries[:MAX_IMAGES])
    return tuple(image for image in images if image is not None)


def _image(key: str, entry: object, report: ProblemCollector) -> Image | None:
    if not isinstance(entry, dict):
        address = values.to_url(key, entry, report, paths=True)
        return Image(address) if address else None
    written = next((entry[name] for name in _IMAGE_URL if entry.get(name)), None)
    address = values.to_url(key, written, report, paths=True)
    if not address:
        return None
    return Image(
        address,
        values.to_pixels(key, entry.get("width"), report),
        values.to_pixels(key, entry.get("height"), report),
        values.to_bool(entry.get("isCached")),
        values.to_line(key, entry.get("alt"), report),
    )


def _related(found: _Found, report: ProblemCollector) -> tuple[Related, ...]:
    if "related" not in found:
        return ()
    key, value = _first("related", found)
    if not isinstance(value, list):
        report.add(key, Code.NOT_A_LIST)
        return ()
    if len(value) > MAX_RELATED:
        report.add(key, Code.TOO_MANY, f"{MAX_RELATED:,}")
    entries = (_entry(entry, report.inside(key, at)) for at, entry in enumerate(value[:MAX_RELATED], start=1))
    return tuple(entry for entry in entries if entry is not None)


def _entry(data: object, report: ProblemCollector) -> Related | None:
    if type(data) is str and urls.is_safe(data.strip()):
        url = data.strip()
        return Related(url[:MAX_TITLE], original_url=url, provider=_provider({}, url, report))
    if type(data) is str and _PATH.fullmatch(data.strip()):
        path = data.strip()
        return Related(title_from_path(f"{path}.md")[:MAX_TITLE], path=path[:MAX_TITLE])
    if not isinstance(data, dict):
        report.add("", Code.NOT_AN_ARTICLE)
        return None
    found = _fields(data)
    original_url, web_url = _urls(found, report)
    title = _line("title", found, report, MAX_TITLE) or (original_url or web_url)[:MAX_TITLE]
    if not title:
        report.add("", Code.NO_TITLE_OR_URL)
        return None
    return Related(
        title=title,
        excerpt=_line("excerpt", found, report),
        published_at=_date(found, report),
        original_url=original_url,
        web_url=web_url,
        type=_line("type", found, report),
        quality=_score("quality", found, report),
        heat=_score("heat", found, report),
        provider=_provider(found, original_url or web_url, report),
        topics=_topics(found, report),
        images=_images(found, report),
    )


def _links(found: _Found, report: ProblemCollector) -> tuple[Link, ...]:
    links: list[Link] = []
    for _, key, value in found.get("links", ()):
        kind = "amp" if normalize_key(key) == "ampweburl" else ""
        entries = value if isinstance(value, list) else [value]
        if len(entries) > MAX_LINKS:
            report.add(key, Code.TOO_MANY, f"{MAX_LINKS:,}")
        links.extend(link for entry in entries[:MAX_LINKS] if (link := _link(key, entry, kind, report)))
    return tuple(links)


def _link(key: str, entry: object, kind: str, report: ProblemCollector) -> Link | None:
    if not isinstance(entry, dict):
        url = values.to_url(key, entry, report, paths=True)
        return Link(url, type=kind) if url else None
    url = values.to_url(key, entry.get("url"), report, paths=True)
    if not url:
        return None
    return Link(
        url, values.to_line(key, entry.get("title"), report), values.to_line(key, entry.get("type"), report) or kind
    )


def _length(found: _Found, report: ProblemCollector) -> str:
    text = _line("length", found, report)
    duration = _DURATION.fullmatch(text)
    if duration is None or not any(duration.groups()):
        return text
    hours, minutes, seconds = (int(part or 0) for part in duration.groups())
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
