"""Conversion of HTML in articles to Markdown, keeping the content but not the layout.

Covers the HTML found in articles: paragraphs, headings, lists, links, images, quotes, emphasis and code. Scripts,
styles and the like are dropped; any other element is reduced to its text.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Tag", "html_to_markdown", "tokenize_html"]

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


def html_to_markdown(html: str) -> str:
    """Return the content of an HTML fragment as Markdown."""
    reader = _Converter()
    for piece in tokenize_html(html):
        if isinstance(piece, str):
            reader.text(piece)
        elif piece.closes:
            reader.close(piece.name)
        else:
            reader.open(piece)
            if piece.closes_itself:
                reader.close(piece.name)
    return _BLANK_LINES.sub("\n\n", "".join(reader.out)).strip()


class _Converter:
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
        # Without escaping, the Markdown parser would treat a decoded "<" as the start of a tag.
        self.out.append(text if self._verbatim or self._code else _TAG_BEGINS.sub("&lt;", text))


def _bracketed(text: str) -> str:
    return text.replace("[", "(").replace("]", ")")


def _target(url: str) -> str:
    return "<" + url.translate({ord(letter): None for letter in "<>\n\r"}) + ">"


class Tag(Struct, frozen=True):
    """HTML tag, ``<name attributes>`` or ``</name>``; the name in lowercase, the attributes as written."""

    name: str
    closes: bool
    attributes: str

    @property
    def closes_itself(self) -> bool:
        """Whether the tag ends in a slash that is not part of an attribute value."""
        if not self.attributes.endswith("/"):
            return False
        ends = [found.end() for found in _ATTRIBUTE.finditer(self.attributes)]
        return not ends or ends[-1] < len(self.attributes)

    def attribute(self, name: str) -> str:
        """Return the value of an attribute, the first if it is repeated; empty if it is missing."""
        for found in _ATTRIBUTE.finditer(self.attributes):
            if found[1].lower() == name:
                return _in_signs(found[2] or found[3] or found[4] or "", _STRICT_ENTITY)
        return ""


# All quantifiers are possessive, so that the regular expressions never backtrack.
_VALUE = r"""(?:"([^"]*+)"|'([^']*+)'|([^\s"'>][^\s>]*+))"""
_ATTRIBUTE = re.compile(rf"([^\s/>=]++)(?:\s*+=\s*+{_VALUE})?+")
_TAG = re.compile(rf"<(/?)([a-zA-Z][^\s/>]*+)((?:[\s/=]++|{_ATTRIBUTE.pattern})*+)>")
_BEGINS_TAG = re.compile(r"</?[a-zA-Z]")
# Comments and CDATA sections have their own end marker; anything else after "<!", "<?" or "</" ends at the first ">".
_LEFT_OUT = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<!", ">"), ("<?", ">"), ("</", ">"))
_RAW = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in ("script", "style")}
# Limited length, because Python refuses to convert integers with thousands of digits.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")
# In a URL, "&copy=1" is a parameter, not an entity.
_STRICT_ENTITY = re.compile(_ENTITY.pattern.removesuffix("?"))


def tokenize_html(html: str) -> Iterator[str | Tag]:
    """Yield the text runs, with entities decoded, and the tags of an HTML fragment in order."""
    at = search = 0
    endless: set[str] = set()
    while (start := html.find("<", search)) >= 0:
        tag = _TAG.match(html, start)
        if tag is not None:
            end = tag.end()
        elif _BEGINS_TAG.match(html, start):
            break  # an unclosed tag extends to the end, and so does any later one
        else:
            end = _end_of_left_out(html, start, endless)
            if end < 0:
                search = start + 1
                continue
        yield _in_signs(html[at:start], _ENTITY)
        at = search = end
        if tag is not None:
            made = Tag(tag[2].lower(), bool(tag[1]), tag[3])
            yield made
            at = search = _end_of_raw(html, made, end)
    yield _in_signs(html[at:], _ENTITY)


def _end_of_left_out(html: str, start: int, endless: set[str]) -> int:
    """Return the end of a comment, CDATA section or declaration at ``start``; -1 if there is none or it is unclosed.

    ``endless`` caches the end markers that do not occur in the rest of the HTML, so that they are searched only once.
    """
    for begins, ends in _LEFT_OUT:
        if ends not in endless and html.startswith(begins, start):
            end = html.find(ends, start + len(begins))
            if end >= 0:
                return end + len(ends)
            endless.add(ends)
    return -1


def _end_of_raw(html: str, tag: Tag, end: int) -> int:
    """Return the end of a script's or style's raw content, or of the HTML if unclosed; ``end`` for other tags."""
    raw = _RAW.get(tag.name)
    if raw is None or tag.closes or tag.closes_itself:
        return end
    closing = raw.search(html, end)
    return closing.start() if closing else len(html)


def _in_signs(text: str, entity: re.Pattern[str]) -> str:
    return entity.sub(lambda found: unescape(found[0]), text) if "&" in text else text
