"""Mapping from front matter to Article: the rules for each field. The keys are in ``dialects``.

All text of an Article passes through ``build_article``, which sanitizes it. It never raises: an invalid value becomes a
problem and does not affect the other fields.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reader import urls
from reader.article import Article
from reader.content import values
from reader.content.dates import date_from_filename, date_from_path, parse_date
from reader.content.formats import prose
from reader.content.formats.names import is_rst, stem_of, title_from_path
from reader.content.schema import fields, parts
from reader.content.schema.fields import MAX_TITLE, find_fields
from reader.content.schema.names import to_people, to_topics
from reader.content.schema.parts import MAX_TOPICS, topics_of
from reader.content.schema.related import related
from reader.content.schema.slips import report_keys
from reader.problems import Code, Problem
from reader.text import sanitize, sanitize_line

if TYPE_CHECKING:
    from datetime import datetime

    from reader.content.frontmatter import FrontMatter
    from reader.content.schema.fields import Found
    from reader.content.values import ProblemCollector

__all__ = [
    "MAX_AUTHORS",
    "build_article",
    "placeholder_article",
]

# Limits per article; longer values are truncated and reported as a problem. For other strings: values.MAX_LINE.
MAX_AUTHORS = 100

_LISTS = ("series", "feeds", "aliases", "levels")
_JEKYLL_FOLDERS = frozenset({"_posts", "_drafts"})
_DRAFT_STATUSES = frozenset(
    {"draft", "private", "pending", "future", "wip", "unpublished", "in progress", "auto-draft", "trash"}
)
_LONGEST_LENGTH = 5  # digits of a number of seconds
_DURATION = re.compile(r"PT(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})(?:\.\d+)?S)?", re.ASCII)
_LETTER = re.compile(r"[^\W\d_]")


def build_article(path: str, matter: FrontMatter, *, brief: bool = False) -> tuple[Article, tuple[Problem, ...]]:
    """Return the article built from a file's front matter and body, and its problems.

    With ``brief``, its related articles have only titles, URLs and paths.
    """
    report, body = values.ProblemCollector(path, matter), sanitize(matter.body)
    if not matter.readable:
        return placeholder_article(path, body), tuple(report.problems)
    found = find_fields(matter.metadata)
    made = _article(path, body, found, report, brief=brief)
    report_keys(matter.metadata, found, report)
    return made, tuple(report.problems)


def _article(path: str, body: str, found: Found, report: ProblemCollector, *, brief: bool) -> Article:
    original_url, web_url = fields.url_of("original_url", found, report), fields.url_of("web_url", found, report)
    topics, category = _topics(path, found, report)
    names: dict[str, Any] = {name: fields.strings(name, found, report) for name in _LISTS}
    images = parts.images(found, report)
    title = fields.line("title", found, report, MAX_TITLE) or _derived_title(path, body)
    return Article(
        path=path,
        title=title,
        excerpt=_excerpt(path, body, title, found, report),
        body=body,
        published_at=_date(found, report) or _date_of_place(path, found) or _date_of_saving(found, report),
        original_url=original_url,
        web_url=web_url,
        quality=fields.score("quality", found, report),
        heat=fields.score("heat", found, report),
        topics=topics,
        category=category,
        type=fields.line("type", found, report),
        language=fields.line("language", found, report),
        authors=_people("authors", found, report),
        provider=parts.provider(found, original_url or web_url, report),
        draft=_is_draft(path, found, report),
        secured="secured" in found and values.to_bool(fields.first("secured", found)[1]) is not False,
        images=images,
        related=related(found, report, brief=brief),
        updated_at=fields.moment("updated", found, report),
        translators=_people("translators", found, report),
        links=parts.links(found, report),
        length=_length(found, report),
        price=fields.line("price", found, report),
        **names,
        site_paths=_site_paths(found),
        image_paths=() if images else parts.image_paths(found),
    )


def placeholder_article(path: str, body: str = "") -> Article:
    """Return an article marked unreadable, for a file of which at most the body (sanitized) could be read."""
    return Article(path, title_from_path(path), sanitize_line(prose.excerpt(body)), body, unreadable=True)


def _excerpt(path: str, body: str, title: str, found: Found, report: ProblemCollector) -> str:
    written = fields.line("excerpt", found, report)
    if written and not (len(written) == len(title) and prose.is_same(written, title)):
        return written
    return sanitize_line(prose.excerpt(body, rst=is_rst(path), title=title)) or written


def _derived_title(path: str, body: str) -> str:
    rst = is_rst(path)
    heading = sanitize_line(prose.find_title(body, rst=rst))[:MAX_TITLE]
    if heading:
        return heading
    title = title_from_path(path)
    # A name without letters, such as a date, is a poor title.
    return title if _LETTER.search(title) else sanitize_line(prose.first_words(body, rst=rst)) or title


def _date(found: Found, report: ProblemCollector) -> datetime | None:
    if "date" not in found and "published" in found:
        value = fields.first("published", found)[1]
        if values.to_bool(value) is None:
            return parse_date(value)
    for field in ("date", "created"):
        if field in found:
            return fields.moment(field, found, report)
    return None


def _date_of_saving(found: Found, report: ProblemCollector) -> datetime | None:
    moment = fields.moment("saved", found, report)
    if moment is not None:
        report.add(fields.first("saved", found)[0], Code.DATE_OF_SAVING)
    return moment


def _date_of_place(path: str, found: Found) -> datetime | None:
    """Return the date in a file's name, else in its web path, else in its folders."""
    in_name = date_from_filename(stem_of(path))
    return in_name or next(filter(None, map(date_from_path, [*_site_paths(found), path])), None)


