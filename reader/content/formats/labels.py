"""Labels of metadata lines such as ``Full Title: …``, the keys they stand for, and the markup around their values.

Heads without a fence and exports of read-later services write metadata as lines of text. Listing their labels here
keeps lines of prose from being taken for metadata.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from reader import urls

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ALSO_KNOWN",
    "DATE_KEYS",
    "LABELS",
    "Line",
    "clean_value",
    "is_known",
    "is_strong",
    "normalize_label",
    "split_line",
    "split_people",
]

# Key → its labels, in lowercase without spaces and punctuation.
_LABELS_OF = {
    "title": ("title", "fulltitle", "episodetitle", "标题"),
    "authors": ("authors", "creators"),
    "author": (
        "author",
        "by",
        "creator",
        "writtenby",
        "publishedby",
        "writer",
        "host",
        "ownerhost",
        "createdby",
        *("作者", "原文作者"),
    ),
    "site": (
        *("site", "sitename", "website", "publisher", "publication", "journal", "publicationtitle", "proceedingstitle"),
        *("show", "podcast", "channel", "account", "domain", "domainname", "feed", "公众号", "账号"),
    ),
    "original_url": (
        *("url", "link", "source", "sourceurl", "reference", "originalurl", "original", "readoriginal", "articleurl"),
        *(
            "episodeurl",
            "episodelink",
            "weburl",
            "permalink",
            "canonical",
            "address",
            "webpage",
            "urlsource",
            "identifier",
        ),
        *("来源", "链接", "原文", "原文链接", "原文地址", "网址", "paperlink", "paperurl", "canonicalurl"),
    ),
    "category": ("category", "categories", "分类"),
    "type": ("type", "itemtype", "contenttype"),
    "tags": ("tags", "tag", "documenttags", "topics", "topic", "keywords", "labels", "filetags", "标签"),
    "summary": (
        "summary",
        "description",
        "excerpt",
        "abstract",
        "tldr",
        "aisummary",
        "episodeaidescription",
        "subtitle",
    ),
    "published_at": (
        *("published", "publisheddate", "publishdate", "publicationdate", "datepublished", "publishedat", "pubdate"),
        *("episodepublishdate", "posted", "postedon", "publishedon", "dateposted", "publishedtime", "releasedate"),
        *("发布时间", "发布日期", "发表时间"),
    ),
    "date": ("date", "decisiondate", "meetingdate", "日期"),
    "created": (
        "created",
        "createdtime",
        "createdat",
        "createdon",
        "datecreated",
        "createdate",
        "creationdate",
        "startdate",
    ),
    "date_saved": (
        *(
            "saved",
            "dateadded",
            "added",
            "addedat",
            "saveddate",
            "datesaved",
            "savedat",
            "savedon",
            "clipped",
            "captured",
        ),
        *("capturedat", "clippedat", "archived", "imported", "highlighted", "datehighlighted", "lasthighlighted"),
        *(
            "lasthighlighteddate",
            "scraped",
            "scrapedat",
            "fetched",
            "fetchedat",
            "retrieved",
            "retrievedat",
            "accessed",
        ),
    ),
    "updated": (
        *(
            "updated",
            "lastupdated",
            "lastedited",
            "lasteditedtime",
            "modified",
            "lastmodified",
            "updatedat",
            "datemodified",
        ),
        *("lastmod", "updatedtime", "lastupdate", "datelastupdated"),
    ),
    "lang": ("lang", "language"),
    "image": ("image", "cover", "coverimage", "thumbnail", "banner", "imageurl", "coverurl"),
    "slug": ("slug",),
    "doi": ("doi",),
}
LABELS: Mapping[str, str] = MappingProxyType({label: key for key, labels in _LABELS_OF.items() for label in labels})
"""Normalized label → key."""

DATE_KEYS = frozenset({"published_at", "date", "created", "updated", "date_saved"})

# Labels of metadata that no field shows. They only help to decide whether lines are metadata.
ALSO_KNOWN = frozenset(
    {"status", "priority", "owner", "rating", "progress", "isbn", "asin", "doi", "citekey", "citationkey", "year",
     "pages", "wordcount", "words", "readingtime", "readtime", "duration", "guests", "exportdate", "location",
     "documentnote", "id", "highlights", "highlightscount", "venue", "zotero", "zoteroitem", "zoterolink", "itemkey",
     "bibtex", "identifier", "markdowncontent", "username", "mergedat", "closedat", "from",
     "to", "subject", "cc", "chars", "characters", "zoterolinks", "zoteropdfs", "zoteropdf",
     "译者", "校对", "license", "licence", "rights",
     "template", "layout", "format", "version", "related", "showurl", "volume", "issue", "editor",
     "alias", "aliases", "parent", "kind", "series", "state", "read", "dateread", "finished", "platforms", "icon",
     "public", "collapsed", "saveas", "copyright", "email", "affiliation", "revision", "comments", "latexinput",
     "htmlheaderlevel", "css", "mentionedbooks", "supports",
     # of proposals and records of decisions
     "bug", "bugs", "consulted", "deciders", "decisionmakers", "decisionnotes", "discussion", "discussions",
     "featurename", "implementation", "implementationpr", "informed", "pr", "previousproposal", "previousrevision",
     "proposal", "review", "reviewer", "reviewers", "reviewmanager", "rfc", "rfcpr", "rustissue", "supersedes",
     "targetmajorversion", "technicalstory", "trackingissue", "upcomingfeatureflag"}
)  # fmt: skip
# One line with such a label below a title is enough to be metadata.
_STRONG = frozenset(
    {"author", "authors", "original_url", "tags", "published_at", "date", "created", "updated", "date_saved"}
)

_LINE = re.compile(
    r"(?P<list>[ \t]*(?:(?:[-*+]|\#{1,6})[ \t]+|>[ \t]*))?(?:[-*+][ \t]+)?"  # "#### * Author: …", "> - Author: …"
    r"(?P<strong>\*\*|__)?\[{0,2}(?P<label>[^\W\d_][^:：\n*|<>\[\]()#]{0,38}?(?:\(s\))?|\#)\]{0,2}[ \t]*"
    r"(?(strong)(?:\*\*|__)?)"
    r"(?:::?(?(strong)(?:\*\*|__)?)(?:[ \t]+|\Z)|::(?=\w)|：(?(strong)(?:\*\*|__)?)[ \t]*)(?P<value>.*)\Z"
)
_LINK_LINE = re.compile(
    r"(?P<list>[ \t]*(?:[-*+>])[ \t]+)?\[(?P<label>Read (?:on Omnivore|original|the original|online|more)|Kindle link|"
    r"View (?:original|article|highlights)|Original(?: article| link| page)?|Source|Link|阅读原文|原文链接|原文)\]"
    r"\((?P<url>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)[ \t\\]*\Z",
    re.IGNORECASE,
)
_ROW = re.compile(
    r"\|[ \t]*(?:\*\*|__)?(?P<label>[^\W\d_][^|*:\n]{0,38}?):?(?:\*\*|__)?[ \t]*\|(?P<value>[^|\n]*)\|[ \t]*\Z"
)
_NOT_LETTERS = re.compile(r"[\W_]+")
_MARKS = re.compile(r"#\[\[([^\[\]]+)\]\]|\[\[(?:[^\[\]|\\]*\\?\|)?([^\[\]]*)\]\]")
_LINK = re.compile(r"\[([^\[\]]*)\]\(<?((?:[^()\s]|\([^()\s]*\))*)>?(?:[ \t]+\"[^\"]*\")?\)")
_TAG = re.compile(r"#(?:\[\[([^\[\]]+)\]\]|([^\s#,;\[\]]+))")
_ONLY_TAGS = re.compile(r"[ \t,]*(?:#(?:\[\[[^\[\]]+\]\]|[^\s#,;\[\]]+)[ \t,;]*)+\Z")
# Notion adds the path of a related page; a date can have an explanation.
_BEHIND_NAME = re.compile(r"(?<=\S)[ \t]*\((?:https?://|[^()\s]+\.md\b)[^()]*\)|(?<=\d{4}-\d\d-\d\d)[ \t]+\([^()]*\)\Z")
_QUOTED = re.compile(r'"([^"]*)"')
_EMPHASIZED = re.compile(r"(\*{1,3}|_{1,3})(?=[^\s*_])([^*\n]*[^\s*_])\1")
_LAST_OF_LIST = re.compile(r",\s*(?:and|&)\s")
_BETWEEN_PEOPLE = re.compile(r"\s*,\s*(?:and\s+|&\s+)?|\s+and\s+|\s+&\s+")
_LISTS = frozenset({"tags", "author", "authors"})
_URLS = frozenset({"original_url", "image"})
_MAX_LINE = 2_000  # characters; a longer line is prose


class Line(Struct, frozen=True):
    """Line of the form ``label: value``; ``marked`` if it has a list marker, bold, a double colon, or is a row."""

    label: str
    value: str
    marked: bool = False


def normalize_label(label: str) -> str:
    """Return a label in lowercase, without spaces and punctuation."""
    return _NOT_LETTERS.sub("", label).lower()


def is_known(label: str) -> bool:
    """Return whether a label belongs to metadata, even if no article field shows it."""
    label = normalize_label(label)
    return label in LABELS or label in ALSO_KNOWN


def split_line(line: str) -> Line | None:
    """Return the label and value of a metadata line; None for any other line."""
    if len(line) > _MAX_LINE:
        return None
    link = _LINK_LINE.match(line)
    # "[Source](…)" alone on a line is often the source of the next paragraph, not of the article.
    if link and (link["list"] or link["label"].lower() not in {"source", "link"}):
        is_original = urls.is_safe(link["url"]) and "omnivore" not in link["label"].lower()
        return Line("url" if is_original else "id", link["url"], marked=True)
    found = _LINE.match(line) if line[:1] != "|" else _ROW.match(line)
    if found is None:
        return None
    if line[0] == "|":
        return Line(found["label"], found["value"].strip(), marked=True)
    marked = bool(found["list"] or found["strong"]) or f"{found['label']}::" in line
    return Line(found["label"], (found["value"] or "").strip(), marked)


def is_strong(key: str) -> bool:
    """Return whether one line with this key is enough to be metadata."""
    return key in _STRONG


def clean_value(key: str, value: str) -> Any:
    """Return a value without the markup of links and tags: a string, or a list if the key can have several values.

    Return None if the key cannot have such a value, such as a name where a URL is expected.
    """
    value = value.rstrip("\\").strip()
    if quoted := _QUOTED.fullmatch(value):
        value = quoted[1]
    if emphasized := _EMPHASIZED.fullmatch(value):
        value = emphasized[2]
    if key in _URLS:
        link = _LINK.search(value)
        address = link[2] if link else value.partition(" ")[0].strip("<>")
        return address if urls.is_safe(address) else None
    if key in _LISTS:
        return _names(key, value) or None
    if key == "title" and (link := _LINK.fullmatch(value)):
        return link[1] or None
    if key in DATE_KEYS and value[:1] == "(":
        value = value.strip("()")
    if key in {"title", "summary"}:
        return _MARKS.sub(_inside, value) or None
    plain = _BEHIND_NAME.sub("", _LINK.sub(r"\1", _MARKS.sub(_inside, value))).strip()
    return plain.removeprefix("#") or None


def split_people(text: str, *, several: bool) -> list[str]:
    """Return the people in a text such as ``Ann Lee, Bo Ek, and Cy Oh``; the text itself if it may be one name.

    ``several`` if its label is plural. ``Lee, Ann`` is one name, so each part must be a full name.
    """
    if "," not in text or not (several or _LAST_OF_LIST.search(text)):
        return [text]
    parts = [part.strip() for part in _BETWEEN_PEOPLE.split(text) if part.strip()]
    return parts if all(" " in part for part in parts) else [text]


def _names(key: str, value: str) -> list[str] | str:
    if _ONLY_TAGS.match(value):
        return [(found[1] or found[2]).strip() for found in _TAG.finditer(value)]
    linked = [_inside(found).strip() for found in _MARKS.finditer(value)]
    if linked and not re.search(r"(?!and\b)\b\w", _MARKS.sub(" ", value)):
        return linked
    if key in {"author", "authors"} and "](" in value and not _LINK.sub("", value).replace("and", "").strip(" ,;&"):
        return [found[1].strip() for found in _LINK.finditer(value)]
    plain = _BEHIND_NAME.sub("", _LINK.sub(r"\1", _MARKS.sub(_inside, value))).strip()
    if key == "tags":
        if plain[:1] == "[" and plain[-1:] == "]":
            plain = plain[1:-1]
        return [part.strip(" \t\"'").removeprefix("#") for part in re.split(r"[,;、]", plain) if part.strip()]
    return plain


def _inside(found: re.Match[str]) -> str:
    return found[1] or found[2] or ""
