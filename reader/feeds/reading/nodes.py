"""Elements of a feed under canonical names, whatever prefixes and namespaces the document uses."""

from __future__ import annotations

import base64
import contextlib
from copy import deepcopy
from functools import lru_cache, reduce
from typing import Any

from reader.feeds.reading.markup import join_base

__all__ = ["Node", "children", "first", "inner_html", "texts"]

_XML = "{http://www.w3.org/XML/1998/namespace}"
_BASE = f"{_XML}base"
# Beginnings of namespace URIs, which occur with and without a trailing slash, in any case, and with http or https.
_SPACES = (
    ("www.w3.org/2005/atom", "atom"),
    ("purl.org/atom/ns", "atom"),
    ("purl.org/rss/1.0/modules/content", "content"),
    ("purl.org/rss/1.0/modules", "module"),
    ("purl.org/rss/1.0", ""),
    ("my.netscape.com/rdf", ""),
    ("channel.netscape.com/rdf", ""),
    ("backend.userland.com", ""),
    ("blogs.law.harvard.edu", ""),
    ("purl.org/dc/terms", "dcterms"),
    ("purl.org/dc/elements", "dc"),
    ("search.yahoo.com/mrss", "media"),
    ("www.rssboard.org/media-rss", "media"),
    ("www.itunes.com/dtds", "itunes"),
    ("rssnamespace.org/feedburner", "feedburner"),
    ("www.w3.org/1999/xhtml", "html"),
    ("www.w3.org/1999/02/22-rdf", "rdf"),
    ("wellformedweb.org/commentapi", "wfw"),
    ("podcastindex.org", "podcast"),
)
_PREFIXES = frozenset({"atom", "content", "dc", "dcterms", "media", "itunes", "feedburner", "wfw"})


class Node:
    """Element of a feed; ``name`` is its canonical name in lowercase, ``base`` the base of its relative URLs."""

    __slots__ = ("_bare", "_inside", "element", "name", "url")

    def __init__(self, element: Any, url: str) -> None:
        self.element = element
        self.url = url
        self.name = _canonical(element.tag)
        self._inside: dict[str, list[Node]] | None = None
        self._bare = False

    @property
    def inside(self) -> dict[str, list[Node]]:
        """The child elements by name; Atom elements by their bare name if no child has Atom's namespace."""
        if self._inside is None:
            found: dict[str, list[Node]] = {}
            for child in self.element:
                node = Node(child, self.url)
                found.setdefault(node.name, []).append(node)
            self._inside = found
            self._bare = not any(name.startswith("atom:") for name in found)
        return self._inside

    @property
    def is_bare(self) -> bool:
        """Whether child elements can be Atom's without its namespace."""
        return self._bare or self.name in {"feed", "entry"}

    @property
    def text(self) -> str:
        """The text of the element and its descendants."""
        if not len(self.element):
            return self.element.text or ""
        return "".join(self.element.itertext())

    @property
    def has_elements(self) -> bool:
        """Whether it has child elements."""
        return len(self.element) > 0

    def get(self, name: str) -> str:
        """Return an attribute, ignoring the case and namespace of its name; empty if it is missing."""
        wanted = f"{_XML}{name[4:]}" if name.startswith("xml:") else name
        for key, value in self.element.attrib.items():
            if key == wanted or ("xml:" not in name and key.rpartition("}")[2].lower() == name):
                return str(value)
        return ""

    @property
    def declared_base(self) -> str:
        """The base URL that the document declares for this element; empty if it declares none."""
        return self._base_from("")

    @property
    def base(self) -> str:
        """The base URL that the document declares for this element, else the URL of the document."""
        return self._base_from(self.url)

    def base_on(self, base: str) -> str:
        """Return the base URL of this element, given the ``base`` of the element around it."""
        return self.base if self.declared_base else base

    def _base_from(self, base: str) -> str:
        declared = [value for part in (self.element, *self.element.iterancestors()) if (value := part.get(_BASE))]
        if not declared:
            return base if base == self.url else ""
        for value in reversed(declared):
            base = join_base(base or self.url, value)
        return base


@lru_cache(maxsize=2_000)
def _canonical(tag: object) -> str:
    if not isinstance(tag, str):
        return ""
    space, _, local = tag.rpartition("}")
    local = local.lower()
    if space:
        prefix = _prefix(space[1:])
        return f"{prefix}:{local}" if prefix else local
    prefix, colon, rest = local.partition(":")
    if colon:  # undeclared prefix
        return f"{prefix}:{rest}" if prefix in _PREFIXES else rest if prefix == "rss" else local
    return local


def _prefix(space: str) -> str:
    bare = space.strip().lower().partition("://")[2]
    return next((prefix for beginning, prefix in _SPACES if bare.startswith(beginning)), "other" if bare else "")


def children(node: Node, *names: str) -> list[Node]:
    """Return the child elements with one of these names, in the order of the names.

    In a document without Atom's namespace, Atom elements have their bare names.
    """
    inside = node.inside
    found: list[Node] = []
    for name in names:
        found += inside.get(name, ())
        if node.is_bare and name.startswith("atom:") and name[5:] not in names:
            found += inside.get(name[5:], ())
    return found


def first(node: Node, *names: str) -> Node | None:
    """Return the first child element with one of these names that has content, or None."""
    found = children(node, *names)
    return next((child for child in found if child.has_elements or child.text.strip() or child.element.attrib), None)


def texts(node: Node, *names: str) -> list[str]:
    """Return the texts of the child elements with one of these names."""
    return [child.text.strip() for child in children(node, *names)]


def inner_html(node: Node) -> str:
    """Return the content of an element: its text, or its child elements as HTML."""
    element = node.element
    if not len(element):
        return _decoded(node) if node.get("mode").strip().lower() == "base64" else element.text or ""
    from lxml import etree  # noqa: PLC0415 - lazy import: 30 ms

    if any(part.prefix or part.get(_BASE) for part in element.iterdescendants()):
        element = _simplified(element)
    inside = (etree.tostring(child, encoding="unicode", method="html", with_tail=True) for child in element)
    return "".join([_escape(element.text or ""), *inside])


def _simplified(element: Any) -> Any:
    """Return a copy whose descendants have no prefixes, with their links resolved against the xml:base inside it."""
    copied = deepcopy(element)
    for part in copied.iterdescendants():
        bases = [base for above in (part, *part.iterancestors()) if above is not copied and (base := above.get(_BASE))]
        for name in ("href", "src", "poster") if bases else ():
            if name in part.attrib:
                part.set(name, reduce(join_base, [*reversed(bases), part.get(name)]))
    for part in copied.iterdescendants():
        part.tag = part.tag.rpartition("}")[2].rpartition(":")[2] or "span"  # a broken document can lack the name
    return copied


def _decoded(node: Node) -> str:
    with contextlib.suppress(ValueError):
        return base64.b64decode("".join(node.text.split()), validate=True).decode("utf-8", "replace")
    return node.text


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
