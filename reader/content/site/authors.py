"""Names of authors that a site lists by key, in one file (``authors.yml``) or a file for each (``authors/ann.md``)."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from reader.content.opening import OpenRoot
from reader.content.site.language import CONTENT_FOLDERS
from reader.text import sanitize_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from reader.content.site.language import Listing

__all__ = ["Authors"]

# Of Docusaurus, Jekyll, Hugo, Eleventy and MkDocs.
_FILES = frozenset({"authors.yml", "authors.yaml", "authors.json", "authors.toml", ".authors.yml"})
# Of Hugo, Astro, Next.js and collections of Jekyll.
_FOLDERS = frozenset({"authors", "_authors", "people", "_people"})
_DATA = frozenset({"_data", "data"})
_PAGES = ("_index.md", "index.md", "index.mdx")
_SUFFIXES = (".md", ".mdx", ".yml", ".yaml", ".json", ".toml")
_NAMES = ("name", "display_name", "title")
_KEY = re.compile(r"[\w.-]{1,100}")
_MAX_NAME = 200  # characters


class Authors:
    """Names of a site's authors, read when first needed."""

    def __init__(self, root: Path, listing: Callable[[str], Listing]) -> None:
        self._root = root
        self._listing = listing
        self._found: dict[str, str] = {}

    def fingerprint(self) -> list[str]:
        """Return texts of which one differs if the names may have changed."""
        return [f"{path}:{_stamp(self._root, path)}" for path in (*self._files, *self._folders)]

    def named(self, authors: tuple[str, ...]) -> tuple[str, ...]:
        """Return authors with names for the keys among them."""
        if not authors or not (self._files or self._folders):
            return authors
        return tuple(dict.fromkeys(map(self._name, authors)))

    def _name(self, author: str) -> str:
        if author not in self._found:
            self._found[author] = self._listed.get(author) or self._name_on_page(author) or author
        return self._found[author]

    @cached_property
    def _places(self) -> tuple[str, ...]:
        """The folders that may list authors."""
        top = self._listing("").folders
        content = sorted(CONTENT_FOLDERS & top)
        inner = [
            f"{folder}/{name}"
            for folder in content
            for name in sorted(self._listing(folder).folders & (_DATA | {"blog", "content"}))
        ]
        return ("", *sorted(top & (CONTENT_FOLDERS | _DATA)), *inner)

    @cached_property
    def _files(self) -> tuple[str, ...]:
        return tuple(_joined(self._places, lambda place: self._listing(place).files & _FILES))

    @cached_property
    def _folders(self) -> tuple[str, ...]:
        return tuple(_joined(self._places, lambda place: self._listing(place).folders & _FOLDERS))

    @cached_property
    def _listed(self) -> dict[str, str]:
        """The names by key in files that list all authors."""
        found: dict[str, str] = {}
        for path in self._files:
            found |= _names(self._metadata(path))
        return found

    def _name_on_page(self, author: str) -> str:
        """Return the name on an author's own page; empty without one."""
        for folder in self._folders if _KEY.fullmatch(author) else ():
            listing = self._listing(folder)
            paths = [f"{folder}/{author}{suffix}" for suffix in _SUFFIXES if f"{author}{suffix}" in listing.files]
            if author in listing.folders:
                inner = self._listing(f"{folder}/{author}").files
                paths += [f"{folder}/{author}/{page}" for page in _PAGES if page in inner]
            for path in paths:
                metadata = self._metadata(path)
                for key in _NAMES:
                    if name := _line(metadata.get(key)):
                        return name
        return ""

    def _metadata(self, path: str) -> dict[Any, Any]:
        from reader.content import frontmatter  # noqa: PLC0415 - lazy import: 22 ms, the parsers are slow to import
        from reader.content.load import read_texts  # noqa: PLC0415 - lazy import: few sites list their authors

        (text,) = read_texts(self._root, (path,))
        if path.endswith((".yml", ".yaml")):
            text = f"---\n{text.strip().removeprefix('---').strip()}\n---\n"
        elif path.endswith(".toml"):
            text = f"+++\n{text.strip()}\n+++\n"
        matter = frontmatter.parse(text)
        return matter.metadata if matter and matter.readable else {}


def _joined(places: tuple[str, ...], names: Callable[[str], frozenset[str]]) -> Iterator[str]:
    for place in places:
        for name in sorted(names(place)):
            yield f"{place}/{name}".lstrip("/")


def _names(entries: dict[Any, Any]) -> dict[str, str]:
    """Return the names of authors by their keys."""
    inner = entries.get("authors")
    if len(entries) == 1 and type(inner) is dict:  # as MkDocs writes it
        entries = inner
    found = {key: _line(entry.get("name") if type(entry) is dict else entry) for key, entry in entries.items()}
    return {key: name for key, name in found.items() if type(key) is str and name}


def _line(value: object) -> str:
    line = sanitize_line(value) if type(value) is str else ""
    return line if len(line) <= _MAX_NAME else ""


def _stamp(root: Path, path: str) -> int:
    with suppress(OSError, ValueError), OpenRoot(root) as opened:
        return opened.stat(path).st_mtime_ns
    return 0
