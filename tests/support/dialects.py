"""Independent parsers of articles, one per dialect, which use PyYAML and tomllib and no code of newsreader.

A reading holds what the author of a file would expect in a list: title, day or instant, topics, URL, authors, draft
and language. An empty title is not compared, since it comes from the text. ``None`` instead of a reading means that
the file is no article.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import unescape
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["READERS", "Reading"]

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|\[\[(?:[^\]|]*\|)?([^\]]*)\]\]")
_MARKS = re.compile(r"(?<!\\)(\*\*|__|`|~~)|(?<![\w*\\])[*_](?=\S)|(?<=\S)[*_](?!\w)|\s*\{#[^}]*\}|\s+#+\s*$")


@dataclass(frozen=True)
class Reading:
    """The metadata of a file. ``day`` is a plain date, ``instant`` a point in time; at most one of them is set."""

    title: str
    day: date | None = None
    instant: datetime | None = None
    topics: frozenset[str] = frozenset()
    url: str = ""
    authors: tuple[str, ...] = ()
    draft: bool = False
    language: str = ""


class _Loader(yaml.SafeLoader):
    """PyYAML that leaves numbers and dates as the characters of the file."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag.rsplit(":", 1)[1] in {"bool", "null", "merge"}]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _fenced(text: str) -> tuple[dict[str, Any], str]:
    text = text.lstrip("\ufeff").lstrip("\n")
    if match := re.match(r"---[ \t]*\n(.*?)^---[ \t]*$\n?", text, re.DOTALL | re.MULTILINE):
        data = yaml.load(match[1], _Loader)  # noqa: S506 - a subclass of the safe loader
        if isinstance(data, dict):
            return {str(key): value for key, value in data.items()}, text[match.end() :]
    if match := re.match(r"\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*$\n?", text, re.DOTALL | re.MULTILINE):
        return tomllib.loads(match[1]), text[match.end() :]
    return {}, text


def _heading(body: str) -> str:
    body = re.sub(r"^(```|~~~).*?^\1", "", body, flags=re.DOTALL | re.MULTILINE)
    body = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    match = re.search(r"^#{1,6}[ \t]+(.+)$|^(\S.*)\n(?:=+|-{3,})[ \t]*$", body, re.MULTILINE)
    return _plain(match[1] or match[2]) if match else ""


def _plain(text: str) -> str:
    text = _LINK.sub(lambda found: found[1] if found[1] is not None else found[2], text)
    return " ".join(unescape(_MARKS.sub("", text)).split())


def _text(value: object) -> str:
    return " ".join(unescape(str(value)).replace("\u200b", "").split()) if value not in (None, "", []) else ""


def _strings(value: object, *, commas: bool = False) -> list[str]:
    if isinstance(value, list):
        return [text for each in value for text in _strings(each)]
    if isinstance(value, dict):
        return _strings(value.get("name"))
    parts = str(value).split(",") if commas and value is not None else [value]
    found = [re.sub(r"^\[\[(.*)\]\]$", r"\1", _text(part)).removeprefix("#") for part in parts]
    return [text for text in found if text]


_FORMS = (
    "%Y-%m-%dT%H:%M:%S.%f%z",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%a %b %d %Y %H:%M:%S GMT%z",
)
_DAYS = ("%Y-%m-%d", "%B %d, %Y", "%b %d, %Y", "%b %d %Y", "%m/%d/%Y", "%Y/%m/%d", "%d %b %Y")


