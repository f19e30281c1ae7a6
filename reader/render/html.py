"""HTML in an article made into Markdown: what it says, without what it wants the page to look like.

Enough for the HTML that articles hold: paragraphs, headings, lists, links, pictures, quotes, code. Scripts and styles
are dropped, any other element is its text.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

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
# A whole tag, or something to leave out, or the sign alone. Every run ends at the next "<" and none is tried twice.
_SIGN = re.compile(
    r"""(?P<tag></?[a-zA-Z](?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+>)|<!--.*?-->|<[!?][^<>]*+>|<""",
    re.DOTALL,
)
_TAG_BEGINS = re.compile(r"<(?=[a-zA-Z/!?])")


def markdown_from_html(html: str) -> str:
    """Return Markdown that says what a piece of HTML says."""
    reader = _Reader()
    reader.feed(_without_broken_tags(html))
    reader.close()
    return _BLANK_LINES.sub("\n\n", "".join(reader.out)).strip()


def _without_broken_tags(html: str) -> str:
    """Return HTML in which every tag is whole: the parser looks for the end of a broken one again and again."""
    closed = html.rfind("-->") + 1
    return _SIGN.sub(_whole_tag, html[:closed] + html[closed:].replace("<!--", "&lt;!--"))


def _whole_tag(sign: re.Match[str]) -> str:
    return sign["tag"] or ("&lt;" if sign[0] == "<" else "")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._silent = 0
        self._hrefs: list[str] = []
        self._verbatim = 0
        self._code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag in _SILENT:
            self._silent += 1
        elif tag == "a":
            self._hrefs.append(named.get("href", ""))
            self.out.append("[")
        elif tag == "img":
            self.out.append(f"![{_bracketed(named.get('alt', ''))}]({_target(named.get('src', ''))})")
        else:
            self._open(tag)

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

    def handle_endtag(self, tag: str) -> None:
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

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        text = data if self._verbatim else re.sub(r"\s+", " ", data)
        # Whoever reads the Markdown would take it for a tag again.
        self.out.append(text if self._verbatim or self._code else _TAG_BEGINS.sub("&lt;", text))


def _bracketed(text: str) -> str:
    return text.replace("[", "(").replace("]", ")")


def _target(url: str) -> str:
    return "<" + url.translate({ord(letter): None for letter in "<>\n\r"}) + ">"
