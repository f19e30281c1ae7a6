"""Mapping from front matter to Article: all keys, aliases and validation rules.

All text of an Article passes through ``build_article``, which sanitizes it. It never raises: an invalid value becomes a
problem and does not affect the other fields.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reader import urls
from reader.article import Article, Image, Problem, Provider, Related
from reader.content import values
from reader.content.dates import date_from_filename, date_from_path, is_zero_date, parse_date
from reader.content.formats import prose
from reader.content.formats.names import is_rst
from reader.text import display_path, sanitize

if TYPE_CHECKING:
    from datetime import datetime

    from reader.content.frontmatter import FrontMatter
    from reader.content.values import ProblemCollector

# Field -> (key used in the file, value).
_Found = dict[str, tuple[str, Any]]

__all__ = [
    "MAX_AUTHORS",
    "MAX_IMAGES",
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

# Field -> its keys in order of precedence. The first key with a value wins; for URLs, the first with a valid URL.
_ALIASES = {
    "title": ("title", "headline", "name"),
    "excerpt": ("excerpt", "summary", "description", "deck", "subtitle", "abstract"),
    "date": ("publishedDateTime", "published_at", "date", "datePublished", "pubDate", "publishDate", "publish_date"),
    "published": ("published",),  # boolean or date
    "created": ("created",),
    "original_url": (
        "originalUrl",
        "original_url",
        "source_url",
        "external_url",
        "externalUrl",
        "link",
        "canonical_url",
        "canonicalUrl",
        "canonical",
    ),
    "web_url": ("webUrl", "web_url", "url", "permalink"),
    "quality": ("quality", "score"),
    "heat": ("heat",),
    "topics": ("topics", "tags", "categories", "keywords"),
    "category": ("category",),
    "type": ("type",),
    "authors": ("author", "authors"),
    "language": ("lang", "language"),
    "provider": ("provider", "source", "publisher", "site"),
    "draft": ("draft",),
    "secured": ("secured",),
    "images": ("images", "image", "cover", "featured_image", "primary_image", "thumbnail"),
    "related": ("related",),
}
_FIELDS = {key: (field, rank) for field, keys in _ALIASES.items() for rank, key in enumerate(keys)}
_IMAGE_URL = ("url", "src")

_DATE_PREFIX = re.compile(r"\d{4}-\d\d?-\d\d?(?:[-_ .]+|\Z)", re.ASCII)
_SEPARATORS = re.compile(r"[-_\s]+")
_LETTER = re.compile(r"[^\W\d_]")


def build_article(path: str, matter: FrontMatter) -> tuple[Article, tuple[Problem, ...]]:
    """Return the article built from a file's front matter and body, and its problems."""
    report = values.ProblemCollector(path, matter)
    body = sanitize(matter.body)
    if not matter.readable:
        return placeholder_article(path, body), tuple(report.problems)
    found = _fields(matter.metadata)
    original_url, web_url = _urls(matter.metadata, found, report)
    category = _line("category", found, report)
    made = Article(
        path=path,
        title=_line("title", found, report, MAX_TITLE) or _derived_title(path, body),
        excerpt=_line("excerpt", found, report) or prose.excerpt(body, rst=is_rst(path)),
        body=body,
        published_at=_date(found, report) or _date_of_place(path, matter.metadata),
        original_url=original_url,
        web_url=web_url,
        quality=_quality(found, report),
        heat=_score("heat", found, report),
        topics=_topics(found, report) or ((category,) if category else ()),
        category=category,
        type=_line("type", found, report),
        language=_line("language", found, report),
        authors=_authors(found, report),
        provider=_provider(found, original_url or web_url, report),
        draft=_is_draft(found, report),
        secured="secured" in found and values.to_bool(found["secured"][1]) is not False,
        images=_images(found, report),
        related=_related(found, report),
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
    if stem in {"index", "_index"} and folder:  # a page bundle: a folder for one article and its images
        return folder.rpartition("/")[2]
    return stem


def _fields(data: dict[str, Any]) -> _Found:
    """Return key and raw value of each field in the file, omitting fields without a value."""
    ranks: dict[str, int] = {}
    found: _Found = {}
    for key, value in data.items():
        known = _FIELDS.get(key)
        # None, empty strings and empty lists count as missing; False and 0 do not.
        if known is not None and (value or value == 0):
            field, rank = known
            if rank <= ranks.get(field, rank):
                ranks[field] = rank
                found[field] = key, value
    return found


def _line(field: str, found: _Found, report: ProblemCollector, limit: int = values.MAX_LINE) -> str:
    return values.to_line(*found[field], report, limit) if field in found else ""


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
        value = found["published"][1]
        if values.to_bool(value) is None and (moment := parse_date(value)):
            return moment
    pair = found.get("date") or found.get("created")
    if pair is None:
        return None
    key, value = pair
    moment = parse_date(value)
    if moment is None and not is_zero_date(value):
        report.add(key, f"{values.describe(value)} is not a date")
    return moment


def _date_of_place(path: str, data: dict[str, Any]) -> datetime | None:
    """Return the date in a file's name, its web path or its folders, in this order."""
    addresses = (data.get(key) for key in ("path", "permalink", "url", "slug"))
    places = [address for address in addresses if type(address) is str and len(address) <= urls.MAX_URL]
    in_name = date_from_filename(_stem(path))
    return in_name or next(filter(None, map(date_from_path, [*places, path])), None)


def _urls(data: dict[str, Any], found: _Found, report: ProblemCollector) -> tuple[str, str]:
    original = web = ""
    if "original_url" in found:
        urls = (values.to_url(key, data[key], report) for key in _ALIASES["original_url"] if data.get(key))
        original = next(filter(None, urls), "")
    if "web_url" in found:
        urls = (values.to_url(key, data[key], report, paths=True) for key in _ALIASES["web_url"] if data.get(key))
        web = next(filter(None, urls), "")
    return original, web


def _score(field: str, found: _Found, report: ProblemCollector) -> float | None:
    if field not in found:
        return None
    score = values.to_number(*found[field], report)
    return score if score is not None and score >= 0 else None


def _quality(found: _Found, report: ProblemCollector) -> float | None:
    score = _score("quality", found, report)
    if score is not None and score > 100:
        report.add(found["quality"][0], f"{score:g} is greater than 100")
    return score


def _topics(found: _Found, report: ProblemCollector) -> tuple[str, ...]:
    if "topics" not in found:
        return ()
    return values.to_strings(*found["topics"], report, commas=True, limit=MAX_TOPICS)


def _authors(found: _Found, report: ProblemCollector) -> tuple[str, ...]:
    if "authors" not in found:
        return ()
    # Do not split names at commas: "Smith, Jane" is one author.
    return values.to_strings(*found["authors"], report, commas=False, limit=MAX_AUTHORS)


def _provider(found: _Found, url: str, report: ProblemCollector) -> Provider:
    name = domain = ""
    if "provider" in found:
        key, value = found["provider"]
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
        draft = values.to_bool(found["draft"][1])
        if draft is None:
            report.add("draft", "expected a boolean")
    if "published" in found:
        value = found["published"][1]
        published = values.to_bool(value)
        if published is None and parse_date(value) is None:
            report.add("published", "expected a boolean or a date")
    return draft is True or published is False


def _images(found: _Found, report: ProblemCollector) -> tuple[Image, ...]:
    if "images" not in found:
        return ()
    key, value = found["images"]
    entries = value if isinstance(value, list) else [value]
    if len(entries) > MAX_IMAGES:
        report.add(key, f"more than {MAX_IMAGES} entries; rest ignored")
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
    value = found["related"][1]
    if not isinstance(value, list):
        report.add("related", "expected a list")
        return ()
    if len(value) > MAX_RELATED:
        report.add("related", f"more than {MAX_RELATED:,} entries; rest ignored")
    entries = (_entry(entry, report.inside("related", at)) for at, entry in enumerate(value[:MAX_RELATED], start=1))
    return tuple(entry for entry in entries if entry is not None)


def _entry(data: object, report: ProblemCollector) -> Related | None:
    if type(data) is str and urls.is_safe(data.strip()):
        url = data.strip()
        return Related(url[:MAX_TITLE], original_url=url, provider=_provider({}, url, report))
    if not isinstance(data, dict):
        report.add("", "expected an article or URL; ignored")
        return None
    found = _fields(data)
    original_url, web_url = _urls(data, found, report)
    title = _line("title", found, report, MAX_TITLE) or (original_url or web_url)[:MAX_TITLE]
    if not title:
        report.add("", "no title or URL; ignored")
        return None
    return Related(
        title=title,
        excerpt=_line("excerpt", found, report),
        published_at=_date(found, report),
        original_url=original_url,
        web_url=web_url,
        type=_line("type", found, report),
        quality=_quality(found, report),
        heat=_score("heat", found, report),
        provider=_provider(found, original_url or web_url, report),
        topics=_topics(found, report),
        images=_images(found, report),
    )
