"""HTML in an article made into Markdown: what it says, without what it wants the page to look like.

Enough for the HTML that articles hold: paragraphs, headings, lists, links, pictures, quotes, code. Scripts and styles
are dropped, any other element is its text.
"""

from __future__ import annotations

import re

from reader.render.tags import Tag, pieces

__all__ = ["markdown_from_html"]

_SILENT = frozenset({"script", "style", "template", "svg", "iframe", "noscript"})
_BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hr",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tr",
        "ul",
    }
)
_EMPHASIS = {"em": "*", "i": "*", "strong": "**", "b": "**", "code": "`"}
_BLANK_LINES = re.compile(r"\n{3,}")
_TAG_BEGINS = re.compile(r"<(?=[a-zA-Z/!?])")


def markdown_from_html(html: str) -> str:
    """Return Markdown that says what a piece of HTML says."""
    reader = _Reader()
    for piece in pieces(html):
        if isinstance(piece, str):
            reader.text(piece)
        elif piece.closes:
            reader.close(piece.name)
        else:
            reader.open(piece)
            if piece.closes_itself:
                reader.close(piece.name)
    return _BLANK_LINES.sub("\n\n", "".join(reader.out)).strip()


class _Reader:
    def __init__(self) -> None:
        self.out: list[str] = []
        self._silent = 0
        self._hrefs: list[str] = []
        self._verbatim = 0
        self._code = 0

    def open(self, tag: Tag) -> None:
        if tag.name in _SILENT:
            self._silent += 1
        elif tag.name == "a":
            self._hrefs.append(tag.attribute("href"))
            self.out.append("[")
        elif tag.name == "img":
            self.out.append(f"![{_bracketed(tag.attribute('alt'))}]({_target(tag.attribute('src'))})")
        else:
            self._open(tag.name)

    def _open(self, tag: str) -> None:
        if tag == "br":
            self.out.append("\\\n")
        elif tag == "li":
            self.out.append("\n- ")
        elif tag == "pre":
            self._verbatim += 1
            self.out.append("\n\n```\n")
        elif len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self.out.append(f"\n\n{'#' * int(tag[1])} ")
        elif tag == "blockquote":
            self.out.append("\n\n> ")
        elif tag in _BLOCKS:
            self.out.append("\n\n")
        elif tag in _EMPHASIS and not self._verbatim:
            self._code += tag == "code"
            self.out.append(_EMPHASIS[tag])

    def close(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "a" and self._hrefs:
            self.out.append(f"]({_target(self._hrefs.pop())})")
        elif tag == "pre" and self._verbatim:
            self._verbatim -= 1
            self.out.append("\n```\n\n")
        elif tag in _EMPHASIS and not self._verbatim:
            self._code = max(0, self._code - (tag == "code"))
            self.out.append(_EMPHASIS[tag])
        elif tag in _BLOCKS or (len(tag) == 2 and tag[0] == "h"):
            self.out.append("\n\n")

    def text(self, text: str) -> None:
        if self._silent:
            return
        text = text if self._verbatim else re.sub(r"\s+", " ", text)
        # Whoever reads the Markdown would take it for a tag again.
        self.out.append(text if self._verbatim or self._code else _TAG_BEGINS.sub("&lt;", text))


def _bracketed(text: str) -> str:
    return text.replace("[", "(").replace("]", ")")


def _target(url: str) -> str:
    return "<" + url.translate({ord(letter): None for letter in "<>\n\r"}) + ">"
