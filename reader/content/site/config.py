"""Base URL of the site around a content folder, from its site generator's configuration file.

The file is searched in the content folder and at most ``MAX_LEVELS`` above it. The search ends at a repository, the
home directory or a folder that other users can write to. Only regular files are read, no links, and at most
``MAX_BYTES`` of each. Nothing is executed or parsed: the value is found by its key, line by line.
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from reader import urls
from reader.content.opening import OpenRoot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["MAX_BYTES", "MAX_LEVELS", "SiteConfig", "find_config"]

MAX_BYTES = 64 * 1024
MAX_LEVELS = 4


class SiteConfig(Struct, frozen=True):
    """URL of a site, without a trailing slash, and the language that its web paths omit."""

    base_url: str = ""
    language: str = ""


class _Generator(Struct, frozen=True):
    """Content folders of a site generator, and the keys of the site's URL.

    ``folders`` are next to the configuration file; empty allows any folder. ``path`` is the key of a path to append to
    the URL. Keys can be indented if ``nested``.
    """

    folders: tuple[str, ...]
    url: str
    path: str = ""
    nested: bool = False


_HUGO = _Generator(("content",), "baseurl")
_HUGO_JSON = _Generator(("content",), "baseurl", nested=True)
_JEKYLL_OR_HEXO = _Generator((), "url", "baseurl|root")
_HUGO_OR_ZOLA = _Generator(("content",), "baseurl|base_url")
_MKDOCS = _Generator(("docs",), "site_url")
_DOCUSAURUS = _Generator(("docs", "blog", "i18n", "website"), "url", "baseurl", nested=True)
_ASTRO = _Generator(("src",), "site", "base", nested=True)
_GENERATORS: Mapping[str, _Generator] = MappingProxyType(
    {
        "hugo.toml": _HUGO,
        "hugo.yaml": _HUGO,
        "hugo.yml": _HUGO,
        "hugo.json": _HUGO_JSON,
        "config/_default/hugo.toml": _HUGO,
        "config/_default/hugo.yaml": _HUGO,
        "config/_default/hugo.yml": _HUGO,
        "config/_default/hugo.json": _HUGO_JSON,
        "config/_default/config.toml": _HUGO,
        "config/_default/config.yaml": _HUGO,
        "config/_default/config.yml": _HUGO,
        "config/_default/config.json": _HUGO_JSON,
        "zola.toml": _HUGO_OR_ZOLA,
        "config.toml": _HUGO_OR_ZOLA,
        "config.yaml": _HUGO,
        "config.yml": _HUGO,
        "config.json": _HUGO_JSON,
        "_config.yml": _JEKYLL_OR_HEXO,
        "_config.yaml": _JEKYLL_OR_HEXO,
        "_config.toml": _JEKYLL_OR_HEXO,
        "mkdocs.yml": _MKDOCS,
        "mkdocs.yaml": _MKDOCS,
        "docusaurus.config.js": _DOCUSAURUS,
        "docusaurus.config.ts": _DOCUSAURUS,
        "docusaurus.config.mjs": _DOCUSAURUS,
        "_quarto.yml": _Generator((), "site-url", nested=True),
        "pelicanconf.py": _Generator(("content",), "siteurl"),
        "astro.config.mjs": _ASTRO,
        "astro.config.ts": _ASTRO,
        "astro.config.js": _ASTRO,
    }
)
_TOML_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)


def find_config(root: Path) -> SiteConfig:
    """Return the configuration of the site around a content folder; empty if no file has the site's URL."""
    for folder, below in _site_folders(root):
        with suppress(OSError), OpenRoot(folder) as opened:
            for name, generator in _GENERATORS.items():
                if (
                    (not below or not generator.folders or below in generator.folders)
                    and (text := _text(opened, name))
                    and (found := _base_url(text, generator, toml=name.endswith(".toml")))
                ):
                    return SiteConfig(found, _language(text))
    return SiteConfig()


def _language(text: str) -> str:
    """Return the language that has no folder on a Hugo site."""
    in_folder = _value(text, "defaultcontentlanguageinsubdir", nested=False).lower() == "true"
    return "" if in_folder else _value(text, "defaultcontentlanguage", nested=False).lower()


def _site_folders(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the content folder and its parents that can be its site, each with the name of the folder below."""
    try:
        folder = os.path.realpath(root, strict=True)
        home = os.path.realpath(os.path.expanduser("~"))  # noqa: PTH111 - Path.home() raises an error without a home
        below = ""
        for _ in range(MAX_LEVELS + 1):
            yield folder, below
            above, below = os.path.split(folder)
            is_whole_site = os.path.lexists(f"{folder}/.git")
            if is_whole_site or above in {folder, home} or os.stat(above).st_mode & stat.S_IWOTH:  # noqa: PTH116 - the name may contain any byte
                return
            folder = above
    except (OSError, ValueError):
        return


def _text(folder: OpenRoot, name: str) -> str:
    try:
        descriptor = folder.open(name, follow=False)
    except OSError:
        return ""
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return ""
        return os.read(descriptor, MAX_BYTES).decode("utf-8-sig", "replace")
    except OSError:
        return ""
    finally:
        os.close(descriptor)


def _base_url(text: str, generator: _Generator, *, toml: bool) -> str:
    if toml and (table := _TOML_TABLE.search(text)):
        text = text[: table.start()]
    url = _value(text, generator.url, nested=generator.nested).rstrip("/")
    if not urls.is_safe(url):
        return ""
    path = _value(text, generator.path, nested=generator.nested).strip("/") if generator.path else ""
    whole = f"{url}/{path}" if path else url
    return whole if urls.is_safe(whole) else ""


def _value(text: str, key: str, *, nested: bool) -> str:
    """Return the value of a key in TOML, YAML, JSON, JavaScript or Python, if it is on the same line as the key."""
    indent = r"[ \t]*\{?[ \t]*" if nested else ""
    line = rf"""^{indent}["']?(?:{key})["']?[ \t]*[:=][ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"',#{{]+))"""
    found = re.search(line, text, re.IGNORECASE | re.MULTILINE | re.ASCII)
    return next(filter(None, found.groups()), "") if found else ""
