"""Links between articles of a folder: parsing a link, its candidate articles, and the choice among them.

Pure: ``index.links`` looks the names up. A link names a file by path, as a site generator or note-taking program would
resolve it, or an article by file name, title or alias.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from reader import urls
from reader.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reader.article import Article

__all__ = [
    "Candidate",
    "Destination",
    "Reference",
    "choose",
    "exact_paths",
    "find_targets",
    "leads",
    "name_key",
    "names_file",
    "names_of",
    "read_link",
    "split_wiki_link",
]

MAX_TARGETS = 400
"""Maximum number of an article's links that are looked up."""

_MOST_FOLDERS = 8
_ARTICLES = frozenset(
    {"md", "markdown", "mdown", "mkd", "mkdn", "mdwn", "mdx", "qmd", "rmd", "html", "htm", "txt", "rst", "ipynb"}
)
# File suffixes, tried in this order for a path without one.
_SUFFIXES = (".md", ".markdown", ".html", ".mdx", ".txt", ".qmd", ".rst", "/index.md", "/_index.md", "/index.html")
_ASSETS = frozenset(
    {
        *("png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "bmp", "ico", "tif", "tiff", "heic", "excalidraw"),
        *("mp4", "webm", "mov", "avi", "mp3", "wav", "ogg", "m4a", "flac", "pdf", "epub", "zip", "gz", "tgz", "tar"),
        *("css", "json", "xml", "csv", "tsv", "xls", "xlsx", "doc", "docx", "ppt", "pptx", "odt", "ics", "canvas"),
        *("toml", "yaml", "yml", "pem", "der", "rss", "atom", "pem", "base"),
    }
)
_INDEXES = frozenset({"index", "_index", "readme"})
_DATED = re.compile(r"(\d{4})[-_](\d\d?)[-_](\d\d?)[-_. ]+(?=\S)", re.ASCII)
# Prefixes that order names in Grav and Docusaurus.
_ORDER = re.compile(r"\d{1,3}[._-]+(?=[^\W\d_])")
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2,4})?")
_LANGUAGE_SUFFIX = re.compile(rf"\.{_LANGUAGE.pattern}\Z")
_DENDRON = re.compile(r"dendron://[^/]*/")
_HIERARCHY = re.compile(r"[a-z0-9-]+(?:\.[\w-]+)+(?:#.*)?\Z")
# Prefixes of paths from the top of the folder in Pelican, Jekyll, Zola, Docusaurus and DocFX.
_TOP = re.compile(r"(?:\{(?:filename|static|attach)\}|\|filename\||\{\{[^{}]*\}\}/?|@/|@site/|~/)/?")
# Fenced code, up to the end if there is no closing fence. Nothing after the lines can fail, so none is tried again. (A
# possessive group would be wrong in Python 3.11.2.)
_CODE = re.compile(r"^(`{3,}+(?=[^`\n]*$)|~{3,}+).*+(?:\n(?! {0,3}\1[`~]*+[ \t]*+$).*+)*(?:\n.*+)?", re.MULTILINE)
# Each pattern with a character and a text that every match contains: searching for a character is ten times as fast.
_DOCUMENT = re.compile(r"(?:\{doc\}|:doc:)`(?:[^`<]*<)?([^`<>\n]+)>?`")
_FINDERS = (
    (
        "]",
        "]",
        re.compile(r"\](?:\(\s*(?:<([^<>\n]*)>|([^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*))[\s)]|:[ \t]*<?([^\s<>]+))"),
    ),
    ("[", "[[", re.compile(r"(\[\[[^\[\]\n]+\]\])(?!\()")),
    ("=", "href", re.compile(r"href\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)),
    ("{", "{%", re.compile(r"\{%-?\s*(?:link|post_url|link_to|post_link)\s+\"?([^\"'\s%]+)")),
    ("{", "ref ", re.compile(r"ref\s+\"([^\"\n]+)\"")),
    ("`", "{doc}`", _DOCUMENT),
    ("`", ":doc:`", _DOCUMENT),
    ("/", "://", re.compile(r"(https?://[^\s<>\"'`\]()]+(?:\([^\s<>()]*\)[^\s<>\"'`\]()]*)*)")),
)


class Reference(Struct, frozen=True):
    """Meaning of a link, as far as the link and the path of its article determine it.

    ``url`` is its URL, empty if unknown. The article it names, if any, is at one of the ``places`` (paths without
    suffix, best first), else it has the ``name`` and is in folders that contain ``folders``. ``full_name`` is the name
    with its folders. ``is_address``: articles that have a URL have a different one, so their names do not count.
    ``is_file``: the link cannot mean an article.
    """

    path: str
    url: str = ""
    fragment: str = ""
    places: tuple[str, ...] = ()
    name: str = ""
    full_name: str = ""
    folders: tuple[str, ...] = ()
    is_address: bool = False
    is_file: bool = False

    @property
    def is_here(self) -> bool:
        """Whether the link leads to a part of its own article."""
        return bool(self.fragment) and not (self.url or self.name or self.places or self.is_file)


class Destination(Struct, frozen=True):
    """Destination of a link: the article at ``path``, else ``url``, else nothing.

    ``others`` is the number of other articles that the link could mean.
    """

    path: str = ""
    url: str = ""
    fragment: str = ""
    others: int = 0


class Candidate(Struct, frozen=True):
    """Article that a link may mean."""

    path: str
    has_url: bool = False


def leads(target: str) -> bool:
    """Return whether the target of a link may lead to an article or a web page."""
    if urls.is_safe(target) or target.startswith("[["):
        return True
    return bool(target.strip("# ")) and not urls.has_scheme(target)


def names_file(target: str) -> bool:
    """Return whether a link's target is a file that cannot be an article, such as an image."""
    address = target.removesuffix("]]").partition("#")[0].partition("?")[0].partition("|")[0]
    return address.rpartition(".")[2].lower() in _ASSETS


def name_key(name: str) -> int | None:
    """Return the hash of an article's name, ignoring case, accents and punctuation between words."""
    key = _plain_name(name)
    return _digest(key) if key else None


def _plain_name(name: str) -> str:
    return "-".join(fold(name).replace("_", " ").replace("-", " ").split())


def _digest(plain_name: str) -> int:
    return urls.digest(f"name:{plain_name}")


def split_wiki_link(text: str) -> tuple[str, str]:
    """Return target and label of the text between ``[[`` and ``]]``; Dendron writes the label first."""
    first, bar, second = (part.strip() for part in text.partition("|"))
    if not bar:
        return first, first
    if _DENDRON.match(second) or (_HIERARCHY.match(second) and not _HIERARCHY.match(first)):
        return second, first
    return first, second or first


def find_targets(text: str) -> list[str]:
    """Return the targets of the links in a body as written, each once. Fast, so it can differ from Markdown's rules."""
    if ("`" in text and "```" in text) or ("~" in text and "~~~" in text):
        text = _CODE.sub("", text)
    found: dict[str, None] = {}
    for character, sign, finder in _FINDERS:
        if character in text and sign in text:
            for match in finder.finditer(text):
                found[match[match.lastindex or 0].rstrip(".,;:!?*")] = None
                if len(found) > MAX_TARGETS:
                    return list(found)
    return list(found)


def names_of(article: Article) -> tuple[int, ...]:
    """Return the keys of the names that links can use for an article."""
    parts = _parts(article.path)
    names = [parts[-1] if parts else "", article.title]
    undated = _DATED.sub("", names[0], count=1)
    names += [undated, _LANGUAGE_SUFFIX.sub("", undated), *_unordered(parts)]
    if len(parts) > 1 and "___" in article.path:
        names.append("/".join(parts[-2:]))
    for place in (*article.aliases, *article.site_paths):
        names += [_site_path(place), place.strip("/").rpartition("/")[2]] if "/" in place else [place]
    for address in dict.fromkeys((article.original_url, article.web_url)):
        if address:
            place = address.partition("//")[2].partition("?")[0].partition("#")[0].partition("/")[2]
            names.append(_last_name(unquote(place)))
    # Most names are spellings of the same name, which is hashed once.
    return tuple(map(_digest, filter(None, dict.fromkeys(map(_plain_name, dict.fromkeys(names))))))


def _unordered(parts: Sequence[str]) -> Iterator[str]:
    """Yield the names of a file without an ordering number; in Grav, the names of its folder."""
    for name in parts[-1:]:
        if order := _ORDER.match(name):
            yield name[order.end() :]
    for folder in parts[-2:-1]:
        if (order := _ORDER.match(folder)) and "." in order[0]:
            yield folder[order.end() :]


def read_link(target: str, path: str, url: str = "") -> Reference:
    """Return the meaning of a link in the article at ``path``, whose own URL is ``url`` if it has one."""
    target = target.strip()
    if target.startswith("%5B%5B"):  # Logseq's [label]([[Page]])
        target = unquote(target)
    if target.startswith("[["):
        name, _ = split_wiki_link(target[2:].removesuffix("]]"))
        name = _DENDRON.sub("", name)
        if not urls.has_scheme(name) or not urls.is_safe(name):
            return _name(name, path)
        target = name
    if target.startswith("//"):
        target = f"https:{target}"
    if urls.has_scheme(target):
        return _web_address(target, path, url)
    address, _, fragment = target.partition("#")
    if not address:
        return Reference(path, fragment=unquote(fragment))
    where = unquote(address.partition("?")[0])
    from_top = _TOP.sub("/", where, count=1) if _TOP.match(where) else where
    absolute = _joined_url(url, target) if url and from_top == where else ""
    return _path(from_top, path, absolute, unquote(fragment))


def _joined_url(url: str, target: str) -> str:
    try:
        absolute = urljoin(url, target)
    except ValueError:  # brackets in the host
        return ""
    return absolute if urls.is_safe(absolute) else ""


def _web_address(target: str, path: str, url: str) -> Reference:
    """Return the reference of a URL. On the article's own site, it counts like a path."""
    address, _, fragment = target.partition("#")
    is_own_site = urls.is_safe(address) and urls.host(address) == urls.host(url)
    place = unquote(urlsplit(address).path) if is_own_site else ""
    if place.strip("/"):
        return _path(place, path, target, unquote(fragment))
    return Reference(path, target, unquote(fragment))


def _name(name: str, path: str) -> Reference:
    """Return the reference of a wiki link."""
    page, _, fragment = name.partition("#")
    if not page:
        return Reference(path, fragment=fragment)
    page = page.strip().replace("\\", "/")
    if names_file(page):
        return Reference(path, fragment=fragment, is_file=True)
    *folders, last = _names_in(page) or [""]
    full_name = page if folders else ""
    return Reference(path, "", fragment, tuple(_places(page, path)), last, full_name, _folded(folders))


def _path(where: str, path: str, url: str, fragment: str) -> Reference:
    """Return the reference of a path; ``url`` is its URL on the web, if it has one."""
    if names_file(where):
        return Reference(path, url, fragment, is_file=True)
    places = tuple(_places(where, path))
    *folders, name = _names_in(where) or [places[0].rpartition("/")[2] if places else ""]
    full_name = _site_path(where) if where.startswith("/") else ""
    is_address = bool(url) and where.rpartition(".")[2].lower() not in _ARTICLES and "/" in where
    return Reference(path, url, fragment, places, name, full_name, _folded(folders), is_address=is_address)


def _places(wanted: str, path: str) -> Iterator[str]:
    """Yield the paths without suffix that a link in the file at ``path`` may name, best first."""
    folder = posixpath.dirname(path)
    rest = wanted.lstrip("/")
    if wanted.startswith("/"):
        yield _without_suffix(posixpath.normpath(rest))
    else:
        folders = [folder, _without_suffix(path)]
        yield from (_joined(each, rest) for each in dict.fromkeys(folders) if not _joined(each, rest).startswith(".."))
    if not rest or rest.startswith(".."):
        return
    for _ in range(_MOST_FOLDERS):
        yield _joined(folder, rest)
        if not folder:
            return
        folder = posixpath.dirname(folder)


def _joined(folder: str, rest: str) -> str:
    return _without_suffix(posixpath.normpath(posixpath.join(folder, rest)))


def _without_suffix(path: str) -> str:
    """Return a path without an article's suffix, and without ``index`` if it is a folder's index."""
    stem, dot, suffix = path.rpartition(".")
    if dot and suffix.lower() in _ARTICLES:
        path = stem
    folder, _, name = path.rpartition("/")
    return folder if name.lower() in _INDEXES else "" if path == "." else path


def _parts(path: str) -> list[str]:
    """Return the folders and the name in the path of an article. Logseq writes ``___`` for a slash."""
    plain = _without_suffix(path)
    if "%" in plain:
        plain = unquote(plain)
    return [part for part in plain.replace("___", "/").split("/") if part]


def _names_in(where: str) -> list[str]:
    """Return the folders and the name in a link."""
    return [part for part in _without_suffix(where).split("/") if part not in {"", ".", ".."}]


def _last_name(place: str) -> str:
    return _without_suffix(place.rstrip("/")).rpartition("/")[2]


def _site_path(place: str) -> str:
    return "/" + _without_suffix(place.partition("?")[0]).strip("/")


def _folded(parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(_ORDER.sub("", fold(part), count=1).lstrip("_0") for part in parts)


def exact_paths(reference: Reference) -> Iterator[str]:
    """Yield the paths of the files that a link names exactly."""
    for place in reference.places:
        yield from (f"{place}{suffix}" if place else suffix.lstrip("/") for suffix in _SUFFIXES)


def choose(reference: Reference, candidates: Sequence[Candidate]) -> tuple[str, int]:
    """Return the path of the article that a link means, and the number of others that it could mean.

    An exact path wins, then the file name, then title and aliases; among several, the nearest folder.
    """
    by_place: dict[str, str] = {}
    for found in candidates:
        by_place.setdefault(_without_suffix(found.path), found.path)
        by_place.setdefault(fold(_without_suffix(found.path)), found.path)
    for place in reference.places:
        if exact := by_place.get(place) or by_place.get(fold(place)):
            return exact, 0
    wanted = [
        found for found in candidates if not (reference.is_address and found.has_url) and _is_in(found.path, reference)
    ]
    if not wanted and (first := reference.folders[:1]) and _LANGUAGE.fullmatch(first[0]):
        # Without a translation, a site shows the page of its default language.
        own = first[0] in _folded(_parts(reference.path))
        return choose(replace(reference, places=(), folders=reference.folders[1:]), candidates) if own else ("", 0)
    if not wanted or not reference.name:
        return "", 0
    name = name_key(reference.name)
    ranked = sorted((_rank(found.path, reference.path, name), found.path) for found in wanted)
    best, path = ranked[0]
    return path, sum(rank == best for rank, _ in ranked) - 1


def _is_in(path: str, reference: Reference) -> bool:
    """Return whether the folders of a file, and the date in its name, contain the folders in a link.

    If the link contains the file's date, it can name folders that do not exist, as in ``/news/2019/03/18/name/``. A
    file in a language other than that of the link and its article never matches.
    """
    *own, name = _parts(path) or [""]
    there = set(_folded(own))
    languages = {part for part in there if _LANGUAGE.fullmatch(part) and part != "en"}
    if not languages.issubset({*reference.folders, *_folded(_parts(reference.path))}):
        return False
    dated = _DATED.match(name)
    date = _folded(dated.groups() if dated else ())
    wanted = set(reference.folders)
    if date and name_key(name) == name_key(reference.name):
        return True  # a name with a date matches without its folders
    # The link to a post can name folders that do not exist, as permalinks do: /blog/name/.
    undated = _DATED.sub("", name, count=1)
    is_post = "posts" in there and undated != name and name_key(undated) == name_key(reference.name)
    if (is_post and not any(map(str.isdigit, wanted))) or (date and wanted.issuperset(date)):
        return all(part in there for part in wanted if _LANGUAGE.fullmatch(part))
    return wanted.issubset({*there, *date})


def _rank(path: str, source: str, name: int | None) -> tuple[bool, int, int]:
    """Return a sort key: whether the file's own name differs, and how far its folder is from the link's."""
    *folders, own = _parts(path) or [""]
    *around, _ = _parts(source) or [""]
    shared = 0
    while shared < min(len(folders), len(around)) and folders[shared] == around[shared]:
        shared += 1
    names = (own, _DATED.sub("", own, count=1), *_unordered([*folders, own]))
    return name not in map(name_key, names), -shared, len(folders) - shared