def _moment(value: object) -> dict[str, Any]:
    """Return ``day`` or ``instant`` of a value; a time without a zone is UTC."""
    if isinstance(value, datetime):
        return {"instant": (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)}
    if isinstance(value, date):
        return {"day": value}
    text = _text(value)
    text = re.sub(r"\s*\([A-Z][^)]*\)$", "", text)
    text = re.sub(r"(\d)(st|nd|rd|th)\b", r"\1", text)
    text = re.sub(r" UTC([+-]\d\d):?(\d\d)$", r" \1\2", text).replace(" UTC", " +0000")
    text = re.sub(r" ([+-])(\d)$", r" \g<1>0\g<2>00", text)
    text = re.sub(r"([+-]\d\d)$", r"\g<1>00", text) if ":" in text else text
    if re.fullmatch(r"\d{13}", text):
        return {"instant": datetime.fromtimestamp(int(text) // 1000, UTC)}
    for form in _FORMS:
        try:
            found = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is put in below
        except ValueError:
            continue
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        return {"instant": found.astimezone(UTC).replace(microsecond=0)}
    for form in _DAYS:
        try:
            return {"day": datetime.strptime(text, form).replace(tzinfo=UTC).date()}
        except ValueError:
            continue
    return {}


def _day_of_name(path: str) -> dict[str, Any]:
    parts = PurePosixPath(path)
    for name in (parts.stem, parts.parent.name if parts.stem in {"index", "_index"} else ""):
        if match := re.match(r"(\d{4})[-_](\d\d?)[-_](\d\d?)(?!\d)", name):
            return {"day": date(*map(int, match.groups()))}
    return {}


def _folder_day(path: str) -> dict[str, Any]:
    if match := re.search(r"(?:^|/)(\d{4})/(\d\d?)/(\d\d?)(?:/|$|-)", path):
        return {"day": date(*map(int, match.groups()))}
    return {}


def _title_of_path(path: str) -> str:
    parts = PurePosixPath(path)
    stem = parts.parent.name if parts.stem in {"index", "_index"} and parts.parent.name else parts.stem
    stem = re.sub(r"^\d{4}-\d\d?-\d\d?[-_ .]+", "", stem) or stem
    stem = " ".join(re.split(r"[-_\s]+", stem))
    return stem[:1].upper() + stem[1:]


def _address(data: dict[str, Any], *keys: str) -> str:
    return next((url for key in keys if re.match(r"https?://", url := _text(data.get(key)))), "")


def _common(path: str, text: str, *, topics: tuple[str, ...], dates: tuple[str, ...] = ("date",)) -> dict[str, Any]:
    data, body = _fenced(text)
    lower = {key.lower(): value for key, value in data.items()}
    moment = next((_moment(lower[key]) for key in dates if lower.get(key)), {})
    return {
        "title": _text(lower.get("title") or lower.get("linktitle")) or _heading(body),
        **(moment or _day_of_name(path) or _folder_day(path)),
        "topics": frozenset(name for key in topics for name in _strings(lower.get(key), commas=True)),
        "url": _address(lower, "source", "link", "original_url", "external_url", "canonical_url", "tumblr_url"),
        "authors": tuple(_strings(lower.get("author") or lower.get("authors") or lower.get("by"))),
        "draft": lower.get("draft") is True or lower.get("published") is False,
        "language": _text(lower.get("lang") or lower.get("language")),
    }


READERS: dict[str, Callable[[str, str], Reading | None]] = {}


def _dialect(name: str) -> Callable[[Callable[[str, str], Reading | None]], Callable[[str, str], Reading | None]]:
    def register(reader: Callable[[str, str], Reading | None]) -> Callable[[str, str], Reading | None]:
        READERS[name] = reader
        return reader

    return register


@_dialect("dendron")
def _dendron(path: str, text: str) -> Reading:
    return Reading(**_common(path, text, topics=("tags",), dates=("created",)))


@_dialect("docusaurus-languages")
def _docusaurus(path: str, text: str) -> Reading:
    found = _common(path, text, topics=("tags",))
    parts = path.split("/")
    if match := re.search(r"blog/(\d{4})/(\d\d)-(\d\d)\.md$", path):
        found["day"] = date(*map(int, match.groups()))
    return Reading(**found | {"language": parts[1] if parts[0] == "i18n" else ""})


@_dialect("eleventy-18f")
def _eleventy_18f(path: str, text: str) -> Reading | None:
    return None if "404" in path else Reading(**_common(path, text, topics=("tags", "tag", "project")))


@_dialect("eleventy-notes")
def _eleventy_notes(path: str, text: str) -> Reading:
    return Reading(**_common(path, text, topics=("tags",)))


@_dialect("go-html")
def _go(path: str, text: str) -> Reading | None:
    if match := re.match(r"\s*<!--(\{.*?\})-->", text, re.DOTALL):
        return Reading(_text(json.loads(match[1]).get("Title")) or _title_of_path(path))
    return Reading(**_common(path, text, topics=("tags",))) if path.endswith(".md") else None


@_dialect("hashnode")
def _hashnode(path: str, text: str) -> Reading:
    return Reading(**_common(path, text, topics=("tags",), dates=("datepublished",)))


@_dialect("hugo-capital-keys")
def _hugo_capitals(path: str, text: str) -> Reading:
    return Reading(**_common(path, text, topics=("tags", "topics", "keywords", "categories")))


@_dialect("hugo-languages")
def _hugo_languages(path: str, text: str) -> Reading | None:
    if not _fenced(text)[0]:
        return None
    return Reading(**_common(path, text, topics=("tags",)) | {"language": path.split("/", maxsplit=1)[0]})


@_dialect("jekyll-languages")
def _jekyll_languages(path: str, text: str) -> Reading | None:
    if path.startswith("_includes"):
        return None
    found = _common(path, text, topics=("tags", "categories"))
    return Reading(**found | {"authors": tuple(name for name in found["authors"] if name != "Unknown Author")})


@_dialect("jekyll-liquid")
def _jekyll_liquid(path: str, text: str) -> Reading | None:
    if "_includes" in path or "_layouts" in path or path.startswith("README"):
        return None
    return Reading(**_common(path, text, topics=("tags", "categories")))


@_dialect("logseq")
def _logseq(path: str, text: str) -> Reading:
    data, body = _fenced(text)
    properties: dict[str, str] = {}
    for line in body.lstrip("\n").splitlines():
        if not (match := re.match(r"([A-Za-z][\w-]*):: ?(.*)", line)):
            break
        properties[match[1]] = match[2]
    name = PurePosixPath(path).stem.replace("___", "/").replace("%3F", "?")
    title = "" if path.startswith("journals") else name[:1].upper() + name[1:]
    tags = {re.sub(r"^#?\[\[(.*)\]\]$|^#", r"\1", part.strip()) for part in properties.get("tags", "").split(",")}
    return Reading(
        _text(data.get("title") or properties.get("title") or title),
        **_day_of_name(path),
        topics=frozenset(tags - {""}),
    )


@_dialect("mkdocs-blog")
def _mkdocs(path: str, text: str) -> Reading:
    data, _ = _fenced(text)
    found = _common(path, text, topics=("tags", "categories"))
    if isinstance(data.get("date"), dict):
        found |= _moment(data["date"]["created"])
    return Reading(**found)


@_dialect("ms-learn")
def _ms_learn(path: str, text: str) -> Reading:
    return Reading(**_common(path, text, topics=("keywords",), dates=("ms.date",)))


@_dialect("nikola")
def _nikola(path: str, text: str) -> Reading:
    del path
    data = {match[1]: match[2].strip() for match in re.finditer(r"^\.\. (\w+):(.*)$", text, re.MULTILINE)}
    if "title" not in data:
        return Reading("")
    tags = _strings(data.get("tags", ""), commas=True)
    return Reading(
        _text(data["title"]),
        **_moment(data["date"]),
        topics=frozenset(tags or _strings(data.get("category"))),
        url=_address(data, "link"),
        authors=tuple(_strings(data.get("author", ""))),
    )


@_dialect("nodejs")
def _nodejs(path: str, text: str) -> Reading:
    return Reading(**_common(path, text, topics=("category",)))


@_dialect("obsidian-help")
def _obsidian(path: str, text: str) -> Reading:
    found = _common(path, text, topics=("tags",))
    language = "" if "/" not in path or path.startswith(("Sandbox", "Release")) else path.split("/", 1)[0]
    title = found["title"] if _fenced(text)[0].get("title") else ""
    return Reading(**found | {"title": title, "language": language})


@_dialect("pelican")
def _pelican(path: str, text: str) -> Reading | None:
    if path.endswith(".html"):
        return None
    head, _, _ = text.partition("\n\n")
    pairs = (line.partition(":") for line in head.splitlines())
    data = {key.strip().lower(): value.strip() for key, colon, value in pairs if colon and " " not in key}
    topics = _strings(data.get("tags", ""), commas=True) or _strings(data.get("category"))
    return Reading(
        _text(data["title"]),
        **_moment(data["date"]),
        topics=frozenset(topics),
        authors=tuple(_strings(data.get("author"))),
        draft=data.get("status") == "draft",
    )


@_dialect("powerapps-home")
def _powerapps(path: str, text: str) -> Reading | None:
    data, _ = _fenced(text)
    if not data or path.startswith("_data"):
        return None
    authors = data.get("authors") or (data.get("provider") or {}).get("authors")
    return Reading(
        _text(data.get("title")) or "",
        **_moment(data.get("publishedDateTime")),
        topics=frozenset(_strings(data.get("topics"))),
        url=_text(data.get("originalUrl")) or _text(data.get("webUrl")),
        authors=tuple(_strings(authors)),
        draft=data.get("published") is False,
    )


@_dialect("quarto-blog")
def _quarto(path: str, text: str) -> Reading:
    data, _ = _fenced(text)
    citation = data.get("citation")
    url = _text(citation.get("url")) if isinstance(citation, dict) else ""
    return Reading(**_common(path, text, topics=("categories",)) | {"url": url})


@_dialect("quartz-garden")
def _quartz(path: str, text: str) -> Reading:
    return Reading(**_common(path, text, topics=("tags",)))


@_dialect("web-clipper")
def _web_clipper(path: str, text: str) -> Reading:
    return Reading(**_common(path, text, topics=("tags",), dates=("published", "created")))


@_dialect("zola-blog")
def _zola_blog(path: str, text: str) -> Reading:
    return _zola(path, text)


@_dialect("zola-docs")
def _zola_docs(path: str, text: str) -> Reading:
    return _zola(path, text)


@_dialect("zola-rust-blog")
def _zola_rust(path: str, text: str) -> Reading:
    return _zola(path, text)


def _zola(path: str, text: str) -> Reading:
    data, body = _fenced(text)
    taxonomies = data.get("taxonomies", {})
    return Reading(
        _text(data.get("title")) or _heading(body) or _title_of_path(path),
        **(_moment(data.get("date")) or _day_of_name(path) or _folder_day(data.get("path", ""))),
        topics=frozenset(_strings(taxonomies.get("tags", []) + taxonomies.get("categories", []))),
        authors=tuple(
            _strings(data.get("authors") or taxonomies.get("authors") or data.get("extra", {}).get("author"))
        ),
        draft=data.get("draft") is True,
    )
