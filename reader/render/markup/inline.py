"""Construction of a line of inline tokens, and the tokens for inline HTML elements.

Shared by HTML blocks and by HTML tags in a line of Markdown.
"""

from __future__ import annotations

import re

from markdown_it.token import Token

from reader import urls

__all__ = ["STYLES", "Inline", "closing_tokens", "media_label", "opening_tokens", "text_token"]

# HTML element → Markdown element that is drawn the same way.
STYLES = {
    **dict.fromkeys(("b", "strong"), "strong"),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var", "mark"), "em"),
    **dict.fromkeys(("s", "del", "strike"), "s"),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), "code"),
}

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
        style = "a" if tag == "a" and target else STYLES.get(tag, "")
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
