"""Web URLs of articles, built from the base URL of the site and the keys that name a path on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from reader import urls

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

__all__ = ["build_web_url"]

# Folders of a repository that do not appear in paths on the site.
_ROOTS = frozenset({"content", "docs", "src", "pages", "source", "data"})
_STYLES = frozenset({"pretty", "date", "ordinal", "weekdate", "none"})  # of Jekyll's permalinks
_PLACEHOLDER = re.compile(r":([a-z_]+)")
_NOT_A_PATH = re.compile(
    r"[{}<>\\]|(?:\A|/)\.\.?(?:/|\Z)|\A//|:[a-z_]{3,}|\.(?:md|mdx|markdown)\Z|\A[a-z][a-z0-9+.-]*:"
)
# Without a slash in front, only what cannot be a host.
_URL_PATH = re.compile(r"/|[\w-]+(?:/[\w./-]*|\.html?)\Z")
_SAFE = "/%:@!$&'()*+,;=~-._?#"
_COLLECTION = re.compile(r"(?:\A|/)_[a-z]\w*/")  # of Jekyll, whose configuration names the paths
_DATE_PREFIX = re.compile(r"\d{4}-\d\d?-\d\d?-")


def build_web_url(
    base_url: str, path: str, metadata: Mapping[str, object], published_at: datetime | None = None
) -> str:
    """Return the URL of an article on its site; empty if its front matter does not name a path.

    ``path`` is the file's path. Jekyll's placeholders (``/:year/:title/``) are filled in from the date and file name.
    """
    if not base_url:
        return ""
    keys = {key.lower(): value.strip() for key, value in metadata.items() if type(key) is type(value) is str}
    for place in _places(path, keys):
        filled = place
        if ":" in place:
            parts = _parts(path, keys, published_at)
            filled = _PLACEHOLDER.sub(lambda found: parts.get(found[1], found[0]), place)  # noqa: B023 - called here
        if len(filled) < urls.MAX_URL and not _NOT_A_PATH.search(filled):
            url = f"{base_url.rstrip('/')}/{quote(filled.lstrip('/'), safe=_SAFE)}"
            if urls.is_safe(url):
                return url
    return ""


def _places(path: str, keys: Mapping[str, str]) -> Iterator[str]:
    """Yield the paths on the site that a file's keys give."""
    if _URL_PATH.match(keys.get("url", "")):
        yield keys["url"]
    if keys.get("permalink", "") not in _STYLES | {""}:
        yield keys["permalink"]
    if keys.get("path"):
        yield keys["path"]
    slug = keys.get("slug", "")
    if slug.startswith("/"):
        yield slug
    elif slug and " " not in slug and _COLLECTION.search(path) is None:
        *folders, name = path.split("/")
        if name.startswith(("index.", "_index.")):
            folders = folders[:-1]
        if folders and folders[0] in _ROOTS:
            folders = folders[1:]
        yield "/".join((*folders, slug.strip("/"), ""))


def _parts(path: str, keys: Mapping[str, str], published_at: datetime | None) -> dict[str, str]:
    name = path.rpartition("/")[2].partition(".")[0]
    title = keys.get("slug") or _DATE_PREFIX.sub("", name)
    parts = {"title": title, "slug": title, "name": title, "basename": title}
    if published_at is not None:
        parts |= {"year": f"{published_at:%Y}", "month": f"{published_at:%m}", "day": f"{published_at:%d}"}
        parts |= {"i_month": str(published_at.month), "i_day": str(published_at.day)}
    return parts