def _site_paths(found: Found) -> tuple[str, ...]:
    """Return the paths on the site that the front matter names."""
    addresses = (address for _, _, address in found.get("place", ()))
    return tuple(sanitize_line(each) for each in addresses if type(each) is str and len(each) <= urls.MAX_URL)


def _topics(path: str, found: Found, report: ProblemCollector) -> tuple[tuple[str, ...], str]:
    """Return topics and category."""
    blanks = not _JEKYLL_FOLDERS.isdisjoint(path.split("/"))
    topics = topics_of(found, report, blanks=blanks) if "topics" in found else ()
    if "category" not in found:
        return topics, ""
    key, value = fields.first("category", found)
    names = to_topics(key, value, report, limit=MAX_TOPICS)
    category = names[0] if names else ""
    if len(names) > 1:
        return to_topics(key, [*names, *topics], report, limit=MAX_TOPICS), category
    return topics or names, category


def _people(field: str, found: Found, report: ProblemCollector) -> tuple[str, ...]:
    """Return the people named by the first key that names any."""
    for _, key, value in found.get(field, ()):
        if not isinstance(value, bool) and (people := to_people(key, value, report, limit=MAX_AUTHORS)):
            return people
    return ()


def _is_draft(path: str, found: Found, report: ProblemCollector) -> bool:
    if "_drafts" in path.split("/"):
        return True
    draft = _flag("draft", found, report)
    published, publish = _flag("published", found, report, dates=True), _flag("publish", found, report, dates=True)
    if draft is True or published is False or publish is False:
        return True
    status = fields.first("status", found)[1] if "status" in found else ""
    return type(status) is str and status.strip().lower() in _DRAFT_STATUSES and draft is None


def _flag(field: str, found: Found, report: ProblemCollector, *, dates: bool = False) -> bool | None:
    if field not in found:
        return None
    key, value = fields.first(field, found)
    flag = values.to_bool(value)
    if flag is None and not (dates and parse_date(value) is not None):
        report.add(key, Code.NOT_A_BOOLEAN_OR_DATE if dates else Code.NOT_A_BOOLEAN)
    return flag


def _is_size(value: object) -> bool:
    if type(value) is int:  # compared, since Python does not convert any number to text
        return bool(value >= 10**_LONGEST_LENGTH)
    return type(value) is str and value.isdecimal() and len(value) > _LONGEST_LENGTH


def _length(found: Found, report: ProblemCollector) -> str:
    """Return a length of time. A large number is the size of a file, which counts as missing."""
    lengths = found.pop("length", [])
    if lengths := [each for each in lengths if not _is_size(each[2])]:
        found["length"] = lengths
    text = fields.line("length", found, report)
    if text.isdecimal() and "read" in fields.first("length", found)[0].lower():
        return f"{text} min"
    duration = _DURATION.fullmatch(text)
    if duration is None or not any(duration.groups()):
        return text
    hours, minutes, seconds = (int(part or 0) for part in duration.groups())
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
