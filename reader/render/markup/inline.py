"""Construction of a line of inline tokens, and the tokens for inline HTML elements.

Shared by HTML blocks and by HTML tags in a line of Markdown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.token import Token
from selectolax.lexbor import LexborHTMLParser

from reader import urls
from reader.render.markup.html_table import attribute
from reader.text import script_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = [
    "BLOCKS",
    "Inline",
    "closing_tokens",
    "inline_html",
    "media_label",
    "opening_tokens",
    "text_token",
]

# HTML element → Markdown element that is drawn the same way.
_STYLES = {
    **dict.fromkeys(("b", "strong"), "strong"),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var", "mark"), "em"),
    **dict.fromkeys(("s", "del", "strike"), "s"),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), "code"),
}

BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hgroup", "hr", "html", "iframe", "legend", "li", "main", "menu", "nav", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "video"
})  # fmt: skip
"""Elements that begin and end a line."""

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
# Elements whose content is not Markdown.
_WHOLE = frozenset({"audio", "math", "object", "select", "svg", "video"})
_RAISED = frozenset({"sup", "sub"})
# Open element: its name, its style and the text after it.
_Open = tuple[str, str, str]

_SPACE = re.compile(r"[ \t\n\r\f]+")


def text_token(content: str) -> Token:
    """Return a token of plain text."""
    return Token("text", "", 0, content=content)


def media_label(tag: str, source: str) -> str:
    """Return a label for embedded media without a title."""
    kind = {"iframe": "embedded page", "embed": "embedded page"}.get(tag, tag)
    host = urls.host(source)
    return f"[{kind}: {host}]" if host else f"[{kind}]"


class Inline:
    """A line of inline tokens; white space collapses as in a browser."""

    def __init__(self) -> None:
        self._children: list[Token] = []
        # Open elements, outermost first: the Markdown element and, for a link, its target.
        self._open: list[tuple[str, str]] = []
        self._has_content = False
        self._ends_in_space = True

    def text(self, text: str) -> None:
        """Add text."""
        text = _SPACE.sub(" ", text)
        if self._ends_in_space:
            text = text.lstrip(" ")
        if text:
            self.verbatim(text)

    def verbatim(self, text: str) -> None:
        """Add text with its white space preserved."""
        self._children.append(text_token(text))
        self._has_content |= not text.isspace()
        self._ends_in_space = text.endswith(" ")

    def line_break(self) -> None:
        """Add a line break."""
        self._children.append(Token("hardbreak", "br", 0))
        self._ends_in_space = True

    def image(self, source: str, caption: str) -> None:
        """Add an image."""
        self._children.append(Token("image", "img", 0, attrs={"src": source}, content=caption))
        self._has_content = True
        self._ends_in_space = False

    def link(self, target: str, label: str) -> None:
        """Add a link."""
        self.open("a", target)
        self.text(label)
        self.close()

    def open(self, tag: str, target: str = "") -> None:
        """Open an element. An element without a style has no effect."""
        style = "a" if tag == "a" and target else _STYLES.get(tag, "")
        self._open.append((style, target))
        self._children += opening_tokens(style, target)

    def close(self) -> None:
        """Close the element that was opened last."""
        style, _ = self._open.pop()
        if style and self._children and self._children[-1].nesting == 1:
            self._children.pop()  # an empty element
        else:
            self._children += closing_tokens(style)

    def take(self) -> list[Token]:
        """Return the finished line, empty if it has no content; open elements continue in the next line."""
        children = self._children if self._has_content else []
        if children:
            for style, _ in reversed(self._open):
                children += closing_tokens(style)
            _strip(children)
        self._children = [token for style, target in self._open for token in opening_tokens(style, target)]
        self._has_content = False
        self._ends_in_space = True
        return children


def opening_tokens(style: str, target: str = "") -> list[Token]:
    """Return the token that opens a style, or a link (``a``) to ``target``; none without a style."""
    if style == "a":
        return [Token("link_open", "a", 1, attrs={"href": target})]
    return [Token(f"{style}_open", style, 1)] if style else []


def closing_tokens(style: str) -> list[Token]:
    """Return the token that closes a style or link; none without a style."""
    if style == "a":
        return [Token("link_close", "a", -1)]
    return [Token(f"{style}_close", style, -1)] if style else []


def _strip(children: list[Token]) -> None:
    """Remove line breaks at both ends of a line and white space at its end."""
    while children and children[0].type == "hardbreak":
        children.pop(0)
    for place in range(len(children) - 1, -1, -1):
        token = children[place]
        if token.type == "hardbreak":
            del children[place]
        elif token.type == "text":
            token.content = token.content.rstrip(" ")
            if token.content:
                return
        elif token.nesting == 0:
            return


def inline_html(children: Iterable[Token], draw: Callable[[str], list[Token]]) -> Iterator[Token]:
    """Yield the inline tokens of a line of Markdown, converting its HTML tags and dropping unmatched ones.

    ``draw`` returns the inline tokens of an HTML element.
    """
    is_edge = False  # a block-level element begins or ends here
    begun = False  # there is something on the line
    for token in _Converter(list(children), draw).tokens():
        if token.type == "block_edge":
            is_edge = begun
            continue
        if token.type == "hardbreak":
            is_edge = begun = False
        elif token.content.strip():
            if is_edge:
                yield Token("hardbreak", "br", 0)
            begun = True
            if is_edge and token.type == "text":
                token.content = token.content.lstrip()
            is_edge = False
        yield token


class _Converter:
    def __init__(self, children: list[Token], draw: Callable[[str], list[Token]]) -> None:
        self._children = children
        self._draw = draw
        self._opened: list[_Open] = []

    def tokens(self) -> Iterator[Token]:
        at = 0
        while at < len(self._children):
            token = self._children[at]
            at += 1
            if token.type == "html_inline":
                found = _TAG.match(token.content)
                if found is None:
                    continue  # a comment
                tag = found[2].lower()
                if end := self._end_of_whole(tag, at):
                    yield from self._draw("".join(_source(each) for each in self._children[at - 1 : end]))
                    at = end
                else:
                    yield from self._close(tag) if found[1] else self._open(token.content, tag)
                continue
            script = next((tag for tag, _, _ in reversed(self._opened) if tag in _RAISED), "")
            is_raised = script and token.type == "text" and token.content.strip()
            yield text_token(script_text(token.content, script)) if is_raised else token
        for _, style, after in reversed(self._opened):
            yield from _closing(style, after)

    def _end_of_whole(self, tag: str, start: int) -> int:
        """Return the index after the end tag of an element whose content is not Markdown; 0 if there is none."""
        if tag not in _WHOLE:
            return 0
        ends = (at for at in range(start, len(self._children)) if self._children[at].content.lower() == f"</{tag}>")
        return next(ends, -1) + 1

    def _close(self, tag: str) -> Iterator[Token]:
        if any(tag == name for name, _, _ in self._opened):
            name = ""
            while name != tag:
                name, style, after = self._opened.pop()
                yield from _closing(style, after)
        elif tag in BLOCKS and tag not in {"td", "th"}:
            yield Token("block_edge", "", 0)

    def _open(self, html: str, tag: str) -> Iterator[Token]:
        if tag in _STYLES or tag in _RAISED:
            self._opened.append((tag, _STYLES.get(tag, ""), ""))
            yield from opening_tokens(_STYLES.get(tag, ""))
        elif tag == "br":
            yield Token("hardbreak", "br", 0)
        elif tag in {"a", "abbr", "q"}:
            yield from self._open_with_text(html, tag)
        elif tag in {"img", "input", "iframe", "video", "audio", "embed"}:
            yield from self._draw(html)
        elif tag in {"td", "th"}:
            yield text_token("  ")
        elif tag in BLOCKS:
            yield Token("block_edge", "", 0)

    def _open_with_text(self, html: str, tag: str) -> Iterator[Token]:
        """Open a link, or an element before and after which a browser adds text."""
        body = LexborHTMLParser(html).body
        node = None if body is None else body.child
        if node is None:
            return
        target = attribute(node, "href") if tag == "a" else ""
        title = attribute(node, "title") if tag == "abbr" else ""
        self._opened.append((tag, "a" if target else "", "”" if tag == "q" else f" ({title})" if title else ""))
        yield from opening_tokens("a" if target else "", target)
        if tag == "q":
            yield text_token("“")


def _closing(style: str, after: str) -> Iterator[Token]:
    yield from closing_tokens(style)
    if after:
        yield text_token(after)


def _source(token: Token) -> str:
    return token.content if token.type in {"html_inline", "text"} else " "
