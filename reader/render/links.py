"""Links of a page: their numbers in the text and their destinations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from markdown_it.token import Token
from msgspec import Struct

from reader.links import Destination, names_file
from reader.render.markup.inline import text_token
from reader.text import display_path, sanitize, sanitize_line
from reader.urls import has_scheme

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping

__all__ = ["MAX_LINKS", "BodyLink", "LinkNumberer", "PageLink", "describe_link", "page_links"]

MAX_LINKS = 400
_LETTER = re.compile(r"[^\W\d_]")


class BodyLink(Struct, frozen=True):
    """Link or image in a body, followed by ``number`` in the text. ``target`` is as written in the body."""

    number: int
    target: str
    text: str


class PageLink(Struct, frozen=True):
    """Numbered link on a page: leads to the article at ``path`` if it is set, else to ``url``, else to ``target``.

    The target is as written in the article; it is checked when the user opens it. ``fragment`` is the part of the
    article that the link names, ``others`` the number of other articles that it could mean.
    """

    number: int
    title: str
    target: str = ""
    path: str = ""
    url: str = ""
    fragment: str = ""
    others: int = 0


def page_links(found: Iterable[BodyLink], destinations: Mapping[str, Destination]) -> Iterator[PageLink]:
    """Yield the links of a body with their destinations."""
    for link in found:
        leads = destinations.get(link.target, Destination())
        yield PageLink(link.number, link.text, link.target, leads.path, leads.url, leads.fragment, leads.others)


def describe_link(link: PageLink, path: str) -> str:
    """Return the destination of a link in the article at ``path``; empty if the link's title already shows it."""
    if link.path == path:
        return f"#{link.fragment}"
    words = [display_path(link.path) if link.path else sanitize_line(link.url or unquote(link.target))]
    if link.path and link.others:
        words.append(f"{link.others} more of this name")
    if not link.path and not link.url and not has_scheme(link.target):
        words.append("not an article" if names_file(link.target) else "not in this folder")
    return "" if words == [link.title] else " · ".join(words)


class LinkNumberer:
    """Rewriter of a parsed body that adds a number to each link. ``found`` are the numbered links."""

    def __init__(self, first_number: int, leads: Callable[[str], bool], images: Container[str] = ()) -> None:
        self._next = first_number
        self._leads = leads
        self._images = images
        self._by_target: dict[str, int] = {}
        self.found: list[BodyLink] = []
        self.left_out: set[str] = set()

    def blocks(self, tokens: Iterable[Token]) -> Iterator[Token]:
        """Yield block tokens with the numbers added."""
        for token in tokens:
            if token.children:
                yield token.copy(children=list(self._line(token.children)), level=0)
            elif token.content:
                # Sanitize only here: the parser has just decoded character references.
                yield token.copy(content=sanitize(token.content), info=sanitize_line(token.info))
            else:
                yield token

    def _line(self, children: Iterable[Token]) -> Iterator[Token]:
        numbers: list[int | None] = []
        for token in _label_links(children):
            if token.type == "link_open":
                target = str(token.attrs.get("href", ""))
                # The symbol of a footnote or of a heading's link to itself is not a link worth following.
                is_sign = target.startswith("#") and not _LETTER.search(token.content)
                number = None if is_sign else self._number(target, token.content)
                numbers.append(number)
                if number is not None:
                    yield Token("anchor_open", f"link{number}", 1)
            elif token.type == "link_close":
                number = numbers.pop()
                if number is not None:
                    yield Token("anchor_close", f"link{number}", -1)
                    yield from _numbered(number)
            elif token.type == "image":
                yield from self._image(token, is_linked=any(numbers))
            else:
                # Sanitize only here: the parser has just decoded character references and percent escapes.
                yield token.copy(content=sanitize(token.content)) if token.content else token

    def _image(self, token: Token, *, is_linked: bool) -> Iterator[Token]:
        source, caption = str(token.attrs.get("src", "")), sanitize_line(token.content)
        if not has_scheme(source) and not source.startswith("//") and source not in self._images:
            name = source.partition("?")[0].rpartition("/")[2]
            yield text_token(f"[{caption or sanitize_line(unquote(name)) or 'image'}]")
            return
        yield text_token(f"[{caption or 'image'}]")
        if is_linked and not caption:
            return  # an icon; its link has a number
        number = self._number(source, caption or "image")
        if number is not None:
            yield from _numbered(number)

    def _number(self, target: str, text: str) -> int | None:
        """Return the number of a target, always the same; None if it leads nowhere or exceeds ``MAX_LINKS``."""
        if target in self._by_target:
            return self._by_target[target]
        if not self._leads(target):
            return None
        if len(self.found) >= MAX_LINKS:
            self.left_out.add(target)
            return None
        number = self._by_target[target] = self._next
        self._next += 1
        self.found.append(BodyLink(number, target, text or sanitize_line(target)))
        return number


def _label_links(children: Iterable[Token]) -> Iterator[Token]:
    """Yield inline tokens with each opening link's text as its content."""
    tokens = list(children)
    for place, token in enumerate(tokens):
        if token.type == "link_open":
            end = next((at for at, each in enumerate(tokens[place:], place) if each.type == "link_close"), len(tokens))
            parts = (" " if each.type in {"softbreak", "hardbreak"} else each.content for each in tokens[place:end])
            label = sanitize_line("".join(parts))
            yield token.copy(content=label)
        else:
            yield token


def _numbered(number: int) -> Iterator[Token]:
    yield Token("anchor_open", f"link{number}", 1)
    yield text_token(f"[{number}]")
    yield Token("anchor_close", f"link{number}", -1)
